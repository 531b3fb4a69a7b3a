"""What is odd about a visit's photos stands beside it once the workers have been by, whatever came first."""

import io
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from fieldwork import AUTHORITY, County, TestTablet, new_tablet
from office_desk import evidence_of, upload
from PIL import Image, ImageFilter

from server.operations.enqueue_photo import enqueue_every_photo
from server.operations.flag_statement import flag_statement
from server.photo_work.comparing import compare_waiting
from server.photo_work.flagging import flag_waiting
from server.photo_work.looking import look_at_next_photo
from server.principals import keyring
from server.simulator.photos import draw_photo
from server.store import photo_flags
from sync.envelope import Envelope

HOME, NEIGHBOUR, SOUTHERN = "a" * 32, "b" * 32, "d" * 32
BEGUN = datetime.fromisoformat("2026-03-02T09:00:00+08:00")
METRES_NORTH = 1 / 111_195  # degrees


def a_photo(seed: int, *, minutes: float = 10, metres: float = 0, subject: str = "room") -> bytes:
    return draw_photo(
        Random(seed),
        subject=subject,  # type: ignore[arg-type]  # one of the simulator's subjects
        taken_at=BEGUN + timedelta(minutes=minutes),
        lat=26.1 + metres * METRES_NORTH,
        lng=104.2,
        small=True,
    )


