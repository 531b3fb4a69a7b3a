"""A county behind a real server that can be stopped, killed and started again at the same address."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

from fieldwork import County
from founding import close as close_database

from server.app import create_app
from server.settings import Settings
from server.store import persons

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 60


@dataclass
class CountyServer:
    """`county` is the same database from inside this process: for one-time codes, and for what the office sees."""

    settings: Settings
    folder: Path
    county: County = field(init=False)
    port: int = field(init=False)
    process: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        app = create_app(self.settings)
        with app.app_context():
            self.county = County(app, {person.login: person for person in persons.all_of("demo").values()})
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environ(self) -> dict[str, str]:
        """What a command needs to work on this county."""
        return self.settings.to_environ()

    def start(self) -> None:
        options = f"--bind 127.0.0.1:{self.port} --workers 2 --worker-class gthread --threads 4"
        with (self.folder / "gunicorn.log").open("ab") as said:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "gunicorn", "server.app:create_worker()", *options.split()],
                cwd=ROOT,
                env={**os.environ, **self.settings.to_environ()},
                stdout=said,
                stderr=said,
                start_new_session=True,
            )
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            assert self.process.poll() is None, (self.folder / "gunicorn.log").read_text()
            with contextlib.suppress(urllib.error.URLError, OSError), urllib.request.urlopen(f"{self.url}/readyz"):
                return
            time.sleep(0.1)
        raise AssertionError((self.folder / "gunicorn.log").read_text())

    def stop(self) -> None:
        """The network is gone: nothing answers any more."""
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(30)
            self.process = None

    def kill(self) -> None:
        """As in a power cut: the master and all workers at once."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(30)
            self.process = None

    def close(self) -> None:
        close_database(self.county.app)
