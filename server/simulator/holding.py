"""What one tablet holds of the cases in its scope: registers as pulled, and its own work on top of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sync.dot import Dot
from sync.register import Register, Value, Write
from sync.scope_digest import SetDigest

# Interviews never reach a tablet, and what another visit recorded about itself is on no form.
NOT_SHOWN = ("interviews.", "visits.")


@dataclass(frozen=True, slots=True)
class HeldCase:
    """A case as the server showed it. `changed` is the ledger index of the newest statement in it."""

    id: str
    hash: str
    village: str
    changed: int
    registers: Mapping[str, Register]
    conflicts: frozenset[str]  # as the server counts siblings: two masked numbers may look alike and differ

    @classmethod
    def read(cls, shown: Mapping[str, Any]) -> "HeldCase":
        """From the compact form of the wire: a sibling is [value, statement number, write number, …]."""
        names: list[str] = shown["statements"]
        registers: dict[str, Register] = {}
        for path, siblings in shown["registers"].items():
            live: dict[Dot, Value] = {}
            for value, *dots in siblings:
                live |= {Dot(names[dots[at]], dots[at + 1]): value for at in range(0, len(dots), 2)}
            registers[path] = Register(live)
        conflicts = frozenset(path for path, siblings in shown["registers"].items() if len(siblings) > 1)
        return cls(shown["id"], shown["hash"], shown["village"], shown["changed"], registers, conflicts)


@dataclass(frozen=True, slots=True)
class OwnWork:
    """A statement of this tablet's own. `index` is its place in the ledger, once a receipt has said so."""

    statement: str
    writes: tuple[Write, ...]
    index: int | None = None
    waits: bool = False  # in quarantine: it is no part of the case


@dataclass(slots=True)
class Holding:
    """`size` is the size of the ledger that the last pull reflected: what the tablet can have seen."""

    cases: dict[str, HeldCase] = field(default_factory=dict)
    own: dict[str, list[OwnWork]] = field(default_factory=dict)
    tasks: dict[str, tuple[str, str]] = field(default_factory=dict)  # id -> (kind, case) of what is still asked for
    cursor: str | None = None
    size: int = 0

    def note_own(self, case: str, work: OwnWork) -> None:
        """Adds a statement, or says more of one that is there."""
        works = self.own.setdefault(case, [])
        for at, known in enumerate(works):
            if known.statement == work.statement:
                works[at] = work
                return
        works.append(work)

    def view(self, case: str) -> dict[str, Register]:
        """The case as this tablet's screen shows it."""
        held = self.cases.get(case)
        registers = dict(held.registers) if held else {}
        for work in self.own.get(case, ()):
            shown_by_server = held is not None and work.index is not None and work.index <= held.changed
            if work.waits or shown_by_server:
                continue
            for write in work.writes:
                if not write.path.startswith("interviews."):
                    registers[write.path] = registers.get(write.path, Register()).apply(write, ())
        return registers

    def on_screen(self, case: str) -> dict[str, frozenset[Dot]]:
        """The dots that the survey form shows, by field path."""
        return {
            path: frozenset(register.live)
            for path, register in self.view(case).items()
            if not path.startswith(NOT_SHOWN) and register.live
        }

    def on_file(self, case: str) -> dict[str, Value]:
        """The values that the survey form shows; of a disputed field the first."""
        return {
            path: register.siblings[0].value
            for path, register in self.view(case).items()
            if not path.startswith(NOT_SHOWN) and register.live
        }

    def shows_visit(self, case: str, statement: str) -> bool:
        """Whether this tablet has seen that visit: every visit leaves its own moment in the case."""
        return f"visits.{statement}.at" in self.view(case)

    def digest(self) -> str:
        return SetDigest.of({case.id: case.hash for case in self.cases.values()}).to_text()
