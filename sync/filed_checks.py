"""How what a data check found is filed in a case: the same fact again is the same entry, so that what an officer has
explained stays explained, and a newer answer about the same person takes the older ones off the list.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256

from sync.case import Case
from sync.data_check import CHECKS
from sync.dot import Dot
from sync.register import Value


@dataclass(frozen=True, slots=True)
class Fact:
    """What a source says of a member of the household; `found` is None where it found nothing."""

    about: str
    source: str
    found: str | None
    amount: int | None = None
    as_of: str | None = None

    @property
    def entry(self) -> str:
        """Its id among the case's checks: 8 hex digits that follow from what it says, not from its date."""
        parts = (self.about, self.source, self.found or "", "" if self.amount is None else str(self.amount))
        return sha256("\0".join(parts).encode()).hexdigest()[:8]


@dataclass(frozen=True, slots=True)
class Filed:
    """A field to be written, and the dots that the new value supersedes."""

    path: str
    value: Value
    seen: frozenset[Dot]


def file_facts(case: Case, facts: Iterable[Fact]) -> list[Filed]:
    """What files these facts, all of one import, in a case."""
    newest: dict[str, Fact] = {}
    for fact in facts:
        known = newest.get(fact.entry)
        if known is None or (known.as_of or "") < (fact.as_of or ""):
            newest[fact.entry] = fact
    answered: dict[tuple[str, str], str] = {}
    for fact in newest.values():
        key = (fact.source, fact.about)
        answered[key] = max(answered.get(key, ""), fact.as_of or "")
    filed: list[Filed] = []
    held = list(_held(case))
    known_until = {entry: as_of for entry, _, _, as_of in held}
    for entry, fact in sorted(newest.items()):
        if known_until.get(entry, "") > (fact.as_of or ""):
            continue  # an older file says again what a newer one has said
        is_outdated = any(
            (source, about) == (fact.source, fact.about) and as_of > (fact.as_of or "")
            for _, source, about, as_of in held
        )
        fields: dict[str, Value] = {
            "source": fact.source,
            "about": fact.about,
            "found": fact.found,
            "amount": fact.amount,
            "as_of": fact.as_of,
            "listed": not is_outdated,
        }
        filed += [_field(case, entry, name, value) for name, value in fields.items()]
    for entry, source, about, as_of in held:
        if entry not in newest and (source, about) in answered and as_of <= answered[(source, about)]:
            filed.append(_field(case, entry, "listed", False))
    return filed


def _held(case: Case) -> Iterator[tuple[str, str, str, str]]:
    """(id, source, member, date) of the checks on the list."""
    for entry in case.entries(CHECKS):
        under = f"{CHECKS}.{entry}."
        source, about, as_of = (str(case[under + name].settled or "") for name in ("source", "about", "as_of"))
        yield entry, source, about, as_of


def _field(case: Case, entry: str, name: str, value: Value) -> Filed:
    path = f"{CHECKS}.{entry}.{name}"
    return Filed(path, value, frozenset(case[path].live))
