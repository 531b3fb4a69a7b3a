"""Have there been too many tries? Counted in the database because the workers share the count.

A limit on an account never locks its owner out: it slows down whoever comes from an address that has failed before.
"""

from server import clock, errors
from server.store import rates

WINDOW = 15 * 60  # seconds


def current_window() -> int:
    """When the current window began, in seconds since 1970."""
    now = int(clock.now().timestamp())
    return now - now % WINDOW


def refuse_after(bucket: str, allowed: int) -> None:
    """Raises TooManyTries (with retry_after, seconds) when the bucket had this many tries in the current window."""
    window = current_window()
    if rates.count(bucket, window) >= allowed:
        raise errors.TooManyTries(retry_after=window + WINDOW - int(clock.now().timestamp()))
