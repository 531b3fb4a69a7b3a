"""How an answer is written: text in the XForm, a plain value in the case, and back.

The case holds only None, bool, int, str and list[str]. Money is yuan with up to two decimals on the form and
integer fen in the case. Dates are ISO 8601 calendar dates, datetimes carry their offset, places are
"latitude longitude altitude accuracy" in degrees and metres as XForms write them.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping

Value = None | bool | int | str | list[str]
Parser = Callable[[str], Value]

_INTEGER = re.compile(r"[+-]?[0-9]{1,15}")
_DECIMAL = re.compile(r"([+-]?)([0-9]{0,13})(?:\.([0-9]*))?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DATETIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}.*")


class UnparsableAnswer(ValueError):
    """The text is not an answer of this type."""


def parse_text(text: str) -> str:
    """Any text."""
    return text


def parse_integer(text: str) -> int:
    """A whole number of at most 15 digits, which every tablet's number type holds exactly."""
    if not _INTEGER.fullmatch(text):
        raise UnparsableAnswer
    return int(text)


def _decimal_parts(text: str) -> tuple[str, str, str]:
    match = _DECIMAL.fullmatch(text)
    if match is None or not (match[2] or match[3]):
        raise UnparsableAnswer
    sign = "-" if match[1] == "-" else ""
    return sign, match[2].lstrip("0") or "0", (match[3] or "").rstrip("0")


def parse_decimal(text: str) -> str:
    """A decimal number as its one canonical text: no leading or trailing zeros, no plus, no minus zero."""
    sign, whole, fraction = _decimal_parts(text)
    number = f"{whole}.{fraction}" if fraction else whole
    return number if number == "0" else sign + number


def parse_money(text: str) -> int:
    """Yuan to fen. A third decimal is no amount of money: it is reported, not rounded."""
    sign, whole, fraction = _decimal_parts(text)
    if len(fraction) > 2:
        raise UnparsableAnswer
    fen = int(whole) * 100 + int(fraction.ljust(2, "0"))
    return -fen if sign else fen


def parse_date(text: str) -> str:
    """A calendar date that exists; a time of day behind it is dropped, as some form engines add midnight."""
    day = text[:10]
    if not _DATE.fullmatch(day) or (len(text) > 10 and text[10] != "T"):
        raise UnparsableAnswer
    try:
        dt.date.fromisoformat(day)
    except ValueError:
        raise UnparsableAnswer from None
    return day


def parse_datetime(text: str) -> str:
    """A moment, to the second, with the offset that the tablet gave (none, if it gave none)."""
    if not _DATETIME.fullmatch(text):
        raise UnparsableAnswer
    try:
        return dt.datetime.fromisoformat(text).isoformat(timespec="seconds")
    except ValueError:
        raise UnparsableAnswer from None


def parse_place(text: str) -> str:
    """Latitude and longitude in degrees, then altitude and accuracy in metres if known."""
    parts = text.split()
    if not 2 <= len(parts) <= 4:
        raise UnparsableAnswer
    numbers = [parse_decimal(part) for part in parts]
    if abs(float(numbers[0])) > 90 or abs(float(numbers[1])) > 180:
        raise UnparsableAnswer
    return " ".join(numbers)


def parse_yes_no(text: str) -> bool:
    """A choice of yes and no."""
    if text not in ("yes", "no"):
        raise UnparsableAnswer
    return text == "yes"


def parse_id_number(text: str) -> str:
    """An identity number as printed: spaces fall away and the check letter is a capital X."""
    return "".join(text.split()).upper()


def code_unit_order(text: str) -> bytes:
    """Sort key: UTF-16 code units, the order in which every tablet sorts strings."""
    return text.encode("utf-16-be", "surrogatepass")


def choice_parser(codes: frozenset[str]) -> Parser:
    """Exactly one of the codes."""

    def parse(text: str) -> str:
        if text not in codes:
            raise UnparsableAnswer
        return text

    return parse


def choices_parser(codes: frozenset[str]) -> Parser:
    """Any number of the codes, each once, in code-unit order."""
    rank = {code: place for place, code in enumerate(sorted(codes, key=code_unit_order))}

    def parse(text: str) -> list[str]:
        chosen = set(text.split())
        if not chosen <= codes:
            raise UnparsableAnswer
        return sorted(chosen, key=rank.__getitem__)

    return parse


PARSERS: Mapping[str, Parser] = {
    "text": parse_text,
    "member": parse_text,
    "integer": parse_integer,
    "decimal": parse_decimal,
    "money": parse_money,
    "date": parse_date,
    "datetime": parse_datetime,
    "place": parse_place,
    "yes_no": parse_yes_no,
}


def yuan(fen: int) -> str:
    """Fen as the yuan text that a form holds: 123450 becomes ``1234.50``."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100}.{abs(fen) % 100:02d}"
