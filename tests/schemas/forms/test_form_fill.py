"""Writing a form and reading it give back what was answered, whatever was answered."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.forms.binding import Template
from schemas.forms.errors import UnfillableForm
from schemas.forms.fill import write_instance
from schemas.forms.instance import read_instance
from schemas.forms.plan import Step
from schemas.forms.values import code_unit_order, parse_decimal, parse_money, yuan

STATEMENT = "0123456789abcdef0123456789abcdef-7"
KEYS = st.text("0123456789abcdef", min_size=8, max_size=32)
LETTERS = st.characters(
    codec="utf-8", exclude_categories=("Cs", "Cc", "Co", "Cn"), exclude_characters="•\ufffe\uffff"
)
WORDS = st.text(LETTERS, min_size=1, max_size=20).map(str.strip).filter(bool)
FEN = st.integers(0, 10**9)


def answer(asked) -> st.SearchStrategy[tuple[Any, Any]]:
    """Pairs of what is put on the form and what the case must get."""
    codes = [code for code, _ in asked.binding.choices]
    low, high = int(asked.low or 0), int(asked.high or 10**6)
    match asked.binding.value_type:
        case "integer":
            return st.integers(low, high).map(lambda n: (n, n))
        case "money":
            return FEN.map(lambda fen: (yuan(fen), fen))
        case "decimal":
            return st.integers(low, min(high, 9999)).map(lambda n: (f"{n}.50", f"{n}.5") if n < high else (n, str(n)))
        case "choice":
            return st.sampled_from(codes).map(lambda code: (code, code))
        case "yes_no":
            return st.booleans().map(lambda yes: ("yes" if yes else "no", yes))
        case "choices":
            some = st.lists(st.sampled_from(codes), min_size=1, unique=True)
            return some.map(lambda chosen: (chosen, sorted(chosen, key=code_unit_order)))
        case "date":
            return st.dates().map(lambda day: (day.isoformat(), day.isoformat()))
        case "datetime":
            moments = st.datetimes().map(lambda moment: moment.isoformat(timespec="seconds") + "+08:00")
            return moments.map(lambda text: (text, text))
        case "place":
            return st.integers(-90, 90).map(lambda degrees: (f"{degrees} 1.250 0 4.0", f"{degrees} 1.25 0 4"))
        case "file":
            return st.just(("0" * 64 + ".jpg", None))
    if asked.binding.sensitivity == "id_number":
        return st.text("0123456789", min_size=1).map(lambda text: (text, text))
    return WORDS.map(lambda text: (text, text))


@st.composite
def filled(draw, step: Step, written: dict[str, Any], key: str = STATEMENT) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, inner in step.children.items():
        if inner.collection is not None:
            values[name] = []
            for entry_key in draw(st.lists(KEYS, max_size=2, unique=True)):
                entry = draw(filled(inner, mine := {}, entry_key))
                entry[inner.collection.key] = entry_key
                if len(entry) > 1:
                    values[name].append(entry)
                    written |= {**mine, f"{inner.collection.prefix}{entry_key}.listed": True}
        elif inner.asked is None:
            values[name] = draw(filled(inner, written, key))
        elif draw(st.integers(0, 3)) == 0 and not inner.asked.is_key:
            on_form, in_case = draw(answer(inner.asked))
            values[name] = on_form
            if inner.asked.template is not None:
                written[Template.parse(inner.asked.binding.path).fill(key)] = in_case
    return values


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_reading_what_was_written_gives_back_the_answers(home_form, interview_form, data):
    form = data.draw(st.sampled_from([home_form, interview_form]))
    written: dict[str, Any] = {}
    values = data.draw(filled(form.root, written))

    reading = read_instance(form, write_instance(form, values), on_screen=(), statement=STATEMENT)

    assert dict(reading.answers) == written
    assert reading.flags == ()


@given(FEN)
def test_money_survives_the_form(fen):
    assert parse_money(yuan(fen)) == fen
    assert parse_money(yuan(-fen)) == -fen


@pytest.mark.parametrize(
    ("text", "number"), [("007.50", "7.5"), ("-0", "0"), ("+3", "3"), (".5", "0.5"), ("-1.20", "-1.2"), ("5.", "5")]
)
def test_a_decimal_number_has_one_text(text, number):
    assert parse_decimal(text) == number


@pytest.mark.parametrize(
    "values",
    [
        {"no_such_group": {}},
        {"visit": {"no_such_question": "x"}},
        {"visit": "not a group"},
        {"people": {"members": {"name": "one"}}},
        {"people": {"members": "x"}},
        {"visit": {"met": {"a": 1}}},
        {"household": {"benefit_month": 1.5}},
        {"household": {"is_current": True}},
        {"household": {"address": "\x01"}},
    ],
)
def test_a_form_has_no_place_for_something_else(home_form, values):
    with pytest.raises(UnfillableForm):
        write_instance(home_form, values)
