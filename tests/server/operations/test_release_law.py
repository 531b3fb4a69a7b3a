"""The law of quarantine: released at any moment, a statement leaves the case as if it had been accepted at first.

Two counties that are copies of each other hear the same statements in the same order. In one of them a tablet was
revoked beforehand: what it says waits, and is released sooner or later, between other statements. Both end alike.
"""

import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from fieldwork import AUTHORITY, PASSWORD, County, TestTablet, new_tablet
from founding import Founded, close, settings_of_copy
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from ledger_reading import case_documents, case_row, keyring, registers, rows, stored

from server import keys
from server.app import create_app
from server.operations.acting import Acting, Grounds
from server.operations.rebuild_cases import check_rebuild
from server.operations.release_statement import release_statement
from server.operations.revoke_replica import revoke_replica
from server.operations.state_from_office import open_office_key
from server.queries.verify_ledger import verify_ledger
from server.store.open_items import open_item_table
from server.store.persons import Person
from sync.dot import Dot
from sync.envelope import ENROLMENT_TYPE, Envelope
from sync.open_item import CONFLICT_RULE

NAME, PHONE = "household.householder_name", "household.phone"
NAMES, PHONES = ("王大山", "王小山", "王老山"), (None, "13800000001", "13800000002")
GROUNDS = Grounds.given("done_before", "停用前所做，已核实")
TABLETS = 3  # the first of them is the revoked one


@dataclass
class Counties:
    """The county as it should be, and the one in which a tablet is revoked."""

    should: County
    revoked: County
    key: keys.SigningKey
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def officer(self) -> Person:
        return self.revoked.people["officer"]


@pytest.fixture(scope="module")
def counties(founded_on_sqlite: Founded, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Counties]:
    folder = tmp_path_factory.mktemp("law")
    apps = [create_app(settings_of_copy(founded_on_sqlite, folder / name)) for name in ("should", "revoked")]
    should, revoked = (County(app, dict(founded_on_sqlite.people)) for app in apps)
    with apps[1].app_context():
        key = open_office_key(revoked.people["officer"], PASSWORD)
    yield Counties(should, revoked, key)
    for app in apps:
        close(app)


@dataclass
class Twin:
    """One tablet that is enrolled in both counties under the same keys."""

    here: TestTablet
    there: TestTablet

    @classmethod
    def enrolled(cls, counties: Counties) -> "Twin":
        here = new_tablet(counties.should, "zhang")
        county = counties.revoked
        there = TestTablet(county, county.app.test_client(), here.replica, here.key, dict(here.persons))
        token, (_, person_key) = county.enrolment_token("zhang"), here.persons["zhang"]
        proof = keys.sign_envelope(ENROLMENT_TYPE, there.enrolment_payload(token, person_key), here.key, person_key)
        answer = there.client.post("/api/v1/enrolments", json={"token": token, "proof": proof.to_json()})
        assert answer.status_code == 201, answer.text
        assert there.session().status_code == 201
        return cls(here, there)


