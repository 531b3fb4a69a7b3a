"""What an officer types becomes the field's own value, or one plain word says why it is none."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.forms.binding import Words
from schemas.forms.compiled import compile_xlsform, shipped_forms
from schemas.forms.entered import DoesNotFit, need_fit, read_entered
from schemas.forms.fields import Field, FieldCatalogue
from schemas.forms.id_numbers import check_character
from schemas.forms.values import parse_decimal, yuan

CATALOGUE = FieldCatalogue.of([compile_xlsform(workbook) for workbook in shipped_forms()])
MEMBER = "0a1b2c3d"
NUMBER = "99999919500101001" + check_character("99999919500101001")


def of_type(value_type: str, **more: Any) -> Field:
    return Field("a.b", Words("甲", "A"), Words("乙", "B"), value_type, **more)


@pytest.mark.parametrize(
    ("path", "typed", "value"),
    [
        ("place.address", "  一组1号 ", "一组1号"),
        ("benefit.amount_month", "412.5", 41250),
        ("benefit.amount_month", "0", 0),
        ("household.family_size", "3", 3),
        ("income.l1.quantity", "2.50", "2.5"),
        ("members.m1.death_date", "2026-3-2", "2026-03-02"),
        ("members.m1.death_date", "2026年3月2日", "2026-03-02"),
        ("members.m1.death_date", "2026/03/02", "2026-03-02"),
        ("members.m1.sex", "1", "1"),
        ("members.m1.covered", "yes", True),
        ("members.m1.listed", "no", False),
        ("members.m1.id_no", NUMBER[:6] + " " + NUMBER[6:].lower(), NUMBER),
        ("income.l1.member", MEMBER, MEMBER),
        ("household.radio", "一台", "一台"),  # no form has it
    ],
)
def test_what_is_typed_is_read_as_the_field_reads_it(path: str, typed: str, value: object) -> None:
    assert read_entered(CATALOGUE.describe(path), typed, members=[MEMBER]) == value


@pytest.mark.parametrize(
    ("path", "typed", "code"),
    [
        ("place.address", "", "empty"),
        ("place.address", " \n", "empty"),
        ("place.address", "长" * 2001, "too_long"),
        ("place.address", "一\0组", "not_text"),
        ("benefit.amount_month", "四百", "not_an_amount"),
        ("benefit.amount_month", "1.234", "not_an_amount"),
        ("benefit.amount_month", "1,000", "not_an_amount"),
        ("benefit.amount_month", "-1", "out_of_range"),
        ("benefit.amount_month", "100000000.01", "out_of_range"),
        ("household.family_size", "2.0", "not_an_integer"),
        ("household.family_size", "51", "out_of_range"),
        ("income.l1.quantity", "two", "not_a_number"),
        ("income.l1.quantity", "-1", "out_of_range"),
        ("members.m1.death_date", "2026-02-30", "not_a_date"),
        ("members.m1.death_date", "3-2-2026", "not_a_date"),
        ("members.m1.sex", "male", "not_a_choice"),
        ("members.m1.covered", "true", "not_yes_or_no"),
        ("members.m1.special_identity", "nothing_known", "not_a_choice"),
        ("members.m1.id_no", NUMBER[:-1], "id_bad_format"),
        ("members.m1.id_no", NUMBER[:-1] + ("0" if NUMBER[-1] != "0" else "1"), "id_bad_checksum"),
        ("income.l1.member", "ffffffff", "not_a_member"),
    ],
)
def test_what_does_not_fit_is_refused_with_a_word(path: str, typed: str, code: str) -> None:
    with pytest.raises(DoesNotFit) as refused:
        read_entered(CATALOGUE.describe(path), typed, members=[MEMBER])

    assert refused.value.code == code


@pytest.mark.parametrize(
    ("value_type", "value"),
    [
        ("money", True),
        ("money", "412.50"),
        ("money", None),
        ("integer", ["1"]),
        ("yes_no", 1),
        ("text", 1),
        ("text", None),
        ("date", "2026-3-2"),
        ("decimal", "2.50"),
        ("choices", []),
        ("choices", "a"),
    ],
)
def test_a_value_of_another_type_or_spelling_fits_no_field(value_type: str, value: Any) -> None:
    with pytest.raises(DoesNotFit):
        need_fit(of_type(value_type, choices={"a": Words("甲", "A")}), value)


@given(st.integers(-(10**12), 10**12))
def test_an_amount_that_is_shown_is_read_back(fen: int) -> None:
    assert read_entered(of_type("money"), yuan(fen)) == fen


@given(st.decimals(-(10**9), 10**9, places=3).map(str))
def test_a_number_is_read_in_its_one_spelling(text: str) -> None:
    assert read_entered(of_type("decimal"), text) == parse_decimal(text)


@given(st.dates())
def test_a_day_is_read_however_people_write_it(day: dt.date) -> None:
    for text in (day.isoformat(), f"{day.year:04}/{day.month}/{day.day}", f"{day.year:04}年{day.month}月{day.day}日"):
        assert read_entered(of_type("date"), text) == day.isoformat()


@given(st.sets(st.sampled_from("abcde"), min_size=1), st.randoms())
def test_choices_are_read_in_any_order_and_written_in_one(codes: set[str], random: Any) -> None:
    about = of_type("choices", choices={code: Words(code, code) for code in "abcde"})
    typed = list(codes)
    random.shuffle(typed)

    assert read_entered(about, " ".join(typed)) == sorted(codes)


@given(st.sampled_from(sorted(CATALOGUE.fields)), st.text(max_size=30))
def test_whatever_is_typed_into_whatever_field_fits_it_or_is_refused(path: str, typed: str) -> None:
    about = CATALOGUE.fields[path]
    try:
        value = read_entered(about, typed, members=[MEMBER])
    except DoesNotFit as refused:
        assert refused.code
    else:
        need_fit(about, value, members=[MEMBER])
