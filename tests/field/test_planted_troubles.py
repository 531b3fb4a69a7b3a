"""The demo leaves something of every kind for the office to decide, and knows what it has planted."""

import json
import socket
import subprocess
import sys
from collections import Counter
from contextlib import closing
from pathlib import Path

import pysqlite3.dbapi2 as sqlite
import pytest
from founding import close
from served_county import Served, on_sqlite

from server.app import create_app
from server.policy import Role
from server.queries.alike_items import alike_choices
from server.store import persons
from sync.alike_rules import AlikeRule

KINDS = ("conflict", "discrepancy", "duplicate", "quarantine", "gap")
RULES = {
    "values_differ",
    "neighbour_doubt",
    "recheck_changed",
    "self_contradiction",
    "data_check",
    "same_household",
    "same_book",
    "shared_member",
    "replica_revoked",
    "out_of_scope",
    "unknown_form_version",
    "equivocation",
    "owed_evidence",
    "missing_statements",
    "sign_off_missing",
}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Served:
    """`ruhu demo --no-serve`, once."""
    folder = tmp_path_factory.mktemp("demo")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    command = [sys.executable, "-m", "server.cli", "demo", "--no-serve", "--data", str(folder), "--port", port]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return Served(on_sqlite(folder), "", 0)


def open_items(folder: Path) -> list[tuple[str, str]]:
    """(kind, rule) of each open item"""
    with closing(sqlite.connect(folder / "ruhu.db")) as connection:
        return [tuple(row) for row in connection.execute("SELECT kind, rule FROM open_item WHERE closed IS NULL")]


def test_three_at_least_of_each_kind_stand_open(demo: Served):
    items = open_items(demo.settings.data_dir)

    kinds = Counter(kind for kind, _ in items)
    assert {kind for kind in KINDS if kinds[kind] < 3} == set(), kinds
    assert RULES - {rule for _, rule in items} == set()


def test_the_telephone_numbers_can_be_decided_by_one_rule(demo: Served):
    app = create_app(demo.settings)
    with app.app_context():
        officer = next(person for person in persons.all_of("demo").values() if person.role == Role.COUNTY_OFFICER)
        choices = alike_choices(
            "demo",
            officer.id,
            (officer.scope,),
            AlikeRule.LATER_SIGN_OFF,
            "household.phone",
            app.extensions["ruhu_keyring"],
        )
    close(app)

    assert len(choices.found) >= 3


@pytest.mark.parametrize("check", [("rebuild", "--check"), ("fsck",), ("verify",)], ids=lambda check: check[0])
def test_what_was_planted_rebuilds_and_verifies(demo: Served, check: tuple[str, ...]):
    status, found = demo.run(demo.command(*check, "--json"))

    assert status == 0, found


def test_every_sight_is_something_to_look_at(demo: Served):
    sights = json.loads((demo.settings.data_dir / "demo-sights.json").read_text(encoding="utf-8"))
    with closing(sqlite.connect(demo.settings.data_dir / "ruhu.db")) as connection:
        known = {row[0] for row in connection.execute("SELECT id FROM open_item WHERE closed IS NULL")}

    assert len(sights["items"]) >= len(KINDS)
    assert set(sights["items"].values()) <= known
