"""An envelope carries the exact signed bytes there and back; anything that is not one is refused."""

import base64
import json
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.envelope import (
    MAX_SIGNATURES,
    STATEMENT_TYPE,
    Envelope,
    Signature,
    envelope_from,
    pae,
    parse_envelope,
)
from sync.errors import UnreadableEnvelope

SAMPLE = Envelope(STATEMENT_TYPE, '{"kind":"入户"}'.encode(), (Signature("ab" * 32, bytes(range(64))),))

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
envelopes = st.builds(
    Envelope,
    texts,
    st.binary(max_size=200),
    st.lists(st.builds(Signature, texts, st.binary(max_size=80)), min_size=1, max_size=MAX_SIGNATURES).map(tuple),
)


@settings(deadline=None)
@given(envelopes)
def test_an_envelope_comes_back_as_it_was_sent(envelope: Envelope) -> None:
    assert parse_envelope(envelope.to_bytes()) == envelope
    assert envelope_from(envelope.to_json()) == envelope
    assert parse_envelope(envelope.to_bytes()).to_bytes() == envelope.to_bytes()


def test_an_envelope_spelled_otherwise_carries_the_same_payload() -> None:
    spelled = json.dumps(SAMPLE.to_json(), indent=1).encode()

    assert parse_envelope(spelled) == SAMPLE


def _set(field: str, value: object) -> Callable[[dict[str, Any]], None]:
    return lambda body: body.__setitem__(field, value)


def _set_signature(field: str, value: object) -> Callable[[dict[str, Any]], None]:
    return lambda body: body["signatures"][0].__setitem__(field, value)


CORRUPTIONS: dict[str, Callable[[dict[str, Any]], None]] = {
    "no payloadType": lambda body: body.pop("payloadType"),
    "no payload": lambda body: body.pop("payload"),
    "no signatures": lambda body: body.pop("signatures"),
    "one field too many": _set("algorithm", "none"),
    "payloadType a number": _set("payloadType", 1),
    "payloadType null": _set("payloadType", None),
    "payload null": _set("payload", None),
    "payload a list of bytes": _set("payload", [1, 2]),
    "payload an object": _set("payload", {"kind": "household_visit"}),
    "payload not base64": _set("payload", "{not base64}"),
    "payload in the URL-safe alphabet": _set("payload", "-_-_"),
    "payload without padding": _set("payload", "QQ"),
    "payload padded twice": _set("payload", "QQ===="),
    "payload with something after the padding": _set("payload", "QQ==QQ=="),
    "payload with a line break": _set("payload", "QUFB\nQUFB"),
    "payload with a space": _set("payload", "QUFB QUFB"),
    "payload one character short": _set("payload", "QUFBQ"),
    "payload beyond ASCII": _set("payload", "入户"),
    "signatures null": _set("signatures", None),
    "signatures an object": _set("signatures", {"keyid": "a", "sig": "QQ=="}),
    "signatures empty": _set("signatures", []),
    "one signature too many": lambda body: body.update(signatures=body["signatures"] * (MAX_SIGNATURES + 1)),
    "a signature that is a string": _set("signatures", ["QQ=="]),
    "a signature that is null": _set("signatures", [None]),
    "a bad signature after a good one": lambda body: body["signatures"].append({}),
    "a signature without keyid": lambda body: body["signatures"][0].pop("keyid"),
    "a signature without sig": lambda body: body["signatures"][0].pop("sig"),
    "a signature that names its algorithm": _set_signature("alg", "none"),
    "keyid null": _set_signature("keyid", None),
    "keyid a number": _set_signature("keyid", 7),
    "sig null": _set_signature("sig", None),
    "sig not base64": _set_signature("sig", "!"),
}


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_a_corrupt_envelope_is_refused(name: str) -> None:
    body = json.loads(SAMPLE.to_bytes())
    CORRUPTIONS[name](body)

    with pytest.raises(UnreadableEnvelope):
        parse_envelope(json.dumps(body).encode())


@pytest.mark.parametrize("data", [b"", b"null", b"[]", b'"x"', b"7", b"{}", b'{"payload":"","payload":""}', b"\xff"])
def test_what_is_no_envelope_at_all_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableEnvelope):
        parse_envelope(data)


def test_a_body_cut_short_at_any_byte_is_refused() -> None:
    whole = SAMPLE.to_bytes()

    for length in range(len(whole)):
        with pytest.raises(UnreadableEnvelope):
            parse_envelope(whole[:length])


def test_the_digest_is_of_the_payload_alone() -> None:
    other_signature = Envelope(SAMPLE.payload_type, SAMPLE.payload, (Signature("cd" * 32, b"other"),))

    assert SAMPLE.digest == other_signature.digest == sha256(SAMPLE.payload).hexdigest()


def test_the_signed_bytes_are_those_of_the_dsse_protocol() -> None:
    # The example in the DSSE protocol text.
    signed = pae("http://example.com/HelloWorld", b"hello world")

    assert signed == b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"


def test_lengths_in_the_signed_bytes_count_bytes_not_characters() -> None:
    assert pae("类", "入户".encode()) == b"DSSEv1 3 " + "类".encode() + b" 6 " + "入户".encode()


@settings(deadline=None)
@given(texts, st.binary(max_size=40), texts, st.binary(max_size=40))
def test_two_different_messages_are_never_the_same_signed_bytes(
    kind: str, payload: bytes, other_kind: str, other_payload: bytes
) -> None:
    same = (kind, payload) == (other_kind, other_payload)

    assert (pae(kind, payload) == pae(other_kind, other_payload)) == same


def test_an_empty_payload_is_an_envelope_too() -> None:
    empty = Envelope("t", b"", (Signature("", b""),))

    assert parse_envelope(empty.to_bytes()) == empty
    assert base64.b64encode(empty.payload) == b""
