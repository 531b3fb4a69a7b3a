"""The decision page: what an officer sees of an open item, decides on it, and is told when it cannot be."""

import re
from html import unescape
from typing import Any

import pytest
from deciding import items
from disputes import (
    Field,
    a_doubt,
    a_gap,
    a_late_statement,
    a_lost_tablet,
    a_pair,
    a_recheck,
    an_id_number,
    household,
    many_addresses,
    three_incomes,
    two_addresses,
    two_phones,
)
from fieldwork import AUTHORITY, PASSWORD, County, new_tablet
from ledger_reading import keyring, registers, rows, stored
from office_desk import Desk, desk
from sql_counting import counted

from schemas.forms.fields import FieldCatalogue
from server import keys
from server.operations.add_person import add_person
from server.operations.end_person import end_person
from server.operations.register_relative import register_relative
from server.policy import Role
from server.queries.field_catalogue import field_catalogue
from server.store import cases
from server.store.audit import audit_table
from server.store.open_items import OpenItem

_DOTS = re.compile(r'name="shown" value="([^"]+)"')
_CARDS = re.compile(r'name="choice" value="(take:[^"]+)"')
WHY = {"code": "document_checked", "words": "已核对户口簿", "password": PASSWORD}


@pytest.fixture(scope="module")
def field(county: County) -> Field:
    with county.app.app_context():
        for login in ("colleague", "third"):
            county.people[login] = add_person(
                AUTHORITY, login=login, name=f"测试{login}", role=Role.COUNTY_OFFICER, region="c", password=PASSWORD
            )
    return Field.of(county)


@pytest.fixture
def case() -> str:
    return keys.new_id()


@pytest.fixture(scope="module")
def officer(field: Field) -> Desk:
    return desk(field.county, "officer")


@pytest.fixture(scope="module")
def colleague(field: Field) -> Desk:
    return desk(field.county, "colleague")


def address(item: OpenItem, act: str = "") -> str:
    return f"/office/reconcile/{item.id}" + (f"/{act}" if act else "")


def page_of(at: Desk, item: OpenItem, **query: Any) -> str:
    answer = at.get(address(item), **query)
    assert answer.status_code == 200, answer.text
    return unescape(answer.text)


def dots(page: str) -> list[str]:
    """What stood on screen for the field, as its form posts it."""
    form = page[page.index('id="decide"') :]
    return _DOTS.findall(form)


def cards(page: str) -> list[str]:
    return _CARDS.findall(page)


def values(county: County, case: str, path: str) -> set[Any]:
    return set(registers(county.app, case)[path].values())


def plain(page: str) -> str:
    """The text of a page without its marks, so that a value that is marked in the middle reads as one."""
    return " ".join(re.sub(r"<[^>]+>", "", page).split())


# -- what is to be seen ----------------------------------------------------------------------------------------------


def test_both_values_stand_side_by_side_with_who_when_and_where_they_part(
    county: County, field: Field, officer: Desk, case: str
) -> None:
    page = page_of(officer, two_addresses(field, case))

    assert "一组<mark>12</mark>号" in page and "一组<mark>21</mark>号" in page
    said = plain(page)
    assert "“21” instead of “12”" in said
    assert "测试zhang, 测试li" in said and "not after 20" in said
    assert "no place recorded" in said
    assert page.count("<svg") > 20 and 'class="stood-inks"' in page  # the householder's handwriting
    assert len(dots(page)) == len(cards(page)) == 2


def test_an_amount_says_how_much_and_how_far_from_home(
    county: County, field: Field, officer: Desk, case: str
) -> None:
    said = plain(page_of(officer, three_incomes(field, case)))

    assert "400.00 yuan less than value 1" in said and "200.00 yuan less than value 1" in said
    assert "first place recorded for this home" in said
    assert "100 m from the home" in said and "8.8 km from the home" in said
    assert "two persons decide" in said and "180.00 yuan" in said
    assert "Proof of income" in said


def test_equal_values_written_apart_are_one_card_with_two_sources(
    county: County, field: Field, officer: Desk, case: str
) -> None:
    item = two_addresses(field, case)
    field.visit(new_tablet(county, "zhang", "li"), case, household("阿依古丽·买买提", address="一组21号"))

    page = page_of(officer, item)

    assert len(cards(page)) == 2 and len(dots(page)) == 3
    assert "2 sources" in page


