"""Uploads that are cut, doubled, damaged and killed still end as the photo that was taken, or not at all."""

import errno
import hashlib
import io
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from media.durable import Disk
from media.errors import (
    ChecksumMismatch,
    ChecksumUnsupported,
    DigestMismatch,
    EmptyBlob,
    StorageFailed,
    StorageFull,
    UnsupportedMedia,
    UploadBusy,
    UploadExists,
    UploadIncomplete,
    UploadOffsetMismatch,
    UploadTooLong,
    UploadUnknown,
)
from media.sniff import MediaType
from media.stores import BlobStore
from media.stores.folder import FolderStore
from media.stores.memory import MemoryStore
from media.uploads import Complete, Partial, Staging

UPLOAD = "0123456789abcdef0123456789abcdef"


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


class BrokenLine:
    """A request body that delivers some bytes and then the line breaks."""

    def __init__(self, data: bytes) -> None:
        self._data = io.BytesIO(data)

    def read(self, size: int, /) -> bytes:
        piece = self._data.read(size)
        if not piece:
            raise ConnectionResetError
        return piece


def test_a_photo_in_pieces_becomes_a_blob(staging: Staging, store: BlobStore, drawn):
    photo = drawn()
    staging.begin(UPLOAD)

    assert staging.append(UPLOAD, 0, io.BytesIO(photo[:100]), limit=len(photo)) == 100
    assert staging.append(UPLOAD, 100, io.BytesIO(photo[100:]), limit=len(photo)) == len(photo)
    media_type = staging.finish(UPLOAD, digest(photo), len(photo), store)

    assert media_type == MediaType("image/jpeg", 64, 48)
    assert store.verify(digest(photo))
    with pytest.raises(UploadUnknown):
        staging.offset(UPLOAD)


def test_cut_at_every_byte_a_photo_arrives_whole(tmp_path: Path, quick_disk: Disk, drawn):
    photo = drawn(24, 16)
    staging, store = Staging(tmp_path / "staging", quick_disk), MemoryStore()

    for cut in range(len(photo)):
        staging.begin(UPLOAD)
        assert staging.append(UPLOAD, 0, BrokenLine(photo[:cut]), limit=len(photo)) == cut
        staging.append(UPLOAD, staging.offset(UPLOAD), io.BytesIO(photo[cut:]), limit=len(photo))
        staging.finish(UPLOAD, digest(photo), len(photo), store)
        assert store.verify(digest(photo))
        store.blobs.clear()


def test_cut_at_every_byte_a_single_request_resumes(tmp_path: Path, quick_disk: Disk, drawn):
    photo = drawn(24, 16)
    staging, store = Staging(tmp_path / "staging", quick_disk), MemoryStore()

    for cut in range(len(photo)):
        got = staging.receive(UPLOAD, BrokenLine(photo[:cut]), digest=digest(photo), length=len(photo), store=store)
        assert got == Partial(cut)
        staging.append(UPLOAD, cut, io.BytesIO(photo[cut:]), limit=len(photo))
        staging.finish(UPLOAD, digest(photo), len(photo), store)
        assert store.verify(digest(photo))
        store.blobs.clear()


@settings(deadline=None, max_examples=60)
@given(
    cuts=st.lists(st.integers(0, 700_000), max_size=8),
    checked=st.booleans(),
    torn=st.binary(max_size=300),
)
def test_any_cuts_and_any_torn_bytes_end_in_the_same_photo(tmp_path_factory, cuts, checked, torn):
    folder = tmp_path_factory.mktemp("cuts")
    photo = b"\xff\xd8\xff\xc0\x00\x11\x08\x00\x40\x00\x40\x03" + bytes(range(256)) * 2700
    staging, store = Staging(folder, Disk(fsync=lambda fd: None)), MemoryStore()
    staging.begin(UPLOAD)

    at = 0
    for end in [*sorted(min(cut, len(photo)) for cut in cuts), len(photo)]:
        with (folder / f"{UPLOAD}.part").open("ab") as part:
            part.write(torn)  # what a crash in the middle of a write leaves
        chunk = photo[at:end]
        checksum = ("sha256", hashlib.sha256(chunk).digest()) if checked else None
        at = staging.append(UPLOAD, at, io.BytesIO(chunk), limit=len(photo), checksum=checksum)
        assert staging.offset(UPLOAD) == at == end
    staging.finish(UPLOAD, digest(photo), len(photo), store)

    assert store.verify(digest(photo))


