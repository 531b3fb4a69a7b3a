"""The web server around the application: gunicorn with threads, as a process of its own or in place of this one."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from server.settings import Settings

APPLICATION = "server.app:create_worker()"
START_SECONDS = 60
STOP_SECONDS = 30
# Method, path, status, bytes, milliseconds: no query string, no address, no referrer, so nothing personal.
ACCESS_LOG = "%(t)s %(m)s %(U)s %(s)s %(B)s %(M)sms"


class NotServing(Exception):
    """The server did not start; the message says why, as far as that is known."""


def command_line(
    host: str,
    port: int,
    *,
    workers: int = 2,
    threads: int = 4,
    access_log: bool = True,
    certificate: Path | None = None,
) -> list[str]:
    """What starts gunicorn. Bad links hold connections open, so threads wait for them and not whole processes.

    With a certificate (and its key, in one file) it speaks TLS 1.2 and 1.3, and reads the file for each connection.
    """
    options = {
        "--bind": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
        "--worker-class": "gthread",
        "--workers": str(workers),
        "--threads": str(threads),
        "--timeout": "120",
        "--graceful-timeout": "20",
        "--keep-alive": "5",
        # A worker takes few connections more than it has threads; the rest wait for whichever worker is free. Without
        # this, all tablets that come while the server is idle land on one worker and stay there.
        "--worker-connections": str(threads + 2),
        "--limit-request-line": "4094",
        "--limit-request-fields": "60",
        "--limit-request-field_size": "8190",
        "--access-logformat": ACCESS_LOG,
    }
    if certificate is not None:
        options["--certfile"] = str(certificate)
    if access_log:
        options["--access-logfile"] = "-"
    if Path("/dev/shm").is_dir():  # noqa: S108  (gunicorn's heartbeat file must not lie on a disk that can stall)
        options["--worker-tmp-dir"] = "/dev/shm"  # noqa: S108  (the same)
    return [
        *(sys.executable, "-m", "gunicorn", APPLICATION),
        *(part for option in options.items() for part in option),
        "--no-control-socket",
    ]


def environment(settings: Settings) -> dict[str, str]:
    """This process's environment with these settings."""
    return {**os.environ, **settings.to_environ()}


def port_is_free(host: str, port: int) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


@contextlib.contextmanager
def running(
    settings: Settings, host: str, port: int, *, workers: int = 2, threads: int = 4, log: IO[bytes] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """A server that answers, until the block ends. Raises NotServing."""
    process = subprocess.Popen(  # noqa: S603  (our own command line, no shell)
        command_line(host, port, workers=workers, threads=threads, access_log=False),
        env=environment(settings),
        stdout=log,
        stderr=log,
        start_new_session=True,  # Ctrl-C is ours to pass on: the server stops after the fleet
    )
    try:
        _wait_until_ready(process, f"http://{host}:{port}/readyz")
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_ready(process: subprocess.Popen[bytes], url: str) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            raise NotServing(f"the server ended with status {process.returncode}")
        with contextlib.suppress(urllib.error.URLError, OSError), urllib.request.urlopen(url, timeout=5):  # noqa: S310  (our own http URL)
            return
        time.sleep(0.1)
    raise NotServing(f"no answer within {START_SECONDS} seconds")
