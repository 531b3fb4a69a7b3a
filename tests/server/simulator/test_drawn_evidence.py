"""Drawn photos and ink: as heavy as real ones, with the claims that real ones make, and repeatable."""

import io
import json
from datetime import datetime, timedelta, timezone
from random import Random

import pytest
from PIL import ExifTags, Image

from server.simulator.inks import draw_ink
from server.simulator.photos import CAMERAS, SUBJECTS, Subject, draw_photo

AT = datetime(2026, 4, 7, 9, 30, 5, 250_000, tzinfo=timezone(timedelta(hours=8)))


def photo(subject: Subject, seed: int = 1, *, small: bool = False) -> bytes:
    return draw_photo(
        Random(seed), subject=subject, taken_at=AT, lat=31.42, lng=-104.06125, camera=CAMERAS[1], small=small
    )


@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_photo_weighs_what_a_field_photo_weighs(subject: Subject):
    assert 140_000 < len(photo(subject)) < 260_000
    assert 18_000 < len(photo(subject, small=True)) < 45_000


def test_the_same_seed_draws_the_same_bytes_and_another_draws_others():
    assert photo("house") == photo("house")
    assert len({photo("room", seed) for seed in range(6)}) == 6


def test_exif_says_when_where_and_with_what_camera():
    with Image.open(io.BytesIO(photo("house"))) as picture:
        exif = picture.getexif()
        details, gps = exif.get_ifd(ExifTags.IFD.Exif), exif.get_ifd(ExifTags.IFD.GPSInfo)

        assert picture.size == (1600, 1200)
        assert (exif[ExifTags.Base.Make], exif[ExifTags.Base.Model]) == (CAMERAS[1].make, CAMERAS[1].model)
        assert details[ExifTags.Base.DateTimeOriginal] == "2026:04:07 09:30:05"
        assert details[ExifTags.Base.OffsetTimeOriginal] == "+08:00"
        assert (gps[ExifTags.GPS.GPSLatitudeRef], gps[ExifTags.GPS.GPSLongitudeRef]) == ("N", "W")
        assert degrees(gps[ExifTags.GPS.GPSLatitude]) == pytest.approx(31.42, abs=1e-5)
        assert degrees(gps[ExifTags.GPS.GPSLongitude]) == pytest.approx(104.06125, abs=1e-5)


def degrees(parts: tuple[float, float, float]) -> float:
    return float(parts[0]) + float(parts[1]) / 60 + float(parts[2]) / 3600


def test_some_photos_are_held_upright_and_say_so():
    turned = set()
    for seed in range(12):
        with Image.open(io.BytesIO(photo("room", seed))) as picture:
            turned.add(picture.getexif()[ExifTags.Base.Orientation])

    assert turned == {1, 6}


@pytest.mark.parametrize("name", ["王勇", "欧阳建军", "阿依古丽·艾合买提", "李小\U0002c8d9", ""])
def test_ink_is_strokes_in_its_frame_whose_time_never_runs_back(name: str):
    data = draw_ink(Random(3), name)
    ink = json.loads(data)
    points = [point for stroke in ink["strokes"] for point in stroke]

    assert 5_000 <= len(data) <= 15_000
    assert (ink["ink"], ink["width"], ink["height"]) == (1, 600, 200)
    assert all(type(part) is int for point in points for part in point)
    assert all(0 <= x <= 600 and 0 <= y <= 200 for x, y, _ in points)
    assert [t for _, _, t in points] == sorted(t for _, _, t in points)


def test_nobody_signs_the_same_way_twice():
    assert draw_ink(Random(1), "王勇") != draw_ink(Random(2), "王勇")
    assert draw_ink(Random(1), "王勇") == draw_ink(Random(1), "王勇")
