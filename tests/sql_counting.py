"""How many SQL statements a request takes, counted at the driver (one execution of many rows counts once)."""

import contextlib
from collections.abc import Iterator

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
