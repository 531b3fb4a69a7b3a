"""An officer lets a statement out of quarantine: it counts as if it had come then, and it shows who did so."""

import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from fieldwork import AUTHORITY, PASSWORD, County, TestTablet, form, new_tablet, payload_of
from flask import Flask
from ledger_reading import case_documents, case_row, keyring, quarantine, registers, rows, stored
from office_desk import evidence_of, upload
from openpyxl import load_workbook
from PIL import Image

from schemas.forms.compiled import compile_xlsform, shipped_forms
from server import errors
from server.db import transactional
from server.operations.accept_statements import accept_statements
from server.operations.acting import Acting, Grounds
from server.operations.add_person import add_person
from server.operations.publish_form import publish_form
from server.operations.rebuild_cases import check_rebuild
from server.operations.reject_statement import reject_statement
from server.operations.release_statement import release_statement
from server.operations.revoke_replica import revoke_replica
from server.operations.state_decision import Decided
from server.operations.state_from_office import open_office_key
from server.policy import Role
from server.queries.read_envelopes import Authentic, read_envelope
from server.queries.verify_ledger import verify_ledger
from server.store import audit, key_registry, persons, regions
from server.store.evidence import evidence_table
from server.store.open_items import open_item_table
from server.store.regions import Region
from server.store.tasks import task_table
from sync.dot import Dot
from sync.statement import CaseWrite
from sync.strict_json import canonical

CASE = "c" * 32
NAME = "household.householder_name"
GROUNDS = Grounds.given("done_before", "已向调查人核实，停用前所做")

Act = Callable[[Acting, str, Grounds], Decided]


def named(name: str) -> dict[str, dict[str, str]]:
    return {"household": {"householder_name": name}}


def item_of(app: Flask, statement: str) -> str:
    """The quarantine item about this statement."""
    found = [r["id"] for r in rows(app, open_item_table) if r["kind"] == "quarantine" and r["subject"] == statement]
    assert len(found) == 1
    return str(found[0])


def act(county: County, what: Act, statement: str, *, who: str = "officer", grounds: Grounds = GROUNDS) -> Decided:
    officer = county.people[who]
    item = item_of(county.app, statement)
    with county.app.app_context():
        key = open_office_key(officer, PASSWORD)
        acting = Acting(AUTHORITY, officer.id, officer.role, (officer.scope,), key, keyring(county.app))
        return what(acting, item, grounds)


def release(county: County, statement: str, **more: Any) -> Decided:
    return act(county, release_statement, statement, **more)


def reject(county: County, statement: str, **more: Any) -> Decided:
    return act(county, reject_statement, statement, **more)


def revoke(county: County, tablet: TestTablet) -> None:
    with county.app.app_context():
        revoke_replica(AUTHORITY, county.people["officer"].id, tablet.replica, "lost")


def holds(app: Flask) -> bool:
    """Whether a rebuild gives every row again and the ledger verifies."""
    with app.app_context():
        found = check_rebuild(AUTHORITY, keyring(app), lambda _: None)
        ledger = verify_ledger(AUTHORITY, keyring(app), lambda _: None)
    assert found.differing == ()
    assert ledger.faults == ()
    return True


@pytest.fixture
def waiting(county: County, tablet: TestTablet) -> str:
    """A visit of a revoked tablet to a household that another tablet has visited; the statement's id."""
    other = new_tablet(county, "zhang")
    other.push(other.visit(CASE, named("王小山")))
    revoke(county, tablet)
    (verdict,) = tablet.push(tablet.visit(CASE, named("王大山")))
    assert verdict["reason"] == "replica_revoked"
    return str(verdict["statement"])


def test_what_is_released_counts_in_its_case(county: County, waiting: str) -> None:
    before = case_row(county.app, CASE)

    decided = release(county, waiting)

    after = case_row(county.app, CASE)
    assert set(registers(county.app, CASE)[NAME].values()) == {"王大山", "王小山"}
    assert (before.visits, after.visits) == (1, 2)
    assert after.changed == stored(county.app)[decided.statement.id]["index"] > before.changed
    assert after.hash != before.hash
    assert quarantine(county.app) == {}
    assert holds(county.app)


