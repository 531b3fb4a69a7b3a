"""Any order, batching and duplication of pushes gives the same cases, byte for byte, on both databases."""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from fieldwork import County, TestTablet, new_tablet
from flask import Flask
from founding import Founded, close, settings_of_copy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ledger_reading import case_documents, rows
from sqlalchemy import delete

from server.app import create_app
from server.db import execute, transactional
from server.operations.rebuild_cases import DERIVED
from server.store.authorities import authority_table
from server.store.key_registry import key_table
from server.store.persons import person_table
from server.store.replicas import replica_session_table, replica_table
from server.store.statements import leaf_table, statement_table
from sync.dot import Dot
from sync.envelope import Envelope

NAME = "household.householder_name"
CASES = ("a" * 32, "b" * 32)


@dataclass(frozen=True)
class Fieldwork:
    """Three tablets' sealed statements, and what comes of them when they arrive in the order of writing."""

    app: Flask
    tablets: tuple[TestTablet, ...]
    sealed: tuple[tuple[int, Envelope], ...]
    expected: dict[str, bytes]
    on: str


def do_fieldwork(county: County, rng: random.Random) -> tuple[tuple[TestTablet, ...], list[tuple[int, Envelope]]]:
    """Two rounds: apart first, then each tablet goes on with what it wrote and what it pulled."""
    tablets = tuple(new_tablet(county, name) for name in ("zhang", "li", "head"))
    sealed: list[tuple[int, Envelope]] = []
    for round_ in range(3):
        for number, tablet in enumerate(tablets):
            for case in CASES:
                answers = {
                    "household": {
                        "householder_name": rng.choice(["王大山", "王小山", "王中山"]),
                        "village": rng.choice(["n1", "n2"]),
                        "family_size": rng.randrange(3),
                    },
                    "people": {
                        "members": [{"member_id": rng.choice(["a1a1a1a1", "b2b2b2b2"]), "name": f"人{round_}"}]
                    },
                }
                seen = dots_on_screen(tablet, case) if round_ else {}
                sealed.append((number, tablet.visit(case, answers, village="n1", seen=seen)))
        for number, tablet in enumerate(tablets):
            if rng.random() < 0.7 or round_ == 2:
                tablet.push(*(envelope for writer, envelope in sealed if writer == number))
                tablet.held = tablet.pull().json["held"]
    for number, tablet in enumerate(tablets):
        tablet.push(*(envelope for writer, envelope in sealed if writer == number))
    return tablets, sealed


def dots_on_screen(tablet: TestTablet, case: str) -> dict[str, list[Dot]]:
    """What the last pull showed of this case, by the tablet's own account of what it held then."""
    page = tablet.client.post("/api/v1/cases", json={"ids": [case]}, headers=tablet.headers).json
    tablet.held = tablet.pull().json["held"]
    return {
        path: [
            Dot(shown["statements"][sibling[n]], sibling[n + 1])
            for sibling in siblings
            for n in range(1, len(sibling), 2)
        ]
        for shown in page["cases"]
        for path, siblings in shown["registers"].items()
    }


@pytest.fixture(scope="module")
def fieldworks(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Fieldwork]]:
    """The same keys and the same statements on both databases."""
    done: list[Fieldwork] = []
    first: tuple[tuple[TestTablet, ...], list[tuple[int, Envelope]]] | None = None
    for kind in ("sqlite", "postgresql"):
        founded: Founded = request.getfixturevalue(f"founded_on_{kind}")
        app = create_app(settings_of_copy(founded, tmp_path_factory.mktemp(kind)))
        if first is None:
            first = do_fieldwork(County(app, dict(founded.people)), random.Random(7))
            tablets = first[0]
            enrolled = enrolments(app)
        else:
            tablets = transplant(app, first[0], enrolled)
        done.append(Fieldwork(app, tablets, tuple(first[1]), {}, kind))
    expected = case_documents(done[0].app)
    yield [Fieldwork(f.app, f.tablets, f.sealed, expected, f.on) for f in done]
    for fieldwork in done:
        close(fieldwork.app)


