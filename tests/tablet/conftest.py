"""The built tablet app in a real Chromium, at a real server that can go away."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import tablet_screens
from chromium import CHROMIUM
from county_server import CountyServer
from cutting_proxy import CuttingProxy
from fieldwork import new_tablet
from founding import Founded, found_on_sqlite, settings_of_copy
from investigator_hand import Hand
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
def take(playwright: Playwright, tmp_path: Path) -> Iterator[Callable[[str], Hand]]:
    """Takes a fresh tablet in hand, to be used at this address; each is put away at the end."""
    with ExitStack() as stack:

        def take_one(url: str) -> Hand:
            tablet = Hand(playwright, url, tmp_path / f"tablet-{len(taken)}")
            taken.append(tablet)
            stack.callback(tablet.put_away)
            return tablet

        taken: list[Hand] = []
        yield take_one


@pytest.fixture
def hand(server: CountyServer, take: Callable[[str], Hand]) -> Hand:
    """One tablet, not enrolled yet."""
    return take(server.url)


@pytest.fixture
def line(server: CountyServer) -> Iterator[CuttingProxy]:
    """The way to the server, which can be told to break."""
    proxy = CuttingProxy(("127.0.0.1", server.port), seed=1)
    yield proxy
    proxy.close()


@pytest.fixture
def far_hand(line: CuttingProxy, take: Callable[[str], Hand]) -> Hand:
    """A tablet that reaches the server over that line."""
    return take(line.url)


@pytest.fixture
def on_file(server: CountyServer) -> None:
    """A household that another tablet visited last year."""
    tablet_screens.on_file(new_tablet(server.county, "li", "zhang"))


@pytest.fixture
def pair(server: CountyServer, on_file: None, hand: Hand) -> Hand:
    """Two investigators on one tablet that has pulled its households."""
    return _enrolled(server, hand)


@pytest.fixture
def second_pair(server: CountyServer, on_file: None, take: Callable[[str], Hand]) -> Hand:
    """The same two, each with another key, on another tablet."""
    return _enrolled(server, take(server.url))


def _enrolled(server: CountyServer, hand: Hand) -> Hand:
    hand.enrol(server.county.enrolment_token("zhang"))
    hand.sync()
    hand.enrol_another(server.county.enrolment_token("li"))
    hand.sync()
    return hand
