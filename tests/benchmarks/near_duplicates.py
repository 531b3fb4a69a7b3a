"""One photo among 10,000,000: the index of near numbers against a plain NumPy scan of the same numbers, same answers.

Also: the time to append 1,000, the time to build, the memory a number takes.
"""

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np

from media.likeness_thresholds import ANOTHER_HOUSEHOLD
from media.near import Near, scan

ASKED = 40
APPENDS = 100


def timed(work: Callable[[], object]) -> float:
    """In milliseconds."""
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hashes", type=int, default=10_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    asked_for = parser.parse_args()
    rng = np.random.default_rng(asked_for.seed)
    keys = rng.integers(0, 2**64, asked_for.hashes, dtype=np.uint64)
    radius = ANOTHER_HOUSEHOLD.radius
    # Half of those asked for have a near one, as far away as still counts.
    wanted = [int(key) for key in rng.integers(0, 2**64, ASKED, dtype=np.uint64)]
    for at in range(0, ASKED, 2):
        flips = sum(1 << int(bit) for bit in rng.choice(64, radius, replace=False))
        wanted[at] = int(keys[rng.integers(0, len(keys))]) ^ flips

    index = Near()
    build = timed(lambda: index.append(keys))
    for key in wanted[:4]:  # the first scan pays for its memory
        scan(keys, key, radius)
        index.within(key, radius)
    scans: list[float] = []
    lookups: list[float] = []
    for key in wanted:
        scans.append(timed(lambda key=key: scan(keys, key, radius)))
        lookups.append(timed(lambda key=key: index.within(key, radius)))
        if index.within(key, radius) != scan(keys, key, radius).tolist():
            raise SystemExit("the index and the scan do not agree")
    each = index.bytes / len(index)
    fresh = rng.integers(0, 2**64, (APPENDS, 1000), dtype=np.uint64)
    appends = [timed(lambda some=some: index.append(some)) for some in fresh]
    grown = [timed(lambda key=key: index.within(key, radius)) for key in wanted]

    figures = {
        "hashes": len(keys),
        "radius": radius,
        "scan_ms": round(statistics.median(scans), 2),
        "lookup_ms": round(statistics.median(lookups), 2),
        "times_quicker": round(statistics.median(scans) / statistics.median(lookups), 1),
        "lookup_after_appending_ms": round(statistics.median(grown), 2),
        "append_1000_ms": round(statistics.median(appends), 2),
        "append_1000_worst_ms": round(max(appends), 1),
        "build_s": round(build / 1000, 1),
        "bytes_per_hash": round(each, 1),
    }
    print(
        json.dumps(figures) if asked_for.json else "\n".join(f"{name:28} {value}" for name, value in figures.items())
    )


if __name__ == "__main__":
    main()
