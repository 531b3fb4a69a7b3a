"""The payload of a statement on the wire, and the value that it becomes; both directions.

What a payload must say before anything else is its name: id, replica and sequence number (`StatementName`). A payload
that says this much and breaks another rule is authentic work: it is kept in quarantine, not refused.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from marshmallow import EXCLUDE, RAISE, Schema, ValidationError, fields, post_load, validate, validates_schema

from sync.dot import Dot
from sync.errors import UnreadableJson, UnreadableStatement
from sync.statement import (
    ASKS,
    DECISION_KINDS,
    SURVEY_KINDS,
    Ask,
    CaseWrite,
    Evidence,
    Made,
    Outcome,
    SignOff,
    Statement,
)
from sync.strict_json import Json, canonical, parse

HEX32 = validate.Regexp(r"\A[0-9a-f]{32}\Z", error="32 lower-case hex digits")
HEX64 = validate.Regexp(r"\A[0-9a-f]{64}\Z", error="64 lower-case hex digits")
_WORD = re.compile(r"\A[A-Za-z0-9_.:-]{1,64}\Z")
WORD = validate.Regexp(_WORD, error="1 to 64 letters, digits, or _ . : -")
MEDIA_TYPE = validate.Regexp(r"\A[A-Za-z0-9!#$&^_.+/-]{1,100}\Z", error="a media type")
PATH = validate.Regexp(r"\A[a-z0-9_]+(\.[a-z0-9_-]+){0,7}\Z", error="a dotted field path")
_ID = re.compile(r"\A([0-9a-f]{32})-([1-9][0-9]{0,11})\Z")

BASIS = validate.Regexp(r"\A(?:[0-9a-f]{64}|[0-9a-f]{32}-[1-9][0-9]{0,11})\Z", error="a digest or a statement's id")

NO_KIND = "unknown"  # how a statement is filed whose kind is missing or is no word
MAX_TEXT = 20_000
MAX_INSTANCE = 1_000_000


class DotField(fields.Field[Dot]):
    """`<statement id>:<number>`"""

    def _serialize(self, value: Dot | None, attr: str | None, obj: Any, **_: Any) -> str | None:
        return None if value is None else str(value)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any) -> Dot:
        try:
            return Dot.parse(value) if isinstance(value, str) else _not_a_dot()
        except UnreadableStatement as error:
            raise ValidationError(error.detail) from None


def _not_a_dot() -> Dot:
    raise UnreadableStatement("a dot is a string")


class DotSet(fields.Field[frozenset[Dot]]):
    """A list of dots; its order means nothing."""

    def _serialize(self, value: frozenset[Dot] | None, attr: str | None, obj: Any, **_: Any) -> list[str] | None:
        return None if value is None else [str(dot) for dot in sorted(value)]

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any) -> frozenset[Dot]:
        return _dots(value)


def _dots(value: Any) -> frozenset[Dot]:
    if not isinstance(value, list) or len(value) > 1000 or not all(isinstance(text, str) for text in value):
        raise ValidationError("a list of at most 1,000 dots")
    try:
        dots = frozenset(map(Dot.parse, value))
    except UnreadableStatement as error:
        raise ValidationError(error.detail) from None
    if not all(_ID.match(dot.statement) for dot in dots):
        raise ValidationError("a dot names a statement")
    return dots


class SeenField(fields.Field[dict[str, frozenset[Dot]]]):
    """{field path: [dot, …]}"""

    def _serialize(
        self, value: Mapping[str, frozenset[Dot]] | None, attr: str | None, obj: Any, **_: Any
    ) -> dict[str, list[str]] | None:
        return None if value is None else {path: [str(dot) for dot in sorted(dots)] for path, dots in value.items()}

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any
    ) -> dict[str, frozenset[Dot]]:
        if not isinstance(value, dict) or len(value) > 5000:
            raise ValidationError("an object from field paths to lists of dots")
        return {path: _dots(dots) for path, dots in value.items()}


class ValueField(fields.Field[Any]):
    """null, true or false, an integer, a string, or a list of strings; no string holds U+0000."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any) -> Any:
        if isinstance(value, list):
            if not all(isinstance(item, str) for item in value):
                raise ValidationError("a list value holds strings only")
        elif value is not None and not isinstance(value, bool | int | str):
            raise ValidationError("not a field value")
        # PostgreSQL's text cannot hold it, and nobody can type it.
        if any("\0" in text for text in (value if isinstance(value, list) else [value]) if isinstance(text, str)):
            raise ValidationError("a string holds U+0000")
        return value


