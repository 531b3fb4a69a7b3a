"""Renditions: pictures to look at, made in a child process, never the bytes that came from outside.

The workers make them soon after a photo arrives; whoever wants one earlier makes it now, and everything else of the
photo with it. They lie in a folder that can be thrown away at any time.
"""

import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import current_app

from media.durable import Disk
from media.errors import Unreadable
from media.rendition import SIDES, Developed, develop
from media.sniff import MediaType
from media.stores import BlobStore
from server.operations.note_photo import note_photo
from server.queries.shown_evidence import HeldPicture
from server.settings import Settings

AT_ONCE = 2  # pictures that are decoded at the same time for those who wait for them, over all processes of a machine


def rendition_of(picture: HeldPicture, side: int) -> bytes:
    """A JPEG that fits a square of `side` pixels, one of SIDES. Raises Unreadable (and notes it), BlobNotHeld."""
    if (kept := _kept(picture.digest, side)) is not None:
        return kept
    with _turn(picture.digest):
        if (kept := _kept(picture.digest, side)) is not None:  # whoever was before us in the queue has made it
            return kept
        try:
            made = developed(picture.digest, picture.media_type)
        except Unreadable as error:
            note_photo(picture.digest, unreadable=error.reason)
            raise
    note_photo(picture.digest, made)
    return next((r for r in made.renditions if r.side == side), made.renditions[-1]).jpeg


def developed(digest: str, media_type: str) -> Developed:
    """What is made of this photo, its renditions kept in their folder. Raises Unreadable, BlobNotHeld,
    and StorageFailed or StorageFull for what is away."""
    store: BlobStore = current_app.extensions["ruhu_blobs"]
    with store.open(digest) as file:
        made = develop(file, MediaType(media_type))
    with Disk().writing():
        _keep(digest, made)
    return made


def _keep(digest: str, made: Developed) -> None:
    shard = _folder() / digest[:2]
    shard.mkdir(mode=0o700, exist_ok=True)
    for side in SIDES:
        fresh = shard / f".{secrets.token_hex(8)}"
        if (rendition := next((r for r in made.renditions if r.side == side), None)) is not None:
            fresh.write_bytes(rendition.jpeg)
        else:  # the picture has no more pixels: its largest rendition goes by this size's name as well
            fresh.hardlink_to(_path(digest, made.renditions[-1].side))
        fresh.replace(_path(digest, side))
        fresh.unlink(missing_ok=True)  # replacing a name by the same file leaves both


def all_kept(digest: str) -> bool:
    """Whether every size of this photo lies in the folder."""
    return all(_kept(digest, side) is not None for side in SIDES)


def forget_renditions() -> None:
    """Throw all of them away."""
    for shard in _folder().iterdir():
        if shard.is_dir():
            shutil.rmtree(shard, ignore_errors=True)  # a worker may put one into it meanwhile; it is sound


def _kept(digest: str, side: int) -> bytes | None:
    try:
        jpeg = _path(digest, side).read_bytes()
    except FileNotFoundError:
        return None
    # Renditions are not synced to the disk: after a power cut some may be empty or cut off.
    return jpeg if jpeg.startswith(b"\xff\xd8") and jpeg.endswith(b"\xff\xd9") else None


@contextmanager
def _turn(digest: str) -> Iterator[None]:
    """Waits for a turn. A picture always waits in the same queue, so that nobody makes it twice."""
    queue = os.open(_folder() / f"queue-{int(digest[:8], 16) % AT_ONCE}", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(queue, fcntl.LOCK_EX)
        yield
    finally:
        os.close(queue)


def _path(digest: str, side: int) -> Path:
    return _folder() / digest[:2] / f"{digest}-{side}.jpg"


def _folder() -> Path:
    settings: Settings = current_app.extensions["ruhu_settings"]
    folder = settings.data_dir / "renditions"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder
