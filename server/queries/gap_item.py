"""A gap: what is missing, since when, from which tablet, and whom to ask for it."""

from dataclasses import dataclass

from server.queries.case_page import ShownStatement
from server.queries.opened_household import Household
from server.store import persons, replicas
from server.store.open_items import OpenItem
from sync.dot import replica_of
from sync.open_item import field_of
from sync.sign_offs import SIGN_OFF_BEHIND


@dataclass(frozen=True, slots=True)
class GapView:
    """`statement` is the one that lacks something, where one does; `field` the field that nobody has signed for as
    it stands, with its `value`; `pieces` the evidence that is owed; `missing` how many of the tablet's statements
    never arrived; `people` those who work on it."""

    rule: str
    since: str
    statement: ShownStatement | None
    field: str | None
    value: str | None
    pieces: tuple[tuple[str, int], ...]
    tablet: str | None
    last_contact: str | None
    people: tuple[str, ...]
    missing: int


def gap_view(authority: str, item: OpenItem, home: Household | None) -> GapView:
    named, _, _ = item.subject.partition(":")
    statement = home.by_id.get(named) if home else None
    path = field_of(item.subject) if item.rule == SIGN_OFF_BEHIND else None
    if home is not None and statement is None:
        # A digest: whichever statement names it.
        statement = next((s for s in home.statements if any(e.digest == named for e in s.evidence)), None)
    writer = replica_of(named) if "-" in named else named
    if statement is not None:
        writer = statement.stated.row.replica
    elif path is not None:
        writer = ""
    replica = replicas.find(authority, writer) if writer else None
    people = replicas.scope_of(authority, replica.id) if replica is not None else []
    names = persons.find_many(authority, {person for person, _, _ in people})
    return GapView(
        rule=item.rule,
        since=item.opened_at,
        statement=statement,
        field=home.fields.full_label(path) if home and path else None,
        value=home.fields.first_text(path) if home and path else None,
        pieces=tuple((e.shot, e.length) for e in statement.evidence if not e.held) if statement else (),
        tablet=replica.label if replica is not None and replica.kind == "tablet" else None,
        last_contact=replica.last_contact if replica is not None else None,
        people=tuple(sorted(person.name for person in names.values())),
        missing=max(0, replica.head_seq - replica.received) if replica is not None else 0,
    )
