"""What this module calls written is on the disk, and a disk that failed once is never believed again."""

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from media.errors import StorageFailed, StorageFull

_FULL = {errno.ENOSPC, errno.EDQUOT}
_BROKEN = {errno.EIO, errno.EROFS}


class Disk:
    """One process's trust in its disk.

    After a failed fsync Linux marks the lost pages clean and the next fsync succeeds over nothing. So the first
    failure is remembered: every later write raises StorageFailed until the process has been replaced.
    `fsync` is the system call, given from outside so that a test can play the broken disk.
    """

    def __init__(self, fsync: Callable[[int], None] = os.fsync) -> None:
        self._fsync = fsync
        self._failed = False

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Around all that writes: raises StorageFull or StorageFailed in place of the bare OSError."""
        if self._failed:
            raise StorageFailed("this process's disk has failed before")
        try:
            yield
        except OSError as error:
            if error.errno in _FULL:
                raise StorageFull(os.strerror(error.errno)) from error
            if error.errno in _BROKEN:
                self._failed = True
                raise StorageFailed(os.strerror(error.errno)) from error
            raise

    def sync(self, fd: int) -> None:
        """Make an open file's bytes survive a power cut; raises StorageFailed, for any reason, once and for all."""
        if self._failed:
            raise StorageFailed("this process's disk has failed before")
        try:
            self._fsync(fd)
        except OSError as error:
            self._failed = True
            raise StorageFailed(os.strerror(error.errno or 0)) from error

    def sync_folder(self, folder: Path) -> None:
        """Make the names in `folder` survive a power cut."""
        fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            self.sync(fd)
        finally:
            os.close(fd)

    def make_root(self, folder: Path) -> Path:
        """Create `folder` and what is above it, each level durable in its parent, for the owner only (0700)."""
        folder = folder.absolute()
        missing = [level for level in (folder, *folder.parents) if not level.exists()]
        for level in reversed(missing):
            level.mkdir(mode=0o700, exist_ok=True)
            self.sync_folder(level.parent)
        return folder


def write_all(fd: int, piece: bytes) -> None:
    """Write the whole piece; the kernel may take it in several bites."""
    view = memoryview(piece)
    while view:
        view = view[os.write(fd, view) :]
