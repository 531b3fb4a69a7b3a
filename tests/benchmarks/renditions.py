"""Photos developed a second on one core, and how far that is from Pillow's own bare decode and resize of the same
files: one decoding, the same sizes, each saved as JPEG, in this process and with none of the care that is taken.

    python tests/benchmarks/renditions.py [--photos FOLDER]

Measured is processor time, the child's included: beside other work on the machine the ratio stays the same. Without
`--photos` the files are drawn here: phone-sized ones of 12 megapixels, and small ones.
"""

import io
import resource
import sys
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from random import Random

from bench import arguments, report
from PIL import Image

from media.rendition import SIDES, develop
from media.sniff import inspect
from server.simulator.photos import draw_photo

QUALITY = 82


def main() -> None:
    options = arguments(__doc__)
    options.add_argument("--photos", type=Path, help="a folder with JPEG files")
    options.add_argument("--rounds", type=int, default=5)
    given = options.parse_args()
    if given.photos:
        sets = {"given": [path.read_bytes() for path in sorted(given.photos.rglob("*.jpg"))]}
    else:
        sets = {"12 megapixels": drawn(given.seed, (4000, 3000), 2), "1 megapixel": drawn(given.seed, (1200, 900), 4)}
    figures: dict[str, object] = {}
    for name, files in sets.items():
        seconds, bare = processor_seconds([ours, pillows], files, given.rounds)
        made = sum(len(develop(io.BytesIO(file), inspect(io.BytesIO(file))).renditions) for file in files)
        figures |= {
            f"{name}: photos a second and core": round(len(files) * given.rounds / seconds, 2),
            f"{name}: renditions a second and core": round(made * given.rounds / seconds, 2),
            f"{name}: bare Pillow, renditions": round(made * given.rounds / bare, 2),
            f"{name}: ratio": round(bare / seconds, 3),
        }
    begun = time.process_time(), children()
    for _ in range(given.rounds):
        ours(TINY)
    figures["seconds for a picture of one pixel"] = round(
        (time.process_time() - begun[0] + children() - begun[1]) / given.rounds, 4
    )
    report(figures, given.json)


def drawn(seed: int, size: tuple[int, int], count: int) -> list[bytes]:
    place = {"taken_at": datetime(2026, 3, 2, 9), "lat": 26.1, "lng": 104.2}
    return [draw_photo(Random(seed + n), subject="house", size=size, **place) for n in range(count)]


def processor_seconds(
    ways: Sequence[Callable[[bytes], object]], files: Sequence[bytes], rounds: int
) -> tuple[float, ...]:
    """Of each way over all files; in turn, so that a busy machine slows all of them."""
    spent = [0.0] * len(ways)
    for _ in range(rounds):
        for n, way in enumerate(ways):
            begun = time.process_time() + children()
            for file in files:
                way(file)
            spent[n] += time.process_time() + children() - begun
    return tuple(spent)


def children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def ours(file: bytes) -> None:
    develop(io.BytesIO(file), inspect(io.BytesIO(file)))


def pillows(file: bytes) -> None:
    picture = Image.open(io.BytesIO(file))
    whole = max(picture.size)
    for side in reversed([side for n, side in enumerate(SIDES) if n == 0 or SIDES[n - 1] < whole]):
        picture.thumbnail((side, side))
        picture.convert("RGB").save(io.BytesIO(), "JPEG", quality=QUALITY)


def _tiny() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (1, 1)).save(out, "JPEG")
    return out.getvalue()


TINY = _tiny()

if __name__ == "__main__":
    sys.exit(main())