@dataclass
class Telling:
    """One household in both counties, while it is told about in both."""

    counties: Counties
    case: str = ""
    twins: list[Twin] = field(default_factory=list)
    sealed: list[tuple[Twin, Envelope]] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.case = f"{next(self.counties.numbers):032x}"
        self.twins = [Twin.enrolled(self.counties) for _ in range(TABLETS)]
        with self.counties.revoked.app.app_context():
            revoke_replica(AUTHORITY, self.counties.officer.id, self.twins[0].there.replica, "lost")

    def seal(self, who: int, name: str, phone: str | None, village: str, mask: int) -> None:
        """A visit that has seen some of what the revoked county shows; what waits there is on nobody's screen."""
        tablet = self.twins[who].here
        shown = self.shown()
        seen = {
            path: [dot for n, dot in enumerate(sorted(shown.get(path, ()))) if mask >> n & 1]
            for path in (NAME, PHONE)
        }
        household = {"householder_name": name} | ({"phone": phone, "phone_check": "match"} if phone else {})
        answers = {"household": household}
        visit = tablet.visit(self.case, answers, village=village, seen=seen, held=len(stored(tablet.county.app)))
        self.sealed.append((self.twins[who], visit))

    def shown(self) -> dict[str, list[Dot]]:
        app = self.counties.revoked.app
        if self.case not in case_documents(app):
            return {}
        return {path: [Dot.parse(dot) for dot in live] for path, live in registers(app, self.case).items()}

    def push(self, which: int) -> None:
        if self.sealed:
            twin, envelope = self.sealed.pop(which % len(self.sealed))
            (should,), (there,) = twin.here.push(envelope), twin.there.push(envelope)
            assert should["status"] == "accepted", should
            if twin is self.twins[0]:
                assert there["reason"] == "replica_revoked"
                self.waiting.append(there["statement"])
            else:
                assert there["status"] == "accepted", there

    def release(self, which: int) -> None:
        if self.waiting:
            statement = self.waiting.pop(which % len(self.waiting))
            app, officer = self.counties.revoked.app, self.counties.officer
            (item,) = [r["id"] for r in rows(app, open_item_table) if r["subject"] == statement]
            with app.app_context():
                acting = Acting(
                    AUTHORITY, officer.id, officer.role, (officer.scope,), self.counties.key, keyring(app)
                )
                release_statement(acting, item, GROUNDS)
            # The release has its place in one ledger; something unconcerned takes it in the other.
            filler = new_tablet(self.counties.should, "zhang")
            (verdict,) = filler.push(filler.visit("f" * 32, {}))
            assert verdict["status"] == "accepted"

    def outcome(self, county: County) -> tuple[Any, ...]:
        """The case's document without the releases, what lists say of it, and what waits for a decision."""
        document = json.loads(case_documents(county.app)[self.case])
        office = self.counties.officer.office_replica or "-"
        document["statements"] = [name for name in document["statements"] if not name.startswith(office)]
        row = case_row(county.app, self.case)
        disputed = {
            r["subject"]
            for r in rows(county.app, open_item_table)
            if r["case_id"] == self.case and r["rule"] == CONFLICT_RULE and r["closed"] is None
        }
        return document, row.village, row.path, row.householder, row.disputed, row.visits, row.owed, disputed


STEPS = st.lists(
    st.one_of(
        st.tuples(
            st.just("seal"),
            st.integers(0, TABLETS - 1),
            st.sampled_from(NAMES),
            st.sampled_from(PHONES),
            st.sampled_from(["n1", "n1", "n2"]),
            st.integers(0, 7),
        ),
        st.tuples(st.just("push"), st.integers(0, 9)),
        st.tuples(st.just("push"), st.integers(0, 9)),
        st.tuples(st.just("release"), st.integers(0, 9)),
    ),
    min_size=4,
    max_size=16,
)


@given(STEPS)
@settings(
    max_examples=25,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # each example is two servers: shrinking takes minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
def test_released_at_any_moment_it_is_as_if_it_had_been_accepted_at_first(
    counties: Counties, steps: list[tuple[Any, ...]]
) -> None:
    telling = Telling(counties)
    telling.seal(0, NAMES[0], None, "n1", 0)

    for step, *arguments in steps:
        getattr(telling, step)(*arguments)
    while telling.sealed:
        telling.push(0)
    while telling.waiting:
        telling.release(0)

    assert telling.outcome(counties.revoked) == telling.outcome(counties.should)


def test_and_all_of_it_rebuilds_and_verifies(counties: Counties) -> None:
    for county in (counties.should, counties.revoked):
        with county.app.app_context():
            ring = keyring(county.app)
            assert check_rebuild(AUTHORITY, ring, lambda _: None).differing == ()
            assert verify_ledger(AUTHORITY, ring, lambda _: None).faults == ()
