"""The ledger is dense from zero, commits to exact bytes, and loses nothing when many tablets push at once."""

import json
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from fieldwork import AUTHORITY, County, TestTablet, new_tablet
from founding import close
from ledger_reading import keyring, rows
from live_server import LiveServer, live_server, read_answer

from server import keys
from server.app import create_app
from server.operations.rebuild_cases import check_rebuild
from server.queries.open_statements import open_envelopes
from server.queries.verify_ledger import verify_ledger
from server.settings import Settings
from server.store.statements import leaf_table
from sync.envelope import envelope_from
from sync.leaf import commitment, leaf_hash

THREADS, TABLETS_EACH, VISITS = 8, 2, 6


def receipt_of(verdict: dict[str, Any]) -> dict[str, Any]:
    promised: dict[str, Any] = json.loads(envelope_from(verdict["receipt"]).payload)
    return promised


def test_indexes_are_dense_and_leaves_commit_to_the_exact_payload(tablet: TestTablet) -> None:
    app = tablet.county.app
    envelopes = [tablet.visit(f"{n:032x}", {}, village="n1" if n % 3 else "s1") for n in range(6)]
    verdicts = [*tablet.push(*envelopes[:4]), *tablet.push(*envelopes[4:])]

    leaves = sorted(rows(app, leaf_table), key=lambda row: row["index"])

    assert [leaf["index"] for leaf in leaves] == list(range(6))  # those in quarantine have their leaves too
    assert len({leaf["salt"] for leaf in leaves}) == 6
    for leaf, envelope, verdict in zip(leaves, envelopes, verdicts, strict=True):
        assert leaf["commitment"] == commitment(leaf["salt"], envelope.payload)
        receipt = receipt_of(verdict)
        assert receipt["leaf"] == leaf_hash(leaf["commitment"]).hex()
        assert (receipt["index"], receipt["statement"]) == (leaf["index"], leaf["statement"])
        assert receipt["digest"] == envelope.digest


def test_refused_and_repeated_items_take_no_place(tablet: TestTablet) -> None:
    first, second = tablet.visit("1" * 32, {}), tablet.visit("2" * 32, {})
    tablet.push(first, b"{", first)
    tablet.push(b"[]", second, first)

    assert [leaf["index"] for leaf in rows(tablet.county.app, leaf_table)] == [0, 1]


def test_a_batch_that_fails_leaves_no_hole(tablet: TestTablet, monkeypatch: pytest.MonkeyPatch) -> None:
    from server.folding.fold import Folding

    def stumble(self: Folding) -> None:
        raise OSError("no room")

    one, two = tablet.visit("1" * 32, {}), tablet.visit("2" * 32, {})
    with monkeypatch.context() as broken:
        broken.setattr(Folding, "save", stumble)
        assert {v["status"] for v in tablet.push(one, two)} == {"refused"}
    tablet.push(two, one)

    assert sorted(leaf["index"] for leaf in rows(tablet.county.app, leaf_table)) == [0, 1]


def test_the_ledger_verifies_and_shows_what_was_changed(tablet: TestTablet) -> None:
    from sqlalchemy import update

    from server.db import execute, transactional

    app = tablet.county.app
    verdicts = tablet.push(*(tablet.visit(f"{n:032x}", {}) for n in range(3)))
    with app.app_context():
        sound = verify_ledger(AUTHORITY, keyring(app), lambda _: None)
        changed = update(leaf_table).where(leaf_table.c.index == 1).values(commitment=bytes(32))
        transactional(lambda: execute(changed))()
        broken = verify_ledger(AUTHORITY, keyring(app), lambda _: None)

    assert (sound.leaves, sound.faults) == (3, ())
    assert len(broken.faults) == 1
    assert broken.faults[0].startswith(verdicts[1]["statement"])


# --- many at once, against a real server ------------------------------------------------------------------------


@pytest.fixture
def live(county_settings: Settings) -> Iterator[LiveServer]:
    with live_server(county_settings, county_settings.data_dir.parent) as server:
        yield server


def live_tablet(county: County, server: LiveServer, *names: str) -> TestTablet:
    tablet = TestTablet(county, server.client(), keys.new_id(), keys.SigningKey.generate())  # type: ignore[arg-type]
    for name in names:
        tablet.enrol(name)
    assert tablet.session().status_code == 201
    return tablet


