"""The small words of the protocol: dots, cursors, receipts, leaves, scope digests, numbered writes."""

from collections.abc import Mapping
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.cursor import Cursor
from sync.dot import Dot, replica_of, sequence_of
from sync.errors import UnreadableCursor, UnreadableStatement
from sync.leaf import SALT_LENGTH, commitment, leaf_hash
from sync.receipt import Receipt
from sync.register import Write
from sync.scope_digest import MODULUS, SetDigest
from sync.statement import CaseWrite, Evidence, Made, Statement, spelled_out_writes, survey_writes

REPLICA = "0123456789abcdef" * 2
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
hashes = st.binary(min_size=32, max_size=32).map(bytes.hex)
cases = st.dictionaries(st.binary(min_size=16, max_size=16).map(bytes.hex), hashes, max_size=12)


# -- Dots -------------------------------------------------------------------------------------------------------


@given(st.integers(1, 10**9), st.integers(0, 999_999_999))
def test_a_dot_reads_back_as_it_was_written(seq: int, number: int) -> None:
    dot = Dot(f"{REPLICA}-{seq}", number)

    assert Dot.parse(str(dot)) == dot


@pytest.mark.parametrize(
    "text",
    [
        "",
        ":",
        "a",
        "a:",
        ":1",
        "a:-1",
        "a:+1",
        "a: 1",
        "a:1 ",
        "a:x",
        "a:1.0",
        "a:１",
        "a:²",
        "a:1_0",
        "a:1234567890",
    ],
)
def test_what_names_no_write_is_no_dot(text: str) -> None:
    with pytest.raises(UnreadableStatement):
        Dot.parse(text)


def test_dots_sort_by_statement_and_then_by_number_not_by_text() -> None:
    assert sorted([Dot("b", 0), Dot("a", 10), Dot("a", 9)]) == [Dot("a", 9), Dot("a", 10), Dot("b", 0)]


def test_a_statement_id_names_its_replica_and_its_place_in_the_chain() -> None:
    assert replica_of(f"{REPLICA}-42") == REPLICA
    assert sequence_of(f"{REPLICA}-42") == 42


# -- Cursors ----------------------------------------------------------------------------------------------------


@settings(deadline=None)
@given(texts, texts, st.integers(-1, 2**53 - 1), texts)
def test_a_cursor_reads_back_as_it_was_given_out(epoch: str, scope: str, index: int, case: str) -> None:
    cursor = Cursor(epoch, scope, index, case)

    assert Cursor.from_bytes(cursor.to_bytes()) == cursor


def test_a_new_cursor_stands_before_the_first_change() -> None:
    assert (Cursor("e", "s").index, Cursor("e", "s").case) == (-1, "")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"null",
        b'"e"',
        b"[]",
        b'["e","s",1]',
        b'["e","s",1,"c","more"]',
        b'["e","s","1","c"]',
        b'["e","s",true,"c"]',
        b'["e","s",1.5,"c"]',
        b'["e","s",9007199254740992,"c"]',
        b'["e","s",null,"c"]',
        b'["e",1,1,"c"]',
        b'[null,"s",1,"c"]',
        b'["e","s",1,null]',
        b'{"epoch":"e","scope":"s","index":1,"case":"c"}',
        b'["e","s",1,"c"',
        b"\xff",
    ],
)
def test_a_cursor_that_we_did_not_make_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableCursor):
        Cursor.from_bytes(data)


# -- Receipts ---------------------------------------------------------------------------------------------------


def test_a_receipt_is_these_bytes_for_ever() -> None:
    receipt = Receipt(
        authority="county",
        epoch="e1",
        statement=f"{REPLICA}-7",
        digest="aa" * 32,
        index=0,
        leaf="bb" * 32,
        verdict="accepted",
        received_at="2026-01-02T03:04:05Z",
        held=("cc" * 32,),
        owed=("ee" * 32, "dd" * 32),
    )

    # Written out by hand: whoever changes a letter breaks every receipt that tablets already hold.
    assert receipt.to_bytes() == (
        b'{"authority":"county","digest":"' + b"aa" * 32 + b'","epoch":"e1",'
        b'"evidence":{"held":["' + b"cc" * 32 + b'"],"owed":["' + b"ee" * 32 + b'","' + b"dd" * 32 + b'"]},'
        b'"index":0,"leaf":"' + b"bb" * 32 + b'","received_at":"2026-01-02T03:04:05Z",'
        b'"statement":"0123456789abcdef0123456789abcdef-7","verdict":"accepted"}'
    )


# -- Leaves -----------------------------------------------------------------------------------------------------


