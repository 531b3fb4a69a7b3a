"""A pull brings what changed in scope, says what left it, and ends with a digest by which both sides agree."""

import base64
import gzip
import json
from typing import Any

import pytest
from fieldwork import AUTHORITY, County, TestTablet, new_tablet
from sqlalchemy import update

from server import clock
from server.db import execute, transactional
from server.operations.end_person import end_person
from server.store import persons
from server.store.authorities import authority_table
from sync.dot import Dot
from sync.scope_digest import SetDigest

NAME = "household.householder_name"
ID_NUMBER, PHONE, BANK = "999999194910010011", "13800001234", "6222020000001234567"
HEAD_HASH = "a" * 64


def case_id(number: int) -> str:
    return f"{number:032x}"


def visit(tablet: TestTablet, number: int, name: str = "王大山", village: str = "n1", **rest: Any) -> dict[str, Any]:
    envelope = tablet.visit(case_id(number), {"household": {"householder_name": name}}, village=village, **rest)
    (verdict,) = tablet.push(envelope)
    assert verdict["status"] == "accepted", verdict
    return verdict


def problem(answer: Any) -> str:
    return str(answer.json["type"].removeprefix("urn:ruhu:problem:"))


def everything(tablet: TestTablet, cursor: str | None = None, limit: int = 200) -> tuple[dict[str, Any], list[Any]]:
    """(cases by id, all pages) from this cursor until caught up."""
    held: dict[str, Any] = {}
    pages: list[Any] = []
    while True:
        page = tablet.pull(cursor, limit=limit).json
        pages.append(page)
        held |= {case["id"]: case for case in page["cases"]}
        for gone in page["gone"]:
            held.pop(gone, None)
        cursor = page["cursor"]
        if page["caught_up"]:
            return held, pages


def manifest(tablet: TestTablet) -> Any:
    return tablet.client.get("/api/v1/scope", headers=tablet.headers).json


def test_pages_bring_every_case_once_and_then_nothing(tablet: TestTablet) -> None:
    for number in range(7):
        visit(tablet, number)

    held, pages = everything(tablet, limit=3)

    assert [len(page["cases"]) for page in pages] == [3, 3, 1]
    assert held.keys() == {case_id(n) for n in range(7)}
    assert tablet.pull(pages[-1]["cursor"]).json["cases"] == []


def test_a_page_says_what_time_it_is_at_the_server(tablet: TestTablet) -> None:
    before = clock.stamp()

    told = tablet.pull().json["now"]

    assert before <= told <= clock.stamp()


def test_a_case_that_changes_between_two_pages_comes_again(tablet: TestTablet) -> None:
    for number in range(4):
        visit(tablet, number)
    first = tablet.pull(limit=2).json
    visit(tablet, 0, "王小山")

    held, _ = everything(tablet, first["cursor"], limit=2)

    assert {sibling[0] for sibling in held[case_id(0)]["registers"][NAME]} == {"王大山", "王小山"}
    assert held.keys() == {case_id(n) for n in (0, 2, 3)}


def test_caught_up_both_sides_agree_on_one_digest(tablet: TestTablet) -> None:
    for number, village in enumerate(["n1", "n2", "n1"]):
        visit(tablet, number, village=village)
    held, pages = everything(tablet, limit=2)
    listed = manifest(tablet)

    of_held = SetDigest.of({case["id"]: case["hash"] for case in held.values()}).to_text()

    assert [page["scope_digest"] for page in pages] == [None, of_held]
    assert listed["scope_digest"] == of_held == SetDigest.of(dict(listed["cases"])).to_text()
    assert tablet.pull(listed["cursor"]).json["cases"] == []
    assert listed["held"] == pages[-1]["held"] == 3


def test_another_area_stays_unseen(county: County, tablet: TestTablet) -> None:
    south = new_tablet(county, "wang", "zhao")
    visit(south, 1, village="s1")

    answer = tablet.client.post("/api/v1/cases", json={"ids": [case_id(1), case_id(2)]}, headers=tablet.headers)

    assert answer.json["cases"] == []
    assert tablet.pull().json["cases"] == []
    assert manifest(tablet)["cases"] == []


