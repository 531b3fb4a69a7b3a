"""What has been stated about a case: each statement opened, with who vouched for it and when that was."""

import json
import zlib
from dataclasses import dataclass, field

from server.keys import Keyring, WrongKey
from server.queries.read_envelopes import Authentic, StatedFlag, read_envelope
from server.queries.released_statements import RELEASE, believed
from server.store import key_registry, statements
from server.store.statements import StoredStatement
from sync.dot import Dot
from sync.envelope import Envelope, parse_envelope
from sync.errors import SyncError
from sync.register import Write
from sync.statement import Outcome, SignOff, Statement

# What one statement says of many households.
IMPORTS = frozenset({"roster_import", "data_check"})
# A whole county's roster is one statement of many megabytes: beyond this many sealed bytes a page does not open it
# for the sake of one household, and shows that it was imported and by whom.
MOST_SEALED = 4_000_000


@dataclass(frozen=True, slots=True)
class Stated:
    """A statement about a case. `not_before` is when the newest ledger entry that its writer held was received.

    `statement` is None where its content cannot be read here (erased, an unknown kind, too long for a page).
    """

    row: StoredStatement
    statement: Statement | None = None
    sign_offs: tuple[SignOff, ...] = ()
    writes: tuple[Write, ...] = ()
    flags: tuple[StatedFlag, ...] = ()
    held: int = 0
    not_before: str | None = None
    damaged: bool = False

    @property
    def applied(self) -> bool:
        return self.row.applied


@dataclass(slots=True)
class _Reader:
    authority: str
    case_id: str
    registry: dict[str, key_registry.EnrolledKey] = field(default_factory=dict)

    def read(self, row: StoredStatement, envelope: Envelope) -> Stated:
        if row.kind in IMPORTS:
            return self._import(row, envelope)
        read = read_envelope(self.authority, envelope, self.registry)
        if not isinstance(read, Authentic):
            return Stated(row, damaged=True)
        if read.statement is None:
            return Stated(row, flags=read.flags)
        counted = believed(self.authority, row, read) if row.quarantine_end == RELEASE else read
        return Stated(
            row,
            read.statement,
            read.statement.sign_offs,
            counted.writes.get(self.case_id, ()) if row.applied else (),
            read.flags,
            read.statement.held,
        )

    def _import(self, row: StoredStatement, envelope: Envelope) -> Stated:
        """The part of a whole county's import that is about this case; it was checked in full when it came."""
        payload = json.loads(envelope.payload)
        writes = tuple(
            Write(
                Dot(row.id, number), write["path"], write["value"], frozenset(map(Dot.parse, write.get("seen", ())))
            )
            for number, write in enumerate(payload["writes"])
            if write["case"] == self.case_id
        )
        sign_offs = tuple(
            SignOff(s["slot"], Outcome(s["outcome"]), s.get("person"), s.get("keyid"))
            for s in payload.get("sign_offs", ())
        )
        return Stated(row, None, sign_offs, writes if row.applied else (), (), payload["held"])


def case_statements(authority: str, case_id: str, keyring: Keyring) -> list[Stated]:
    """The statements about a case in ledger order, those in quarantine too."""
    envelopes: dict[str, Envelope | None] = {}
    rows = statements.of_case_with_bytes(authority, case_id, MOST_SEALED)
    for row, kept in rows:
        if kept is not None:
            try:
                envelopes[row.id] = parse_envelope(zlib.decompress(keyring.unseal_once(*kept, row.id.encode())))
            except (WrongKey, SyncError, zlib.error):
                envelopes[row.id] = None
    keyids = {s.keyid for envelope in envelopes.values() if envelope for s in envelope.signatures}
    reader = _Reader(authority, case_id, key_registry.find(authority, keyids))
    read: list[Stated] = []
    for row, _ in rows:
        if row.id not in envelopes:
            read.append(Stated(row))
            continue
        envelope = envelopes[row.id]
        read.append(Stated(row, damaged=True) if envelope is None else reader.read(row, envelope))
    return _dated(authority, read)


def _dated(authority: str, read: list[Stated]) -> list[Stated]:
    """A statement cannot be older than the newest ledger entry that its writer held."""
    known = {each.row.index: each.row.received_at for each in read}
    wanted = {each.held - 1 for each in read if each.held > 0} - known.keys()
    known |= statements.received_at(authority, wanted)
    return [_with_date(each, known.get(each.held - 1)) for each in read]


def _with_date(each: Stated, moment: str | None) -> Stated:
    return Stated(each.row, each.statement, each.sign_offs, each.writes, each.flags, each.held, moment, each.damaged)
