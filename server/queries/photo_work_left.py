"""How far is the work on photos, and what of it has failed?"""

from dataclasses import dataclass

from media.rendition import VERSION
from server import clock
from server.store import photo_jobs, photos

MOST_FAILURES = 1000


@dataclass(frozen=True, slots=True)
class PhotoWork:
    """`waiting` and `working` photos are still to be looked at, `failed` ones have been given up: `failures` says
    which and why. `unreadable` ones have been looked at and cannot be shown; `old` ones an earlier version made."""

    waiting: int
    working: int
    done: int
    failed: int
    ready: int
    unreadable: int
    old: int
    oldest_waiting: str | None
    failures: tuple[tuple[str, str], ...]


def photo_work_left() -> PhotoWork:
    jobs, made = photo_jobs.counts(), photos.counts(VERSION)
    return PhotoWork(
        waiting=jobs[photo_jobs.WAITING],
        working=jobs[photo_jobs.WORKING],
        done=jobs[photo_jobs.DONE],
        failed=jobs[photo_jobs.FAILED],
        ready=made[photos.READY],
        unreadable=made[photos.UNREADABLE],
        old=made["old"],
        oldest_waiting=photo_jobs.oldest_waiting(),
        failures=tuple(photo_jobs.failures(MOST_FAILURES)),
    )


def left_to_do() -> tuple[int, bool]:
    """(photos that are not done, whether one of them can be worked on now)"""
    return photo_jobs.open_count(), photo_jobs.any_at_hand(clock.stamp())
