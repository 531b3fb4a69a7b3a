"""Bring the database's schema up to date at start: an empty one is made, an old one is migrated, under one lock."""

import fcntl
import os
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import Connection

from server.db import db
from server.settings import Settings

_LOCK = 7_204_101  # PostgreSQL advisory lock: two workers that start at once must not both migrate


def alembic_config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config


def bring_up_to_date(app: Flask, settings: Settings) -> None:
    with app.app_context(), db.engine.connect() as connection:
        head = ScriptDirectory.from_config(alembic_config()).get_current_head()
        current = MigrationContext.configure(connection).get_current_revision()
        connection.rollback()
        if current == head:
            return
        lock = os.open(settings.data_dir / "migrate.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
            command.upgrade(alembic_config(connection), "head")
            connection.commit()
        finally:
            os.close(lock)
