"""A data check file becomes a preview: one finding for each row, and every problem with its row.

Nothing is matched or imported here; whose rows they are is for the server to find out.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from schemas.data_checks.problems import CheckProblem
from schemas.data_checks.words import LABELS, REQUIRED, column_of, is_nothing, source_of
from schemas.roster.cells import day, fen
from schemas.roster.columns import HEADER_WITHIN, Header, find_header
from schemas.roster.id_number import read_id_number
from schemas.roster.sheet import BLANK, Cell, Row, Rows, UnreadableSheet, read_sheets

_MASKS = frozenset("*•●×＊")
_MOST_FOUND = 200  # characters of a result that are kept


@dataclass(frozen=True, slots=True)
class CheckRow:
    """What a bureau says of one person. `found` is None where it looked and found nothing; `amount` is in fen,
    `as_of` YYYY-MM-DD."""

    row: int
    id_number: str
    source: str
    found: str | None
    amount: int | None = None
    as_of: str | None = None

    @property
    def fact(self) -> tuple[str, str, str | None, int | None, str | None]:
        """What it says, wherever it stands."""
        return self.id_number, self.source, self.found, self.amount, self.as_of


@dataclass(frozen=True, slots=True)
class DataCheck:
    """What a file holds: the rows that can be looked up, and what is wrong with it. `read` counts all its rows."""

    rows: tuple[CheckRow, ...]
    problems: tuple[CheckProblem, ...]
    read: int = 0
    ignored_columns: tuple[str, ...] = ()

    @property
    def refused(self) -> bool:
        """Whether the file as a whole cannot be imported; its problems say why."""
        return any(problem.row is None and problem.severity == "error" for problem in self.problems)


def read_data_check(data: bytes, filename_suffix: str) -> DataCheck:
    """Read a data check (.xlsx, .csv) of one row a finding. Never raises for what is in the file."""
    try:
        return _read(data, filename_suffix)
    except UnreadableSheet as unreadable:
        return DataCheck((), (CheckProblem(None, None, unreadable.code, unreadable.detail),))


def _read(data: bytes, suffix: str) -> DataCheck:
    problems: list[CheckProblem] = []
    rows, header = _table(data, suffix, problems)
    if header is None:
        return DataCheck((), (CheckProblem(None, None, "no_header", str(HEADER_WITHIN)),))
    problems += [CheckProblem(None, LABELS[c], "duplicate_column", LABELS[c]) for c in header.twice]
    if missing := [LABELS[column] for column in REQUIRED if column not in header.positions]:
        problems += [CheckProblem(None, label, "missing_column", label) for label in missing]
        return DataCheck((), tuple(problems), ignored_columns=header.ignored)
    found: list[CheckRow] = []
    first: dict[tuple[object, ...], int] = {}
    read = 0
    for row in rows[header.index + 1 :]:
        reader = _RowReader(row, header)
        if reader.is_empty:
            continue
        read += 1
        one = reader.read()
        problems += reader.problems
        if one is None:
            continue
        if first.setdefault(one.fact, row.number) != row.number:
            problems.append(CheckProblem(row.number, None, "row_twice", str(first[one.fact])))
        else:
            found.append(one)
    if not read:
        problems.append(CheckProblem(None, None, "no_rows"))
    problems.sort(key=lambda problem: problem.row or 0)
    return DataCheck(tuple(found), tuple(problems), read, header.ignored)


def _table(data: bytes, suffix: str, problems: list[CheckProblem]) -> tuple[Rows, Header | None]:
    """The first sheet with a header, and a word about every later one."""
    rows: Rows = ()
    header: Header | None = None
    for number, sheet in enumerate(read_sheets(data, suffix), 1):
        here = find_header(sheet, column_of)
        if here and header is None:
            rows, header = sheet, here
        elif here:
            problems.append(CheckProblem(None, None, "sheet_not_read", str(number)))
    return rows, header


class _RowReader:
    """Reads one row; what is wrong with it goes to `problems`."""

    def __init__(self, row: Row, header: Header) -> None:
        self._row = row
        self._cells = {column: row[position] for column, position in header.positions.items()}
        self.problems: list[CheckProblem] = []

    @property
    def is_empty(self) -> bool:
        """Nothing in any column that says something: a note or a signature below the table."""
        return not any(self._cells.get(column, BLANK) is not BLANK for column in REQUIRED)

    def read(self) -> CheckRow | None:
        id_number, source, found = self._id_number(), self._source(), self._found()
        if id_number is None or source is None or found is None:
            return None
        words = None if is_nothing(source, found) else found[:_MOST_FOUND]
        return CheckRow(self._row.number, id_number, source, words, self._amount(), self._day())

    def _cell(self, column: str) -> Cell:
        return self._cells.get(column, BLANK)

    def _tell(self, column: str, code: str) -> None:
        self.problems.append(CheckProblem(self._row.number, LABELS[column], code))

    def _id_number(self) -> str | None:
        cell = self._cell("id_no")
        if cell.fault or not cell.text:
            self._tell("id_no", "id_lost" if cell.fault else "id_missing")
            return None
        if _MASKS & set(cell.text):
            self._tell("id_no", "id_masked")
            return None
        number = read_id_number(cell.text)
        if number.fault:  # the file of a person may hold the same wrong number
            self._tell("id_no", number.fault)
        return number.text

    def _source(self) -> str | None:
        source = source_of(self._cell("source").text)
        if source is None:
            self._tell("source", "source_unknown")
        return source

    def _found(self) -> str | None:
        cell = self._cell("found")
        if not cell.text:
            self._tell("found", "found_missing")
        return cell.text or None

    def _amount(self) -> int | None:
        for cell in self._given("amount"):
            amount = fen(cell.text)
            if amount is not None and amount >= 0:
                return amount
            self._tell("amount", "amount_unreadable" if amount is None else "amount_negative")
        return None

    def _day(self) -> str | None:
        for cell in self._given("as_of"):
            if date := day(cell.text):
                return date
            self._tell("as_of", "date_unreadable")
        return None

    def _given(self, column: str) -> Iterator[Cell]:
        """The cell, if something can be read in it."""
        cell = self._cell(column)
        if cell.fault:
            self._tell(column, cell.fault)
        elif cell.text:
            yield cell
