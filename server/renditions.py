"""Renditions: pictures to look at, made in a child process, never the bytes that came from outside."""

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from flask import current_app

from media.rendition import render
from media.sniff import MediaType
from media.stores import BlobStore
from server.operations.note_photo import note_photo
from server.queries.shown_evidence import HeldPicture
from server.settings import Settings

AT_ONCE = 2  # children that decode at the same time, over all workers of this machine


def rendition_of(picture: HeldPicture, side: int) -> bytes:
    """A JPEG that fits a square of `side` pixels; from the cache, else made now. Raises Unreadable, BlobNotHeld."""
    folder = _folder()
    cached = folder / picture.digest[:2] / f"{picture.digest}-{side}.jpg"
    with _turn(folder, picture.digest):
        if cached.exists():  # whoever was before us in the queue may have made it
            return cached.read_bytes()
        store: BlobStore = current_app.extensions["ruhu_blobs"]
        with store.open(picture.digest) as file:
            made = render(file, MediaType(picture.media_type), side)
        cached.parent.mkdir(mode=0o700, exist_ok=True)
        fresh = cached.with_name(f".{secrets.token_hex(8)}")
        fresh.write_bytes(made.jpeg)
        fresh.replace(cached)
    note_photo(picture.digest, claims={k: v for k, v in asdict(made.claims).items() if v is not None})
    return made.jpeg


@contextmanager
def _turn(folder: Path, digest: str) -> Iterator[None]:
    """Waits for a turn. A picture always waits in the same queue, so that nobody makes it twice."""
    queue = os.open(folder / f"queue-{int(digest[:8], 16) % AT_ONCE}", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(queue, fcntl.LOCK_EX)
        yield
    finally:
        os.close(queue)


def _folder() -> Path:
    settings: Settings = current_app.extensions["ruhu_settings"]
    folder = settings.data_dir / "renditions"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder
