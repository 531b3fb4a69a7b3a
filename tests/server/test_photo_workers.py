"""Workers as processes of their own: photos come in over HTTP, and what is made of them is there soon after."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from random import Random

import pytest
from fieldwork import County, TestTablet
from founding import close
from live_server import live_server
from office_desk import evidence_of, upload
from sqlalchemy import Engine, create_engine, text

from server import keys
from server.commands.gunicorn import environment
from server.commands.work import working
from server.settings import Settings
from server.simulator.photos import draw_photo
from server.store import photos

CASE = "c" * 32
ROOT = Path(__file__).resolve().parents[2]


def a_photo(number: int) -> bytes:
    return draw_photo(
        Random(number), subject="house", taken_at=datetime(2026, 3, 2, 9), lat=26.1, lng=104.2, small=True
    )


def within(seconds: float, true: Callable[[], bool]) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if true():
            return True
        time.sleep(0.1)
    return False


def told(settings: Settings, *command: str) -> tuple[int, dict[str, object]]:
    done = subprocess.run(
        [sys.executable, "-m", "server.cli", *command, "--json"],
        env={**environment(settings), "PYTHONWARNINGS": "error"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


def children_of(pid: int) -> list[int]:
    with contextlib.suppress(FileNotFoundError):
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


def photo_workers_of(pid: int) -> list[int]:
    """The process that minds workers, and they, below this one."""
    found = []
    for child in children_of(pid):
        with contextlib.suppress(FileNotFoundError):
            if b"\0work\0" in Path(f"/proc/{child}/cmdline").read_bytes():
                found += [child, *photo_workers_of(child)]
    return found


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except FileNotFoundError:
        return False


def push_over_http(county: County, client: object, *data: bytes) -> None:
    tablet = TestTablet(county, client, keys.new_id(), keys.SigningKey.generate())  # type: ignore[arg-type]
    tablet.enrol("zhang")
    tablet.enrol("li")
    tablet.session()
    shots = [evidence_of(photo, "image/jpeg", "house_front") for photo in data]
    tablet.push(tablet.visit(CASE, {"household": {"village": "n1"}}, evidence=shots))
    for photo in data:
        upload(tablet, photo)


def looked_at(county: County, *data: bytes) -> bool:
    with county.app.app_context():
        found = photos.find_many([evidence_of(photo, "", "").digest for photo in data])
    return [photo.state for photo in found.values()] == ["ready"] * len(data)


def test_from_a_push_over_http_to_renditions_on_the_disk(
    county: County, county_settings: Settings, tmp_path: Path
) -> None:
    first, second, later = a_photo(1), a_photo(2), a_photo(3)
    with live_server(county_settings, tmp_path) as server, working(county_settings):
        push_over_http(county, server.client(), first, second)
        assert within(30, lambda: looked_at(county, first, second))
        (minder,) = [pid for pid in children_of(os.getpid()) if photo_workers_of(pid)]
        for worker in photo_workers_of(minder):
            os.kill(worker, signal.SIGKILL)

        push_over_http(county, server.client(), later)

        assert within(40, lambda: looked_at(county, later)), "another worker takes the place of one that died"
    made = {path.name for path in (county_settings.data_dir / "renditions").rglob("*.jpg")}
    digests = [evidence_of(photo, "", "").digest for photo in (first, second, later)]
    assert made == {f"{digest}-{side}.jpg" for digest in digests for side in (240, 640, 1280, 2048)}

    status, figures = told(county_settings, "photos", "status")
    assert status == 0 and (figures["waiting"], figures["done"], figures["ready"]) == (0, 3, 3)
    status, figures = told(county_settings, "photos", "rebuild", "--processes", "2")
    assert status == 0 and (figures["waiting"], figures["working"], figures["ready"]) == (0, 0, 3)
    assert made == {path.name for path in (county_settings.data_dir / "renditions").rglob("*.jpg")}


@pytest.mark.parametrize("founded", ["postgresql"], indirect=True)
def test_while_the_database_is_away_a_worker_waits_and_then_goes_on(
    county: County, county_settings: Settings, cluster: str, tmp_path: Path
) -> None:
    name, photo = county_settings.database_url.rpartition("/")[2], a_photo(4)
    office = create_engine(f"{cluster}/postgres", isolation_level="AUTOCOMMIT")

    def let_in(allowed: bool) -> None:
        with office.connect() as connection:
            connection.exec_driver_sql(f"ALTER DATABASE {name} ALLOW_CONNECTIONS {allowed}")
            connection.execute(
                text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :n"), {"n": name}
            )

    log = tmp_path / "worker.log"
    ours = connected(office, name)
    with log.open("wb") as said, working(county_settings, log=said):
        assert within(120, lambda: bool(connected(office, name) - ours))
        (minder,) = [pid for pid in children_of(os.getpid()) if photo_workers_of(pid)]
        at_first = photo_workers_of(minder)

        let_in(False)
        assert within(120, lambda: b"photo work waits" in log.read_bytes())
        let_in(True)
        close(county.app)
        push_over_http(county, county.app.test_client(), photo)

        assert within(120, lambda: looked_at(county, photo))
        assert photo_workers_of(minder) == at_first, "nobody had to start it again"
    office.dispose()


def connected(office: Engine, database: str) -> set[int]:
    """The connections to this database."""
    asked = text("SELECT pid FROM pg_stat_activity WHERE datname = :n")
    with office.connect() as connection:
        return set(connection.execute(asked, {"n": database}).scalars())


@pytest.fixture
def served(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """`ruhu serve`, as a person starts it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    folder = tmp_path / "data"
    settings = Settings(folder, f"sqlite:///{folder / 'ruhu.db'}", folder / "media")
    command = [sys.executable, "-m", "server.cli", "serve", "--port", port, "--workers", "1"]
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(command, env=environment(settings), cwd=ROOT, stdout=log, stderr=log)
        try:
            assert within(30, lambda: len(photo_workers_of(process.pid)) == 2)
            yield process
        finally:
            for pid in (*photo_workers_of(process.pid), *children_of(process.pid), process.pid):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            process.wait()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_the_servers_workers_end_with_it(served: subprocess.Popen[bytes], number: signal.Signals) -> None:
    web, workers = children_of(served.pid), photo_workers_of(served.pid)

    served.send_signal(number)
    served.wait(30)

    assert within(15, lambda: not any(map(alive, {*workers, *web}))), "nothing is left running"
