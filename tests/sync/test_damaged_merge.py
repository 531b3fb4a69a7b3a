"""Our laws would notice: every merge here is wrong on purpose, and every one of them breaks a law.

Each is a mistake that a real product has shipped, or one that our own register is one line away from.
"""

import json
from collections.abc import Callable, Iterable

import pytest
from hypothesis import Phase, given, settings
from merge_histories import LAWS, Delivery, Merge, Signed, delivered

from sync.case import EMPTY, Case
from sync.dot import Dot
from sync.register import Register, Write

ApplyWrite = Callable[[Register, Write, frozenset[str]], Register]


def by(apply_write: ApplyWrite, *, twice: bool = False, elsewhere: bool = False, forget: bool = True) -> Merge:
    """A case that folds writes with `apply_write`.

    `twice`: does not notice duplicates. `elsewhere`: what was seen is superseded on every path.
    `forget`: stops waiting for a statement's dots once it is here.
    """

    def apply(case: Case, signed: Signed) -> Case:
        if signed.id in case.statements and not twice:
            return case
        registers = dict(case.registers)
        for write in signed.writes:
            registers[write.path] = apply_write(registers.get(write.path, EMPTY), write, case.statements)
            if elsewhere:
                registers = {path: _without(register, write.seen) for path, register in registers.items()}
        if forget:
            registers = {path: register.arrived(signed.id) for path, register in registers.items()}
        villages = case.villages | ({signed.village} if signed.village else set())
        return Case(case.statements | {signed.id}, registers, villages)

    return Merge(apply)


def _without(register: Register, dots: Iterable[Dot]) -> Register:
    gone = frozenset(dots)
    return Register({dot: value for dot, value in register.live.items() if dot not in gone}, register.awaited)


def sound(register: Register, write: Write, arrived: frozenset[str]) -> Register:
    return register.apply(write, arrived)


def last_writer_wins(_: Register, write: Write, __: frozenset[str]) -> Register:
    return Register({write.dot: write.value})


def greatest_dot_wins(register: Register, write: Write, _: frozenset[str]) -> Register:
    """Converges beautifully, and loses what people wrote: convergence alone proves nothing."""
    return Register(dict([max([*register.live.items(), (write.dot, write.value)], key=lambda item: item[0])]))


def keeps_the_first_of_two(register: Register, write: Write, arrived: frozenset[str]) -> Register:
    return register if _without(register, write.seen).live else register.apply(write, arrived)


def forgets_what_it_awaits(register: Register, write: Write, arrived: frozenset[str]) -> Register:
    return Register(register.apply(write, arrived).live)


def revives_what_it_awaited(register: Register, write: Write, arrived: frozenset[str]) -> Register:
    after = register.apply(write, arrived)
    return Register({**after.live, write.dot: write.value}, after.awaited)


def ignores_what_was_seen(register: Register, write: Write, arrived: frozenset[str]) -> Register:
    return register.apply(Write(write.dot, write.path, write.value), arrived)


def supersedes_everything_there(register: Register, write: Write, arrived: frozenset[str]) -> Register:
    seen = write.seen | register.live.keys()
    return register.apply(Write(write.dot, write.path, write.value, seen), arrived)


def drops_the_second_source_of_an_equal_value(register: Register, write: Write, arrived: frozenset[str]) -> Register:
    return register if write.value in register.live.values() else register.apply(write, arrived)


def settles_two_numbers_by_their_mean(register: Register, write: Write, arrived: frozenset[str]) -> Register:
    after = register.apply(write, arrived)
    numbers = [value for value in after.live.values() if isinstance(value, int)]
    if len(numbers) < 2:
        return after
    mean = sum(numbers) // len(numbers)
    return Register({d: mean if isinstance(v, int) else v for d, v in after.live.items()}, after.awaited)


def tidies_lists_and_blanks(register: Register, write: Write, arrived: frozenset[str]) -> Register:
    return register.apply(Write(write.dot, write.path, write.value or None, write.seen), arrived)


def _document_without_awaited(document: bytes) -> Case:
    case = Case.from_document(document)
    return Case(case.statements, {p: Register(r.live) for p, r in case.registers.items()}, case.villages)


def _document_without_statements(document: bytes) -> Case:
    data = json.loads(document)
    return Case.from_document(json.dumps({**data, "statements": []}).encode())


def _conflicts_by_python_equality(case: Case) -> list[str]:
    def distinct(register: Register) -> int:
        return len({tuple(value) if isinstance(value, list) else value for value in register.live.values()})

    return sorted(path for path, register in case.registers.items() if distinct(register) > 1)


def _conflicts_by_count(case: Case) -> list[str]:
    return sorted(path for path, register in case.registers.items() if len(register.live) > 1)


HEALTHY = by(sound)
DAMAGED = {
    "last writer wins": by(last_writer_wins),
    "greatest dot wins": by(greatest_dot_wins),
    "keeps the first of two": by(keeps_the_first_of_two),
    "forgets what it awaits": by(forgets_what_it_awaits),
    "revives what it awaited": by(revives_what_it_awaited),
    "awaits for ever": by(sound, forget=False),
    "ignores what was seen": by(ignores_what_was_seen),
    "supersedes everything there": by(supersedes_everything_there),
    "drops the second source of an equal value": by(drops_the_second_source_of_an_equal_value),
    "settles two numbers by their mean": by(settles_two_numbers_by_their_mean),
    "tidies lists and blanks": by(tidies_lists_and_blanks),
    "folds duplicates again": by(sound, twice=True),
    "supersedes on every path": by(sound, elsewhere=True),
    "rests without what it awaits": Merge(HEALTHY.apply, _document_without_awaited),
    "rests without its statements": Merge(HEALTHY.apply, _document_without_statements),
    "sees no conflict of 1 and true": Merge(HEALTHY.apply, conflicts=_conflicts_by_python_equality),
    "cries conflict over equal values": Merge(HEALTHY.apply, conflicts=_conflicts_by_count),
    "sees no conflict at all": Merge(HEALTHY.apply, conflicts=lambda _: []),
}

Story = tuple[tuple[Signed, ...], list[Delivery]]


def put_on_trial(merge: Merge) -> None:
    """Raises AssertionError as soon as one of the laws is broken."""

    # The same examples on every run: whether our own tests are awake must not depend on luck.
    @settings(
        max_examples=500,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        report_multiple_bugs=False,
    )
    @given(delivered())
    def laws_hold(story: Story) -> None:
        for law in LAWS:
            law(merge, *story)

    laws_hold()


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_merge_breaks_a_law(name: str) -> None:
    with pytest.raises(AssertionError):
        put_on_trial(DAMAGED[name])


def test_the_same_construction_undamaged_breaks_none() -> None:
    put_on_trial(HEALTHY)
