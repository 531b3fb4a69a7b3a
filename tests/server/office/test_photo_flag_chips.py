"""Whoever reads a case sees beside each photo what is odd about it, and of other households only their own area's."""

import io
from datetime import datetime
from random import Random

import pytest
from fieldwork import County, TestTablet, new_tablet
from office_desk import desk, evidence_of, upload
from PIL import Image

from server.office.wording import PHOTO_FLAG_NUMBERS, PHOTO_FLAGS, PHOTO_NOTES, photo_flag_text
from server.photo_work.comparing import compare_waiting
from server.photo_work.flagging import flag_waiting
from server.photo_work.looking import look_at_next_photo
from server.simulator.photos import draw_photo

HOME, SOUTHERN, FRESH = "a" * 32, "d" * 32, "e" * 32
PHOTO = draw_photo(
    Random(5), subject="room", taken_at=datetime(2026, 3, 1, 9, 10), lat=26.136, lng=104.2, small=True
)  # the day before, and four kilometres away


def halved(photo: bytes) -> bytes:
    file = io.BytesIO()
    with Image.open(io.BytesIO(photo)) as picture:
        picture.resize((320, 240)).save(file, "JPEG", quality=60)
    return file.getvalue()


def bring(tablet: TestTablet, case: str, photo: bytes, name: str, village: str) -> None:
    visit = {
        "visit_at": "2026-03-02T09:00:00+08:00",
        "visit_end": "2026-03-02T09:30:00+08:00",
        "place": "26.100000 104.200000 0 5",
        "met": "member",
    }
    answers = {
        "visit": visit,
        "household": {"village": village, "householder_name": name},
        "photos": {"photo_room": "", "photo_kitchen": ""},
    }
    (verdict,) = tablet.push(
        tablet.visit(case, answers, village=village, evidence=[evidence_of(photo, "image/jpeg", "main_room")])
    )
    assert verdict["status"] == "accepted"
    upload(tablet, photo)


@pytest.fixture(scope="module")
def flagged(county: County, tablet: TestTablet) -> County:
    bring(tablet, HOME, PHOTO, "王大山", "n1")
    bring(new_tablet(county, "wang", "zhao"), SOUTHERN, halved(PHOTO), "李秀英", "s1")
    with county.app.app_context():
        while look_at_next_photo() or compare_waiting() or flag_waiting():
            pass
    return county


def test_a_case_shows_what_is_odd_about_its_photos_with_the_number(flagged: County) -> None:
    page = desk(flagged, "officer").get(f"/office/cases/{HOME}").text

    assert "Taken before the visit · 1,430 min" in page
    assert "Far from the place of the visit · 4,003 m" in page
    assert "A required shot is missing · Kitchen and fuel" in page
    assert "A required shot is missing · Main room" not in page
    assert "Too few pixels" not in page


def test_the_same_in_chinese(flagged: County) -> None:
    page = desk(flagged, "officer", "zh-Hans").get(f"/office/cases/{HOME}").text

    assert "早于入户时间拍摄 · 1,430 分钟" in page
    assert "缺少必拍照片 · 厨房、燃料" in page


def test_the_other_household_is_named_to_those_whose_area_covers_both_only(flagged: County) -> None:
    officer = desk(flagged, "officer").get(f"/office/cases/{HOME}").text
    head = desk(flagged, "head").get(f"/office/cases/{HOME}").text

    alarm = "Another household has nearly the same picture"
    assert f"{alarm} · difference" in officer and "李秀英" in officer and SOUTHERN in officer
    assert alarm in head and f"{alarm} ·" not in head
    assert "李秀英" not in head and SOUTHERN not in head


def test_a_case_whose_photos_nobody_has_looked_at_shows_no_flag(county: County, tablet: TestTablet) -> None:
    bring(tablet, FRESH, PHOTO, "赵大河", "n1")

    page = desk(county, "officer").get(f"/office/cases/{FRESH}").text

    assert "photo-flags" not in page


def test_every_number_and_every_note_belongs_to_a_flag_that_has_words() -> None:
    assert PHOTO_FLAG_NUMBERS.keys() <= PHOTO_FLAGS.keys() and PHOTO_FLAGS.keys() >= PHOTO_NOTES
    assert photo_flag_text("edited", None, "Snapseed", "en") == "Edited by software · Snapseed"
    assert photo_flag_text("by_night", 23, "", "zh_Hans") == "夜间拍摄 · 23 时"
