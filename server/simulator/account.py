"""The simulator's own book: what was sealed, what was acknowledged and by which receipt, what was lost and why.

It learns nothing from the server but receipts, so that it can be held against the server at the end.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock

from sync.dot import Dot
from sync.envelope import Envelope
from sync.register import Write


@dataclass(frozen=True, slots=True)
class Promise:
    """A receipt as it came: its exact payload, and what that says."""

    receipt: bytes
    index: int
    verdict: str


@dataclass(slots=True)
class Entry:
    """One sealed statement and its fate. `writes` are what it does to its case, were it applied."""

    statement: str
    replica: str
    seq: int
    kind: str
    case: str
    envelope: Envelope
    writes: tuple[Write, ...]
    digests: tuple[str, ...]
    promise: Promise | None = None
    forgotten: bool = False  # its tablet lost it before it was acknowledged
    arrived: bool = False  # never acknowledged, and the server says that it has it all the same

    @property
    def applied(self) -> bool:
        """Whether it is part of its case now: accepted, or there without the tablet ever having heard of it."""
        return self.arrived if self.promise is None else self.promise.verdict == "accepted"


@dataclass(frozen=True, slots=True)
class Planted:
    """Tablets that visit one household apart: what each of them writes to the fields that they disagree about."""

    case: str
    statements: Mapping[str, Mapping[str, object]]  # statement id -> {path: value}

    def expected(self, applied: Iterable[str]) -> set[tuple[str, str]]:
        """(case, path) of each conflict that there must be, given the statements that were applied."""
        here = [self.statements[name] for name in applied if name in self.statements]
        paths = {path for values in here for path in values}
        return {
            (self.case, path) for path in paths if len({repr(values[path]) for values in here if path in values}) > 1
        }


@dataclass(frozen=True, slots=True)
class OfficeAct:
    """What the office has stated meanwhile: so many statements, and what they write to cases of the account."""

    statements: int = 1
    writes: Mapping[str, Sequence[Write]] = field(default_factory=dict)


@dataclass(slots=True)
class Account:
    """Shared by all tablets of a fleet; every method may be called from any thread."""

    entries: dict[str, Entry] = field(default_factory=dict)
    waiting: dict[str, str] = field(default_factory=dict)  # statement -> why it must wait in quarantine
    office: list[OfficeAct] = field(default_factory=list)
    planted: list[Planted] = field(default_factory=list)
    given_up: set[tuple[str, str]] = field(default_factory=set)  # (replica, digest): evidence lost with its tablet
    complaints: list[str] = field(default_factory=list)
    payload_bytes: int = 0
    evidence: set[tuple[str, str]] = field(default_factory=set)  # (replica, digest) that the server says it holds
    _lock: Lock = field(default_factory=Lock, repr=False)

    def seal(self, entry: Entry) -> None:
        with self._lock:
            self.entries[entry.statement] = entry

    def acknowledge(self, statement: str, promise: Promise) -> None:
        """Notes a verified receipt. A second one that differs from the first is a broken promise."""
        with self._lock:
            entry = self.entries[statement]
            if entry.promise is None:
                entry.promise = promise
                self.payload_bytes += len(entry.envelope.to_bytes())
            elif entry.promise.receipt != promise.receipt:
                self.complaints.append(f"{statement}: a repeat got another receipt")

    def deliver(self, replica: str, digest: str, length: int) -> None:
        with self._lock:
            if (replica, digest) not in self.evidence:
                self.evidence.add((replica, digest))
                self.payload_bytes += length

    def forget(self, replica: str, digests: Iterable[str]) -> None:
        """A tablet has lost its store, with what was not acknowledged and with these files."""
        with self._lock:
            for entry in self.entries.values():
                if entry.replica == replica and entry.promise is None:
                    entry.forgotten = True
            self.given_up.update((replica, digest) for digest in digests)

    def give_up(self, replica: str, digest: str) -> None:
        """This file cannot be read any more: it stays owed."""
        with self._lock:
            self.given_up.add((replica, digest))

    def complain(self, words: str) -> None:
        """The server did something that it must not do, whatever the link does."""
        with self._lock:
            self.complaints.append(words)

    def plant(self, planted: Planted) -> None:
        with self._lock:
            self.planted.append(planted)

    def must_wait(self, statement: str, why: str) -> None:
        """This statement was made so that the server must keep it and not apply it."""
        with self._lock:
            self.waiting[statement] = why

    def decide(self, act: OfficeAct) -> None:
        with self._lock:
            self.office.append(act)

    def of_case(self, case: str) -> list[Entry]:
        with self._lock:
            return [entry for entry in self.entries.values() if entry.case == case]

    @property
    def acknowledged(self) -> list[Entry]:
        return [entry for entry in self.entries.values() if entry.promise is not None]


def live_dots(before: Mapping[str, Iterable[Dot]], writes: Iterable[Write]) -> dict[str, set[Dot]]:
    """What a case must hold, by the law alone: the writes that no other write has seen, by path.

    `before` are the dots that were live when the account began.
    """
    writes = list(writes)
    live: dict[str, set[Dot]] = {path: set(dots) for path, dots in before.items()}
    for write in writes:
        live.setdefault(write.path, set()).add(write.dot)
    for write in writes:
        live[write.path] -= write.seen
    return {path: dots for path, dots in live.items() if dots}
