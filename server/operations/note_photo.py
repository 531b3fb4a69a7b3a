"""Note what became of looking at a photo: what it claims about itself, or why it cannot be shown."""

import json
from collections.abc import Mapping

from server.db import transactional
from server.store import evidence


@transactional
def note_photo(digest: str, *, claims: Mapping[str, object] | None = None, unreadable: str | None = None) -> None:
    """`claims` are the photo's own words (EXIF): shown as claims, never as facts."""
    state = "ready" if unreadable is None else "unreadable"
    told = None if claims is None else json.dumps(claims, ensure_ascii=False, sort_keys=True)
    evidence.note_photo(digest, state, unreadable, told)
