"""The object store is away for a while: statements go on, photos wait on the server's disk, and nothing is lost."""

import base64
import io
import json
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from fieldwork import TestTablet, new_tablet, open_county
from flask import Flask
from live_server import LiveClient, live_server
from object_store import ObjectStore
from PIL import Image

from media.stores.s3 import S3Store
from server.settings import Settings
from sync.statement import Evidence

CASE = "c" * 32
CHUNK = {"Content-Type": "application/offset+octet-stream"}


@pytest.fixture
def settings(settings: Settings, object_storage: ObjectStore) -> Settings:
    """An installation whose photos rest in a bucket."""
    return replace(settings, bucket=object_storage.bucket())


@pytest.fixture
def tablet(app: Flask, settings: Settings, tmp_path: Path) -> Iterator[TestTablet]:
    """A tablet that speaks to a real server over HTTP."""
    tablet = new_tablet(open_county(app), "zhang", "li")
    with live_server(settings, tmp_path) as server:
        tablet.client = server.client()
        yield tablet


@contextmanager
def away(storage: ObjectStore) -> Iterator[None]:
    storage.stop()
    try:
        yield
    finally:
        storage.start()


def a_photo(seed: int) -> bytes:
    picture = io.BytesIO()
    Image.frombytes("RGB", (64, 48), random.Random(seed).randbytes(64 * 48 * 3)).save(picture, "JPEG")
    return picture.getvalue()


def ask(tablet: TestTablet, method: str, path: str, body: bytes | None = None, **headers: str) -> Any:
    client: LiveClient = tablet.client
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.open(
        method, path, body=body, headers={**tablet.headers, "Tus-Resumable": "1.0.0", **CHUNK, **named}
    )


def begin(tablet: TestTablet, photo: bytes, body: bytes | None = None) -> Any:
    digest = base64.b64encode(sha256(photo).hexdigest().encode()).decode()
    length = str(len(photo))
    return ask(tablet, "POST", "/api/v1/uploads", body, Upload_Length=length, Upload_Metadata=f"digest {digest}")


def a_visit(tablet: TestTablet, *photos: bytes, case: str = CASE) -> list[dict[str, Any]]:
    evidence = [Evidence(sha256(photo).hexdigest(), len(photo), "image/jpeg", "house_front") for photo in photos]
    return tablet.push(tablet.visit(case, {"household": {"householder_name": "王大山"}}, evidence=evidence))


def assert_away(answer: Any) -> None:
    assert answer.status_code == 503
    if answer.data:  # the answer to HEAD has none
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert json.loads(answer.data)["type"] == "urn:ruhu:problem:storage-away"


def test_photos_wait_while_the_object_store_is_away(
    tablet: TestTablet, settings: Settings, object_storage: ObjectStore
) -> None:
    in_pieces, at_once = a_photo(1), a_photo(2)
    a_visit(tablet, in_pieces, at_once)
    address = begin(tablet, in_pieces).headers["Location"]
    ask(tablet, "PATCH", address, in_pieces[:100], Upload_Offset="0")

    with away(object_storage):
        last = ask(tablet, "PATCH", address, in_pieces[100:], Upload_Offset="100")
        asked = ask(tablet, "HEAD", address)
        whole = begin(tablet, at_once, at_once)
        again = begin(tablet, at_once, b"x")
        text = a_visit(tablet, case="d" * 32)
    for answer in (last, asked, whole, again):
        assert_away(answer)
    assert text[0]["status"] == "accepted"
    assert len(tablet.pull().json["owed"]) == 2
    finished = ask(tablet, "PATCH", address, b"", Upload_Offset=str(len(in_pieces)))
    resumed = begin(tablet, at_once)

    assert finished.status_code == 204
    assert finished.headers["Upload-Offset"] == str(len(in_pieces))
    assert resumed.status_code == 201
    assert resumed.headers["Upload-Offset"] == str(len(at_once))
    assert tablet.pull().json["owed"] == []
    assert settings.bucket is not None
    store = S3Store(settings.bucket)
    assert set(store.digests()) == {sha256(photo).hexdigest() for photo in (in_pieces, at_once)}
    assert all(map(store.verify, store.digests()))
    assert list((settings.media_dir / "staging").iterdir()) == []


def test_asking_for_the_offset_finishes_an_upload_as_well(
    tablet: TestTablet, settings: Settings, object_storage: ObjectStore
) -> None:
    photo = a_photo(3)
    a_visit(tablet, photo)
    address = begin(tablet, photo).headers["Location"]
    with away(object_storage):
        assert_away(ask(tablet, "PATCH", address, photo, Upload_Offset="0"))

    asked = ask(tablet, "HEAD", address)

    assert asked.status_code == 200
    assert asked.headers["Upload-Offset"] == str(len(photo))
    assert tablet.pull().json["owed"] == []
