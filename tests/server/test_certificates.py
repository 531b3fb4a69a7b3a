"""The county's certificate authority: who it vouches for, for how long, and what a tablet sees of it."""

import json
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from hashlib import sha256
from ipaddress import ip_address
from pathlib import Path
from plistlib import loads as plist

import pytest
from click.testing import CliRunner

from server import addresses, clock
from server.addresses import NameRefused, Reached, given
from server.certificates import CertificateFolder, CertificatesUnusable, fingerprint, fingerprint_lines
from server.cli import main
from server.commands.tls import Watch
from server.trust_page import TrustPage

OFFICE = given(["ruhu.lan", "192.168.7.5", "fd00::5"])


@pytest.fixture
def folder(tmp_path: Path) -> CertificateFolder:
    return CertificateFolder(tmp_path / "keys")


@contextmanager
def shown(folder: CertificateFolder) -> Iterator[int]:
    """A server that shows what the folder holds, to whoever connects; its port."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer() -> None:
            while True:
                try:
                    line, _ = listening.accept()
                except OSError:
                    return
                context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
                context.load_cert_chain(folder.server)
                try:
                    context.wrap_socket(line, server_side=True).close()
                except (ssl.SSLError, OSError):
                    line.close()

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)
        thread.join(5)


def visit(folder: CertificateFolder, port: int, name: str) -> bytes:
    """The certificate that a tablet which trusts only this county meets under this name. Raises SSLError."""
    context = ssl.create_default_context(cafile=str(folder.authority_certificate))
    with (
        socket.create_connection(("127.0.0.1", port), timeout=10) as line,
        context.wrap_socket(line, server_hostname=name) as secure,
    ):
        found = secure.getpeercert(binary_form=True)
        assert found is not None
        return found


@pytest.mark.parametrize("name", ["ruhu.lan", "192.168.7.5", "fd00::5", "localhost", "127.0.0.1"])
def test_a_tablet_that_trusts_the_county_reaches_the_server_under_each_of_its_names(
    folder: CertificateFolder, name: str
) -> None:
    folder.keep(OFFICE)

    with shown(folder) as port:
        assert visit(folder, port, name)


@pytest.mark.parametrize("name", ["bank.example", "ruhu.lan.example", "192.168.7.6"])
def test_under_another_name_the_tablet_refuses(folder: CertificateFolder, name: str) -> None:
    folder.keep(OFFICE)

    with shown(folder) as port, pytest.raises(ssl.SSLCertVerificationError):
        visit(folder, port, name)


def test_another_county_s_tablet_refuses(folder: CertificateFolder, tmp_path: Path) -> None:
    folder.keep(OFFICE)
    other = CertificateFolder(tmp_path / "other")
    other.keep(OFFICE)

    with shown(folder) as port, pytest.raises(ssl.SSLCertVerificationError):
        visit(other, port, "ruhu.lan")


@pytest.mark.parametrize("stranger", ["bank.example", "8.8.8.8", "lan.example", "2001:db8::1"])
def test_the_authority_vouches_for_the_county_s_network_only(folder: CertificateFolder, stranger: str) -> None:
    authority, *_ = folder.keep(OFFICE)

    assert authority.strangers(given([stranger])) == [stranger]
    with pytest.raises(CertificatesUnusable, match=r"--new-authority"):
        folder.keep(given([stranger]))


@pytest.mark.parametrize("unlike", [["bank.example"], ["8.8.8.8"]])
def test_a_thief_of_the_key_poses_as_no_bank_where_names_are_checked(
    folder: CertificateFolder, unlike: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    authority, *_ = folder.keep(OFFICE)
    monkeypatch.setattr(type(authority), "strangers", lambda *_: [])  # a thief does not ask

    folder.issue(authority, given(unlike))

    with shown(folder) as port, pytest.raises(ssl.SSLCertVerificationError, match="permitted subtree violation"):
        visit(folder, port, unlike[0])


def test_an_address_of_an_unusual_network_may_move_within_it(folder: CertificateFolder) -> None:
    authority, *_ = folder.keep(given(["59.1.2.3"]))

    assert authority.strangers(given(["59.1.2.77", "10.1.1.1"])) == []
    assert authority.strangers(given(["59.1.3.3"])) == ["59.1.3.3"]


def test_keys_are_their_owner_s_and_the_pair_is_one_file(folder: CertificateFolder) -> None:
    folder.keep(OFFICE)

    assert folder.folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in folder.folder.iterdir()} == {0o600}
    assert folder.server.read_bytes().count(b"-----BEGIN ") == 2


def test_a_certificate_lives_as_long_as_browsers_bear(folder: CertificateFolder) -> None:
    authority, present, _ = folder.keep(OFFICE)
    certificate = present.certificate

    assert present.ends - certificate.not_valid_before_utc <= timedelta(days=397)
    assert certificate.not_valid_before_utc < clock.now() - timedelta(days=1)
    assert timedelta(days=3650) < authority.ends - clock.now() < timedelta(days=3655)


def test_what_is_good_is_kept_whoever_starts_again(folder: CertificateFolder) -> None:
    first, present, fresh = folder.keep(OFFICE)
    again, same, later = folder.keep(OFFICE)

    assert (fresh, later) == (True, False)
    assert (again.der, same) == (first.der, present)


@pytest.mark.parametrize(("days", "fresh"), [(360, False), (366, True), (500, True)])
def test_a_certificate_is_renewed_before_it_ends(
    folder: CertificateFolder, monkeypatch: pytest.MonkeyPatch, days: int, fresh: bool
) -> None:
    authority, present, _ = folder.keep(OFFICE)
    later = clock.now() + timedelta(days=days)
    monkeypatch.setattr(clock, "now", lambda: later)

    same_authority, renewed, is_fresh = folder.keep(OFFICE)

    assert is_fresh is fresh
    assert same_authority.der == authority.der
    assert (renewed.ends > present.ends) is fresh


def test_at_the_authority_s_end_nothing_is_renewed_again_and_again(
    folder: CertificateFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority, *_ = folder.keep(OFFICE)
    monkeypatch.setattr(clock, "now", lambda: authority.ends - timedelta(days=10))

    _, present, _ = folder.keep(OFFICE)
    _, _, again = folder.keep(OFFICE)

    assert present.ends == authority.ends
    assert not again


def test_a_name_that_came_makes_a_new_certificate_and_one_that_went_does_not(folder: CertificateFolder) -> None:
    folder.keep(OFFICE)

    _, moved, fresh = folder.keep(given(["ruhu.lan", "192.168.7.99"]))
    _, _, unplugged = folder.keep(given([]))

    assert fresh
    assert ip_address("192.168.7.99") in moved.reached.addresses
    assert not unplugged


def test_a_damaged_server_file_is_replaced_and_a_damaged_authority_never(folder: CertificateFolder) -> None:
    authority, *_ = folder.keep(OFFICE)

    folder.server.write_bytes(folder.server.read_bytes()[:300])
    again, _, fresh = folder.keep(OFFICE)
    assert fresh
    assert again.der == authority.der

    folder.authority_key.unlink()
    with pytest.raises(CertificatesUnusable, match="backup"):
        folder.keep(OFFICE)
    assert folder.authority_certificate.exists()


def test_half_of_another_pair_is_found_out(folder: CertificateFolder, tmp_path: Path) -> None:
    other = CertificateFolder(tmp_path / "other")
    folder.keep(OFFICE)
    other.keep(OFFICE)

    folder.authority_key.write_bytes(other.authority_key.read_bytes())

    with pytest.raises(CertificatesUnusable, match="no pair"):
        folder.keep(OFFICE)


def test_fingerprints_read_as_phones_show_them() -> None:
    whole = sha256(b"x").hexdigest().upper()

    assert fingerprint(b"x").replace(":", "") == whole
    assert ":".join(fingerprint_lines(b"x")) == fingerprint(b"x")
    assert {len(line) for line in fingerprint_lines(b"x")} == {23}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Ruhu.LAN.", "ruhu.lan"),
        ("云岭.lan", "xn--9kqv75a.lan"),
        ("a_b", None),
        ("-a", None),
        ("1.2.3", None),
        ("", None),
    ],
)
def test_host_names_are_written_as_certificates_write_them(text: str, name: str | None) -> None:
    assert addresses.host_name(text) == name


def test_what_is_no_name_is_refused() -> None:
    with pytest.raises(NameRefused, match="a b"):
        given(["a b"])


def test_addresses_are_read_from_linux_tables() -> None:
    trie = """Local:
  +-- 0.0.0.0/0 3 0 5
           |-- 127.0.0.1
              /32 host LOCAL
        |-- 192.168.7.0
           /24 link UNICAST
           |-- 192.168.7.5
              /32 host LOCAL
