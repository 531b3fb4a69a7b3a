"""A field that keeps every live value: nobody's answer is overwritten by somebody who had not seen it.

A register is a multi-value register. Its live writes are those that no other accepted write has in its `seen`.
No clock takes part, neither the tablet's nor the server's: a tablet that wakes up in 2099 would win every
argument from then on. `awaited` are dots that were seen by an accepted write and whose own statement has not
arrived yet: they are superseded already, and must not come to life when they come.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from sync.dot import Dot
from sync.strict_json import canonical

Value = None | bool | int | str | list[str]


class Write(NamedTuple):
    """One field set by one statement, and the dots that the writer had on screen for that field."""

    dot: Dot
    path: str
    value: Value
    seen: frozenset[Dot] = frozenset()


@dataclass(frozen=True, slots=True)
class Sibling:
    """One of a register's distinct live values, with every dot that stands for it."""

    value: Value
    dots: tuple[Dot, ...]


@dataclass(frozen=True, slots=True)
class Register:
    live: Mapping[Dot, Value] = field(default_factory=dict)
    awaited: frozenset[Dot] = frozenset()

    def apply(self, write: Write, arrived: Iterable[str]) -> "Register":
        """The register after one more write; `arrived` names the statements folded in before this write's own.

        A statement that writes one path twice may supersede its own later write, so its dots are awaited until
        `arrived` is told of it. The caller applies each statement once: `Case.apply` sees to duplicates.
        """
        live = {dot: value for dot, value in self.live.items() if dot not in write.seen}
        if write.dot not in self.awaited:
            live[write.dot] = write.value
        awaited = self.awaited
        if write.seen:
            awaited |= {dot for dot in write.seen if dot.statement not in arrived}
        return Register(live, awaited - {write.dot} if awaited else awaited)

    def arrived(self, statement_id: str) -> "Register":
        """Nothing of this statement is awaited any more: it is here, whether or not it wrote this field."""
        return Register(self.live, frozenset(dot for dot in self.awaited if dot.statement != statement_id))

    @property
    def siblings(self) -> tuple[Sibling, ...]:
        """The distinct live values in canonical order; equal values written apart are one, with two sources."""
        # Canonical bytes, not Python values: 1 == True would hide a conflict.
        by_bytes: dict[bytes, list[Dot]] = {}
        values: dict[bytes, Value] = {}
        for dot, value in self.live.items():
            key = canonical(value)
            by_bytes.setdefault(key, []).append(dot)
            values[key] = value
        return tuple(Sibling(values[key], tuple(sorted(by_bytes[key]))) for key in sorted(by_bytes))

    @property
    def in_conflict(self) -> bool:
        """More than one distinct live value: it waits for a person with the authority to decide."""
        return len(self.live) > 1 and len(self.siblings) > 1

    @property
    def settled(self) -> Value:
        """The one value, or None when nothing is known; ask `in_conflict` first."""
        siblings = self.siblings
        return siblings[0].value if len(siblings) == 1 else None
