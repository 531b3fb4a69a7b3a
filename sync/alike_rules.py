"""Rules by which many conflicts are decided alike: each says which of a field's values it takes, or that it cannot.

A rule takes only what nobody could doubt who knows it; whatever it cannot say with certainty is left to a person.
"""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sync.dot import Dot
from sync.register import Sibling, Value


class AlikeRule(StrEnum):
    LATER_SIGN_OFF = "later_sign_off"
    SAME_MEANING = "same_meaning"


@dataclass(frozen=True, slots=True)
class Stood:
    """A statement's place in the ledger, and how much of the ledger its writer held; None: that is not known."""

    index: int
    held: int | None


def later_sign_off(siblings: Sequence[Sibling], stood: Mapping[str, Stood]) -> Dot | None:
    """The value whose statement was certainly made after all others had been received.

    Its writer held the ledger with the others in it: that cannot be before their receipts, whatever any clock says.
    Of statements that may have been made at the same time none is the later one.
    """
    for sibling in siblings:
        if _is_empty(sibling.value):
            continue  # a blank is no better number
        others = [stood[dot.statement].index for other in siblings if other is not sibling for dot in other.dots]
        for dot in sibling.dots:
            held = stood[dot.statement].held
            if others and held is not None and held > max(others):
                return dot
    return None


def same_meaning(siblings: Sequence[Sibling], stood: Mapping[str, Stood]) -> Dot | None:
    """The spelling that came last, of values that differ in space, width and punctuation only."""
    plain = {_plain(sibling.value) for sibling in siblings}
    if len(siblings) < 2 or len(plain) != 1 or plain == {None}:
        return None
    return max((dot for s in siblings for dot in s.dots), key=lambda dot: (stood[dot.statement].index, dot))


LONG_NUMBER = 7  # figures: telephone numbers are written in groups, and so are accounts

Rule = Callable[[Sequence[Sibling], Mapping[str, Stood]], Dot | None]
RULES: Mapping[AlikeRule, Rule] = {
    AlikeRule.LATER_SIGN_OFF: later_sign_off,
    AlikeRule.SAME_MEANING: same_meaning,
}


def _is_empty(value: Value) -> bool:
    return value is None or value in ("", [])


def _plain(value: Value) -> str | None:
    """A text without space, width and punctuation; None for what is no text or has nothing else.

    Between two figures they mean something (door 3-5 is not door 35, 1.5 is not 15), but for long numbers that people
    write in groups.
    """
    if not isinstance(value, str):
        return None
    plain = ""
    apart = ""  # the space and punctuation since the last sign that counts
    in_groups = _is_long_number(value)
    for sign in unicodedata.normalize("NFKC", value).casefold():
        if _separates(sign):
            apart += sign
            continue
        if apart and not in_groups and plain[-1:].isdigit() and sign.isdigit():
            plain += "." if "." in apart else "-"
        plain, apart = plain + sign, ""
    return plain or None


def _separates(sign: str) -> bool:
    return unicodedata.category(sign)[0] in "PZC"


def _is_long_number(value: str) -> bool:
    signs = [sign for sign in unicodedata.normalize("NFKC", value) if sign != "+"]
    figures = [sign for sign in signs if sign.isdigit()]
    rest = [sign for sign in signs if not sign.isdigit()]
    return len(figures) >= LONG_NUMBER and all(_separates(sign) and sign not in ".,/" for sign in rest)
