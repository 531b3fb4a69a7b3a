"""What does each item of a push say, and is it authentic?

Everything here can be found out before the transaction: parsing, signatures, the instance's answers. What depends on
the state of the ledger (duplicates, scope, revocation, what may have been seen) is decided by `accept_statements`.
"""

import base64
import binascii
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from marshmallow import ValidationError

from media.errors import BoxUnreadable
from schemas.forms.errors import InstanceUnreadable
from schemas.forms.instance import read_instance
from schemas.forms.rules import Circumstances, check
from schemas.statement import StatementName, name_of, read_payload, read_statement
from server import errors, keys
from server.published_forms import form_version
from server.store import key_registry
from server.store.key_registry import EnrolledKey
from sync.envelope import STATEMENT_TYPE, Envelope, envelope_from, pae
from sync.errors import SyncError, UnreadableEnvelope, UnreadableJson
from sync.register import Write
from sync.statement import KINDS, SURVEY_KINDS, Outcome, Statement, spelled_out_writes, survey_writes
from sync.strict_json import Json, parse

MAX_STATEMENT = 2_000_000  # bytes of an envelope from a tablet; the office's own imports may be larger
MAX_OFFICE_STATEMENT = 64_000_000

# Why an authentic statement is kept and not applied.
UNKNOWN_KIND = "unknown_kind"
UNKNOWN_FORM = "unknown_form_version"
UNREADABLE_INSTANCE = "unreadable_instance"
BROKEN_SHAPE = "broken_shape"
FOREIGN_AUTHORITY = "foreign_authority"
COULD_NOT_APPLY = "could_not_apply"


@dataclass(frozen=True, slots=True)
class StatedFlag:
    """A rule that authentic work breaks: kept, applied and shown to a person."""

    code: str
    path: str | None


@dataclass(frozen=True, slots=True)
class Authentic:
    """A statement whose signatures verify. `quarantine` says why it must not be applied, as far as can be told;
    `released` is the statement that this one lets out of quarantine."""

    envelope: Envelope
    name: StatementName
    statement: Statement | None
    writes: dict[str, tuple[Write, ...]] = field(default_factory=dict)
    flags: tuple[StatedFlag, ...] = ()
    quarantine: str | None = None
    keyids: tuple[str, ...] = ()
    released: "Authentic | None" = None

    @property
    def parts(self) -> "tuple[Authentic, ...]":
        """What is applied, in this order, when this is: the statement that it releases, and itself."""
        if self.released is None:
            return (self,)
        touched: dict[str, tuple[Write, ...]] = dict.fromkeys(self.released.writes, ())
        return (self.released, replace(self, writes=touched | self.writes, released=None))

    def set_aside(self) -> "Authentic":
        """The same bytes with nothing read out of them: how we keep what our own code fails on."""
        return replace(self, statement=None, writes={}, flags=(), quarantine=COULD_NOT_APPLY)


@dataclass(frozen=True, slots=True)
class Refused:
    """An item of which nothing is stored but a count; `facts` say what is known of it, without personal data."""

    error: Exception
    statement: str | None = None


@dataclass(frozen=True, slots=True)
class _Line:
    """An envelope as it came; `named` is the statement that its box says it holds."""

    envelope: Envelope
    named: str | None

    def agree(self, item: Authentic | Refused) -> Authentic | Refused:
        """A tablet crosses out of its outbox what a verdict names, so a box holds what it names or is refused."""
        if self.named is None:
            return item
        if isinstance(item, Refused):
            return replace(item, statement=self.named)
        if item.name.id != self.named:
            return Refused(BoxUnreadable("it holds another statement"), self.named)
        return item


def read_envelopes(
    authority: str, lines: Sequence[bytes], *, keyring: keys.Keyring, limit: int = MAX_STATEMENT
) -> list[Authentic | Refused]:
    """One answer for each line, in order. A line is an envelope, or `{"statement", "box"}`: one sealed to us."""
    parsed = [_parse(line, limit, keyring) for line in lines]
    keyids = {s.keyid for item in parsed if isinstance(item, _Line) for s in item.envelope.signatures}
    registry = key_registry.find(authority, keyids)
    return [
        item if isinstance(item, Refused) else item.agree(read_envelope(authority, item.envelope, registry))
        for item in parsed
    ]


def _parse(line: bytes, limit: int, keyring: keys.Keyring) -> _Line | Refused:
    if len(line) > limit * 3 // 2:  # a box travels as base64
        return Refused(errors.StatementTooLarge(limit=limit))
    named: str | None = None
    try:
        value = _parse_json(line)
        match value:
            case {"statement": str(statement), "box": str(box), **more} if not more:
                named = statement
                line = _open_box(statement, box, keyring)
                value = _parse_json(line)
        if len(line) > limit:
            return Refused(errors.StatementTooLarge(limit=limit), named)
        envelope = envelope_from(value)
    except (SyncError, BoxUnreadable) as error:
        return Refused(error, named)
    if envelope.payload_type != STATEMENT_TYPE:
        return Refused(errors.WrongPayloadType(expected=STATEMENT_TYPE), named)
    return _Line(envelope, named)


