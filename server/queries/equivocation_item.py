"""Two contents under one number: what each of them says, side by side. The first counts; the second is kept."""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass

from server.keys import Keyring, WrongKey
from server.policy import Officer
from server.queries.case_fields import OF_STATEMENTS, Fields
from server.queries.case_page import INTERVIEW
from server.queries.field_catalogue import field_catalogue
from server.queries.open_statements import open_statements
from server.queries.read_envelopes import Authentic, read_envelope
from server.store import key_registry, persons, regions, replicas, statements
from server.store.persons import Person
from sync.case import Case
from sync.envelope import parse_envelope
from sync.errors import SyncError


@dataclass(frozen=True, slots=True)
class Content:
    """One of the two; `signed` are those with an account who signed it. What does not open says nothing."""

    kind: str
    received_at: str
    author: str
    signed: tuple[str, ...]
    pictures: int
    read: bool


@dataclass(frozen=True, slots=True)
class Difference:
    label: str
    first: str
    second: str


@dataclass(frozen=True, slots=True)
class EquivocationView:
    """`differences` are the fields in which they differ, numbers masked; `same` counts the others. `closed` when one
    of them is an interview: what a neighbour said is not laid open here."""

    number: int
    tablet: str
    first: Content
    second: Content
    differences: tuple[Difference, ...]
    same: int
    closed: bool


def equivocation_view(viewer: Officer, subject: str, keyring: Keyring, language: str) -> EquivocationView | None:
    """`subject` is `<statement id>:<digest of the later content>`. None when there is no such pair."""
    name, _, digest = subject.partition(":")
    row = statements.find(viewer.authority, name)
    kept = statements.equivocation(viewer.authority, name, digest)
    if row is None or kept is None:
        return None
    first = open_statements(viewer.authority, [name], keyring).get(name)
    items = (first if isinstance(first, Authentic) else None, _later(viewer.authority, name, kept[1:], keyring))
    people = persons.find_many(viewer.authority, {person for item in items for person in _people(item)})
    replica = replicas.find(viewer.authority, row.replica)
    closed = any(item is not None and item.name.kind == INTERVIEW for item in items)
    differences, same = ((), 0) if closed else _differences(viewer.authority, items, language)
    return EquivocationView(
        number=row.index + 1,
        tablet=replica.label if replica else "",
        first=_content(items[0], row.received_at, people),
        second=_content(items[1], kept[0], people),
        differences=differences,
        same=same,
        closed=closed,
    )


def _later(authority: str, name: str, kept: tuple[bytes, bytes], keyring: Keyring) -> Authentic | None:
    try:
        envelope = parse_envelope(zlib.decompress(keyring.unseal_once(*kept, name.encode())))
    except (WrongKey, SyncError, zlib.error):
        return None
    registry = key_registry.find(authority, [signature.keyid for signature in envelope.signatures])
    read = read_envelope(authority, envelope, registry)
    return read if isinstance(read, Authentic) else None


def _people(item: Authentic | None) -> set[str]:
    if item is None or item.statement is None:
        return set()
    return {item.statement.author, *(s.person for s in item.statement.sign_offs if s.person is not None)}


def _content(item: Authentic | None, received_at: str, people: Mapping[str, Person]) -> Content:
    statement = item.statement if item is not None else None
    if item is None or statement is None:
        return Content(item.name.kind if item is not None else "", received_at, "", (), 0, False)
    vouching = [people.get(s.person or "") for s in statement.sign_offs if s.keyid in item.keyids]
    return Content(
        kind=statement.kind,
        received_at=received_at,
        author=people[statement.author].name if statement.author in people else "",
        signed=tuple(person.name for person in vouching if person is not None),
        pictures=sum(e.media_type.startswith("image/") for e in statement.evidence),
        read=True,
    )


def _differences(
    authority: str, items: tuple[Authentic | None, ...], language: str
) -> tuple[tuple[Difference, ...], int]:
    cases = [_alone(item) for item in items]
    villages = {str(s.value) for case in cases for s in case["place.village"].siblings if s.value}
    names = {region.id: region.name for region in regions.find_many(authority, villages).values()}
    catalogue = field_catalogue(authority)
    fields = [Fields(case, catalogue, language, names, ()) for case in cases]
    found: list[Difference] = []
    same = 0
    for path in dict.fromkeys(path for case in cases for path in case.registers):
        if path.startswith(OF_STATEMENTS):
            continue
        values = [case[path].siblings for case in cases]
        if [s.value for s in values[0]] == [s.value for s in values[1]]:
            same += 1
            continue
        texts = [" / ".join(each.texts(path)) for each in fields]
        label = next(each.full_label(path) for each, said in zip(fields, values, strict=True) if said)
        found.append(Difference(label, *texts))
    return tuple(found), same


def _alone(item: Authentic | None) -> Case:
    """What a statement says of its household, with nothing else said."""
    if item is None or item.statement is None:
        return Case()
    writes = [write for case_writes in item.writes.values() for write in case_writes]
    return Case().apply(item.name.id, writes, item.statement.village)
