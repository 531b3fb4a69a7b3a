"""Answers to lifeboats, kept for a day so that the office can save them; afterwards the same import gives them again.

They lie beside the media, which all processes share, and hold random ids, hashes and signatures only.
"""

import re
import secrets
from dataclasses import dataclass
from pathlib import Path

from server import clock

KEPT_SECONDS = 24 * 3600
_ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class KeptAnswers:
    folder: Path

    def keep(self, answer: bytes) -> str:
        """The id under which it is found."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._forget_old()
        name = secrets.token_hex(16)
        self._path(name).write_bytes(answer)
        return name

    def open(self, name: str) -> bytes | None:
        """None when it is over, or was never kept."""
        if not _ID.fullmatch(name):
            return None
        self._forget_old()
        try:
            return self._path(name).read_bytes()
        except FileNotFoundError:
            return None

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}.json"

    def _forget_old(self) -> None:
        oldest = clock.now().timestamp() - KEPT_SECONDS
        for path in self.folder.glob("*.json"):
            try:
                if path.stat().st_mtime < oldest:
                    path.unlink()
            except FileNotFoundError:
                continue  # another worker was quicker
