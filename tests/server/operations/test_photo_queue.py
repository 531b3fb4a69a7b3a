"""The queue of photos: oldest first, one worker for each at a time, and nothing that dies or lies can lose one."""

import io
import threading
from datetime import datetime
from pathlib import Path
from random import Random

import pytest
from fieldwork import County, TestTablet, new_tablet
from office_desk import desk, evidence_of, upload
from PIL import Image

from media.errors import BlobNotHeld, StorageAway
from media.rendition import SIDES
from media.stores import BlobStore
from server.db import execute, transactional
from server.operations.enqueue_photo import enqueue_every_photo, enqueue_photo
from server.operations.finish_photo_job import finish_photo_job, put_back_photo_job
from server.operations.take_photo_job import DIED, take_photo_job
from server.photo_work.looking import look_at_next_photo
from server.queries.photo_work_left import photo_work_left
from server.renditions import all_kept, forget_renditions
from server.simulator.photos import draw_photo
from server.store import photo_jobs, photos
from server.store.evidence import blob_table

CASE = "c" * 32
PHOTOS = [
    draw_photo(Random(n), subject="house", taken_at=datetime(2026, 3, 2, 9), lat=26.1, lng=104.2, small=True)
    for n in (1, 2, 3)
]
BROKEN = PHOTOS[0][:3000] + bytes(200)
DIGESTS = [evidence_of(photo, "", "").digest for photo in PHOTOS]


def brought(tablet: TestTablet, *data: bytes) -> str:
    """A visit with these photos, all handed in; its statement."""
    shots = [evidence_of(photo, "image/jpeg", "house_front") for photo in data]
    (verdict,) = tablet.push(tablet.visit(CASE, {"household": {"village": "n1"}}, evidence=shots))
    for photo in data:
        upload(tablet, photo)
    return str(verdict["statement"])


def state_of(digest: str) -> tuple[str, int, str | None]:
    table = photo_jobs.photo_job_table
    row = execute(table.select().where(table.c.digest == digest)).one()
    return row.state, row.attempts, row.reason


def make_all_due() -> None:
    """As if the time had passed that a photo waits for its next attempt, or for the end of a lease."""
    transactional(lambda: execute(photo_jobs.photo_job_table.update().values(due="2000-01-01T00:00:00.000Z")))()


def test_a_photo_that_arrives_waits_and_is_looked_at_once(county: County, tablet: TestTablet) -> None:
    brought(tablet, PHOTOS[0])
    with county.app.app_context():
        assert photo_work_left().waiting == 1

        assert look_at_next_photo() and not look_at_next_photo()

        photo = photos.find(DIGESTS[0])
        assert photo and photo.state == "ready" and photo.renditions
        with Image.open(io.BytesIO(PHOTOS[0])) as original:
            width, height = original.size
        assert photo.renditions["240"] == [240, round(240 * height / width)]
        assert list(photo.renditions.values())[-1] == [width, height]
        assert photo.measures and photo.measures["width"] == width and photo.measures["sharpness"] > 0
        assert photo.claims and photo.claims["latitude"] and photo.likeness and all_kept(DIGESTS[0])
        assert (photo_work_left().waiting, photo_work_left().done) == (0, 1)


def test_the_oldest_comes_first(county: County, tablet: TestTablet) -> None:
    brought(tablet, *PHOTOS)
    with county.app.app_context():
        taken = [job.digest for _ in PHOTOS if (job := take_photo_job())]

        assert taken == DIGESTS
        assert take_photo_job() is None


def test_two_tablets_that_bring_the_same_photo_give_one_job(county: County, tablet: TestTablet) -> None:
    other = new_tablet(county, "zhang", "li")
    brought(tablet, PHOTOS[0])
    with county.app.app_context():
        assert look_at_next_photo()
    brought(other, PHOTOS[0])
    with county.app.app_context():
        assert not look_at_next_photo()
        assert state_of(DIGESTS[0])[0] == "done"


@transactional
def many_waiting(count: int) -> list[str]:
    digests = [f"{number:064x}" for number in range(count)]
    for digest in digests:
        row = {"digest": digest, "length": 1, "media_type": "image/jpeg", "held_since": "2026-03-02T00:00:00.000Z"}
        execute(blob_table.insert(), row)
        enqueue_photo(digest, "image/jpeg")
    return digests