@pytest.mark.parametrize("make", [a_doubt, a_recheck, a_late_statement, a_gap], ids=lambda make: make.__name__)
def test_every_kind_has_its_page_in_both_languages(county: County, field: Field, case: str, make: Any) -> None:
    item = make(field, case)

    for lang in ("en", "zh-CN"):
        page = page_of(desk(county, "officer", lang), item)
        assert 'id="decide"' in page and 'id="password"' in page


def test_a_hundred_values_are_all_there_and_the_last_one_can_be_taken(
    county: County, field: Field, officer: Desk, case: str
) -> None:
    item = many_addresses(field, case)
    page = page_of(officer, item)

    assert len(cards(page)) == 100 and "91 more values" in page
    answer = officer.post(address(item, "decide"), choice=cards(page)[-1], shown=dots(page), **WHY)

    assert answer.status_code == 303
    assert values(county, case, "place.address") == {"第三村民小组老粮站后面集中安置点100号"}


@pytest.mark.parametrize(("make", "most"), [(two_addresses, 35), (three_incomes, 36)], ids=["text", "amount"])
def test_a_page_takes_a_bounded_number_of_statements_of_sql(
    county: County, field: Field, officer: Desk, case: str, make: Any, most: int
) -> None:
    item = make(field, case)
    page_of(officer, item)

    with counted(county.app) as seen:
        page_of(officer, item)

    # Two of them once a minute: the session notes that it is in use.
    assert len(seen) <= most, "\n".join(seen)


# -- deciding --------------------------------------------------------------------------------------------------------


def test_a_value_is_taken_and_the_next_item_says_so_once(
    county: County, field: Field, officer: Desk, case: str
) -> None:
    item = two_addresses(field, case)
    page = page_of(officer, item, kind="conflict", group="place")

    form = {"choice": cards(page)[1], "shown": dots(page), "basis": [], **WHY}
    answer = officer.post(address(item, "decide") + "?kind=conflict&group=place", **form)

    assert answer.status_code == 303
    assert answer.location.endswith("?told=1&kind=conflict&group=place")
    assert values(county, case, "place.address") == {"一组21号"}
    first = unescape(officer.get(answer.location).text)
    assert "Decided: One of the values was taken." in plain(first) and f"{item.id}?anew=1" in first
    assert 'class="notice notice-green slim told"' not in officer.get(answer.location).text


@pytest.mark.parametrize("ahead", [{"X-Ruhu-Ahead": "1"}, {"Sec-Purpose": "prefetch"}], ids=["script", "browser"])
def test_whatever_looks_ahead_does_not_use_up_the_line(
    county: County, field: Field, officer: Desk, case: str, ahead: dict[str, str]
) -> None:
    item = two_addresses(field, case)
    page = page_of(officer, item)
    officer.post(address(item, "decide"), choice=cards(page)[0], shown=dots(page), **WHY)

    officer.client.get(address(item), headers=officer.headers | ahead)

    assert "Decided: One of the values was taken." in plain(page_of(officer, item))


def test_another_value_is_entered_and_rests_on_a_photo(
    county: County, field: Field, officer: Desk, case: str
) -> None:
    item = two_addresses(field, case)
    page = page_of(officer, item)
    photo = re.search(r'name="basis" value="([0-9a-f]{64})"', page)
    assert photo

    answer = officer.post(
        address(item, "decide"), choice="other", other="一组17号", shown=dots(page), basis=photo[1], **WHY
    )

    assert answer.status_code == 303
    assert values(county, case, "place.address") == {"一组17号"}
    decided = page_of(officer, item)
    assert "Another value was entered" in decided and "已核对户口簿" in decided
    assert 'id="decide"' not in decided  # a decided item shows the decision, and the way to decide anew