@pytest.mark.parametrize("algorithm", ["sha256", "sha1"])
@given(wrong=st.integers(0, 99))
@settings(deadline=None, max_examples=40)
def test_a_wrong_checksum_moves_nothing(tmp_path_factory, algorithm, wrong):
    staging = Staging(tmp_path_factory.mktemp("checksum"), Disk(fsync=lambda fd: None))
    staging.begin(UPLOAD)
    staging.append(UPLOAD, 0, io.BytesIO(b"first"), limit=200)
    chunk = bytes(range(100))
    checksum = (algorithm, hashlib.new(algorithm, chunk).digest())
    damaged = chunk[:wrong] + bytes([chunk[wrong] ^ 1]) + chunk[wrong + 1 :]

    for body in (damaged, chunk[:wrong], BrokenLine(chunk[:wrong])):
        with pytest.raises(ChecksumMismatch):
            stream = body if isinstance(body, BrokenLine) else io.BytesIO(body)
            staging.append(UPLOAD, 5, stream, limit=200, checksum=checksum)
        assert staging.offset(UPLOAD) == 5

    assert staging.append(UPLOAD, 5, io.BytesIO(chunk), limit=200, checksum=checksum) == 105


def test_an_unknown_checksum_algorithm_is_named(staging: Staging):
    staging.begin(UPLOAD)

    with pytest.raises(ChecksumUnsupported):
        staging.append(UPLOAD, 0, io.BytesIO(b"x"), limit=9, checksum=("md5", b""))


def test_the_sender_must_resume_where_we_stand(staging: Staging):
    staging.begin(UPLOAD)
    staging.append(UPLOAD, 0, io.BytesIO(b"12345"), limit=10)

    for wrong in (0, 4, 6):
        with pytest.raises(UploadOffsetMismatch) as told:
            staging.append(UPLOAD, wrong, io.BytesIO(b"xxx"), limit=10)
        assert (told.value.expected, told.value.got) == (5, wrong)

    assert staging.offset(UPLOAD) == 5


def test_more_than_declared_moves_nothing(staging: Staging, store: BlobStore):
    staging.begin(UPLOAD)
    staging.append(UPLOAD, 0, io.BytesIO(b"123"), limit=10)

    with pytest.raises(UploadTooLong):
        staging.append(UPLOAD, 3, io.BytesIO(b"45678901"), limit=10)
    with pytest.raises(UploadTooLong):
        staging.receive("f" * 32, io.BytesIO(b"12345678901"), digest=digest(b""), length=10, store=store)

    assert staging.offset(UPLOAD) == 3
    assert [upload.upload_id for upload in staging.staged()] == [UPLOAD]


def test_an_unfinished_upload_cannot_be_finished(staging: Staging, store: BlobStore, drawn):
    staging.begin(UPLOAD)
    staging.append(UPLOAD, 0, io.BytesIO(drawn()[:50]), limit=500)

    with pytest.raises(UploadIncomplete):
        staging.finish(UPLOAD, digest(drawn()), 500, store)

    assert staging.offset(UPLOAD) == 50


def test_bytes_that_are_not_their_digest_are_discarded(staging: Staging, store: BlobStore, drawn):
    photo = drawn()
    staging.begin(UPLOAD)
    staging.append(UPLOAD, 0, io.BytesIO(photo), limit=len(photo))

    with pytest.raises(DigestMismatch):
        staging.finish(UPLOAD, digest(b"other"), len(photo), store)
    with pytest.raises(DigestMismatch):
        staging.receive(UPLOAD, io.BytesIO(photo), digest=digest(b"other"), length=len(photo), store=store)

    assert list(staging.staged()) == []
    assert list(store.digests()) == []


def test_what_is_no_evidence_is_discarded(staging: Staging, store: BlobStore):
    pdf = b"%PDF-1.7 and so on"
    staging.begin(UPLOAD)
    staging.append(UPLOAD, 0, io.BytesIO(pdf), limit=len(pdf))

    with pytest.raises(UnsupportedMedia) as refused:
        staging.finish(UPLOAD, digest(pdf), len(pdf), store)
    with pytest.raises(UnsupportedMedia):
        staging.receive(UPLOAD, io.BytesIO(pdf), digest=digest(pdf), length=len(pdf), store=store)
    with pytest.raises(EmptyBlob):
        staging.receive(UPLOAD, io.BytesIO(b""), digest=digest(b""), length=0, store=store)
    staging.begin(UPLOAD)
    with pytest.raises(EmptyBlob):
        staging.finish(UPLOAD, digest(b""), 0, store)

    assert refused.value.kind == "pdf"
    assert list(staging.staged()) == []
    assert list(store.digests()) == []


