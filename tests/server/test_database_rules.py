"""The databases keep what is acknowledged: the rules are asserted, and a database that breaks them is refused."""

from pathlib import Path

import pysqlite3.dbapi2
import pytest
from fieldwork import County
from founding import Founded, close
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from server import db as database
from server.app import create_app
from server.db import DatabaseUnsafe, connection, execute, may_pass, transactional
from server.settings import Settings
from server.store import rates

SQLITE_RULES = {
    "journal_mode": "wal",
    "synchronous": 2,
    "foreign_keys": 1,
    "secure_delete": 1,
    "trusted_schema": 0,
    "busy_timeout": 30000,
}


def dialect(county: County) -> str:
    with county.app.app_context():
        return str(database.db.engine.dialect.name)


def test_every_connection_obeys_the_rules(county: County) -> None:
    with county.app.app_context():
        if dialect(county) == "sqlite":
            assert {rule: execute(text(f"PRAGMA {rule}")).scalar() for rule in SQLITE_RULES} == SQLITE_RULES
        else:
            assert execute(text("SHOW transaction_isolation")).scalar() == "read committed"
            assert execute(text("SHOW timezone")).scalar() == "UTC"


def test_a_sqlite_that_can_lose_writes_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pysqlite3.dbapi2, "sqlite_version_info", (3, 51, 2))

    with pytest.raises(DatabaseUnsafe, match=r"3\.51\.3"):
        create_app(Settings(tmp_path / "data", f"sqlite:///{tmp_path / 'ruhu.db'}", tmp_path / "media"))


def test_a_postgresql_that_can_lose_writes_is_refused(
    founded_on_postgresql: Founded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The test cluster runs with fsync=off and is only let in for the name that it carries.
    monkeypatch.setattr(database, "_throwaway", lambda _: False)

    with pytest.raises(DatabaseUnsafe, match="fsync=off"):
        create_app(Settings(tmp_path / "data", founded_on_postgresql.database_url, tmp_path / "media"))


def test_only_the_name_of_a_throwaway_cluster_excuses_it(founded_on_postgresql: Founded) -> None:
    engine = create_engine(founded_on_postgresql.database_url)
    with engine.connect() as here:
        assert here.exec_driver_sql("SHOW cluster_name").scalar() == "ruhu-throwaway"
        assert database._throwaway(here)
    engine.dispose()


def test_a_use_case_begins_as_a_writer_and_a_question_does_not(
    county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    if dialect(county) != "sqlite":
        return  # there, row locks do what BEGIN IMMEDIATE does here
    begun: list[str] = []

    def listen(statement: str) -> None:
        begun.append(statement)

    with county.app.app_context():
        execute(text("SELECT 1"))
        raw = connection().connection.driver_connection
        assert raw is not None
        database.end_reading()
        raw.set_trace_callback(listen)
        execute(text("SELECT 1"))
        transactional(lambda: rates.add("b", 1))()
        raw.set_trace_callback(None)

    assert [said for said in begun if said.startswith("BEGIN")] == ["BEGIN", "BEGIN IMMEDIATE"]


def test_a_lost_race_starts_the_use_case_over(county: County) -> None:
    tries: list[int] = []

    @transactional
    def loses_twice() -> str:
        tries.append(rates.count("race", 1))
        rates.add("race", 1)
        if len(tries) < 3:
            raise IntegrityError("INSERT", {}, Exception("somebody was first"))
        return "done"

    with county.app.app_context():
        assert loses_twice() == "done"
        database.end_reading()
        assert rates.count("race", 1) == 1

    assert tries == [0, 0, 0]  # each try began from nothing


@pytest.mark.parametrize(
    "error", [ValueError("ours"), OperationalError("q", {}, Exception("gone")), KeyboardInterrupt()]
)
def test_any_other_error_ends_the_use_case_and_leaves_nothing(county: County, error: BaseException) -> None:
    tries: list[int] = []

    @transactional
    def fails() -> None:
        tries.append(1)
        rates.add("fault", 1)
        raise error

    with county.app.app_context():
        with pytest.raises(type(error)):
            fails()
        assert rates.count("fault", 1) == 0

    assert tries == [1]


def test_a_race_that_is_lost_for_ever_is_given_up(county: County) -> None:
    tries: list[int] = []

    @transactional
    def always_loses() -> None:
        tries.append(1)
        raise IntegrityError("INSERT", {}, Exception("somebody was first"))

    with county.app.app_context(), pytest.raises(IntegrityError):
        always_loses()

    assert len(tries) == database.ATTEMPTS


def test_an_inner_use_case_joins_the_outer_ones_transaction(county: County) -> None:
    @transactional
    def inner() -> None:
        rates.add("inner", 1)

    @transactional
    def outer() -> None:
        inner()
        raise ValueError("after the inner one returned")

    with county.app.app_context():
        with pytest.raises(ValueError, match="after the inner"):
            outer()
        assert rates.count("inner", 1) == 0


def test_what_waiting_may_help_is_told_from_what_it_does_not() -> None:
    assert may_pass(OperationalError("q", {}, Exception("locked")))
    assert may_pass(OSError("no room"))
    assert not may_pass(DBAPIError("q", {}, Exception("value out of range")))
    assert not may_pass(ValueError("ours"))


def test_two_servers_that_start_at_once_found_one_schema(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "data", f"sqlite:///{tmp_path / 'ruhu.db'}", tmp_path / "media")
    first, second = create_app(settings), create_app(settings)

    for app in (first, second):
        assert app.test_client().get("/readyz").json["status"] == "ready"
        close(app)
