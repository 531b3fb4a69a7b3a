"""What the queue and a decision page cost with 1,000,000 cases and 50,000 open items, against 10,000 and 500."""

import contextlib
import http.client
import random
import re
import time
import zlib
from collections.abc import Callable, Iterator
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from bench import app_of, arguments, installation, open_county, percentile, report, serving
from fieldwork import AUTHORITY, COUNTY, PASSWORD, County
from flask import Flask
from sqlalchemy import text

from server import keys
from server.db import db, transactional
from server.operations.state_from_office import Place, open_office_key, state_from_office
from server.store import cases, claims, open_items, persons, regions
from server.store.cases import CaseRow
from server.store.claims import Claim
from server.store.open_items import OpenItem
from server.store.regions import Region
from sync.case import Case, case_hash
from sync.dot import Dot
from sync.open_item import Finding, ItemKind, Severity, conflict
from sync.register import Write
from sync.statement import CaseWrite, Outcome, SignOff, Statement

ROUNDS, WARM_UP = 100, 10
AT_ONCE = 20_000
DISPUTED = ("income.wage_month", "household.phone", "housing.rooms", "place.address")
TOWNSHIP = "t0"


def main() -> None:
    options = arguments(__doc__)
    options.add_argument("--cases", type=int, default=1_000_000)
    options.add_argument("--items", type=int, default=50_000)
    options.add_argument("--villages", type=int, default=4_000)
    given = options.parse_args()
    figures: dict[str, object] = {"database": given.database}
    with (
        serving_county(given.database, given.seed, 10_000, 500, 40) as small,
        serving_county(given.database, given.seed, given.cases, given.items, given.villages) as large,
    ):
        for name in small:
            few, many = side_by_side(small[name], large[name])
            for share, label in ((0.5, "p50"), (0.95, "p95")):
                little, much = 1000 * percentile(few, share), 1000 * percentile(many, share)
                figures[f"{name}, {label}: ms of 500"] = round(little, 2)
                figures[f"{name}, {label}: ms of {given.items}"] = round(much, 2)
                figures[f"{name}, {label}: ratio"] = round(much / little, 3)
    report(figures, given.json)


def side_by_side(small: Callable[[], None], large: Callable[[], None]) -> tuple[list[float], list[float]]:
    """Seconds of each request: in turn, so that a slow moment of the machine falls on both."""
    times: tuple[list[float], list[float]] = ([], [])
    for round in range(WARM_UP + ROUNDS):
        for ask, into in zip((small, large), times, strict=True):
            begin = time.perf_counter()
            ask()
            if round >= WARM_UP:
                into.append(time.perf_counter() - begin)
    return times


@contextlib.contextmanager
def serving_county(
    database: str, seed: int, size: int, items: int, villages: int
) -> Iterator[dict[str, Callable[[], None]]]:
    """{page: asks for it} at a running server."""
    rng = random.Random(seed)
    with installation(database) as settings:
        app = app_of(settings)
        county = open_county(app)
        with app.app_context():
            decided = fill(app, county, rng, size, items, villages)
            db.engine.dispose()
        with serving(settings, workers=1) as port:
            officer, head = (Browser(port, login) for login in ("officer", "head"))
            pages = {
                "the queue": lambda: officer.get("/office/reconcile"),
                "the queue by kind": lambda: officer.get("/office/reconcile?kind=duplicate"),
                "the queue of a township": lambda: head.get("/office/reconcile"),
                "the queue in one's own hand": lambda: officer.get("/office/reconcile?hand=me"),
                "the queue in nobody's hand": lambda: officer.get("/office/reconcile?hand=nobody"),
                "the queue of what was sent back": lambda: officer.get("/office/reconcile?state=returned"),
            }
            if "decisions" in app.blueprints:
                pages["a decision page"] = lambda: officer.get(f"/office/reconcile/{rng.choice(decided)}")
            yield pages


