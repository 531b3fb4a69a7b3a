"""Bad input gets a clear answer, disturbs nothing beside it, and loses nothing that somebody signed."""

import json
from dataclasses import replace
from typing import Any

import pytest
from fieldwork import County, TestTablet, form, new_tablet, payload_of
from ledger_reading import case_documents, envelope_bytes, equivocations, quarantine, refusals, registers, stored

from schemas.forms.fill import write_instance
from server import keys
from server.api.statements import MAX_BATCH_BYTES, MAX_BATCH_ITEMS
from server.operations.revoke_replica import revoke_key, revoke_replica
from server.queries.open_statements import open_statements
from server.queries.read_envelopes import MAX_STATEMENT, Authentic
from sync.dot import Dot
from sync.envelope import RECEIPT_TYPE, STATEMENT_TYPE, Envelope, Signature, envelope_from
from sync.statement import CaseWrite, Evidence
from sync.strict_json import canonical

CASE = "c" * 32
OTHER = "d" * 32
NAME = "household.householder_name"


def named(name: str) -> dict[str, Any]:
    return {"household": {"householder_name": name}}


def resealed(tablet: TestTablet, **members: Any) -> Envelope:
    """A visit whose payload says something else in these members, properly signed."""
    payload = payload_of(tablet.visit(CASE, named("王大山")))
    payload |= members
    names = list(tablet.persons)
    return tablet.sign(canonical({k: v for k, v in payload.items() if v is not ...}), names)


def assert_refused(verdict: dict[str, Any], name: str, status: int) -> None:
    """Refused with a problem of this stable type, in both languages, saying what to do."""
    assert verdict["status"] == "refused"
    assert "receipt" not in verdict
    problem = verdict["problem"]
    assert problem["type"] == f"urn:ruhu:problem:{name}"
    assert problem["status"] == status
    assert set(problem["translations"]) == {"zh-Hans", "en"}
    assert all(words["title"] and words["detail"] for words in problem["translations"].values())


def assert_waits(tablet: TestTablet, verdict: dict[str, Any], envelope: Envelope, reason: str) -> None:
    """Kept byte for byte, receipted, listed for the office, and not applied."""
    app = tablet.county.app
    assert (verdict["status"], verdict["reason"]) == ("quarantined", reason)
    receipt = json.loads(envelope_from(verdict["receipt"]).payload)
    assert receipt["digest"] == envelope.digest
    assert receipt["verdict"] == "quarantined"
    assert quarantine(app)[verdict["statement"]] == reason
    assert envelope_bytes(app, verdict["statement"]) == envelope.to_bytes()


def assert_beside_it_nothing_changed(tablet: TestTablet, bad: Envelope | bytes) -> dict[str, Any]:
    """Pushes the item between two good ones from before; its verdict. Both others are applied."""
    mate = replace(tablet)  # the same tablet, going on with its chain elsewhere
    first, last = mate.visit("1" * 32, named("李一")), mate.visit("2" * 32, named("李二"))

    verdicts = tablet.push(first, bad, last)

    assert [v["status"] for v in (verdicts[0], verdicts[2])] == ["accepted", "accepted"]
    documents = case_documents(tablet.county.app)
    assert {"1" * 32, "2" * 32} <= documents.keys()
    return verdicts[1]


# --- refused: unauthentic, oversized or corrupt -----------------------------------------------------------------


def test_a_wrong_signature_is_refused_and_nothing_but_a_count_is_kept(tablet: TestTablet) -> None:
    envelope = tablet.visit(CASE, named("王大山"))
    first = envelope.signatures[0]
    forged = replace(envelope, signatures=(Signature(first.keyid, first.sig[:-1] + b"\0"), *envelope.signatures[1:]))

    (verdict,) = tablet.push(forged)

    assert_refused(verdict, "wrong-signature", 422)
    assert stored(tablet.county.app) == {}
    assert refusals(tablet.county.app) == {"wrong-signature": 1}


def test_changed_bytes_under_a_true_signature_are_refused(tablet: TestTablet) -> None:
    envelope = tablet.visit(CASE, named("王大山"))
    changed = replace(envelope, payload=envelope.payload.replace("王大山".encode(), "王小山".encode()))

    (verdict,) = tablet.push(changed)

    assert_refused(verdict, "wrong-signature", 422)


