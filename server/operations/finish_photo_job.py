"""End a photo's job: with what was made of it, with a reason why it cannot be read, or for another attempt later.

Only whoever holds the newest fence ends it. A worker that was thought dead and comes back changes nothing.
"""

from media.rendition import Developed
from server import clock
from server.db import transactional
from server.operations.note_photo import note_photo
from server.operations.take_photo_job import ATTEMPTS
from server.store import photo_jobs
from server.store.photo_jobs import PhotoJob

AGAIN_AFTER = (30, 300)  # seconds, after the first and after the second attempt

AWAY_SECONDS = 5


@transactional
def finish_photo_job(job: PhotoJob, found: Developed | None = None, *, unreadable: str | None = None) -> bool:
    """Whether the job was still ours; only then the photo is noted. Neither given: somebody else has made it."""
    ours = photo_jobs.end(job, photo_jobs.DONE, due=clock.stamp(), attempts=job.attempts, reason=None)
    if ours and (found is not None or unreadable is not None):
        note_photo(job.digest, found, unreadable=unreadable)
    return ours


@transactional
def put_back_photo_job(job: PhotoJob, reason: str, *, blameless: bool = False) -> bool:
    """Another attempt later, or none after the third. `blameless`: the photo had no part in it (the store is away),
    so the attempt does not count; it keeps its place, and lets others go first for a moment, lest it be the cause."""
    if blameless:
        state, due, attempts = photo_jobs.WAITING, clock.stamp_in(AWAY_SECONDS), job.attempts - 1
    elif job.attempts < ATTEMPTS:
        state, due, attempts = photo_jobs.WAITING, clock.stamp_in(AGAIN_AFTER[job.attempts - 1]), job.attempts
    else:
        state, due, attempts = photo_jobs.FAILED, clock.stamp(), job.attempts
    return photo_jobs.end(job, state, due=due, attempts=attempts, reason=reason[:200])
