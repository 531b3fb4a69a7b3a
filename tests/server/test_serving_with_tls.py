"""`ruhu serve --tls` as an operator runs it: a tablet that trusts the county only, over real sockets."""

import http.client
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import pytest
from click.testing import CliRunner

from server.certificates import CertificateFolder, fingerprint_lines
from server.cli import main

ROOT = Path(__file__).resolve().parents[2]


def free_ports(count: int) -> list[int]:
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


@dataclass
class Serving:
    process: subprocess.Popen[bytes]
    data: Path
    log: Path
    port: int
    trust_port: int

    def context(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.data / "keys" / "tls-authority.crt"))

    def ask(self, method: str, path: str, body: str | None = None, **headers: str) -> http.client.HTTPResponse:
        line = http.client.HTTPSConnection("localhost", self.port, timeout=30, context=self.context())
        with suppress(ConnectionRefusedError):
            line.connect()
        line.request(method, path, body, headers)
        answer = line.getresponse()
        answer.text = answer.read().decode()  # type: ignore[attr-defined]  # read before the line is closed
        line.close()
        return answer

    def handshake(self, name: str, context: ssl.SSLContext | None = None) -> tuple[bytes, str]:
        """(certificate, protocol) under this name. Raises SSLError."""
        with (
            socket.create_connection(("127.0.0.1", self.port), timeout=30) as line,
            (context or self.context()).wrap_socket(line, server_hostname=name) as secure,
        ):
            return secure.getpeercert(binary_form=True) or b"", secure.version() or ""

    def trust(self, method: str, path: str) -> tuple[int, str, bytes]:
        line = http.client.HTTPConnection("127.0.0.1", self.trust_port, timeout=30)
        line.request(method, path)
        answer = line.getresponse()
        found = answer.status, answer.headers.get("Content-Type", ""), answer.read()
        line.close()
        return found


@contextmanager
def serving(folder: Path) -> Iterator[Serving]:
    port, trust_port = free_ports(2)
    log, data = folder / "serve.log", folder / "data"
    options = ["--tls", "--host", "127.0.0.1", "--name", "ruhu.lan", "--workers", "1"]
    with log.open("wb") as said:
        process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "server.cli",
                "serve",
                *options,
                "--port",
                str(port),
                "--trust-port",
                str(trust_port),
            ],
            cwd=ROOT,
            env={**os.environ, "RUHU_DATA_DIR": str(data)},
            stdout=said,
            stderr=said,
        )
    found = Serving(process, data, log, port, trust_port)
    try:
        for _ in range(600):
            assert process.poll() is None, log.read_text()
            with suppress(OSError):
                if found.ask("GET", "/readyz").status == 200:
                    break
            time.sleep(0.1)
        else:
            raise AssertionError(log.read_text())
        yield found
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(40)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    with serving(tmp_path_factory.mktemp("tls")) as found:
        yield found


@pytest.mark.parametrize("name", ["ruhu.lan", "localhost", "127.0.0.1"])
def test_a_tablet_that_trusts_the_county_only_connects_by_name_and_by_address(served: Serving, name: str) -> None:
    certificate, protocol = served.handshake(name)

    assert certificate
    assert protocol == "TLSv1.3"


def test_under_a_wrong_name_it_does_not(served: Serving) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        served.handshake("other.lan")


def test_a_machine_that_does_not_trust_the_county_does_not_connect(served: Serving) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        served.handshake("ruhu.lan", ssl.create_default_context())