def test_a_photo_in_one_request_is_a_blob_at_once(staging: Staging, store: BlobStore, tmp_path: Path, drawn):
    photo = drawn(image_format="PNG")

    got = staging.receive(UPLOAD, io.BytesIO(photo), digest=digest(photo), length=len(photo), store=store)

    assert got == Complete(MediaType("image/png", 64, 48))
    assert store.verify(digest(photo))
    assert list((tmp_path / "staging").iterdir()) == []


def test_a_broken_request_does_not_replace_what_is_staged(staging: Staging, store: BlobStore, drawn):
    photo = drawn()
    staging.begin(UPLOAD)
    staging.append(UPLOAD, 0, io.BytesIO(photo[:300]), limit=len(photo))

    got = staging.receive(UPLOAD, BrokenLine(photo[:20]), digest=digest(photo), length=len(photo), store=store)

    assert got == Partial(300)


def test_two_appends_at_once_are_one_append_and_one_refusal(staging: Staging):
    staging.begin(UPLOAD)
    inside, go_on = threading.Event(), threading.Event()

    class Slow:
        def read(self, size: int, /) -> bytes:
            if inside.is_set():
                return b""
            inside.set()
            go_on.wait(5)
            return b"slow"

    results: list[int] = []
    slow = threading.Thread(target=lambda: results.append(staging.append(UPLOAD, 0, Slow(), limit=9)))
    slow.start()
    inside.wait(5)
    for other in (
        lambda: staging.append(UPLOAD, 0, io.BytesIO(b"quick"), limit=9),
        lambda: staging.discard(UPLOAD),
    ):
        with pytest.raises(UploadBusy):
            other()
    go_on.set()
    slow.join()

    assert results == [4]
    assert staging.offset(UPLOAD) == 4
    with pytest.raises(UploadOffsetMismatch):
        staging.append(UPLOAD, 0, io.BytesIO(b"quick"), limit=9)


APPENDER = """
import sys
from pathlib import Path
from media.uploads import Staging
staging = Staging(Path(sys.argv[1]))
class Endless:
    def __init__(self): self.at = at
    def read(self, size):
        piece = bytes((self.at + i) % 251 for i in range(4096))
        self.at += len(piece)
        return piece if self.at < at + 20 * 4096 else b""
while True:
    at = staging.offset(sys.argv[2])
    print(staging.append(sys.argv[2], at, Endless(), limit=10**9), flush=True)
"""


