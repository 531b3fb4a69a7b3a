"""The tablet app as a browser fetches it: little over the wire, never an old page, and nothing but what was built."""

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from founding import Founded, close, settings_of_copy

from server.app import create_app

PAGE = b"<!doctype html><title>tablet</title>"
SCRIPT = b"say('hello');" * 100
BUILT = {
    "index.html": PAGE,
    "sw.js": b"// worker",
    "manifest.webmanifest": b"{}",
    "assets/index-AbCd1234.js": SCRIPT,
    "assets/decoder-AbCd1234.wasm": b"\0asm",
    "assets/index-AbCd1234.css": b"p{}",
    ".built": b"",
}
TYPES = {
    "index.html": "text/html",
    "sw.js": "text/javascript",
    "manifest.webmanifest": "application/manifest+json",
    "assets/index-AbCd1234.js": "text/javascript",
    "assets/decoder-AbCd1234.wasm": "application/wasm",
    "assets/index-AbCd1234.css": "text/css",
}
ALWAYS_ASKED = ("", "index.html", "sw.js", "manifest.webmanifest")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A build in miniature: each file, and a compressed copy beside it."""
    folder = tmp_path / "built"
    for name, content in BUILT.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        if path.suffix in (".html", ".js", ".webmanifest"):
            path.with_name(path.name + ".gz").write_bytes(gzip.compress(content))
    (tmp_path / "secret.txt").write_bytes(b"not the app's")
    return folder


@pytest.fixture
def browser(folder: Path, founded_on_sqlite: Founded, tmp_path: Path) -> Iterator[FlaskClient]:
    """Whoever opens the address; nobody has logged in."""
    app = create_app(settings_of_copy(founded_on_sqlite, tmp_path / "county"))
    app.extensions["ruhu_tablet_app"] = folder
    yield app.test_client()
    close(app)


@pytest.mark.parametrize(("name", "kind"), TYPES.items())
def test_every_file_says_what_it_is(browser: FlaskClient, name: str, kind: str) -> None:
    answer = browser.get(f"/tablet/{name}")

    assert (answer.status_code, answer.mimetype) == (200, kind)
    assert answer.data == BUILT[name]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_without_a_name_it_is_the_page(browser: FlaskClient) -> None:
    assert browser.get("/tablet/").data == PAGE
    assert browser.get("/tablet").headers["Location"].endswith("/tablet/")


@pytest.mark.parametrize("taken", ["gzip", "gzip, deflate, br", "br;q=1.0, gzip;q=0.5"])
def test_scripts_travel_compressed(browser: FlaskClient, taken: str) -> None:
    answer = browser.get("/tablet/assets/index-AbCd1234.js", headers={"Accept-Encoding": taken})

    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.mimetype == "text/javascript"
    assert gzip.decompress(answer.data) == SCRIPT
    assert int(answer.headers["Content-Length"]) == len(answer.data) < len(SCRIPT)


@pytest.mark.parametrize("taken", ["", "br", "identity", "gzip;q=0"])
def test_who_takes_no_gzip_gets_the_plain_file(browser: FlaskClient, taken: str) -> None:
    answer = browser.get("/tablet/assets/index-AbCd1234.js", headers={"Accept-Encoding": taken})

    assert "Content-Encoding" not in answer.headers
    assert answer.data == SCRIPT
    assert "Accept-Encoding" in answer.vary  # a proxy must not hand it to the other kind


@pytest.mark.parametrize("name", ALWAYS_ASKED)
def test_an_update_is_seen_at_once(browser: FlaskClient, folder: Path, name: str) -> None:
    first = browser.get(f"/tablet/{name}")
    again = browser.get(f"/tablet/{name}", headers={"If-None-Match": first.headers["ETag"]})
    (folder / (name or "index.html")).write_bytes(b"a newer build")
    after = browser.get(f"/tablet/{name}", headers={"If-None-Match": first.headers["ETag"]})

    assert first.headers["Cache-Control"] == "no-cache"
    assert (again.status_code, again.data) == (304, b"")
    assert (after.status_code, after.data) == (200, b"a newer build")


def test_a_file_named_by_its_content_is_kept_for_a_year(browser: FlaskClient) -> None:
    kept = browser.get("/tablet/assets/index-AbCd1234.js").headers["Cache-Control"]

    assert "immutable" in kept
    assert "max-age=31536000" in kept


def test_the_app_runs_its_own_scripts_only_and_may_use_the_camera(browser: FlaskClient) -> None:
    headers = browser.get("/tablet/").headers
    rules = dict(rule.split(" ", 1) for rule in headers["Content-Security-Policy"].split("; "))

    assert rules["default-src"] == "'self'"
    assert rules["script-src"] == "'self' 'wasm-unsafe-eval'"
    assert rules["object-src"] == rules["base-uri"] == rules["frame-ancestors"] == "'none'"
    assert rules.get("connect-src", rules["default-src"]) == "'self'"
    assert {"camera=(self)", "geolocation=(self)"} <= set(headers["Permissions-Policy"].split(", "))


def test_the_office_keeps_its_own_stricter_rules(browser: FlaskClient) -> None:
    assert "wasm" not in browser.get("/login").headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "name", ["../secret.txt", "%2e%2e/secret.txt", "assets/../../secret.txt", "assets", "assets/", "nothing.js"]
)
def test_nothing_but_the_app_is_reached(browser: FlaskClient, name: str) -> None:
    answer = browser.get(f"/tablet/{name}")

    assert answer.status_code == 404
    assert answer.content_type == "application/problem+json"


@pytest.mark.parametrize("name", ["index.html.gz", ".built"])
def test_what_the_build_needs_for_itself_is_not_shown(browser: FlaskClient, name: str) -> None:
    assert browser.get(f"/tablet/{name}").status_code == 404


def test_a_missing_file_is_never_remembered(browser: FlaskClient) -> None:
    """An old page may ask for a script that the newest build no longer has, and find it again after a step back."""
    assert browser.get("/tablet/assets/index-Old00000.js").headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_an_app_that_was_not_built_says_how(browser: FlaskClient, folder: Path, language: str) -> None:
    (folder / "index.html").unlink()
    wanted = {"Accept-Language": language}

    page = browser.get("/tablet/", headers={**wanted, "Accept": "text/html"})
    problem = browser.get("/tablet/", headers=wanted)

    assert page.status_code == problem.status_code == 503
    assert page.mimetype == "text/html"
    assert "make install" in page.text
    assert "make install" in problem.get_data(as_text=True)
    assert problem.json is not None
    assert problem.json["type"].endswith("tablet-app-not-built")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_the_app_is_only_read(browser: FlaskClient, method: str) -> None:
    assert browser.open("/tablet/", method=method).status_code == 405