class Browser:
    """An officer's browser without script, over one connection."""

    def __init__(self, port: int, login: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._cookie = ""
        self._login = login
        self._log_in()

    def _log_in(self) -> None:
        token = re.search(r'name="csrf_token" value="([^"]+)"', self._ask("GET", "/login")[1])
        assert token
        status, _ = self._ask("POST", "/login", {"csrf_token": token[1], "login": self._login, "password": PASSWORD})
        assert status == 303, status

    def get(self, page: str) -> None:
        status, body = self._ask("GET", page)
        if status == 303:  # the session ended while the other county was filled
            self._log_in()
            status, body = self._ask("GET", page)
        assert status == 200, (page, status, body[:300])

    def _ask(self, method: str, page: str, form: dict[str, str] | None = None) -> tuple[int, str]:
        headers = {"Accept": "text/html", "Cookie": self._cookie}
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            self._connection.request(method, page, urlencode(form) if form else None, headers)
            answer = self._connection.getresponse()
        except http.client.RemoteDisconnected:  # it lay idle while the other county was filled
            self._connection.close()
            return self._ask(method, page, form)
        body = answer.read()
        for name, morsel in SimpleCookie(answer.headers.get("Set-Cookie", "")).items():
            self._cookie = f"{name}={morsel.value}"
        return answer.status, body.decode() if answer.headers.get("Content-Encoding") is None else _plain(body)


def _plain(body: bytes) -> str:
    return zlib.decompress(body, 47).decode()


# -- a county filled in bulk: its cases as they would rest, and a few dozen that were really signed for -------------


def fill(app: Flask, county: County, rng: random.Random, size: int, items: int, villages: int) -> list[str]:
    """Fills the tables; the ids of conflicts whose cases stand on statements, for the decision page."""
    townships = max(2, villages // 100)
    tree = [Region(f"t{n}", "c", 4, f"第{n}镇", None, f"c/t{n}/") for n in range(townships)]
    places = [Region(f"v{n}", f"t{n % townships}", 5, f"第{n}村", None, "") for n in range(villages)]
    places = [Region(p.id, p.parent, 5, p.name, None, f"c/{p.parent}/{p.id}/") for p in places]
    add_places(tree, places, county.people["head"].id)
    decided = disputes(county, [p.id for p in places[:20]], 40)
    # In the order of their ids and places: an index that grows at its end grows in minutes.
    lying = [
        (case, places[n * villages // size]) for n, case in enumerate(sorted(keys.new_id() for _ in range(size)))
    ]
    keyring = app.extensions["ruhu_keyring"]
    for begin in range(0, size, AT_ONCE):
        add_cases([row_of(case, village, keyring) for case, village in lying[begin : begin + AT_ONCE]])
    by_path = [(case, village.path) for case, village in lying]
    add_items(list(invented(rng, by_path, items)), county.people["officer"].id)
    with db.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("ANALYZE"))
    return decided


@transactional
def add_places(townships: list[Region], villages: list[Region], head: str) -> None:
    regions.add(AUTHORITY, [*townships, *villages])
    persons.change(AUTHORITY, head, region=TOWNSHIP, scope=f"{COUNTY.path}{TOWNSHIP}/")


def disputes(county: County, villages: list[str], count: int) -> list[str]:
    """Conflicts that two officers' imports really made."""
    made = [keys.new_id() for _ in range(count)]
    for n, login in enumerate(("officer", "reviewer")):
        person = county.people[login]
        key = open_office_key(person, PASSWORD)
        state_from_office(AUTHORITY, person.id, key, lambda place, n=n: imported(place, made, villages, n))
    return [conflict(case, "place.address").id for case in made]


def imported(place: Place, made: list[str], villages: list[str], n: int) -> Statement:
    writes = [
        CaseWrite(case, path, value, frozenset())
        for at, case in enumerate(made)
        for path, value in (
            ("place.village", villages[at % len(villages)]),
            ("household.householder_name", "王大山"),
            ("place.address", f"{n + 1}组12号"),
        )
    ]
    return place.statement("roster_import", SignOff("county_officer", Outcome.SIGNED), writes=tuple(writes))


ANSWERS = tuple(
    Write(Dot(f"{'ab' * 16}-1", n), path, value, frozenset())
    for n, (path, value) in enumerate(
        [
            ("household.householder_name", "阿依古丽·买买提"),
            ("place.address", "一组12号"),
            ("household.phone", "13900001234"),
        ]
        + [(f"economy.field_{n}", 1200 * n) for n in range(5)]
    )
)


def row_of(case_id: str, village: Region, keyring: keys.Keyring) -> CaseRow:
    document = Case().apply(f"{'ab' * 16}-1", ANSWERS, village.id).document()
    return CaseRow(
        case_id, village.id, village.path, 1, case_hash(document), "阿依古丽·买买提", "一组12号",
        0, 1, 1, 0, None, keyring.seal_case(document, case_id),
    )  # fmt: skip


@transactional
def add_cases(rows: list[CaseRow]) -> None:
    cases.save(AUTHORITY, rows, [])


def invented(rng: random.Random, by_path: list[tuple[str, str]], count: int) -> Iterator[OpenItem]:
    """Items of all kinds, spread over the cases; one in fifty was sent back, one in fifty waits for a second."""
    for n, (case, path) in enumerate(rng.sample(by_path, count)):
        match n % 10:
            case 0:
                found = Finding(ItemKind.DISCREPANCY, "neighbour_doubt", case, f"{case}-1", Severity.HIGH)
            case 1:
                other = rng.choice(by_path)[0]
                found = Finding(ItemKind.DUPLICATE, "alike", case, "", Severity.MIDDLE, other)
            case 2:
                found = Finding(ItemKind.QUARANTINE, "out_of_scope", case, f"{case}-2", Severity.MIDDLE)
            case 3:
                found = Finding(ItemKind.GAP, "owed_evidence", case, f"{case}-3", Severity.LOW)
            case _:
                found = conflict(case, rng.choice(DISPUTED))
        spoken = f"{case}-9"
        yield OpenItem(
            found.id, found.kind.value, found.rule, int(found.severity), found.case, found.other, path,
            found.subject, found.group, 100 + n, f"2026-{1 + n % 9:02}-{1 + n % 28:02}T08:00:00.000Z",
            proposal=spoken if n % 50 == 1 else None, asked=spoken if n % 50 == 2 else None,
        )  # fmt: skip


@transactional
def add_items(items: list[OpenItem], officer: str) -> None:
    for begin in range(0, len(items), AT_ONCE):
        open_items.save(AUTHORITY, {}, items[begin : begin + AT_ONCE])
    mine = [
        Claim(item.id, officer, "2026-11-24T08:00:00.000Z", None) for item in items[: len(items) : len(items) // 60]
    ]
    claims.put_all(AUTHORITY, mine)


if __name__ == "__main__":
    main()