def test_a_case_that_moves_away_is_gone_here_and_whole_there(county: County, tablet: TestTablet) -> None:
    south = new_tablet(county, "wang", "zhao")
    visit(tablet, 1)
    (north_cursor, south_cursor) = (t.pull().json["cursor"] for t in (tablet, south))
    moved = tablet.visit(case_id(1), {"household": {"village": "s1"}})
    tablet.push(moved)

    here, there = tablet.pull(north_cursor).json, south.pull(south_cursor).json

    assert (here["gone"], here["cases"], here["scope_digest"]) == ([case_id(1)], [], SetDigest().to_text())
    (whole,) = there["cases"]
    assert whole["registers"][NAME][0][0] == "王大山"
    assert there["scope_digest"] == SetDigest.of({whole["id"]: whole["hash"]}).to_text()


def test_a_case_that_moves_away_and_back_is_not_gone(tablet: TestTablet, county: County) -> None:
    south = new_tablet(county, "wang", "zhao")
    visit(tablet, 1)
    cursor = tablet.pull().json["cursor"]
    away = tablet.push(tablet.visit(case_id(1), {"household": {"village": "s1"}}))[0]["statement"]
    page = south.pull().json
    numbers = page["cases"][0]["registers"]["place.village"][0][1:]
    back = south.visit(
        case_id(1),
        {"household": {"village": "n1"}},
        village="s1",
        seen={"place.village": [Dot(away, numbers[1])]},
        held=page["held"],
    )
    assert south.push(back)[0]["status"] == "accepted"

    page = tablet.pull(cursor).json

    assert page["gone"] == []
    assert [case["id"] for case in page["cases"]] == [case_id(1)]
    assert south.pull().json["cases"] == []


def test_another_area_needs_a_rescope_and_the_manifest_says_what_to_fetch(county: County, tablet: TestTablet) -> None:
    south = new_tablet(county, "wang", "zhao")
    visit(tablet, 1)
    visit(south, 2, village="s1")
    cursor = tablet.pull().json["cursor"]
    zhang = county.people["zhang"]
    with county.app.app_context():
        transactional(persons.change)(AUTHORITY, zhang.id, region="s", scope="c/s/", scope_version=2)

    refused = tablet.pull(cursor)
    listed = manifest(tablet)
    fetched = tablet.client.post(
        "/api/v1/cases", json={"ids": [name for name, _ in listed["cases"]]}, headers=tablet.headers
    ).json["cases"]

    assert (refused.status_code, problem(refused)) == (409, "rescope")
    assert [name for name, _ in listed["cases"]] == [case_id(1), case_id(2)]  # li is still in the north
    assert {case["id"]: case["hash"] for case in fetched} == dict(listed["cases"])
    page = tablet.pull(listed["cursor"]).json
    assert (page["cases"], page["caught_up"]) == ([], True)


def test_a_tablet_whose_people_left_sees_nothing(county: County, tablet: TestTablet) -> None:
    visit(tablet, 1)
    with county.app.app_context():
        for name in ("zhang", "li"):
            end_person(AUTHORITY, county.people[name].id)

    page = tablet.pull().json

    assert (page["cases"], page["persons"], page["scope_digest"]) == ([], [], SetDigest().to_text())


def test_a_restored_server_sends_everybody_back_to_the_start(county: County, tablet: TestTablet) -> None:
    visit(tablet, 1)
    cursor = tablet.pull().json["cursor"]
    with county.app.app_context():
        transactional(lambda: execute(update(authority_table).values(epoch="e" * 16)))()

    answer = tablet.pull(cursor)

    assert (answer.status_code, problem(answer), answer.json["epoch"]) == (409, "epoch-changed", "e" * 16)


