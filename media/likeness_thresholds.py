"""How alike is too alike: the radius within which candidates are looked up, and how unlike they may be at most.

Beside each stands what it was measured to do, on the generated pictures and signatures of
tests/media/test_likeness_rates.py, which fails when that gets worse. Drawn rooms are more alike than real ones.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Threshold:
    """`radius`: bits in which the `edges` may differ. `most`: unlikeness. `hits`: the least share of each kind of
    repeated picture that is found. `false_alarms`: the largest share of pairs of others, drawn of the same subject
    (or for ink: by the same hand), that are taken for the same one."""

    radius: int
    most: int
    hits: Mapping[str, float]
    false_alarms: float

    def takes(self, edges_apart: int, unlikeness: int) -> bool:
        return edges_apart <= self.radius and unlikeness <= self.most


ANOTHER_HOUSEHOLD = Threshold(
    radius=8,
    most=76,
    hits={
        "resized to 240 pixels, quality 30": 0.98,
        "flipped": 0.99,
        "cropped by up to 5 % a side": 0.76,
        "cropped, flipped, halved, quality 30": 0.73,
        "cropped by 5 % on every side": 0.73,
        "cropped by 5 % in one corner": 0.0,  # the edges of both views are shifted: these are missed
    },
    false_alarms=0.0005,
)
"""An alarm, so rather one missed than one wrong."""

SAME_HOUSEHOLD = Threshold(
    radius=8,
    most=90,
    hits={
        "resized to 240 pixels, quality 30": 0.99,
        "flipped": 0.99,
        "cropped by up to 5 % a side": 0.86,
        "cropped, flipped, halved, quality 30": 0.81,
        "cropped by 5 % on every side": 0.76,
        "cropped by 5 % in one corner": 0.08,
    },
    false_alarms=0.01,
)
"""Shown and no alarm, so rather one too many. No picture that this one does not take is kept as alike."""

COPIED_INK = Threshold(
    radius=2,
    most=16,
    hits={"copied and moved": 0.98, "copied and scaled": 0.98, "traced within a pixel": 0.2},
    false_alarms=0.005,
)
"""Nobody signs the same way twice. Tracing by hand differs as much as one hand does from time to time."""
