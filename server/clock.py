"""The server's wall clock, read in one place only. It dates receipts and sessions; it never orders or merges."""

from datetime import UTC, datetime, timedelta, timezone

CHINA = timezone(timedelta(hours=8))


def now() -> datetime:
    return datetime.now(UTC)


def stamp(moment: datetime | None = None) -> str:
    """RFC 3339 in UTC with milliseconds: texts of one form, so that they compare like the moments they name."""
    moment = now() if moment is None else moment
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def stamp_in(seconds: float) -> str:
    """The stamp of a moment this many seconds from now (negative: ago)."""
    return stamp(now() + timedelta(seconds=seconds))


def county_day() -> str:
    """YYYY-MM-DD of now in the county's time: all of China keeps one time, by which things are due."""
    return now().astimezone(CHINA).date().isoformat()
