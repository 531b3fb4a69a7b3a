"""Writes folded a second by sync/ on one core, against putting the same values into a plain dict."""

import time

from bench import arguments, report

from sync.case import Case
from sync.dot import Dot
from sync.register import Write

FIELDS, VISITS, CASES = 80, 4, 200


def main() -> None:
    given = arguments(__doc__).parse_args()
    history = []
    seen: dict[str, frozenset[Dot]] = {}
    for visit in range(VISITS):
        name = f"{visit:032x}-1"
        writes = [
            Write(Dot(name, n), f"economy.field{n}", visit + n, seen.get(f"economy.field{n}", frozenset()))
            for n in range(FIELDS)
        ]
        seen = {write.path: frozenset([write.dot]) for write in writes}
        history.append((name, writes))
    begin = time.perf_counter()
    for _ in range(CASES):
        case = Case()
        for name, writes in history:
            case = case.apply(name, writes, "v")
    folded = CASES * VISITS * FIELDS / (time.perf_counter() - begin)
    begin = time.perf_counter()
    for _ in range(CASES):
        plain: dict[str, object] = {}
        for _, writes in history:
            for write in writes:
                plain[write.path] = write.value
    put = CASES * VISITS * FIELDS / (time.perf_counter() - begin)
    report(
        {
            "writes folded a second": round(folded),
            "  bound: dict puts a second": round(put),
            "  ratio": round(folded / put, 4),
        },
        given.json,
    )


if __name__ == "__main__":
    main()
