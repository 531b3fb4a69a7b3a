"""A roster file becomes a preview: households ready to import, and every problem with its row, for a person to judge.

Nothing is imported here. The official looks at the preview and signs one `roster_import` statement for it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from schemas.roster.cells import squeezed
from schemas.roster.columns import HEADER_WITHIN, LABELS, REQUIRED, Header, find_header
from schemas.roster.household import HouseholdReader, Reading, Write
from schemas.roster.people import Household, households, persons
from schemas.roster.problems import RowProblem
from schemas.roster.sheet import Rows, UnreadableSheet, read_sheets
from schemas.roster.totals import NO_SUMS, StatedTotal, Sums, disagreements, stated_total
from schemas.roster.villages import Villages


@dataclass(frozen=True, slots=True)
class RosterHousehold:
    """One household to import: its new case, its village, its rows in the sheet (first, last) and its writes.

    `writes` are sorted by path; amounts are integer fen, dates YYYY-MM-DD, choices the form's codes. `number` is
    the roster's own household number (户编号), if it has one.
    """

    case_id: str
    village: str
    rows: tuple[int, int]
    number: str | None
    persons: int
    writes: tuple[Write, ...]


@dataclass(frozen=True, slots=True)
class RosterPreview:
    """What a roster holds. `read` sums all its rows, `imported` only what would be imported; `stated` is its 合计."""

    households: tuple[RosterHousehold, ...]
    problems: tuple[RowProblem, ...]
    read: Sums = NO_SUMS
    imported: Sums = NO_SUMS
    stated: StatedTotal | None = None
    ignored_columns: tuple[str, ...] = ()

    @property
    def refused(self) -> bool:
        """Whether the file as a whole cannot be imported; its problems say why."""
        return any(problem.row is None and problem.severity == "error" for problem in self.problems)

    @property
    def wrong_rows(self) -> int:
        """How many rows have at least one problem."""
        return len({problem.row for problem in self.problems if problem.row is not None})


def read_roster(
    data: bytes, filename_suffix: str, *, villages: Mapping[str, str], new_id: Callable[[], str]
) -> RosterPreview:
    """Read a roster (.xlsx, .csv) of one row a person. Never raises for what is in the file: it is in `problems`.

    `villages` maps the county's village names to region ids; `new_id` makes the ids (32 lower-case hex) of cases,
    members and income lines.
    """
    try:
        return _preview(data, filename_suffix, Villages(villages), new_id)
    except UnreadableSheet as unreadable:
        return RosterPreview((), (RowProblem(None, None, unreadable.code, unreadable.detail),))


def _preview(data: bytes, suffix: str, villages: Villages, new_id: Callable[[], str]) -> RosterPreview:
    problems: list[RowProblem] = []
    rows, header = _table(data, suffix, problems)
    if header is None:
        return RosterPreview((), (RowProblem(None, None, "no_header", str(HEADER_WITHIN)),))
    problems += [RowProblem(None, LABELS[c], "duplicate_column", LABELS[c]) for c in header.twice]
    if missing := [LABELS[column] for column in REQUIRED if column not in header.positions]:
        problems += [RowProblem(None, label, "missing_column", label) for label in missing]
        return RosterPreview((), tuple(problems), ignored_columns=header.ignored)
    people, total_rows = persons(rows, header)
    if not people:
        problems.append(RowProblem(None, None, "no_rows"))
        return RosterPreview((), tuple(problems), ignored_columns=header.ignored)
    found, read, imported = _households(
        people_together=tuple(households(people, header)), villages=villages, new_id=new_id, problems=problems
    )
    # A roster pasted together from several has several 合计; only a single one speaks for all rows.
    stated = stated_total(total_rows[-1], header) if total_rows else None
    if stated:
        problems += disagreements(stated, read)
    problems.sort(key=lambda problem: problem.row or 0)
    return RosterPreview(found, tuple(problems), read, imported, stated, header.ignored)


def _table(data: bytes, suffix: str, problems: list[RowProblem]) -> tuple[Rows, Header | None]:
    """The first sheet with a header, and a word about every later one."""
    rows: Rows = ()
    header: Header | None = None
    for number, sheet in enumerate(read_sheets(data, suffix), 1):
        here = find_header(sheet)
        if here and header is None:
            rows, header = sheet, here
        elif here:
            problems.append(RowProblem(None, None, "sheet_not_read", str(number)))
    return rows, header


def _households(
    people_together: tuple[Household, ...],
    villages: Villages,
    new_id: Callable[[], str],
    problems: list[RowProblem],
) -> tuple[tuple[RosterHousehold, ...], Sums, Sums]:
    found: list[RosterHousehold] = []
    read, imported = NO_SUMS, NO_SUMS
    first_with_number: dict[str, int] = {}
    first_with_id: dict[str, int] = {}
    for household in people_together:
        first, last = household[0].row, household[-1].row
        number = squeezed(household[0].text("number")) or None
        if number and first_with_number.setdefault(number, first) != first:
            detail = str(first_with_number[number])
            problems.append(RowProblem(first, LABELS["number"], "household_number_twice", detail))
        village = _village(household, villages)
        reading = _read(household, village or "", new_id, problems)
        for row, id_number in reading.id_numbers:
            if first_with_id.setdefault(id_number, row) != row:
                detail = str(first_with_id[id_number])
                problems.append(RowProblem(row, LABELS["id_no"], "id_twice", detail))
        sums = Sums(1, len(household), reading.covered, reading.fen)
        read += sums
        if village is None:
            detail = str(len(household))
            problems.append(RowProblem(first, LABELS["village"], "village_unknown", detail))
        elif reading.members:
            imported += Sums(1, reading.members, reading.covered, reading.fen)
            found.append(RosterHousehold(new_id(), village, (first, last), number, reading.members, reading.writes))
    return tuple(found), read, imported


def _village(household: Household, villages: Villages) -> str | None:
    head = next((p for p in household if p.is_householder and p.text("village")), None)
    speaker = head or next((p for p in household if p.text("village")), household[0])
    return villages.find(speaker.text("village"), speaker.text("township"))


def _read(household: Household, village: str, new_id: Callable[[], str], problems: list[RowProblem]) -> Reading:
    if any(person.text("name") for person in household):
        return HouseholdReader(household, new_id, problems).read(village)
    problems.append(RowProblem(household[0].row, LABELS["name"], "household_without_names"))
    return Reading((), (), 0, 0, 0)
