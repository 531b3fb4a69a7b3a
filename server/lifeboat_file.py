"""A lifeboat's zip, read as if whoever packed it meant harm: nothing is unpacked, nothing is larger than it looks.

Entries are stored, not compressed, and together no longer than the file. One is read at a time; one that is damaged
spoils no other.
"""

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO
from zipfile import ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from media.errors import BoxUnreadable
from schemas.lifeboat import MAX_ITEMS, PackingList, read_packing_list
from server import errors
from sync.errors import UnreadableJson

MAX_ENTRIES = 2 * MAX_ITEMS + 1
MAX_LIST = 4_000_000  # bytes of lifeboat.json
_MAX_DIRECTORY = MAX_ENTRIES * 400  # bytes; an entry of ours takes about 130
_ENCRYPTED = 1
_END = struct.Struct("<4s4H2LH")  # the end record of a zip without a comment
_LOCATOR = 20  # bytes of the record before it in a zip of more than 4 GB, which we do not take

# What zipfile raises over bytes that are not a zip, or no longer.
_DAMAGE = (BadZipFile, NotImplementedError, RuntimeError, ValueError, EOFError, struct.error)


@dataclass(frozen=True, slots=True)
class LifeboatFile:
    """An open lifeboat, good only inside its `with`."""

    packed: PackingList
    zip: ZipFile
    entries: dict[str, ZipInfo]

    def statement_box(self, statement: str, limit: int) -> bytes:
        """Raises LifeboatItemMissing, StatementTooLarge, BoxUnreadable."""
        return self._read(f"statements/{statement}.box", limit)

    def file_box(self, digest: str, limit: int) -> bytes:
        """Raises LifeboatItemMissing, StatementTooLarge, BoxUnreadable."""
        return self._read(f"files/{digest}.box", limit)

    def _read(self, name: str, limit: int) -> bytes:
        entry = self.entries.get(name)
        if entry is None:
            raise errors.LifeboatItemMissing()
        if entry.file_size > limit:
            raise errors.StatementTooLarge(limit=limit)
        try:
            return self.zip.read(entry)
        except _DAMAGE:
            raise BoxUnreadable("damaged in the file") from None


@contextmanager
def open_lifeboat(file: IO[bytes]) -> Iterator[LifeboatFile]:
    """Raises LifeboatUnreadable: no zip, half of one, packed by something else, or meant to do harm."""
    length = _check_end(file)
    try:
        opened = ZipFile(file)
    except _DAMAGE:
        raise errors.LifeboatUnreadable(cause="not a zip") from None
    with opened:
        entries = {entry.filename: entry for entry in opened.infolist()}
        if len(entries) != len(opened.infolist()) or sum(entry.file_size for entry in entries.values()) > length:
            raise errors.LifeboatUnreadable(cause="entries that overlap")
        for entry in entries.values():
            stored = entry.compress_type == ZIP_STORED and entry.compress_size == entry.file_size
            if not stored or entry.flag_bits & _ENCRYPTED:
                raise errors.LifeboatUnreadable(cause="packed again by another program")
        yield LifeboatFile(_packing_list(opened, entries), opened, entries)


def _check_end(file: IO[bytes]) -> int:
    """The length of the file, once its end record promises a directory that is fit to be read into memory."""
    length = file.seek(0, 2)
    if length < _END.size:
        raise errors.LifeboatUnreadable(cause="not a zip")
    file.seek(max(0, length - _END.size - _LOCATOR))
    tail = file.read()
    mark, disk, first_disk, here, entries, directory, _, comment = _END.unpack(tail[-_END.size :])
    if mark != b"PK\x05\x06" or comment or disk or first_disk or here != entries:
        raise errors.LifeboatUnreadable(cause="the end is missing")
    if entries > MAX_ENTRIES or directory > _MAX_DIRECTORY or tail.startswith(b"PK\x06\x07"):
        raise errors.LifeboatUnreadable(cause="too many entries")
    file.seek(0)
    return length


def _packing_list(opened: ZipFile, entries: dict[str, ZipInfo]) -> PackingList:
    entry = entries.get("lifeboat.json")
    if entry is None or entry.file_size > MAX_LIST:
        raise errors.LifeboatUnreadable(cause="no packing list")
    try:
        return read_packing_list(opened.read(entry))
    except (*_DAMAGE, UnreadableJson):
        raise errors.LifeboatUnreadable(cause="the packing list is damaged") from None
