"""The one page that is served without TLS: it leads a tablet through trusting the county's certificate authority.

It stands on a port of its own, where nothing else is: everything that is not named here is not found. What it gives
out is public; that it is the right authority is seen by comparing the fingerprint with the one in the office.
"""

import threading
import uuid
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from ipaddress import ip_address
from socket import AF_INET, AF_INET6, IPPROTO_IPV6, IPV6_V6ONLY, socket
from typing import Protocol
from xml.sax.saxutils import escape

from babel.support import Translations
from jinja2 import Environment, PackageLoader

from server.addresses import Reached
from server.certificates import Authority, fingerprint_lines

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src https:; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
AT_ONCE = 32  # people who read; each is a thread of the small process that also minds the server
PATIENCE_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Page:
    media_type: str
    body: bytes
    file_name: str | None = None


class Kept(Protocol):
    """What the page tells of: both may be replaced while it is served."""

    @property
    def authority(self) -> Authority: ...

    @property
    def reached(self) -> Reached: ...


class TrustPage:
    """What is answered to each path, or None: not found."""

    def __init__(self, kept: Kept, https_port: int) -> None:
        self._kept = kept
        self._port = https_port
        self._templates = {language: _environment(language) for language in ("zh_Hans", "en")}

    def at(self, path: str, host: str) -> Page | None:
        authority = self._kept.authority
        match path:
            case "/":
                return self._page("zh_Hans", host)
            case "/en":
                return self._page("en", host)
            case "/ruhu-county-ca.crt":
                return Page("application/x-x509-ca-cert", authority.der, "ruhu-county-ca.crt")
            case "/ruhu-county-ca.pem":
                return Page("application/x-pem-file", authority.pem, "ruhu-county-ca.pem")
            case "/ruhu-county.mobileconfig":
                return Page("application/x-apple-aspen-config", apple_profile(authority), "ruhu-county.mobileconfig")
            case "/trust.js":
                return Page("text/javascript; charset=utf-8", _static("trust.js"))
            case "/trust.css":
                return Page("text/css; charset=utf-8", _static("trust.css"))
        return None

    def _page(self, language: str, host: str) -> Page:
        """The tablet is led to the server under the name by which it came here: that one works on its network."""
        known = self._kept.reached.hosts
        name = _without_port(host)
        origin = f"https://{name if name in known else known[0]}" + ("" if self._port == 443 else f":{self._port}")
        text = (
            self._templates[language]
            .get_template("trust.html")
            .render(
                language=language.replace("_", "-"),
                origin=origin,
                fingerprint=fingerprint_lines(self._kept.authority.der),
                name=self._kept.authority.name,
            )
        )
        return Page("text/html; charset=utf-8", text.encode())


class TrustServer(ThreadingHTTPServer):
    """Answers until `shutdown`. Who comes when too many read is sent away rather than made to wait."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, host: str, port: int, page: TrustPage) -> None:
        self.page = page
        self._seats = threading.BoundedSemaphore(AT_ONCE)
        self.address_family = AF_INET6 if ":" in host else AF_INET
        super().__init__((host, port), TrustHandler)

    def server_bind(self) -> None:
        if self.address_family == AF_INET6:
            self.socket.setsockopt(IPPROTO_IPV6, IPV6_V6ONLY, 0)
        super().server_bind()

    def process_request(self, request: socket | tuple[bytes, socket], client_address: object) -> None:
        if self._seats.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: socket | tuple[bytes, socket], client_address: object) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._seats.release()

    def handle_error(self, request: object, client_address: object) -> None:
        """A tablet that went away in the middle is no news, and its address is nobody's business."""


class TrustHandler(BaseHTTPRequestHandler):
    server: TrustServer
    server_version = "Ruhu"
    sys_version = ""
    timeout = PATIENCE_SECONDS

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def _answer(self, *, with_body: bool) -> None:
        page = self.server.page.at(self.path.partition("?")[0], self.headers.get("Host", ""))
        headers = {**HEADERS, "Content-Type": "text/plain; charset=utf-8"}
        body = b"not found\n"
        if page is not None:
            body, headers["Content-Type"] = page.body, page.media_type
            if page.file_name:
                headers["Content-Disposition"] = f'attachment; filename="{page.file_name}"'
        self.send_response(404 if page is None else 200)
        self._send_headers({**headers, "Content-Length": str(len(body))})
        if with_body:
            self.wfile.write(body)

    def _send_headers(self, headers: Mapping[str, str]) -> None:
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Who asked is not written down."""


def apple_profile(authority: Authority) -> bytes:
    """What iPads install: the authority in a configuration profile. Its ids are the authority's, so that installing
    it twice replaces it."""
    payload = uuid.uuid5(uuid.NAMESPACE_OID, fingerprint_lines(authority.der)[0])
    profile = uuid.uuid5(payload, "profile")
    name = escape(authority.name)
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0"><dict>
<key>PayloadType</key><string>Configuration</string>
<key>PayloadVersion</key><integer>1</integer>
<key>PayloadIdentifier</key><string>ruhu.county-ca.{profile}</string>
<key>PayloadUUID</key><string>{profile}</string>
<key>PayloadDisplayName</key><string>{name}</string>
<key>PayloadContent</key><array><dict>
<key>PayloadType</key><string>com.apple.security.root</string>
<key>PayloadVersion</key><integer>1</integer>
<key>PayloadIdentifier</key><string>ruhu.county-ca.{payload}</string>
<key>PayloadUUID</key><string>{payload}</string>
<key>PayloadDisplayName</key><string>{name}</string>
<key>PayloadContent</key><data>{b64encode(authority.der).decode()}</data>
</dict></array>
</dict></plist>
""".encode()


def _environment(language: str) -> Environment:
    environment = Environment(
        loader=PackageLoader("server"), autoescape=True, extensions=["jinja2.ext.i18n"], trim_blocks=True
    )
    translations = Translations.load(str(files("server") / "translations"), [language])
    environment.install_gettext_translations(translations, newstyle=True)  # type: ignore[attr-defined]  # i18n adds it
    return environment


def _static(name: str) -> bytes:
    return (files("server") / "static" / name).read_bytes()


def _without_port(host: str) -> str:
    """The host of a Host header, as a URL writes it."""
    name = host.strip().lower()
    if name.startswith("["):
        inner = name[1:].partition("]")[0]
        try:
            return f"[{ip_address(inner)}]"
        except ValueError:
            return ""
    return name.partition(":")[0].rstrip(".")