def test_the_release_is_a_signed_statement_with_its_grounds_and_a_line_in_the_audit(
    county: County, waiting: str
) -> None:
    decided = release(county, waiting)

    statement = decided.statement
    assert not decided.awaits_second
    assert (statement.kind, statement.target, statement.outcome) == ("release", waiting, "released")
    assert statement.item == item_of(county.app, waiting)
    assert (statement.reason_code, statement.reason) == (GROUNDS.code, GROUNDS.words)
    row = stored(county.app)[waiting]
    assert (row["quarantine"], row["quarantine_end"]) == ("replica_revoked", "release")
    assert row["quarantine_ended_by"] == statement.id
    with county.app.app_context():
        (line,) = audit.recent(AUTHORITY, 1, waiting)
    assert (line.act, line.reason) == ("release_statement", GROUNDS.words)


def test_the_item_closes_and_the_conflict_that_it_brings_opens(county: County, waiting: str) -> None:
    item = item_of(county.app, waiting)

    decided = release(county, waiting)

    by_id = {row["id"]: row for row in rows(county.app, open_item_table)}
    assert (by_id[item]["closed_by"], by_id[item]["closed"] is None) == (decided.statement.id, False)
    assert NAME in {row["subject"] for row in by_id.values() if row["kind"] == "conflict" and row["closed"] is None}


def test_tablets_pull_what_was_released(county: County, tablet: TestTablet) -> None:
    other = new_tablet(county, "zhang")
    revoke(county, tablet)
    (verdict,) = tablet.push(tablet.visit(CASE, named("王大山")))
    page = other.pull().json
    assert page["cases"] == []

    release(county, verdict["statement"])

    after = other.pull(page["cursor"]).json
    assert [case["id"] for case in after["cases"]] == [CASE]
    assert after["cases"][0]["hash"] == case_row(county.app, CASE).hash
    assert after["scope_digest"] != page["scope_digest"]
    assert after["scope_digest"] == other.pull().json["scope_digest"]
    assert holds(county.app)


def test_owed_evidence_is_counted_once_and_ends_with_its_delivery(county: County, tablet: TestTablet) -> None:
    photos = a_photo(0), a_photo(200)
    revoke(county, tablet)
    (verdict,) = tablet.push(
        tablet.visit(
            CASE, named("王大山"), evidence=[evidence_of(photo, "image/jpeg", "house_front") for photo in photos]
        )
    )
    upload(tablet, photos[0])

    release(county, verdict["statement"])

    assert case_row(county.app, CASE).owed == 1
    assert {row["applied"] for row in rows(county.app, evidence_table)} == {True}
    assert holds(county.app)
    upload(tablet, photos[1])
    assert case_row(county.app, CASE).owed == 0
    assert holds(county.app)


def a_photo(red: int) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (64, 48), (red, 0, 0)).save(buffer, "JPEG")
    return buffer.getvalue()


def test_what_our_own_code_failed_on_is_released_with_its_evidence(county: County, tablet: TestTablet) -> None:
    photo = a_photo(90)
    envelope = tablet.visit(CASE, named("王大山"), evidence=[evidence_of(photo, "image/jpeg", "house_front")])
    with county.app.app_context():
        registry = key_registry.find(AUTHORITY, [s.keyid for s in envelope.signatures])
        item = read_envelope(AUTHORITY, envelope, registry)
        assert isinstance(item, Authentic)
        (verdict,) = accept_statements(AUTHORITY, tablet.replica, [item.set_aside()])
    assert verdict.reason == "could_not_apply" and verdict.statement is not None
    assert holds(county.app)

    release(county, verdict.statement)

    assert case_row(county.app, CASE).owed == 1
    upload(tablet, photo)
    assert case_row(county.app, CASE).owed == 0
    assert holds(county.app)