class Reader(threading.Thread):
    """Polls the feed while others write, and believes nothing but its cursor."""

    def __init__(self, tablet: TestTablet) -> None:
        super().__init__()
        self.tablet, self.seen, self.stop, self.cursor = tablet, dict[str, str](), False, None
        self.digests: list[str] = []
        self.fault: BaseException | None = None

    def run(self) -> None:
        try:
            while not self.stop:
                self.read()
        except BaseException as fault:
            self.fault = fault

    def read(self) -> None:
        page = self.tablet.pull(self.cursor, limit=5).json
        self.seen |= {case["id"]: case["hash"] for case in page["cases"]}
        self.cursor = page["cursor"]
        if page["caught_up"]:
            self.digests.append(page["scope_digest"])


def test_many_tablets_at_once_lose_nothing_and_a_reader_misses_nothing(live: LiveServer, county: County) -> None:
    writers = [[live_tablet(county, live, "zhang", "li") for _ in range(TABLETS_EACH)] for _ in range(THREADS)]
    reader = Reader(live_tablet(county, live, "zhang"))
    acknowledged: dict[str, int] = {}
    faults: list[BaseException] = []

    def work(number: int, tablets: list[TestTablet]) -> None:
        try:
            for round_ in range(VISITS):
                for tablet in tablets:
                    # Two threads share each household, so that cases are fought over as well as places.
                    envelope = tablet.visit(
                        f"{number // 2:016x}{round_:016x}", {"household": {"family_size": number}}
                    )
                    (verdict,) = tablet.push(envelope)
                    assert verdict["status"] == "accepted", verdict
                    acknowledged[verdict["statement"]] = receipt_of(verdict)["index"]
        except BaseException as fault:
            faults.append(fault)

    threads = [threading.Thread(target=work, args=pair) for pair in enumerate(writers)]
    reader.start()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    reader.stop = True
    reader.join()
    assert faults == [] and reader.fault is None
    reader.digests.clear()
    while not reader.digests:
        reader.read()

    total = THREADS * TABLETS_EACH * VISITS
    app = county.app
    with app.app_context():
        held = open_envelopes(AUTHORITY, acknowledged, keyring(app))
        verified = verify_ledger(AUTHORITY, keyring(app), lambda _: None)
        rebuilt = check_rebuild(AUTHORITY, keyring(app), lambda _: None)
    assert sorted(acknowledged.values()) == list(range(total))
    assert held.keys() == acknowledged.keys()
    assert (verified.leaves, verified.faults, rebuilt.differing) == (total, (), ())
    listed = reader.tablet.client.get("/api/v1/scope", headers=reader.tablet.headers).json
    assert reader.seen == dict(listed["cases"])
    assert reader.digests[-1] == listed["scope_digest"]


def test_an_acknowledged_push_is_there_after_the_server_died(county_settings: Settings, county: County) -> None:
    folder = county_settings.data_dir.parent
    with live_server(county_settings, folder, workers=1) as server:
        tablet = live_tablet(county, server, "zhang", "li")
        (verdict,) = tablet.push(tablet.visit("c" * 32, {}))
        server.process.kill()

    app = create_app(county_settings)
    with app.app_context():
        assert open_envelopes(AUTHORITY, [verdict["statement"]], keyring(app)).keys() == {verdict["statement"]}
    close(app)


def test_a_body_cut_short_stores_nothing_and_can_be_sent_again(live: LiveServer, county: County) -> None:
    tablet = live_tablet(county, live, "zhang", "li")
    body = tablet.visit("c" * 32, {}).to_bytes()
    head = f"POST /api/v1/statements HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {tablet.token}\r\n"
    head += f"Content-Type: application/x-ndjson\r\nContent-Length: {len(body)}\r\n\r\n"
    for kept in (0, 1, 100, len(body) - 1):
        with live.line() as line:
            line.sendall(head.encode() + body[:kept])
            line.shutdown(socket.SHUT_WR)
            answer = read_answer(line)
        assert (answer.status_code, answer.json["type"]) == (400, "urn:ruhu:problem:body-cut-short")

    assert rows(county.app, leaf_table) == []
    assert tablet.push(body)[0]["status"] == "accepted"


def test_a_chunked_body_is_read_to_its_end_or_refused(live: LiveServer, county: County) -> None:
    tablet = live_tablet(county, live, "zhang", "li")
    body = tablet.visit("c" * 32, {}).to_bytes()
    head = (
        f"POST /api/v1/statements HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {tablet.token}\r\n"
        "Content-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n"
    ).encode()
    statuses = []
    for end in (b"", b"0\r\n\r\n"):
        line = live.line()
        line.sendall(head + b"%x\r\n" % len(body) + body + b"\r\n" + end)
        if not end:
            line.close()
            continue
        statuses.append(read_answer(line).json["verdicts"][0]["status"])
        line.close()

    assert statuses[0] in ("accepted", "replayed")
    assert [leaf["index"] for leaf in rows(county.app, leaf_table)] == [0]
    assert new_tablet(county, "zhang").pull().json["held"] == 1
