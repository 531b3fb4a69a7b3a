"""Whole stories: a demo county on the air, on either database."""

import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from served_county import Served, on_sqlite, set_up_in

from server.commands.gunicorn import running
from server.settings import Settings


@pytest.fixture(scope="session")
def county_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A county as it is before the first day of fieldwork, on SQLite; to be copied, not used."""
    folder = tmp_path_factory.mktemp("county")
    set_up_in(on_sqlite(folder))
    return folder


@pytest.fixture
def serve() -> Iterator[Callable[[Settings], Served]]:
    """Puts a county on the air until the test ends."""
    with ExitStack() as stack:

        def start(settings: Settings) -> Served:
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                port = probe.getsockname()[1]
            log = stack.enter_context((settings.data_dir / "server.log").open("ab"))
            process = stack.enter_context(running(settings, "127.0.0.1", port, log=log))
            return Served(settings, f"http://127.0.0.1:{port}", process.pid)

        yield start


@pytest.fixture
def served(county_folder: Path, tmp_path: Path, serve: Callable[[Settings], Served]) -> Served:
    """A fresh copy of the county, on SQLite, with two workers."""
    folder = tmp_path / "data"
    shutil.copytree(county_folder, folder)
    return serve(on_sqlite(folder))


@pytest.fixture
def served_on(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> Served:
    """The same on either database."""
    if database_url.startswith("sqlite"):
        found: Served = request.getfixturevalue("served")
        return found
    settings = Settings(tmp_path / "data", database_url, tmp_path / "media")
    set_up_in(settings)
    started: Served = request.getfixturevalue("serve")(settings)
    return started
