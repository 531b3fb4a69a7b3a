"""Cross-agency data checks (信息比对) against the case: what other offices' records show and the household does not.

A check lies in the case as `checks.{id}`: its `source`, what was `found` (None: nothing), an `amount` in fen, the
day that it is true for (`as_of`) and the member that it is `about`. It is compared again after every later
statement, so that an item closes by itself once the survey agrees.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sync.case import Case
from sync.changed_answers import yearly
from sync.open_item import Finding, ItemKind, Severity, field_of
from sync.register import Value

DATA_CHECK = "data_check"
CHECKS = "checks"


@dataclass(frozen=True, slots=True)
class Check:
    """One row of a check that found something; `amount` is in fen (a month for incomes)."""

    id: str
    source: str
    about: str
    amount: int | None

    @property
    def path(self) -> str:
        return f"{CHECKS}.{self.id}.found"


Agrees = Callable[[Case, Check, int], bool]


def checks(case: Case) -> list[Check]:
    """The checks on the list that found something, in the order of their ids."""
    found: list[Check] = []
    for entry in case.entries(CHECKS):
        said = {name: case[f"{CHECKS}.{entry}.{name}"].settled for name in ("source", "found", "about", "amount")}
        source, about = said["source"], said["about"]
        if said["found"] is not None and isinstance(source, str) and isinstance(about, str):
            found.append(Check(entry, source, about, _fen(said["amount"])))
    return found


def data_check(case_id: str, case: Case) -> list[Finding]:
    """One for each check that the case disagrees with."""
    found: list[Finding] = []
    earlier: dict[str, int] = {}
    for check in checks(case):
        rule = SOURCES.get(check.source)
        if rule is None:
            continue
        rank = earlier[check.source] = earlier.get(check.source, 0) + 1
        if not rule.agrees(case, check, rank):
            found.append(
                Finding(
                    ItemKind.DISCREPANCY,
                    DATA_CHECK,
                    case_id,
                    f"{CHECKS}.{check.id}",
                    rule.severity,
                    path=f"{rule.group}.{check.about}",
                )
            )
    return found


def form_field_of(subject: str) -> str | None:
    """The field of the form that an item is about; None when it is about none, or about a data check."""
    path = field_of(subject)
    return None if path is None or path.startswith(f"{CHECKS}.") else path


def fields_in_question(case: Case, check: Check) -> tuple[str, ...]:
    """The fields of the case that a check is compared with, as far as there are any."""
    rule = SOURCES.get(check.source)
    if rule is None:
        return ()
    if rule.group == "members":
        return (f"members.{check.about}.presence",)
    if rule.group == "income":
        return tuple(f"{line}.amount" for line in _lines(case, check, rule.kinds))
    return tuple(f"{rule.group}.{entry}.kind" for entry in _listed(case, rule.group, rule.kinds))


def _presence(expected: str) -> Agrees:
    def agrees(case: Case, check: Check, _: int) -> bool:
        return expected in case[f"members.{check.about}.presence"].live.values()

    return agrees


def _income(*kinds: str) -> Agrees:
    def agrees(case: Case, check: Check, _: int) -> bool:
        lines = _lines(case, check, frozenset(kinds))
        if not lines or check.amount is None:
            return bool(lines)
        amounts = [yearly(case, line) for line in lines]
        # While an amount is disputed, the conflict is what waits for somebody.
        return None in amounts or sum(amount or 0 for amount in amounts) == 12 * check.amount

    return agrees


def _counted(collection: str, *kinds: str) -> Agrees:
    """As many are listed as were found: the second of two cars is missing when one is listed."""

    def agrees(case: Case, _: Check, rank: int) -> bool:
        return rank <= len(_listed(case, collection, frozenset(kinds)))

    return agrees


def _savings(*kinds: str) -> Agrees:
    def agrees(case: Case, check: Check, _: int) -> bool:
        listed = _listed(case, "assets", frozenset(kinds))
        values = [_fen(case[f"assets.{entry}.market_value"].settled) for entry in listed]
        return bool(listed) and (check.amount is None or sum(value or 0 for value in values) >= check.amount)

    return agrees


def _lines(case: Case, check: Check, kinds: frozenset[str]) -> list[str]:
    """The income lines of these kinds that are this member's, or nobody's in particular."""
    return [
        f"income.{entry}"
        for entry in case.entries("income")
        if case[f"income.{entry}.kind"].settled in kinds
        and case[f"income.{entry}.member"].settled in (check.about, None)
    ]


def _listed(case: Case, collection: str, kinds: frozenset[str]) -> list[str]:
    """The entries of these kinds; of any kind when none is named."""
    entries = case.entries(collection)
    return [e for e in entries if not kinds or kinds & set(map(str, case[f"{collection}.{e}.kind"].live.values()))]


def _fen(value: Value) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


@dataclass(frozen=True, slots=True)
class Source:
    """What a source's finding is compared with."""

    group: str
    severity: Severity
    agrees: Agrees
    kinds: frozenset[str] = frozenset()


_PENSIONS = ("pension", "entitled_pension")
_WAGES = ("wage", "odd_jobs", "public_post")
_FIRMS = ("company", "shop")
_SAVINGS = ("deposit", "securities", "bonds", "insurance")

SOURCES: Mapping[str, Source] = {
    "civil_death": Source("members", Severity.HIGH, _presence("dead")),
    "prison": Source("members", Severity.HIGH, _presence("in_prison")),
    "pension": Source("income", Severity.HIGH, _income(*_PENSIONS), frozenset(_PENSIONS)),
    "wage": Source("income", Severity.HIGH, _income(*_WAGES), frozenset(_WAGES)),
    "vehicle": Source("vehicles", Severity.MIDDLE, _counted("vehicles")),
    "property": Source("housing", Severity.MIDDLE, _counted("housing")),
    "company": Source("assets", Severity.MIDDLE, _counted("assets", *_FIRMS), frozenset(_FIRMS)),
    "deposit": Source("assets", Severity.MIDDLE, _savings(*_SAVINGS), frozenset(_SAVINGS)),
}