@pytest.mark.parametrize(
    ("wrong", "said", "beside"),
    [
        ({"words": "好"}, "Say why in at least four characters.", "words"),
        ({"code": ""}, "Choose a reason.", "code"),
        ({"code": "because"}, "Choose a reason.", "code"),
        ({"password": ""}, "Enter your password: it signs the decision.", "password"),
        ({"choice": ""}, "Choose what is right, or what is to be done.", "choice"),
        ({"choice": "waived"}, "Choose what is right, or what is to be done.", "choice"),
        ({"choice": "other", "other": " "}, "Enter the other value.", "other"),
        ({"choice": "back", "ask": "re_ask", "due": "soon"}, "Say by which day.", "due"),
    ],
    ids=["words", "no-code", "foreign-code", "password", "choice", "foreign-choice", "other", "due"],
)
def test_a_faulty_form_comes_back_with_all_that_was_typed_and_nothing_written(
    county: County, field: Field, officer: Desk, case: str, wrong: dict[str, str], said: str, beside: str
) -> None:
    item = two_addresses(field, case)
    page = page_of(officer, item)
    before = stored(county.app)
    form = {"choice": cards(page)[0], "shown": dots(page), **WHY, "words": "我已到现场核对"} | wrong

    answer = officer.post(address(item, "decide"), **form)

    back = unescape(answer.text)
    assert answer.status_code == 422
    assert f'id="fault-{beside}">{said}' in back and "Nothing was decided yet" in back
    assert f'value="{form["words"]}"' in back
    assert stored(county.app) == before


def test_a_value_that_does_not_fit_is_said_beside_its_box(
    county: County, field: Field, officer: Desk, case: str
) -> None:
    item = three_incomes(field, case)
    page = page_of(officer, item)

    answer = officer.post(address(item, "decide"), choice="other", other="一千二", shown=dots(page), **WHY)

    assert answer.status_code == 422
    assert "Enter an amount in yuan" in answer.text and 'value="一千二"' in answer.text


def test_a_wrong_password_signs_nothing_and_keeps_the_form(
    county: County, field: Field, officer: Desk, case: str
) -> None:
    item = two_addresses(field, case)
    page = page_of(officer, item)
    before = stored(county.app)

    answer = officer.post(
        address(item, "decide"), choice=cards(page)[1], shown=dots(page), **WHY | {"password": "wrong-password"}
    )

    assert answer.status_code == 403
    assert "The password is wrong; nothing was signed." in answer.text
    assert f'value="{cards(page)[1]}"' in answer.text and "checked" in answer.text
    assert "wrong-password" not in answer.text
    assert stored(county.app) == before


def test_a_value_that_came_in_meanwhile_is_shown_as_new_before_anything_is_written(
    county: County, field: Field, officer: Desk, case: str
) -> None:
    item = two_addresses(field, case)
    page = page_of(officer, item)
    field.visit(new_tablet(county, "zhang", "li"), case, household("阿依古丽·买买提", address="镇上3号"))
    before = stored(county.app)

    answer = officer.post(address(item, "decide"), choice=cards(page)[0], shown=dots(page), **WHY)

    back = unescape(answer.text)
    assert answer.status_code == 409
    assert "Another value came in" in back
    assert back.count("new since you looked") == 1 and "镇上3号" in plain(back)
    assert 'value="已核对户口簿"' in back and len(dots(back)) == 3
    assert stored(county.app) == before


def test_a_form_that_is_posted_twice_decides_once(county: County, field: Field, officer: Desk, case: str) -> None:
    item = two_addresses(field, case)
    page = page_of(officer, item)
    form = {"choice": cards(page)[0], "shown": dots(page), **WHY}
    assert officer.post(address(item, "decide"), **form).status_code == 303
    before = stored(county.app)

    answer = officer.post(address(item, "decide"), **form)

    assert answer.status_code == 409
    assert "This has been decided already" in answer.text and "测试officer decided on" in answer.text
    assert stored(county.app) == before


def test_what_an_officer_decided_can_be_decided_anew_from_what_was_set_aside(
    county: County, field: Field, officer: Desk, case: str
) -> None:
    item = two_addresses(field, case)
    page = page_of(officer, item)
    officer.post(address(item, "decide"), choice=cards(page)[0], shown=dots(page), **WHY)

    again = page_of(officer, item, anew=1)
    assert "was set aside" in again and len(cards(again)) == 2 and len(dots(again)) == 1
    answer = officer.post(
        address(item, "decide"), choice=cards(again)[1], shown=dots(again), **WHY | {"code": "mistaken"}
    )

    assert answer.status_code == 303
    assert values(county, case, "place.address") == {"一组21号"}
    assert "One of the values was taken" in page_of(officer, item)


