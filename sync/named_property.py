"""Property that a neighbour names and the household does not list: a car, a shop, a company, a second home."""

from sync.case import Case
from sync.open_item import Finding, ItemKind, Severity

NEIGHBOUR_NAMES_PROPERTY = "neighbour_names_property"

_INTERVIEWS, _ASSETS = "interviews.", ".assets"
# What the interview form calls it -> where the household would have listed it, and as what.
_LISTED_AS = {"car": ("vehicles", "car"), "shop": ("assets", "shop"), "company": ("assets", "company")}
_SECOND_HOME = "second_home"


def named_property(case_id: str, case: Case) -> list[Finding]:
    """One for each interview that names what is not listed. Before the first visit the household has said nothing
    about its property yet."""
    told = {
        path: register.settled
        for path, register in case.registers.items()
        if path.startswith(_INTERVIEWS) and path.endswith(_ASSETS)
    }
    if not told or not any(path.startswith("visits.") for path in case.registers):
        return []
    return [
        Finding(ItemKind.DISCREPANCY, NEIGHBOUR_NAMES_PROPERTY, case_id, path.split(".")[1], Severity.MIDDLE)
        for path, named in told.items()
        if isinstance(named, list) and any(_is_missing(case, what) for what in named)
    ]


def _is_missing(case: Case, what: str) -> bool:
    if what == _SECOND_HOME:
        return len(case.entries("housing")) < 2
    if what not in _LISTED_AS:
        return False
    collection, kind = _LISTED_AS[what]
    listed = (case[f"{collection}.{entry}.kind"].live.values() for entry in case.entries(collection))
    return not any(kind in values for values in listed)
