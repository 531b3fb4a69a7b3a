"""The county officer's desk without a browser: logs in, and issues and ends tablets on the office's own pages."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from threading import Lock
from typing import Protocol
from urllib.parse import urlencode

from server.simulator.office_page import URLENCODED, Answers, OfficePage
from server.simulator.wire import Link, LinkCut, Reply, Traffic
from sync.open_item import conflict

_TRIES = 3
_DATA_CHECKS = "/office/data-checks"
_WHY = "已当面核实，按核实的情况确定"
_REASON = "设备遗失，停用后由新设备接替"  # the page asks for a reason that a person can read


class Office(Protocol):
    """What a fleet needs of the office."""

    def issue_code(self, login: str) -> str:
        """A one-time enrolment code for this person."""

    def revoke(self, replica: str) -> None:
        """Ends a tablet."""

    def settle(self, case: str, path: str) -> None:
        """Takes one of the values of a field in dispute."""

    def import_data_check(self, workbook: bytes) -> None:
        """Signs for what another bureau has answered."""


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
        token = OfficePage.of(reply.body).token
        if not token:
            raise OfficeClosed("the page shows no enrolment code")
        return token

    def revoke(self, replica: str) -> None:
        """Ends this tablet. Raises OfficeClosed."""
        with self._lock:
            self._do(f"/office/replicas/{replica}/revoke", {"reason": _REASON})

    def settle(self, case: str, path: str) -> None:
        """Takes the first of the values in dispute, on the page of the conflict. Raises OfficeClosed, NoSuchForm."""
        with self._lock:
            address = f"/office/reconcile/{conflict(case, path).id}"
            self._hand_in(self._look_at(address), "/decide", Answers(self.password, _WHY))

    def import_data_check(self, workbook: bytes) -> None:
        """Uploads the file, looks at what it would bring, and signs for it. Raises OfficeClosed, NoSuchForm."""
        with self._lock:
            upload = self._look_at(_DATA_CHECKS)
            preview = self._hand_in(upload, _DATA_CHECKS, Answers(file=("信息比对.xlsx", workbook)))
            self._hand_in(OfficePage.of(preview.body), "", Answers(self.password, _WHY), under=f"{_DATA_CHECKS}/")

    def _look_at(self, path: str) -> OfficePage:
        if not self.csrf:
            self._log_in()
        reply = self._send("GET", path, {}, None)
        if reply.status != 200:
            raise OfficeClosed(f"{path} answered {reply.status}")
        return OfficePage.of(reply.body)

    def _hand_in(self, page: OfficePage, ending: str, answers: Answers, *, under: str = "") -> Reply:
        form = page.form(under, ending)
        kind, body = form.filled(answers)
        reply = self._send("POST", form.action, {"Content-Type": kind}, body)
        if reply.status not in (200, 201, 303):
            raise OfficeClosed(f"{form.action} answered {reply.status}")
        return reply

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
        self.csrf = OfficePage.of(reply.body).csrf
        if reply.status != 200 or not self.csrf:
            raise OfficeClosed(f"{path} answered {reply.status}")

    def _post(self, path: str, answers: Mapping[str, str]) -> Reply:
        body = urlencode({"csrf_token": self.csrf, **answers}).encode()
        return self._send("POST", path, {"Content-Type": URLENCODED}, body)

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
