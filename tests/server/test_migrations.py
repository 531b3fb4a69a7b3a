"""The schema that migrations make is the schema that the code believes in, on both databases, there and back."""

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from fieldwork import County
from sqlalchemy import inspect

from server.db import db
from server.migrate import alembic_config
from server.store import tables


def test_the_models_are_what_the_migrations_make(county: County) -> None:
    tables.load_all()
    with county.app.app_context(), db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})

        assert compare_metadata(context, db.metadata) == []


def test_going_back_leaves_nothing_and_going_forth_makes_it_again(county: County) -> None:
    with county.app.app_context(), db.engine.connect() as connection:
        there = set(inspect(connection).get_table_names())
        command.downgrade(alembic_config(connection), "base")
        connection.commit()
        left = set(inspect(connection).get_table_names())
        command.upgrade(alembic_config(connection), "head")
        connection.commit()

        assert left <= {"alembic_version"}
        assert set(inspect(connection).get_table_names()) == there


def test_every_table_of_the_code_is_there(county: County) -> None:
    tables.load_all()
    with county.app.app_context(), db.engine.connect() as connection:
        assert set(db.metadata.tables) <= set(inspect(connection).get_table_names())
