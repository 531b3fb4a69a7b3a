"""The whole way of a visit, 8 clients: a statement, 3 photos of 200 kB and an ink of 15 kB, until nothing is owed."""

import base64
import datetime as dt
import random
import time
from hashlib import sha256

from bench import CLIENTS, Client, Work, app_of, arguments, at_once, fleet, installation, percentile, report, serving
from bounds import file_bound

from server.simulator.inks import draw_ink
from server.simulator.photos import draw_photo
from sync.statement import Evidence

PHOTO, INK = 200_000, 15_000


def evidence_files(rng: random.Random) -> list[tuple[str, str, bytes]]:
    """(shot, media type, bytes) of one visit; each is different, so that nothing is deduplicated."""
    photos = [_photo(rng) for _ in range(3)]
    return [
        ("house_front", "image/jpeg", photos[0]),
        ("main_room", "image/jpeg", photos[1]),
        ("people_at_visit", "image/jpeg", photos[2]),
        ("ink:householder", "application/vnd.ruhu.ink+json", _ink(rng)),
    ]


_TEMPLATE = draw_photo(
    random.Random(1), subject="house", taken_at=dt.datetime(2026, 3, 2, 9), lat=30.0, lng=110.0, small=True
)


def _photo(rng: random.Random) -> bytes:
    """A JPEG of exactly 200 kB: a drawn one, made unique and brought to size behind its end marker."""
    return _TEMPLATE + rng.randbytes(PHOTO - len(_TEMPLATE))


def _ink(rng: random.Random) -> bytes:
    ink = draw_ink(rng, "王大山")
    return ink + b" " * max(0, INK - len(ink))


def main() -> None:
    options = arguments(__doc__)
    options.add_argument("--visits", type=int, default=800)
    given = options.parse_args()
    rng = random.Random(given.seed)
    with installation(given.database) as settings:
        app = app_of(settings)
        tablets, work = fleet(app), Work(given.seed)
        with serving(settings) as port:
            run(port, tablets, work, rng, 80)
            rate, times, sample = run(port, tablets, work, rng, given.visits)
        bound = file_bound(settings.media_dir, given.visits, sample, CLIENTS)
    report(
        {
            "database": given.database,
            "visits applied a second": round(rate, 1),
            "  bound: write and fsync the same files": round(bound, 1),
            "  ratio": round(rate / bound, 3),
            "p50 ms of a visit": round(percentile(times, 0.5) * 1000, 1),
            "p95 ms of a visit": round(percentile(times, 0.95) * 1000, 1),
        },
        given.json,
    )


def run(
    port: int, tablets: list, work: Work, rng: random.Random, visits: int
) -> tuple[float, list[float], list[bytes]]:
    loads = []
    for tablet in tablets:
        load = []
        for _ in range(visits // CLIENTS):
            files = evidence_files(rng)
            named = [Evidence(sha256(data).hexdigest(), len(data), mime, shot) for shot, mime, data in files]
            load.append((work.visit(tablet, named), [(e.digest, f[2]) for e, f in zip(named, files, strict=True)]))
        loads.append(load)
    times: list[float] = []

    def job(client: Client, load: list) -> None:
        for statement, files in load:
            begin = time.perf_counter()
            (verdict,) = client.push([statement])
            assert verdict["status"] == "accepted" and len(verdict["owed"]) == 4, verdict
            for digest, data in files:
                upload(client, digest, data)
            times.append(time.perf_counter() - begin)

    clients = [Client(port, tablet.token) for tablet in tablets]
    seconds = at_once([lambda c=c, load=load: job(c, load) for c, load in zip(clients, loads, strict=True)])
    return visits // CLIENTS * CLIENTS / seconds, times, [data for _, data in loads[0][0][1]]


def upload(client: Client, digest: str, data: bytes) -> None:
    status, body = client.send(
        "POST",
        "/api/v1/uploads",
        data,
        {
            "Tus-Resumable": "1.0.0",
            "Upload-Length": str(len(data)),
            "Upload-Metadata": f"digest {base64.b64encode(digest.encode()).decode()}",
            "Content-Type": "application/offset+octet-stream",
        },
    )
    assert status == 201, body[:300]


if __name__ == "__main__":
    main()
