"""Put photos into the queue of those that somebody has to look at: one that has just come, or all of them again."""

from server import clock
from server.db import transactional
from server.store import photo_flags, photo_jobs, photos


@transactional
def enqueue_photo(digest: str, media_type: str) -> None:
    """Once is enough: a photo that comes again is not looked at again, unless looking at it has failed."""
    if media_type in photo_jobs.PICTURES and not photo_jobs.enqueue(digest, clock.stamp()):
        photo_flags.mark_naming([digest])  # somebody else has brought the very same file


@transactional
def enqueue_every_photo() -> int:
    """Forgets all that has been made of photos, so that it is made again; how many photos there are."""
    photos.forget_all()
    photo_flags.forget_all()
    return photo_jobs.enqueue_all(clock.stamp())