def test_an_amount_is_proposed_and_the_second_officer_confirms_it(
    county: County, field: Field, officer: Desk, colleague: Desk, case: str
) -> None:
    item = three_incomes(field, case)
    path = "income.00000003.amount"
    page = page_of(officer, item)
    officer.post(address(item, "decide"), choice=cards(page)[1], shown=dots(page), **WHY)
    assert values(county, case, path) == {120_000, 80_000, 100_000}

    waiting = plain(page_of(officer, item))
    assert "Your proposal waits for another officer" in waiting and "测试colleague" in waiting
    offered = page_of(colleague, item)
    assert "测试officer proposes:" in plain(offered) and "800.00 yuan" in offered and 'id="confirm"' in offered
    answer = colleague.post(
        address(item, "confirm"),
        proposal=items(county.app)[item.id].proposal,
        code="document_checked",
        words="已核对，同意",
        password=PASSWORD,
    )

    assert answer.status_code == 303
    assert values(county, case, path) == {80_000}
    assert "测试colleague decided on" in plain(page_of(officer, item))


def test_both_are_right_and_each_gets_an_entry(
    county: County, field: Field, officer: Desk, colleague: Desk, case: str
) -> None:
    item = three_incomes(field, case)
    page = page_of(officer, item)
    first = cards(page)[0].removeprefix("take:")

    officer.post(address(item, "decide"), choice="both", first=first, shown=dots(page), **WHY)
    colleague.post(
        address(item, "confirm"), proposal=items(county.app)[item.id].proposal, **WHY | {"code": "both_exist"}
    )

    amounts = {
        value
        for path, live in registers(county.app, case).items()
        if path.startswith("income.") and path.endswith(".amount")
        for value in live.values()
    }
    assert amounts == {120_000, 80_000, 100_000, 18_000}
    assert values(county, case, "income.00000003.amount") == {120_000}


def test_an_item_goes_back_to_the_field_and_its_page_says_what_was_asked(
    county: County, field: Field, officer: Desk, case: str
) -> None:
    item = two_addresses(field, case)
    page = page_of(officer, item)
    due = re.search(r'name="due" value="([0-9-]{10})"', page)
    assert due

    answer = officer.post(
        address(item, "decide"),
        choice="back",
        ask="re_ask",
        due=due[1],
        person=county.people["zhang"].id,
        shown=dots(page),
        **WHY | {"code": "unclear", "words": "请再问清楚住哪一处"},
    )

    assert answer.status_code == 303
    assert items(county.app)[item.id].asked is not None
    said = plain(page_of(officer, item))
    assert "Sent back to the field: Ask this question again" in said and f"Due by {due[1]}" in said


def test_a_doubt_is_upheld_with_a_correction(
    county: County, field: Field, officer: Desk, colleague: Desk, case: str
) -> None:
    item = a_doubt(field, case)
    path = "income.00000003.amount"
    page = page_of(officer, item, field=path)
    assert "Neighbour" in page or "neighbour" in page

    officer.post(
        address(item, "settle"), choice="upheld", fix="other", other="650.5", path=path, shown=dots(page), **WHY
    )
    colleague.post(address(item, "confirm"), proposal=items(county.app)[item.id].proposal, **WHY)

    assert values(county, case, path) == {65_050}
    assert items(county.app)[item.id].closed_by is not None


def test_a_doubt_is_explained_and_opened_again(county: County, field: Field, officer: Desk, case: str) -> None:
    item = a_doubt(field, case)

    assert officer.post(address(item, "settle"), choice="explained", **WHY).status_code == 303
    assert items(county.app)[item.id].closed is not None
    assert "Open it again" in page_of(officer, item, anew=1)
    assert officer.post(address(item, "reopen"), **WHY | {"code": "mistaken"}).status_code == 303

    assert items(county.app)[item.id].closed is None


def test_a_recheck_that_erred_is_put_back_to_what_was_said_before(
    county: County, field: Field, officer: Desk, colleague: Desk, case: str
) -> None:
    item = a_recheck(field, case)
    page = page_of(officer, item)
    fixes = re.findall(r'name="fix" value="(take:[^"]+)"', page)
    assert len(fixes) == 1

    officer.post(
        address(item, "settle"),
        choice="upheld",
        fix=fixes[0],
        path="income.00000003.amount",
        shown=dots(page),
        **WHY,
    )
    colleague.post(address(item, "confirm"), proposal=items(county.app)[item.id].proposal, **WHY)

    assert values(county, case, "income.00000003.amount") == {30_000}


