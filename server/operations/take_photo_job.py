"""Take the photo that waits longest, for as long as a lease lasts; whoever dies over it loses it to the next one."""

from server import clock
from server.db import transactional
from server.store import photo_jobs
from server.store.photo_jobs import PhotoJob

ATTEMPTS = 3
LEASE_SECONDS = 120  # a picture takes a second, the decoder is stopped after 15
DIED = "the worker ended each time while it looked at this photo"


@transactional
def take_photo_job(*, lease_seconds: float = LEASE_SECONDS) -> PhotoJob | None:
    """None when nothing is due. What has ended its worker three times fails here, so that it holds up nothing."""
    while (job := photo_jobs.next_due(clock.stamp())) is not None:
        if job.attempts < ATTEMPTS:
            return photo_jobs.take(job, clock.stamp_in(lease_seconds))
        photo_jobs.fail(job, DIED)
    return None
