"""What every blob store promises; the same tests for each of them."""

import errno
import hashlib
import os
import threading
import time
from pathlib import Path

import pytest

from media.durable import Disk
from media.errors import BlobNotHeld, NotADigest, StorageFailed, StorageFull, UploadIncomplete
from media.stores import BlobStore
from media.stores.folder import FolderStore
from media.stores.memory import MemoryStore
from media.stores.s3 import S3Store


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def a_file(folder: Path, data: bytes, name: str = "staged") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def damage(store: BlobStore, held: str) -> None:
    """What a failing disk does to a blob."""
    if isinstance(store, MemoryStore):
        store.blobs[held] = b"rotten"
    elif isinstance(store, FolderStore):
        (store._root / held[:2] / held).write_bytes(b"rotten")
    else:
        assert isinstance(store, S3Store)
        store._client.put_object(Bucket=store._bucket, Key=store._key(held), Body=b"rotten")


def test_a_blob_reads_back_as_it_was(store: BlobStore, tmp_path: Path):
    name = digest(b"a photo")

    store.adopt(a_file(tmp_path, b"a photo"), name, 7)

    with store.open(name) as blob:
        assert blob.read() == b"a photo"
    assert store.has(name)
    assert store.length(name) == 7
    assert store.verify(name)


def test_any_stretch_of_a_blob_can_be_read(store: BlobStore, tmp_path: Path):
    name = digest(b"a photo")
    store.adopt(a_file(tmp_path, b"a photo"), name, 7)

    with store.open(name) as blob:
        blob.seek(2)
        assert blob.read(3) == b"pho"
        blob.seek(0)
        assert blob.read(1) == b"a"
        assert not blob.writable() or isinstance(store, MemoryStore)


def test_the_staged_file_stays_with_its_owner(store: BlobStore, tmp_path: Path):
    staged = a_file(tmp_path, b"a photo")

    store.adopt(staged, digest(b"a photo"), 7)

    assert staged.read_bytes() == b"a photo"


def test_what_is_not_held_is_said_so(store: BlobStore):
    unknown = digest(b"never came")

    assert not store.has(unknown)
    for ask in (store.open, store.length, store.verify, store.since):
        with pytest.raises(BlobNotHeld):
            ask(unknown)
    store.remove(unknown)
    store.set_aside(unknown)
    assert not store.put_back(unknown)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "../../etc/passwd",
        "a" * 63,
        "a" * 65,
        "A" * 64,
        "g" * 64,
        "a" * 63 + "\n",
        "a" * 64 + "\n",
        "a/" * 32,
        "\0" * 64,
    ],
)
def test_only_a_digest_is_a_name(store: BlobStore, tmp_path: Path, name: str):
    staged = a_file(tmp_path, b"x")

    for ask in (
        *(store.open, store.has, store.length, store.verify, store.remove),
        *(store.since, store.set_aside, store.put_back),
    ):
        with pytest.raises(NotADigest):
            ask(name)
    with pytest.raises(NotADigest):
        store.adopt(staged, name, 1)
    assert list(store.digests()) == []


def test_the_same_blob_twice_is_one_blob(store: BlobStore, tmp_path: Path):
    name = digest(b"a photo")

    store.adopt(a_file(tmp_path, b"a photo", "one"), name, 7)
    store.adopt(a_file(tmp_path, b"a photo", "two"), name, 7)

    assert list(store.digests()) == [name]
    assert store.verify(name)


def test_a_sound_blob_is_never_replaced(store: BlobStore, tmp_path: Path):
    name = digest(b"a photo")
    store.adopt(a_file(tmp_path, b"a photo", "one"), name, 7)

    store.adopt(a_file(tmp_path, b"another", "two"), name, 7)

    assert store.verify(name)


def test_a_damaged_blob_is_found_and_healed_by_the_next_copy(store: BlobStore, tmp_path: Path):
    name = digest(b"a photo")
    store.adopt(a_file(tmp_path, b"a photo", "one"), name, 7)
    (tmp_path / "one").unlink()
    damage(store, name)
    assert not store.verify(name)

    store.adopt(a_file(tmp_path, b"a photo", "two"), name, 7)

    assert store.verify(name)
    assert list(store.digests()) == [name]


def test_a_file_of_another_length_is_not_adopted(store: BlobStore, tmp_path: Path):
    with pytest.raises(UploadIncomplete):
        store.adopt(a_file(tmp_path, b"a pho"), digest(b"a photo"), 7)

    assert not store.has(digest(b"a photo"))


def test_digests_come_in_order_and_go_when_removed(store: BlobStore, tmp_path: Path):
    photos = [bytes([number]) for number in range(40)]
    for photo in photos:
        store.adopt(a_file(tmp_path, photo), digest(photo), 1)
        (tmp_path / "staged").unlink()
    assert list(store.digests()) == sorted(map(digest, photos))

    store.remove(digest(photos[0]))

    assert list(store.digests()) == sorted(map(digest, photos[1:]))


def test_what_was_set_aside_is_not_held_and_comes_back_whole(store: BlobStore, tmp_path: Path):
    name = digest(b"a photo")
    store.adopt(a_file(tmp_path, b"a photo"), name, 7)
    (tmp_path / "staged").unlink()

    store.set_aside(name)

    assert not store.has(name)
    assert list(store.digests()) == []
    assert store.put_back(name)
    assert store.verify(name)
    assert store.put_back(name)


