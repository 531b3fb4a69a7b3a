"""Which cases may be the same household: found from what identifies them, as each statement changes it.

A pair opens under its strongest rule, and closes by itself when an identity was corrected or one case was joined into
the other. Once an officer has kept two apart, only a stronger likeness brings them up again.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from server.blind_numbers import blind_id_number
from server.folding.openings import Moment, Openings
from server.keys import Keyring
from server.store import cases, identities
from server.store.cases import CaseRow
from server.store.identities import Identity
from server.store.open_items import OpenItem
from sync.case import Case, joined_into
from sync.duplicate import (
    RULES,
    VISITED_AFTER_JOIN,
    Identified,
    common_region,
    likeness,
    pair_found,
    visited_after_join,
)
from sync.identity import BOOK_NO, HOUSEHOLDER_PLACE, MEMBER_ID, bears_identity
from sync.identity import Identity as PlainIdentity
from sync.identity import identities as identities_of
from sync.open_item import ItemKind
from sync.register import Write
from sync.statement import SURVEY_KINDS, Statement

# A householder is a member, and a name with a birth date counts only beside the place.
_LINKING = frozenset({MEMBER_ID, BOOK_NO, HOUSEHOLDER_PLACE})
# What more cases share than these identifies none of them: a village's collective book, a number made up.
_MOST_SHARING = 20
# An interview is no such visit: when one came in is nobody's to learn but those who may read it.
_VISITS = SURVEY_KINDS - {"neighbour_interview"}
_NOTHING: frozenset[Identified] = frozenset()


def blinded(keyring: Keyring, identity: PlainIdentity) -> Identified:
    """An identity as it rests: comparable, and readable by nobody without the key."""
    if identity.kind == MEMBER_ID:
        return identity.kind, blind_id_number(keyring, identity.text)  # as the relatives of people rest
    return identity.kind, keyring.blind_index(identity.kind, identity.text)


@dataclass(frozen=True, slots=True)
class Household:
    """How a case stands among the others: what identifies it, where it lies, which case it was joined into."""

    identities: frozenset[Identified]
    path: str
    joined: str | None


@dataclass(slots=True)
class Duplicates:
    """The cases of one transaction: `kept` as they were, `noted` as they become. Statements are noted one by one,
    and looked at in the same order once everybody else's identities are known."""

    authority: str
    keyring: Keyring
    openings: Openings
    kept: dict[str, Household] = field(default_factory=dict)
    noted: dict[str, Household] = field(default_factory=dict)
    _changed: set[str] = field(default_factory=set)
    _linking: set[str] = field(default_factory=set)  # the blind indexes that somebody may share
    _now: dict[str, Household] = field(default_factory=dict)
    _sharing: dict[str, set[str]] = field(default_factory=dict)

    def note(
        self, case_id: str, row: CaseRow | None, before: Case, after: Case, path: str, writes: Iterable[Write]
    ) -> Household:
        """A statement changed this case, which rests as `row` and lies at `path` now; how it stands after it."""
        if case_id not in self.noted:
            found = self._identities(before) if row is not None else _NOTHING
            standing = Household(found, row.path if row else path, row.joined_into if row else None)
            self.kept[case_id] = self.noted[case_id] = standing
        earlier = self.noted[case_id]
        found = earlier.identities
        if any(bears_identity(write.path) for write in writes) or before.villages != after.villages:
            found = self._identities(after)
        now = Household(found, path, joined_into(after))
        if now != earlier:
            self.noted[case_id] = now
            self._changed.add(case_id)  # even if a later statement of the batch changes it back
            self._linking |= _linking(found)
        return now

    def _identities(self, case: Case) -> frozenset[Identified]:
        return frozenset(blinded(self.keyring, identity) for identity in identities_of(case))

    def prepare(self) -> None:
        """Reads what is known of the cases that may be like those that were noted."""
        self._now = dict(self.kept)
        self._sharing = identities.sharing(self.authority, self._linking)
        others = {case_id for found in self._sharing.values() if len(found) <= _MOST_SHARING for case_id in found}
        others |= {other for case_id in self._changed for other, _ in self._standing(case_id)}
        others |= {h.joined for h in (*self.kept.values(), *self.noted.values()) if h.joined is not None}
        self._read(others)
        pairs: set[tuple[str, str]] = set()
        linked: dict[str, set[str]] = {}
        for case_id in self._changed:
            for blind in _linking(self.noted[case_id].identities):
                linked.setdefault(blind, set()).add(case_id)
        for blind, mine in linked.items():
            theirs = mine | self._sharing.get(blind, set())
            if 1 < len(theirs) <= _MOST_SHARING + 1:
                pairs |= {(min(a, b), max(a, b)) for a in mine for b in theirs if a != b}
        self.openings.know({pair_found(rule, *pair).id for pair in pairs for rule in RULES})

    def _read(self, others: set[str]) -> None:
        unknown = others - self._now.keys()
        if not unknown:
            return
        held = identities.of_cases(self.authority, unknown)
        for case_id, (path, joined) in cases.places(self.authority, unknown).items():
            self._now[case_id] = Household(frozenset(held.get(case_id, _NOTHING)), path, joined)

    def look(self, moment: Moment, statement: Statement, case_id: str, now: Household, *, wrote: bool) -> list[str]:
        """Opens what this statement brings to light; returns the items that it closes. `now` is the case after it."""
        was = self._now[case_id]
        if wrote:
            for _, item in self._standing(case_id):
                self.openings.outdated(item.id)
        if statement.kind in _VISITS and was.joined in self._now:
            found = visited_after_join(case_id, was.joined, statement.id)
            self.openings.know([found.id])
            self.openings.open(found, common_region(now.path, self._now[was.joined].path), moment)
        return [] if now == was else self._compare(moment, case_id, was, now)

    def save(self) -> None:
        """Writes the identities of the cases whose own have changed."""
        gone: list[Identity] = []
        new: list[Identity] = []
        for case_id, household in self.noted.items():
            kept = self.kept[case_id].identities
            gone += [Identity(case_id, *identified) for identified in kept - household.identities]
            new += [Identity(case_id, *identified) for identified in household.identities - kept]
        identities.save(self.authority, gone, new)

    def _standing(self, case_id: str) -> list[tuple[str, OpenItem]]:
        """(the other case, the item) of the duplicates of this case that are open."""
        return [
            (item.other_case if item.case_id == case_id else item.case_id, item)
            for item in self.openings.standing(case_id)
            if item.kind == ItemKind.DUPLICATE and item.case_id is not None and item.other_case is not None
        ]

    def _compare(self, moment: Moment, case_id: str, was: Household, now: Household) -> list[str]:
        self._now[case_id] = now
        for blind in _linking(was.identities) - _linking(now.identities):
            self._sharing.get(blind, set()).discard(case_id)
        for blind in _linking(now.identities):
            self._sharing.setdefault(blind, set()).add(case_id)
        standing: dict[str, list[OpenItem]] = {}
        closed: list[str] = []
        for other, item in self._standing(case_id):
            if item.rule != VISITED_AFTER_JOIN:
                standing.setdefault(other, []).append(item)
            elif item.case_id == case_id and now.joined != other:
                closed.append(item.id)
            else:
                self.openings.lies_in(item.id, common_region(now.path, self._now[other].path))
        for other in sorted(standing.keys() | self._like(case_id, now)):
            closed += self._judge(moment, case_id, other, standing.get(other, ()))
        for item_id in closed:
            self.openings.close(item_id, moment, None)
        return closed

    def _like(self, case_id: str, now: Household) -> set[str]:
        """The cases that share enough with this one to be looked at."""
        if now.joined is not None:
            return set()
        found: set[str] = set()
        for blind in _linking(now.identities):
            others = self._sharing.get(blind, set()) - {case_id}
            found |= others if len(others) <= _MOST_SHARING else set()
        self._read(found)
        return found & self._now.keys()

    def _judge(self, moment: Moment, case_id: str, other: str, standing: Iterable[OpenItem]) -> list[str]:
        """Opens what is true of this pair now; the items that are not any more."""
        mine, theirs = self._now[case_id], self._now[other]
        if mine.joined == other or theirs.joined == case_id:
            return []  # whatever is still open between them, an officer has opened again
        apart = mine.joined is not None or theirs.joined is not None
        rule = None if apart else likeness(mine.identities, theirs.identities)
        if rule is not None:
            found = pair_found(rule, case_id, other)
            region = common_region(mine.path, theirs.path)
            if not self._decided(rule, case_id, other):
                self.openings.open(found, region, moment)
            self.openings.lies_in(found.id, region)
        return [item.id for item in standing if item.rule != rule]

    def _decided(self, rule: str, case_id: str, other: str) -> bool:
        """Whether an officer has decided about this pair on grounds at least as strong."""
        as_strong = [pair_found(each, case_id, other).id for each in RULES[: RULES.index(rule) + 1]]
        self.openings.know(as_strong)
        known = [self.openings.items[item_id] for item_id in as_strong if item_id in self.openings.items]
        return any(item.closed is not None and item.closed_by is not None for item in known)


def _linking(found: Iterable[Identified]) -> set[str]:
    return {blind for kind, blind in found if kind in _LINKING}
