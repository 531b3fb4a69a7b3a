"""What does an answer to a lifeboat say, for the person who imported it?"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from server.queries.missing_statements import missing_statements
from server.store import replicas
from server.store.replicas import Replica
from sync.dot import sequence_of
from sync.envelope import parse_envelope
from sync.strict_json import parse


@dataclass(frozen=True, slots=True)
class StatementLine:
    """`number` counts the tablet's statements; `problem` holds (title, what to do) by language when refused."""

    number: int | None
    status: str
    reason: str | None
    owed: int
    problem: Mapping[str, tuple[str, str]] | None


@dataclass(frozen=True, slots=True)
class ShownAnswer:
    """`missing` are [first, last] runs of statements that exist by the tablet's own word and are not here."""

    replica: Replica
    lines: tuple[StatementLine, ...]
    delivered: int
    file_problems: Mapping[str, int]
    missing: tuple[tuple[int, int], ...]

    @property
    def covered(self) -> int:
        """How many statements have a receipt."""
        return sum(line.problem is None for line in self.lines)

    @property
    def whole(self) -> bool:
        return self.covered == len(self.lines) and not self.file_problems and not self.missing


def lifeboat_answer(authority: str, answer: bytes) -> ShownAnswer | None:
    """None when it is for another authority or its tablet is not known here."""
    said: Any = parse(parse_envelope(answer).payload)
    replica = replicas.find(authority, said["replica"])
    if said["authority"] != authority or replica is None:
        return None
    return ShownAnswer(
        replica=replica,
        lines=tuple(map(_line, said["verdicts"])),
        delivered=sum("delivered" in file for file in said["files"]),
        file_problems=Counter(file["problem"].rpartition(":")[2] for file in said["files"] if "problem" in file),
        missing=tuple((first, last) for first, last in missing_statements(authority, replica.id)),
    )


def _line(verdict: Mapping[str, Any]) -> StatementLine:
    problem = verdict.get("problem")
    texts = problem["translations"] if problem else {}
    return StatementLine(
        number=sequence_of(verdict["statement"]) if verdict["statement"] else None,
        status=verdict["status"],
        reason=verdict.get("reason"),
        owed=len(verdict.get("owed", ())),
        problem={tag.replace("-", "_"): (text["title"], text["detail"]) for tag, text in texts.items()} or None,
    )