def test_a_persons_signature_without_the_tablets_own_is_refused(tablet: TestTablet) -> None:
    envelope = tablet.visit(CASE, named("王大山"))

    (verdict,) = tablet.push(replace(envelope, signatures=envelope.signatures[1:]))

    assert_refused(verdict, "wrong-signature", 422)


def test_an_unknown_key_is_refused_and_nothing_but_a_count_is_kept(tablet: TestTablet) -> None:
    stranger = replace(tablet, key=keys.SigningKey.generate())

    (verdict,) = tablet.push(stranger.visit(CASE, named("王大山")))

    assert_refused(verdict, "unknown-key", 422)
    assert stored(tablet.county.app) == {}
    assert refusals(tablet.county.app) == {"unknown-key": 1}


def test_another_tablets_statement_is_refused_whoever_brings_it(county: County, tablet: TestTablet) -> None:
    other = new_tablet(county, "wang", "zhao")

    (verdict,) = tablet.push(other.visit(CASE, named("王大山"), village="s1"))

    assert_refused(verdict, "foreign-replica", 422)


def test_a_person_may_not_sign_on_a_tablet_where_the_key_was_not_enrolled(county: County, tablet: TestTablet) -> None:
    other = new_tablet(county, "wang")
    borrowed = replace(tablet, persons={**tablet.persons, **other.persons})

    (verdict,) = tablet.push(borrowed.visit(CASE, named("王大山")))

    assert_refused(verdict, "foreign-replica", 422)


def test_a_receipt_is_no_statement(tablet: TestTablet) -> None:
    payload = tablet.visit(CASE, named("王大山")).payload
    mistaken = keys.sign_envelope(RECEIPT_TYPE, payload, tablet.key)

    (verdict,) = tablet.push(mistaken)

    assert_refused(verdict, "wrong-payload-type", 422)


def test_the_same_id_with_other_bytes_is_kept_as_equivocation_and_the_first_stays(tablet: TestTablet) -> None:
    app = tablet.county.app
    clone = replace(tablet)
    first, second = tablet.visit(CASE, named("王大山")), clone.visit(CASE, named("王小山"))
    (accepted,) = tablet.push(first)

    once, again = (tablet.push(second)[0] for _ in range(2))

    for verdict in (once, again):
        assert_refused(verdict, "equivocation", 409)
        assert verdict["problem"]["held_digest"] == first.digest
        assert verdict["problem"]["offered_digest"] == second.digest
    assert envelope_bytes(app, accepted["statement"]) == first.to_bytes()
    assert list(registers(app, CASE)[NAME].values()) == ["王大山"]
    (kept,) = equivocations(app)
    assert (kept["statement"], kept["digest"]) == (accepted["statement"], second.digest)
    assert tablet.push(first)[0]["receipt"] == accepted["receipt"]


def test_two_contents_under_one_id_in_one_batch_keep_the_first(tablet: TestTablet) -> None:
    clone = replace(tablet)
    first, second = tablet.visit(CASE, named("王大山")), clone.visit(CASE, named("王小山"))

    one, two = tablet.push(first, second)

    assert one["status"] == "accepted"
    assert_refused(two, "equivocation", 409)
    assert len(equivocations(tablet.county.app)) == 1


DEEP = b"[" * 10_000 + b"]" * 10_000


NO_ENVELOPES = {
    "deep": DEEP,
    "deep inside": b'{"payloadType":' + DEEP + b',"payload":"","signatures":[]}',
    "NaN": b'{"payloadType":NaN,"payload":"","signatures":[]}',
    "duplicate key": b'{"payloadType":"a","payloadType":"b","payload":"","signatures":[]}',
    "lone surrogate": b'{"payloadType":"\\ud800","payload":"","signatures":[]}',
    "not UTF-8": b'{"payloadType":"\xff","payload":"","signatures":[]}',
    "no signature": b'{"payloadType":"a","payload":"","signatures":[]}',
    "no base64": b'{"payloadType":"a","payload":"not base64!","signatures":[{"keyid":"a","sig":""}]}',
    "unknown member": b'{"payloadType":"a","payload":"","signatures":[{"keyid":"a","sig":""}],"more":1}',
    "null": b"null",
    "number": b"42",
    "NUL": b"\x00",
    "cut short": b"{",
}


