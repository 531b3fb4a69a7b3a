"""How we speak to SQLite and PostgreSQL, and the only place that commits.

SQLite: WAL, synchronous=FULL, foreign keys, and every write transaction begins IMMEDIATE; all of it is asserted at
each connection, and a library inside the range of the WAL-reset bug is refused. PostgreSQL: READ COMMITTED with row
locks. A use case is one function under `@transactional`; nothing below it commits.
"""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import pysqlite3.dbapi2
from flask import Flask, current_app, g
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, Engine, Executable, String, event
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.pool import ConnectionPoolEntry

from server.settings import Settings

P = ParamSpec("P")
R = TypeVar("R")

FIXED_SQLITE = (3, 51, 3)  # the first release without the WAL-reset bug of 3.7.0 to 3.51.2
ATTEMPTS = 4  # two workers that open the same new case at once: the loser starts over and finds it


class DatabaseUnsafe(Exception):
    """The database would not keep what we promise; the message says which rule it breaks."""


class Base(DeclarativeBase):
    pass


db = SQLAlchemy(model_class=Base)

# Keys compare as bytes on both databases: a locale that ignores punctuation would break ranges of region paths.
Key = String(200).with_variant(String(200, collation="C"), "postgresql")

_writing: ContextVar[bool] = ContextVar("writing", default=False)


def configure(app: Flask, settings: Settings) -> None:
    """Binds the database of these settings to the application."""
    options: dict[str, Any] = {}
    if settings.database_url.startswith("sqlite"):
        if pysqlite3.dbapi2.sqlite_version_info < FIXED_SQLITE:
            raise DatabaseUnsafe(f"SQLite {pysqlite3.dbapi2.sqlite_version} can lose writes in WAL mode; use 3.51.3+")
        options = {"module": pysqlite3.dbapi2, "connect_args": {"timeout": 30}}
    else:
        options = {
            "pool_size": 8,
            "connect_args": {
                "options": "-c timezone=UTC -c lock_timeout=20s -c idle_in_transaction_session_timeout=60s"
            },
        }
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.database_url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = options
    db.init_app(app)
    app.teardown_appcontext(_close)
    with app.app_context():
        engine = db.engine
        app.extensions["ruhu_write_queue"] = None
        if engine.dialect.name == "sqlite":
            _obey_sqlite_rules(engine)
            app.extensions["ruhu_write_queue"] = f"{engine.url.database}.queue"
        else:
            try:
                _obey_postgresql_rules(engine)
            except DatabaseUnsafe:
                engine.dispose()
                raise


def _obey_sqlite_rules(engine: Engine) -> None:
    assert engine.url.database
    Path(engine.url.database).parent.mkdir(parents=True, exist_ok=True, mode=0o700)

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, see on_begin
        rules = {
            "journal_mode": ("WAL", "wal"),
            "synchronous": ("FULL", 2),
            "foreign_keys": ("ON", 1),
            "secure_delete": ("ON", 1),
            "trusted_schema": ("OFF", 0),
            "temp_store": ("MEMORY", 2),
            "busy_timeout": ("30000", 30000),
        }
        for rule, (wanted, expected) in rules.items():
            # Two processes that open a new database at once would both switch its journal, and SQLite tells the
            # second that it is locked, however long it would wait.
            with _alone(f"{engine.url.database}.opening") if rule == "journal_mode" else nullcontext():
                connection.execute(f"PRAGMA {rule}={wanted}")
            got = connection.execute(f"PRAGMA {rule}").fetchone()[0]
            if got != expected:
                raise DatabaseUnsafe(f"SQLite answers {rule}={got!r}, not {expected!r}")

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        # A transaction that reads first and writes later fails at once when another wrote meanwhile, and no
        # time-out helps (SQLITE_BUSY_SNAPSHOT): whoever will write says so from the start.
        connection.exec_driver_sql("BEGIN IMMEDIATE" if _writing.get() else "BEGIN")


