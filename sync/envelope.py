"""The exact signed bytes and who signed them: a DSSE envelope (Dead Simple Signing Envelope, protocol 1.0).

A signature covers `pae(payload_type, payload)`, never a re-serialised copy. The envelope names keys by id; which
algorithm a key uses comes from the registry of enrolled keys, never from the message.
"""

import base64
import binascii
from dataclasses import dataclass
from hashlib import sha256

from sync.errors import UnreadableEnvelope, UnreadableJson
from sync.strict_json import Json, canonical, parse

STATEMENT_TYPE = "application/vnd.ruhu.statement+json"
RECEIPT_TYPE = "application/vnd.ruhu.receipt+json"
ENROLMENT_TYPE = "application/vnd.ruhu.enrolment+json"
SESSION_TYPE = "application/vnd.ruhu.session+json"
LIFEBOAT_ANSWER_TYPE = "application/vnd.ruhu.lifeboat-answer+json"

MAX_SIGNATURES = 16


@dataclass(frozen=True, slots=True)
class Signature:
    """Bytes from a key: raw r||s (IEEE P1363, 64 bytes for P-256) by the key with this id."""

    keyid: str
    sig: bytes


@dataclass(frozen=True, slots=True)
class Envelope:
    payload_type: str
    payload: bytes
    signatures: tuple[Signature, ...]

    @property
    def digest(self) -> str:
        """What identifies the content: hex SHA-256 of the payload. Signatures are malleable and take no part."""
        return sha256(self.payload).hexdigest()

    def to_bytes(self) -> bytes:
        return canonical(self.to_json())

    def to_json(self) -> Json:
        return {
            "payloadType": self.payload_type,
            "payload": base64.b64encode(self.payload).decode(),
            "signatures": [{"keyid": s.keyid, "sig": base64.b64encode(s.sig).decode()} for s in self.signatures],
        }


def pae(payload_type: str, payload: bytes) -> bytes:
    """DSSE's pre-authentication encoding: the bytes that are signed."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def parse_envelope(data: bytes) -> Envelope:
    """The envelope in these bytes.

    Raises:
        UnreadableEnvelope: not JSON by our rules, or not an envelope; nothing about its content is judged.
    """
    try:
        return envelope_from(parse(data))
    except UnreadableJson as error:
        raise UnreadableEnvelope(error.detail) from None


def envelope_from(value: Json) -> Envelope:
    """The envelope that a JSON value describes. Raises UnreadableEnvelope."""
    if not isinstance(value, dict) or set(value) != {"payloadType", "payload", "signatures"}:
        raise UnreadableEnvelope("an envelope has payloadType, payload and signatures")
    kind, signatures = value["payloadType"], value["signatures"]
    if not isinstance(kind, str) or not isinstance(signatures, list):
        raise UnreadableEnvelope("payloadType is a string, signatures a list")
    if not 1 <= len(signatures) <= MAX_SIGNATURES:
        raise UnreadableEnvelope(f"an envelope carries 1 to {MAX_SIGNATURES} signatures")
    return Envelope(kind, _base64(value["payload"]), tuple(map(_signature, signatures)))


def _signature(value: Json) -> Signature:
    if not isinstance(value, dict) or set(value) != {"keyid", "sig"} or not isinstance(value["keyid"], str):
        raise UnreadableEnvelope("a signature has keyid and sig")
    return Signature(value["keyid"], _base64(value["sig"]))


def _base64(value: Json) -> bytes:
    if not isinstance(value, str):
        raise UnreadableEnvelope("payload and sig are base64 strings")
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        raise UnreadableEnvelope("payload or sig is not base64") from None