def test_what_a_quarantined_statement_would_change_is_shown_before_it_is_let_in(
    county: County, field: Field, officer: Desk, case: str
) -> None:
    item = a_late_statement(field, case)
    said = plain(page_of(officer, item))
    assert "It came from a tablet that had been revoked" in said and "四组1号 / 四组7号" in said

    answer = officer.post(address(item, "release"), choice="release", **WHY | {"code": "done_before"})

    assert answer.status_code == 303
    assert values(county, case, "place.address") == {"四组1号", "四组7号"}


def test_a_quarantined_statement_is_kept_out(county: County, field: Field, officer: Desk, case: str) -> None:
    item = a_late_statement(field, case)

    answer = officer.post(address(item, "reject"), **WHY | {"code": "not_authentic"})

    assert answer.status_code == 303
    assert values(county, case, "place.address") == {"四组1号"}


@pytest.mark.parametrize("choice", ["explained", "upheld"])
def test_what_officers_said_of_a_doubt_is_read_by_those_who_read_interviews(
    county: County, field: Field, officer: Desk, case: str, choice: str
) -> None:
    item = a_doubt(field, case)
    words = f"群众所说经核实{choice}"
    correction: dict[str, Any] = {}
    if choice == "upheld":  # an amount: it becomes a proposal
        path = "income.00000003.amount"
        shown = _DOTS.findall(page_of(officer, item, field=path))
        correction = {"path": path, "fix": "other", "other": "400", "shown": shown}

    answer = officer.post(address(item, "settle"), choice=choice, **WHY | {"words": words} | correction)

    assert answer.status_code == 303
    assert words in officer.get(f"/office/cases/{case}").text
    assert words not in desk(county, "head").get(f"/office/cases/{case}").text


def test_a_gap_is_waived(county: County, field: Field, officer: Desk, case: str) -> None:
    item = a_gap(field, case)

    answer = officer.post(address(item, "settle"), choice="waived", **WHY | {"code": "cannot_be_had"})

    assert answer.status_code == 303
    assert items(county.app)[item.id].closed_by is not None


def test_a_gap_of_no_household_says_who_waived_it_and_why(county: County, field: Field, officer: Desk) -> None:
    item = a_lost_tablet(field)

    answer = officer.post(address(item, "settle"), choice="waived", **WHY | {"words": "平板已丢失，查无下落"})

    assert answer.status_code == 303
    page = page_of(officer, item)
    assert "平板已丢失，查无下落" in page
    assert county.people["officer"].name in page
    assert "by itself" not in page


def joining(page: str) -> dict[str, Any]:
    """The join form as the page fills it in."""
    form = page[page.index('id="decide"') :]
    hidden = dict(re.findall(r'type="hidden" name="((?:shown\.|lives)[^"]*)" value="([^"]*)"', form))
    chosen = dict(re.findall(r'name="(side\.[^"]+)" value="([^"]+)" checked', form))
    return hidden | chosen


def test_two_files_are_joined_field_by_field_and_separated_again(
    county: County, field: Field, officer: Desk, colleague: Desk, case: str
) -> None:
    other = keys.new_id()
    item = a_pair(field, case, other)
    form = joining(page_of(officer, item, lives=case))
    assert form["lives"] == case and form["side.place.address"] == case
    form["side.place.address"] = other

    assert officer.post(address(item, "join"), choice="join", **form, **WHY).status_code == 303
    offered = page_of(colleague, item)
    assert "测试officer proposes:" in plain(offered)
    answer = colleague.post(address(item, "confirm"), proposal=items(county.app)[item.id].proposal, **WHY)

    assert answer.status_code == 303
    assert values(county, case, "place.address") == {"六组9号"}
    with county.app.app_context():
        assert {r.id: r.joined_into for r in cases.find_many(AUTHORITY, [case, other], ["c/"])} == {
            case: None,
            other: case,
        }
    assert "Separate them again" in page_of(colleague, item, anew=1)
    colleague.post(address(item, "separate"), case=other, **WHY | {"code": "mistaken"})
    officer_again = desk(county, "third")
    officer_again.post(address(item, "confirm"), proposal=items(county.app)[item.id].proposal, **WHY)
    assert values(county, case, "place.address") == {"六组6号"}