def test_a_neighbours_doubt_that_waited_asks_for_a_recheck_once_released(county: County, tablet: TestTablet) -> None:
    other = new_tablet(county, "li")
    other.push(other.visit(CASE, named("王大山")))
    revoke(county, tablet)
    doubt = tablet.visit(CASE, {"conclusion": {"opinion": "not_fit"}}, kind="neighbour_interview")
    (verdict,) = tablet.push(doubt)
    assert rows(county.app, task_table) == []

    decided = release(county, verdict["statement"])

    (item,) = [r for r in rows(county.app, open_item_table) if r["rule"] == "neighbour_doubt"]
    assert (item["subject"], item["closed"]) == (verdict["statement"], None)
    (task,) = rows(county.app, task_table)
    assert (task["kind"], task["opened"]) == ("recheck", stored(county.app)[decided.statement.id]["index"])
    assert case_row(county.app, CASE).interviews == 1
    assert holds(county.app)


def test_out_of_scope_work_is_released_into_its_own_village(county: County) -> None:
    tablet = new_tablet(county, "zhang", "li")
    (verdict,) = tablet.push(tablet.visit(CASE, named("王大山"), village="s1"))
    assert verdict["reason"] == "out_of_scope"

    release(county, verdict["statement"])

    row = case_row(county.app, CASE)
    assert (row.village, row.path) == ("s1", "c/s/s1/")
    assert holds(county.app)


def test_a_household_in_an_unknown_village_waits_until_the_village_is_known(county: County) -> None:
    tablet = new_tablet(county, "zhang", "li")
    (verdict,) = tablet.push(tablet.visit(CASE, named("王大山"), village="new_village"))
    with pytest.raises(errors.StatementNotReleasable) as refused:
        release(county, verdict["statement"])
    assert refused.value.facts == {"reason": "out_of_scope"}
    assert quarantine(county.app) == {verdict["statement"]: "out_of_scope"}

    with county.app.app_context():
        transactional(regions.add)(AUTHORITY, [Region("new_village", "n", 5, "新村", None, "c/n/new_village/")])
    release(county, verdict["statement"])

    assert case_row(county.app, CASE).path == "c/n/new_village/"


def test_what_claims_to_have_seen_too_much_comes_in_beside_the_others(county: County, tablet: TestTablet) -> None:
    other = new_tablet(county, "zhang")
    other.push(other.visit(CASE, named("王小山")))
    (seen,) = [Dot.parse(dot) for dot in registers(county.app, CASE)[NAME]]
    (verdict,) = tablet.push(tablet.visit(CASE, named("王大山"), seen={NAME: [seen]}, held=0))
    assert verdict["reason"] == "seen_beyond_held"

    release(county, verdict["statement"])

    assert set(registers(county.app, CASE)[NAME].values()) == {"王大山", "王小山"}
    assert holds(county.app)


def test_sight_is_looked_at_again_when_it_waited_for_another_reason(county: County, tablet: TestTablet) -> None:
    other = new_tablet(county, "zhang")
    other.push(other.visit(CASE, named("王小山")))
    (seen,) = [Dot.parse(dot) for dot in registers(county.app, CASE)[NAME]]
    revoke(county, tablet)
    (verdict,) = tablet.push(tablet.visit(CASE, named("王大山"), seen={NAME: [seen]}, held=0))
    assert verdict["reason"] == "replica_revoked"

    release(county, verdict["statement"])

    assert set(registers(county.app, CASE)[NAME].values()) == {"王大山", "王小山"}
    assert holds(county.app)


def test_what_it_had_really_seen_is_superseded(county: County, tablet: TestTablet) -> None:
    other = new_tablet(county, "zhang")
    other.push(other.visit(CASE, named("王小山")))
    (seen,) = [Dot.parse(dot) for dot in registers(county.app, CASE)[NAME]]
    revoke(county, tablet)
    (verdict,) = tablet.push(tablet.visit(CASE, named("王大山"), seen={NAME: [seen]}, held=1))

    release(county, verdict["statement"])

    assert list(registers(county.app, CASE)[NAME].values()) == ["王大山"]
    assert holds(county.app)