"""
    six = (
        "fd000000000000000000000000000005 02 40 00 80     eth0\n"
        "fd000000000000000000000000000099 02 40 00 01     eth0\n"
    )

    assert list(map(str, addresses._of_fib_trie(trie))) == ["127.0.0.1", "192.168.7.5"]
    assert list(map(str, addresses._of_if_inet6(six))) == ["fd00::5"]


def test_this_machine_knows_itself() -> None:
    found = addresses.found()

    assert "localhost" in found.names
    assert ip_address("127.0.0.1") in found.addresses
    assert not any(a.is_link_local for a in found.addresses)
    assert found.hosts[-1] == "127.0.0.1"


# --- the command ----------------------------------------------------------------------------------------------


def test_the_command_shows_renews_and_replaces(tmp_path: Path) -> None:
    def ask(*options: str) -> dict[str, object]:
        answer = CliRunner().invoke(
            main, ["certificate", "--json", *options], env={"RUHU_DATA_DIR": str(tmp_path)}, catch_exceptions=False
        )
        assert answer.exit_code == 0, answer.output
        told = json.loads(answer.output)
        assert isinstance(told, dict)
        return told

    nothing = CliRunner().invoke(main, ["certificate"], env={"RUHU_DATA_DIR": str(tmp_path)})
    first = ask("--renew", "--name", "ruhu.lan")
    server = (tmp_path / "keys" / "tls-server.pem").read_bytes()
    shown_again = ask()
    renewed = ask("--renew", "--name", "other.lan")
    replaced = ask("--new-authority", "--name", "ruhu.lan")

    assert nothing.exit_code == 1
    assert first == shown_again
    assert first["server_names"] == ["ruhu.lan", "localhost", "127.0.0.1"]
    assert renewed["sha256"] == first["sha256"]
    assert renewed["server_names"] == ["other.lan", "localhost", "127.0.0.1"]
    assert replaced["sha256"] != first["sha256"]
    assert (tmp_path / "keys" / "tls-server.pem").read_bytes() != server


def test_names_without_tls_and_one_port_for_both_are_said_to_be_wrong(tmp_path: Path) -> None:
    env = {"RUHU_DATA_DIR": str(tmp_path / "new")}
    nameless = CliRunner().invoke(main, ["serve", "--name", "x"], env=env)
    port = str(free_port())
    one = CliRunner().invoke(main, ["serve", "--tls", "--port", port, "--trust-port", port], env=env)
    stranger = CliRunner().invoke(
        main, ["serve", "--tls", "--name", "a b", "--port", port, "--trust-port", str(free_port())], env=env
    )

    assert "--name needs --tls" in nameless.output
    assert "must differ" in one.output
    assert "neither a host name nor an IP address" in stranger.output


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


# --- the trust page -------------------------------------------------------------------------------------------


@pytest.fixture
def page(folder: CertificateFolder) -> TrustPage:
    return TrustPage(Watch(folder, ["192.168.7.5", "ruhu.lan"]), 8443)


def text(page: TrustPage, path: str, host: str = "") -> str:
    found = page.at(path, host)
    assert found is not None
    return found.body.decode()


def test_the_page_shows_the_fingerprint_in_both_languages(page: TrustPage, folder: CertificateFolder) -> None:
    chinese, english = text(page, "/"), text(page, "/en")

    for line in fingerprint_lines(folder.shown()):
        assert line in chinese
        assert line in english
    assert "Install a certificate" in english
    assert 'lang="zh-Hans"' in chinese


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("ruhu.lan:8080", "https://ruhu.lan:8443"),
        ("RUHU.lan", "https://ruhu.lan:8443"),
        ("127.0.0.1:8080", "https://127.0.0.1:8443"),
        ("evil.example", "https://192.168.7.5:8443"),
        ('"><script>', "https://192.168.7.5:8443"),
        ("[::1", "https://192.168.7.5:8443"),
        ("", "https://192.168.7.5:8443"),
    ],
)
def test_a_tablet_is_led_to_the_name_by_which_it_came_and_never_to_a_stranger(
    page: TrustPage, host: str, origin: str
) -> None:
    said = text(page, "/", host)

    assert f'href="{origin}/tablet/"' in said
    assert f'data-origin="{origin}"' in said
    assert "evil" not in said


def test_the_files_are_the_authority_and_no_key(page: TrustPage, folder: CertificateFolder) -> None:
    der, pem = page.at("/ruhu-county-ca.crt", ""), page.at("/ruhu-county-ca.pem", "")
    profile = page.at("/ruhu-county.mobileconfig", "")

    assert der is not None and pem is not None and profile is not None
    assert der.media_type == "application/x-x509-ca-cert"
    assert der.body == folder.shown()
    assert ssl.PEM_cert_to_DER_cert(pem.body.decode()) == der.body
    assert plist(profile.body)["PayloadContent"][0]["PayloadContent"] == der.body


@pytest.mark.parametrize(
    "path", ["/tablet/", "/readyz", "//", "/..", "/trust.js/", "/keys/tls-authority.key", "*", ""]
)
def test_nothing_else_is_there(page: TrustPage, path: str) -> None:
    assert page.at(path, "") is None


def test_a_watch_takes_up_what_changed(folder: CertificateFolder) -> None:
    watch = Watch(folder, ["ruhu.lan"])

    assert not watch.look()
    folder.found_authority(OFFICE)
    assert watch.look()
    assert watch.authority.der == folder.shown()


def test_hosts_put_what_needs_no_name_server_first() -> None:
    assert Reached(("ruhu.lan",), (ip_address("127.0.0.1"), ip_address("fd00::5"))).hosts == (
        "[fd00::5]",
        "ruhu.lan",
        "127.0.0.1",
    )


def test_importing_serve_without_tls_loads_no_certificates() -> None:
    script = "import sys, server.commands.serve\nprint('cryptography' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert told.stdout.strip() == "False"
