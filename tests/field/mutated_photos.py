"""A campaign before a release: damaged photos by the thousand, handed in over HTTP and looked at by workers.

    python tests/field/mutated_photos.py --count 100000

A real server and real photo workers take them; the photos follow from their number and the seed
(`tests/media/mutated_pictures.py`), so that one that does harm can be named and made again. Counted are processes of
the server and workers that died (there must be none), answers that say that the server failed, photos that nobody got
to the end of, and why photos could not be read. Exits non-zero when any of the first three is not 0.
"""

import argparse
import base64
import json
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "tests" / "media"), str(ROOT / "tests" / "field")]

from fieldwork import TestTablet, open_county  # noqa: E402  (found through the path set above)
from flask import Flask  # noqa: E402
from live_server import live_server  # noqa: E402
from mutated_pictures import SEED, mutated  # noqa: E402
from office_desk import evidence_of  # noqa: E402
from served_county import workers_of  # noqa: E402
from tqdm import tqdm  # noqa: E402

from server import keys  # noqa: E402
from server.app import create_app  # noqa: E402
from server.commands.work import start_working, stop  # noqa: E402
from server.db import db  # noqa: E402
from server.queries.photo_work_left import left_to_do, photo_work_left  # noqa: E402
from server.settings import Settings  # noqa: E402
from server.store.photos import photo_table  # noqa: E402

BATCH = 50  # photos of one visit


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--first", type=int, default=0, help="number of the first one")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--processes", type=int, default=2, help="photo workers")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ruhu-mutated-") as folder:
        figures = campaign(Path(folder), given)
    print(json.dumps(figures, ensure_ascii=False, indent=1))
    return 1 if figures["died"] or figures["server faults"] or figures["given up or left"] else 0


def campaign(folder: Path, given: argparse.Namespace) -> dict[str, object]:
    settings = Settings(folder / "data", f"sqlite:///{folder / 'ruhu.db'}", folder / "media")
    app = create_app(settings)
    county = open_county(app)
    begun = time.monotonic()
    minder = start_working(settings, given.processes, apart=True)
    try:
        with live_server(settings, folder) as server:
            tablet = TestTablet(county, server.client(), keys.new_id(), keys.SigningKey.generate())
            tablet.enrol("zhang")
            tablet.enrol("li")
            tablet.session()
            while len(workers_of(minder.pid)) < given.processes:
                time.sleep(0.1)
            at_first = {*workers_of(server.process.pid), *workers_of(minder.pid)}
            answers = hand_in(tablet, range(given.first, given.first + given.count), given.seed)
            wait_until_looked_at(app)
            died = at_first ^ {*workers_of(server.process.pid), *workers_of(minder.pid)}
    finally:
        stop([minder])
    with app.app_context():
        work = photo_work_left()
        with db.engine.connect() as connection:
            told = [row.reason for row in connection.execute(photo_table.select()) if row.reason]
        db.engine.dispose()
    return {
        "photos": given.count,
        "seconds": round(time.monotonic() - begun),
        "died": len(died),
        "server faults": sum(count for status, count in answers.items() if status >= 500),
        "given up or left": work.failed + work.waiting + work.working,
        "answers": {str(status): count for status, count in sorted(answers.items())},
        "shown": work.ready,
        "unreadable": work.unreadable,
        "why": dict(Counter(reason.split(" (")[0] for reason in told).most_common()),
    }


def hand_in(tablet: TestTablet, numbers: range, seed: int) -> Counter[int]:
    """How often each status came back."""
    answers: Counter[int] = Counter()
    with tqdm(total=len(numbers), desc="handing in", file=sys.stderr) as bar:
        for begin in range(numbers.start, numbers.stop, BATCH):
            those = [mutated(number, seed) for number in range(begin, min(begin + BATCH, numbers.stop))]
            evidence = [evidence_of(data, mime, "house_front") for data, mime in those if data]
            tablet.push(tablet.visit(f"{begin:032x}", {"household": {"village": "n1"}}, evidence=evidence))
            for data, mime in those:
                if data:
                    answers[handed_in(tablet, data, mime)] += 1
                bar.update(1)
            tablet.session()
    return answers


def handed_in(tablet: TestTablet, data: bytes, mime: str) -> int:
    digest = base64.b64encode(evidence_of(data, mime, "").digest.encode()).decode()
    headers = {
        **tablet.headers,
        "Tus-Resumable": "1.0.0",
        "Upload-Length": str(len(data)),
        "Upload-Metadata": f"digest {digest}",
        "Content-Type": "application/offset+octet-stream",
    }
    return int(tablet.client.post("/api/v1/uploads", data=data, headers=headers).status_code)


def wait_until_looked_at(app: Flask) -> None:
    with tqdm(desc="left to look at", file=sys.stderr) as bar:
        while True:
            with app.app_context():
                left, at_hand = left_to_do()
            bar.n = left
            bar.refresh()
            if not at_hand:
                return
            time.sleep(1)


if __name__ == "__main__":
    raise SystemExit(main())