def test_workers_at_once_never_have_the_same_photo(county: County) -> None:
    with county.app.app_context():
        waiting = many_waiting(80)
    held: list[str] = []
    start = threading.Barrier(4)

    def take() -> None:
        start.wait()
        with county.app.app_context():
            while (job := take_photo_job()) is not None:
                held.append(job.digest)

    workers = [threading.Thread(target=take) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert sorted(held) == waiting


def test_a_worker_that_died_loses_its_photo_to_the_next(county: County, tablet: TestTablet) -> None:
    brought(tablet, PHOTOS[0])
    with county.app.app_context():
        dead = take_photo_job(lease_seconds=-1)
        assert dead is not None

        assert look_at_next_photo()

        assert not finish_photo_job(dead, unreadable="it came back and was wrong")
        assert not put_back_photo_job(dead, "it came back")
        photo = photos.find(DIGESTS[0])
        assert photo and photo.state == "ready"
        assert state_of(DIGESTS[0]) == ("done", 2, None)


def test_what_kills_three_workers_has_failed_for_all_to_see(county: County, tablet: TestTablet) -> None:
    brought(tablet, *PHOTOS[:2])
    with county.app.app_context():
        for _ in range(3):
            job = take_photo_job(lease_seconds=-1)
            assert job is not None and job.digest == DIGESTS[0]

        assert look_at_next_photo()

        assert state_of(DIGESTS[0]) == ("failed", 3, DIED)
        assert state_of(DIGESTS[1])[0] == "done"
        assert photo_work_left().failures == ((DIGESTS[0], DIED),)


def test_what_cannot_be_read_says_why_and_stays_evidence(county: County, tablet: TestTablet) -> None:
    brought(tablet, BROKEN)
    digest = evidence_of(BROKEN, "", "").digest
    with county.app.app_context():
        assert look_at_next_photo()

        photo, blobs = photos.find(digest), county.app.extensions["ruhu_blobs"]
        assert photo and photo.state == "unreadable" and photo.reason and photo.reason.startswith("cut off")
        assert state_of(digest)[0] == "done"
        with blobs.open(digest) as kept:
            assert kept.read() == BROKEN


def test_ink_waits_for_nobody(county: County, tablet: TestTablet) -> None:
    with county.app.app_context():
        enqueue_photo("a" * 64, "application/vnd.ruhu.ink+json")

        assert photo_work_left().waiting == 0


class Absent:
    """A store that is away, or holds nothing, until it is told otherwise."""

    def __init__(self, store: BlobStore, error: Exception) -> None:
        self.store, self.error = store, error

    def open(self, digest: str) -> io.BufferedIOBase:
        raise self.error


def test_while_the_store_is_away_nothing_is_lost_and_nothing_fails(county: County, tablet: TestTablet) -> None:
    brought(tablet, *PHOTOS)
    store = county.app.extensions["ruhu_blobs"]
    county.app.extensions["ruhu_blobs"] = Absent(store, StorageAway("the object store is away"))
    with county.app.app_context():
        for _ in range(9):
            with pytest.raises(StorageAway):
                look_at_next_photo()
            make_all_due()
        assert {state_of(digest)[:2] for digest in DIGESTS} == {("waiting", 0)}
        county.app.extensions["ruhu_blobs"] = store

        while look_at_next_photo():
            pass

        assert {photos.find(digest).state for digest in DIGESTS} == {"ready"}  # type: ignore[union-attr]


def test_bytes_that_are_gone_fail_after_three_attempts_and_holding_up_nobody(
    county: County, tablet: TestTablet
) -> None:
    brought(tablet, PHOTOS[0])
    store = county.app.extensions["ruhu_blobs"]
    county.app.extensions["ruhu_blobs"] = Absent(store, BlobNotHeld(DIGESTS[0]))
    with county.app.app_context():
        assert look_at_next_photo() and not look_at_next_photo()  # the next attempt is not due yet
        for _ in range(2):
            make_all_due()
            assert look_at_next_photo()

        assert state_of(DIGESTS[0]) == ("failed", 3, "its bytes are not in the store")
    county.app.extensions["ruhu_blobs"] = store
    brought(new_tablet(county, "zhang", "li"), PHOTOS[0])
    with county.app.app_context():
        assert look_at_next_photo(), "bytes that come again give it another chance"
        assert state_of(DIGESTS[0])[0] == "done"


def test_who_wants_a_picture_before_its_turn_gets_it_and_the_worker_does_not_make_it_twice(
    county: County, tablet: TestTablet
) -> None:
    statement = brought(tablet, PHOTOS[0])
    reviewer = desk(county, "reviewer")

    pages = {side: reviewer.get(f"/office/evidence/{statement}/{DIGESTS[0]}/{side}") for side in SIDES}

    assert {page.status_code for page in pages.values()} == {200}
    assert pages[1280].data == pages[2048].data != pages[240].data, "nothing is enlarged"
    with county.app.app_context():
        assert state_of(DIGESTS[0])[0] == "done"
        assert not look_at_next_photo()


def test_all_of_it_can_be_thrown_away_and_comes_back_the_same(county: County, tablet: TestTablet) -> None:
    brought(tablet, PHOTOS[0], BROKEN)
    folder: Path = county.app.extensions["ruhu_settings"].data_dir / "renditions"

    def made() -> tuple[object, dict[str, bytes]]:
        with county.app.app_context():
            while look_at_next_photo():
                pass
            rows = photos.find_many([DIGESTS[0], evidence_of(BROKEN, "", "").digest])
        return rows, {path.name: path.read_bytes() for path in folder.rglob("*.jpg")}

    before = made()
    with county.app.app_context():
        assert enqueue_every_photo() == 2
        forget_renditions()
        assert not all_kept(DIGESTS[0]) and photos.find(DIGESTS[0]) is None

    assert made() == before


def test_a_rendition_that_a_power_cut_emptied_is_made_again(county: County, tablet: TestTablet) -> None:
    statement = brought(tablet, PHOTOS[0])
    page = f"/office/evidence/{statement}/{DIGESTS[0]}/240"
    reviewer = desk(county, "reviewer")
    first = reviewer.get(page).data
    folder: Path = county.app.extensions["ruhu_settings"].data_dir / "renditions"
    (folder / DIGESTS[0][:2] / f"{DIGESTS[0]}-240.jpg").write_bytes(b"")

    assert reviewer.get(page).data == first
