"""The region tree: county, townships, villages. A region's path names its ancestors; a scope is a path's subtree.

Codes (12 digits) are attributes that change when villages merge; the tree stands on parent ids.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import Column, ColumnElement, ForeignKey, Index, Integer, and_, bindparam, insert, or_, select

from server.db import Key, db, execute

region_table = db.Table(
    "region",
    Column("authority", Key, ForeignKey("authority.id"), primary_key=True),
    Column("id", Key, primary_key=True),
    Column("parent", Key, nullable=True),
    Column("level", Integer, nullable=False),  # 3 county, 4 township, 5 village
    Column("name", Key, nullable=False),
    Column("code", Key, nullable=True),
    Column("path", Key, nullable=False, index=True),  # "<id>/<id>/<id>/": the ids from the county down to this one
    Index("region_below", "authority", "parent"),
)


@dataclass(frozen=True, slots=True)
class Region:
    id: str
    parent: str | None
    level: int
    name: str
    code: str | None
    path: str


def add(authority: str, regions: Iterable[Region]) -> None:
    execute(
        insert(region_table),
        [
            {"authority": authority, **{field: getattr(region, field) for field in Region.__dataclass_fields__}}
            for region in regions
        ],
    )


def all_of(authority: str) -> dict[str, Region]:
    columns = [region_table.c[field] for field in Region.__dataclass_fields__]
    rows = execute(select(*columns).where(region_table.c.authority == authority).order_by(region_table.c.path))
    return {row.id: Region(**row._mapping) for row in rows}


def find_many(authority: str, ids: Collection[str]) -> dict[str, Region]:
    """Those of these regions that exist, by id; a path names the ids of all that a region lies in."""
    if not ids:
        return {}
    columns = [region_table.c[field] for field in Region.__dataclass_fields__]
    rows = execute(select(*columns).where(region_table.c.authority == authority, region_table.c.id.in_(list(ids))))
    return {row.id: Region(**row._mapping) for row in rows}


def below(authority: str, parent: str) -> list[Region]:
    """The regions directly below this one, in the order of their codes."""
    columns = [region_table.c[field] for field in Region.__dataclass_fields__]
    rows = execute(
        select(*columns)
        .where(region_table.c.authority == authority, region_table.c.parent == parent)
        .order_by(region_table.c.code, region_table.c.id)
    )
    return [Region(**row._mapping) for row in rows]


_PATHS = select(region_table.c.id, region_table.c.path).where(
    region_table.c.authority == bindparam("authority"), region_table.c.id.in_(bindparam("ids", expanding=True))
)


def paths_of(authority: str, ids: Collection[str]) -> dict[str, str]:
    """{region id: path} of those of these regions that exist."""
    if not ids:
        return {}
    return {row.id: row.path for row in execute(_PATHS, {"authority": authority, "ids": list(ids)})}


def top(authority: str) -> str:
    """The path of the whole county."""
    row = execute(
        select(region_table.c.path).where(region_table.c.authority == authority, region_table.c.parent.is_(None))
    ).first()
    assert row is not None  # an authority is set up with its county
    return str(row.path)


def within(path_column: ColumnElement[str], scope: Iterable[str]) -> ColumnElement[bool]:
    """Whether a path lies in the subtree of one of these paths: half-open ranges, never LIKE."""
    # Each path ends with "/", and "0" is the character after it.
    ranges = [and_(path_column >= path, path_column < path[:-1] + "0") for path in scope]
    return or_(*ranges) if ranges else path_column.is_(None)


def covers(scope: Iterable[str], path: str) -> bool:
    """The same question of one path, in Python."""
    return any(path.startswith(top) for top in scope)