def _obey_postgresql_rules(engine: Engine) -> None:
    with engine.connect() as connection:
        for rule in ("fsync", "full_page_writes", "synchronous_commit"):
            if connection.exec_driver_sql(f"SHOW {rule}").scalar() == "off" and not _throwaway(connection):
                raise DatabaseUnsafe(f"PostgreSQL runs with {rule}=off; a power cut would lose acknowledged work")


def _throwaway(connection: Connection) -> bool:
    # Test clusters say so in their own configuration; a production cluster does not carry this name.
    return connection.exec_driver_sql("SHOW cluster_name").scalar() == "ruhu-throwaway"


@contextmanager
def _write_queue() -> Iterator[None]:
    """SQLite writers wait in the kernel: SQLite's own busy handler polls, and a writer could starve."""
    path = current_app.extensions["ruhu_write_queue"]
    if path is None:
        yield
        return
    with _alone(path):
        yield


@contextmanager
def _alone(path: str) -> Iterator[None]:
    """One process at a time, by a lock that ends with its holder."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def transactional(use_case: Callable[P, R]) -> Callable[P, R]:
    """One use case, one transaction: commits when it returns, rolls back when it raises.

    Called inside another use case it joins that one's transaction. A lost race (unique key, deadlock) starts the use
    case over, so a use case has no effect outside the database before it returns.
    """

    @wraps(use_case)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if _writing.get():
            return use_case(*args, **kwargs)
        end_reading()  # the one that found out who is asking
        with _write_queue():
            token = _writing.set(True)
            try:
                for attempt in range(1, ATTEMPTS + 1):
                    try:
                        result = use_case(*args, **kwargs)
                        connection().commit()
                    except DBAPIError as error:
                        connection().rollback()
                        if attempt == ATTEMPTS or not _lost_race(error):
                            raise
                    except BaseException:
                        connection().rollback()
                        raise
                    else:
                        return result
                raise AssertionError("unreachable: the last attempt returns or raises")
            finally:
                _writing.reset(token)

    run.__transactional__ = True  # type: ignore[attr-defined]  # read by the house-rule test
    return run


def _lost_race(error: DBAPIError) -> bool:
    if isinstance(error, IntegrityError):
        return True
    # 40001 serialization_failure, 40P01 deadlock_detected
    return isinstance(error, OperationalError) and getattr(error.orig, "sqlstate", None) in {"40001", "40P01"}


def may_pass(error: Exception) -> bool:
    """Whether waiting may help: the database is busy, gone or out of room. Anything else fails again."""
    return isinstance(error, OperationalError | InterfaceError | NoConnectionFree | OSError)


def begin_snapshot() -> None:
    """From here to the end of the request, all reads see one state of the database.

    SQLite's read transactions do so anyway; PostgreSQL is asked for REPEATABLE READ, which is safe for readers.
    """
    end_reading()
    if db.engine.dialect.name == "postgresql":
        connection().execution_options(isolation_level="REPEATABLE READ")


def end_reading() -> None:
    """Ends the read transaction, if one is open: nobody holds one while doing slow work."""
    if "connection" in g:
        g.connection.rollback()


def connection() -> Connection:
    """This request's (or command's) connection; one transaction at a time, begun by its first statement."""
    if "connection" not in g:
        g.connection = db.engine.connect()
    found: Connection = g.connection
    return found


def _close(_: BaseException | None) -> None:
    if "connection" in g:
        g.pop("connection").close()


def execute(statement: Executable, parameters: Any = None) -> Any:
    """Runs one SQL statement in the current transaction; a list of parameters runs it for each (none for none)."""
    if isinstance(parameters, list):
        if not parameters:
            return None
        # One row needs no executemany: psycopg would open a pipeline for it.
        parameters = parameters[0] if len(parameters) == 1 else parameters
    return connection().execute(statement, parameters)
