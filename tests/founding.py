"""A county founded once and copied for each test: compiling forms and stretching passwords takes seconds."""

import shutil
import uuid
from dataclasses import dataclass
from pathlib import Path

from fieldwork import open_county
from flask import Flask
from sqlalchemy import create_engine

from server.app import create_app
from server.db import db
from server.settings import Settings
from server.store.persons import Person


@dataclass(frozen=True)
class Founded:
    """A county at rest: where its database and keys lie, and who works in it."""

    database_url: str
    data_dir: Path
    people: dict[str, Person]


def found_on_sqlite(folder: Path) -> Founded:
    return _found(folder, f"sqlite:///{folder / 'ruhu.db'}")


def found_on_postgresql(folder: Path, cluster_url: str) -> Founded:
    return _found(folder, _new_database(cluster_url))


def _found(folder: Path, database_url: str) -> Founded:
    app = create_app(Settings(folder / "data", database_url, folder / "media"))
    people = open_county(app).people
    close(app)
    return Founded(database_url, folder / "data", people)


def settings_of_copy(founded: Founded, folder: Path) -> Settings:
    """Settings of an installation of its own, in `folder`, in which the county has been founded."""
    folder.mkdir(exist_ok=True)
    shutil.copytree(founded.data_dir, folder / "data")
    if founded.database_url.startswith("sqlite"):
        for left in founded.data_dir.parent.glob("ruhu.db*"):
            shutil.copy(left, folder / left.name)
        return Settings(folder / "data", f"sqlite:///{folder / 'ruhu.db'}", folder / "media")
    cluster_url, _, template = founded.database_url.rpartition("/")
    return Settings(folder / "data", _new_database(cluster_url, template), folder / "media")


def _new_database(cluster_url: str, template: str = "template1") -> str:
    name = f"t{uuid.uuid4().hex}"
    engine = create_engine(f"{cluster_url}/postgres", isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE {template}")
    engine.dispose()
    return f"{cluster_url}/{name}"


def close(app: Flask) -> None:
    """Lets go of the application's database connections."""
    with app.app_context():
        db.engine.dispose()
