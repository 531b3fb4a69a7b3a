"""One small county for each file of office tests and database: its people's passwords take a while to hash."""

import uuid
from collections.abc import Iterator

import pytest
from fieldwork import County, TestTablet, new_tablet, open_county
from flask import Flask
from office_desk import compile_catalogues
from sqlalchemy import create_engine

from server.app import create_app
from server.db import db
from server.settings import Settings


@pytest.fixture(scope="session", autouse=True)
def catalogues() -> None:
    compile_catalogues()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def app(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    folder = tmp_path_factory.mktemp("office")
    url = f"sqlite:///{folder / 'ruhu.db'}"
    if request.param == "postgresql":
        url = f"{request.getfixturevalue('cluster')}/office_{uuid.uuid4().hex}"
        server_url, _, name = url.rpartition("/")
        engine = create_engine(f"{server_url}/postgres", isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name}")
        engine.dispose()
    app = create_app(Settings(data_dir=folder / "data", database_url=url, media_dir=folder / "media"))
    app.testing = True
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(scope="module")
def county(app: Flask) -> County:
    return open_county(app)


@pytest.fixture(scope="module")
def tablet(county: County) -> TestTablet:
    return new_tablet(county, "zhang", "li")
