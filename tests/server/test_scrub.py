"""Photos are read again, a part each night: what is damaged or gone is found, told and marked, and what nothing names
is set aside. In a folder and in a bucket, on both databases."""

import json
import os
import time
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from fieldwork import AUTHORITY, TestTablet, new_tablet, open_county, payload_of
from flask import Flask
from object_store import ObjectStore
from office_desk import desk

from media.stores import BlobStore
from media.stores.folder import FolderStore
from media.stores.s3 import S3Store
from server.cli import main
from server.operations.begin_upload import begin_upload
from server.operations.deliver_evidence import deliver_evidence
from server.photo_work.unnamed_blobs import unnamed_blobs
from server.queries.shown_evidence import held_picture
from server.settings import Settings
from server.store import blobs
from sync.statement import Evidence

DAY = 24 * 3600
Run = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture(params=["folder", "bucket"])
def settings(request: pytest.FixtureRequest, settings: Settings) -> Settings:
    if request.param == "folder":
        return settings
    storage: ObjectStore = request.getfixturevalue("object_storage")
    return replace(settings, bucket=storage.bucket())


@pytest.fixture
def tablet(app: Flask) -> TestTablet:
    return new_tablet(open_county(app), "zhang", "li")


@pytest.fixture
def store(app: Flask) -> BlobStore:
    found: BlobStore = app.extensions["ruhu_blobs"]
    return found


@pytest.fixture
def run(settings: Settings) -> Run:
    """Types a command; (exit status, what it says)."""

    def run(*arguments: str) -> tuple[int, dict[str, Any]]:
        answer = CliRunner().invoke(main, [*arguments, "--json"], env=settings.to_environ())
        return answer.exit_code, json.loads(answer.stdout) if answer.stdout else {}

    return run


def keep(store: BlobStore, folder: Path, data: bytes) -> str:
    """Bytes that no row names yet."""
    staged, digest = folder / "staged", sha256(data).hexdigest()
    staged.write_bytes(data)
    store.adopt(staged, digest, len(data))
    staged.unlink()
    return digest


def deliver(tablet: TestTablet, digest: str, length: int) -> None:
    with tablet.county.app.app_context():
        deliver_evidence(AUTHORITY, tablet.replica, digest[:32], digest, length, "image/jpeg", begun=False)


def a_visit_of(tablet: TestTablet, *digests: str) -> str:
    """A visit that names photos of seven bytes; its statement."""
    named = [Evidence(digest, 7, "image/jpeg", "house_front") for digest in digests]
    visit = tablet.visit("c" * 32, {"household": {"householder_name": "王大山"}}, evidence=named)
    (verdict,) = tablet.push(visit)
    assert verdict["status"] == "accepted"
    return str(payload_of(visit)["id"])


def photos(tablet: TestTablet, store: BlobStore, folder: Path, count: int) -> list[str]:
    digests = sorted(keep(store, folder, b"photo %d" % number) for number in range(count))
    for digest in digests:
        deliver(tablet, digest, 7)
    return digests


def damage(store: BlobStore, digest: str) -> None:
    if isinstance(store, FolderStore):
        (store._root / digest[:2] / digest).write_bytes(b"rotten!")
    else:
        assert isinstance(store, S3Store)
        store._client.put_object(Bucket=store._bucket, Key=store._key(digest), Body=b"rotten!")


def test_damage_and_loss_are_told_marked_and_forgotten_when_mended(
    tablet: TestTablet, store: BlobStore, run: Run, tmp_path: Path
) -> None:
    damaged, lost, sound = photos(tablet, store, tmp_path, 3)
    statement, scope = a_visit_of(tablet, damaged, lost, sound), (tablet.county.people["officer"].scope,)
    damage(store, damaged)
    store.remove(lost)

    status, found = run("scrub")

    assert status == 1
    assert (found["blobs"], found["missing"], found["damaged"]) == (3, 1, 1)
    assert found["details"] == [f"missing {lost}", f"damaged {damaged}"]
    assert run("fsck")[1]["details"] == found["details"]
    with tablet.county.app.app_context():
        faults = [held_picture(AUTHORITY, scope, statement, each).fault for each in (damaged, lost, sound)]
        assert faults == ["damaged", "missing", None]
    for number in range(3):
        keep(store, tmp_path, b"photo %d" % number)
    assert run("scrub", "--at-most", "2") == (0, {**found, "blobs": 2, "missing": 0, "damaged": 0, **WELL})
    with tablet.county.app.app_context():
        assert held_picture(AUTHORITY, scope, statement, damaged).fault is None


