"""What tells a household and its members from others: ID numbers, household book, name with birth date, place.

Two cases that share one of these may be the same household, opened twice. A disputed field counts with every value.
"""

import unicodedata
from typing import NamedTuple

from sync.case import Case

HOUSEHOLDER_ID = "householder_id"
MEMBER_ID = "member_id"
BOOK_NO = "book_no"
NAME_BIRTH = "name_birth"
HOUSEHOLDER_PLACE = "householder_place"

HOUSEHOLDER = "0"  # GB/T 4761: the relation of the householder to the householder
_OF_MEMBER = frozenset({"listed", "name", "id_no", "birth_date", "relation"})
_OF_HOUSEHOLD = frozenset({"household.householder_name", "household.book_no", "place.village"})
_HIDDEN = "\u2022"  # a number that was masked before it came to us names nobody
_FEWEST_DIGITS = 6  # what stands where a number should be ("none", "0", "-") would join a whole village


class Identity(NamedTuple):
    """`kind` is one of the words above; equal texts of one kind name the same person, book or household."""

    kind: str
    text: str


def bears_identity(path: str) -> bool:
    """Whether the field at this path has a part in the identities of its case."""
    if path.startswith("members."):
        return path.rpartition(".")[2] in _OF_MEMBER
    return path in _OF_HOUSEHOLD


def normalised(text: str) -> str:
    """The same number or name, however it was typed: full-width, spaced out, with a small x."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return "".join(text.split()).upper()


def identities(case: Case) -> frozenset[Identity]:
    """Everything that identifies this case, in every value that is live."""
    found: set[Identity] = set()
    householders = _texts(case, "household.householder_name")
    for entry in case.entries("members"):
        under = f"members.{entry}."
        names, numbers = _texts(case, under + "name"), _numbers(case, under + "id_no")
        found |= {Identity(MEMBER_ID, number) for number in numbers}
        if HOUSEHOLDER in _texts(case, under + "relation") or names & householders:
            found |= {Identity(HOUSEHOLDER_ID, number) for number in numbers}
        births = _texts(case, under + "birth_date")
        found |= {Identity(NAME_BIRTH, f"{name}|{birth}") for name in names for birth in births}
    found |= {Identity(BOOK_NO, number) for number in _numbers(case, "household.book_no")}
    villages = {value for value in case["place.village"].live.values() if isinstance(value, str)}
    villages = villages or set(case.villages)
    found |= {Identity(HOUSEHOLDER_PLACE, f"{name}|{village}") for name in householders for village in villages}
    return frozenset(found)


def _texts(case: Case, path: str) -> set[str]:
    return {normalised(value) for value in case[path].live.values() if isinstance(value, str)} - {""}


def _numbers(case: Case, path: str) -> set[str]:
    return {text for text in _texts(case, path) if is_number(text)}


def is_number(text: str) -> bool:
    """Whether a normalised text is somebody's number, and neither masked nor a word that stands for none."""
    return _HIDDEN not in text and sum(map(str.isdigit, text)) >= _FEWEST_DIGITS
