"""Resident identity numbers: GB 11643-1999, 17 digits and a check character (ISO 7064 MOD 11-2).

The six digits of the place are not looked up: places are renumbered, people keep their numbers, and made-up
persons use 999999, which is assigned to nobody.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

_SHAPE = re.compile(r"[0-9]{17}[0-9X]")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"


@dataclass(frozen=True, slots=True)
class IdNumber:
    """``fault`` is a flag code or None; ``born`` and ``sex`` (GB/T 2261.1: 1 male, 2 female) only when it is None."""

    text: str
    fault: str | None
    born: dt.date | None = None
    sex: str | None = None


def judge_id_number(written: str, on: dt.date | None = None) -> IdNumber:
    """What an identity number says, and what is wrong with it for somebody alive on a date."""
    text = "".join(written.split()).upper()
    if not _SHAPE.fullmatch(text):
        return IdNumber(text, "id_bad_format")
    if check_character(text[:17]) != text[17]:
        return IdNumber(text, "id_bad_checksum")
    try:
        born = dt.date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return IdNumber(text, "id_bad_date")
    if on is not None and born > on:
        return IdNumber(text, "id_after_visit")
    return IdNumber(text, None, born, "1" if int(text[16]) % 2 else "2")


def check_character(digits: str) -> str:
    """The check character for the first 17 digits."""
    return _CHECKS[sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=True)) % 11]
