"""A county and a tablet of two investigators, for every test of the server, on both databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fieldwork import County, TestTablet, new_tablet
from founding import Founded, close, found_on_postgresql, found_on_sqlite, settings_of_copy

from server.app import create_app
from server.settings import Settings


@pytest.fixture(scope="session")
def founded_on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Founded:
    return found_on_sqlite(tmp_path_factory.mktemp("founded"))


@pytest.fixture(scope="session")
def founded_on_postgresql(tmp_path_factory: pytest.TempPathFactory, cluster: str) -> Founded:
    return found_on_postgresql(tmp_path_factory.mktemp("founded"), cluster)


@pytest.fixture(params=["sqlite", "postgresql"])
def founded(request: pytest.FixtureRequest) -> Founded:
    found: Founded = request.getfixturevalue(f"founded_on_{request.param}")
    return found


@pytest.fixture
def county_settings(founded: Founded, tmp_path: Path) -> Settings:
    """Settings of an installation in which the county has been founded."""
    return settings_of_copy(founded, tmp_path)


@pytest.fixture
def county(county_settings: Settings, founded: Founded) -> Iterator[County]:
    app = create_app(county_settings)
    app.testing = True
    yield County(app, dict(founded.people))
    close(app)


@pytest.fixture
def tablet(county: County) -> TestTablet:
    return new_tablet(county, "zhang", "li")
