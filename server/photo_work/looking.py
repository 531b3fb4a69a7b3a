"""A worker's one act: the photo that waits longest is looked at, and how that ended is noted.

Whatever a photo does, only the photo pays for it. Whatever is away (the store, the disk's room), no photo pays for.
"""

from media.errors import BlobNotHeld, StorageFailed, StorageFull, Unreadable
from media.rendition import VERSION
from server import clock
from server.operations.finish_photo_job import finish_photo_job, put_back_photo_job
from server.operations.take_photo_job import take_photo_job
from server.renditions import all_kept, developed
from server.store import photo_jobs, photos
from server.store.photo_jobs import PhotoJob


def look_at_next_photo() -> bool:
    """Whether there was one. Raises StorageFailed or StorageFull when photos cannot be reached or nothing can be
    written, and whatever the database raises when it is away: the photo waits then, and so should the caller."""
    # Idle workers ask every second; a look costs the others nothing, a transaction that writes would.
    job = take_photo_job() if photo_jobs.any_due(clock.stamp()) else None
    if job is None:
        return False
    try:
        found = None if _made_already(job) else developed(job.digest, job.media_type)
    except Unreadable as error:
        finish_photo_job(job, unreadable=error.reason)
    except BlobNotHeld:
        put_back_photo_job(job, "its bytes are not in the store")
    except (StorageFailed, StorageFull) as error:
        put_back_photo_job(job, str(error), blameless=True)
        raise
    except OSError as error:  # this file cannot be read; others may be
        put_back_photo_job(job, f"{type(error).__name__}: {error.strerror}")
    else:
        finish_photo_job(job, found)
    return True


def _made_already(job: PhotoJob) -> bool:
    """Somebody wanted to look at it before we came by."""
    photo = photos.find(job.digest)
    if photo is None or photo.version != VERSION:
        return False
    return photo.state == photos.UNREADABLE or all_kept(job.digest)