def test_what_comes_anew_is_not_replaced_by_what_was_set_aside(store: BlobStore, tmp_path: Path):
    name = digest(b"a photo")
    store.adopt(a_file(tmp_path, b"a photo", "one"), name, 7)
    store.set_aside(name)
    store.adopt(a_file(tmp_path, b"a photo", "two"), name, 7)

    store.set_aside(name)
    store.adopt(a_file(tmp_path, b"a photo", "three"), name, 7)

    assert store.put_back(name)
    assert store.verify(name)
    assert list(store.digests()) == [name]


def test_a_blob_says_since_when_it_is_here(store: BlobStore, tmp_path: Path):
    name, before = digest(b"a photo"), time.time()

    store.adopt(a_file(tmp_path, b"a photo"), name, 7)

    assert before - 2 < store.since(name) < time.time() + 2


def test_eight_at_once_adopt_the_same_blob(store: BlobStore, tmp_path: Path):
    name, failures = digest(b"a photo"), []

    def adopt(number: int) -> None:
        try:
            store.adopt(a_file(tmp_path, b"a photo", str(number)), name, 7)
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=adopt, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert store.verify(name)


# The folder alone: what a disk can do to it.


def test_a_folder_keeps_damaged_bytes_aside(tmp_path: Path):
    store, name = FolderStore(tmp_path / "blobs"), digest(b"a photo")
    store.adopt(a_file(tmp_path, b"a photo", "one"), name, 7)
    (tmp_path / "one").unlink()
    damage(store, name)

    store.adopt(a_file(tmp_path, b"a photo", "two"), name, 7)

    assert (tmp_path / "blobs" / "damaged" / f"{name}.0").read_bytes() == b"rotten"


def test_a_crash_while_a_blob_was_put_back_does_not_keep_it_from_being_set_aside(tmp_path: Path):
    store, name = FolderStore(tmp_path / "blobs"), digest(b"a photo")
    store.adopt(a_file(tmp_path, b"a photo"), name, 7)
    store.set_aside(name)
    blob = tmp_path / "blobs" / name[:2] / name
    blob.hardlink_to(tmp_path / "blobs" / "unnamed" / name)  # and there the process died

    store.set_aside(name)

    assert not store.has(name)
    assert store.put_back(name)


def test_only_the_owner_reads_the_folder(tmp_path: Path):
    store, name = FolderStore(tmp_path / "media" / "blobs"), digest(b"a photo")
    fd = os.open(tmp_path / "staged", os.O_CREAT | os.O_WRONLY, 0o600)
    os.write(fd, b"a photo")
    os.close(fd)

    store.adopt(tmp_path / "staged", name, 7)

    blob = tmp_path / "media" / "blobs" / name[:2] / name
    assert blob.stat().st_mode & 0o777 == 0o600
    assert all(level.stat().st_mode & 0o777 == 0o700 for level in list(blob.parents)[:4])


def test_a_link_in_place_of_a_blob_is_not_followed(tmp_path: Path):
    store, name = FolderStore(tmp_path / "blobs"), digest(b"a photo")
    shard = tmp_path / "blobs" / name[:2]
    shard.mkdir(parents=True)
    (shard / name).symlink_to(a_file(tmp_path, b"a secret", "secret"))

    assert not store.has(name)
    with pytest.raises(OSError, match="symbolic links"):
        store.open(name)


def test_everything_is_synced_before_adopt_returns_and_the_file_before_its_name(tmp_path: Path):
    synced: list[tuple[str, bool]] = []
    name = digest(b"a photo")
    blob = tmp_path / "blobs" / name[:2] / name

    def fsync(fd: int) -> None:
        path = Path(f"/proc/self/fd/{fd}").readlink()
        synced.append((os.path.relpath(path, tmp_path), blob.exists()))
        os.fsync(fd)

    store = FolderStore(tmp_path / "blobs", Disk(fsync))
    synced.clear()
    store.adopt(a_file(tmp_path, b"a photo"), name, 7)

    assert synced == [
        ("staged", False),
        (f"blobs/{name[:2]}", True),
        ("blobs", True),
    ]


def test_a_disk_that_failed_once_is_never_tried_again(tmp_path: Path):
    calls: list[int] = []
    broken = True

    def fsync(fd: int) -> None:
        calls.append(fd)
        if broken:
            raise OSError(errno.EIO, "Input/output error")

    disk, name = Disk(fsync), digest(b"a photo")
    broken = False
    store = FolderStore(tmp_path / "blobs", disk)
    broken = True
    with pytest.raises(StorageFailed):
        store.adopt(a_file(tmp_path, b"a photo"), name, 7)
    assert not store.has(name)
    broken, asked = False, len(calls)

    with pytest.raises(StorageFailed):
        store.adopt(tmp_path / "staged", name, 7)

    assert len(calls) == asked
    assert not store.has(name)


def test_a_full_disk_is_not_a_broken_disk():
    disk = Disk()

    with pytest.raises(StorageFull), disk.writing():
        raise OSError(errno.ENOSPC, "No space left on device")

    with disk.writing():
        pass
