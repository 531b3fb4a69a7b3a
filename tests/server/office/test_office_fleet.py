"""Tablets, enrolment codes, quarantine and the audit trail, as the office sees and steers them."""

import re

from fieldwork import County, TestTablet, new_tablet
from office_desk import desk

from server import keys

CASE = "c" * 32


def test_an_enrolment_code_is_shown_once_and_enrols_a_tablet(county: County) -> None:
    officer = desk(county, "officer")
    wang = county.people["wang"]
    assert f"/office/people/{wang.id}/enrolment" in officer.get("/office/people").text

    page = officer.post(f"/office/people/{wang.id}/enrolment").text

    token = re.search(r'data-token="([^"]+)"', page)
    assert token and "-".join(re.findall("....", token[1])) in page and "<svg" in page and 'class="qr"' in page
    tablet = TestTablet(county, county.app.test_client(), keys.new_id(), keys.SigningKey.generate())
    key = keys.SigningKey.generate()
    proof = keys.sign_envelope(
        "application/vnd.ruhu.enrolment+json", tablet.enrolment_payload(token[1], key), tablet.key, key
    )
    body = {"token": token[1], "proof": proof.to_json()}
    assert tablet.client.post("/api/v1/enrolments", json=body).status_code == 201
    assert "测试wang" in officer.get("/office/replicas").text


def test_nobody_issues_a_code_for_themselves_or_for_strangers(county: County) -> None:
    officer = desk(county, "officer")

    assert officer.post(f"/office/people/{county.people['officer'].id}/enrolment").status_code == 403
    assert officer.post("/office/people/nobody/enrolment").status_code == 404


def test_statements_that_exist_and_have_not_arrived_are_named(county: County) -> None:
    tablet = new_tablet(county, "zhao")
    first = tablet.visit(CASE, {"household": {"village": "s1"}}, village="s1")
    tablet.visit(CASE, {"household": {"village": "s1"}}, village="s1")
    tablet.visit(CASE, {"household": {"village": "s1"}}, village="s1")
    head = {"Ruhu-Head": f"{tablet.seq} {tablet.prev}"}
    tablet.push_raw(first.to_bytes(), **head)

    page = desk(county, "officer").get("/office/replicas").text

    assert "statements 2–3 exist and have not arrived" in page
    assert "测试zhao" not in desk(county, "head").get("/office/replicas").text


def test_a_revoked_tablets_work_waits_in_quarantine_with_the_reason(county: County) -> None:
    officer = desk(county, "officer")
    tablet = new_tablet(county, "zhang", "li")
    without = officer.post(f"/office/replicas/{tablet.replica}/revoke", reason="")
    before = tablet.push(tablet.visit(CASE.replace("c", "a"), {"household": {"village": "n1"}}))

    officer.post(f"/office/replicas/{tablet.replica}/revoke", reason="平板遗失")
    after = tablet.push(tablet.visit(CASE.replace("c", "a"), {"household": {"village": "n1"}}))

    assert without.status_code == 422
    assert before[0]["status"] == "accepted" and after[0]["status"] == "quarantined"
    queue = officer.get("/office/quarantine")
    assert queue.headers["Location"] == "/office/reconcile?kind=quarantine"
    assert "It came from a tablet that had been revoked" in officer.get(queue.headers["Location"]).text
    assert "revoked" in officer.get("/office/replicas").text
    assert "平板遗失" in desk(county, "auditor").get("/office/audit").text
    assert "In quarantine" in officer.get("/office/cases/" + "a" * 32).text


def test_a_tablet_out_of_reach_is_not_to_be_revoked(county: County) -> None:
    officer, head = desk(county, "officer"), desk(county, "head")

    assert officer.post(f"/office/replicas/{'0' * 32}/revoke", reason="平板遗失").status_code == 404
    assert head.post(f"/office/replicas/{'0' * 32}/revoke", reason="平板遗失").status_code == 403


def test_a_code_is_drawn_to_fit_however_long_the_address(county: County) -> None:
    page = desk(county, "officer").post(f"/office/people/{county.people['zhang'].id}/enrolment").text

    drawn = re.search(r'<svg [^>]*class="qr"[^>]*>', page)
    assert drawn and "viewBox=" in drawn[0] and " width=" not in drawn[0]
