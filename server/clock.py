"""The server's wall clock, read in one place only. It dates receipts and sessions; it never orders or merges."""

from datetime import UTC, datetime, timedelta


def now() -> datetime:
    return datetime.now(UTC)


def stamp(moment: datetime | None = None) -> str:
    """RFC 3339 in UTC with milliseconds: texts of one form, so that they compare like the moments they name."""
    moment = now() if moment is None else moment
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def stamp_in(seconds: float) -> str:
    """The stamp of a moment this many seconds from now (negative: ago)."""
    return stamp(now() + timedelta(seconds=seconds))
