"""A photo that occurs again is found, whatever was done to it and whichever came first, by those who may know."""

import io
import json
from datetime import datetime
from itertools import combinations
from random import Random

import pytest
from fieldwork import AUTHORITY, County, TestTablet, new_tablet
from office_desk import evidence_of, upload
from PIL import Image, ImageOps

from media.likeness_bits import edges_apart, unlikeness
from media.likeness_thresholds import ANOTHER_HOUSEHOLD, SAME_HOUSEHOLD
from server import errors
from server.db import end_reading
from server.likeness_index import LikenessIndex
from server.operations.note_photo import note_photo
from server.operations.pair_likenesses import pair_likenesses
from server.photo_work.comparing import compare_waiting
from server.queries.similar_photos import SimilarPhotos, similar_photos
from server.renditions import developed
from server.simulator.inks import draw_ink
from server.simulator.photos import draw_photo
from server.store import likeness, photos

HOME, NEIGHBOUR, FAR = "a" * 32, "b" * 32, "d" * 32
INK = "application/vnd.ruhu.ink+json"
WHOLE_COUNTY, NORTH = ("c/",), ("c/n/",)


def a_photo(seed: int) -> bytes:
    return draw_photo(Random(seed), subject="room", taken_at=datetime(2026, 3, 2), lat=26.1, lng=104.2, small=True)


def brought_again(photo: bytes, *, flipped: bool = False) -> bytes:
    """Halved, cropped a little and compressed hard."""
    with Image.open(io.BytesIO(photo)) as picture:
        again = picture.crop((8, 6, 630, 470)).resize((320, 240))
    file = io.BytesIO()
    (ImageOps.mirror(again) if flipped else again).save(file, "JPEG", quality=30)
    return file.getvalue()


def digest(data: bytes) -> str:
    return evidence_of(data, "", "").digest


def bring(tablet: TestTablet, case: str, *files: bytes, village: str = "n1", kind: str = "household_visit") -> str:
    """A visit with these photos and inks, all of them delivered; the statement."""
    (verdict,) = tablet.push(
        tablet.visit(
            case,
            {"household": {"village": village, "householder_name": "王大山"}} if kind == "household_visit" else {},
            village=village,
            kind=kind,
            evidence=[
                evidence_of(data, "image/jpeg" if data.startswith(b"\xff") else INK, f"shot{at}")
                for at, data in enumerate(files)
            ],
        )
    )
    for data in files:
        upload(tablet, data)
        if data.startswith(b"\xff"):
            with tablet.county.app.app_context():
                note_photo(digest(data), developed(digest(data), "image/jpeg"))
    return str(verdict["statement"])


def compare(county: County) -> None:
    with county.app.app_context():
        while compare_waiting():
            pass


def similar(county: County, scope: tuple[str, ...], statement: str, photo: bytes) -> SimilarPhotos:
    with county.app.app_context():
        return similar_photos(AUTHORITY, scope, statement, digest(photo))


@pytest.fixture
def southern(county: County) -> TestTablet:
    return new_tablet(county, "wang", "zhao")


@pytest.mark.parametrize("flipped", [False, True])
@pytest.mark.parametrize("copy_first", [False, True])
def test_a_photo_used_for_two_households_is_found_from_both(
    county: County, tablet: TestTablet, *, flipped: bool, copy_first: bool
) -> None:
    photo, other = a_photo(1), a_photo(2)
    copy = brought_again(photo, flipped=flipped)
    works = [(HOME, (photo, other)), (NEIGHBOUR, (copy,))]
    stated = {}
    for case, files in reversed(works) if copy_first else works:
        stated[case] = bring(tablet, case, *files)
        compare(county)

    from_home = similar(county, WHOLE_COUNTY, stated[HOME], photo)
    from_neighbour = similar(county, WHOLE_COUNTY, stated[NEIGHBOUR], copy)

    (found,) = from_home.elsewhere
    assert (found.case_id, found.digest, found.shot, found.same_bytes) == (NEIGHBOUR, digest(copy), "shot0", False)
    assert 0 < found.unlike <= ANOTHER_HOUSEHOLD.most
    assert [(each.case_id, each.digest) for each in from_neighbour.elsewhere] == [(HOME, digest(photo))]
    assert from_home.here == from_neighbour.here == () and from_home.out_of_sight == 0
    assert similar(county, WHOLE_COUNTY, stated[HOME], other) == SimilarPhotos((), (), 0)


