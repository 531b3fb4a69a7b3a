"""When two cases look like one household, opened twice, and how strong that likeness is."""

from collections.abc import Collection

from sync.identity import BOOK_NO, HOUSEHOLDER_ID, HOUSEHOLDER_PLACE, MEMBER_ID, NAME_BIRTH
from sync.open_item import Finding, ItemKind, Severity

SAME_HOUSEHOLD, SAME_BOOK, SHARED_MEMBER, ALIKE = "same_household", "same_book", "shared_member", "alike"
RULES = (SAME_HOUSEHOLD, SAME_BOOK, SHARED_MEMBER, ALIKE)
"""The strongest first."""
VISITED_AFTER_JOIN = "visited_after_join"

_SEVERITIES = {
    SAME_HOUSEHOLD: Severity.HIGH,
    SAME_BOOK: Severity.MIDDLE,
    SHARED_MEMBER: Severity.HIGH,
    ALIKE: Severity.MIDDLE,
}
_OF_MEMBERS = frozenset({MEMBER_ID, NAME_BIRTH})

Identified = tuple[str, str]  # (kind, what equal ones share)


def likeness(one: Collection[Identified], other: Collection[Identified]) -> str | None:
    """The strongest rule by which these two sets of identities may be one household's, or None."""
    shared = {kind for kind, _ in set(one) & set(other)}
    if HOUSEHOLDER_ID in shared:
        return SAME_HOUSEHOLD
    if BOOK_NO in shared:
        return SAME_BOOK
    if MEMBER_ID in shared:
        return SHARED_MEMBER
    if HOUSEHOLDER_PLACE not in shared:
        return None
    lists_nobody = not any(kind in _OF_MEMBERS for kind, _ in (*one, *other))
    return ALIKE if NAME_BIRTH in shared or lists_nobody else None


def pair_found(rule: str, one: str, other: str) -> Finding:
    """Two cases that may be one household; the same item whichever of them came first."""
    first, second = sorted((one, other))
    return Finding(ItemKind.DUPLICATE, rule, first, "", _SEVERITIES[rule], second)


def visited_after_join(joined: str, lives: str, statement: str) -> Finding:
    """A survey about a case that had been joined into another: it counts in a file that nobody reads any more."""
    return Finding(ItemKind.DUPLICATE, VISITED_AFTER_JOIN, joined, statement, Severity.HIGH, lives)


def common_region(one: str, other: str) -> str:
    """The path of the smallest region in which both paths lie."""
    common = ""
    for mine, theirs in zip(one.split("/")[:-1], other.split("/")[:-1], strict=False):
        if mine != theirs:
            break
        common += mine + "/"
    return common
