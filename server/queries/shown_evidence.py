"""May this officer see this picture, and what is known of it? By the statement that names it, not by digest."""

from collections.abc import Collection
from dataclasses import dataclass

from server import errors
from server.queries.case_page import INTERVIEW, kind_of
from server.store import blobs, cases, evidence, photos, statements


@dataclass(frozen=True, slots=True)
class HeldPicture:
    """A picture whose bytes are held; `unreadable` says why it cannot be shown, if that has been found out, `fault`
    that its bytes were found missing or damaged when they were last read again."""

    digest: str
    media_type: str
    unreadable: str | None
    fault: str | None = None


def held_picture(authority: str, scope: Collection[str], statement_id: str, digest: str) -> HeldPicture:
    """Raises NotFound: no such statement in scope, not named by it, not held, no picture, or an interview's."""
    row = statements.find(authority, statement_id)
    if row is None or row.case_id is None or row.kind == INTERVIEW:
        raise errors.NotFound()
    if cases.find(authority, row.case_id, scope) is None:
        raise errors.NotFound()
    named = next((e for e in evidence.of_statements(authority, [statement_id]) if e.digest == digest), None)
    media_type = evidence.media_type(digest) if named is not None and named.held else None
    if media_type is None or kind_of(media_type) != "picture":
        raise errors.NotFound()
    photo = photos.find(digest)
    unreadable = photo.reason if photo and photo.state == photos.UNREADABLE else None
    return HeldPicture(digest, media_type, unreadable, blobs.fault(digest))
