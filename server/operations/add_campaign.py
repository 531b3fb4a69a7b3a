"""Add a campaign: a name for a stretch of days in which an area's households are checked."""

import datetime as dt
import re

from server import errors
from server.db import transactional
from server.operations.write_audit import write_audit
from server.store import campaigns
from server.store.campaigns import Campaign

_ID = re.compile(r"[a-z0-9][a-z0-9-]{1,39}")


@transactional
def add_campaign(authority: str, campaign: Campaign, added_by: str | None = None) -> None:
    """Raises InvalidRequest for an id, names or days that cannot be, NameTaken for an id that is there."""
    if not _ID.fullmatch(campaign.id):
        raise errors.InvalidRequest(errors={"id": ["2 to 40 of a-z 0-9 -"]})
    for field, name in (("name_zh", campaign.name_zh), ("name_en", campaign.name_en)):
        if not 1 <= len(name) <= 60:
            raise errors.InvalidRequest(errors={field: ["1 to 60 characters"]})
    if _day(campaign.ends, "ends") < _day(campaign.starts, "starts"):
        raise errors.InvalidRequest(errors={"ends": ["not before it starts"]})
    if campaigns.find(authority, campaign.id) is not None:
        raise errors.NameTaken()
    campaigns.add(authority, campaign)
    write_audit(authority, added_by, "add_campaign", campaign.id)


def _day(text: str, field: str) -> dt.date:
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or day.isoformat() != text:
        raise errors.InvalidRequest(errors={field: ["YYYY-MM-DD"]})
    return day
