"""Note what became of looking at a photo: what it claims, what was measured, or why it cannot be shown."""

from media.rendition import VERSION, Developed
from server.db import transactional
from server.store import likeness, photo_flags, photo_jobs, photos


@transactional
def note_photo(digest: str, found: Developed | None = None, *, unreadable: str | None = None) -> None:
    """Whoever made it, a worker or somebody who wanted to look: what waits for a worker is done with this."""
    photos.put(photos.made_of(digest, VERSION, found, unreadable))
    likeness.wait(digest, likeness.PHOTO, {} if found is None else found.likeness)
    photo_jobs.done_elsewhere(digest)
    photo_flags.mark_naming([digest])
