"""A photo is asked about when its time, its place or the picture itself is odd, and left alone when it is not."""

from datetime import timedelta

import pytest

from sync.photo_checks import PhotoFlag, SeenPhoto, Visit, parse_moment, photo_flags
from sync.place import Place
from sync.visit_photo_checks import Elsewhere, reuse_flags, set_flags, travel_flags

HOME = Place(26.1, 104.2)
BEGUN, ENDED = parse_moment("2026-03-02T09:00:00+08:00"), parse_moment("2026-03-02T09:40:00+08:00")
VISIT = Visit(BEGUN, ENDED, HOME)
CAMERA = {"taken_at": "2026-03-02T09:10:00", "latitude": 26.1, "longitude": 104.2, "camera_data": True}
SOUND = {"width": 1600, "height": 1200, "luminance": 120.0, "near_black": 0.01, "sharpness": 800.0}
METRES_NORTH = 1 / 111_195  # degrees


def a_photo(
    digest: str = "a",
    *,
    told: dict[str, str] | None = None,
    measures: dict[str, object] | None = None,
    **exif: object,
) -> SeenPhoto:
    claimed = {name: value for name, value in {**CAMERA, **exif}.items() if value is not None}
    return SeenPhoto(digest, "kitchen", claimed, told or {}, {**SOUND, **(measures or {})})


def flags(
    photo: SeenPhoto, *, visit: Visit = VISIT, home: Place | None = HOME, others: tuple[SeenPhoto, ...] = ()
) -> dict[str, PhotoFlag]:
    return {flag.code: flag for flag in photo_flags(photo, visit, home, others)}


def test_a_sound_photo_has_no_flag() -> None:
    assert flags(a_photo(), others=(a_photo("b"), a_photo("c"))) == {}


@pytest.mark.parametrize(
    ("taken", "code", "number"),
    [
        ("2026-03-02T08:29:00", "taken_before", 31),
        ("2026-03-01T09:10:00", "taken_before", 1430),
        ("2026-03-02T10:11:00", "taken_after", 31),
        ("2026-03-02T02:45:00+00:00", "taken_after", 65),
    ],
)
def test_a_photo_from_another_time_says_by_how_many_minutes(taken: str, code: str, number: int) -> None:
    assert flags(a_photo(taken_at=taken)) == {code: PhotoFlag(code, "a", number)}


@pytest.mark.parametrize("taken", ["2026-03-02T08:30:00", "2026-03-02T10:10:00", "2026-03-02T01:10:00+00:00"])
def test_half_an_hour_before_and_after_is_still_the_visit(taken: str) -> None:
    assert flags(a_photo(taken_at=taken)) == {}


@pytest.mark.parametrize(("hour", "is_night"), [(5, True), (6, False), (20, False), (21, True)])
def test_a_photo_by_night_is_asked_about_even_during_the_visit(hour: int, is_night: bool) -> None:
    moment = parse_moment(f"2026-03-02T{hour:02}:10:00+08:00")
    assert moment is not None

    found = flags(a_photo(taken_at=moment.isoformat()), visit=Visit(moment, moment + timedelta(minutes=5), HOME))

    assert found == ({"by_night": PhotoFlag("by_night", "a", hour)} if is_night else {})


def test_without_a_camera_s_time_the_tablet_s_counts_and_without_both_it_says_so() -> None:
    late = {"clock": "2026-03-02T11:40:00+08:00"}

    assert flags(a_photo(taken_at=None, told=late))["taken_after"].number == 120
    assert flags(a_photo(taken_at=None)).keys() == {"no_time"}
    assert flags(a_photo(taken_at="yesterday")).keys() == {"no_time"}


def test_the_tablet_s_own_camera_agrees_with_its_clock() -> None:
    told = {"clock": "2026-03-02T09:25:00+08:00", "source": "camera"}

    assert flags(a_photo(told=told))["clock_apart"].number == 15
    assert flags(a_photo(told={**told, "clock": "2026-03-02T09:20:00+08:00"})) == {}
    assert flags(a_photo(told={**told, "source": "file"})) == {}


def test_a_visit_without_an_interval_asks_nothing_about_time() -> None:
    assert flags(a_photo(taken_at="2020-03-02T09:10:00"), visit=Visit()) == {}


def test_a_photo_from_elsewhere_says_by_how_many_metres() -> None:
    far = a_photo(latitude=26.1 + 4000 * METRES_NORTH)

    found = flags(far, others=(a_photo("b"), a_photo("c")))

    assert {code: flag.number for code, flag in found.items()} == {
        "far_from_home": 4000,
        "far_from_visit": 4000,
        "apart": 4000,
    }
    assert flags(a_photo(), others=(a_photo("b"), far)) == {}  # nor is one that lies apart held against the rest
    assert flags(a_photo(latitude=26.1 + 290 * METRES_NORTH), others=(a_photo("b"),)) == {}
    assert flags(far, visit=Visit(BEGUN, ENDED), home=None) == {}


