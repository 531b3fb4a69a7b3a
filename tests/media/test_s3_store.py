"""The bucket alone: what a network, a service and a killed process can do to it."""

import hashlib
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest
from cutting_proxy import CuttingProxy
from object_store import ObjectStore

from media.errors import StorageAway, StorageFailed
from media.stores.bucket import Bucket
from media.stores.s3 import S3Store

ROOT = Path(__file__).resolve().parents[2]
ADOPT = """
import sys; from pathlib import Path
from media.stores.bucket import Bucket; from media.stores.s3 import S3Store
S3Store(Bucket(*sys.argv[1:4])).adopt(Path(sys.argv[4]), sys.argv[5], int(sys.argv[6]))
"""
MEMORY = """
import resource, sys; from pathlib import Path
from media.stores.bucket import Bucket; from media.stores.s3 import S3Store
store, (staged, digest, length) = S3Store(Bucket(*sys.argv[1:4])), sys.argv[4:7]
small = Path(staged).with_name("small"); small.write_bytes(b"a")
store.adopt(small, "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb", 1)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
store.adopt(Path(staged), digest, int(length))
assert store.verify(digest)
with store.open(digest) as blob: assert len(blob.read(100)) == 100
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def a_file(folder: Path, data: bytes, name: str = "staged") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def held(storage: ObjectStore, bucket: Bucket) -> dict[str, bytes]:
    """Every object below the bucket's prefix, by its key without that."""
    found = storage.client.list_objects_v2(Bucket=bucket.name, Prefix=bucket.prefix).get("Contents", ())
    return {
        each["Key"].removeprefix(bucket.prefix): storage.client.get_object(Bucket=bucket.name, Key=each["Key"])[
            "Body"
        ].read()
        for each in found
    }


def test_the_service_refuses_bytes_that_are_not_their_name(object_storage: ObjectStore, tmp_path: Path):
    bucket = object_storage.bucket()

    with pytest.raises(StorageAway, match="BadDigest"):
        S3Store(bucket).adopt(a_file(tmp_path, b"altered on the way"), digest(b"a photo"), 18)

    assert held(object_storage, bucket) == {}


def test_damaged_bytes_are_kept_aside(object_storage: ObjectStore, tmp_path: Path):
    bucket, name = object_storage.bucket(), digest(b"a photo")
    store = S3Store(bucket)
    store.adopt(a_file(tmp_path, b"a photo"), name, 7)
    key = f"{name[:2]}/{name}"
    object_storage.client.put_object(Bucket=bucket.name, Key=bucket.prefix + key, Body=b"rotten")

    store.adopt(tmp_path / "staged", name, 7)

    aside = f"damaged/{name}.{digest(b'rotten')[:16]}"
    assert held(object_storage, bucket) == {key: b"a photo", aside: b"rotten"}
    assert list(store.digests()) == [name]


def test_eight_heal_the_same_blob_at_once(object_storage: ObjectStore, tmp_path: Path):
    bucket, name, failures = object_storage.bucket(), digest(b"a photo"), []
    object_storage.client.put_object(Bucket=bucket.name, Key=f"{bucket.prefix}{name[:2]}/{name}", Body=b"rotten")
    store, staged = S3Store(bucket), a_file(tmp_path, b"a photo")

    def adopt() -> None:
        try:
            store.adopt(staged, name, 7)
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=adopt) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert sorted(held(object_storage, bucket).values()) == [b"a photo", b"rotten"]


def test_two_prefixes_of_one_bucket_know_nothing_of_each_other(object_storage: ObjectStore, tmp_path: Path):
    ours, theirs = S3Store(object_storage.bucket()), S3Store(object_storage.bucket())
    name = digest(b"a photo")

    ours.adopt(a_file(tmp_path, b"a photo"), name, 7)

    assert not theirs.has(name)
    assert list(theirs.digests()) == []


def test_a_shard_of_more_than_one_page_is_listed_whole(object_storage: ObjectStore):
    bucket = object_storage.bucket()
    names = [f"ab{number:062x}" for number in range(1_005)]
    for name in names:
        object_storage.client.put_object(Bucket=bucket.name, Key=f"{bucket.prefix}ab/{name}", Body=b"x")

    assert list(S3Store(bucket).digests()) == names


