"""The county officer's desk without a browser: logs in, and issues and ends tablets on the office's own pages."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from threading import Lock
from urllib.parse import urlencode

from server.simulator.wire import Link, LinkCut, Reply, Traffic

_FORM = "application/x-www-form-urlencoded"
_TRIES = 3
_REASON = "设备遗失，停用后由新设备接替"  # the page asks for a reason that a person can read


class OfficeClosed(Exception):
    """The office does not let the officer do this; the message says what it answered."""


@dataclass(slots=True)
class OfficeDesk:
    """One officer in one session. `people`: person id by login, for those who get codes."""

    link: Link
    login: str
    password: str
    people: Mapping[str, str]
    cookies: dict[str, str] = field(default_factory=dict)
    csrf: str = ""
    _lock: Lock = field(default_factory=Lock, repr=False)

    @classmethod
    def at(cls, url: str, login: str, password: str, people: Mapping[str, str]) -> "OfficeDesk":
        return cls(Link(url, Traffic()), login, password, people)

    def issue_code(self, login: str) -> str:
        """A one-time enrolment code for this person, as the page shows it. Raises OfficeClosed."""
        with self._lock:
            reply = self._do(f"/office/people/{self.people[login]}/enrolment", {})
        token = _Page.of(reply).token
        if not token:
            raise OfficeClosed("the page shows no enrolment code")
        return token

    def revoke(self, replica: str) -> None:
        """Ends this tablet. Raises OfficeClosed."""
        with self._lock:
            self._do(f"/office/replicas/{replica}/revoke", {"reason": _REASON})

    def _do(self, path: str, answers: Mapping[str, str]) -> Reply:
        if not self.csrf:
            self._log_in()
        reply = self._post(path, answers)
        if reply.status not in (200, 201, 303):
            raise OfficeClosed(f"{path} answered {reply.status}")
        return reply

    def _log_in(self) -> None:
        self._open_page("/login")
        reply = self._post("/login", {"login": self.login, "password": self.password})
        if reply.status != 303:
            raise OfficeClosed(f"logging in was answered {reply.status}")
        self._open_page("/office/people")

    def _open_page(self, path: str) -> None:
        reply = self._send("GET", path, {}, None)
        self.csrf = _Page.of(reply).csrf
        if reply.status != 200 or not self.csrf:
            raise OfficeClosed(f"{path} answered {reply.status}")

    def _post(self, path: str, answers: Mapping[str, str]) -> Reply:
        body = urlencode({"csrf_token": self.csrf, **answers}).encode()
        return self._send("POST", path, {"Content-Type": _FORM}, body)

    def _send(self, method: str, path: str, headers: Mapping[str, str], body: bytes | None) -> Reply:
        """The office sits beside the server: its link has no faults, but for a server that restarts."""
        for tried in range(1, _TRIES + 1):
            try:
                reply = self.link.send(method, path, {**self._own_headers(), **headers}, body)
            except LinkCut:
                if tried == _TRIES:
                    raise OfficeClosed(f"{path} was not answered") from None
                continue
            cookies: SimpleCookie = SimpleCookie(reply.headers.get("set-cookie", ""))
            self.cookies |= {name: morsel.value for name, morsel in cookies.items()}
            return reply
        raise AssertionError("unreachable: the last try returns or raises")

    def _own_headers(self) -> dict[str, str]:
        headers = {"Accept": "text/html", "Referer": f"{self.link.url}/"}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return headers


class _Page(HTMLParser):
    """What the desk reads off a page: the CSRF token of its forms, and an enrolment code."""

    def __init__(self) -> None:
        super().__init__()
        self.csrf = self.token = ""

    @classmethod
    def of(cls, reply: Reply) -> "_Page":
        page = cls()
        page.feed(reply.body.decode("utf-8", "replace"))
        return page

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag == "input" and named.get("name") == "csrf_token":
            self.csrf = self.csrf or named.get("value") or ""
        self.token = self.token or named.get("data-token") or ""
