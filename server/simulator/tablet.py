"""One simulated tablet: its store, its keys, its chain of statements and its outbox. It seals; `contact` sends."""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from schemas.forms.fill import write_instance
from schemas.forms.form import CompiledForm
from schemas.forms.instance import read_instance
from schemas.statement import write_payload
from server import keys
from server.simulator.account import Account, Entry
from server.simulator.faults import Faults
from server.simulator.holding import Holding, OwnWork
from server.simulator.wire import Link, Traffic
from sync.dot import Dot
from sync.envelope import STATEMENT_TYPE
from sync.statement import Evidence, Made, Outcome, SignOff, Statement, survey_writes

INTERVIEW = "neighbour_interview"
VISIT = "household_visit"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What all tablets of a fleet share. `forms` are the published survey forms by id."""

    url: str
    account: Account
    traffic: Traffic
    faults: Faults
    forms: Mapping[str, CompiledForm]


@dataclass(frozen=True, slots=True)
class Signer:
    """An investigator with a key on this tablet."""

    person: str
    name: str
    key: keys.SigningKey


@dataclass(frozen=True, slots=True)
class Taken:
    """A photo or ink as it lies in the tablet's store; `shot` is the kind of evidence that the form asked for."""

    data: bytes
    digest: str
    media_type: str
    shot: str
    claims: Mapping[str, str]


@dataclass(slots=True)
class Tablet:
    """One installation: a reinstalled tablet is a new one, with another replica id and other keys.

    `clock_error` is by how many days its clock is off. With `boxes_up` it hands in nothing in the open: statements
    and files travel in boxes that only the authority opens, as those of a real tablet do.
    """

    name: str
    around: Surroundings
    rng: Random  # for its link and its outbox; what it writes down comes from the visit's own seed
    clock_error: int = 0
    boxes_up: bool = False
    replica: str = field(default_factory=keys.new_id)
    key: keys.SigningKey = field(default_factory=keys.SigningKey.generate)
    signers: list[Signer] = field(default_factory=list)
    authority: str = ""
    receipt_key: tuple[str, bytes] = ("", b"")  # key id and SPKI of the authority's receipt key
    intake: bytes = b""  # SPKI of the key that boxes are sealed to
    villages: tuple[str, ...] = ()
    token: str = ""
    counter: int = 0  # of session requests; counted up before each is signed
    seq: int = 0
    prev: str | None = None
    uptime_ms: int = 0
    holding: Holding = field(default_factory=Holding)
    current: bool = False  # it has pulled to the end, so `holding` is one state of the ledger
    outbox: dict[str, Entry] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    boxes: dict[str, bytes] = field(default_factory=dict)  # files on their way, by digest, as they are sealed
    sent: set[str] = field(default_factory=set)
    withheld: set[str] = field(default_factory=set)  # files that this tablet can no longer read
    addresses: dict[str, str] = field(default_factory=dict)  # digest -> path of an upload under way
    interrupted: set[str] = field(default_factory=set)  # files of which an earlier piece may still be on its way
    revoked: bool = False

    @property
    def link(self) -> Link:
        """A fresh link with the faults of the day."""
        return Link(self.around.url, self.around.traffic, self.around.faults, self.rng)

    @property
    def idle(self) -> bool:
        return not self.outbox

    def clock(self, at: datetime) -> datetime:
        """What this tablet believes the time to be."""
        return at + timedelta(days=self.clock_error)

    def seal(
        self,
        kind: str,
        case: str,
        village: str,
        answers: Mapping[str, Any],
        *,
        at: datetime,
        taken: Sequence[Taken] = (),
        signers: Sequence[Signer],
        others: Sequence[SignOff] = (),
        seen: Mapping[str, frozenset[Dot]] | None = None,
    ) -> Entry:
        """Writes the next statement of this tablet's chain, signs it and puts it into the outbox.

        `seen` is what stood on the form, if that is not what the tablet holds now.
        """
        form = self.around.forms[INTERVIEW if kind == INTERVIEW else VISIT]
        self.seq += 1
        self.uptime_ms += 1_800_000
        statement = Statement(
            id=f"{self.replica}-{self.seq}",
            kind=kind,
            authority=self.authority,
            replica=self.replica,
            seq=self.seq,
            prev=self.prev,
            author=signers[0].person,
            held=self.holding.size,
            made=Made(self.clock(at).isoformat(timespec="seconds"), self.uptime_ms, self.replica[:8]),
            case=case,
            village=village,
            form=form.form_id,
            form_version=form.version,
            instance=write_instance(form, answers),
            seen=self._on_screen(kind, case) if seen is None else seen,
            evidence=tuple(Evidence(t.digest, len(t.data), t.media_type, t.shot, t.claims) for t in taken),
            sign_offs=(
                *(SignOff("investigator", Outcome.SIGNED, s.person, s.key.keyid) for s in signers),
                *others,
            ),
        )
        envelope = keys.sign_envelope(
            STATEMENT_TYPE, write_payload(statement), self.key, *(signer.key for signer in signers)
        )
        assert statement.instance is not None
        reading = read_instance(form, statement.instance, on_screen=statement.seen.keys(), statement=statement.id)
        writes = survey_writes(statement, reading.answers)
        entry = Entry(statement.id, self.replica, self.seq, kind, case, envelope, writes, statement.digests)
        self.prev = envelope.digest
        self.files.update({t.digest: t.data for t in taken})
        self.outbox[entry.statement] = entry
        self.holding.note_own(case, OwnWork(entry.statement, writes))
        self.around.account.seal(entry)
        return entry

    def _on_screen(self, kind: str, case: str) -> Mapping[str, frozenset[Dot]]:
        return {} if kind == INTERVIEW else self.holding.on_screen(case)

    def statement_to_send(self, entry: Entry) -> bytes:
        """A line of a push: the envelope, or a box with it."""
        line = entry.envelope.to_bytes()
        if not self.boxes_up:
            return line
        box = keys.seal_box(self.intake, line, f"statement:{entry.statement}")
        return json.dumps({"statement": entry.statement, "box": base64.b64encode(box).decode()}).encode()

    def file_to_send(self, digest: str) -> bytes:
        """The file, or its box: the same one until it has arrived, for an upload that was cut goes on inside it."""
        if not self.boxes_up:
            return self.files[digest]
        if digest not in self.boxes:
            self.boxes[digest] = keys.seal_box(self.intake, self.files[digest], f"evidence:{digest}")
        return self.boxes[digest]

    def lose_store(self) -> None:
        """The tablet is wiped: what nobody has acknowledged is gone, and so are the files still to be sent."""
        unsent = {d for entry in self.outbox.values() for d in entry.digests if d not in self.sent}
        self.around.account.forget(self.replica, unsent)
        self.outbox.clear()
        self.files.clear()
        self.boxes.clear()