def test_it_is_decided_once(county: County, waiting: str) -> None:
    release(county, waiting)
    before = stored(county.app)

    for again in (release, reject):
        with pytest.raises(errors.ItemClosed):
            again(county, waiting)

    assert stored(county.app) == before


def test_a_rejected_statement_counts_nowhere_and_stays_readable(county: County, waiting: str) -> None:
    document = case_documents(county.app)[CASE]
    decided = reject(county, waiting)

    assert list(registers(county.app, CASE)[NAME].values()) == ["王小山"]
    assert case_row(county.app, CASE).visits == 1
    assert case_documents(county.app)[CASE] != document  # its history says that it was rejected
    row = stored(county.app)[waiting]
    assert (row["quarantine_end"], row["quarantine_ended_by"]) == ("rejection", decided.statement.id)
    assert row["sealed"] is not None
    assert quarantine(county.app) == {}
    assert holds(county.app)
    with pytest.raises(errors.ItemClosed):
        release(county, waiting)


def test_what_is_all_that_names_a_household_can_be_rejected(county: County, tablet: TestTablet) -> None:
    revoke(county, tablet)
    (verdict,) = tablet.push(tablet.visit(CASE, named("王大山")))

    reject(county, verdict["statement"])

    assert case_documents(county.app) == {}
    assert holds(county.app)


@pytest.mark.parametrize(
    ("who", "problem"),
    [("auditor", errors.Forbidden), ("inspector", errors.Forbidden), ("head", errors.NotFound)],
)
@pytest.mark.parametrize("what", [release, reject])
def test_only_county_officers_decide(
    county: County, waiting: str, who: str, problem: type[Exception], what: Callable[..., Decided]
) -> None:
    before = stored(county.app)

    with pytest.raises(problem):
        what(county, waiting, who=who)

    assert stored(county.app) == before


def another_officer(county: County) -> County:
    """The same county with a second officer, who is called "second"."""
    with county.app.app_context():
        add_person(
            AUTHORITY, login="second", name="测试second", role=Role.COUNTY_OFFICER, region="c", password=PASSWORD
        )
        return County(county.app, {p.login: p for p in persons.all_of(AUTHORITY).values()})


def test_nobody_releases_what_they_signed(county: County) -> None:
    county = another_officer(county)
    swapped = County(county.app, {**county.people, "officer": county.people["second"]})
    swapped.people["author"] = county.people["officer"]
    tablet = new_tablet(swapped, "author", "li")
    revoke(county, tablet)
    (verdict,) = tablet.push(tablet.visit(CASE, named("王大山")))
    before = stored(county.app)

    for what in (release, reject):
        with pytest.raises(errors.AuthorMayNotResolve):
            what(county, verdict["statement"])

    assert stored(county.app) == before
    assert release(county, verdict["statement"], who="second").statement.kind == "release"


@pytest.mark.parametrize("reason", ["foreign_authority", "unknown_kind", "broken_shape", "not_from_tablets"])
def test_what_nobody_can_let_in_is_refused_with_the_reason_and_can_be_rejected(
    county: County, tablet: TestTablet, reason: str
) -> None:
    members: dict[str, Any] = {
        "foreign_authority": {"authority": "elsewhere"},
        "unknown_kind": {"kind": "a_kind_of_2031"},
        "broken_shape": {"held": -1},
        "not_from_tablets": {"kind": "resolution", "reason_code": "other", "reason": "自行裁定"},
    }[reason]
    visit = payload_of(tablet.visit(CASE, named("王大山")))
    if reason == "not_from_tablets":
        for name in ("form", "form_version", "instance", "village", "seen"):
            visit.pop(name, None)
        visit["writes"] = [{"case": CASE, "path": NAME, "value": "王大山", "seen": []}]
    (verdict,) = tablet.push(tablet.sign(canonical({**visit, **members}), ["zhang", "li"]))
    assert verdict["reason"] == reason

    with pytest.raises(errors.StatementNotReleasable) as refused:
        release(county, verdict["statement"])

    assert refused.value.facts == {"reason": reason}
    assert quarantine(county.app) == {verdict["statement"]: reason}
    reject(county, verdict["statement"])
    assert quarantine(county.app) == {}
    assert holds(county.app)


