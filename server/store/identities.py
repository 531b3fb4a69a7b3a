"""What tells a household and its members from others, as blind indexes: equal ones name the same person or book.

Derived from the cases' settled and disputed values; nobody without the key can read or enumerate them.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import Column, Index, bindparam, delete, insert, select

from server.db import Key, db, execute
from sync.duplicate import Identified

identity_table = db.Table(
    "identity",
    Column("authority", Key, primary_key=True),
    Column("case_id", Key, primary_key=True),
    Column("kind", Key, primary_key=True),  # householder_id, member_id, book_no, name_birth, householder_place
    Column("blind", Key, primary_key=True),
    Index("identity_by_blind", "authority", "blind"),
)


@dataclass(frozen=True, slots=True)
class Identity:
    case_id: str
    kind: str
    blind: str


_c = identity_table.c
_DELETE = delete(identity_table).where(
    _c.authority == bindparam("the_authority"),
    _c.case_id == bindparam("the_case"),
    _c.kind == bindparam("the_kind"),
    _c.blind == bindparam("the_blind"),
)
_AT_ONCE = 500


_OF_CASES = select(_c.case_id, _c.kind, _c.blind).where(
    _c.authority == bindparam("authority"), _c.case_id.in_(bindparam("cases", expanding=True))
)
_SHARING = select(_c.case_id, _c.blind).where(
    _c.authority == bindparam("authority"), _c.blind.in_(bindparam("blinds", expanding=True))
)


def of_cases(authority: str, cases: Collection[str]) -> dict[str, set[Identified]]:
    """{case: its identities}, for those of these cases that have any."""
    found: dict[str, set[Identified]] = {}
    wanted = sorted(cases)
    for at in range(0, len(wanted), _AT_ONCE):
        for row in execute(_OF_CASES, {"authority": authority, "cases": wanted[at : at + _AT_ONCE]}):
            found.setdefault(row.case_id, set()).add((row.kind, row.blind))
    return found


def sharing(authority: str, blinds: Collection[str]) -> dict[str, set[str]]:
    """{blind index: the cases that have it}, for those of these that any case has."""
    found: dict[str, set[str]] = {}
    wanted = sorted(blinds)
    for at in range(0, len(wanted), _AT_ONCE):
        for row in execute(_SHARING, {"authority": authority, "blinds": wanted[at : at + _AT_ONCE]}):
            found.setdefault(row.blind, set()).add(row.case_id)
    return found


def save(authority: str, gone: Iterable[Identity], new: Iterable[Identity]) -> None:
    """Takes the ones away and adds the others."""
    execute(
        _DELETE,
        [{"the_authority": authority, "the_case": i.case_id, "the_kind": i.kind, "the_blind": i.blind} for i in gone],
    )
    execute(
        insert(identity_table),
        [{"authority": authority, "case_id": i.case_id, "kind": i.kind, "blind": i.blind} for i in new],
    )