WELL = {"ok": True, "details": []}


def test_what_was_read_longest_ago_is_read_next_and_what_is_at_fault_first(
    app: Flask, tablet: TestTablet, store: BlobStore, run: Run, tmp_path: Path
) -> None:
    digests = photos(tablet, store, tmp_path, 3)

    def next_one() -> str:
        with app.app_context():
            return next(iter(blobs.next_to_check(1)))

    first_round = [(next_one(), run("scrub", "--at-most", "1"))[0] for _ in digests]
    second_round = [(next_one(), run("scrub", "--at-most", "1"))[0] for _ in digests]
    damage(store, second_round[-1])
    run("scrub", "--at-most", "3")

    assert sorted(first_round) == digests
    assert second_round == first_round
    assert next_one() == second_round[-1]


def test_a_blob_that_was_set_aside_and_is_named_after_all_is_put_back(
    tablet: TestTablet, store: BlobStore, run: Run, tmp_path: Path
) -> None:
    (digest,) = photos(tablet, store, tmp_path, 1)
    store.set_aside(digest)

    status, found = run("scrub")

    assert (status, found["returned"], found["missing"]) == (0, 1, 0)
    assert store.verify(digest)


def test_only_what_nothing_names_is_swept(
    app: Flask, tablet: TestTablet, store: BlobStore, run: Run, tmp_path: Path
) -> None:
    nothing, delivered, owed, coming = (keep(store, tmp_path, name) for name in (b"photo 1", b"2", b"photo 3", b"4"))
    deliver(tablet, delivered, 1)
    a_visit_of(tablet, owed)
    with app.app_context():
        begin_upload(AUTHORITY, tablet.replica, "f" * 32, coming, 1)

        assert list(unnamed_blobs(store, time.time() + 60)) == [nothing]
        assert list(unnamed_blobs(store, time.time() - 60)) == []
    assert run("sweep-blobs", "--older-than", "1", "--set-aside")[1]["unnamed"] == 0
    assert store.has(nothing)
    if isinstance(store, FolderStore):  # nobody can make an object in a bucket older than it is
        long_ago = time.time() - 8 * DAY
        os.utime(store._root / nothing[:2] / nothing, (long_ago, long_ago))
        listed = run("sweep-blobs", "--older-than", "7")
        assert listed == (0, {"unnamed": 1, "set_aside": 0, "ok": True, "details": [f"unnamed {nothing}"]})
        assert store.has(nothing)

        assert run("sweep-blobs", "--older-than", "7", "--set-aside")[1]["set_aside"] == 1

        assert not store.has(nothing)
        assert (store._root / "unnamed" / nothing).read_bytes() == b"photo 1"
        assert set(store.digests()) == {delivered, owed, coming}


def test_a_store_that_is_away_says_nothing_about_the_blobs(
    tablet: TestTablet, store: BlobStore, settings: Settings, tmp_path: Path
) -> None:
    if settings.bucket is None:
        return  # a folder is not away
    photos(tablet, store, tmp_path, 1)
    nowhere = replace(settings, bucket=replace(settings.bucket, endpoint="http://127.0.0.1:9"))

    for command in (["scrub"], ["fsck"], ["sweep-blobs", "--older-than", "1"]):
        answer = CliRunner().invoke(main, [*command, "--json"], env=nowhere.to_environ())

        assert answer.exit_code == 1
        assert "fails" in answer.stderr
        assert answer.stdout == ""


def test_the_page_does_not_show_a_photo_whose_original_is_damaged(
    tablet: TestTablet, store: BlobStore, run: Run, tmp_path: Path
) -> None:
    (digest,) = photos(tablet, store, tmp_path, 1)
    statement = a_visit_of(tablet, digest)
    damage(store, digest)
    run("scrub")
    officer = desk(tablet.county, "officer")

    shown = officer.get(f"/office/evidence/{statement}/{digest}/640")
    on_a_tablet = tablet.client.get(f"/api/v1/photos/{statement}/{digest}", headers=tablet.headers)

    assert shown.content_type == "image/svg+xml"
    assert "The original is damaged or lost" in shown.text
    assert on_a_tablet.status_code == 404