@pytest.mark.parametrize("line", NO_ENVELOPES.values(), ids=NO_ENVELOPES)
def test_a_line_that_is_no_envelope_is_refused_alone(tablet: TestTablet, line: bytes) -> None:
    verdict = assert_beside_it_nothing_changed(tablet, line)

    assert_refused(verdict, "unreadable-envelope", 422)
    assert refusals(tablet.county.app) == {"unreadable-envelope": 1}


@pytest.mark.parametrize(
    "payload",
    [DEEP, b'{"id":NaN}', b'{"id":"a","id":"b"}', b'{"id":"\\udc00"}', b"[]", b"\xff", b"", b"{}", b'{"id":1.5}'],
    ids=["deep", "NaN", "duplicate key", "lone surrogate", "list", "not UTF-8", "empty", "nameless", "fraction"],
)
def test_a_signed_payload_that_does_not_name_its_statement_is_refused_alone(
    tablet: TestTablet, payload: bytes
) -> None:
    verdict = assert_beside_it_nothing_changed(tablet, keys.sign_envelope(STATEMENT_TYPE, payload, tablet.key))

    assert_refused(verdict, "unreadable-statement", 422)


def test_an_id_that_borrows_another_sequence_number_is_refused(tablet: TestTablet) -> None:
    (verdict,) = tablet.push(resealed(tablet, seq=7))

    assert_refused(verdict, "unreadable-statement", 422)


def test_a_statement_beyond_the_limit_is_refused_alone(tablet: TestTablet) -> None:
    verdict = assert_beside_it_nothing_changed(tablet, b'"' + b"x" * MAX_STATEMENT + b'"')

    assert_refused(verdict, "statement-too-large", 413)


def test_too_many_items_are_refused_as_a_batch(tablet: TestTablet) -> None:
    answer = tablet.push_raw(b"\n".join([b"{}"] * (MAX_BATCH_ITEMS + 1)))

    assert answer.status_code == 413
    assert answer.json["type"] == "urn:ruhu:problem:batch-too-large"
    assert answer.json["limit_items"] == MAX_BATCH_ITEMS
    assert stored(tablet.county.app) == {}


def test_too_many_bytes_are_refused_as_a_batch(tablet: TestTablet) -> None:
    answer = tablet.push_raw(b" " * (MAX_BATCH_BYTES + 1))

    assert answer.status_code == 413
    assert answer.json["type"] == "urn:ruhu:problem:batch-too-large"
    assert answer.json["limit_bytes"] == MAX_BATCH_BYTES


def test_an_empty_batch_gets_an_empty_answer(tablet: TestTablet) -> None:
    assert tablet.push_raw(b"\n\n").json == {"verdicts": [], "missing": []}


# --- quarantined: authentic, kept, receipted, not applied ---------------------------------------------------------


def test_work_from_a_revoked_tablet_is_kept_with_a_receipt(county: County, tablet: TestTablet) -> None:
    with county.app.app_context():
        revoke_replica("demo", county.people["officer"].id, tablet.replica, "lost")
    envelope = tablet.visit(CASE, named("王大山"))

    (verdict,) = tablet.push(envelope)

    assert_waits(tablet, verdict, envelope, "replica_revoked")
    assert case_documents(county.app) == {}


def test_work_under_a_revoked_persons_key_is_kept_with_a_receipt(county: County, tablet: TestTablet) -> None:
    with county.app.app_context():
        revoke_key("demo", county.people["officer"].id, tablet.replica, county.people["li"].id, "left")
    both, alone = tablet.visit(CASE, named("王大山")), tablet.visit(OTHER, named("李四"), signers=["zhang"])

    (of_both,), (of_one,) = tablet.push(both), tablet.push(alone)

    assert_waits(tablet, of_both, both, "key_revoked")
    assert of_one["status"] == "accepted"


@pytest.mark.parametrize("village", ["s1", "nowhere"])
def test_a_household_outside_the_scope_waits(tablet: TestTablet, village: str) -> None:
    envelope = tablet.visit(CASE, named("王大山"), village=village)

    good = tablet.visit(OTHER, named("李四"))

    of_bad, of_good = tablet.push(envelope, good)

    assert_waits(tablet, of_bad, envelope, "out_of_scope")
    assert of_good["status"] == "accepted"
    assert case_documents(tablet.county.app).keys() == {OTHER}


