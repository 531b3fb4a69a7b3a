"""A tablet's link to the server: plain HTTP/1.1 over a socket of our own, so that it can break at any byte.

A request that was cut, or whose reply was, raises `LinkCut`: the tablet cannot know whether the server has done it.
"""

import gzip
import io
import json
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPResponse
from random import Random
from threading import Lock
from typing import Any, cast
from urllib.parse import urlsplit

from server.simulator.faults import NONE, Faults, LinkFault

TIMEOUT = 30  # seconds that a reply may take before the tablet gives the link up
_LONGEST_CUT = 700  # a reply is cut within its first bytes: in the status line, the headers or a small body


class LinkCut(Exception):
    """The connection ended before the reply had been read to its end."""


@dataclass(slots=True)
class Traffic:
    """Bytes written to sockets by all links together, with headers and with what was cut off."""

    sent: int = 0
    requests: int = 0
    cut: int = 0
    _lock: Lock = field(default_factory=Lock, repr=False)

    def count(self, sent: int, *, cut: bool) -> None:
        with self._lock:
            self.sent += sent
            self.requests += 1
            self.cut += cut


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def problem(self) -> str:
        """The last word of a problem document's type: `rescope-needed`; empty when it is none."""
        if "json" not in self.headers.get("content-type", ""):
            return ""
        return str(self.json.get("type", "")).rpartition(":")[2]


class Link:
    """One client's connections, one after the other, to one server. `faults` are drawn from `rng`."""

    def __init__(self, url: str, traffic: Traffic, faults: Faults = NONE, rng: Random | None = None) -> None:
        parts = urlsplit(url)
        assert parts.hostname is not None, "a server URL names a host"
        self.host, self.secure = parts.hostname, parts.scheme == "https"
        self.port = parts.port or (443 if self.secure else 80)
        self.authority = parts.netloc
        self.url = f"{parts.scheme}://{parts.netloc}"
        self.traffic = traffic
        self.faults = faults
        self.rng = rng or Random(0)
        self._socket: socket.socket | None = None

    def send(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> Reply:
        """One request and its reply. Raises LinkCut."""
        fault = self.faults.on_request(self.rng)
        lines = {"Host": self.authority, "Accept-Encoding": "gzip", **(headers or {})}
        if body is not None:
            lines["Content-Length"] = str(len(body))
        head = "".join([f"{method} {path} HTTP/1.1\r\n", *(f"{k}: {v}\r\n" for k, v in lines.items()), "\r\n"])
        data = head.encode("ascii") + (body or b"")
        if fault is LinkFault.CUT_REQUEST:
            data = data[: self.rng.randrange(len(data))]
        try:
            self._connected().sendall(data)
            if fault is LinkFault.CUT_REQUEST:
                raise LinkCut("in the request")
            limit = self.rng.randrange(_LONGEST_CUT) if fault is LinkFault.CUT_REPLY else None
            reply = self._read(method, limit)
            if fault is not LinkFault.NONE:
                raise LinkCut("in the reply" if limit is not None else "after the reply")
        except (OSError, HTTPException, EOFError, LinkCut) as cause:
            self.close(reset=fault is not LinkFault.NONE and self.rng.random() < 0.5)
            self.traffic.count(len(data), cut=True)
            raise LinkCut(str(cause)) from None
        self.traffic.count(len(data), cut=False)
        return reply

    def close(self, *, reset: bool = False) -> None:
        """Ends the connection; with `reset` abruptly, as when a network changes under it."""
        if self._socket is None:
            return
        if reset:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        self._socket.close()
        self._socket = None

    def _connected(self) -> socket.socket:
        if self._socket is None:
            self._socket = socket.create_connection((self.host, self.port), timeout=TIMEOUT)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self.secure:
                self._socket = ssl.create_default_context().wrap_socket(self._socket, server_hostname=self.host)
        return self._socket

    def _read(self, method: str, limit: int | None) -> Reply:
        # HTTPResponse asks its socket for nothing but makefile.
        source = self._connected() if limit is None else _ShortFile(self._connected(), limit)
        with HTTPResponse(cast(socket.socket, source), method=method) as response:
            response.begin()
            body = response.read()
            headers = {name.lower(): value for name, value in response.getheaders()}
            closes = response.will_close
        if closes:
            self.close()
        if headers.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        return Reply(response.status, headers, body)


class _ShortFile:
    """A socket that ends after so many bytes."""

    def __init__(self, source: socket.socket, limit: int) -> None:
        self.source, self.limit = source, limit

    def makefile(self, mode: str) -> io.BytesIO:
        # One read only: the connection stays open, and waiting for more would wait for the server's time-out.
        return io.BytesIO(self.source.recv(self.limit) if self.limit else b"")