class MadeSchema(Schema):
    wall = fields.String(required=True, validate=validate.Length(max=40))
    monotonic_ms = fields.Integer(required=True, strict=True)
    boot = fields.String(required=True, validate=WORD)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Made:
        return Made(**data)


class EvidenceSchema(Schema):
    digest = fields.String(required=True, validate=HEX64)
    length = fields.Integer(required=True, strict=True, validate=validate.Range(min=1))
    media_type = fields.String(required=True, validate=MEDIA_TYPE)
    shot = fields.String(required=True, validate=WORD)
    claims = fields.Dict(
        keys=fields.String(validate=WORD), values=fields.String(validate=validate.Length(max=200)), load_default=dict
    )

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Evidence:
        return Evidence(**data)


class SignOffSchema(Schema):
    slot = fields.String(required=True, validate=WORD)
    outcome = fields.Enum(Outcome, by_value=True, required=True)
    person = fields.String(load_default=None, allow_none=True, validate=WORD)
    keyid = fields.String(load_default=None, allow_none=True, validate=HEX64)
    ink = fields.String(load_default=None, allow_none=True, validate=HEX64)
    reason = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=500))

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> SignOff:
        return SignOff(**data)


class CaseWriteSchema(Schema):
    case = fields.String(required=True, validate=HEX32)
    path = fields.String(required=True, validate=PATH)
    value = ValueField(required=True, allow_none=True)
    seen = DotSet(load_default=frozenset)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> CaseWrite:
        return CaseWrite(**data)


class AskSchema(Schema):
    kind = fields.String(required=True, validate=validate.OneOf(sorted(ASKS)))
    due = fields.String(required=True, validate=validate.Regexp(r"\A\d{4}-\d{2}-\d{2}\Z", error="YYYY-MM-DD"))
    person = fields.String(load_default=None, allow_none=True, validate=WORD)
    path = fields.String(load_default=None, allow_none=True, validate=PATH)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Ask:
        return Ask(**data)


class StatementSchema(Schema):
    """A statement's payload. Unknown members are refused: what nobody reads, nobody may rely on having signed."""

    class Meta:
        unknown = RAISE

    ruhu = fields.Integer(required=True, strict=True, validate=validate.Equal(1))
    id = fields.String(required=True)
    kind = fields.String(required=True, validate=WORD)
    authority = fields.String(required=True, validate=WORD)
    replica = fields.String(required=True, validate=HEX32)
    seq = fields.Integer(required=True, strict=True, validate=validate.Range(min=1))
    prev = fields.String(required=True, allow_none=True, validate=HEX64)
    author = fields.String(required=True, validate=WORD)
    held = fields.Integer(required=True, strict=True, validate=validate.Range(min=0))
    made = fields.Nested(MadeSchema, required=True)
    case = fields.String(load_default=None, validate=HEX32)
    village = fields.String(load_default=None, validate=WORD)
    form = fields.String(load_default=None, validate=WORD)
    form_version = fields.String(load_default=None, validate=WORD)
    instance = fields.String(load_default=None, validate=validate.Length(max=MAX_INSTANCE))
    seen = SeenField(load_default=dict)
    writes = fields.List(fields.Nested(CaseWriteSchema), load_default=list)
    evidence = fields.List(fields.Nested(EvidenceSchema), load_default=list, validate=validate.Length(max=200))
    sign_offs = fields.List(fields.Nested(SignOffSchema), load_default=list, validate=validate.Length(max=50))
    item = fields.String(load_default=None, validate=HEX32)
    outcome = fields.String(load_default=None, validate=WORD)
    target = fields.String(load_default=None, validate=validate.Regexp(_ID, error="a statement's id"))
    basis = fields.List(fields.String(validate=BASIS), load_default=list, validate=validate.Length(max=50))
    ask = fields.Nested(AskSchema, load_default=None)
    reason_code = fields.String(load_default=None, validate=WORD)
    reason = fields.String(load_default=None, validate=validate.Length(max=MAX_TEXT))

    @validates_schema
    def fits_its_kind(self, data: dict[str, Any], **_: Any) -> None:
        if data["kind"] in SURVEY_KINDS:
            for name in ("case", "village", "form", "form_version", "instance"):
                if data[name] is None:
                    raise ValidationError("a survey names its case, village, form, form version and instance", name)
            if data["writes"]:
                raise ValidationError("a survey's writes follow from its instance", "writes")
        if data["kind"] in DECISION_KINDS and not (data["reason_code"] and data["reason"]):
            raise ValidationError("a decision gives a reason code and words", "reason")
        if data["kind"] in ("release", "rejection") and data["target"] is None:
            raise ValidationError("it names the statement that it is about", "target")
        if data["kind"] == "request" and (data["ask"] is None or data["case"] is None):
            raise ValidationError("a request says what is asked, about which case", "ask")
        if (data["prev"] is None) != (data["seq"] == 1):
            raise ValidationError("only the first statement of a replica has no predecessor", "prev")

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Statement:
        data.pop("ruhu")
        for name in ("writes", "evidence", "sign_offs", "basis"):
            data[name] = tuple(data[name])
        return Statement(**data)


