"""The laws of deciding, over the real application: whatever officers decide and tablets deliver, early, late, twice,
no value is lost, and no decision supersedes what was not shown to whoever made it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from deciding import grounds, items, shown
from fieldwork import AUTHORITY, PASSWORD, County, TestTablet, form, new_tablet
from founding import Founded, close, settings_of_copy
from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st
from ledger_reading import keyring, registers, stored

from schemas.forms.instance import read_instance
from schemas.statement import read_payload, read_statement
from server import errors
from server.app import create_app
from server.operations.acting import Acting
from server.operations.add_person import add_person
from server.operations.confirm_proposal import confirm_proposal
from server.operations.decide_field import BothRight, Decided, Enter, FieldDecision, Take, decide_field
from server.operations.rebuild_cases import check_rebuild
from server.operations.reopen_item import reopen_item
from server.operations.state_from_office import open_office_key
from server.policy import Role
from server.queries.open_statements import open_statements
from server.queries.read_envelopes import Authentic
from sync.dot import Dot
from sync.envelope import Envelope
from sync.open_item import conflict
from sync.register import Write
from sync.statement import survey_writes

CASE = "c" * 32
LINE = "00000001"
ADDRESS, BENEFIT, NOTE = "place.address", "benefit.amount_month", f"assets.{LINE}.description"
FIELDS = (ADDRESS, BENEFIT, NOTE)
OFFICERS = ("head", "officer", "colleague")
# What a decision may end in beside being made; each leaves everything as it was.
REFUSALS = (
    errors.ScreenOutdated,
    errors.ItemClosed,
    errors.AuthorMayNotResolve,
    errors.ProposerMayNotConfirm,
    errors.InvalidRequest,
    errors.NotFound,
)

tablet_number, officer = st.integers(0, 2), st.sampled_from(OFFICERS)
a_field, few = st.sampled_from(FIELDS), st.integers(0, 4)
step = st.one_of(
    st.tuples(st.just("visit"), tablet_number, a_field, few, st.booleans()),
    st.tuples(st.just("deliver"), tablet_number, st.integers(0, 50)),
    st.tuples(st.just("pull"), tablet_number),
    st.tuples(st.just("look"), officer, a_field),
    st.tuples(st.just("decide"), officer, a_field, st.sampled_from(("take", "earlier", "enter", "both")), few),
    st.tuples(st.just("look_and_decide"), officer, a_field, st.sampled_from(("take", "enter", "both")), few),
    st.tuples(st.just("propose_and_confirm"), st.permutations(OFFICERS), st.sampled_from((BENEFIT, NOTE)), few),
    st.tuples(st.just("confirm"), officer, a_field),
    st.tuples(st.just("reopen"), officer, a_field),
    st.tuples(
        st.just("again"),
    ),
)


def answers(path: str, number: int) -> dict[str, Any]:
    match path:
        case "place.address":
            return {"household": {"address": f"一组{number}号"}}
        case "benefit.amount_month":
            return {"household": {"benefit_month": f"{100 + number}"}}
    return {"economy": {"assets": [{"asset_id": LINE, "asset_note": f"{number}号拖拉机"}]}}


def entered(path: str, number: int) -> Any:
    return {ADDRESS: f"二组{number}号", BENEFIT: 20000 + number, NOTE: f"{number}号水车"}[path]


@dataclass
class Hand:
    """A tablet, all it has ever sealed, and what it knows of the case: pulled dots and its own."""

    tablet: TestTablet
    sealed: list[Envelope] = field(default_factory=list)
    known: dict[str, set[Dot]] = field(default_factory=dict)

    def visit(self, path: str, number: int, sees: bool) -> None:
        seen = {path: sorted(self.known.get(path, ()))} if sees else {}
        envelope = self.tablet.visit(CASE, answers(path, number), seen=seen)
        self.sealed.append(envelope)
        for write in writes_of(envelope):
            mine = self.known.setdefault(write.path, set())
            mine -= write.seen
            mine.add(write.dot)

    def pull(self) -> None:
        page = self.tablet.pull().json
        self.tablet.held = page["held"]
        for case in page["cases"]:
            names = case["statements"]
            for path, siblings in case["registers"].items():
                dots = {Dot(names[s[n]], s[n + 1]) for s in siblings for n in range(1, len(s), 2)}
                self.known.setdefault(path, set()).update(dots)


def writes_of(envelope: Envelope) -> tuple[Write, ...]:
    statement = read_statement(read_payload(envelope.payload))
    assert statement.instance is not None
    read = read_instance(
        form("household_visit"), statement.instance, on_screen=statement.seen.keys(), statement=statement.id
    )
    return survey_writes(statement, read.answers)


@dataclass
class World:
    county: County
    hands: list[Hand]
    acting: dict[str, Acting]
    screens: dict[tuple[str, str], frozenset[Dot]] = field(default_factory=dict)
    once: dict[str, set[Dot]] = field(default_factory=dict)  # every dot that ever stood in a field, as far as seen
    last: tuple[str, FieldDecision] | None = None

    def run(self, steps: list[tuple[Any, ...]]) -> None:
        for name, *how in steps:
            getattr(self, name)(*how)

    def visit(self, number: int, path: str, value: int, sees: bool) -> None:
        self.hands[number].visit(path, value, sees)

    def deliver(self, number: int, which: int) -> None:
        hand = self.hands[number]
        if hand.sealed:
            hand.tablet.push(hand.sealed[which % len(hand.sealed)])

    def pull(self, number: int) -> None:
        self.hands[number].pull()

    def look(self, who: str, path: str) -> None:
        self.screens[who, path] = self.live(path)

    def live(self, path: str) -> frozenset[Dot]:
        dots = shown(self.county.app, CASE, path) if stored(self.county.app) else frozenset()
        self.once.setdefault(path, set()).update(dots)
        return dots

    def look_and_decide(self, who: str, path: str, how: str, number: int) -> None:
        self.look(who, path)
        self.decide(who, path, how, number)

    def propose_and_confirm(self, officers: tuple[str, ...], path: str, number: int) -> None:
        self.look_and_decide(officers[0], path, "both" if path == NOTE else "take", number)
        self.confirm(officers[1], path)

    def decide(self, who: str, path: str, how: str, number: int) -> None:
        """With what stood on this officer's screen, however long ago that was."""
        if (who, path) not in self.screens:
            self.look(who, path)
        saw = self.screens[who, path]
        choices = sorted(self.once.get(path, ()) if how == "earlier" else saw) or [Dot("e" * 32 + "-1", 0)]
        dot = choices[number % len(choices)]
        choice: Take | Enter | BothRight = BothRight(dot) if how == "both" else Take(dot)
        if how == "enter":
            choice = Enter(entered(path, number))
        decision = FieldDecision(conflict(CASE, path).id, CASE, path, saw, choice, grounds())
        self.last = who, decision
        self.decided(path, saw, lambda: decide_field(self.acting[who], decision))

    def again(self) -> None:
        """The last form that was posted is posted again."""
        if self.last is None:
            return
        who, decision = self.last
        before = registers(self.county.app, CASE) if stored(self.county.app) else {}
        done = self.decided(decision.path, decision.shown, lambda: decide_field(self.acting[who], decision))
        if done is not None and not done.awaits_second:
            assert before != registers(self.county.app, CASE)  # it had been refused before

    def confirm(self, who: str, path: str) -> None:
        item = items(self.county.app).get(conflict(CASE, path).id)
        if item is None or item.proposal is None:
            return
        with self.county.app.app_context():
            read = open_statements(AUTHORITY, [item.proposal], keyring(self.county.app))[item.proposal]
        assert isinstance(read, Authentic) and read.statement is not None
        saw, proposal = read.statement.writes[0].seen, item.proposal
        self.decided(path, saw, lambda: confirm_proposal(self.acting[who], item.id, proposal, grounds()))

    def reopen(self, who: str, path: str) -> None:
        item = conflict(CASE, path).id
        self.decided(path, frozenset(), lambda: reopen_item(self.acting[who], item, grounds()))

    def decided(self, path: str, saw: frozenset[Dot], act: Any) -> Decided | None:
        """An officer's act: what it supersedes was shown, and a refusal leaves everything as it was."""
        before = stored(self.county.app)
        stood = registers(self.county.app, CASE) if before else {}
        try:
            with self.county.app.app_context():
                done: Decided = act()
        except REFUSALS as error:
            event(type(error).__name__)
            assert stored(self.county.app) == before
            assert (registers(self.county.app, CASE) if before else {}) == stood
            return None
        event(f"{done.statement.kind} {done.statement.outcome} {'confirmed' if done.statement.target else ''}")
        stands = registers(self.county.app, CASE)
        gone = {Dot.parse(dot) for p, dots in stood.items() for dot in dots if dot not in stands.get(p, {})}
        assert gone <= saw
        assert not (done.awaits_second and stands != stood)
        return done

    def check(self) -> None:
        """No value is lost: live is exactly what no accepted write has in its `seen`."""
        rows = stored(self.county.app)
        applied = [row["id"] for row in rows.values() if row["quarantine"] is None]
        if not applied:
            return
        with self.county.app.app_context():
            read = open_statements(AUTHORITY, applied, keyring(self.county.app))
            assert check_rebuild(AUTHORITY, keyring(self.county.app), lambda _: None).differing == ()
        written: dict[str, list[Write]] = {}
        for found in read.values():
            assert isinstance(found, Authentic)
            for write in found.writes.get(CASE, ()):
                written.setdefault(write.path, []).append(write)
        wanted = {}
        for path, writes in written.items():
            superseded = frozenset[Dot]().union(*(write.seen for write in writes))
            wanted[path] = {str(w.dot): w.value for w in writes if w.dot not in superseded}
        stands = registers(self.county.app, CASE)
        assert stands == wanted
        self.check_items(stands)

    def check_items(self, stands: dict[str, dict[str, Any]]) -> None:
        """A disputed field waits for somebody, whatever has been decided about it."""
        known = items(self.county.app)
        for path, live in stands.items():
            if len(set(map(repr, live.values()))) > 1:
                assert known[conflict(CASE, path).id].closed is None


