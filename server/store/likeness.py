"""What each photo and each ink looks like, and which of them are alike: by digest alone, from the bytes alone.

A likeness waits until it has been held against all earlier ones; then it gets its place in the row, and the pairs
that came of it. Pairs stand both ways round. Places only grow, so whoever holds the keys in memory reads on from the
last place that they have; one transaction at a time gives out places, so none comes into view late.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    bindparam,
    delete,
    func,
    insert,
    select,
    text,
    update,
)

from media.likeness_bits import pack, unpack
from server.db import Key, db, execute
from server.store.evidence import evidence_table

PHOTO, INK = "photo", "ink"

likeness_table = db.Table(
    "likeness",
    Column("digest", Key, primary_key=True),
    Column("kind", Key, nullable=False),  # photo | ink
    Column("bits", LargeBinary, nullable=True),  # None: nobody has looked at it yet
    Column("place", BigInteger, nullable=True),  # None: it waits
    Index("likeness_in_place", "place", unique=True),
)
Index(
    "likeness_waiting",
    likeness_table.c.digest,
    sqlite_where=text("place IS NULL"),
    postgresql_where=text("place IS NULL"),
)

alike_table = db.Table(
    "alike_pair",
    Column("digest", Key, primary_key=True),
    Column("other", Key, primary_key=True),
    Column("edges", Integer, nullable=False),
    Column("unlike", Integer, nullable=False),
    Index("alike_pair_of_other", "other"),
)

place_table = db.Table(
    "likeness_place", Column("id", Integer, primary_key=True), Column("last", BigInteger, nullable=False)
)


@dataclass(frozen=True, slots=True)
class Likeness:
    digest: str
    kind: str
    bits: Mapping[str, int]
    place: int | None


@dataclass(frozen=True, slots=True)
class Pair:
    """Two that are alike: in how many bits their `edges` differ, and how `unlike` they are altogether."""

    digest: str
    other: str
    edges: int
    unlike: int


_t = likeness_table.c
_COLUMNS = (_t.digest, _t.kind, _t.bits, _t.place)
_AT_ONCE = 500
_NEXT_PLACE = text(
    "INSERT INTO likeness_place (id, last) VALUES (1, 0) ON CONFLICT (id) DO UPDATE SET last = likeness_place.last"
    " RETURNING last"
)
_KEEP_PAIR = text(
    "INSERT INTO alike_pair (digest, other, edges, unlike) VALUES (:digest, :other, :edges, :unlike)"
    " ON CONFLICT (digest, other) DO NOTHING"
)
_AWAIT_INK = text("INSERT INTO likeness (digest, kind) VALUES (:digest, 'ink') ON CONFLICT (digest) DO NOTHING")
_WAITS = text("place IS NULL")
_PLACED = update(likeness_table).where(_t.digest == bindparam("the_digest")).values(place=bindparam("the_place"))


def wait(digest: str, kind: str, bits: Mapping[str, int]) -> None:
    """It waits to be compared, in place of what was known of it; what shows nothing is alike to nothing."""
    forget([digest])
    if bits:
        execute(insert(likeness_table), {"digest": digest, "kind": kind, "bits": pack(bits), "place": None})


def await_ink(digest: str) -> None:
    """An ink that came in: somebody will look at it. One that has come before has been looked at."""
    execute(_AWAIT_INK, {"digest": digest})


def undrawn_inks(limit: int) -> list[str]:
    rows = execute(select(_t.digest).where(_WAITS, _t.bits.is_(None)).order_by(_t.digest).limit(limit))
    return [row.digest for row in rows]


def forget(digests: Collection[str]) -> None:
    for some in _portions(digests):
        execute(delete(likeness_table).where(_t.digest.in_(some)))
        execute(delete(alike_table).where(alike_table.c.digest.in_(some)))
        execute(delete(alike_table).where(alike_table.c.other.in_(some)))


def lock_places() -> int:
    """The last place given out; nobody else gives out any until the commit."""
    return int(execute(_NEXT_PLACE).scalar_one())


def waiting(limit: int) -> list[Likeness]:
    """Those that have been looked at and not compared."""
    rows = execute(select(*_COLUMNS).where(_WAITS, _t.bits.is_not(None)).order_by(_t.digest).limit(limit))
    return [_likeness(row) for row in rows]


def give_places(digests: Iterable[str], last: int) -> None:
    """The places behind `last`, in this order."""
    places = [{"the_digest": digest, "the_place": place} for place, digest in enumerate(digests, last + 1)]
    execute(_PLACED, places)
    execute(update(place_table).values(last=last + len(places)))


def placed_after(place: int, limit: int) -> list[tuple[int, str, bytes]]:
    """(place, kind, packed bits) of the next ones, in the order of their places: as they rest, since there may be
    millions."""
    rows = execute(select(_t.place, _t.kind, _t.bits).where(_t.place > place).order_by(_t.place).limit(limit))
    return [tuple(row) for row in rows]


def at_places(places: Collection[int]) -> list[Likeness]:
    """Those that are still there."""
    return [
        _likeness(row)
        for some in _portions(places)
        for row in execute(select(*_COLUMNS).where(_t.place.in_(some)).order_by(_t.place))
    ]


def keep_pairs(pairs: Iterable[Pair]) -> None:
    execute(
        _KEEP_PAIR,
        [
            {"digest": one, "other": two, "edges": pair.edges, "unlike": pair.unlike}
            for pair in pairs
            for one, two in ((pair.digest, pair.other), (pair.other, pair.digest))
        ],
    )


def pairs_of(digest: str, limit: int) -> list[Pair]:
    """The most alike first."""
    a = alike_table.c
    rows = execute(select(alike_table).where(a.digest == digest).order_by(a.unlike, a.other).limit(limit))
    return [Pair(row.digest, row.other, row.edges, row.unlike) for row in rows]


@dataclass(frozen=True, slots=True)
class Named:
    """Where a statement of this authority names a piece of evidence that is held."""

    digest: str
    statement: str
    case_id: str | None
    shot: str
    applied: bool


def named(authority: str, digests: Collection[str]) -> list[Named]:
    e = evidence_table.c
    return [
        Named(*row)
        for some in _portions(digests)
        for row in execute(
            select(e.digest, e.statement, e.case_id, e.shot, e.applied)
            .where(e.authority == authority, e.digest.in_(some), e.held.is_(True))
            .order_by(e.statement, e.digest)
        )
    ]


def counts() -> tuple[int, int]:
    """(how many have been compared, how many wait)"""
    placed, every = execute(select(func.count(_t.place), func.count())).one()
    return int(placed), int(every) - int(placed)


def _likeness(row: tuple[str, str, bytes, int | None]) -> Likeness:
    digest, kind, packed, place = row
    return Likeness(digest, kind, unpack(packed), place)


def _portions(values: Collection[object]) -> Iterable[list[object]]:
    every = sorted(values, key=str)
    return (every[at : at + _AT_ONCE] for at in range(0, len(every), _AT_ONCE))