_SCHEMA = StatementSchema()


@dataclass(frozen=True, slots=True)
class StatementName:
    """What every payload must say for the server to be able to file it at all, and what it says beside that."""

    id: str
    replica: str
    seq: int
    kind: str
    case: str | None


def read_payload(payload: bytes) -> dict[str, Json]:
    """The JSON object in a payload. Raises UnreadableStatement."""
    try:
        value = parse(payload)
    except UnreadableJson as error:
        raise UnreadableStatement(error.detail) from None
    if not isinstance(value, dict):
        raise UnreadableStatement("a statement is a JSON object")
    return value


def name_of(payload: Mapping[str, Json]) -> StatementName:
    """Who and what this payload is. Raises UnreadableStatement."""
    identity, kind, case = payload.get("id"), payload.get("kind"), payload.get("case")
    match = _ID.match(identity) if isinstance(identity, str) else None
    if match is None:
        raise UnreadableStatement("id is <replica id>-<sequence number>")
    replica, seq = match[1], int(match[2])
    if payload.get("replica") != replica or payload.get("seq") != seq or isinstance(payload.get("seq"), bool):
        raise UnreadableStatement("id does not agree with replica and seq")
    known_kind = kind if isinstance(kind, str) and _WORD.match(kind) else NO_KIND
    known_case = case if isinstance(case, str) and re.fullmatch(r"[0-9a-f]{32}", case) else None
    return StatementName(match[0], replica, seq, known_kind, known_case)


def read_statement(payload: Mapping[str, Json]) -> Statement:
    """The statement that a payload describes. Raises marshmallow.ValidationError with the fields at fault."""
    statement = _SCHEMA.load(dict(payload))
    assert isinstance(statement, Statement)
    return statement


def write_payload(statement: Statement) -> bytes:
    """The canonical bytes to sign; members that say nothing are left out."""
    data = _SCHEMA.dump(statement)
    data["ruhu"] = 1
    always = {"prev"}
    silent: tuple[Any, ...] = (None, [], {})
    return canonical({name: value for name, value in data.items() if name in always or value not in silent})


class EnvelopeSignatureSchema(Schema):
    keyid = fields.String(required=True, metadata={"description": "hex SHA-256 of the public key (SPKI, DER)"})
    sig = fields.String(required=True, metadata={"description": "base64 of raw r||s, 64 bytes"})


class EnvelopeSchema(Schema):
    """A DSSE envelope; for documentation: envelopes are read by `sync.envelope`, byte for byte."""

    class Meta:
        unknown = EXCLUDE

    payloadType = fields.String(required=True)  # noqa: N815  (DSSE's own name)
    payload = fields.String(required=True, metadata={"description": "base64 of the exact signed bytes"})
    signatures = fields.List(fields.Nested(EnvelopeSignatureSchema), required=True)