def test_a_photo_without_a_place_says_so_unless_the_tablet_knew_it() -> None:
    assert flags(a_photo(latitude=None)).keys() == {"no_place"}
    assert flags(a_photo(latitude=None, told={"place": "26.100000 104.200000"})) == {}


@pytest.mark.parametrize(
    ("photo", "code", "number", "detail"),
    [
        (a_photo(measures={"sharpness": 49.0}), "blurred", 49, ""),
        (a_photo(measures={"luminance": 20.0, "sharpness": 3.0}), "too_dark", 20, ""),
        (a_photo(measures={"luminance": 60.0, "near_black": 0.75}), "too_dark", 60, ""),
        (a_photo(measures={"width": 399, "height": 1200}), "too_small", 399, ""),
        (a_photo(edited_with="Adobe Photoshop 25.0"), "edited", None, "Adobe Photoshop 25.0"),
        (a_photo(camera_data=None), "no_camera_data", None, ""),
        (a_photo(camera_data=None, measures={"width": 1080, "height": 2400}), "screenshot", None, ""),
    ],
)
def test_the_picture_itself(photo: SeenPhoto, code: str, number: int | None, detail: str) -> None:
    assert flags(photo) == {code: PhotoFlag(code, "a", number, detail)}


@pytest.mark.parametrize(
    "photo",
    [
        a_photo(measures={"sharpness": 50.0}),
        a_photo(measures={"luminance": 35.0}),
        a_photo(measures={"width": 400, "height": 400}),
        a_photo(measures={"width": 1080, "height": 2400}),  # a phone that takes pictures as tall as its screen
        SeenPhoto("a", "kitchen", CAMERA, {}, {}),  # nothing was measured
    ],
)
def test_what_just_passes(photo: SeenPhoto) -> None:
    assert flags(photo) == {}


def test_required_shots_that_are_missing_are_named_one_by_one() -> None:
    found = list(set_flags(["kitchen", "main_room"], {"house_front"}, {}, ()))

    assert found == [
        PhotoFlag("shot_missing", None, None, "kitchen"),
        PhotoFlag("shot_missing", None, None, "main_room"),
    ]
    assert list(set_flags([], {"house_front", "kitchen"}, {}, ())) == []


def test_a_document_goes_with_its_answer_and_the_answer_with_its_document() -> None:
    book, passbook = "document:household_book", "document:passbook"

    alone = list(set_flags([], {book}, {"household.book_no": None, "members.0a.name": "王"}, ()))
    seen = list(set_flags([], {book}, {"household.book_no": "12"}, ("household_book", "passbook", "id_card")))

    assert alone == [PhotoFlag("document_without_answer", None, None, book)]
    assert seen == [PhotoFlag("document_not_shown", None, None, passbook)]
    assert list(set_flags([], {"document:id_card"}, {"members.0a.id_no": "9"}, ("id_card",))) == []
    assert list(set_flags([book], set(), {}, ("household_book",))) == [PhotoFlag("shot_missing", None, None, book)]


def test_a_tablet_cannot_be_in_two_places_too_soon() -> None:
    assert BEGUN is not None and ENDED is not None
    there = Place(26.1 + 10_000 * METRES_NORTH, 104.2)
    soon = Visit(ENDED + timedelta(minutes=4), None, there)

    assert list(travel_flags(soon, VISIT, "s-1")) == [PhotoFlag("travel", None, 150, "s-1")]
    assert list(travel_flags(Visit(ENDED + timedelta(minutes=6), None, there), VISIT, "s-1")) == []
    assert list(travel_flags(Visit(ENDED, None, Place(26.117, 104.2)), VISIT, "s-1")) == []  # next door, GPS wavers
    assert list(travel_flags(Visit(None, None, there), VISIT, "s-1")) == []
    assert list(travel_flags(soon, Visit(BEGUN, ENDED), "s-1")) == []


def test_a_picture_of_another_household_is_an_alarm_and_of_an_earlier_visit_a_note() -> None:
    def other(
        name: str, unlike: int, *, same_file: bool = False, home: bool = False, earlier: bool = True
    ) -> Elsewhere:
        return Elsewhere(name, unlike, same_file, home, earlier)

    found = list(
        reuse_flags(
            "a",
            [
                other("s-1", 0, same_file=True),
                other("s-2", 30),
                other("s-3", 12),
                other("s-4", 0, same_file=True, home=True),
                other("s-5", 40, home=True),
                other("s-6", 3, home=True, earlier=False),
            ],
        )
    )

    assert found == [
        PhotoFlag("same_file_elsewhere", "a", 1, "s-1"),
        PhotoFlag("same_file_before", "a", 1, "s-4"),
        PhotoFlag("alike_elsewhere", "a", 12, "s-3 s-2"),
        PhotoFlag("alike_before", "a", 40, "s-5"),
    ]
    assert list(reuse_flags("a", [])) == []
    assert list(reuse_flags("a", [other("s-6", 0, same_file=True, home=True, earlier=False)])) == []
