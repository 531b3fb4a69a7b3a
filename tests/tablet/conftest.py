"""The built tablet app in a real Chromium, at a real server that can go away."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import tablet_screens
from county_server import CountyServer
from cutting_proxy import CuttingProxy
from fieldwork import new_tablet
from founding import Founded, found_on_sqlite, settings_of_copy
from investigator_hand import CHROMIUM, Hand
from office_desk import compile_catalogues
from playwright.sync_api import Playwright

BUILT = Path(__file__).resolve().parents[2] / "server" / "static" / "tablet" / "index.html"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    missing = [str(path) for path in (BUILT, CHROMIUM) if not path.exists()]
    if missing and os.environ.get("RUHU_DEMAND_ALL") != "1":
        reason = pytest.mark.skip(reason=f"not here: {', '.join(missing)} (make install builds the tablet app)")
        for item in items:
            if Path(__file__).parent in item.path.parents:
                item.add_marker(reason)


@pytest.fixture(scope="session")
def tablet_county(tmp_path_factory: pytest.TempPathFactory) -> Founded:
    compile_catalogues()
    return found_on_sqlite(tmp_path_factory.mktemp("tablet-county"))


@pytest.fixture
def server(tablet_county: Founded, tmp_path: Path) -> Iterator[CountyServer]:
    folder = tmp_path / "county"
    served = CountyServer(settings_of_copy(tablet_county, folder), folder)
    served.start()
    yield served
    served.kill()
    served.close()


@pytest.fixture
def hand(playwright: Playwright, server: CountyServer, tmp_path: Path) -> Iterator[Hand]:
    """One tablet, not enrolled yet."""
    tablet = Hand(playwright, server.url, tmp_path / "tablet")
    yield tablet
    tablet.put_away()


@pytest.fixture
def other_hand(playwright: Playwright, server: CountyServer, tmp_path: Path) -> Iterator[Hand]:
    """Another tablet."""
    tablet = Hand(playwright, server.url, tmp_path / "other-tablet")
    yield tablet
    tablet.put_away()


@pytest.fixture
def line(server: CountyServer) -> Iterator[CuttingProxy]:
    """The way to the server, which can be told to break."""
    proxy = CuttingProxy(("127.0.0.1", server.port), seed=1)
    yield proxy
    proxy.close()


@pytest.fixture
def far_hand(playwright: Playwright, line: CuttingProxy, tmp_path: Path) -> Iterator[Hand]:
    """A tablet that reaches the server over that line."""
    tablet = Hand(playwright, line.url, tmp_path / "far-tablet")
    yield tablet
    tablet.put_away()


@pytest.fixture
def on_file(server: CountyServer) -> None:
    """A household that another tablet visited last year."""
    tablet_screens.on_file(new_tablet(server.county, "li", "zhang"))
