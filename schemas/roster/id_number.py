"""A resident's ID number as rosters write it: cleaned, judged as the survey forms judge it, and the fault named."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from schemas.forms.id_numbers import judge_id_number

_NOISE = re.compile(r"[\s'’`\-]")
_SHAPE = re.compile(r"[0-9]{17}[0-9X]")
_FAULTS = {"id_bad_checksum": "id_checksum", "id_bad_date": "id_date"}
_OLDEST, _LAST = 1850, 2150  # years; a number outside them has a right check digit by chance


@dataclass(frozen=True, slots=True)
class IdNumber:
    """`text` as cleaned; `fault` is a problem code or None, and only then are date and sex to be believed."""

    text: str
    fault: str | None
    birth_date: date | None = None
    sex: str | None = None  # GB/T 2261.1: "1" male, "2" female


def read_id_number(written: str) -> IdNumber:
    """Read an ID number (GB 11643): full-width digits, a small x, hyphens and spaces are forgiven."""
    text = _NOISE.sub("", unicodedata.normalize("NFKC", written)).upper()
    if len(text) != 18:
        return IdNumber(text, "id_length")
    if not _SHAPE.fullmatch(text):
        return IdNumber(text, "id_characters")
    judged = judge_id_number(text)
    if judged.fault:
        return IdNumber(text, _FAULTS.get(judged.fault, "id_characters"))
    if judged.born is None or not _OLDEST <= judged.born.year <= _LAST:
        return IdNumber(text, "id_date")
    return IdNumber(text, None, judged.born, judged.sex)
