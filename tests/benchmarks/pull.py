"""What a pull costs when 10 cases changed: among 100,000 in scope, against 10 among 1,000."""

import json
import random
import time
import zlib

from bench import Client, Work, app_of, arguments, installation, new_tablet, open_county, report, serving
from fieldwork import AUTHORITY, PASSWORD

from server import keys
from server.operations.state_from_office import Place, open_office_key, state_from_office
from sync.statement import CaseWrite, Outcome, SignOff, Statement

FIELDS = 60
PER_IMPORT = 5000
ROUNDS = 30


def main() -> None:
    options = arguments(__doc__)
    options.add_argument("--cases", type=int, default=100_000)
    given = options.parse_args()
    large = measure(given.database, given.cases, given.seed)
    small = measure(given.database, 1000, given.seed)
    report(
        {
            "database": given.database,
            f"10 of {given.cases}: bytes": large[0],
            f"10 of {given.cases}: ms, median": round(large[1] * 1000, 2),
            "10 of 1,000: bytes": small[0],
            "10 of 1,000: ms, median": round(small[1] * 1000, 2),
            "ratio of bytes": round(large[0] / small[0], 3),
            "ratio of times": round(large[1] / small[1], 3),
        },
        given.json,
    )


def measure(database: str, cases: int, seed: int) -> tuple[int, float]:
    """(bytes on the wire, median seconds) of the pull after ten visits"""
    rng = random.Random(seed)
    with installation(database) as settings:
        app = app_of(settings)
        county = open_county(app)
        ids = [keys.new_id() for _ in range(cases)]
        with app.app_context():
            officer = county.people["officer"]
            key = open_office_key(officer, PASSWORD)
            for begin in range(0, cases, PER_IMPORT):
                part = ids[begin : begin + PER_IMPORT]
                state_from_office(AUTHORITY, officer.id, key, lambda place, part=part: roster(place, part, rng, key))
        tablet, work = new_tablet(county, "zhang", "li"), Work(seed)
        with serving(settings) as port:
            client = Client(port, tablet.token)
            cursor = catch_up(client)
            sizes, times = [], []
            for _ in range(ROUNDS):
                work_on = rng.sample(ids, 10)
                client.push([visit_of(tablet, work, case) for case in work_on])
                begin = time.perf_counter()
                status, body = client.send("GET", f"/api/v1/changes?cursor={cursor}", None, {})
                times.append(time.perf_counter() - begin)
                sizes.append(len(body))
                assert status == 200
                page = json.loads(zlib.decompress(body, 47))
                assert len(page["cases"]) == 10 and page["caught_up"], (len(page["cases"]), page["caught_up"])
                cursor = page["cursor"]
    return sorted(sizes)[ROUNDS // 2], sorted(times)[ROUNDS // 2]


def roster(place: Place, part: list[str], rng: random.Random, key: keys.SigningKey) -> Statement:
    writes = [
        CaseWrite(case, path, value, frozenset())
        for case in part
        for path, value in [
            ("place.village", rng.choice(["n1", "n2"])),
            ("household.householder_name", "王大山"),
            *((f"economy.field_{n:02}", rng.randrange(100_000)) for n in range(FIELDS - 2)),
        ]
    ]
    return place.statement("roster_import", SignOff("county_officer", Outcome.SIGNED), writes=tuple(writes))


def visit_of(tablet: object, work: Work, case: str) -> bytes:
    return tablet.visit(case, {"household": {"householder_name": "王大山"}}, village="n1").to_bytes()


def catch_up(client: Client) -> str:
    cursor = None
    while True:
        query = f"?limit=500&cursor={cursor}" if cursor else "?limit=500"
        status, body = client.send("GET", f"/api/v1/changes{query}", None, {})
        assert status == 200, body[:300]
        page = json.loads(zlib.decompress(body, 47) if body[:2] == b"\x1f\x8b" else body)
        cursor = page["cursor"]
        if page["caught_up"]:
            return str(cursor)


if __name__ == "__main__":
    main()
