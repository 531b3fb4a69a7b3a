"""What tells a household and its members from others, as blind indexes: equal ones name the same person or book.

Derived from the cases' settled and disputed values; nobody without the key can read or enumerate them.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import Column, Index, bindparam, delete, insert, select

from server.db import Key, db, execute

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
_AT_ONCE = 400


def of_cases(authority: str, cases: Collection[str]) -> set[Identity]:
    found: set[Identity] = set()
    wanted = list(cases)
    for at in range(0, len(wanted), _AT_ONCE):
        rows = execute(
            select(_c.case_id, _c.kind, _c.blind).where(
                _c.authority == authority, _c.case_id.in_(wanted[at : at + _AT_ONCE])
            )
        )
        found |= {Identity(*row) for row in rows}
    return found


def sharing(authority: str, blinds: Collection[str]) -> set[Identity]:
    """Every case's identities under these blind indexes."""
    found: set[Identity] = set()
    wanted = sorted(blinds)
    for at in range(0, len(wanted), _AT_ONCE):
        rows = execute(
            select(_c.case_id, _c.kind, _c.blind).where(
                _c.authority == authority, _c.blind.in_(wanted[at : at + _AT_ONCE])
            )
        )
        found |= {Identity(*row) for row in rows}
    return found


def save(authority: str, gone: Iterable[Identity], new: Iterable[Identity]) -> None:
    execute(
        _DELETE,
        [{"the_authority": authority, "the_case": i.case_id, "the_kind": i.kind, "the_blind": i.blind} for i in gone],
    )
    execute(
        insert(identity_table),
        [{"authority": authority, "case_id": i.case_id, "kind": i.kind, "blind": i.blind} for i in new],
    )
