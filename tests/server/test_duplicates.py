"""Two cases for one household are found by what identifies it, and are no longer found once that was corrected."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from fieldwork import AUTHORITY, County, TestTablet, new_tablet
from flask import Flask
from ledger_reading import keyring, rows
from sql_counting import counted

from server.operations.rebuild_cases import check_rebuild, rebuild_cases
from server.store.identities import identity_table
from server.store.open_items import open_item_table
from sync.dot import Dot

ONE, TWO, THREE = "a" * 32, "b" * 32, "c" * 32
WANG, LI, ZHAO = "99999919570704013X", "999999196001010127", "999999198503030136"


def member(entry: str, name: str, number: str | None = None, relation: str = "0") -> dict[str, Any]:
    number_or_none = {"id_no": number, "id_check": "match"} if number else {}
    return {"member_id": entry * 8, "name": name, "relation": relation, **number_or_none}


def household(name: str, *members: dict[str, Any], village: str = "n1", **fields: str) -> dict[str, Any]:
    return {
        "household": {"householder_name": name, "village": village, **fields},
        "people": {"members": list(members)},
    }


def pairs(app: Flask, *, closed: bool = False) -> list[tuple[str, str, str, str]]:
    """(rule, case, other, region path) of the duplicates that are open."""
    return sorted(
        (row["rule"], row["case_id"][0], row["other_case"][0], row["path"])
        for row in rows(app, open_item_table)
        if row["kind"] == "duplicate" and (row["closed"] is not None) == closed
    )


def rebuilds(app: Flask) -> bool:
    with app.app_context():
        assert check_rebuild(AUTHORITY, keyring(app), lambda _: None).differing == ()
    return True


def seen_now(tablet: TestTablet, case: str, *paths: str) -> dict[str, list[Dot]]:
    """What a tablet has on screen after a pull."""
    page = tablet.pull().json
    tablet.held = page["held"]
    (found,) = [each for each in page["cases"] if each["id"] == case]
    return {
        path: [
            Dot(found["statements"][sibling[at]], sibling[at + 1])
            for sibling in found["registers"][path]
            for at in range(1, len(sibling), 2)
        ]
        for path in paths
    }


@pytest.mark.parametrize(
    ("first", "second", "rule"),
    [
        (
            household("王大山", member("a", "王大山", WANG)),
            household("王大善", member("b", "王大善", WANG)),
            "same_household",
        ),
        (
            household("王大山", member("a", "王大山", WANG), book_no="999900121"),
            household("李小花", member("b", "李小花", LI), book_no="９９９９ 00121"),
            "same_book",
        ),
        (
            household("王大山", member("a", "王大山", WANG), member("c", "赵小明", ZHAO, "2")),
            household("李小花", member("b", "李小花", LI), member("d", "赵小明", ZHAO, "2")),
            "shared_member",
        ),
        (household("王大山"), household("王大山"), "alike"),
    ],
    ids=["same_household", "same_book", "shared_member", "alike"],
)
def test_a_pair_is_found_by_its_strongest_likeness(
    tablet: TestTablet, first: dict[str, Any], second: dict[str, Any], rule: str
) -> None:
    tablet.push(tablet.visit(ONE, first))
    assert pairs(tablet.county.app) == []

    tablet.push(tablet.visit(TWO, second))

    assert pairs(tablet.county.app) == [(rule, "a", "b", "c/n/n1/")]
    assert rebuilds(tablet.county.app)


def test_two_that_come_in_one_batch_are_found_and_those_of_two_villages_lie_between_them(tablet: TestTablet) -> None:
    answers = household("王大山", member("a", "王大山", WANG))

    tablet.push(tablet.visit(ONE, answers), tablet.visit(TWO, household("王大山", village="n2"), village="n2"))
    tablet.push(
        tablet.visit(THREE, household("王老大", member("b", "王老大", WANG), village="n2"), village="n2"),
    )

    assert pairs(tablet.county.app) == [("same_household", "a", "c", "c/n/")]
    assert rebuilds(tablet.county.app)


def test_namesakes_in_one_village_are_no_pair_while_their_members_differ(tablet: TestTablet) -> None:
    tablet.push(
        tablet.visit(ONE, household("王大山", member("a", "王大山", WANG))),
        tablet.visit(TWO, household("王大山", member("b", "王大山", LI))),
    )

    assert pairs(tablet.county.app) == []


def test_a_corrected_number_closes_the_item_and_the_wrong_one_again_opens_it(tablet: TestTablet) -> None:
    path = "members.bbbbbbbb.id_no"
    tablet.push(tablet.visit(ONE, household("王大山", member("a", "王大山", WANG))))
    tablet.push(tablet.visit(TWO, household("李小花", member("b", "李小花", WANG))))
    seen = seen_now(tablet, TWO, path)

    tablet.push(tablet.visit(TWO, household("李小花", member("b", "李小花", LI)), seen=seen))
    after_correction = pairs(tablet.county.app), pairs(tablet.county.app, closed=True)
    seen = seen_now(tablet, TWO, path)
    tablet.push(tablet.visit(TWO, household("李小花", member("b", "李小花", WANG)), seen=seen))

    assert after_correction == ([], [("same_household", "a", "b", "c/n/n1/")])
    assert pairs(tablet.county.app) == [("same_household", "a", "b", "c/n/n1/")]
    assert rebuilds(tablet.county.app)


def test_a_stronger_likeness_takes_the_place_of_a_weaker_one(tablet: TestTablet) -> None:
    tablet.push(tablet.visit(ONE, household("王大山")), tablet.visit(TWO, household("王大山")))
    assert pairs(tablet.county.app) == [("alike", "a", "b", "c/n/n1/")]

    tablet.push(
        tablet.visit(ONE, household("王大山", member("a", "王大山", WANG))),
        tablet.visit(TWO, household("王大山", member("b", "王大山", WANG))),
    )

    assert pairs(tablet.county.app) == [("same_household", "a", "b", "c/n/n1/")]
    assert pairs(tablet.county.app, closed=True) == [("alike", "a", "b", "c/n/n1/")]
    assert rebuilds(tablet.county.app)


def test_an_item_follows_a_household_that_moves(tablet: TestTablet) -> None:
    tablet.push(tablet.visit(ONE, household("王大山", member("a", "王大山", WANG))))
    tablet.push(tablet.visit(TWO, household("王大善", member("b", "王大善", WANG))))
    seen = seen_now(tablet, TWO, "place.village")

    tablet.push(tablet.visit(TWO, household("王大善", village="n2"), village="n2", seen=seen))

    assert pairs(tablet.county.app) == [("same_household", "a", "b", "c/n/")]
    assert rebuilds(tablet.county.app)


def test_what_a_whole_village_shares_identifies_nobody(tablet: TestTablet) -> None:
    visits = [
        tablet.visit(f"{n:032x}", household(f"王{n}", member("a", f"王{n}"), book_no="999900001")) for n in range(30)
    ]
    for at in range(0, 30, 10):
        tablet.push(*visits[at : at + 10])

    assert all(rule == "same_book" for rule, *_ in pairs(tablet.county.app))
    assert len(pairs(tablet.county.app)) <= 21 * 20 / 2  # those that came before it was everybody's
    assert rebuilds(tablet.county.app)


def test_identities_rest_blind_and_are_rebuilt(tablet: TestTablet) -> None:
    app = tablet.county.app
    tablet.push(tablet.visit(ONE, household("王大山", member("a", "王大山", WANG), book_no="999900121")))

    found = rows(app, identity_table)

    assert {row["kind"] for row in found} == {"householder_id", "member_id", "book_no", "householder_place"}
    assert WANG not in str(found) and "王大山" not in str(found)
    with app.app_context():
        rebuild_cases(AUTHORITY, keyring(app), lambda _: None)
    assert sorted(map(str, rows(app, identity_table))) == sorted(map(str, found))


def test_looking_for_likes_costs_a_batch_two_statements_of_sql_whatever_its_size(tablet: TestTablet) -> None:
    def visits(start: int) -> list[Any]:
        return [
            tablet.visit(f"{n:032x}", household(f"王{n}", member("a", f"王{n}", f"99999919570704{n:04d}")))
            for n in range(start, start + 15)
        ]

    tablet.push(*visits(0))
    with counted(tablet.county.app) as seen:
        tablet.push(*visits(100))

    assert sum("identity" in statement for statement in seen) == 2


def test_two_tablets_that_open_the_same_household_are_found(county: County) -> None:
    one, other = new_tablet(county, "zhang"), new_tablet(county, "li")
    one.push(one.visit(ONE, household("王大山", member("a", "王大山", WANG))))
    other.push(other.visit(TWO, household("王大山", member("b", "王大山", WANG))))

    assert pairs(county.app) == [("same_household", "a", "b", "c/n/n1/")]


def test_files_that_are_opened_at_the_same_moment_find_one_another(county: County) -> None:
    tablets = [new_tablet(county, "zhang") for _ in range(4)]
    visits = [
        tablet.visit(f"{at:x}" * 32, household(f"王{at}", member("a", f"王{at}", WANG)))
        for at, tablet in enumerate(tablets)
    ]
    start = Barrier(len(tablets))

    def push(at: int) -> str:
        start.wait()
        return str(tablets[at].push(visits[at])[0]["status"])

    with ThreadPoolExecutor(len(tablets)) as pool:
        assert set(pool.map(push, range(len(tablets)))) == {"accepted"}

    found = {(one, other) for rule, one, other, _ in pairs(county.app) if rule == "same_household"}
    assert found == {(f"{a}", f"{b}") for a in range(4) for b in range(a + 1, 4)}
    assert rebuilds(county.app)


def test_a_household_that_moves_there_and_back_in_one_batch_keeps_its_item(tablet: TestTablet) -> None:
    path = "place.village"
    tablet.push(tablet.visit(ONE, household("王大山", member("a", "王大山", WANG))))
    tablet.push(tablet.visit(TWO, household("王大善", member("b", "王大善", WANG))))
    seen = seen_now(tablet, TWO, path)
    away = tablet.visit(TWO, {"household": {"village": "n2"}}, village="n2", seen=seen)
    every = [Dot(f"{tablet.replica}-{tablet.seq}", number) for number in range(60)]

    tablet.push(away, tablet.visit(TWO, {"household": {"village": "n1"}}, seen={path: every}))

    assert pairs(tablet.county.app) == [("same_household", "a", "b", "c/n/n1/")]
    assert rebuilds(tablet.county.app)