def test_tls_1_2_is_the_oldest_that_is_spoken(served: Serving) -> None:
    older = served.context()
    older.maximum_version = ssl.TLSVersion.TLSv1_2
    assert served.handshake("ruhu.lan", older)[1] == "TLSv1.2"

    # A hello that offers TLS 1.1 and what it knew: Python's own client is too new to say it.
    body = b"\x03\x02" + bytes(32) + b"\x00" + b"\x00\x04\xc0\x09\xc0\x13" + b"\x01\x00"
    hello = b"\x01" + len(body).to_bytes(3) + body
    with socket.create_connection(("127.0.0.1", served.port), timeout=30) as line:
        line.sendall(b"\x16\x03\x01" + len(hello).to_bytes(2) + hello)
        answer = line.recv(7)
    assert answer[0] == 21 and answer[6] == 70  # alert: protocol_version


def test_a_certificate_is_renewed_without_a_restart(served: Serving) -> None:
    before, _ = served.handshake("ruhu.lan")

    answer = CliRunner().invoke(
        main, ["certificate", "--renew", "--name", "ruhu.lan"], env={"RUHU_DATA_DIR": str(served.data)}
    )
    after, _ = served.handshake("ruhu.lan")

    assert answer.exit_code == 0, answer.output
    assert before != after
    assert served.handshake("127.0.0.1")[0] == after


def test_cookies_travel_over_tls_only_and_forms_are_taken(served: Serving) -> None:
    page = served.ask("GET", "/login", Accept="text/html")
    cookie = page.headers["Set-Cookie"]
    token = page.text.partition('name="csrf_token" value="')[2].partition('"')[0]  # type: ignore[attr-defined]
    form = {"csrf_token": token, "login": "nobody", "password": "wrong-password"}
    answer = served.ask(
        "POST",
        "/login",
        urlencode(form),
        Cookie=cookie.partition(";")[0],
        **{"Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html"},
    )

    assert cookie.startswith("__Host-ruhu=")
    assert {"Secure", "HttpOnly", "SameSite=Strict"} <= {part.strip() for part in cookie.split(";")}
    # Our pages tell browsers to send no referrer; a wrong password is all that is wrong here.
    assert answer.status in (401, 403, 422), answer.status
    assert "csrf" not in answer.text.lower() or answer.status != 400  # type: ignore[attr-defined]


def test_the_trust_page_answers_without_tls_and_nothing_else_does(served: Serving) -> None:
    status, kind, page = served.trust("GET", "/")
    lines = fingerprint_lines(CertificateFolder(served.data / "keys").shown())

    assert (status, kind) == (200, "text/html; charset=utf-8")
    assert all(line.encode() in page for line in lines)
    assert all(line in served.log.read_text() for line in lines)
    assert f"https://127.0.0.1:{served.port}/tablet/".encode() in page
    assert served.trust("GET", "/ruhu-county-ca.crt")[:2] == (200, "application/x-x509-ca-cert")
    assert served.trust("HEAD", "/")[::2] == (200, b"")
    for path in ("/tablet/", "/login", "/api/v1/changes", "/static/ruhu.css", "/keys/tls-authority.key"):
        assert served.trust("GET", path)[0] == 404, path
    assert served.trust("POST", "/")[0] == 501


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_one_signal_stops_both(tmp_path: Path, stop: signal.Signals) -> None:
    with serving(tmp_path) as served:
        served.process.send_signal(stop)

        assert served.process.wait(40) == 0
        for port in (served.port, served.trust_port):
            with pytest.raises(ConnectionRefusedError):
                socket.create_connection(("127.0.0.1", port), timeout=5)


def test_a_server_that_dies_ends_the_command_with_its_status(tmp_path: Path) -> None:
    with serving(tmp_path) as served:
        children = Path(f"/proc/{served.process.pid}/task/{served.process.pid}/children").read_text().split()
        master = next(int(pid) for pid in children if b"gunicorn" in Path(f"/proc/{pid}/cmdline").read_bytes())
        workers = [*map(int, Path(f"/proc/{master}/task/{master}/children").read_text().split())]
        os.kill(master, signal.SIGKILL)

        assert served.process.wait(40) == 128 + signal.SIGKILL
        for worker in workers:
            with suppress(ProcessLookupError):
                os.kill(worker, signal.SIGTERM)
