"""The vectors that the tablet shares are up to date, and say what a reader of the files alone would compute."""

import base64
import json
import runpy
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key
from merge_histories import Signed, expected_document

from schemas.statement import read_payload, read_statement, write_payload
from sync.case import Case, case_hash
from sync.derived import Derived, per_capita_monthly_income
from sync.dot import Dot
from sync.envelope import Envelope, pae, parse_envelope
from sync.errors import UnreadableEnvelope, UnreadableJson
from sync.leaf import commitment, leaf_hash
from sync.register import Write
from sync.scope_digest import SetDigest
from sync.statement import survey_writes
from sync.strict_json import canonical, parse

VECTORS = Path(__file__).resolve().parent.parent / "vectors"


def stored(name: str) -> Any:
    return json.loads((VECTORS / name).read_text(encoding="utf-8"))


def test_the_vector_files_are_what_the_script_writes() -> None:
    files = runpy.run_path(str(VECTORS / "regenerate.py"))["files"]()

    for name, text in files.items():
        assert (VECTORS / name).read_text(encoding="utf-8") == text, f"{name}: run tests/vectors/regenerate.py"


def _history(vector: Any) -> list[Signed]:
    return [
        Signed(
            told["id"],
            tuple(
                Write(
                    Dot(told["id"], number), write["path"], write["value"], frozenset(map(Dot.parse, write["seen"]))
                )
                for number, write in enumerate(told["writes"])
            ),
            told["village"],
        )
        for told in vector["statements"]
    ]


@pytest.mark.parametrize("vector", stored("merge.json")["vectors"], ids=lambda vector: vector["name"])
def test_a_history_gives_its_document_in_any_order(vector: Any) -> None:
    history = _history(vector)

    assert expected_document(history).decode() == vector["document"]
    for order in (history, history[::-1], history + history[::-1]):
        case = Case()
        for signed in order:
            case = case.apply(signed.id, signed.writes, signed.village)
        assert case.document().decode() == vector["document"]
        assert case_hash(case.document()) == vector["hash"]
        assert list(case.conflicts) == vector["conflicts"]
        assert case.village == vector["village"]


def test_bytes_with_one_meaning_are_written_in_one_way() -> None:
    for vector in stored("canonical_json.json")["read"]:
        data, written = base64.b64decode(vector["base64"]), base64.b64decode(vector["canonical"])

        assert canonical(parse(data)) == written
        assert canonical(parse(written)) == written


@pytest.mark.parametrize("vector", stored("canonical_json.json")["refused"], ids=lambda vector: vector["name"])
def test_bytes_that_could_be_misunderstood_do_not_parse(vector: Any) -> None:
    data = b"".join(base64.b64decode(part["base64"]) * part["times"] for part in vector["parts"])

    with pytest.raises(UnreadableJson):
        parse(data)


def _verifies(spki: str, envelope: Envelope) -> bool:
    key = load_der_public_key(base64.b64decode(spki))
    assert isinstance(key, ec.EllipticCurvePublicKey)
    (signature,) = envelope.signatures
    if len(signature.sig) != 64:
        return False
    der = utils.encode_dss_signature(int.from_bytes(signature.sig[:32]), int.from_bytes(signature.sig[32:]))
    try:
        key.verify(der, pae(envelope.payload_type, envelope.payload), ec.ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True


def test_good_envelopes_parse_and_verify() -> None:
    vectors = stored("envelope.json")
    assert sha256(base64.b64decode(vectors["spki"])).hexdigest() == vectors["keyid"]

    for vector in vectors["good"]:
        envelope = parse_envelope(vector["envelope"].encode())

        assert envelope.payload_type == vector["payloadType"]
        assert envelope.payload == base64.b64decode(vector["payload"])
        assert pae(envelope.payload_type, envelope.payload) == base64.b64decode(vector["pae"])
        assert envelope.digest == vector["digest"]
        assert envelope.signatures[0].keyid == vectors["keyid"]
        assert _verifies(vectors["spki"], envelope)
        assert envelope.to_bytes().decode() == vector["envelope"]


def test_forged_envelopes_parse_and_do_not_verify() -> None:
    vectors = stored("envelope.json")

    for vector in vectors["forged"]:
        assert not _verifies(vectors["spki"], parse_envelope(vector["envelope"].encode())), vector["name"]


@pytest.mark.parametrize("vector", stored("envelope.json")["refused"], ids=lambda vector: vector["name"])
def test_what_is_no_envelope_does_not_parse(vector: Any) -> None:
    with pytest.raises(UnreadableEnvelope):
        parse_envelope(vector["envelope"].encode())


def test_scopes_have_their_digest() -> None:
    for vector in stored("scope_digest.json")["vectors"]:
        literal = sum(int(sha256(f"{c}\0{h}".encode()).hexdigest(), 16) for c, h in vector["cases"].items())

        assert SetDigest.of(vector["cases"]).to_text() == vector["digest"]
        assert vector["digest"] == f"{len(vector['cases'])}:{literal % 2**256:064x}"


def test_leaves_have_their_hash() -> None:
    for vector in stored("leaf.json")["vectors"]:
        salt, payload = bytes.fromhex(vector["salt"]), base64.b64decode(vector["payload"])

        assert commitment(salt, payload).hex() == vector["commitment"]
        assert leaf_hash(commitment(salt, payload)).hex() == vector["leaf"]


@pytest.mark.parametrize("vector", stored("statement.json")["vectors"], ids=lambda vector: vector["name"])
def test_a_statement_has_its_payload_and_its_writes(vector: Any) -> None:
    payload, values = vector["payload"].encode(), vector["values"]
    answers = [(path, value) for path, value in stored("statement.json")["answers"]]

    statement = read_statement(read_payload(payload))

    assert statement == read_statement(values)
    assert write_payload(statement) == payload
    silent = {name for name, value in values.items() if value in (None, [], {}) and name != "prev"}
    assert set(json.loads(payload)) == set(values) - silent
    for order in (answers, answers[::-1]):
        written = survey_writes(statement, tuple(order))
        assert [str(write.dot) for write in written] == [write["dot"] for write in vector["writes"]]
        assert [[write.path, write.value] for write in written] == sorted(map(list, answers), key=lambda a: a[0])
        assert [sorted(map(str, write.seen)) for write in written] == [sorted(w["seen"]) for w in vector["writes"]]


@pytest.mark.parametrize("vector", stored("derived.json")["vectors"], ids=lambda vector: vector["name"])
def test_a_case_has_its_figure(vector: Any) -> None:
    case = Case()
    for name, said in (("a" * 32 + "-1", vector["fields"]), ("b" * 32 + "-1", vector["rivals"])):
        case = case.apply(name, [Write(Dot(name, n), path, value) for n, (path, value) in enumerate(said.items())])
    told = vector["derived"]

    assert per_capita_monthly_income(case) == Derived(
        told["value"], told["numerator"], told["denominator"], tuple(told["uncertain"])
    )
    assert {name: list(case.entries(name)) for name in ("members", "income")} == vector["entries"]