def test_two_households_are_kept_apart(county: County, field: Field, officer: Desk, case: str) -> None:
    item = a_pair(field, case, keys.new_id())

    answer = officer.post(address(item, "keep-apart"), **WHY | {"code": "other_people"})

    assert answer.status_code == 303
    assert items(county.app)[item.id].closed_by is not None
    assert "Kept apart" in page_of(officer, item)


def test_a_join_is_not_made_over_what_came_in_meanwhile(
    county: County, field: Field, officer: Desk, case: str
) -> None:
    item = a_pair(field, case, keys.new_id())
    form = joining(page_of(officer, item))
    field.visit(field.first, case, household("周大同", address="镇上1号"))
    before = stored(county.app)

    answer = officer.post(address(item, "join"), choice="join", **form, **WHY)

    assert answer.status_code == 409
    assert stored(county.app) == before


# -- who may, and who may not ----------------------------------------------------------------------------------------


def test_an_author_is_told_why_not_and_who_can(
    county: County, field: Field, officer: Desk, colleague: Desk, case: str
) -> None:
    item = two_addresses(field, case)
    page = page_of(officer, item)
    officer.post(address(item, "decide"), choice=cards(page)[0], shown=dots(page), **WHY)
    field.visit(new_tablet(county, "zhang", "li"), case, household("阿依古丽·买买提", address="镇上3号"))

    page = page_of(officer, item)
    assert "nobody decides about their own words" in plain(page) and "测试colleague" in page
    assert 'id="decide"' not in page
    form = {"choice": "other", "other": "镇上9号", "shown": dots(page_of(colleague, item)), **WHY}
    answer = officer.post(address(item, "decide"), **form)

    assert answer.status_code == 403
    assert "Authors do not decide their own conflict" in answer.text


def test_a_relative_is_told_to_keep_out_of_it(county: County, field: Field, officer: Desk, case: str) -> None:
    item = a_pair(field, case, keys.new_id())
    people = county.people
    with county.app.app_context():
        register_relative(
            AUTHORITY,
            people["colleague"].id,
            ("c/",),
            people["third"].id,
            an_id_number(case),
            "parent",
            keyring(county.app),
        )
    third = desk(county, "third")

    page = page_of(third, item)

    assert "Somebody in this household is registered as your relative" in plain(page)
    assert "测试officer" in page and 'name="choice"' not in page
    answer = third.post(address(item, "keep-apart"), **WHY)
    assert answer.status_code == 403 and "A relative does not decide" in answer.text


def test_whoever_only_looks_on_sees_the_page_without_its_form(
    county: County, field: Field, officer: Desk, case: str
) -> None:
    item = two_addresses(field, case)
    inspector = desk(county, "inspector")

    page = page_of(inspector, item)

    assert "deciding is for others" in plain(page) and "测试officer" in page
    assert 'id="decide"' not in page and 'name="choice"' not in page
    assert inspector.post(address(item, "decide"), choice="other", other="x", **WHY).status_code == 403


@pytest.mark.parametrize("make", [a_doubt, a_late_statement], ids=["doubt", "quarantine"])
def test_what_a_role_must_not_know_of_does_not_exist(county: County, field: Field, case: str, make: Any) -> None:
    item = make(field, case)
    head = desk(county, "head")

    assert head.get(address(item)).status_code == 404
    assert head.post(address(item, "settle"), choice="explained", **WHY).status_code in (403, 404)


def test_an_item_of_another_township_does_not_exist(county: County, case: str) -> None:
    for who, name in (("wang", "一组1号"), ("zhao", "一组2号")):
        tablet = new_tablet(county, who)
        tablet.push(tablet.visit(case, household("王南山", village="s1", address=name), village="s1"))
    found = [i for i in items(county.app).values() if i.case_id == case and i.subject == "place.address"]
    (item,) = found
    head = desk(county, "head")

    assert head.get(address(item)).status_code == 404
    assert head.post(address(item, "decide"), choice="other", other="x", **WHY).status_code == 404
    assert head.get("/office/reconcile/" + "0" * 32).status_code == 404


