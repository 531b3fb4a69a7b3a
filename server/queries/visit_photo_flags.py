"""What is odd about the photos of one visit, by everything that is stored: the rules of `sync` on what we hold."""

import zlib
from collections.abc import Iterator, Mapping

from media.likeness_thresholds import ANOTHER_HOUSEHOLD
from schemas.forms.errors import InstanceUnreadable
from schemas.forms.instance import read_instance
from server.keys import Keyring, WrongKey
from server.published_forms import form_version
from server.queries.case_page import INTERVIEW
from server.queries.open_statements import open_statements
from server.queries.read_envelopes import Authentic
from server.queries.similar_photos import MOST, homes_of
from server.store import evidence, likeness, photo_jobs, photos, statements
from server.store.evidence import EvidenceRow
from server.store.likeness import Pair
from server.store.statements import StoredStatement
from sync.errors import SyncError
from sync.photo_checks import PhotoFlag, SeenPhoto, Visit, parse_moment, photo_flags
from sync.place import home_of, parse_place
from sync.register import Value
from sync.statement import Statement
from sync.visit_photo_checks import Elsewhere, reuse_flags, set_flags, travel_flags

VISITS = frozenset({"household_visit", "recheck"})
EARLIER = 10  # visits of the household that tell where it lives


def visit_photo_flags(authority: str, statement_id: str, keyring: Keyring) -> list[PhotoFlag]:
    """In a settled order; none for what is no visit and for what cannot be read (erased, damaged, of no known form).

    It depends on what has arrived so far: whatever arrives later and matters marks the statement as due again.
    """
    row = statements.find(authority, statement_id)
    if row is None or row.kind not in VISITS or row.case_id is None:
        return []
    earlier = [
        each
        for _, each in statements.of_kinds(authority, [row.case_id], VISITS)
        if each.index < row.index and each.case_id == row.case_id
    ][-EARLIER:]
    before, _ = statements.around_in_chain(authority, row.replica, row.seq, VISITS)
    opened = _opened(authority, [row, *earlier, *([before] if before else [])], keyring)
    if row.id not in opened:
        return []
    home = home_of(
        place for each in earlier if each.id in opened and (place := _visit(opened[each.id]).place) is not None
    )
    stated, visit = opened[row.id], _visit(opened[row.id])
    assert stated.statement is not None
    found = list(_set(authority, stated.statement))
    if before is not None and before.id in opened:
        found += travel_flags(visit, _visit(opened[before.id]), before.id)
    named = [
        each
        for each in evidence.of_statements(authority, [row.id])
        if each.held and each.media_type in photo_jobs.PICTURES
    ]
    seen, unreadable = _seen(stated.statement, named)
    for each in named:
        if each.digest in seen:
            others = [other for digest, other in seen.items() if digest != each.digest]
            found += photo_flags(seen[each.digest], visit, home, others)
        elif each.digest in unreadable:
            found.append(PhotoFlag("unreadable", each.digest))
        found += reuse_flags(each.digest, _elsewhere(authority, row, each.digest))
    return found


def _opened(authority: str, rows: list[StoredStatement], keyring: Keyring) -> dict[str, Authentic]:
    """One at a time: what is damaged hides nothing else."""
    found = {}
    for name in {row.id for row in rows}:
        try:
            read = open_statements(authority, [name], keyring).get(name)
        except (WrongKey, SyncError, zlib.error):  # our own copy is damaged, which `ruhu verify` tells
            continue
        if isinstance(read, Authentic) and read.statement is not None:
            found[name] = read
    return found


def _visit(stated: Authentic) -> Visit:
    prefix = f"visits.{stated.name.id}."
    said = {
        write.path.removeprefix(prefix): write.value
        for writes in stated.writes.values()
        for write in writes
        if write.path.startswith(prefix)
    }
    begun, ended = parse_moment(said.get("at")), parse_moment(said.get("end"))
    if ended is None and stated.statement is not None:  # it was over when it was signed
        ended = parse_moment(stated.statement.made.wall)
    if begun is not None and ended is not None and ended < begun:
        ended = None
    return Visit(begun, ended, parse_place(said.get("place")))


def _set(authority: str, statement: Statement) -> Iterator[PhotoFlag]:
    assert statement.form and statement.form_version and statement.instance is not None
    form = form_version(authority, statement.form, statement.form_version)
    if form is None:
        return
    try:
        reading = read_instance(form, statement.instance, on_screen=(), statement=statement.id)
    except InstanceUnreadable:
        return
    shots = {each.shot for each in statement.evidence}
    lacking = [str(flag.detail.get("shot")) for flag in reading.flags if flag.code == "missing_photo"]
    lacking += [shot.kind for shot in reading.shots if shot.digest not in statement.digests]
    answers: Mapping[str, Value] = dict(reading.answers)
    seen = answers.get(f"visits.{statement.id}.docs_checked")
    yield from set_flags(
        [shot for shot in lacking if shot not in shots],
        shots,
        answers,
        [str(each) for each in seen] if isinstance(seen, list | tuple) else [],
    )


def _seen(statement: Statement, named: list[EvidenceRow]) -> tuple[dict[str, SeenPhoto], set[str]]:
    """(the photos that have been looked at, those that could not be read)"""
    told = {each.digest: each.claims for each in reversed(statement.evidence)}
    made = photos.find_many([each.digest for each in named])
    seen = {
        each.digest: SeenPhoto(
            each.digest, each.shot, photo.claims or {}, told.get(each.digest, {}), photo.measures or {}
        )
        for each in named
        if (photo := made.get(each.digest)) is not None and photo.state == photos.READY
    }
    return seen, {digest for digest, photo in made.items() if photo.state == photos.UNREADABLE}


def _elsewhere(authority: str, row: StoredStatement, digest: str) -> Iterator[Elsewhere]:
    """Other statements that have this picture. Pairs rest by the widest threshold; in another household the stricter
    one holds. A burst within one visit is harmless, and so is what an interview in the same household shows."""
    assert row.case_id is not None
    pairs = {pair.other: pair for pair in likeness.pairs_of(digest, MOST)} | {digest: Pair(digest, digest, 0, 0)}
    named = [n for n in likeness.named(authority, pairs) if n.statement != row.id and n.case_id is not None]
    homes = homes_of(authority, {n.case_id for n in named if n.case_id is not None} | {row.case_id})
    others = {each.id: each for each in statements.find_many(authority, {n.statement for n in named})}
    for n in named:
        pair, other = pairs[n.digest], others.get(n.statement)
        same_household = homes.get(n.case_id or "") == homes[row.case_id]
        if other is None or (same_household and other.kind == INTERVIEW):
            continue
        if same_household or ANOTHER_HOUSEHOLD.takes(pair.edges, pair.unlike):
            yield Elsewhere(n.statement, pair.unlike, n.digest == digest, same_household, other.index < row.index)
