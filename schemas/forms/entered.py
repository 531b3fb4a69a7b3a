"""What an officer types into a field of a case: the field's own value, or a plain word about why it is none.

A form on a tablet checks while somebody fills it in; here the same types are read from one line of text.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from decimal import Decimal

from schemas.forms.fields import Field
from schemas.forms.id_numbers import judge_id_number
from schemas.forms.values import (
    PARSERS,
    Parser,
    UnparsableAnswer,
    Value,
    choice_parser,
    choices_parser,
    parse_id_number,
)

LONGEST = 2_000  # characters of a text

# code -> what is wrong, for the page to say in its own words
EMPTY = "empty"
TOO_LONG = "too_long"
NOT_TEXT = "not_text"
OUT_OF_RANGE = "out_of_range"
NOT_A_MEMBER = "not_a_member"
_WRONG = {
    "integer": "not_an_integer",
    "decimal": "not_a_number",
    "money": "not_an_amount",
    "date": "not_a_date",
    "datetime": "not_a_moment",
    "place": "not_a_place",
    "yes_no": "not_yes_or_no",
    "listed": "not_yes_or_no",
    "choice": "not_a_choice",
    "choices": "not_a_choice",
}


class DoesNotFit(ValueError):
    """The text is no value of this field; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def read_entered(about: Field, typed: str, *, members: Collection[str] = ()) -> Value:
    """The value that was typed into this field: yuan become fen, choices are codes (several with spaces between).

    `members` are the ids of the household's members. Raises DoesNotFit. A field that no form has any more is text.
    """
    text = typed.strip()
    if not text:
        raise DoesNotFit(EMPTY)
    try:
        value = _parser(about)(text)
    except UnparsableAnswer:
        raise DoesNotFit(_WRONG.get(about.value_type, NOT_TEXT)) from None
    need_fit(about, value, members=members)
    return value


def need_fit(about: Field, value: Value, *, members: Collection[str] = ()) -> None:
    """Raises DoesNotFit unless this is a value that the field can have."""
    wrong = _WRONG.get(about.value_type, NOT_TEXT)
    match about.value_type:
        case "integer" | "money":
            if isinstance(value, bool) or not isinstance(value, int):
                raise DoesNotFit(wrong)
            _need_range(about, Decimal(value))
        case "yes_no" | "listed":
            if not isinstance(value, bool):
                raise DoesNotFit(wrong)
        case "choices":
            if not isinstance(value, list) or not value:
                raise DoesNotFit(wrong)
            _need_canonical(about, " ".join(value), value, wrong)
        case _:
            if not isinstance(value, str):
                raise DoesNotFit(wrong)
            _need_text(about, value, members)


def _need_text(about: Field, value: str, members: Collection[str]) -> None:
    if not value.strip():
        raise DoesNotFit(EMPTY)
    if len(value) > LONGEST:
        raise DoesNotFit(TOO_LONG)
    if any(ord(sign) < 32 and sign != "\n" for sign in value):
        raise DoesNotFit(NOT_TEXT)
    if about.value_type == "member" and value not in members:
        raise DoesNotFit(NOT_A_MEMBER)
    if about.template.endswith(".id_no") and (fault := judge_id_number(value).fault):
        raise DoesNotFit(fault)
    _need_canonical(about, value, value, _WRONG.get(about.value_type, NOT_TEXT))
    if about.value_type == "decimal":
        _need_range(about, Decimal(value))


def _need_canonical(about: Field, text: str, value: Value, wrong: str) -> None:
    """A value is written in one way only, so that two people who mean the same write the same."""
    try:
        read = _parser(about)(text)
    except UnparsableAnswer:
        raise DoesNotFit(wrong) from None
    if read != value:
        raise DoesNotFit(wrong)


def _need_range(about: Field, number: Decimal) -> None:
    scale = 100 if about.value_type == "money" else 1
    low, high = (None if limit is None else Decimal(limit) * scale for limit in (about.low, about.high))
    if (low is not None and number < low) or (high is not None and number > high):
        raise DoesNotFit(OUT_OF_RANGE)


def _parser(about: Field) -> Parser:
    match about.value_type:
        case "choice":
            return choice_parser(frozenset(about.choices))
        case "choices":
            return choices_parser(frozenset(about.choices))
        case "listed":
            return PARSERS["yes_no"]
        case "date":
            return _parse_day
    if about.sensitivity == "id_number":
        return parse_id_number
    return PARSERS.get(about.value_type, PARSERS["text"])


def _parse_day(text: str) -> str:
    """A calendar date as people type it too: 2026-3-2, 2026/03/02, 2026年3月2日."""
    parts = text.translate(str.maketrans("年月/.", "----", "日 ")).split("-")
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() for part in parts) or len(parts[0]) != 4:
        raise UnparsableAnswer
    try:
        return dt.date(*map(int, parts)).isoformat()
    except ValueError:
        raise UnparsableAnswer from None
