"""What has been missing for too long waits on the reconciliation screen, and stops waiting when it comes."""

import io
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from click.testing import CliRunner
from fieldwork import AUTHORITY, PASSWORD, County, TestTablet, new_tablet
from flask import Flask
from ledger_reading import case_row, keyring, rows, stored
from office_desk import compile_catalogues, desk, evidence_of, upload
from PIL import Image
from sql_counting import counted
from sqlalchemy import Table, update

from server import clock
from server.cli import main
from server.db import execute, transactional
from server.folding.swept import common_region
from server.operations.acting import Acting, Grounds
from server.operations.rebuild_cases import check_rebuild
from server.operations.reject_statement import reject_statement
from server.operations.release_statement import release_statement
from server.operations.revoke_replica import revoke_replica
from server.operations.settle_item import settle_item
from server.operations.state_from_office import open_office_key
from server.operations.sweep_gaps import Swept, sweep_gaps, sweep_when_due
from server.settings import Settings
from server.store.housekeeping import housekeeping_table
from server.store.open_items import open_item_table, open_tally_table
from server.store.replicas import replica_table
from server.store.statements import statement_table

CASE, OTHER = "c" * 32, "d" * 32
LONG_AGO = "2020-01-01T00:00:00.000Z"
NOTHING = Swept()


def named(name: str) -> dict[str, dict[str, str]]:
    return {"household": {"householder_name": name}}


def a_photo(number: int) -> bytes:
    # The smallest thing that passes for a JPEG: nobody looks at it here.
    return b"\xff\xd8\xff\xe0" + b"JFIF %d" % number + b"\xff\xd9"


def owing(tablet: TestTablet, case: str, *photos: bytes) -> str:
    """A visit that names these photos, handed in without them; the statement's id."""
    evidence = [evidence_of(photo, "image/jpeg", "house_front") for photo in photos]
    (verdict,) = tablet.push(tablet.visit(case, named("王大山"), evidence=evidence))
    return str(verdict["statement"])


def make_old(app: Flask, table: Table, column: str, where: Any, at: str = LONG_AGO) -> None:
    with app.app_context():
        transactional(execute)(update(table).where(where).values({column: at}))


def age(app: Flask, *statements: str, at: str = LONG_AGO) -> None:
    """As if these statements had been received long ago."""
    make_old(app, statement_table, "received_at", statement_table.c.id.in_(statements), at)


def sweep(app: Flask) -> Swept:
    with app.app_context():
        return sweep_gaps(AUTHORITY)


def gaps(app: Flask) -> dict[tuple[str, str], dict[str, Any]]:
    """{(rule, subject): row} of the swept items."""
    return {(r["rule"], r["subject"]): r for r in rows(app, open_item_table) if r["rule"] in SWEPT_HERE}


SWEPT_HERE = ("owed_evidence", "missing_statements", "equivocation")


def open_gaps(app: Flask) -> set[tuple[str, str]]:
    return {key for key, row in gaps(app).items() if row["closed"] is None}


def tallied(app: Flask, rule: str) -> dict[str, int]:
    return {r["path"]: r["count"] for r in rows(app, open_tally_table) if r["rule"] == rule and r["count"]}


def rebuilds(app: Flask) -> bool:
    with app.app_context():
        assert check_rebuild(AUTHORITY, keyring(app), lambda _: None).differing == ()
    return True


def announce(tablet: TestTablet, seq: int) -> None:
    """The tablet says what it has written, at a pull."""
    answer = tablet.client.get("/api/v1/changes", headers={**tablet.headers, "Ruhu-Head": f"{seq} {'a' * 64}"})
    assert answer.status_code == 200


def settle(county: County, rule: str, subject: str, outcome: str = "waived") -> str:
    officer = county.people["officer"]
    with county.app.app_context():
        key = open_office_key(officer, PASSWORD)
        acting = Acting(AUTHORITY, officer.id, officer.role, (officer.scope,), key, keyring(county.app))
        grounds = Grounds.given("cannot_be_had", "平板已丢失，无法补交")
        return settle_item(acting, gaps(county.app)[rule, subject]["id"], outcome, grounds).statement.id


# --- evidence ------------------------------------------------------------------------------------------------------


def test_evidence_is_a_gap_only_once_it_is_overdue(county: County, tablet: TestTablet) -> None:
    statement = owing(tablet, CASE, a_photo(1))
    assert sweep(county.app) == NOTHING

    age(county.app, statement)

    assert sweep(county.app) == Swept(opened=1)
    row = gaps(county.app)["owed_evidence", statement]
    assert (row["kind"], row["case_id"], row["path"], row["severity"]) == ("gap", CASE, "c/n/n1/", 3)
    assert row["closed"] is None
    assert tallied(county.app, "owed_evidence") == {"c/": 1, "c/n/": 1, "c/n/n1/": 1}
    assert sweep(county.app) == NOTHING
    assert rebuilds(county.app)


