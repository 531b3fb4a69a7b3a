"""From which number on a photo or a visit gets a flag: one table, each with its unit.

Those of a picture were measured on drawn photographs, sound, blurred, dark and small ones; what they find and what
they confuse is asserted in tests/media/test_photo_check_rates.py. Those of time and place are what a walk through a
village and the hands of two people need, with room to spare: a flag is a question to a person, never a verdict.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Threshold:
    """`limit` is still without a flag."""

    limit: int
    unit: str


PHOTO_THRESHOLDS: Mapping[str, Threshold] = {
    "time_outside": Threshold(30, "minutes before the visit began or after it ended"),
    "clock_apart": Threshold(10, "minutes between the camera's time and the tablet's clock"),
    "night_from": Threshold(21, "hour of the day, local time"),
    "night_until": Threshold(6, "hour of the day, local time"),
    "far_from_home": Threshold(500, "metres"),
    "far_from_visit": Threshold(300, "metres"),
    "apart": Threshold(300, "metres from half of the visit's other photos or more"),
    "travel": Threshold(120, "kilometres an hour, along a straight line"),
    "travel_least": Threshold(2_000, "metres between two visits, below which no speed is computed"),
    "blurred": Threshold(50, "variance of the Laplacian, at least"),
    "too_dark": Threshold(35, "mean luminance of 255, at least"),
    "nearly_black": Threshold(70, "per cent of the pixels that are nearly black"),
    "too_small": Threshold(400, "pixels of the shorter side, at least"),
    "screen_aspect": Threshold(170, "hundredths: the longer side by the shorter, at least"),
}


def limit(name: str) -> int:
    return PHOTO_THRESHOLDS[name].limit
