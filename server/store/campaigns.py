"""Campaigns (专项核查、年度复核): a name for a stretch of time in which an area's households are checked."""

from dataclasses import dataclass

from sqlalchemy import Column, insert, select

from server.db import Key, db, execute

campaign_table = db.Table(
    "campaign",
    Column("authority", Key, primary_key=True),
    Column("id", Key, primary_key=True),
    Column("name_zh", Key, nullable=False),
    Column("name_en", Key, nullable=False),
    Column("starts", Key, nullable=False),  # YYYY-MM-DD, in the county's time
    Column("ends", Key, nullable=False),  # the last day that belongs to it
)


@dataclass(frozen=True, slots=True)
class Campaign:
    id: str
    name_zh: str
    name_en: str
    starts: str
    ends: str


_COLUMNS = [campaign_table.c[field] for field in Campaign.__dataclass_fields__]


def add(authority: str, campaign: Campaign) -> None:
    values = {field: getattr(campaign, field) for field in Campaign.__dataclass_fields__}
    execute(insert(campaign_table), {"authority": authority, **values})


def all_of(authority: str) -> list[Campaign]:
    """The latest first."""
    query = select(*_COLUMNS).where(campaign_table.c.authority == authority)
    rows = execute(query.order_by(campaign_table.c.starts.desc(), campaign_table.c.id))
    return [Campaign(*row) for row in rows]


def find(authority: str, campaign_id: str) -> Campaign | None:
    row = execute(
        select(*_COLUMNS).where(campaign_table.c.authority == authority, campaign_table.c.id == campaign_id)
    ).first()
    return Campaign(*row) if row else None
