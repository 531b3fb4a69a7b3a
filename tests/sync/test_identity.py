"""What identifies a household is found in every live value, however it was typed; what names nobody is left out."""

import pytest

from sync.case import Case
from sync.dot import Dot
from sync.duplicate import common_region, likeness, pair_found
from sync.identity import Identity, bears_identity, identities, normalised
from sync.register import Value, Write


def case_of(*stated: dict[str, Value]) -> Case:
    """A case to which each of these was written apart."""
    case = Case()
    for number, fields in enumerate(stated, 1):
        name = f"{number:032x}-1"
        writes = [Write(Dot(name, n), path, value) for n, (path, value) in enumerate(fields.items())]
        case = case.apply(name, writes)
    return case


def member(entry: str, **fields: Value) -> dict[str, Value]:
    return {f"members.{entry}.listed": True} | {f"members.{entry}.{name}": value for name, value in fields.items()}


WANG = {
    "place.village": "n1",
    "household.householder_name": "王大山",
    "household.book_no": "9999 0012",
    **member("aa", name="王大山", relation="0", id_no="99999919570704013x", birth_date="1957-07-04"),
    **member("bb", name="李小花", relation="1", id_no="999999196001010127"),
}


def test_a_household_is_identified_by_its_people_its_book_and_its_place() -> None:
    assert identities(case_of(WANG)) == {
        Identity("householder_id", "99999919570704013X"),
        Identity("member_id", "99999919570704013X"),
        Identity("member_id", "999999196001010127"),
        Identity("name_birth", "王大山|1957-07-04"),
        Identity("book_no", "99990012"),
        Identity("householder_place", "王大山|n1"),
    }


def test_a_disputed_number_counts_with_each_of_its_values() -> None:
    found = identities(case_of(WANG, {"members.aa.id_no": "999999195707040148"}))

    assert {i.text for i in found if i.kind == "householder_id"} == {"99999919570704013X", "999999195707040148"}


def test_whoever_bears_the_householders_name_is_the_householder() -> None:
    nameless = WANG | {"members.aa.relation": None}

    assert Identity("householder_id", "99999919570704013X") in identities(case_of(nameless))


@pytest.mark.parametrize("number", ["9999\u2022\u2022\u2022\u2022013X", "无", "0", "", None, "-----"])
def test_what_is_masked_or_no_number_names_nobody(number: Value) -> None:
    found = identities(case_of(WANG | {"members.aa.id_no": number, "household.book_no": number}))

    assert {i.text for i in found if i.kind in ("member_id", "householder_id", "book_no")} == {"999999196001010127"}


def test_somebody_who_was_taken_off_the_list_is_not_of_the_household() -> None:
    found = identities(case_of(WANG | {"members.bb.listed": False}))

    assert Identity("member_id", "999999196001010127") not in found


@pytest.mark.parametrize(
    "typed", ["99999919570704013x", " 999999 19570704 013X", "９９９９９９１９５７０７０４０１３Ｘ"]
)
def test_a_number_is_the_same_however_it_was_typed(typed: str) -> None:
    assert normalised(typed) == "99999919570704013X"


def test_every_field_that_identifies_is_known_to() -> None:
    without = {path: case_of({k: v for k, v in WANG.items() if k != path}) for path in WANG}

    changing = {path for path, case in without.items() if identities(case) != identities(case_of(WANG))}

    assert changing and all(bears_identity(path) for path in changing)
    assert not bears_identity("members.aa.health") and not bears_identity("household.phone")


@pytest.mark.parametrize(
    ("shared", "rule"),
    [
        ({"householder_id", "member_id", "book_no"}, "same_household"),
        ({"book_no", "member_id"}, "same_book"),
        ({"member_id", "name_birth"}, "shared_member"),
        ({"householder_place", "name_birth"}, "alike"),
        ({"name_birth"}, None),
        (set(), None),
    ],
)
def test_the_strongest_likeness_names_the_pair(shared: set[str], rule: str | None) -> None:
    one = {(kind, "same") for kind in shared} | {("member_id", "one")}
    other = {(kind, "same") for kind in shared} | {("member_id", "other")}

    assert likeness(one, other) == rule


def test_a_name_and_a_place_are_enough_while_neither_lists_members() -> None:
    place = {("householder_place", "same")}

    assert likeness(place, place) == "alike"
    assert likeness(place, place | {("name_birth", "x")}) is None


def test_a_pair_is_one_item_whichever_came_first_and_lies_in_their_common_region() -> None:
    assert pair_found("alike", "a" * 32, "b" * 32) == pair_found("alike", "b" * 32, "a" * 32)
    assert common_region("c/n/n1/", "c/n/n10/") == "c/n/"
    assert common_region("c/n/n1/", "c/n/n1/") == "c/n/n1/"