def test_a_visit_to_a_household_of_another_township_waits_and_changes_nothing_there(county: County) -> None:
    south, north = new_tablet(county, "wang", "zhao"), new_tablet(county, "zhang", "li")
    south.push(south.visit(CASE, named("王大山"), village="s1"))
    before = case_documents(county.app)
    envelope = north.visit(CASE, named("王小山"), village="n1")

    (verdict,) = north.push(envelope)

    assert_waits(north, verdict, envelope, "out_of_scope")
    assert case_documents(county.app) == before


def test_an_unknown_form_version_waits(tablet: TestTablet) -> None:
    envelope = resealed(tablet, form_version="2031120100")

    (verdict,) = tablet.push(envelope)

    assert_waits(tablet, verdict, envelope, "unknown_form_version")


@pytest.mark.parametrize("kind", ["dossier", "a_kind_of_2031"])
def test_an_unknown_kind_waits(tablet: TestTablet, kind: str) -> None:
    envelope = resealed(tablet, kind=kind)

    (verdict,) = tablet.push(envelope)

    assert_waits(tablet, verdict, envelope, "unknown_kind")


@pytest.mark.parametrize("kind", ["", "\0", "k" * 65, "种类", 7, None, ...])
def test_a_kind_that_is_no_word_waits(tablet: TestTablet, kind: Any) -> None:
    envelope = resealed(tablet, kind=kind)

    (verdict,) = tablet.push(envelope)

    assert_waits(tablet, verdict, envelope, "unknown_kind")


@pytest.mark.parametrize(
    "members",
    [
        {"village": "\0"},
        {"village": "v" * 65},
        {"author": "\0"},
        {"held": -1},
        {"held": "7"},
        {"made": {}},
        {"ruhu": 2},
        {"case": "\0" * 32},
        {"case": "C" * 32},
        {"form": "f" * 300},
        {"nobody_knows_me": 1},
        {"instance": None},
        {"seen": {NAME: ["no dot"]}},
        {"seen": {NAME: ["\0:0"]}},
        {"seen": {NAME: [f"{'a' * 32}-x:0"]}},
        {"seen": {NAME: [f"{'a' * 32}-٣:0"]}},
        {"evidence": [{"digest": "a" * 64, "length": 1, "media_type": "image/\0", "shot": "house"}]},
        {"evidence": [{"digest": "a" * 64, "length": 1, "media_type": "image/jpeg", "shot": "s" * 300}]},
        {"evidence": [{"digest": "a" * 64, "length": 0, "media_type": "image/jpeg", "shot": "house"}]},
        {"sign_offs": [{"slot": "investigator", "outcome": "blank"}]},
        {"writes": [{"case": CASE, "path": NAME, "value": "x"}]},
    ],
    ids=lambda members: json.dumps(members)[:60],
)
def test_a_broken_shape_waits(tablet: TestTablet, members: dict[str, Any]) -> None:
    envelope = resealed(tablet, **members)

    (verdict,) = tablet.push(envelope)

    assert_waits(tablet, verdict, envelope, "broken_shape")


def test_a_dot_of_its_own_tablet_without_a_number_waits(tablet: TestTablet) -> None:
    envelope = resealed(tablet, seen={NAME: [f"{tablet.replica}-first:0"]})

    (verdict,) = tablet.push(envelope)

    assert_waits(tablet, verdict, envelope, "broken_shape")


@pytest.mark.parametrize(
    "instance",
    ["", "\0", "<data", "<!DOCTYPE a [<!ENTITY b 'c'>]><data>&b;</data>", '<data id="other" version="1"/>'],
)
def test_an_instance_that_cannot_be_read_waits(tablet: TestTablet, instance: str) -> None:
    envelope = resealed(tablet, instance=instance)

    (verdict,) = tablet.push(envelope)

    assert_waits(tablet, verdict, envelope, "unreadable_instance")


