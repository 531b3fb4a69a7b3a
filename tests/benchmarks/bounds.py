"""The best that disk and database could do with the same bytes, at the same concurrency."""

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

import psycopg
import pysqlite3.dbapi2 as sqlite
from bench import at_once

from server.settings import Settings


def insert_bound(settings: Settings, loads: Sequence[Sequence[bytes]], batch: int) -> float:
    """Rows a second when each client inserts its bytes into a table and commits once a batch."""
    if settings.database_url.startswith("sqlite"):
        jobs = [lambda load=load, n=n: _sqlite(settings, load, batch, n) for n, load in enumerate(loads)]
        _sqlite_table(settings)
    else:
        jobs = [lambda load=load, n=n: _postgresql(settings, load, batch, n) for n, load in enumerate(loads)]
        with psycopg.connect(settings.database_url.replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS bound (client int, n serial, body bytea)")
    return sum(map(len, loads)) / at_once(jobs)


def _sqlite_connect(settings: Settings) -> sqlite.Connection:
    connection = sqlite.connect(str(settings.data_dir / "bound.db"), timeout=60, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    return connection


def _sqlite_table(settings: Settings) -> None:
    connection = _sqlite_connect(settings)
    connection.execute("CREATE TABLE IF NOT EXISTS bound (client int, body blob)")
    connection.close()


def _sqlite(settings: Settings, load: Sequence[bytes], batch: int, client: int) -> None:
    connection = _sqlite_connect(settings)
    for begin in range(0, len(load), batch):
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany("INSERT INTO bound VALUES (?, ?)", [(client, b) for b in load[begin : begin + batch]])
        connection.execute("COMMIT")
    connection.close()


def _postgresql(settings: Settings, load: Sequence[bytes], batch: int, client: int) -> None:
    with psycopg.connect(settings.database_url.replace("+psycopg", "")) as connection:
        for begin in range(0, len(load), batch):
            with connection.transaction(), connection.cursor() as cursor:
                cursor.executemany(
                    "INSERT INTO bound (client, body) VALUES (%s, %s)",
                    [(client, body) for body in load[begin : begin + batch]],
                )


def file_bound(folder: Path, visits: int, files: Sequence[bytes], clients: int) -> float:
    """Visits a second when each client writes the same files and fsyncs each."""

    def job(home: str) -> None:
        for visit in range(visits // clients):
            for n, data in enumerate(files):
                descriptor = os.open(f"{home}/{visit}-{n}", os.O_WRONLY | os.O_CREAT, 0o600)
                os.write(descriptor, data)
                os.fsync(descriptor)
                os.close(descriptor)

    with tempfile.TemporaryDirectory(dir=folder) as top:
        homes = [tempfile.mkdtemp(dir=top) for _ in range(clients)]
        return visits // clients * clients / at_once([lambda home=home: job(home) for home in homes])
