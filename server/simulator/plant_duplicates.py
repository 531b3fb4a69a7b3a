"""Duplicates for a demo: one household opened twice, two under one household book, a child in both, a pair alike."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from server import keys
from server.simulator.answers import Answers
from server.simulator.household import Household
from server.simulator.rounds import visit
from server.simulator.tablet import Tablet
from server.simulator.troubles import Ground, Troubles


def plant_duplicates(ground: Ground, troubles: Troubles) -> None:
    for _ in range(troubles.opened_twice):
        village, tablets = ground.village_of_two()
        household = ground.newcomers(village)
        book = _book(ground)
        _open(ground, "opened_twice", (household, household), (book, book), village, tablets)
    for _ in range(troubles.same_book):
        village, tablets = ground.village_of_two()
        book = _book(ground)
        grown_apart = (ground.newcomers(village, size=2), ground.newcomers(village, size=2))
        _open(ground, "same_book", grown_apart, (book, book), village, tablets)
    for _ in range(troubles.shared_member):
        village, tablets = ground.village_of_two()
        parents, grandparents = ground.newcomers(village, size=3), ground.newcomers(village, size=2)
        child = replace(parents.members[-1], relation="4")
        grandparents = replace(grandparents, members=(*grandparents.members, child))
        _open(ground, "shared_member", (parents, grandparents), (None, None), village, tablets)
    for _ in range(troubles.alike):
        village, tablets = ground.village_of_two()
        household = ground.newcomers(village)
        without_papers = replace(household, members=tuple(replace(m, id_no=None) for m in household.members))
        _open(ground, "alike", (household, without_papers), (None, None), village, tablets)


def _open(
    ground: Ground,
    name: str,
    households: tuple[Household, Household],
    books: tuple[str | None, str | None],
    village: str,
    tablets: Sequence[Tablet],
) -> None:
    """Two tablets open a case each, without a network."""
    for household, book, tablet in zip(households, books, tablets, strict=True):
        case = keys.new_id()
        visit(
            tablet,
            ground.camera,
            case,
            replace(household, certificate_no="", number=""),
            seed=f"{name} {ground.seed} {tablet.name}",
            at=ground.next_stop(),
            village=village,
            told=partial(_show_book, book),
        )
        ground.note(name, case)
    ground.hand_in(*tablets)


def _show_book(book: str | None, answers: Answers) -> None:
    if book is not None:
        answers["household"]["book_no"] = book


def _book(ground: Ground) -> str:
    return f"999999{ground.rng.randrange(10**6):06d}"
