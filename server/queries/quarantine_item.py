"""A statement in quarantine: what it says, why it waits, and what would change if it were let in."""

from collections.abc import Collection
from dataclasses import dataclass

from server.keys import Keyring
from server.policy import Officer
from server.queries.case_fields import Fields
from server.queries.case_page import INTERVIEW, Signer
from server.queries.field_catalogue import field_catalogue
from server.queries.open_statements import open_statements
from server.queries.read_envelopes import Authentic
from server.queries.release_preview import ReleasePreview, release_preview
from server.store import evidence, persons, regions, replicas, statements
from server.store.statements import StoredStatement
from sync.statement import Statement

INTERVIEWS = "interviews."  # what a neighbour said opens with the interview, and only once it counts
MOST = 60  # changes drawn; a visit writes about as many


@dataclass(frozen=True, slots=True)
class Change:
    """A field before and after; `disputes` when both values would then stand side by side."""

    label: str
    before: str
    after: str
    disputes: bool


@dataclass(frozen=True, slots=True)
class QuarantineView:
    """`obstacle` says why it cannot be let in as things stand, None when it can. `same` counts the fields that it
    says again as they are. `closed` when it is an interview that this reader may not read."""

    row: StoredStatement
    reason: str
    obstacle: str | None
    author: str
    tablet: str
    revoked_at: str | None
    not_before: str | None
    signers: tuple[Signer, ...]
    new_household: bool
    changes: tuple[Change, ...]
    same: int
    pictures: int
    owed: int
    closed: bool


def quarantine_view(
    viewer: Officer, statement_id: str, keyring: Keyring, language: str, *, reads_interviews: bool
) -> QuarantineView | None:
    """None when there is no such statement (a case that was rebuilt from other statements)."""
    row = statements.find(viewer.authority, statement_id)
    if row is None:
        return None
    found = open_statements(viewer.authority, [statement_id], keyring).get(statement_id)
    statement = found.statement if isinstance(found, Authentic) else None
    closed = row.kind == INTERVIEW and not reads_interviews
    preview = release_preview(viewer.authority, viewer.scope, row, found, keyring)
    changes, same = _changes(viewer.authority, preview, language) if not closed else ((), 0)
    named = evidence.of_statements(viewer.authority, [statement_id])
    replica = replicas.find(viewer.authority, row.replica)
    people = _people(viewer.authority, row, statement)
    held = statement.held if statement is not None else 0
    return QuarantineView(
        row=row,
        reason=row.quarantine or "",
        obstacle=preview.obstacle,
        author=people.get(row.author, ""),
        tablet=replica.label if replica else "",
        revoked_at=replica.revoked_at if replica else None,
        not_before=statements.received_at(viewer.authority, [held - 1]).get(held - 1) if held else None,
        signers=_signers(statement, people, hide_ink=row.kind == INTERVIEW),
        new_household=not preview.before.registers,
        changes=changes[:MOST],
        same=same,
        pictures=sum(e.media_type.startswith("image/") for e in named),
        owed=sum(not e.held for e in named),
        closed=closed,
    )


def _people(authority: str, row: StoredStatement, statement: Statement | None) -> dict[str, str]:
    named = {row.author} | {s.person for s in (statement.sign_offs if statement else ()) if s.person}
    return {person.id: person.name for person in persons.find_many(authority, named).values()}


def _signers(statement: Statement | None, people: dict[str, str], *, hide_ink: bool) -> tuple[Signer, ...]:
    return tuple(
        Signer(
            s.slot, s.outcome, people.get(s.person or ""), None if hide_ink and s.person is None else s.ink, s.reason
        )
        for s in (statement.sign_offs if statement else ())
    )


def _changes(authority: str, preview: ReleasePreview, language: str) -> tuple[tuple[Change, ...], int]:
    paths = [w.path for w in preview.writes if not w.path.startswith(INTERVIEWS)]
    names = _village_names(authority, preview)
    catalogue = field_catalogue(authority)
    before = Fields(preview.before, catalogue, language, names, ())
    after = Fields(preview.after, catalogue, language, names, ())
    found: list[Change] = []
    same = 0
    for path in dict.fromkeys(paths):
        was, will = before.texts(path), after.texts(path)
        if was == will:
            same += 1
            continue
        label = after.full_label(path)
        found.append(Change(label, " / ".join(was), " / ".join(will), preview.after[path].in_conflict))
    return tuple(sorted(found, key=lambda each: not each.disputes)), same


def _village_names(authority: str, preview: ReleasePreview) -> dict[str, str]:
    wanted: Collection[str] = {
        str(s.value) for case in (preview.before, preview.after) for s in case["place.village"].siblings if s.value
    }
    return {region.id: region.name for region in regions.find_many(authority, wanted).values()}
