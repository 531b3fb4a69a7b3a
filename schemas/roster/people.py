"""Rows become persons, and persons become households: by household number where there is one, else by householder."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from schemas.roster.cells import code_of, person_name, squeezed
from schemas.roster.columns import Header, column_of
from schemas.roster.sheet import BLANK, Cell, Row, Rows

_TOTAL = re.compile(r"(合计|总计|共计|总合计)")
_SUBTOTAL = re.compile(r".{0,20}小计")
_FOOTER = re.compile(r"(制表|填表|填报|审核|审批|复核|负责|经办|单位|日期|备注|说明|注[::]|第\d+页|共\d+页)")
_WHO = ("name", "id_no", "relation")


@dataclass(frozen=True, slots=True)
class Person:
    """One row below the header, by column."""

    row: int
    cells: Mapping[str, Cell]

    def __getitem__(self, column: str) -> Cell:
        return self.cells.get(column, BLANK)

    def text(self, column: str) -> str:
        return self[column].text

    @property
    def is_householder(self) -> bool:
        return code_of("relation", self.text("relation")) == "0"


Household = tuple[Person, ...]


def persons(rows: Rows, header: Header) -> tuple[tuple[Person, ...], tuple[Row, ...]]:
    """The persons below the header, and the rows that state a total. Notes and page headers are passed over."""
    found: list[Person] = []
    totals: list[Row] = []
    for row in rows[header.index + 1 :]:
        first = squeezed(next((cell.text for cell in row.cells if cell.text), ""))
        if _TOTAL.match(first):
            totals.append(row)
        elif not _SUBTOTAL.match(first) and (person := _person(row, header, first)):
            found.append(person)
    return tuple(found), tuple(totals)


def _person(row: Row, header: Header, first: str) -> Person | None:
    cells = {
        column: row[position]
        for column, position in header.positions.items()
        if row[position] is not BLANK and column not in ("sequence", "remark")
    }
    is_note = not any(column in cells for column in _WHO) and (len(cells) < 2 or _FOOTER.match(first))
    # Printed rosters repeat the header on every page.
    is_header = sum(column_of(cell.text) == column for column, cell in cells.items()) >= 3
    if is_note or is_header or (_FOOTER.match(first) and len(cells) <= 3):
        return None
    return Person(row.number, MappingProxyType(cells))


def households(people: Iterable[Person], header: Header) -> Iterator[Household]:
    """Neighbouring rows that belong together.

    Where the roster numbers its households (户编号, else 低保证号), a new number opens one. A row without a
    number belongs to the household above it, unless it is a householder's. Without numbers, a householder opens
    a household, and so does another name in 户主姓名.
    """
    numbered = next((column for column in ("number", "certificate_no") if column in header.positions), None)
    together: list[Person] = []
    current = ""
    for person in people:
        if numbered:
            key = squeezed(person.text(numbered))
            opens = key != current if key and current else (bool(key) or person.is_householder)
        else:
            key = person_name(person.text("householder"))
            opens = person.is_householder or bool(key and current and key != current)
        if together and opens:
            yield tuple(together)
            together, current = [], ""
        together.append(person)
        current = key or current
    if together:
        yield tuple(together)
