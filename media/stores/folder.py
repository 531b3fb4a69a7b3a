"""Blobs in a folder, the embedded default: a file is there whole and durable, or it is not there."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from media.digest import checked, digest_of
from media.durable import Disk
from media.errors import BlobNotHeld, UploadIncomplete

_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC
_SHARD = "[0-9a-f][0-9a-f]"
_DAMAGED = "damaged"
_UNNAMED = "unnamed"


class FolderStore:
    """A BlobStore of files `root/ab/<digest>`, readable by their owner only.

    Staged files must lie on the same filesystem, because a blob gets its name by a link: a link never overwrites,
    and the name appears only over bytes that are already on the disk. `root/damaged/` keeps what no longer hashed
    to its name, `root/unnamed/` what nothing in the database named.
    """

    def __init__(self, root: Path, disk: Disk | None = None) -> None:
        self._disk = disk or Disk()
        with self._disk.writing():
            self._root = self._disk.make_root(root)
        self._settled: set[Path] = set()

    def adopt(self, staged: Path, digest: str, length: int) -> None:
        """See BlobStore."""
        blob = self._path(digest)
        with self._disk.writing():
            # The shard is made before the fsync of the file: ext4 then commits both at once, and the fsync of
            # its parents afterwards has little left to do.
            self._make_shard(blob.parent)
            self._sync_file(staged, length)
            try:
                blob.hardlink_to(staged)
            except FileExistsError:
                self._take_again(blob, staged, digest)
            self._settle(blob.parent)

    def open(self, digest: str) -> BinaryIO:
        """See BlobStore."""
        try:
            fd = os.open(self._path(digest), _READ)
        except FileNotFoundError:
            raise BlobNotHeld(digest) from None
        return os.fdopen(fd, "rb")

    def has(self, digest: str) -> bool:
        """See BlobStore."""
        try:
            return stat.S_ISREG(self._path(digest).lstat().st_mode)
        except FileNotFoundError:
            return False

    def length(self, digest: str) -> int:
        """See BlobStore."""
        try:
            return self._path(digest).lstat().st_size
        except FileNotFoundError:
            raise BlobNotHeld(digest) from None

    def digests(self) -> Iterator[str]:
        """See BlobStore."""
        for shard in sorted(self._root.glob(_SHARD)):
            yield from sorted(blob.name for blob in shard.iterdir())

    def verify(self, digest: str) -> bool:
        """See BlobStore."""
        with self.open(digest) as blob:
            return digest_of(blob) == digest

    def remove(self, digest: str) -> None:
        """See BlobStore."""
        blob = self._path(digest)
        with self._disk.writing():
            try:
                blob.unlink()
            except FileNotFoundError:
                return
            self._disk.sync_folder(blob.parent)

    def since(self, digest: str) -> float:
        """See BlobStore."""
        try:
            return self._path(digest).lstat().st_mtime
        except FileNotFoundError:
            raise BlobNotHeld(digest) from None

    def set_aside(self, digest: str) -> None:
        """See BlobStore."""
        blob, aside = self._path(digest), self._root / _UNNAMED
        with self._disk.writing():
            aside.mkdir(mode=0o700, exist_ok=True)
            try:
                # A crash while it was put back has left both names, and renaming one to the other does nothing then.
                if (aside / digest).exists() and blob.samefile(aside / digest):
                    (aside / digest).unlink()
                blob.rename(aside / digest)
            except FileNotFoundError:
                return
            self._disk.sync_folder(aside)
            self._disk.sync_folder(blob.parent)
            self._disk.sync_folder(self._root)

    def put_back(self, digest: str) -> bool:
        """See BlobStore."""
        blob, aside = self._path(digest), self._root / _UNNAMED / digest
        with self._disk.writing():
            self._make_shard(blob.parent)
            try:
                blob.hardlink_to(aside)
            except FileExistsError:
                return True
            except FileNotFoundError:  # nothing lies aside
                return self.has(digest)
            self._settle(blob.parent)
            aside.unlink()
        return True

    def _path(self, digest: str) -> Path:
        checked(digest)
        return self._root / digest[:2] / digest

    def _make_shard(self, shard: Path) -> None:
        if shard not in self._settled:
            shard.mkdir(mode=0o700, exist_ok=True)

    def _settle(self, shard: Path) -> None:
        """Sync the names down to the shard. Another process may have made the shard and not synced it yet, so that
        each process syncs the root itself, once a shard."""
        # 256 shards: an authority's four million photos are 16,000 names in each, and a new name costs one sync.
        self._disk.sync_folder(shard)
        if shard not in self._settled:
            self._disk.sync_folder(self._root)
            self._settled.add(shard)

    def _sync_file(self, path: Path, length: int | None = None) -> None:
        fd = os.open(path, _READ)
        try:
            size = os.fstat(fd).st_size
            if length is not None and size != length:
                raise UploadIncomplete(expected=length, got=size)
            self._disk.sync(fd)
        finally:
            os.close(fd)

    def _take_again(self, blob: Path, staged: Path, digest: str) -> None:
        """The name is taken: keep the first bytes if they are sound, else set them aside and take the new ones."""
        if self.verify(digest):
            os.utime(blob)  # a sweep of unreferenced blobs by age must not take one that was just sent again
            self._sync_file(blob)  # whoever linked it first may not have got as far as us
            return
        aside = self._root / _DAMAGED
        aside.mkdir(mode=0o700, exist_ok=True)
        number = sum(1 for _ in aside.glob(f"{digest}.*"))
        blob.rename(aside / f"{digest}.{number}")
        self._disk.sync_folder(aside)
        self._disk.sync_folder(self._root)
        blob.hardlink_to(staged)
