"""A dot is the permanent name of one write: which statement made it, and which of its writes it is."""

from functools import lru_cache
from typing import NamedTuple

from sync.errors import UnreadableStatement


class Dot(NamedTuple):
    """(statement id, number of the write in that statement, from 0); written `<statement id>:<number>`."""

    statement: str
    number: int

    def __str__(self) -> str:
        return f"{self.statement}:{self.number}"

    @classmethod
    @lru_cache(maxsize=65_536)  # a visit names the same sixty dots that the case and the tablet already name
    def parse(cls, text: str) -> "Dot":
        """Raises UnreadableStatement when the text names no write."""
        statement, colon, number = text.rpartition(":")
        if not colon or not statement or not (number.isascii() and number.isdigit() and len(number) <= 9):
            raise UnreadableStatement("a dot is written <statement id>:<number>")
        return cls(statement, int(number))


def replica_of(statement_id: str) -> str:
    """The replica that wrote a statement: ids are `<replica id>-<sequence number>`, so nobody can borrow one."""
    return statement_id.rpartition("-")[0]


def sequence_of(statement_id: str) -> int:
    """The statement's place in its replica's chain, from 1."""
    return int(statement_id.rpartition("-")[2])