def test_the_same_household_in_an_earlier_visit_is_told_apart_from_others(county: County, tablet: TestTablet) -> None:
    photo = a_photo(3)
    first = bring(tablet, HOME, photo)
    second = bring(tablet, HOME, brought_again(photo))
    elsewhere = bring(tablet, NEIGHBOUR, photo)
    compare(county)

    found = similar(county, WHOLE_COUNTY, second, brought_again(photo))

    assert [(each.statement, each.same_bytes) for each in found.here] == [(first, False)]
    assert [each.statement for each in found.elsewhere] == [elsewhere]
    (same,) = similar(county, WHOLE_COUNTY, first, photo).elsewhere
    assert same.same_bytes and same.unlike == 0


def test_what_a_reader_may_not_see_is_only_counted(county: County, tablet: TestTablet, southern: TestTablet) -> None:
    photo = a_photo(4)
    mine = bring(tablet, HOME, photo)
    theirs = bring(southern, FAR, photo, village="s1")
    compare(county)

    assert similar(county, NORTH, mine, photo) == SimilarPhotos((), (), 1)
    assert [each.statement for each in similar(county, WHOLE_COUNTY, mine, photo).elsewhere] == [theirs]
    with pytest.raises(errors.NotFound):
        similar(county, NORTH, theirs, photo)
    with pytest.raises(errors.NotFound):
        similar(county, WHOLE_COUNTY, mine, a_photo(5))


def test_a_neighbours_interview_is_never_shown(county: County, tablet: TestTablet) -> None:
    photo = a_photo(6)
    visit = bring(tablet, HOME, photo)
    interview = bring(tablet, NEIGHBOUR, photo, kind="neighbour_interview")
    compare(county)

    assert similar(county, WHOLE_COUNTY, visit, photo) == SimilarPhotos((), (), 1)
    with pytest.raises(errors.NotFound):
        similar(county, WHOLE_COUNTY, interview, photo)


def test_ink_that_was_copied_is_found_and_the_same_hand_is_not_accused(county: County, tablet: TestTablet) -> None:
    signed = draw_ink(Random(1), "王小明")
    strokes = json.loads(signed)
    strokes["strokes"] = [[[x // 2 + 40, y // 2 + 20, t + 9] for x, y, t in stroke] for stroke in strokes["strokes"]]
    copied = json.dumps(strokes, separators=(",", ":")).encode()
    again = draw_ink(Random(2), "王小明")
    first = bring(tablet, HOME, signed)
    bring(tablet, NEIGHBOUR, copied, again)
    compare(county)

    assert [each.digest for each in similar(county, WHOLE_COUNTY, first, signed).elsewhere] == [digest(copied)]


def test_every_pair_is_kept_that_comparing_all_with_all_finds(county: County, tablet: TestTablet) -> None:
    """By two workers in turn, in small portions, one of which starts over."""
    originals = [a_photo(seed) for seed in range(20, 26)]
    every = originals + [brought_again(photo, flipped=at % 2 == 1) for at, photo in enumerate(originals)]
    Random(7).shuffle(every)
    bring(tablet, HOME, *every)
    with county.app.app_context():
        workers = [LikenessIndex(), LikenessIndex()]
        for turn in range(4):
            pair_likenesses(workers[turn % 2], limit=4)
            if turn == 1:
                workers[0] = LikenessIndex()
        known = photos.find_many([digest(photo) for photo in every])
        kept = {(pair.digest, pair.other) for photo in every for pair in likeness.pairs_of(digest(photo), 99)}
        placed = likeness.counts()
        end_reading()
    expected = set()
    for one, two in combinations(sorted(known), 2):
        mine, others = known[one].likeness or {}, known[two].likeness or {}
        edges, unlike = edges_apart(mine, others), unlikeness(mine, others)
        if edges is not None and unlike is not None and SAME_HOUSEHOLD.takes(edges, unlike):
            expected |= {(one, two), (two, one)}

    assert placed == (12, 0)
    assert kept == expected and len(expected) >= 10


def test_a_photo_that_is_looked_at_anew_keeps_its_pairs(county: County, tablet: TestTablet) -> None:
    photo = a_photo(8)
    first = bring(tablet, HOME, photo)
    bring(tablet, NEIGHBOUR, brought_again(photo))
    compare(county)
    before = similar(county, WHOLE_COUNTY, first, photo)

    with county.app.app_context():
        note_photo(digest(photo), developed(digest(photo), "image/jpeg"))
        assert likeness.pairs_of(digest(photo), 9) == []
        end_reading()
    compare(county)

    assert before.elsewhere and similar(county, WHOLE_COUNTY, first, photo) == before
