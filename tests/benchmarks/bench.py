"""What the benchmarks share: a real server on a real database, tablets with sealed work, and clients that push it."""

import argparse
import contextlib
import datetime as dt
import http.client
import json
import random
import socket
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from conftest import new_database, postgresql_cluster  # noqa: E402  (found through the path set above)
from fieldwork import TestTablet, form, new_tablet, open_county  # noqa: E402
from flask import Flask  # noqa: E402

from schemas.forms.fill import write_instance  # noqa: E402
from schemas.forms.form import CompiledForm  # noqa: E402
from schemas.forms.instance import read_instance  # noqa: E402
from server import keys  # noqa: E402
from server.app import create_app  # noqa: E402
from server.commands.gunicorn import running  # noqa: E402
from server.settings import Settings  # noqa: E402
from server.simulator.answers import visit_answers  # noqa: E402
from server.simulator.county import County  # noqa: E402
from sync.dot import Dot  # noqa: E402
from sync.statement import Evidence  # noqa: E402

CLIENTS = 8


def arguments(description: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    return parser


@contextlib.contextmanager
def installation(database: str) -> Iterator[Settings]:
    """Settings of a fresh installation on a durable database."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ruhu-bench-")))
        if database == "postgresql":
            url = new_database(stack.enter_context(postgresql_cluster(durable=True)))
        else:
            url = f"sqlite:///{folder / 'ruhu.db'}"
        yield Settings(folder / "data", url, folder / "media")


@contextlib.contextmanager
def serving(settings: Settings, workers: int = 2) -> Iterator[int]:
    """The port of a gunicorn that serves this installation as it would in production."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with running(settings, "127.0.0.1", port, workers=workers):
        yield port


def fleet(app: Flask) -> list[TestTablet]:
    """One enrolled tablet for each client."""
    county = open_county(app)
    return [new_tablet(county, "zhang", "li") for _ in range(CLIENTS)]


class Work:
    """Sealed visits, ready to be sent: made before the clock runs, as a tablet makes them over days.

    Each tablet goes round its own households, so a visit supersedes what the tablet's last one said, as it does in
    the field; about 60 answers a visit.
    """

    def __init__(self, seed: int, households: int = 250) -> None:
        self._rng = random.Random(seed)
        self._households = households
        self._next = 0
        survey = form("household_visit")
        at = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
        self.instance, self.paths = self._of_sixty_answers(County.invent(seed), survey, at)
        self._last: dict[str, str] = {}

    def _of_sixty_answers(self, county: County, survey: CompiledForm, at: dt.datetime) -> tuple[str, list[str]]:
        found: list[tuple[str, list[str]]] = []
        for household in county.households:
            answers = visit_answers(household, self._rng, on_file={}, at=at, photos={})
            answers["household"]["village"] = "n1"
            instance = write_instance(survey, answers)
            reading = read_instance(survey, instance, on_screen=frozenset(), statement="s")
            found.append((instance, [path for path, _ in reading.answers]))
        return min(found, key=lambda pair: abs(len(pair[1]) - 60))

    def visit(self, tablet: TestTablet, evidence: Sequence[Evidence] = ()) -> bytes:
        survey = form("household_visit")
        self._next = (self._next + 1) % self._households
        case = keys.key_id(f"{tablet.replica} {self._next}".encode())[:32]
        before = self._last.get(case)
        fields = [path for path in self.paths if not path.startswith("visits.")]
        seen = {path: frozenset([Dot(before, self.paths.index(path))]) for path in fields} if before else {}
        envelope = tablet.seal(
            "household_visit",
            case=case,
            village="n1",
            form=survey.form_id,
            form_version=survey.version,
            instance=self.instance,
            seen=seen,
            evidence=tuple(evidence),
        )
        self._last[case] = f"{tablet.replica}-{tablet.seq}"
        return envelope.to_bytes()


class Client:
    """One tablet's connection. It is opened anew now and then, as tablets' are: a connection that is made while the
    server is idle always lands on the same worker, and would stay there."""

    REQUESTS_PER_CONNECTION = 20

    def __init__(self, port: int, token: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._sent = 0
        self._headers = {"Authorization": f"Bearer {token}", "Accept-Encoding": "gzip"}

    def send(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> tuple[int, bytes]:
        if self._sent % self.REQUESTS_PER_CONNECTION == 0:
            self._connection.close()
        self._sent += 1
        self._connection.request(method, path, body, {**self._headers, **headers})
        answer = self._connection.getresponse()
        return answer.status, answer.read()

    def push(self, lines: Sequence[bytes]) -> list[dict[str, object]]:
        status, body = self.send(
            "POST", "/api/v1/statements", b"\n".join(lines), {"Content-Type": "application/x-ndjson"}
        )
        assert status == 207, body[:500]
        verdicts: list[dict[str, object]] = json.loads(body)["verdicts"]
        return verdicts


def at_once(jobs: Sequence[Callable[[], None]]) -> float:
    """Runs the jobs in a thread each; the seconds until the last is done."""
    failures: list[BaseException] = []

    def guarded(job: Callable[[], None]) -> None:
        try:
            job()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=guarded, args=(job,)) for job in jobs]
    begin = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return time.perf_counter() - begin


def percentile(values: Sequence[float], share: float) -> float:
    return statistics.quantiles(values, n=100)[round(share * 100) - 1] if len(values) > 1 else values[0]


def report(figures: dict[str, object], as_json: bool) -> None:
    if as_json:
        print(json.dumps(figures))
        return
    for name, value in figures.items():
        print(f"{name:44} {value}")


def app_of(settings: Settings) -> Flask:
    return create_app(settings)
