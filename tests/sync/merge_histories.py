"""What the merge must hold to, in slow and literal words, and the histories that try to break it.

Nothing here shares a line with the register that it judges: `expected_document` reads the definition aloud.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from hypothesis import strategies as st

from sync.case import Case
from sync.dot import Dot
from sync.register import Value, Write

PATHS = ("economy.wage_income", "members.0a1b2c3d.health", "place.village")
VALUES: tuple[Value, ...] = (None, True, False, 1, 0, "1", "", "低保", [], ["a"], ["a", "b"], 120000)
REPLICAS = tuple(digit * 32 for digit in "abcd")
NEVER_SENT = "e" * 32 + "-1"


@dataclass(frozen=True, slots=True)
class Signed:
    """As much of an accepted statement as a case sees of it."""

    id: str
    writes: tuple[Write, ...]
    village: str | None = None


@dataclass(frozen=True, slots=True)
class Merge:
    """A merge on trial: how it takes one more statement, how it goes to rest and wakes up, what it calls disputed."""

    apply: Callable[[Case, Signed], Case]
    reopen: Callable[[bytes], Case] = Case.from_document
    conflicts: Callable[[Case], Sequence[str]] = lambda case: case.conflicts


@dataclass(frozen=True, slots=True)
class Delivery:
    """One arrival of a statement; after some of them the case goes to rest as its document and is loaded again."""

    statement: Signed
    then_rest: bool = False


REAL = Merge(lambda case, signed: case.apply(signed.id, signed.writes, signed.village))


# -- The definition ---------------------------------------------------------------------------------------------


def expected_live(writes: Iterable[Write]) -> dict[Dot, Value]:
    """The live writes of one path: those that no other write of that path has in its `seen`."""
    writes = tuple(writes)
    return {
        write.dot: write.value
        for write in writes
        if not any(write.dot in other.seen for other in writes if other is not write)
    }


def expected_document(history: Iterable[Signed]) -> bytes:
    """The bytes of the case that holds exactly these statements."""
    history = tuple(history)
    arrived = {signed.id for signed in history}
    registers = {}
    for path, writes in writes_by_path(history).items():
        entry: dict[str, object] = {"live": {str(dot): value for dot, value in expected_live(writes).items()}}
        awaited = {dot for write in writes for dot in write.seen if dot.statement not in arrived}
        if awaited:
            entry["awaited"] = [str(dot) for dot in sorted(awaited)]
        registers[path] = entry
    villages = sorted({signed.village for signed in history if signed.village is not None})
    value = {"statements": sorted(arrived), "registers": registers, "villages": villages}
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def writes_by_path(history: Iterable[Signed]) -> dict[str, list[Write]]:
    by_path: dict[str, list[Write]] = {}
    for signed in history:
        for write in signed.writes:
            by_path.setdefault(write.path, []).append(write)
    return by_path


def live_of(case: Case) -> Mapping[str, Mapping[Dot, Value]]:
    """What is live in a case, by path."""
    return {path: register.live for path, register in case.registers.items()}


def exactly(value: Value) -> str:
    """Tells values apart as JSON does: to Python, 1 == True."""
    return json.dumps(value)


# -- The laws ---------------------------------------------------------------------------------------------------


def deliver(merge: Merge, deliveries: Iterable[Delivery]) -> Case:
    case = Case()
    for delivery in deliveries:
        case = merge.apply(case, delivery.statement)
        if delivery.then_rest:
            case = merge.reopen(case.document())
    return case


def in_turn(history: Iterable[Signed]) -> list[Delivery]:
    return [Delivery(signed) for signed in history]


def order_does_not_matter(merge: Merge, history: Sequence[Signed], deliveries: Sequence[Delivery]) -> None:
    assert deliver(merge, deliveries).document() == deliver(merge, in_turn(history)).document()


def no_value_is_lost(merge: Merge, history: Sequence[Signed], deliveries: Sequence[Delivery]) -> None:
    live = live_of(deliver(merge, deliveries))
    for path, writes in writes_by_path(history).items():
        for write in writes:
            seen_by_another = any(write.dot in other.seen for other in writes if other is not write)
            assert seen_by_another or write.dot in live[path]


def no_value_is_invented(merge: Merge, history: Sequence[Signed], deliveries: Sequence[Delivery]) -> None:
    written = {(write.dot, write.path): exactly(write.value) for signed in history for write in signed.writes}
    for path, values in live_of(deliver(merge, deliveries)).items():
        for dot, value in values.items():
            assert written.get((dot, path)) == exactly(value)


def what_was_seen_is_superseded(merge: Merge, history: Sequence[Signed], deliveries: Sequence[Delivery]) -> None:
    live = live_of(deliver(merge, deliveries))
    for path, writes in writes_by_path(history).items():
        for write in writes:
            assert not (write.seen - {write.dot}) & live[path].keys()


def conflicts_are_visible(merge: Merge, history: Sequence[Signed], deliveries: Sequence[Delivery]) -> None:
    disputed = {
        path
        for path, writes in writes_by_path(history).items()
        if len({exactly(value) for value in expected_live(writes).values()}) > 1
    }
    assert list(merge.conflicts(deliver(merge, deliveries))) == sorted(disputed)


def duplicates_change_nothing(merge: Merge, history: Sequence[Signed], deliveries: Sequence[Delivery]) -> None:
    case = deliver(merge, deliveries)
    for signed in history:
        assert merge.apply(case, signed).document() == case.document()


def it_is_the_definition(merge: Merge, history: Sequence[Signed], deliveries: Sequence[Delivery]) -> None:
    assert deliver(merge, deliveries).document() == expected_document(history)


LAWS = (
    order_does_not_matter,
    no_value_is_lost,
    no_value_is_invented,
    what_was_seen_is_superseded,
    conflicts_are_visible,
    duplicates_change_nothing,
)


# -- The histories ----------------------------------------------------------------------------------------------


@st.composite
def real_histories(draw: st.DrawFn) -> tuple[Signed, ...]:
    """2 to 4 replicas that write, and now and then hear of one another; `seen` is what each had on screen."""
    replicas = REPLICAS[: draw(st.integers(2, 4))]
    held: dict[str, list[Signed]] = {replica: [] for replica in replicas}
    history: list[Signed] = []
    for _ in range(draw(st.integers(1, 8))):
        replica = draw(st.sampled_from(replicas))
        if draw(st.booleans()):
            other = draw(st.sampled_from(replicas))
            held[replica] += [signed for signed in held[other] if signed not in held[replica]]
        on_screen = {path: frozenset(expected_live(w)) for path, w in writes_by_path(held[replica]).items()}
        signed_id = f"{replica}-{1 + sum(signed.id.startswith(replica) for signed in history)}"
        paths = draw(st.lists(st.sampled_from(PATHS), min_size=1, max_size=3, unique=True))
        signed = Signed(
            signed_id,
            tuple(
                Write(
                    Dot(signed_id, number),
                    path,
                    draw(st.sampled_from(VALUES)),
                    on_screen.get(path, frozenset()),
                )
                for number, path in enumerate(sorted(paths))
            ),
            draw(st.sampled_from((None, "v1", "v2"))),
        )
        held[replica].append(signed)
        history.append(signed)
    return tuple(history)


@st.composite
def wild_histories(draw: st.DrawFn) -> tuple[Signed, ...]:
    """Statements whose `seen` may name anything.

    Dots that arrive later or never, dots of other paths, numbers that no write has, each other, themselves; and
    statements that write one path twice.
    """
    ids = [f"{replica}-{seq}" for replica in REPLICAS[:3] for seq in (1, 2)][: draw(st.integers(1, 6))]
    dots = st.builds(Dot, st.sampled_from([*ids, NEVER_SENT]), st.sampled_from((0, 0, 1, 2, 99)))
    history = []
    for signed_id in ids:
        paths = draw(st.lists(st.sampled_from(PATHS[:2]), min_size=1, max_size=3))
        writes = tuple(
            Write(
                Dot(signed_id, number),
                path,
                draw(st.sampled_from(VALUES)),
                draw(st.frozensets(dots, max_size=4)),
            )
            for number, path in enumerate(paths)
        )
        history.append(Signed(signed_id, writes, draw(st.sampled_from((None, "v1", "v2")))))
    return tuple(history)


@st.composite
def delivered(draw: st.DrawFn) -> tuple[tuple[Signed, ...], list[Delivery]]:
    """A history, and one way in which the network may hand it over: shuffled, in batches, some of it twice."""
    history = draw(st.one_of(real_histories(), wild_histories()))
    again = draw(st.lists(st.sampled_from(history), max_size=3))
    order = draw(st.permutations([*history, *again]))
    return history, [Delivery(signed, draw(st.booleans())) for signed in order]