def test_neighbours_are_counted_and_never_named(county: County, field: Field, officer: Desk, case: str) -> None:
    a_doubt(field, case)
    field.visit(field.second, case, household("王大山", address="三组30号"))
    (item,) = (i for i in field.items(case) if i.subject == "place.address")

    assert "What neighbours answered" in page_of(officer, item)
    assert "What neighbours answered" not in page_of(desk(county, "head"), item)
    assert "A neighbour doubts" not in page_of(desk(county, "head"), item)


def test_a_role_that_ended_while_the_page_was_open_decides_nothing(county: County, field: Field, case: str) -> None:
    with county.app.app_context():
        leaver = add_person(
            AUTHORITY, login=f"x{case[:9]}", name="测试离岗", role=Role.COUNTY_OFFICER, region="c", password=PASSWORD
        )
    at = desk(county, f"x{case[:9]}")
    item = two_addresses(field, case)
    page = page_of(at, item)
    token = at.token(address(item))
    with county.app.app_context():
        end_person(AUTHORITY, leaver.id)
    before = stored(county.app)

    answer = at.post(address(item, "decide"), csrf=token, choice=cards(page)[0], shown=dots(page), **WHY)

    assert answer.status_code in (302, 303, 401, 403)
    assert stored(county.app) == before


# -- numbers, odd fields, forms that no page made --------------------------------------------------------------------


def test_numbers_are_compared_once_they_are_open_and_each_is_on_record(
    county: County, field: Field, officer: Desk, case: str
) -> None:
    item = two_phones(field, case)
    page = page_of(officer, item)
    assert "13900001234" not in page and "<mark>" not in page
    form = {"path": "household.phone", "shown": dots(page)}
    refused = officer.post(address(item, "reveal"), reason="看", **form)
    assert refused.status_code == 422 and "13900001234" not in refused.text

    shown = unescape(officer.post(address(item, "reveal"), reason="核对联系电话", **form).text)

    assert "13900001234" in plain(shown) and "13900009876" in plain(shown)
    assert "<mark>" in shown
    lines = [r for r in rows(county.app, audit_table) if str(r["subject"]).startswith(case)]
    assert [line["reason"] for line in lines] == ["核对联系电话"] * 2


def test_a_field_that_no_form_asks_for_any_more_can_still_be_decided(
    county: County, field: Field, officer: Desk, case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = two_addresses(field, case)
    whole = page_of(officer, item)
    with county.app.app_context():
        known = field_catalogue(AUTHORITY)
    monkeypatch.setitem(
        county.app.extensions["ruhu_catalogues"],
        "catalogue",
        FieldCatalogue(f for f in known.fields.values() if f.template != "place.address"),
    )

    page = page_of(officer, item)
    assert "No form asks for this field any more" in page and len(cards(page)) == len(cards(whole))
    answer = officer.post(address(item, "decide"), choice=cards(page)[0], shown=dots(page), **WHY)

    assert answer.status_code == 303


@pytest.mark.parametrize(
    "form",
    [
        {"choice": "take:nothing"},
        {"choice": "take:" + "0" * 32 + "-1:0", "shown": ["nothing"]},
        {"choice": "both", "first": ""},
    ],
    ids=["no-dot", "no-dots", "no-first"],
)
def test_a_form_that_no_page_made_finds_nothing(
    county: County, field: Field, officer: Desk, case: str, form: dict[str, Any]
) -> None:
    item = two_addresses(field, case)
    before = stored(county.app)

    assert officer.post(address(item, "decide"), **form, **WHY).status_code in (404, 422)
    assert stored(county.app) == before


def test_coming_back_to_the_address_of_a_post_shows_the_item(
    county: County, field: Field, officer: Desk, case: str
) -> None:
    item = two_addresses(field, case)

    answer = officer.get(address(item, "decide"), kind="conflict")

    assert answer.status_code == 303 and answer.location == address(item) + "?kind=conflict"


def test_queues_neighbours_are_links_with_the_same_filter(
    county: County, field: Field, officer: Desk, case: str
) -> None:
    two_addresses(field, keys.new_id())
    item = two_addresses(field, case)

    page = page_of(officer, item, kind="conflict", severity=3)

    assert re.search(r'rel="prev" href="/office/reconcile/[0-9a-f]{32}\?kind=conflict&severity=3"', page)
