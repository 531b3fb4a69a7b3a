"""Alembic's way in: migrations run on the connection that they are given, in its transaction."""

from alembic import context

from server.db import db
from server.store import tables

connection = context.config.attributes["connection"]
tables.load_all()
context.configure(connection=connection, target_metadata=db.metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