def test_it_closes_when_the_last_piece_arrives(county: County, tablet: TestTablet) -> None:
    photos = real_photo(10), real_photo(200)
    statement = owing(tablet, CASE, *photos)
    age(county.app, statement)
    sweep(county.app)

    upload(tablet, photos[0])
    after_one = open_gaps(county.app)
    upload(tablet, photos[1])

    assert after_one == {("owed_evidence", statement)}
    assert open_gaps(county.app) == set()
    assert tallied(county.app, "owed_evidence") == {}
    assert sweep(county.app) == NOTHING
    assert rebuilds(county.app)


def real_photo(red: int) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (64, 48), (red, 0, 0)).save(buffer, "JPEG")
    return buffer.getvalue()


def test_the_more_is_owed_the_more_urgent_it_is_and_it_eases_as_pieces_come(
    county: County, tablet: TestTablet
) -> None:
    photos = [real_photo(40 * n) for n in range(6)]
    statement = owing(tablet, CASE, *photos)
    age(county.app, statement)
    sweep(county.app)
    before = gaps(county.app)["owed_evidence", statement]["severity"]

    for photo in photos[:2]:
        upload(tablet, photo)
    sweep(county.app)

    assert (before, gaps(county.app)["owed_evidence", statement]["severity"]) == (1, 2)


def test_what_waits_in_quarantine_owes_too_until_it_is_rejected(county: County, tablet: TestTablet) -> None:
    with county.app.app_context():
        revoke_replica(AUTHORITY, county.people["officer"].id, tablet.replica, "lost")
    statement = owing(tablet, CASE, a_photo(1))
    age(county.app, statement)
    sweep(county.app)
    row = gaps(county.app)["owed_evidence", statement]
    assert (row["case_id"], row["path"]) == (None, "c/n/")  # there is no such household yet; its writers work here

    (item,) = [r["id"] for r in rows(county.app, open_item_table) if r["rule"] == "replica_revoked"]
    officer = county.people["officer"]
    with county.app.app_context():
        key = open_office_key(officer, PASSWORD)
        acting = Acting(AUTHORITY, officer.id, officer.role, (officer.scope,), key, keyring(county.app))
        reject_statement(acting, item, Grounds.given("not_authentic", "调查人否认做过"))

    assert sweep(county.app) == Swept(closed=1)
    assert open_gaps(county.app) == set()


def test_an_item_stays_the_same_one_when_its_household_comes_to_exist(county: County, tablet: TestTablet) -> None:
    with county.app.app_context():
        revoke_replica(AUTHORITY, county.people["officer"].id, tablet.replica, "lost")
    statement = owing(tablet, CASE, a_photo(1))
    age(county.app, statement)
    sweep(county.app)
    other = new_tablet(county, "zhang")
    other.push(other.visit(CASE, named("王大山")))

    assert sweep(county.app) == NOTHING
    assert open_gaps(county.app) == {("owed_evidence", statement)}


def test_what_an_officer_waived_stays_waived_and_a_rebuild_leaves_it(county: County, tablet: TestTablet) -> None:
    statement = owing(tablet, CASE, a_photo(1))
    age(county.app, statement)
    sweep(county.app)

    decision = settle(county, "owed_evidence", statement)

    row = gaps(county.app)["owed_evidence", statement]
    assert (row["closed_by"], row["closed"]) == (decision, stored(county.app)[decision]["index"])
    assert sweep(county.app) == NOTHING
    assert open_gaps(county.app) == set()
    assert rebuilds(county.app)


# --- statements ----------------------------------------------------------------------------------------------------


def behind(app: Flask, replica: str) -> str | None:
    (row,) = [r for r in rows(app, replica_table) if r["id"] == replica]
    return None if row["ahead_since"] is None else str(row["ahead_since"])


def overdue_head(app: Flask, replica: str, at: str = LONG_AGO) -> None:
    make_old(app, replica_table, "ahead_since", replica_table.c.id == replica, at)


def test_what_a_tablet_announced_and_never_sent_is_a_gap(county: County, tablet: TestTablet) -> None:
    announce(tablet, 2)
    assert sweep(county.app) == NOTHING

    overdue_head(county.app, tablet.replica)

    assert sweep(county.app) == Swept(opened=1)
    row = gaps(county.app)["missing_statements", tablet.replica]
    assert (row["kind"], row["case_id"], row["path"], row["severity"]) == ("gap", None, "c/n/", 2)
    assert tallied(county.app, "missing_statements") == {"c/": 1, "c/n/": 1}
    assert rebuilds(county.app)


