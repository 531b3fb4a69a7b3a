"""Serving with TLS: gunicorn as a child, and beside it the trust page and the watch over the certificate.

This process has no other work: it passes signals on, ends when the server ends, and ends with the server's status.
"""

import contextlib
import signal
import subprocess
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from types import FrameType

import click

from server.addresses import Reached, found, given
from server.certificates import Authority, CertificateFolder, CertificatesUnusable, ServerCertificate
from server.trust_page import TrustPage, TrustServer

LOOK_SECONDS = 60  # how long a tablet may meet a certificate without the address that the server has just been given
PASSED_ON = (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT, signal.SIGHUP, signal.SIGUSR1)


def wanted(names: Sequence[str]) -> Reached:
    """What the certificate has to say: what the operator names, else what is found. Raises NameRefused."""
    return given(names) if names else found()


@dataclass
class Watch:
    """Keeps the certificate good for as long as the server runs. Gunicorn reads the file for each connection, so
    that replacing it is enough."""

    folder: CertificateFolder
    names: Sequence[str]
    authority: Authority = field(init=False)
    present: ServerCertificate = field(init=False)

    def __post_init__(self) -> None:
        self.look()

    @property
    def reached(self) -> Reached:
        return wanted(self.names)

    def look(self) -> bool:
        """Whether the certificate is new. Raises CertificatesUnusable."""
        self.authority, self.present, fresh = self.folder.keep(self.reached)
        return fresh

    def go_on(self, ended: threading.Event) -> None:
        """Looks again and again; what goes wrong is said and tried again, for the server works on meanwhile."""
        said = ""
        while not ended.wait(LOOK_SECONDS):
            try:
                if self.look():
                    click.echo(f"New server certificate, until {self.present.ends:%Y-%m-%d}.", err=True)
                said = ""
            except (CertificatesUnusable, OSError) as error:
                if str(error) != said:
                    said = str(error)
                    click.echo(f"The server certificate was not renewed: {said}", err=True)


@contextlib.contextmanager
def beside(watch: Watch, host: str, port: int, https_port: int) -> Iterator[None]:
    """The trust page and the watch, while the block lasts. Raises OSError when the port is taken."""
    ended = threading.Event()
    with TrustServer(host, port, TrustPage(watch, https_port)) as server:
        workers = (
            threading.Thread(target=server.serve_forever, name="trust-page", daemon=True),
            threading.Thread(target=watch.go_on, args=(ended,), name="certificate", daemon=True),
        )
        for worker in workers:
            worker.start()
        try:
            yield
        finally:
            ended.set()
            server.shutdown()
            for worker in workers:
                worker.join()


def run(command: Sequence[str], environment: dict[str, str]) -> int:
    """The server's exit status, as a shell would say it. Signals go to the server, once each: it has a session of its
    own, so that Ctrl-C does not reach it twice."""
    child: subprocess.Popen[bytes] | None = None
    early: list[int] = []

    def pass_on(number: int, _frame: FrameType | None) -> None:
        if child is None:
            early.append(number)
        else:
            child.send_signal(number)

    before = {number: signal.signal(number, pass_on) for number in PASSED_ON}
    try:
        child = subprocess.Popen(command, env=environment, start_new_session=True)  # noqa: S603  (our own command line)
        for number in early:
            child.send_signal(number)
        status = child.wait()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return 128 - status if status < 0 else status
