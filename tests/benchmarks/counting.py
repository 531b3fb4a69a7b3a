"""How many SQL statements a request takes, counted at the driver (one execution of many rows counts once)."""

import contextlib
from collections.abc import Iterator

from bench import TestTablet, Work
from flask import Flask
from sqlalchemy import event

from server.db import db


@contextlib.contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    """The SQL statements that run meanwhile, BEGIN included."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


def statements_per_push(app: Flask, tablet: TestTablet, work: Work, batch: int) -> tuple[float, float]:
    """(per statement in a batch, for a statement alone)"""
    tablet.push(work.visit(tablet))  # the forms are compiled once
    load = [work.visit(tablet) for _ in range(batch)]
    with counted(app) as in_batch:
        tablet.push(*load)
    one = work.visit(tablet)
    with counted(app) as alone:
        tablet.push(one)
    return round(len(in_batch) / batch, 2), float(len(alone))