def test_nobody_supersedes_what_their_tablet_did_not_hold(county: County, tablet: TestTablet) -> None:
    other = new_tablet(county, "li")
    (first,) = other.push(other.visit(CASE, named("王大山"), signers=["li"]))
    dot = Dot(first["statement"], 0)

    blind = tablet.visit(CASE, named("王小山"), seen={NAME: [dot]}, held=0)
    sighted = tablet.visit(CASE, named("王中山"), seen={NAME: [dot]}, held=1)
    (unseen,), (seen,) = tablet.push(blind), tablet.push(sighted)

    assert_waits(tablet, unseen, blind, "seen_beyond_held")
    assert seen["status"] == "accepted"
    assert list(registers(county.app, CASE)[NAME].values()) == ["王中山"]


@pytest.mark.parametrize(("seen", "held"), [([], 10), ([f"{'e' * 32}-1:0"], 0)])
def test_what_is_not_in_the_ledger_cannot_have_been_seen(tablet: TestTablet, seen: list[str], held: int) -> None:
    envelope = resealed(tablet, seen={NAME: seen}, held=held)

    (verdict,) = tablet.push(envelope)

    assert_waits(tablet, verdict, envelope, "seen_beyond_held")


def test_a_statement_cannot_have_seen_its_own_future(tablet: TestTablet) -> None:
    envelope = resealed(tablet, seen={NAME: [f"{tablet.replica}-1:0"]})

    (verdict,) = tablet.push(envelope)

    assert_waits(tablet, verdict, envelope, "seen_beyond_held")


def test_a_broken_chain_waits_and_leaves_the_link_before_it_alone(tablet: TestTablet) -> None:
    first = tablet.visit(CASE, named("王大山"))
    tablet.prev = "0" * 64
    second = tablet.visit(OTHER, named("李四"))

    of_first, of_second = tablet.push(first, second)

    assert of_first["status"] == "accepted"
    assert_waits(tablet, of_second, second, "broken_chain")


def test_nobody_writes_in_another_persons_name(county: County, tablet: TestTablet) -> None:
    envelope = resealed(tablet, author=county.people["officer"].id)

    (verdict,) = tablet.push(envelope)

    assert_waits(tablet, verdict, envelope, "foreign_author")


@pytest.mark.parametrize("kind", ["resolution", "roster_import"])
def test_what_only_the_office_may_state_does_not_come_from_a_tablet(tablet: TestTablet, kind: str) -> None:
    tablet.push(tablet.visit(CASE, named("王大山")))
    before = case_documents(tablet.county.app)
    envelope = tablet.seal(
        kind,
        case=CASE,
        writes=(CaseWrite(CASE, NAME, "王小山", frozenset()),),
        reason_code="checked",
        reason="为自己的填报作裁定",
    )

    (verdict,) = tablet.push(envelope)

    assert_waits(tablet, verdict, envelope, "not_from_tablets")
    assert case_documents(tablet.county.app) == before


@pytest.mark.parametrize("value", ["王\0山", ["王\0山"]])
def test_a_value_that_one_of_the_databases_cannot_hold_waits(tablet: TestTablet, value: Any) -> None:
    payload = payload_of(
        tablet.seal(
            "resolution",
            case=CASE,
            writes=(CaseWrite(CASE, NAME, "王小山", frozenset()),),
            reason_code="checked",
            reason="x",
        )
    )
    payload["writes"][0]["value"] = value
    tablet.seq, tablet.prev = 1, None
    envelope = tablet.sign(canonical(payload), list(tablet.persons))

    (verdict,) = tablet.push(envelope)

    assert_waits(tablet, verdict, envelope, "broken_shape")


def test_work_that_our_own_code_fails_on_is_kept_and_disturbs_nothing(
    county: County, tablet: TestTablet, monkeypatch: pytest.MonkeyPatch
) -> None:
    from server.folding.fold import Folding

    fold = Folding.fold

    def stumble(self: Folding, moment: Any, item: Any, *rest: Any) -> str | None:
        if item.name.case == CASE:
            raise ZeroDivisionError("a fault of ours")
        return fold(self, moment, item, *rest)

    monkeypatch.setattr(Folding, "fold", stumble)
    before, poison, after = (
        tablet.visit(OTHER, named("李一")),
        tablet.visit(CASE, named("王大山"), evidence=[Evidence("a" * 64, 1, "image/jpeg", "house")]),
        tablet.visit("e" * 32, named("李二")),
    )

    verdicts = tablet.push(before, poison, after)

    assert [v["status"] for v in verdicts] == ["accepted", "quarantined", "accepted"]
    assert_waits(tablet, verdicts[1], poison, "could_not_apply")
    assert tablet.push(poison)[0]["receipt"] == verdicts[1]["receipt"]