def enrolments(app: Flask) -> list[tuple[Any, list[dict[str, Any]]]]:
    """Everything that says who may write: the second installation is the first one's twin."""
    return [(t, rows(app, t)) for t in (person_table, replica_table, key_table, replica_session_table)]


def transplant(
    app: Flask, tablets: tuple[TestTablet, ...], enrolled: list[tuple[Any, list[dict[str, Any]]]]
) -> tuple[TestTablet, ...]:
    @transactional
    def copy() -> None:
        for table, _ in reversed(enrolled):
            execute(delete(table))
        for table, kept in enrolled:
            execute(table.insert(), kept)

    with app.app_context():
        copy()
    return tuple(replace(t, client=app.test_client()) for t in tablets)


def forget_statements(app: Flask, held: int) -> None:
    """Before each example the ledger has the size that the tablets say they held, and no statement of theirs."""

    @transactional
    def forget() -> None:
        for table in (*DERIVED, leaf_table, statement_table):
            execute(delete(table))
        execute(authority_table.update().values(size=held))
        execute(replica_table.update().values(received=0, head_seq=0, head_hash=None))

    with app.app_context():
        forget()


@st.composite
def deliveries(draw: st.DrawFn, sealed: tuple[tuple[int, Envelope], ...]) -> list[tuple[int, list[int]]]:
    """(tablet, places in `sealed`): all of them, in any order, some twice, in batches of any size."""
    order = draw(st.permutations(range(len(sealed))))
    again = draw(st.lists(st.sampled_from(range(len(sealed))), max_size=8))
    stream = [*order, *again]
    draw(st.randoms(use_true_random=False)).shuffle(stream)
    batches: list[tuple[int, list[int]]] = []
    size = draw(st.integers(1, 6))
    for place in stream:
        writer = sealed[place][0]
        if batches and batches[-1][0] == writer and len(batches[-1][1]) < size:
            batches[-1][1].append(place)
        else:
            batches.append((writer, [place]))
    return batches


@pytest.mark.parametrize("on", ["sqlite", "postgresql"])
def test_any_order_batching_and_duplication_gives_the_same_cases(
    fieldworks: list[Fieldwork], monkeypatch: pytest.MonkeyPatch, on: str
) -> None:
    from server.operations import accept_statements

    # Whether a writer can have seen a dot depends on when it arrived, and that is tested by itself; here arrivals
    # are shuffled further than real tablets could, to show that merging itself does not look at the order.
    monkeypatch.setattr(accept_statements, "sight_fault", lambda *_: None)
    fieldwork = next(f for f in fieldworks if f.on == on)

    @given(st.data())
    @settings(
        max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), database=None, derandomize=True
    )
    def law(data: st.DataObject) -> None:
        batches = data.draw(deliveries(fieldwork.sealed))
        forget_statements(fieldwork.app, 1000)
        receipts: dict[str, str] = {}

        for writer, places in batches:
            verdicts = fieldwork.tablets[writer].push(*(fieldwork.sealed[place][1] for place in places))
            for verdict in verdicts:
                assert verdict["status"] in ("accepted", "replayed"), verdict
                receipt = json.dumps(verdict["receipt"])
                assert receipts.setdefault(verdict["statement"], receipt) == receipt

        assert case_documents(fieldwork.app) == fieldwork.expected

    law()


def test_the_fieldwork_has_conflicts_to_keep(fieldworks: list[Fieldwork]) -> None:
    disputed = [
        path
        for document in fieldworks[0].expected.values()
        for path, register in json.loads(document)["registers"].items()
        if len({json.dumps(value) for value in register["live"].values()}) > 1
    ]

    assert len(disputed) >= 2


def test_conflicts_show_in_the_pull(county: County) -> None:
    one, two = new_tablet(county, "zhang"), new_tablet(county, "li")
    for tablet, name in ((one, "王大山"), (two, "王小山")):
        tablet.push(tablet.visit(CASES[0], {"household": {"householder_name": name}}))

    (case,) = one.pull().json["cases"]

    assert sorted(sibling[0] for sibling in case["registers"][NAME]) == ["王大山", "王小山"]
