"""A real server for tests: gunicorn with its workers, spoken to over sockets, so that lines can break anywhere."""

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from server.settings import Settings

ROOT = Path(__file__).resolve().parent.parent


@dataclass
class Answer:
    """What came back, with the names that Flask's test client uses."""

    status_code: int
    headers: http.client.HTTPMessage
    data: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.data)

    @property
    def text(self) -> str:
        return self.data.decode()


@dataclass
class LiveClient:
    """As much of Flask's test client as a hand-held tablet uses, over one connection a request."""

    host: str
    port: int

    def open(self, method: str, path: str, *, body: bytes | None = None, headers: Mapping[str, str]) -> Answer:
        connection = http.client.HTTPConnection(self.host, self.port, timeout=60)
        try:
            connection.request(method, path, body, dict(headers))
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read())
        finally:
            connection.close()

    def post(
        self, path: str, *, json: Any = None, data: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        body = data if json is None else _dumps(json)
        kind = {} if json is None else {"Content-Type": "application/json"}
        return self.open("POST", path, body=body, headers={**kind, **(headers or {})})

    def get(
        self, path: str, *, query_string: Mapping[str, Any] | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        asked = f"{path}?{urlencode(query_string)}" if query_string else path
        return self.open("GET", asked, headers=headers or {})


def _dumps(value: Any) -> bytes:
    return json.dumps(value).encode()


@dataclass
class LiveServer:
    host: str
    port: int
    log: Path
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    def client(self) -> LiveClient:
        return LiveClient(self.host, self.port)

    def line(self) -> socket.socket:
        """A connection on which a test says what it likes."""
        return socket.create_connection((self.host, self.port), timeout=30)


@contextlib.contextmanager
def live_server(settings: Settings, folder: Path, *, workers: int = 2) -> Iterator[LiveServer]:
    """`gunicorn wsgi:app` with these settings; everything that it says lands in `folder`/gunicorn.log."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = folder / "gunicorn.log"
    options = f"--bind 127.0.0.1:{port} --workers {workers} --worker-class gthread --threads 4 --access-logfile -"
    with log.open("ab") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "wsgi:app", *options.split()],
            cwd=ROOT,
            env={**os.environ, **settings.to_environ()},
            stdout=said,
            stderr=said,
        )
    server = LiveServer("127.0.0.1", port, log, process)
    try:
        _wait_until_ready(server)
        yield server
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def _wait_until_ready(server: LiveServer) -> None:
    for _ in range(300):
        assert server.process.poll() is None, server.log.read_text()
        with contextlib.suppress(OSError):
            if server.client().get("/readyz").status_code == 200:
                return
        time.sleep(0.1)
    raise AssertionError(server.log.read_text())


def read_answer(line: socket.socket) -> Answer:
    """The answer on a raw connection."""
    response = http.client.HTTPResponse(line)
    response.begin()
    return Answer(response.status, response.headers, response.read())