def test_after_a_kill_every_acknowledged_byte_is_there(staging: Staging, tmp_path: Path):
    staging.begin(UPLOAD)
    root = Path(__file__).parents[2]
    last = 0

    for round_number in range(4):
        child = subprocess.Popen(
            [sys.executable, "-c", APPENDER, str(tmp_path / "staging"), UPLOAD],
            stdout=subprocess.PIPE,
            text=True,
            cwd=root,
        )
        assert child.stdout is not None
        acknowledged = int(child.stdout.readline())
        time.sleep(0.007 * round_number)
        child.send_signal(signal.SIGKILL)
        acknowledged = max([acknowledged, *map(int, child.stdout.read().split())])
        child.wait()
        child.stdout.close()

        offset = staging.offset(UPLOAD)
        held = (tmp_path / "staging" / f"{UPLOAD}.part").read_bytes()
        assert last < acknowledged <= offset <= len(held)
        assert held[:offset] == (bytes(range(251)) * (offset // 251 + 1))[:offset]
        last = offset

    staging.append(UPLOAD, last, io.BytesIO(b"the lock died with its holder"), limit=10**9)


def test_an_offset_is_acknowledged_only_when_bytes_and_mark_are_synced(tmp_path: Path):
    synced: list[str] = []

    def fsync(fd: int) -> None:
        synced.append(Path(f"/proc/self/fd/{fd}").readlink().suffix)

    staging = Staging(tmp_path / "staging", Disk(fsync))
    staging.begin(UPLOAD)
    synced.clear()

    staging.append(UPLOAD, 0, io.BytesIO(b"bytes"), limit=9)

    assert synced == [".part", ".mark"]


@pytest.mark.parametrize("failing", [1, 2])
def test_a_failed_fsync_acknowledges_nothing_and_stops_all_writing(tmp_path: Path, failing: int):
    calls = 0

    def fsync(fd: int) -> None:
        nonlocal calls
        calls += 1
        if armed and calls == failing:
            raise OSError(errno.EIO, "Input/output error")

    armed = False
    staging = Staging(tmp_path / "staging", Disk(fsync))
    staging.begin(UPLOAD)
    armed, calls = True, 0

    for _ in range(2):
        with pytest.raises(StorageFailed):
            staging.append(UPLOAD, 0, io.BytesIO(b"bytes"), limit=9)

    assert calls == failing


def test_a_full_disk_moves_nothing_and_room_makes_it_work_again(staging: Staging, monkeypatch):
    staging.begin(UPLOAD)
    staging.append(UPLOAD, 0, io.BytesIO(b"123"), limit=9)
    write = os.write

    def full(fd: int, data: bytes) -> int:
        write(fd, data[:1])
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(os, "write", full)
        with pytest.raises(StorageFull):
            staging.append(UPLOAD, 3, io.BytesIO(b"456"), limit=9)
    assert staging.offset(UPLOAD) == 3

    assert staging.append(UPLOAD, 3, io.BytesIO(b"456"), limit=9) == 6


def test_a_crash_between_the_link_and_the_discard_cannot_hurt_the_blob(tmp_path: Path, staging: Staging, drawn):
    photo, store = drawn(), FolderStore(tmp_path / "blobs")
    staging.begin(UPLOAD)
    staging.append(UPLOAD, 0, io.BytesIO(photo), limit=len(photo))
    store.adopt(tmp_path / "staging" / f"{UPLOAD}.part", digest(photo), len(photo))

    with pytest.raises(UploadTooLong):
        staging.append(UPLOAD, len(photo), io.BytesIO(b"more"), limit=len(photo) + 4)
    staging.finish(UPLOAD, digest(photo), len(photo), store)
    staging.begin(UPLOAD)
    staging.append(UPLOAD, 0, io.BytesIO(b"other bytes"), limit=99)

    assert store.verify(digest(photo))


def test_the_leftover_of_a_lost_mark_is_not_written_over(tmp_path: Path, staging: Staging, drawn):
    photo, store = drawn(), FolderStore(tmp_path / "blobs")
    staging.begin(UPLOAD)
    staging.append(UPLOAD, 0, io.BytesIO(photo), limit=len(photo))
    store.adopt(tmp_path / "staging" / f"{UPLOAD}.part", digest(photo), len(photo))
    (tmp_path / "staging" / f"{UPLOAD}.mark").unlink()

    staging.begin(UPLOAD)
    staging.append(UPLOAD, 0, io.BytesIO(b"other bytes"), limit=99)

    assert store.verify(digest(photo))


@pytest.mark.parametrize("mark", [b"", b"0000", b"\0" * 20, b"99999999999999999999"])
def test_a_torn_mark_never_promises_more_than_is_there(tmp_path: Path, staging: Staging, mark: bytes):
    staging.begin(UPLOAD)
    staging.append(UPLOAD, 0, io.BytesIO(b"12345"), limit=9)

    (tmp_path / "staging" / f"{UPLOAD}.mark").write_bytes(mark)

    assert staging.offset(UPLOAD) <= 5
    assert staging.append(UPLOAD, staging.offset(UPLOAD), io.BytesIO(b"6"), limit=9) <= 6


@pytest.mark.parametrize("upload_id", ["", "..", "../" * 6, "g" * 32, "A" * 32, "a" * 65, "a" * 32 + "\n", "\0" * 32])
def test_a_strange_id_is_an_unknown_upload(staging: Staging, upload_id: str):
    for ask in (staging.begin, staging.offset, staging.discard):
        with pytest.raises(UploadUnknown):
            ask(upload_id)


def test_one_id_is_begun_once(staging: Staging):
    staging.begin(UPLOAD)

    with pytest.raises(UploadExists):
        staging.begin(UPLOAD)


def test_old_uploads_and_leftovers_expire_and_the_living_stay(tmp_path: Path, staging: Staging):
    old, new = "0" * 32, "1" * 32
    staging.begin(old)
    staging.begin(new)
    staging.append(new, 0, io.BytesIO(b"12"), limit=9)
    for name in (f"{'2' * 32}.part", f"{'3' * 32}.{'4' * 16}.new"):
        (tmp_path / "staging" / name).write_bytes(b"left by a crash")
    for path in (tmp_path / "staging").iterdir():
        if not path.name.startswith(new):
            os.utime(path, (1000, 1000))

    assert staging.expire(before=2000) == [old]

    assert [(upload.upload_id, upload.offset) for upload in staging.staged()] == [(new, 2)]
    assert len(list((tmp_path / "staging").iterdir())) == 2