@contextmanager
def a_world(founded: Founded, folder: Any) -> Iterator[World]:
    app = create_app(settings_of_copy(founded, folder))
    app.testing = True
    county = County(app, dict(founded.people))
    try:
        with app.app_context():
            county.people["colleague"] = add_person(
                AUTHORITY, login="colleague", name="测试同事", role=Role.COUNTY_OFFICER, region="c", password=PASSWORD
            )
        hands = [Hand(new_tablet(county, name)) for name in ("zhang", "li", "zhang")]
        yield World(county, hands, {who: _hand_of(county, who) for who in OFFICERS})
    finally:
        close(app)


def _hand_of(county: County, who: str) -> Acting:
    person = county.people[who]
    key = open_office_key(person, PASSWORD)
    return Acting(AUTHORITY, person.id, person.role, (person.scope,), key, keyring(county.app))


@given(steps=st.lists(step, min_size=20, max_size=80))
@settings(
    max_examples=5,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # shrinking a story of ten seconds takes an hour
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
def test_no_sequence_of_decisions_and_deliveries_loses_a_value(
    founded_on_sqlite: Founded, tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[Any, ...]]
) -> None:
    with a_world(founded_on_sqlite, tmp_path_factory.mktemp("world") / "copy") as world:
        for number, path in enumerate(FIELDS):  # a story begins with people who disagree
            for hand in range(3):
                world.visit(hand, path, number + hand, False)
        for hand in range(3):
            for which in range(2):
                world.deliver(hand, which)
        world.run(steps)
        world.check()