def test_it_closes_at_once_when_all_of_it_arrives(county: County, tablet: TestTablet) -> None:
    visits = [tablet.visit(case, named("王大山")) for case in (CASE, OTHER)]
    announce(tablet, 2)
    overdue_head(county.app, tablet.replica)
    sweep(county.app)

    tablet.push(visits[0])
    after_one = open_gaps(county.app)
    tablet.push(visits[1])

    assert after_one == {("missing_statements", tablet.replica)}
    assert open_gaps(county.app) == set()
    assert behind(county.app, tablet.replica) is None
    assert rebuilds(county.app)


def test_a_hole_in_the_chain_is_as_old_as_the_statement_that_showed_it(county: County, tablet: TestTablet) -> None:
    visits = [tablet.visit(f"{n:032x}", named("王大山")) for n in range(5)]
    verdicts = tablet.push(visits[0], visits[2], visits[4])  # the second and the fourth are lost
    age(county.app, verdicts[1]["statement"])

    assert sweep(county.app) == Swept(opened=1)
    assert gaps(county.app)["missing_statements", tablet.replica]["severity"] == 2

    tablet.push(visits[1])  # the overdue one; the other is not overdue yet
    assert sweep(county.app) == Swept(closed=1)


def test_a_head_that_moves_on_does_not_make_the_gap_younger(county: County, tablet: TestTablet) -> None:
    announce(tablet, 2)
    overdue_head(county.app, tablet.replica)
    announce(tablet, 3)

    assert behind(county.app, tablet.replica) == LONG_AGO
    assert sweep(county.app) == Swept(opened=1)
    assert gaps(county.app)["missing_statements", tablet.replica]["severity"] == 1


def test_after_it_was_waived_only_what_goes_missing_later_opens_it_again(county: County, tablet: TestTablet) -> None:
    visits = [tablet.visit(f"{n:032x}", named("王大山")) for n in range(4)]
    verdicts = tablet.push(visits[1])
    age(county.app, verdicts[0]["statement"])
    sweep(county.app)
    settle(county, "missing_statements", tablet.replica)
    assert sweep(county.app) == NOTHING

    later = tablet.push(visits[3])  # the third is missing as well now
    assert sweep(county.app) == NOTHING
    at = clock.stamp()
    settled = gaps(county.app)["missing_statements", tablet.replica]["closed_by"]
    age(county.app, settled, at="2020-01-02T00:00:00.000Z")
    age(county.app, later[0]["statement"], at="2020-01-03T00:00:00.000Z")

    assert at > LONG_AGO
    assert sweep(county.app) == Swept(opened=1)
    assert open_gaps(county.app) == {("missing_statements", tablet.replica)}


def test_people_of_two_townships_share_a_gap_in_their_county(county: County) -> None:
    tablet = new_tablet(county, "zhang", "wang")
    announce(tablet, 1)
    overdue_head(county.app, tablet.replica)

    sweep(county.app)

    assert gaps(county.app)["missing_statements", tablet.replica]["path"] == "c/"


@pytest.mark.parametrize(
    ("paths", "shared"),
    [
        (["c/n/n1/"], "c/n/n1/"),
        (["c/n/n1/", "c/n/n2/"], "c/n/"),
        (["c/n/", "c/n/n2/"], "c/n/"),
        (["c/n/", "c/n1/"], "c/"),
        (["c/", "d/"], ""),
        ([], ""),
    ],
)
def test_the_common_region_is_the_smallest_that_holds_all(paths: list[str], shared: str) -> None:
    assert common_region(paths) == shared


# --- one number, two contents --------------------------------------------------------------------------------------


def test_two_contents_under_one_number_are_an_item_once(county: County, tablet: TestTablet) -> None:
    first = tablet.visit(CASE, named("王大山"))
    (verdict,) = tablet.push(first)
    tablet.seq -= 1
    tablet.prev = None
    second = tablet.visit(CASE, named("王小山"))

    for _ in range(2):
        (again,) = tablet.push(second)
        assert again["problem"]["type"].endswith(":equivocation")

    subject = f"{verdict['statement']}:{second.digest}"
    row = gaps(county.app)["equivocation", subject]
    assert (row["kind"], row["case_id"], row["path"], row["severity"]) == ("quarantine", CASE, "c/n/n1/", 1)
    assert tallied(county.app, "equivocation") == {"c/": 1, "c/n/": 1, "c/n/n1/": 1}
    assert sweep(county.app) == NOTHING
    assert rebuilds(county.app)


# --- who sweeps, and when ------------------------------------------------------------------------------------------


