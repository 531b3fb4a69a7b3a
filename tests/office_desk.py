"""An officer at a desk for tests: logs in, reads pages, fills in their forms with the token that the page carries."""

import base64
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from babel.messages.frontend import CompileCatalog
from fieldwork import PASSWORD, County, TestTablet

from sync.statement import Evidence

TRANSLATIONS = Path(__file__).resolve().parent.parent / "server" / "translations"
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def compile_catalogues() -> None:
    """What `make install` does; a test must not depend on its having been run."""
    for catalogue in TRANSLATIONS.glob("*/LC_MESSAGES/messages.po"):
        compiled = catalogue.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime < catalogue.stat().st_mtime:
            command = CompileCatalog()
            command.initialize_options()
            command.input_file, command.output_file = str(catalogue), str(compiled)
            command.locale = catalogue.parent.parent.name
            command.finalize_options()
            command.run()


@dataclass
class Desk:
    """One browser without script. `lang` is what it asks for."""

    county: County
    lang: str = "en"

    def __post_init__(self) -> None:
        self.client = self.county.app.test_client()

    @property
    def headers(self) -> dict[str, str]:
        return {"Accept": "text/html,application/xhtml+xml", "Accept-Language": self.lang}

    def get(self, page: str, /, **query: Any) -> Any:
        return self.client.get(page, headers=self.headers, query_string=query or None)

    def token(self, page: str = "/login") -> str:
        found = _TOKEN.search(self.client.get(page, headers=self.headers, follow_redirects=True).text)
        assert found, page
        return found[1]

    def post(self, page: str, /, *, csrf: str | None = None, follow: bool = False, **form: Any) -> Any:
        token = self.token() if csrf is None else csrf
        return self.client.post(
            page, headers=self.headers, data={"csrf_token": token, **form}, follow_redirects=follow
        )

    def log_in(self, login: str, password: str = PASSWORD) -> Any:
        return self.post("/login", login=login, password=password)


def desk(county: County, login: str, lang: str = "en") -> Desk:
    """A desk whose officer is logged in."""
    found = Desk(county, lang)
    answer = found.log_in(login)
    assert answer.status_code == 303, answer.text
    return found


def evidence_of(data: bytes, media_type: str, shot: str) -> Evidence:
    return Evidence(hashlib.sha256(data).hexdigest(), len(data), media_type, shot)


def upload(tablet: TestTablet, data: bytes) -> None:
    """Hands in a photo in one piece."""
    digest = hashlib.sha256(data).hexdigest()
    answer = tablet.client.post(
        "/api/v1/uploads",
        data=data,
        headers={
            **tablet.headers,
            "Tus-Resumable": "1.0.0",
            "Upload-Length": str(len(data)),
            "Upload-Metadata": "digest " + base64.b64encode(digest.encode()).decode(),
            "Content-Type": "application/offset+octet-stream",
        },
    )
    assert answer.status_code == 201, answer.text
