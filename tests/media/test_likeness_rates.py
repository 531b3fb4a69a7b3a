"""Every threshold of likeness finds and confuses no more than is written beside it, on pictures made from a seed."""

import datetime as dt
import io
from collections.abc import Iterator
from functools import cache
from random import Random

import pytest
from PIL import Image, ImageOps

from media.ink import Ink, Point, parse_ink
from media.ink_likeness import ink_bits
from media.likeness_bits import bits, edges_apart, unlikeness
from media.likeness_thresholds import ANOTHER_HOUSEHOLD, COPIED_INK, SAME_HOUSEHOLD, Threshold
from server.simulator.inks import draw_ink
from server.simulator.photos import SUBJECTS, draw_photo

SCENES = 20  # of each subject
REPEATED = 60
NAMES = ("王小明", "李桂兰", "张伟", "刘秀英", "陈建国", "杨丽")

Bits = dict[str, int]


@cache
def scenes() -> tuple[tuple[str, Image.Image, Bits], ...]:
    made = []
    for seed in range(SCENES * len(SUBJECTS)):
        subject = SUBJECTS[seed % len(SUBJECTS)]
        data = draw_photo(
            Random(seed), subject=subject, taken_at=dt.datetime(2026, 3, 1), lat=30, lng=110, small=True
        )
        picture = Image.open(io.BytesIO(data)).convert("RGB")
        made.append((subject, picture, bits(picture)))
    return tuple(made)


def cropped(picture: Image.Image, left: float, top: float, right: float, bottom: float) -> Image.Image:
    wide, high = picture.size
    return picture.crop(
        (round(wide * left), round(high * top), round(wide * (1 - right)), round(high * (1 - bottom)))
    )


def compressed(picture: Image.Image) -> Image.Image:
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=30)
    return Image.open(file)


def repeated(picture: Image.Image, rng: Random) -> Iterator[tuple[str, Image.Image]]:
    """The same picture as people bring it again."""
    wide, high = picture.size
    some, others = ([rng.uniform(0, 0.05) for _ in range(4)] for _ in range(2))
    yield "resized to 240 pixels, quality 30", compressed(picture.resize((240, 240 * high // wide)))
    yield "flipped", ImageOps.mirror(picture)
    yield "cropped by up to 5 % a side", cropped(picture, *some)
    yield (
        "cropped, flipped, halved, quality 30",
        compressed(ImageOps.mirror(cropped(picture, *others)).resize((wide // 2, high // 2))),
    )
    yield "cropped by 5 % on every side", cropped(picture, 0.05, 0.05, 0.05, 0.05)
    yield "cropped by 5 % in one corner", cropped(picture, 0.05, 0.05, 0, 0)


@cache
def rates_of_pictures() -> tuple[dict[str, list[tuple[int, int]]], list[tuple[int, int]]]:
    rng = Random(11)
    same: dict[str, list[tuple[int, int]]] = {}
    for _, picture, known in scenes()[:REPEATED]:
        for name, again in repeated(picture, rng):
            same.setdefault(name, []).append(apart(bits(again), known))
    return same, [
        apart(mine, others)
        for at, (subject, _, mine) in enumerate(scenes())
        for other_subject, _, others in scenes()[:at]
        if subject == other_subject
    ]


def redrawn(ink: Ink, rng: Random, *, scale: float = 1, tremor: float = 0) -> Ink:
    dx, dy = rng.uniform(-30, 30), rng.uniform(-20, 20)
    strokes = []
    for stroke in ink.strokes:
        at_x, at_y = rng.gauss(dx, tremor), rng.gauss(dy, tremor)
        strokes.append(
            tuple(
                Point(p.x * scale + rng.gauss(at_x, tremor), p.y * scale + rng.gauss(at_y, tremor), p.t_ms)
                for p in stroke
            )
        )
    return Ink(ink.width, ink.height, tuple(strokes))


def rates_of_inks() -> tuple[dict[str, list[tuple[int, int]]], list[tuple[int, int]]]:
    rng = Random(12)
    inks = [(name, parse_ink(draw_ink(Random(f"{name} {time}"), name))) for name in NAMES for time in range(8)]
    known = [(name, ink_bits(ink)) for name, ink in inks]
    same: dict[str, list[tuple[int, int]]] = {}
    for (_, ink), (_, before) in zip(inks, known, strict=True):
        for kind, again in (
            ("copied and moved", redrawn(ink, rng)),
            ("copied and scaled", redrawn(ink, rng, scale=0.7)),
            ("traced within a pixel", redrawn(ink, rng, tremor=0.7)),
        ):
            same.setdefault(kind, []).append(apart(ink_bits(again), before))
    return same, [
        apart(mine, others)
        for at, (name, mine) in enumerate(known)
        for other_name, others in known[:at]
        if name == other_name
    ]


def apart(mine: Bits, others: Bits) -> tuple[int, int]:
    edges, unlike = edges_apart(mine, others), unlikeness(mine, others)
    assert edges is not None and unlike is not None
    return edges, unlike


def taken(threshold: Threshold, pairs: list[tuple[int, int]]) -> float:
    return sum(threshold.takes(*pair) for pair in pairs) / len(pairs)


@pytest.mark.parametrize("threshold", [ANOTHER_HOUSEHOLD, SAME_HOUSEHOLD])
def test_pictures_are_found_again_and_similar_rooms_are_not_confused(threshold: Threshold) -> None:
    same, others = rates_of_pictures()

    hits = {name: taken(threshold, pairs) for name, pairs in same.items()}
    print(threshold.most, {name: round(rate, 3) for name, rate in hits.items()}, round(taken(threshold, others), 5))

    assert hits.keys() == threshold.hits.keys()
    assert all(hits[name] >= least for name, least in threshold.hits.items()), hits
    assert taken(threshold, others) <= threshold.false_alarms


def test_ink_that_was_copied_is_found_and_the_same_hand_is_not_accused() -> None:
    same, others = rates_of_inks()

    hits = {name: taken(COPIED_INK, pairs) for name, pairs in same.items()}
    print({name: round(rate, 3) for name, rate in hits.items()}, round(taken(COPIED_INK, others), 5), len(others))

    assert hits.keys() == COPIED_INK.hits.keys()
    assert all(hits[name] >= least for name, least in COPIED_INK.hits.items()), hits
    assert taken(COPIED_INK, others) <= COPIED_INK.false_alarms


def test_a_covered_lens_looks_like_nothing() -> None:
    dark = Image.new("RGB", (640, 480), (9, 8, 8))
    dark.putpixel((5, 5), (30, 30, 30))

    assert bits(dark) == {}
    assert unlikeness(bits(dark), scenes()[0][2]) is None


def test_a_dot_is_no_signature() -> None:
    assert ink_bits(Ink(600, 200, ((Point(5, 5, 0),),))) == {}
