"""Handwritten names as a tablet records them: strokes of points with times, nobody's real hand.

`{"ink": 1, "width": 600, "height": 200, "strokes": [[[x, y, t], ...], ...]}`: x to the right and y down in pixels,
t in whole milliseconds since the pen first touched.
"""

import json
import math
from random import Random

WIDTH, HEIGHT = 600, 200
_POINTS = 620  # in a whole signature: a pen reports about 100 a second, and a name takes some six seconds
_EVERY_MS = 9


def draw_ink(rng: Random, name: str) -> bytes:
    """The ink of a name, 5-15 kB of JSON. The shapes follow the name, the wobble follows `rng`.

    The same person writes alike twice and never the same twice, which is what one expects of two signatures.
    """
    characters = [c for c in name if not c.isspace() and c != "·"][:8] or ["?"]
    cell = min(150.0, (WIDTH - 60) / len(characters))
    top = (HEIGHT - cell) / 2
    plans = [_plan(Random(f"hand {character}")) for character in characters]
    each = max(6, _POINTS // sum(len(plan) for plan in plans))
    slant = rng.uniform(-0.12, 0.12)
    strokes: list[list[list[int]]] = []
    clock = 0.0
    for place, plan in enumerate(plans):
        left = 30 + place * cell + rng.uniform(-4, 4)
        for stroke in plan:
            points: list[list[int]] = []
            drift, lift = rng.uniform(-2.5, 2.5), rng.uniform(-2.5, 2.5)
            for step in range(each):
                x, y = _along(stroke, step / (each - 1))
                at_x = left + x * cell * 0.86 + slant * (0.5 - y) * cell + drift + rng.gauss(0, 0.6)
                at_y = top + y * cell * 0.9 + lift + rng.gauss(0, 0.6)
                points.append([_within(at_x, WIDTH), _within(at_y, HEIGHT), int(clock)])
                clock += _EVERY_MS + rng.choice((-1, 0, 0, 1))
            strokes.append(points)
            clock += rng.uniform(60, 180)
        clock += rng.uniform(120, 320)
    ink = {"ink": 1, "width": WIDTH, "height": HEIGHT, "strokes": strokes}
    return json.dumps(ink, separators=(",", ":")).encode()


_Stroke = tuple[float, float, float, float, float]


def _plan(hand: Random) -> list[_Stroke]:
    """Strokes in a unit square as (x0, y0, x1, y1, bend): across, down, falling left and right, with a dot or two."""
    plan: list[_Stroke] = []
    for _ in range(hand.randrange(5, 9)):
        x, y = hand.uniform(0.05, 0.5), hand.uniform(0.05, 0.6)
        long = hand.uniform(0.25, 0.5)
        dx, dy = hand.choice(((long, -0.04), (0.02, long), (-long * 0.6, long), (long, long), (0.1, 0.12)))
        plan.append((x, y, x + dx, y + dy, hand.uniform(-0.12, 0.12)))
    return sorted(plan, key=lambda stroke: stroke[1])


def _along(stroke: _Stroke, part: float) -> tuple[float, float]:
    """The point after a part of a stroke: eased, because a pen starts and stops slowly, and bent across its way."""
    x0, y0, x1, y1, bend = stroke
    eased = (1 - math.cos(math.pi * part)) / 2
    sway = math.sin(math.pi * eased) * bend
    return x0 + (x1 - x0) * eased - (y1 - y0) * sway, y0 + (y1 - y0) * eased + (x1 - x0) * sway


def _within(value: float, limit: int) -> int:
    return max(0, min(limit, round(value)))