def test_forty_megabytes_never_lie_in_memory(object_storage: ObjectStore, tmp_path: Path):
    photo = os.urandom(40 * 1024 * 1024)

    grown = child(MEMORY, object_storage.bucket(), a_file(tmp_path, photo), photo).communicate(timeout=120)[0]

    assert int(grown) < 16 * 1024  # KiB


@pytest.mark.parametrize("passed", [0, 700, 5_000_000])
def test_a_process_that_is_killed_half_way_leaves_nothing(object_storage: ObjectStore, tmp_path: Path, passed: int):
    photo, bucket = os.urandom(9_000_000), object_storage.bucket()
    staged = a_file(tmp_path, photo)

    with a_line_that_stalls(object_storage.endpoint, passed) as (endpoint, stalled):
        putting = child(ADOPT, replace(bucket, endpoint=endpoint), staged, photo)
        assert stalled.wait(60)
        putting.send_signal(signal.SIGKILL)
        putting.communicate(timeout=30)

    assert held(object_storage, bucket) == {}
    S3Store(bucket).adopt(staged, digest(photo), len(photo))  # the staged file is still there, so nothing is lost
    assert S3Store(bucket).verify(digest(photo))


def test_a_line_that_breaks_anywhere_leaves_nothing_or_the_whole(object_storage: ObjectStore, tmp_path: Path):
    photo, bucket = os.urandom(150_000), object_storage.bucket()
    host, _, port = object_storage.endpoint.removeprefix("http://").partition(":")
    proxy = CuttingProxy((host, int(port)), seed=7)
    try:
        proxy.cutting = True
        broken = S3Store(replace(bucket, endpoint=proxy.url))
        for _ in range(12):
            with suppress(StorageAway):
                broken.adopt(a_file(tmp_path, photo), digest(photo), len(photo))
            assert set(held(object_storage, bucket).values()) <= {photo}
        proxy.cutting = False
        broken.adopt(tmp_path / "staged", digest(photo), len(photo))
    finally:
        proxy.close()

    assert proxy.cuts
    assert S3Store(bucket).verify(digest(photo))


def test_nobody_at_the_address_is_said_in_our_words(object_storage: ObjectStore, tmp_path: Path):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # bound, not listening
        store = S3Store(Bucket("photos", "", f"http://127.0.0.1:{nobody.getsockname()[1]}"))
        name, staged = digest(b"a photo"), a_file(tmp_path, b"a photo")

        for ask in (store.open, store.has, store.length, store.verify, store.remove):
            with pytest.raises(StorageAway):
                ask(name)
        with pytest.raises(StorageAway):
            list(store.digests())
        with pytest.raises(StorageAway):
            store.adopt(staged, name, 7)


def test_wrong_credentials_are_no_passing_trouble(
    object_storage: ObjectStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong")
    putting = child(ADOPT, object_storage.bucket(), a_file(tmp_path, b"a photo"), b"a photo")

    said = putting.communicate(timeout=60)[1]

    assert f"{StorageFailed.__name__}: the object store refuses us: SignatureDoesNotMatch" in said
    assert "wrong" not in said


def child(program: str, bucket: Bucket, staged: Path, data: bytes) -> "subprocess.Popen[str]":
    """A process of its own that is given a bucket and a staged file."""
    arguments = [bucket.name, bucket.prefix, bucket.endpoint or "", str(staged), digest(data), str(len(data))]
    pipe = subprocess.PIPE
    return subprocess.Popen(
        [sys.executable, "-c", program, *arguments], cwd=ROOT, stdout=pipe, stderr=pipe, text=True
    )


@contextmanager
def a_line_that_stalls(endpoint: str, passed: int) -> Iterator[tuple[str, threading.Event]]:
    """A way to the service that carries `passed` bytes of a request and then nothing more; the event says when."""
    host, _, port = endpoint.removeprefix("http://").partition(":")
    stalled, over = threading.Event(), threading.Event()
    listener = socket.create_server(("127.0.0.1", 0))

    def carry() -> None:
        client, _ = listener.accept()
        with client, socket.create_connection((host, int(port))) as service:
            back = threading.Thread(target=pour, args=(service, client))
            back.start()
            left = passed
            while left and (data := client.recv(min(left, 65_536))):
                service.sendall(data)
                left -= len(data)
            stalled.set()
            over.wait(60)
            service.shutdown(socket.SHUT_RDWR)
            back.join()

    def pour(source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65_536):
                sink.sendall(data)

    carrying = threading.Thread(target=carry)
    carrying.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", stalled
    finally:
        over.set()
        carrying.join()
        listener.close()