def test_a_form_that_our_own_code_cannot_read_is_kept_and_disturbs_nothing(
    tablet: TestTablet, monkeypatch: pytest.MonkeyPatch
) -> None:
    from server.queries import read_envelopes

    read = read_envelopes.read_instance

    def stumble(form: Any, instance: str, **rest: Any) -> Any:
        if "王大山" in instance:
            raise IndexError("a fault of ours")
        return read(form, instance, **rest)

    monkeypatch.setattr(read_envelopes, "read_instance", stumble)
    good, poison = tablet.visit(OTHER, named("李一")), tablet.visit(CASE, named("王大山"))

    verdicts = tablet.push(good, poison)

    assert verdicts[0]["status"] == "accepted"
    assert_waits(tablet, verdicts[1], poison, "unreadable_instance")


@pytest.mark.parametrize("fault", ["database is locked", "disk is full"])
def test_what_may_pass_by_itself_is_asked_for_again(
    tablet: TestTablet, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    from sqlalchemy.exc import OperationalError

    from server.folding.fold import Folding

    def busy(self: Folding) -> None:
        raise OperationalError("INSERT", {}, Exception(fault))

    envelope = tablet.visit(CASE, named("王大山"))
    with monkeypatch.context() as broken:
        broken.setattr(Folding, "save", busy)
        (failed,) = tablet.push(envelope)

    assert_refused(failed, "try-again", 503)
    assert stored(tablet.county.app) == {}
    assert tablet.push(envelope)[0]["status"] == "accepted"


# --- accepted: what looks odd and is no reason to wait ------------------------------------------------------------


def test_odd_answers_are_applied_and_flagged(tablet: TestTablet) -> None:
    answers = {
        "household": {
            "householder_name": "王" * 5000,
            "address": "甲" * 300,
            "village": "nowhere",
            "family_size": "多",
        },
        "people": {"members": [{"member_id": "a1b2c3d4", "name": "王", "id_no": "999999200001010000"}]},
    }

    (verdict,) = tablet.push(tablet.visit(CASE, answers))

    assert verdict["status"] == "accepted"
    kept = registers(tablet.county.app, CASE)
    assert list(kept[NAME].values()) == ["王" * 5000]
    assert list(kept["household.family_size"].values()) == ["多"]


def test_unknown_questions_with_long_names_are_flagged(tablet: TestTablet) -> None:
    instance = write_instance(form("household_visit"), named("王大山"))
    odd = instance.replace("</data>", f"<{'q' * 3000}>x</{'q' * 3000}></data>")

    (verdict,) = tablet.push(resealed(tablet, instance=odd))

    assert verdict["status"] == "accepted"


def test_a_statement_that_has_seen_thousands_of_statements_is_read(tablet: TestTablet) -> None:
    tablet.push(tablet.visit(CASE, named("王大山")))
    seen = {NAME: [f"{'e' * 32}-{n}:0" for n in range(1, 1000)], "place.address": [f"{tablet.replica}-1:0"]}
    many = {f"x.f{n}": [f"{'e' * 32}-{n}{m:03}:0" for m in range(900)] for n in range(1, 30)}
    envelope = resealed(tablet, seen={**seen, **many})

    (verdict,) = tablet.push(envelope)

    assert_waits(tablet, verdict, envelope, "seen_beyond_held")


def test_what_rests_reads_as_it_read_when_it_came(county: County, tablet: TestTablet) -> None:
    envelope = tablet.visit(CASE, named("王大山"))
    (verdict,) = tablet.push(envelope)

    with county.app.app_context():
        read = open_statements("demo", [verdict["statement"]], county.app.extensions["ruhu_keyring"])

    item = read[verdict["statement"]]
    assert isinstance(item, Authentic)
    assert item.envelope == envelope


def test_signatures_are_limited_in_number(tablet: TestTablet) -> None:
    envelope = tablet.visit(CASE, named("王大山"))
    many = replace(envelope, signatures=envelope.signatures * 10)

    (verdict,) = tablet.push(many)

    assert_refused(verdict, "unreadable-envelope", 422)