def altered(photo: bytes, *, blurred: float = 0, side: int = 640) -> bytes:
    """The same picture with the same EXIF, made worse."""
    file = io.BytesIO()
    with Image.open(io.BytesIO(photo)) as picture:
        worse = picture.filter(ImageFilter.GaussianBlur(blurred)) if blurred else picture.copy()
        worse.resize((side, side * 3 // 4)).save(file, "JPEG", quality=60, exif=picture.getexif())
    return file.getvalue()


def digest(data: bytes) -> str:
    return evidence_of(data, "", "").digest


def a_visit(
    tablet: TestTablet,
    case: str,
    *files: bytes,
    village: str = "n1",
    minutes: float = 0,
    metres: float = 0,
) -> Envelope:
    """A visit of half an hour with these photos."""
    begun = BEGUN + timedelta(minutes=minutes)
    visit = {
        "visit_at": begun.isoformat(),
        "visit_end": (begun + timedelta(minutes=30)).isoformat(),
        "place": f"{26.1 + metres * METRES_NORTH:.6f} 104.200000 0 5",
        "met": "member",
    }
    return tablet.visit(
        case,
        {
            "visit": visit,
            "household": {"village": village, "householder_name": "王大山"},
            "photos": {"photo_house": "", "photo_room": "", "photo_kitchen": ""},  # asked for, not named
        },
        village=village,
        evidence=[evidence_of(data, "image/jpeg", "main_room") for data in files],
    )


def bring(tablet: TestTablet, case: str, *files: bytes, **more: Any) -> str:
    """Such a visit, pushed and its photos handed in; the statement."""
    (verdict,) = tablet.push(a_visit(tablet, case, *files, **more))
    for data in files:
        upload(tablet, data)
    return str(verdict["statement"])


def work(county: County) -> None:
    """What the workers do until there is nothing left to do."""
    with county.app.app_context():
        while look_at_next_photo() or compare_waiting() or flag_waiting():
            pass


def flags_of(county: County, statement: str, *codes: str) -> set[tuple[str, str | None, int | None, str]]:
    with county.app.app_context():
        found = photo_flags.of_statements(AUTHORITY, [statement]).get(statement, [])
    return {(f.code, f.digest, f.number, f.detail) for f in found if not codes or f.code in codes}


@pytest.fixture
def southern(county: County) -> TestTablet:
    return new_tablet(county, "wang", "zhao")


def test_a_sound_visit_has_the_flags_of_its_missing_shots_and_no_others(county: County, tablet: TestTablet) -> None:
    statement = bring(tablet, HOME, a_photo(1), a_photo(2))

    work(county)

    assert flags_of(county, statement) == {("shot_missing", None, None, shot) for shot in ("house_front", "kitchen")}


def test_each_photo_has_the_flags_of_its_time_its_place_and_its_blur(county: County, tablet: TestTablet) -> None:
    bring(tablet, HOME, a_photo(1))
    night, far = a_photo(2, minutes=60 * 14), a_photo(3, minutes=1010, metres=4000)
    blurred = altered(a_photo(4, minutes=1005), blurred=3)
    statement = bring(tablet, HOME, night, far, blurred, minutes=1000)

    work(county)

    found = {(code, of): number for code, of, number, _ in flags_of(county, statement) if of is not None}
    blur = found.pop(("blurred", digest(blurred)))
    assert blur is not None and blur < 50
    assert found.pop(("apart", digest(far))) == pytest.approx(4000, abs=5)
    assert found.pop(("far_from_home", digest(far))) == pytest.approx(4000, abs=5)
    assert found.pop(("far_from_visit", digest(far))) == pytest.approx(4000, abs=5)
    by_night = {key: number for key, number in found.items() if key[0] == "by_night"}
    assert by_night == {("by_night", digest(each)): hour for each, hour in ((night, 23), (far, 1), (blurred, 1))}
    assert {key: number for key, number in found.items() if key not in by_night} == {
        ("taken_before", digest(night)): 160
    }


@pytest.mark.parametrize("copy_first", [False, True])
def test_a_photo_of_another_household_is_told_on_both_sides_whichever_came_first(
    county: County, tablet: TestTablet, southern: TestTablet, copy_first: bool
) -> None:
    original = a_photo(5)
    copy = altered(original, side=320)
    first, second = (copy, original) if copy_first else (original, copy)
    here = bring(tablet, HOME, first)
    work(county)

    there = bring(southern, SOUTHERN, second, village="s1")
    work(county)

    for statement, photo, other in ((here, first, there), (there, second, here)):
        ((code, of, number, detail),) = flags_of(county, statement, "alike_elsewhere", "alike_before")
        assert (code, of, detail) == ("alike_elsewhere", digest(photo), other)
        assert number is not None and number <= 76


def test_the_same_file_is_an_alarm_elsewhere_and_a_note_at_home(
    county: County, tablet: TestTablet, southern: TestTablet
) -> None:
    photo = a_photo(6)
    first = bring(tablet, HOME, photo)
    again = bring(tablet, HOME, photo, minutes=60)
    work(county)
    there = bring(southern, SOUTHERN, photo, village="s1")
    work(county)

    reuse = ("same_file_elsewhere", "same_file_before", "alike_elsewhere", "alike_before")
    assert flags_of(county, first, *reuse) == {("same_file_elsewhere", digest(photo), 1, there)}
    assert flags_of(county, again, *reuse) == {
        ("same_file_elsewhere", digest(photo), 1, there),
        ("same_file_before", digest(photo), 1, first),
    }
    assert {each[:3] for each in flags_of(county, there, *reuse)} == {("same_file_elsewhere", digest(photo), 2)}


def test_a_tablet_that_was_ten_kilometres_away_a_minute_before(county: County, tablet: TestTablet) -> None:
    first = bring(tablet, HOME)
    soon = bring(tablet, NEIGHBOUR, minutes=34, metres=10_000)
    later = bring(tablet, HOME, minutes=120)

    work(county)

    assert flags_of(county, soon, "travel") == {("travel", None, 150, first)}
    assert not flags_of(county, later, "travel") and not flags_of(county, first, "travel")


def test_it_is_told_as_well_when_the_first_of_both_visits_arrives_last(county: County, tablet: TestTablet) -> None:
    first = a_visit(tablet, HOME)
    soon = bring(tablet, NEIGHBOUR, minutes=34, metres=10_000)
    work(county)
    assert not flags_of(county, soon, "travel")

    (verdict,) = tablet.push(first)
    work(county)

    assert flags_of(county, soon, "travel") == {("travel", None, 150, verdict["statement"])}


def test_flagging_twice_changes_nothing_and_all_of_it_comes_back(county: County, tablet: TestTablet) -> None:
    statement = bring(tablet, HOME, a_photo(7, minutes=300))
    work(county)
    found = flags_of(county, statement)
    assert ("taken_after", digest(a_photo(7, minutes=300)), 270, "") in found

    with county.app.app_context():
        assert flag_statement(AUTHORITY, statement, keyring()) == len(found)
        assert not flag_waiting()
    assert flags_of(county, statement) == found

    with county.app.app_context():
        assert enqueue_every_photo() == 1
        assert photo_flags.of_statements(AUTHORITY, [statement]) == {}
    work(county)
    assert flags_of(county, statement) == found


def test_an_unknown_statement_has_no_flags(county: County) -> None:
    with county.app.app_context():
        assert flag_statement(AUTHORITY, "no-such", keyring()) == 0
