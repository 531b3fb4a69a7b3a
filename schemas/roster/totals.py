"""The sheet's own 合计 against what its rows add up to: a sum that somebody typed is a claim, not a fact."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from schemas.roster.cells import count, fen, squeezed, yuan
from schemas.roster.columns import LABELS, Header
from schemas.roster.problems import RowProblem
from schemas.roster.sheet import Row

_COUNTED = re.compile(r"(\d[\d,]*(?:\.\d+)?)(万元|元|户|人)")


@dataclass(frozen=True, slots=True)
class Sums:
    """Households, persons listed, persons covered (as stated by the households) and allowances in fen a month."""

    households: int = 0
    persons: int = 0
    covered: int = 0
    fen: int = 0

    @property
    def yuan(self) -> str:
        return yuan(self.fen)

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(
            self.households + other.households,
            self.persons + other.persons,
            self.covered + other.covered,
            self.fen + other.fen,
        )


NO_SUMS = Sums()


@dataclass(frozen=True, slots=True)
class StatedTotal:
    """What a 合计 row says, with its row number; None is what it does not say. Money in fen."""

    row: int
    households: int | None = None
    persons: int | None = None
    fen: int | None = None


def stated_total(row: Row, header: Header) -> StatedTotal:
    """Read a 合计 row: figures with their unit (240户 520人 98,000元) first, then figures under a known column."""
    said: dict[str, str] = {}
    for cell in row.cells:
        for figure, unit in _COUNTED.findall(squeezed(cell.text)):
            said.setdefault(unit, figure.replace(",", ""))
    at = header.positions

    def under(*columns: str) -> str:
        return next((row[at[c]].text for c in columns if c in at and row[at[c]].text), "")

    return StatedTotal(
        row.number,
        households=_whole(said.get("户") or under("number", "householder", "certificate_no")),
        persons=_whole(said.get("人") or under("name", "covered_count", "id_no", "family_size")),
        fen=fen(said["元"]) if "元" in said else _wan(said) if "万元" in said else fen(under("amount")),
    )


def _whole(text: str) -> int | None:
    number = count(text.replace(",", ""))
    return number if number is not None else int(text) if text.isascii() and text.isdigit() else None


def _wan(said: dict[str, str]) -> int | None:
    amount = fen(said["万元"])
    return None if amount is None else amount * 10_000


def disagreements(stated: StatedTotal, read: Sums) -> Iterator[RowProblem]:
    """Where a 合计 row and the rows differ. Persons may be counted as listed or as covered: both are in use."""
    if stated.households not in (None, read.households):
        yield RowProblem(stated.row, None, "total_households", f"{stated.households} ≠ {read.households}")
    if stated.persons not in (None, read.persons, read.covered):
        yield RowProblem(stated.row, None, "total_persons", f"{stated.persons} ≠ {read.persons}")
    if stated.fen is not None and stated.fen != read.fen:
        detail = f"{yuan(stated.fen)} ≠ {yuan(read.fen)}"
        yield RowProblem(stated.row, LABELS["amount"], "total_money", detail)
