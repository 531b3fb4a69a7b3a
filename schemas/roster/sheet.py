"""A spreadsheet file becomes rows of cells, and nothing in it is ever calculated, followed or trusted.

.xlsx is ECMA-376 (read with openpyxl in streaming mode); .csv is RFC 4180 in UTF-8, with or without a byte order
mark, or in GB18030, which is what Excel writes on a Chinese desktop.
"""

import csv
import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

MAX_ROWS = 100_000
MAX_COLUMNS = 120
MAX_CELL = 2_000
MAX_UNPACKED = 300 * 1024 * 1024  # bytes of XML in a workbook; a small zip can hold gigabytes

# Excel keeps 15 significant digits of a number, so an 18-digit ID or a 19-digit account in a number cell is lost.
_ROUNDED = re.compile(r"\d(\.\d+)?E\+?(1[5-9]|2\d)", re.IGNORECASE)
_QUOTED_LITERAL = re.compile(r'="([^"]*)"')  # how CSV exports protect long numbers; a literal, no calculation


class UnreadableSheet(Exception):
    """The bytes are no sheet that can be read; `code` is the problem code, `detail` its figure."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its text, and whether it lost something on the way (`formula`, `rounded`)."""

    text: str
    fault: Literal["formula", "number_rounded"] | None = None


BLANK = Cell("")


@dataclass(frozen=True, slots=True)
class Row:
    """One row and its 1-based number as the spreadsheet shows it."""

    number: int
    cells: tuple[Cell, ...]

    def __getitem__(self, column: int) -> Cell:
        return self.cells[column] if column < len(self.cells) else BLANK


Rows = tuple[Row, ...]


def read_sheets(data: bytes, suffix: str) -> Iterator[Rows]:
    """The sheets of a file, in order; a .csv is one sheet. Raises UnreadableSheet."""
    if suffix.lower().lstrip(".") == "xlsx":
        yield from _workbook(data)
    elif suffix.lower().lstrip(".") == "csv":
        yield _csv(data)
    else:
        raise UnreadableSheet("unreadable_file")


def _workbook(data: bytes) -> Iterator[Rows]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MAX_UNPACKED:
                raise UnreadableSheet("too_large", f"{MAX_UNPACKED // 1024 // 1024} MB")
        # data_only=False on purpose: with True a formula would arrive as whatever value somebody cached in it.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of styles it drops, which other office suites write
            workbook = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
        try:
            for worksheet in workbook.worksheets:
                if worksheet.sheet_state != "visible":
                    continue
                worksheet.reset_dimensions()  # the size a file claims is often "A1" or a million rows
                rows = worksheet.iter_rows(max_col=MAX_COLUMNS)
                yield _bounded(Row(n, _trim([_cell(c) for c in row])) for n, row in enumerate(rows, 1))
        finally:
            workbook.close()
    # What openpyxl lets through for damaged files is a wide and undocumented family; all of it is one answer.
    except (
        zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, InvalidFileException, NotImplementedError,
        SyntaxError,  # both XML parsers derive their errors from it
        KeyError, ValueError, TypeError, AttributeError, IndexError, AssertionError, OverflowError, OSError,
        EOFError, RuntimeError,
    ) as damage:  # fmt: skip  # one line a name reads worse
        raise UnreadableSheet("unreadable_file") from damage


def _csv(data: bytes) -> Rows:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise UnreadableSheet("unreadable_file")
    if "\0" in text:
        raise UnreadableSheet("unreadable_file")
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    try:
        return _bounded(Row(n, _trim([_from_csv(c) for c in line])) for n, line in enumerate(lines, 1))
    except csv.Error as damage:
        raise UnreadableSheet("unreadable_file") from damage


def _delimiter(text: str) -> str:
    head = text[:4000]
    return max(",\t;", key=head.count) if any(mark in head for mark in ",\t;") else ","


def _bounded(rows: Iterator[Row]) -> Rows:
    kept: list[Row] = []
    for row in rows:
        if row.number > MAX_ROWS:
            if row.cells:
                raise UnreadableSheet("too_large", f"{MAX_ROWS} 行/rows")
            if row.number > 2 * MAX_ROWS:  # blank rows below the table are formatting, but not for ever
                break
        elif row.cells:
            kept.append(row)
    return tuple(kept)


def _trim(cells: list[Cell]) -> tuple[Cell, ...]:
    while cells and cells[-1] is BLANK:
        cells.pop()
    return tuple(cells[:MAX_COLUMNS])


def _cell(cell: object) -> Cell:
    value = getattr(cell, "value", None)
    if value is None:
        return BLANK
    kind = getattr(cell, "data_type", "s")
    if kind == "f" or kind == "e":
        return Cell("", "formula")
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, bool):
        return Cell("是" if value else "否")
    if isinstance(value, (int, float)):
        return _figure(value)
    if isinstance(value, datetime):
        return Cell(value.date().isoformat())
    if isinstance(value, date):
        return Cell(value.isoformat())
    return _text(str(value))


def _figure(value: int | float) -> Cell:
    if abs(value) >= 10**15:
        return Cell("", "number_rounded")
    if isinstance(value, int) or value.is_integer():
        return Cell(str(int(value)))
    # 0.1 + 0.2 in a sheet is 0.30000000000000004; nobody typed that, so nobody is blamed for it.
    return Cell(format(Decimal(repr(round(value, 6))).normalize(), "f"))


def _from_csv(value: str) -> Cell:
    if literal := _QUOTED_LITERAL.fullmatch(value.strip()):
        return _text(literal[1])
    if value.startswith("="):
        return Cell("", "formula")
    if _ROUNDED.fullmatch(value.strip()):
        return Cell("", "number_rounded")
    return _text(value)


def _text(value: str) -> Cell:
    text = value.strip()[:MAX_CELL]
    if text.startswith("#") and text.rstrip("!?").upper() in {"#REF", "#N/A", "#VALUE", "#DIV/0", "#NAME", "#NUM"}:
        return Cell("", "formula")
    return Cell(text) if text else BLANK
