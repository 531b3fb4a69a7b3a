"""A real browser at a real server: a small county with a dispute in it, on SQLite."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser_office import DISPUTED, Office
from chromium import CHROMIUM, FLAGS
from fieldwork import County, new_tablet, open_county
from office_desk import compile_catalogues
from playwright.sync_api import Browser, Playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from server.app import create_app
from server.db import db
from server.settings import Settings


class Quiet(WSGIRequestHandler):
    """Serves without a line for each request."""

    def log(self, type: str, message: str, *args: object) -> None:
        return


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    compile_catalogues()
    folder: Path = tmp_path_factory.mktemp("browser")
    app = create_app(Settings(folder / "data", f"sqlite:///{folder / 'ruhu.db'}", folder / "media"))
    county = open_county(app)
    _visit_twice_apart(county)
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield Office(f"http://127.0.0.1:{server.server_port}", county)
    server.shutdown()
    thread.join()
    server.server_close()
    with app.app_context():
        db.engine.dispose()


def _visit_twice_apart(county: County) -> None:
    for address, tablet in (
        ("一组12号", new_tablet(county, "zhang", "li")),
        ("一组21号", new_tablet(county, "li", "zhang")),
    ):
        household = {"village": "n1", "householder_name": "阿依古丽·买买提", "scheme": "rural", "address": address}
        tablet.push(tablet.visit(DISPUTED, {"household": {**household, "phone": "13900001234"}}))
    tablet.push(
        *(
            tablet.visit(f"{n:032x}", {"household": {"village": "n2", "householder_name": name}})
            for n, name in enumerate(("王大山", "欧阳春兰", "李四"))
        )
    )


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    launched = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
    yield launched
    launched.close()