def forged(cursor: str) -> str:
    data = bytearray(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    data[-2] ^= 1
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


@pytest.mark.parametrize("text", ["", "x", "!!!", "游标", "AAAA" * 10])
def test_a_cursor_that_we_did_not_make_is_refused(tablet: TestTablet, text: str) -> None:
    answer = tablet.pull(text)

    assert (answer.status_code, problem(answer)) == (422, "unreadable-cursor")


def test_a_changed_cursor_is_refused(tablet: TestTablet) -> None:
    visit(tablet, 1)

    assert problem(tablet.pull(forged(tablet.pull().json["cursor"]))) == "unreadable-cursor"


@pytest.mark.parametrize("limit", ["0", "501", "-1", "many"])
def test_a_page_has_its_limits(tablet: TestTablet, limit: str) -> None:
    answer = tablet.pull(limit=limit)

    assert (answer.status_code, problem(answer)) == (422, "invalid-request")


def test_numbers_leave_masked_and_interviews_stay(county: County, tablet: TestTablet) -> None:
    words = "邻居说他家盖了新房"
    answers = {
        "household": {"householder_name": "王大山", "phone": PHONE, "bank_account": BANK},
        "people": {"members": [{"member_id": "a1b2c3d4", "name": "王大山", "id_no": ID_NUMBER}]},
    }
    interview = {"informant": {"informant_name": "赵邻居"}, "conclusion": {"opinion": "doubtful", "words": words}}
    verdicts = tablet.push(
        tablet.visit(case_id(1), answers), tablet.visit(case_id(1), interview, kind="neighbour_interview")
    )
    assert [v["status"] for v in verdicts] == ["accepted", "accepted"]

    page = tablet.pull()
    fetched = tablet.client.post("/api/v1/cases", json={"ids": [case_id(1)]}, headers=tablet.headers)

    for answer in (page, fetched):
        (case,) = answer.json["cases"]
        assert not any(path.startswith("interviews.") for path in case["registers"])
        for number in (ID_NUMBER, PHONE, BANK):
            assert number not in answer.text
            assert number[-4:] in json.dumps(case, ensure_ascii=False)
        for said in (words, "赵邻居", "doubtful"):
            assert said not in json.dumps(answer.json, ensure_ascii=False)


def test_a_doubt_asks_others_for_a_recheck_without_saying_who_doubts(county: County, tablet: TestTablet) -> None:
    alone = new_tablet(county, "zhang")
    visit(alone, 1)
    alone.push(alone.visit(case_id(1), {"conclusion": {"opinion": "doubtful"}}, kind="neighbour_interview"))
    cursor = (opened := tablet.pull().json)["cursor"]
    of_the_author = alone.pull().json
    tablet.push(tablet.visit(case_id(1), {}, kind="recheck", signers=["li"]))

    done = tablet.pull(cursor).json

    assert [(t["kind"], t["case"], t["done"]) for t in opened["tasks"]] == [("recheck", case_id(1), None)]
    assert of_the_author["tasks"] == []
    assert done["tasks"][0]["done"] is not None


def test_a_long_answer_is_packed_for_whoever_takes_it(tablet: TestTablet) -> None:
    for number in range(12):
        visit(tablet, number)

    packed = tablet.client.get("/api/v1/changes", headers={**tablet.headers, "Accept-Encoding": "gzip"})
    plain = tablet.client.get("/api/v1/changes", headers={**tablet.headers, "Accept-Encoding": "identity"})

    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(packed.data) < len(plain.data) / 3
    assert json.loads(gzip.decompress(packed.data))["cases"] == plain.json["cases"]


def test_the_server_says_which_statements_exist_and_have_not_arrived(tablet: TestTablet) -> None:
    envelopes = [tablet.visit(case_id(n), {}) for n in range(45)]
    head = {"Ruhu-Head": f"44 {envelopes[43].digest}"}
    bodies = [envelopes[n].to_bytes() for n in range(45) if n not in (40, 41, 42, 43, 44)]

    told = tablet.push_raw(b"\n".join(bodies), **{"Ruhu-Head": f"43 {envelopes[42].digest}"}).json["missing"]
    asked = tablet.client.get("/api/v1/changes", headers={**tablet.headers, **head}).json["missing"]
    tablet.push(envelopes[43])

    assert (told, asked) == ([[41, 43]], [[41, 44]])
    assert tablet.pull().json["missing"] == [[41, 43]]
    tablet.push(*envelopes[40:43])
    assert tablet.pull().json["missing"] == []


def test_a_late_statement_shows_a_gap_that_nobody_announced(tablet: TestTablet) -> None:
    envelopes = [tablet.visit(case_id(n), {}) for n in range(6)]

    tablet.push(*envelopes[3:])

    assert tablet.pull().json["missing"] == [[1, 3]]


@pytest.mark.parametrize("header", ["x", f"-1 {HEAD_HASH}", f"1 {HEAD_HASH[:-1]}", f"{'9' * 13} {HEAD_HASH}", ""])
def test_a_head_that_cannot_be_read_says_nothing(tablet: TestTablet, header: str) -> None:
    answer = tablet.client.get("/api/v1/changes", headers={**tablet.headers, "Ruhu-Head": header})

    assert (answer.status_code, answer.json["missing"]) == (200, [])
