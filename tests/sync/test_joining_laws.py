"""Joining two files loses nothing that anybody stated, and separating them again gives back what both said."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random

from hypothesis import given
from hypothesis import strategies as st
from merge_histories import REAL, Delivery, Signed, deliver, expected_document

from sync.case import Case, joined_into, value_of
from sync.dot import Dot
from sync.joining import Joining, separating_writes, superseded_by
from sync.register import Value, Write
from sync.statement import CaseWrite

LIVES, JOINED = "a" * 32, "b" * 32
FIELDS = ("place.address", "household.phone", "benefit.amount_month")
ENTRIES = ("11111111", "22222222", "33333333")
VALUES: tuple[Value, ...] = (None, "王", "李", 1, 2)


@dataclass(frozen=True, slots=True)
class Said:
    """A statement about one of the cases."""

    case: str
    signed: Signed


def folded(history: Iterable[Said], case: str) -> Case:
    return deliver(REAL, [Delivery(said.signed) for said in history if said.case == case])


def stated(history: Sequence[Said]) -> dict[Dot, Value]:
    return {write.dot: write.value for said in history for write in said.signed.writes}


def by_office(number: int, writes: Iterable[CaseWrite]) -> list[Said]:
    """One statement of the office about both cases, as each of them sees it."""
    name = "f" * 32 + f"-{number}"
    found: dict[str, list[Write]] = {LIVES: [], JOINED: []}
    for n, write in enumerate(writes):
        found[write.case].append(Write(Dot(name, n), write.path, write.value, write.seen))
    return [Said(case, Signed(name, tuple(written))) for case, written in found.items()]


@st.composite
def visits(draw: st.DrawFn, tablet: str, most: int = 3) -> list[Said]:
    """Visits of one tablet to both cases; each supersedes what the tablet itself had written there before."""
    history: list[Said] = []
    for seq in range(1, draw(st.integers(1, most)) + 1):
        case = draw(st.sampled_from((LIVES, JOINED)))
        paths = draw(st.sets(st.sampled_from(FIELDS), max_size=3))
        for entry in draw(st.sets(st.sampled_from(ENTRIES), max_size=2)):
            paths |= {f"members.{entry}.listed", f"members.{entry}.name", f"income.{entry}.listed"}
            paths |= draw(st.sets(st.sampled_from((f"members.{entry}.id_no", f"income.{entry}.member")), max_size=2))
        name = f"{tablet}-{seq}"
        own = {write.path: write.dot for said in history if said.case == case for write in said.signed.writes}
        writes = []
        for number, path in enumerate(sorted(paths)):
            value = draw(value_at(path))
            seen = frozenset({own[path]}) if path in own else frozenset()
            writes.append(Write(Dot(name, number), path, value, seen))
        history.append(Said(case, Signed(name, tuple(writes), "n1")))
    return history


def value_at(path: str) -> st.SearchStrategy[Value]:
    if path.endswith(".listed"):
        return st.booleans()
    if path.endswith(".member"):
        return st.sampled_from(ENTRIES)
    if path.endswith(".id_no"):
        return st.sampled_from(("99999919570704013X", "999999196001010127"))
    return st.sampled_from(VALUES)


def said_by(case: Case) -> dict[str, Value]:
    """What a file says: every settled value that is not under an entry that was taken off its list."""
    gone = {
        path.removesuffix("listed")
        for path, register in case.registers.items()
        if path.endswith(".listed") and not any(value is True for value in register.live.values())
    }
    return {
        path: value_of(case, path)
        for path in case.registers
        if not any(path.startswith(prefix) for prefix in gone) and value_of(case, path) is not None
    }


@st.composite
def joined(draw: st.DrawFn) -> tuple[list[Said], list[Said]]:
    """(what was stated before, the same with a join after it)"""
    before = draw(visits("1" * 32)) + draw(visits("2" * 32))
    joining = Joining(LIVES, folded(before, LIVES), JOINED, folded(before, JOINED))
    paths = [row.path for row in joining.side_by_side]
    chosen = draw(st.dictionaries(st.sampled_from(paths), st.sampled_from((LIVES, JOINED)))) if paths else {}
    choices = {path: case for path, case in chosen.items() if path not in joining.unclear(chosen)}
    return before, before + by_office(1, joining.writes(choices))


def separated(history: list[Said]) -> list[Said]:
    """The history with a separation after it, made by somebody who has it all on screen."""
    written = [w for said in history if said.case == LIVES and said.signed.id[0] == "f" for w in said.signed.writes]
    known = stated([said for said in history if said.case == LIVES])
    values = {dot: known[dot] for dot in superseded_by(written)}
    joining = Joining(LIVES, folded(history, LIVES), JOINED, folded(history, JOINED))
    return history + by_office(2, separating_writes(joining, written, values))


@given(joined())
def test_joining_and_separating_gives_back_every_settled_value(histories: tuple[list[Said], list[Said]]) -> None:
    before, after = histories
    assert joined_into(folded(after, JOINED)) == LIVES

    again = separated(after)

    for case in (LIVES, JOINED):
        assert said_by(folded(again, case)) == said_by(folded(before, case))
    assert folded(again, LIVES).conflicts == folded(before, LIVES).conflicts


@given(joined())
def test_a_join_supersedes_only_what_stood_and_leaves_the_joined_file_as_it_was(
    histories: tuple[list[Said], list[Said]],
) -> None:
    before, after = histories
    join = after[len(before) :]

    for said in join:
        case = folded(before, said.case)
        for write in said.signed.writes:
            assert write.seen == case[write.path].live.keys()
    assert [write.path for write in join[1].signed.writes] == ["joined.into"]
    for path, register in folded(before, JOINED).registers.items():
        assert folded(after, JOINED)[path] == register


@given(joined())
def test_nothing_is_written_that_equals_what_stands(histories: tuple[list[Said], list[Said]]) -> None:
    before, after = histories
    case = folded(before, LIVES)

    for write in after[len(before)].signed.writes:
        assert case[write.path].in_conflict or value_of(case, write.path) != write.value or write.value is None


@given(joined(), visits("3" * 32), st.randoms(use_true_random=False))
def test_late_tablets_in_any_order_change_no_law(
    histories: tuple[list[Said], list[Said]], late: list[Said], shuffled: Random
) -> None:
    """A late visit that had not seen the join stays live beside it, before and after the separation."""
    _, after = histories
    whole = separated(after + late)
    arrived = list(whole)
    shuffled.shuffle(arrived)

    for case in (LIVES, JOINED):
        about = [said.signed for said in whole if said.case == case]
        document = expected_document(about)
        assert folded(whole, case).document() == document
        assert folded(arrived, case).document() == document
        for said in late:
            if said.case == case:
                later = {dot for each in about for write in each.writes for dot in write.seen}
                for write in said.signed.writes:
                    assert write.dot in folded(whole, case)[write.path].live or write.dot in later
