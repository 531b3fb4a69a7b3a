"""Note which blobs have been read again, and what was wrong with them."""

from collections.abc import Mapping

from server import clock
from server.db import transactional
from server.store import blobs


@transactional
def note_checks(found: Mapping[str, str | None]) -> None:
    """{digest: "missing", "damaged", or None for a sound one}. A later check has the last word."""
    blobs.note_checks(found, clock.stamp())
