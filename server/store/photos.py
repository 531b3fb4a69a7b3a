"""What has been made of each photo: from its bytes alone, so that all of it can be thrown away and made again.

The renditions themselves are files; here stands which sizes there are.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Column, Integer, Text, delete, func, insert, select

from media.rendition import Developed
from server.db import Key, db, execute

READY, UNREADABLE = "ready", "unreadable"

photo_table = db.Table(
    "photo",
    Column("digest", Key, primary_key=True),
    Column("state", Key, nullable=False),  # ready | unreadable
    Column("reason", Text, nullable=True),
    Column("claims", Text, nullable=True),
    Column("renditions", Text, nullable=True),  # {side: [width, height]}
    Column("measures", Text, nullable=True),
    Column("likeness", Text, nullable=True),
    Column("version", Integer, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Photo:
    """`claims` are the photo's own words (EXIF): shown as claims, never as facts. `measures` are ours, by the names
    of `media.measures.Measures`. `likeness` are the named 64-bit numbers by which it is compared with others. An
    `unreadable` photo has a reason and nothing else. `version` is that of the work that made it."""

    digest: str
    state: str
    version: int
    reason: str | None = None
    claims: Mapping[str, Any] | None = None
    renditions: Mapping[str, tuple[int, int]] | None = None
    measures: Mapping[str, Any] | None = None
    likeness: Mapping[str, int] | None = None


_JSON = ("claims", "renditions", "measures", "likeness")
_PLAIN = ("digest", "state", "version", "reason")
_COLUMNS = [photo_table.c[name] for name in (*_PLAIN, *_JSON)]


def made_of(digest: str, version: int, found: Developed | None, unreadable: str | None) -> Photo:
    """The row for what came of looking at it."""
    if found is None:
        return Photo(digest, UNREADABLE, version, (unreadable or "no reason was given")[:200])
    return Photo(
        digest,
        READY,
        version,
        claims={name: value for name, value in asdict(found.claims).items() if value is not None},
        renditions={str(made.side): (made.width, made.height) for made in found.renditions},
        measures={name: value for name, value in asdict(found.measures).items() if value is not None},
        likeness=dict(found.likeness),
    )


def put(photo: Photo) -> None:
    """In place of what stood there before."""
    told = {name: _dump(getattr(photo, name)) for name in _JSON}
    execute(delete(photo_table).where(photo_table.c.digest == photo.digest))
    execute(insert(photo_table), {**{name: getattr(photo, name) for name in _PLAIN}, **told})


def find_many(digests: Collection[str]) -> dict[str, Photo]:
    """Those of these photos that have been looked at."""
    if not digests:
        return {}
    rows = execute(select(*_COLUMNS).where(photo_table.c.digest.in_(list(digests))))
    return {
        row.digest: Photo(
            **{name: getattr(row, name) for name in _PLAIN},
            **{name: _load(getattr(row, name)) for name in _JSON},
        )
        for row in rows
    }


def find(digest: str) -> Photo | None:
    return find_many([digest]).get(digest)


def forget_all() -> None:
    execute(delete(photo_table))


def counts(version: int) -> dict[str, int]:
    """How many are ready, unreadable, and (of either) made by older work than `version`."""
    t = photo_table.c
    rows = execute(
        select(t.state, func.count(), func.sum((t.version < version).cast(Integer))).group_by(t.state)
    ).all()
    found = {row[0]: int(row[1]) for row in rows}
    return {READY: found.get(READY, 0), UNREADABLE: found.get(UNREADABLE, 0), "old": sum(int(row[2]) for row in rows)}


def _dump(value: object) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False, sort_keys=True)


def _load(text: str | None) -> Any:
    return None if text is None else json.loads(text)