def test_two_who_sweep_at_once_open_each_item_once(county: County, tablet: TestTablet) -> None:
    statements = [owing(tablet, f"{n:032x}", a_photo(n)) for n in range(5)]
    announce(tablet, 7)
    age(county.app, *statements)
    overdue_head(county.app, tablet.replica)

    with ThreadPoolExecutor(4) as pool:
        swept = list(pool.map(lambda _: sweep(county.app), range(4)))

    assert sum(each.opened for each in swept) == 6
    assert len(open_gaps(county.app)) == 6
    assert tallied(county.app, "owed_evidence")["c/"] == 5
    assert tallied(county.app, "missing_statements")["c/"] == 1


def test_a_tablet_that_comes_by_sweeps_at_most_every_ten_minutes(county: County, tablet: TestTablet) -> None:
    tablet.session()
    statement = owing(tablet, CASE, a_photo(1))
    age(county.app, statement)

    with counted(county.app) as seen:
        tablet.session()
    assert open_gaps(county.app) == set()
    assert sum("housekeeping" in sql for sql in seen) == 1
    assert not any("FROM evidence" in sql for sql in seen)

    make_old(county.app, housekeeping_table, "at", housekeeping_table.c.authority == AUTHORITY)
    tablet.session()
    assert open_gaps(county.app) == {("owed_evidence", statement)}


def test_a_sweep_costs_the_same_sql_however_much_is_overdue(county: County, tablet: TestTablet) -> None:
    def cost(first: int, number: int) -> int:
        statements = [owing(tablet, f"{n:032x}", a_photo(n)) for n in range(first, first + number)]
        age(county.app, *statements)
        with counted(county.app) as seen:
            assert sweep(county.app).opened == number
        return len(seen)

    assert cost(0, 1) == cost(1, 12) <= 30
    with counted(county.app) as seen:
        assert sweep(county.app) == NOTHING
    assert len(seen) <= 8, seen


def test_of_two_who_come_by_at_once_one_sweeps(county: County, tablet: TestTablet) -> None:
    statement = owing(tablet, CASE, a_photo(1))
    age(county.app, statement)
    make_old(county.app, housekeeping_table, "at", housekeeping_table.c.authority == AUTHORITY)

    def come_by(_: int) -> None:
        with county.app.app_context():
            sweep_when_due(AUTHORITY)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(come_by, range(4)))

    assert open_gaps(county.app) == {("owed_evidence", statement)}
    assert tallied(county.app, "owed_evidence")["c/"] == 1


def test_operators_sweep_with_a_command(county: County, county_settings: Settings, tablet: TestTablet) -> None:
    statement = owing(tablet, CASE, a_photo(1))
    age(county.app, statement)

    told = [
        CliRunner().invoke(main, ["sweep", "--json"], env=county_settings.to_environ(), catch_exceptions=False)
        for _ in range(2)
    ]

    assert [json.loads(each.stdout) for each in told] == [
        {"opened": 1, "closed": 0, "open": 1, "ok": True, "details": []},
        {"opened": 0, "closed": 0, "open": 1, "ok": True, "details": []},
    ]


def test_whoever_opens_the_queue_finds_what_is_overdue(county: County, tablet: TestTablet) -> None:
    compile_catalogues()
    officer = desk(county, "officer")
    statement = owing(tablet, CASE, a_photo(1))
    age(county.app, statement)
    make_old(county.app, housekeeping_table, "at", housekeeping_table.c.authority == AUTHORITY)

    page = officer.get("/office/reconcile", kind="gap")

    assert "Evidence owed for too long" in page.text
    assert open_gaps(county.app) == {("owed_evidence", statement)}


def test_a_release_and_a_delivery_at_once_count_the_photo_once(county: County, tablet: TestTablet) -> None:
    with county.app.app_context():
        revoke_replica(AUTHORITY, county.people["officer"].id, tablet.replica, "lost")
        key = open_office_key(county.people["officer"], PASSWORD)
    officer = county.people["officer"]
    grounds = Grounds.given("done_before", "停用前所做，已核实")
    for number in range(4):
        photo = real_photo(50 * number)
        statement = owing(tablet, f"{number:032x}", photo)
        (item,) = [r["id"] for r in rows(county.app, open_item_table) if r["subject"] == statement]

        def release(item: str = item) -> None:
            with county.app.app_context():
                acting = Acting(AUTHORITY, officer.id, officer.role, (officer.scope,), key, keyring(county.app))
                release_statement(acting, item, grounds)

        with ThreadPoolExecutor(2) as pool:
            for done in [pool.submit(release), pool.submit(upload, tablet, photo)]:
                done.result()

        assert case_row(county.app, f"{number:032x}").owed == 0
    assert rebuilds(county.app)
