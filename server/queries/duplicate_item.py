"""Two files that may be one household, side by side: what each says, and what a join would take over."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from server.queries.opened_household import Household
from sync.case import joined_into
from sync.dot import Dot
from sync.duplicate import VISITED_AFTER_JOIN
from sync.joining import Joining, SideBySide, shown_of
from sync.strict_json import canonical


@dataclass(frozen=True, slots=True)
class PairRow:
    """A field of both files. `choosable` when the other file's value can be taken; `takes` when it is by default,
    because the file that lives on says nothing there."""

    path: str
    label: str
    here: str
    there: str
    choosable: bool
    takes: bool
    disputed: bool


@dataclass(frozen=True, slots=True)
class AddedEntry:
    """An entry that only the other file lists; it is taken over unless somebody leaves it out."""

    path: str
    group: str
    title: str
    note: str


@dataclass(frozen=True, slots=True)
class DuplicateView:
    """`joined` says which of the two is joined into the other already. `shown` are all dots that a join rests on."""

    lives: Household
    other: Household
    may_swap: bool
    joined: str | None
    differing: tuple[PairRow, ...]
    equal: tuple[PairRow, ...]
    added: tuple[AddedEntry, ...]
    shown: Mapping[str, Mapping[str, frozenset[Dot]]]


def duplicate_view(rule: str, first: Household, second: Household, chosen: str | None = None) -> DuplicateView:
    """`chosen` is the case that is to live on; by default the one that was visited more often, or opened first."""
    pair = {first.row.id: first, second.row.id: second}
    joined = next((h.row.id for h in pair.values() if joined_into(h.case) in pair), None)
    fixed = second.row.id if rule == VISITED_AFTER_JOIN else None
    if joined is not None:
        fixed = next(name for name in pair if name != joined)
    usual = max(pair.values(), key=lambda h: (h.row.visits, -_opened(h))).row.id
    lives = pair[fixed or (chosen if chosen in pair else usual)]
    other = next(h for h in pair.values() if h is not lives)
    joining = Joining(lives.row.id, lives.case, other.row.id, other.case)
    rows = [(row, _row(lives, other, joining, row)) for row in joining.side_by_side if row.added is None]
    rows = [(row, shown) for row, shown in rows if not row.path.endswith(".listed") or shown.here != shown.there]
    return DuplicateView(
        lives=lives,
        other=other,
        may_swap=fixed is None,
        joined=joined,
        differing=_in_form_order(lives, (s for r, s in rows if not _same(joining, r))),
        equal=_in_form_order(lives, (s for r, s in rows if _same(joining, r))),
        added=_added(other, joining),
        shown={h.row.id: shown_of(h.case) for h in pair.values()},
    )


def _opened(home: Household) -> int:
    return home.statements[0].number if home.statements else 0


def _same(joining: Joining, row: SideBySide) -> bool:
    here, there = joining.here[row.path], joining.there[row.there]
    if here.in_conflict or there.in_conflict:
        return False
    return canonical(here.settled) == canonical(joining.value_there(row))


def _row(lives: Household, other: Household, joining: Joining, row: SideBySide) -> PairRow:
    here, there = joining.here[row.path], joining.there[row.there]
    settled = bool(there.live) and not there.in_conflict
    return PairRow(
        path=row.path,
        label=lives.fields.full_label(row.path),
        here=" / ".join(lives.fields.texts(row.path)),
        there=" / ".join(other.fields.texts(row.there)),
        choosable=settled,
        takes=settled and not any(v is not None for v in here.live.values()) and there.settled is not None,
        disputed=here.in_conflict or there.in_conflict,
    )


def _added(other: Household, joining: Joining) -> tuple[AddedEntry, ...]:
    found: list[AddedEntry] = []
    for entry in dict.fromkeys(row.added for row in joining.side_by_side if row.added is not None):
        collection, _, name = entry.partition(".")
        title, note = other.fields.heading(collection, name)
        about = other.fields.catalogue.describe(f"{entry}.listed")
        found.append(AddedEntry(f"{entry}.listed", about.group[other.fields.language], title, note))
    return tuple(found)


def _in_form_order(home: Household, rows: Iterable[PairRow]) -> tuple[PairRow, ...]:
    order = {template: place for place, template in enumerate(home.fields.catalogue.fields)}
    described = home.fields.catalogue.describe
    return tuple(sorted(rows, key=lambda each: (order.get(described(each.path).template, len(order)), each.path)))