def test_an_empty_leaf_has_the_hash_that_rfc_9162_logs_share() -> None:
    assert leaf_hash(b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"


@given(st.binary(min_size=SALT_LENGTH, max_size=SALT_LENGTH), st.binary(max_size=100))
def test_a_commitment_is_the_hash_of_its_salt_and_payload_in_a_domain_of_its_own(salt: bytes, payload: bytes) -> None:
    assert commitment(salt, payload) == sha256(bytes([2]) + salt + payload).digest()
    assert commitment(salt, payload) != leaf_hash(salt + payload)


def test_the_same_payload_under_another_salt_is_another_commitment() -> None:
    assert commitment(b"a" * 32, b"payload") != commitment(b"b" * 32, b"payload")


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_salt_of_another_length_is_a_mistake_of_ours(length: int) -> None:
    with pytest.raises(AssertionError):
        commitment(bytes(length), b"payload")


# -- Scope digests ----------------------------------------------------------------------------------------------


@settings(deadline=None)
@given(cases, cases, st.data())
def test_cases_come_and_go_in_any_order(
    stay: Mapping[str, str], leave: Mapping[str, str], data: st.DataObject
) -> None:
    leave = {case_id: digest for case_id, digest in leave.items() if case_id not in stay}
    moves = [("add", *pair) for pair in [*stay.items(), *leave.items()]] + [("remove", *p) for p in leave.items()]

    digest = SetDigest()
    for move, case_id, case_hash in data.draw(st.permutations(moves)):
        digest = digest.add(case_id, case_hash) if move == "add" else digest.remove(case_id, case_hash)

    assert digest == SetDigest.of(stay)


@settings(deadline=None)
@given(cases, st.integers(1, 4))
def test_villages_together_are_the_whole_scope(whole: dict[str, str], villages: int) -> None:
    parts = [dict(list(whole.items())[n::villages]) for n in range(villages)]

    assert SetDigest.union_of(map(SetDigest.of, parts)) == SetDigest.of(whole)


@settings(deadline=None)
@given(cases)
def test_a_scope_digest_reads_back_as_it_was_written(whole: dict[str, str]) -> None:
    digest = SetDigest.of(whole)

    assert SetDigest.from_text(digest.to_text()) == digest
    assert 0 <= digest.total < MODULUS


@settings(deadline=None)
@given(cases.filter(bool), hashes)
def test_one_changed_case_shows(whole: dict[str, str], other: str) -> None:
    case_id, before = next(iter(whole.items()))

    assert (SetDigest.of({**whole, case_id: other}) == SetDigest.of(whole)) == (other == before)


def test_two_cases_that_swap_their_contents_show() -> None:
    assert SetDigest.of({"a": "1", "b": "2"}) != SetDigest.of({"a": "2", "b": "1"})


def test_an_empty_scope_is_written_as_nothing() -> None:
    assert SetDigest().to_text() == "0:" + "0" * 64


# -- Statements -------------------------------------------------------------------------------------------------


def a_statement(
    *,
    seen: Mapping[str, frozenset[Dot]] | None = None,
    writes: tuple[CaseWrite, ...] = (),
    evidence: tuple[Evidence, ...] = (),
) -> Statement:
    return Statement(
        id=f"{REPLICA}-1",
        kind="household_visit",
        authority="county",
        replica=REPLICA,
        seq=1,
        prev=None,
        author="p1",
        held=0,
        made=Made("2026-01-02T03:04:05+08:00", 1000, "boot"),
        seen=seen or {},
        writes=writes,
        evidence=evidence,
    )


def test_answers_are_numbered_in_the_order_of_their_paths() -> None:
    earlier = frozenset({Dot("x-1", 3)})
    statement = a_statement(seen={"b": earlier, "never.asked": earlier})

    writes = survey_writes(statement, (("b", 1), ("a.z", None), ("B", True), ("a", [])))

    assert writes == (
        Write(Dot(statement.id, 0), "B", True),
        Write(Dot(statement.id, 1), "a", []),
        Write(Dot(statement.id, 2), "a.z", None),
        Write(Dot(statement.id, 3), "b", 1, earlier),
    )


@given(st.permutations([("a", 1), ("b", 2), ("a.b", 3), ("a-b", 4), ("A", 5)]))
def test_the_order_in_which_a_form_asks_does_not_matter(answers: list[tuple[str, int]]) -> None:
    assert survey_writes(a_statement(), tuple(answers)) == survey_writes(a_statement(), tuple(sorted(answers)))


def test_spelled_out_writes_keep_their_number_in_the_statement_in_whatever_case_they_land() -> None:
    seen = frozenset({Dot("x-1", 0)})
    statement = a_statement(
        writes=(
            CaseWrite("case1", "b", 1, frozenset()),
            CaseWrite("case2", "a", 2, seen),
            CaseWrite("case1", "a", 3, frozenset()),
        )
    )

    assert spelled_out_writes(statement) == {
        "case1": (Write(Dot(statement.id, 0), "b", 1), Write(Dot(statement.id, 2), "a", 3)),
        "case2": (Write(Dot(statement.id, 1), "a", 2, seen),),
    }


def test_a_statement_tells_every_dot_that_it_claims_to_have_seen() -> None:
    one, two, three = Dot("x-1", 0), Dot("x-1", 1), Dot("y-1", 0)
    statement = a_statement(
        seen={"a": frozenset({one}), "b": frozenset({two})},
        writes=(CaseWrite("case1", "a", 1, frozenset({two, three})),),
    )

    assert statement.seen_dots == {one, two, three}
    assert a_statement().seen_dots == frozenset()


def test_evidence_named_twice_is_owed_once() -> None:
    shots = tuple(Evidence(digest, 10, "image/jpeg", "house") for digest in ("b", "a", "b"))

    assert a_statement(evidence=shots).digests == ("b", "a")
