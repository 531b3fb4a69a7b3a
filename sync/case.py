"""One household's file: a fold over the statements that people have signed about it (一户一档).

Any order, batching or duplication of deliveries gives the same case, byte for byte. `document` is those bytes.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from sync.dot import Dot
from sync.register import Register, Value, Write
from sync.strict_json import Json, canonical

EMPTY = Register()


@dataclass(frozen=True, slots=True)
class Case:
    """A map of field paths to registers, with the statements already folded in.

    `villages` are the villages that its statements named; they place a case whose own `place.village` is still
    unwritten or disputed.
    """

    statements: frozenset[str] = frozenset()
    registers: Mapping[str, Register] = field(default_factory=dict)
    villages: frozenset[str] = frozenset()

    def apply(self, statement_id: str, writes: Iterable[Write], village: str | None = None) -> "Case":
        """The case after one more statement; a statement that it already holds changes nothing."""
        if statement_id in self.statements:
            return self
        statements = self.statements | {statement_id}
        registers = dict(self.registers)
        for write in writes:
            registers[write.path] = registers.get(write.path, EMPTY).apply(write, self.statements)
        for path, register in registers.items():
            if register.awaited and any(dot.statement == statement_id for dot in register.awaited):
                registers[path] = register.arrived(statement_id)
        villages = self.villages if village is None else self.villages | {village}
        return Case(statements, registers, villages)

    def __getitem__(self, path: str) -> Register:
        return self.registers.get(path, EMPTY)

    @property
    def conflicts(self) -> tuple[str, ...]:
        """The paths that have more than one distinct live value, sorted."""
        return tuple(sorted(path for path, register in self.registers.items() if register.in_conflict))

    @property
    def village(self) -> str | None:
        """The region that the case lies in; while that is disputed, the same candidate on every machine."""
        named = [s.value for s in self["place.village"].siblings if isinstance(s.value, str)]
        return named[0] if named else min(self.villages, default=None)

    def entries(self, collection: str) -> tuple[str, ...]:
        """The ids of a keyed collection's entries that are listed, or whose listing is disputed, sorted."""
        prefix, suffix = f"{collection}.", ".listed"
        found = (
            path.removeprefix(prefix).removesuffix(suffix)
            for path, register in self.registers.items()
            if path.startswith(prefix) and path.endswith(suffix) and any(v is True for v in register.live.values())
        )
        return tuple(sorted(found))

    def document(self) -> bytes:
        """The canonical bytes of the case; equal bytes mean equal cases."""
        registers: dict[str, Json] = {}
        for path, register in self.registers.items():
            entry: dict[str, Json] = {"live": {f"{name}:{n}": value for (name, n), value in register.live.items()}}
            if register.awaited:
                entry["awaited"] = [str(dot) for dot in sorted(register.awaited)]
            registers[path] = entry
        return canonical(
            {
                "statements": sorted(self.statements),
                "registers": registers,
                "villages": sorted(self.villages),
            }
        )

    @classmethod
    def from_document(cls, document: bytes) -> "Case":
        """The case that `document` wrote."""
        data: Any = json.loads(document)  # our own canonical bytes: strictness was paid for when they came in
        registers = {
            path: Register(
                {Dot.parse(dot): value for dot, value in entry["live"].items()},
                frozenset(map(Dot.parse, entry.get("awaited", ()))),
            )
            for path, entry in data["registers"].items()
        }
        return cls(frozenset(data["statements"]), registers, frozenset(data["villages"]))


def case_hash(document: bytes) -> str:
    """What both sides compare to know that they hold the same case: hex SHA-256 of its document."""
    return sha256(document).hexdigest()


JOINED_INTO = "joined.into"


def joined_into(case: Case) -> str | None:
    """The case that lives on in this one's place (the same household, opened twice), or None."""
    value = case[JOINED_INTO].settled
    return value if isinstance(value, str) else None


def value_of(case: Case, path: str) -> Value:
    """The settled value of a field, or None."""
    return case[path].settled
