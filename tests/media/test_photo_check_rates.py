"""Blurred, dark and small pictures are found, and sound ones left alone, as often as is written here."""

import datetime as dt
import io
from functools import cache
from random import Random
from tempfile import TemporaryFile

from PIL import Image, ImageEnhance, ImageFilter

from media.rendition import develop
from media.sniff import MediaType
from server.simulator.photos import SUBJECTS, draw_photo
from sync.photo_checks import SeenPhoto, picture_flags

EACH = 2  # of each subject


@cache
def scenes() -> tuple[Image.Image, ...]:
    return tuple(
        Image.open(
            io.BytesIO(
                draw_photo(
                    Random(seed), subject=subject, taken_at=dt.datetime(2026, 3, 1), lat=30, lng=110, small=True
                )
            )
        ).convert("RGB")
        for subject in SUBJECTS
        for seed in range(100, 100 + EACH)
    )


def told_of(picture: Image.Image) -> set[str]:
    with TemporaryFile() as file:
        picture.save(file, "JPEG", quality=75)
        file.seek(0)
        found = develop(file, MediaType("image/jpeg")).measures
    measures = {name: getattr(found, name) for name in ("width", "height", "luminance", "near_black", "sharpness")}
    photo = SeenPhoto("a", "kitchen", {"camera_data": True}, {}, measures)
    return {flag.code for flag in picture_flags(photo)}


def share(told: list[set[str]], code: str) -> float:
    return sum(code in codes for codes in told) / len(told)


def blurred(picture: Image.Image, by: float) -> Image.Image:
    return picture.filter(ImageFilter.GaussianBlur(by))


def darkened(picture: Image.Image, to: float) -> Image.Image:
    return ImageEnhance.Brightness(picture).enhance(to)


def test_sound_pictures_are_left_alone() -> None:
    dim = [told_of(darkened(picture, 0.5)) for picture in scenes()]
    sound = [told_of(picture) for picture in scenes()]

    assert {code: share(sound, code) for code in ("blurred", "too_dark", "too_small")} == {
        "blurred": 0,
        "too_dark": 0,
        "too_small": 0,
    }
    assert share(dim, "too_dark") == 0  # a dim kitchen is no dark one
    assert share(dim, "blurred") <= 0.05  # half the light is a quarter of the variance


def test_blur_over_two_pixels_of_640_is_found() -> None:
    assert share([told_of(blurred(picture, 2)) for picture in scenes()], "blurred") >= 0.9


def test_a_picture_at_a_fifth_of_its_light_is_dark() -> None:
    assert share([told_of(darkened(picture, 0.2)) for picture in scenes()], "too_dark") >= 0.9


def test_a_picture_of_240_pixels_is_small() -> None:
    assert share([told_of(picture.resize((320, 240))) for picture in scenes()], "too_small") == 1.0