def test_office_work_of_a_revoked_tablet_is_not_let_in_by_that_door(county: County, tablet: TestTablet) -> None:
    revoke(county, tablet)
    office = tablet.seal(
        "resolution",
        case=CASE,
        writes=(CaseWrite(CASE, NAME, "王大山", frozenset()),),
        reason_code="other",
        reason="自行裁定",
    )
    (verdict,) = tablet.push(office)
    assert verdict["reason"] == "replica_revoked"

    with pytest.raises(errors.StatementNotReleasable) as refused:
        release(county, verdict["statement"])

    assert refused.value.facts == {"reason": "not_from_tablets"}


def test_an_unknown_form_is_released_once_it_has_been_published(county: County, tablet: TestTablet) -> None:
    workbook = next(w for w in shipped_forms() if compile_xlsform(w).form_id == "household_visit")
    newer = with_version(workbook, "2031010100")
    visit = payload_of(tablet.visit(CASE, named("王大山"), evidence=[evidence_of(b"x", "image/jpeg", "house_front")]))
    visit["form_version"] = "2031010100"
    visit["instance"] = visit["instance"].replace(form("household_visit").version, "2031010100")
    (verdict,) = tablet.push(tablet.sign(canonical(visit), ["zhang", "li"]))
    assert verdict["reason"] == "unknown_form_version"
    with pytest.raises(errors.StatementNotReleasable) as refused:
        release(county, verdict["statement"])
    assert refused.value.facts == {"reason": "unknown_form_version"}

    with county.app.app_context():
        publish_form(AUTHORITY, newer)
    assert holds(county.app)
    release(county, verdict["statement"])

    assert list(registers(county.app, CASE)[NAME].values()) == ["王大山"]
    assert case_row(county.app, CASE).owed == 1
    assert holds(county.app)


def with_version(workbook: bytes, version: str) -> bytes:
    """The same form under another version."""
    book = load_workbook(io.BytesIO(workbook))
    sheet = book["settings"]
    column = next(cell.column for cell in sheet[1] if cell.value == "version")
    sheet.cell(2, column).value = version
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_quarantined_work_keeps_its_item_when_its_household_comes_to_exist(
    county: County, tablet: TestTablet
) -> None:
    visit = payload_of(tablet.visit(CASE, named("王大山")))
    visit["form_version"] = "2031010100"
    (first,) = tablet.push(tablet.sign(canonical(visit), ["zhang", "li"]))
    other = new_tablet(county, "zhang")
    other.push(other.visit(CASE, named("王小山")))
    visit = payload_of(tablet.visit(CASE, named("王大山")))
    visit["form_version"] = "2031010100"
    (second,) = tablet.push(tablet.sign(canonical(visit), ["zhang", "li"]))

    cases = {r["subject"]: r["case_id"] for r in rows(county.app, open_item_table) if r["kind"] == "quarantine"}
    assert cases == {first["statement"]: None, second["statement"]: CASE}
    assert holds(county.app)


def test_two_officers_release_at_once_and_one_wins(county: County, waiting: str) -> None:
    item = item_of(county.app, waiting)
    officer = county.people["officer"]
    with county.app.app_context():
        key = open_office_key(officer, PASSWORD)

    def try_it(_: int) -> str:
        with county.app.app_context():
            acting = Acting(AUTHORITY, officer.id, officer.role, (officer.scope,), key, keyring(county.app))
            try:
                return release_statement(acting, item, GROUNDS).statement.kind
            except errors.RuhuError as error:
                return type(error).__name__

    with ThreadPoolExecutor(4) as pool:
        answers = sorted(pool.map(try_it, range(4)))

    assert answers == ["ItemClosed"] * 3 + ["release"]
    assert case_row(county.app, CASE).visits == 2
    assert holds(county.app)