def _parse_json(data: bytes) -> Json:
    try:
        return parse(data)
    except UnreadableJson as error:
        raise UnreadableEnvelope(error.detail) from None


def _open_box(named: str, box: str, keyring: keys.Keyring) -> bytes:
    try:
        return keyring.open_box(base64.b64decode(box, validate=True), f"statement:{named}")
    except (binascii.Error, ValueError, keys.WrongKey) as error:
        raise BoxUnreadable(str(error)) from None


def read_envelope(authority: str, envelope: Envelope, registry: dict[str, EnrolledKey]) -> Authentic | Refused:
    """What an envelope says, given the registered keys that it names."""
    try:
        payload = read_payload(envelope.payload)
        name = name_of(payload)
    except SyncError as error:
        return Refused(error)
    if fault := _signature_fault(envelope, name, registry):
        return Refused(fault, name.id)
    keyids = tuple(signature.keyid for signature in envelope.signatures)
    try:
        statement = read_statement(payload)
    except ValidationError:
        unshaped = UNKNOWN_KIND if name.kind not in KINDS else BROKEN_SHAPE
        return Authentic(envelope, name, None, quarantine=unshaped, keyids=keyids)
    reason, writes, flags = _content(authority, statement)
    flags += _sign_off_flags(statement, registry, keyids)
    return Authentic(envelope, name, statement, writes, flags, reason, keyids)


def _signature_fault(envelope: Envelope, name: StatementName, registry: dict[str, EnrolledKey]) -> Exception | None:
    """The replica (or its officer) must have signed, and every signature that is there must verify."""
    message = pae(envelope.payload_type, envelope.payload)
    carried = False
    for signature in envelope.signatures:
        key = registry.get(signature.keyid)
        if key is None:
            return errors.UnknownKey(keyid=signature.keyid)
        if not keys.verify(key.public, message, signature.sig):
            return errors.WrongSignature(keyid=signature.keyid)
        if key.replica != name.replica:
            return errors.ForeignReplica()
        carried = carried or key.carries
    return None if carried else errors.WrongSignature(missing="replica")


def _content(
    authority: str, statement: Statement
) -> tuple[str | None, dict[str, tuple[Write, ...]], tuple[StatedFlag, ...]]:
    """(reason for quarantine, writes by case, flags)"""
    if statement.authority != authority:
        return FOREIGN_AUTHORITY, {}, ()
    if statement.kind not in KINDS:
        return UNKNOWN_KIND, {}, ()
    if statement.kind not in SURVEY_KINDS:
        return None, spelled_out_writes(statement), ()
    assert statement.case and statement.form and statement.form_version and statement.instance is not None
    form = form_version(authority, statement.form, statement.form_version)
    if form is None:
        return UNKNOWN_FORM, {}, ()
    try:
        reading = read_instance(form, statement.instance, on_screen=statement.seen.keys(), statement=statement.id)
        found = (*reading.flags, *check(form, reading, _circumstances(statement)))
    except InstanceUnreadable:
        return UNREADABLE_INSTANCE, {}, ()
    except Exception as error:
        # A fault of ours in one filled-in form must not stop the batch that it came with.
        logging.getLogger("ruhu").error("an instance could not be read: %s", type(error).__name__)
        return UNREADABLE_INSTANCE, {}, ()
    flags = tuple(StatedFlag(flag.code, flag.path) for flag in found)
    return None, {statement.case: survey_writes(statement, reading.answers)}, flags


def _circumstances(statement: Statement) -> Circumstances:
    """What the rules may know beside the form: nothing that depends on when the statement arrives."""
    signed = [sign_off for sign_off in statement.sign_offs if sign_off.outcome is Outcome.SIGNED]
    return Circumstances(
        investigators=[s.person for s in signed if s.slot == "investigator" and s.person is not None],
        householder_signed=any(s.slot == "householder" for s in signed),
    )


def _sign_off_flags(
    statement: Statement, registry: dict[str, EnrolledKey], keyids: Iterable[str]
) -> tuple[StatedFlag, ...]:
    """What is wrong with the sign-offs: a visit needs two investigators, and each of them their own signature."""
    if statement.kind not in SURVEY_KINDS:
        return ()
    flags: list[StatedFlag] = []
    signed = {registry[keyid].person for keyid in keyids} - {None}
    investigators = {
        sign_off.person
        for sign_off in statement.sign_offs
        if sign_off.slot == "investigator" and sign_off.outcome is Outcome.SIGNED
    }
    if len(investigators & signed) < 2:
        flags.append(StatedFlag("fewer_than_two_investigators", None))
    if investigators - signed:
        flags.append(StatedFlag("sign_off_without_signature", None))
    for sign_off in statement.sign_offs:
        if sign_off.person is None and sign_off.outcome is Outcome.SIGNED and sign_off.ink is None:
            flags.append(StatedFlag("sign_off_without_ink", None))
        if sign_off.outcome not in (Outcome.SIGNED, Outcome.ANONYMOUS) and not sign_off.reason:
            flags.append(StatedFlag("sign_off_without_reason", None))
    return tuple(flags)
