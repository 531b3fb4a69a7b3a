"""A statement: one signed, immutable document about a case; there is no other way to write to a case.

The kinds known today are in `KINDS`; the list is open, and a kind that this server does not know yet is kept in
quarantine, never refused.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from sync.dot import Dot
from sync.register import Value, Write

SURVEY_KINDS = frozenset({"household_visit", "neighbour_interview", "recheck"})
# What the office says of a case without writing to it: what one officer proposes and another must confirm, what the
# field is asked to do, and that a statement stays out of its case.
SPOKEN_KINDS = frozenset({"proposal", "request", "rejection"})
OFFICE_KINDS = SPOKEN_KINDS | frozenset(
    {"roster_import", "data_check", "resolution", "release", "join", "separation"}
)
KINDS = SURVEY_KINDS | OFFICE_KINDS
# What nobody decides without a reason code and words.
DECISION_KINDS = SPOKEN_KINDS | frozenset({"resolution", "release", "join", "separation"})
ASKS = frozenset({"re_ask", "re_visit", "recheck", "re_sign", "retake"})


class Outcome(StrEnum):
    """How a person's place on the form was filled; a blank is never an outcome."""

    SIGNED = "signed"
    THUMBPRINT = "thumbprint"
    GUARDIAN = "guardian"
    REFUSED = "refused"
    ABSENT = "absent"
    ANONYMOUS = "anonymous"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Evidence:
    """A photo, scan or ink file that the statement names by the SHA-256 of its exact bytes (length in bytes).

    `claims` are what the tablet says of the capture (time, place, clock): claims, never facts.
    """

    digest: str
    length: int
    media_type: str
    shot: str
    claims: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SignOff:
    """A person's act of vouching for exactly this statement: who, in which role, with which ink or key.

    People with an account are named by `person` and `keyid`, and their signature is in the envelope. Householders
    and neighbours hold no key: they have `ink` (a digest) only, witnessed by the investigators' signatures.
    """

    slot: str
    outcome: Outcome
    person: str | None = None
    keyid: str | None = None
    ink: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """The tablet's clocks when the statement was sealed: shown and compared, never used to order or to judge."""

    wall: str
    monotonic_ms: int
    boot: str


@dataclass(frozen=True, slots=True)
class CaseWrite:
    """A write that a statement spells out itself, because no form stands behind it (import, resolution)."""

    case: str
    path: str
    value: Value
    seen: frozenset[Dot]


@dataclass(frozen=True, slots=True)
class Ask:
    """What the office asks the field to do about a case, by `due` (YYYY-MM-DD).

    `kind` is one of ASKS; `person` should do it (None: whoever works there); `path` is the field in question.
    """

    kind: str
    due: str
    person: str | None = None
    path: str | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """The parsed content of a statement's payload.

    `seen` are the dots that the writer had on screen, by field path. `held` is the size of the ledger that the
    replica held: nobody supersedes what they cannot have seen. Surveys carry `form`, `form_version` and the XForm
    `instance`; other kinds carry `writes`. Decisions name the `item` that they decide and what came out (`outcome`),
    the statement that they are about (`target`: what is released, rejected or confirmed), the digests and
    statements that they rest on (`basis`), and what they ask of the field (`ask`).
    """

    id: str
    kind: str
    authority: str
    replica: str
    seq: int
    prev: str | None
    author: str
    held: int
    made: Made
    case: str | None = None
    village: str | None = None
    form: str | None = None
    form_version: str | None = None
    instance: str | None = None
    seen: Mapping[str, frozenset[Dot]] = field(default_factory=dict)
    writes: tuple[CaseWrite, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    sign_offs: tuple[SignOff, ...] = ()
    item: str | None = None
    outcome: str | None = None
    target: str | None = None
    basis: tuple[str, ...] = ()
    ask: Ask | None = None
    reason_code: str | None = None
    reason: str | None = None

    @property
    def digests(self) -> tuple[str, ...]:
        """The evidence that it names, each once, in the order named."""
        return tuple(dict.fromkeys(item.digest for item in self.evidence))

    @property
    def seen_dots(self) -> frozenset[Dot]:
        """Every dot that it claims to have had on screen."""
        spelled_out = (write.seen for write in self.writes)
        return frozenset().union(*self.seen.values(), *spelled_out)


def survey_writes(statement: Statement, answers: tuple[tuple[str, Value], ...]) -> tuple[Write, ...]:
    """The writes of a survey: one for each answer, numbered in the order of their paths."""
    nothing: frozenset[Dot] = frozenset()
    return tuple(
        Write(Dot(statement.id, index), path, value, statement.seen.get(path, nothing))
        for index, (path, value) in enumerate(sorted(answers, key=lambda answer: answer[0]))
    )


def spelled_out_writes(statement: Statement) -> dict[str, tuple[Write, ...]]:
    """The writes of a statement without a form, by case; numbered in the order in which it spells them out.

    The case that it names is there even when nothing is written: the case holds that it was said.
    """
    by_case: dict[str, list[Write]] = {statement.case: []} if statement.case is not None else {}
    if statement.kind in SPOKEN_KINDS:
        return dict.fromkeys(by_case, ())
    for index, write in enumerate(statement.writes):
        by_case.setdefault(write.case, []).append(
            Write(Dot(statement.id, index), write.path, write.value, write.seen)
        )
    return {case: tuple(writes) for case, writes in by_case.items()}
