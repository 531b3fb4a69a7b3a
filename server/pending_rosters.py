"""A roster between its preview and its confirmation: sealed on disk, for one officer's session, for one hour.

A cookie is too small for it, and a county's names must not lie about in a temporary folder.
"""

import re
import secrets
from dataclasses import dataclass
from pathlib import Path

from server import clock
from server.keys import Keyring, WrongKey

KEPT_SECONDS = 3600
_ID = re.compile(r"[0-9a-f]{32}")
_WRAPPED = 40  # bytes of a wrapped data key (RFC 3394: the key and 8 more)


@dataclass(frozen=True, slots=True)
class PendingRosters:
    """The folder of rosters that wait; each opens only for the session that brought it."""

    folder: Path
    keyring: Keyring

    def keep(self, session: str, suffix: str, data: bytes) -> str:
        """The id under which the same session finds it again."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._forget_old()
        name = secrets.token_hex(16)
        sealed, wrapped = self.keyring.seal_once(data, _bound(name, session, suffix))
        self._path(name, suffix).write_bytes(wrapped + sealed)
        return name

    def open(self, session: str, name: str) -> tuple[str, bytes] | None:
        """(suffix, bytes), or None when it is over, was used, or belongs to another session."""
        if not _ID.fullmatch(name) or not self.folder.is_dir():
            return None
        self._forget_old()
        for suffix in (".xlsx", ".csv"):
            path = self._path(name, suffix)
            if path.is_file():
                kept = path.read_bytes()
                try:
                    plain = self.keyring.unseal_once(kept[_WRAPPED:], kept[:_WRAPPED], _bound(name, session, suffix))
                except WrongKey:
                    return None
                return suffix, plain
        return None

    def forget(self, name: str) -> None:
        for suffix in (".xlsx", ".csv"):
            self._path(name, suffix).unlink(missing_ok=True)

    def _path(self, name: str, suffix: str) -> Path:
        return self.folder / f"{name}{suffix}.sealed"

    def _forget_old(self) -> None:
        oldest = clock.now().timestamp() - KEPT_SECONDS
        for path in self.folder.glob("*.sealed"):
            try:
                if path.stat().st_mtime < oldest:
                    path.unlink()
            except FileNotFoundError:
                continue  # another worker was quicker


def _bound(name: str, session: str, suffix: str) -> bytes:
    return f"roster:{name}:{session}:{suffix}".encode()
