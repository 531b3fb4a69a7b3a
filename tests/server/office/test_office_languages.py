"""Both languages are whole, and every screen of the gallery can be drawn in both."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from fieldwork import County
from office_desk import TRANSLATIONS, desk

from schemas.forms.binding import Words
from server.office import wording
from server.office.gallery_screens import SCREENS
from server.policy import OFFICERS, Role


def catalogue(language: str) -> Catalog:
    with (TRANSLATIONS / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=language)


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Every text that templates and pages ask for."""
    target = tmp_path_factory.mktemp("texts") / "messages.pot"
    pybabel = Path(sys.executable).with_name("pybabel")
    subprocess.run(
        [pybabel, "-q", "extract", "-F", TRANSLATIONS / "babel.cfg", "-o", target, TRANSLATIONS.parent], check=True
    )
    with target.open("rb") as file:
        return {first(message.id) for message in read_po(file) if message.id}


def first(text: str | list[str] | tuple[str, ...]) -> str:
    return text if isinstance(text, str) else text[0]


@pytest.mark.parametrize("language", ["zh_Hans", "en"])
def test_every_text_has_its_translation_and_none_is_doubtful(language: str, texts: set[str]) -> None:
    told = {first(m.id): first(m.string) for m in catalogue(language) if m.id and not m.fuzzy}

    assert sorted(texts - told.keys()) == []
    assert sorted(told.keys() - texts) == [], "no longer asked for"
    assert [text for text, string in told.items() if not string] == []


def test_chinese_texts_are_chinese_and_keep_their_places() -> None:
    for message in catalogue("zh_Hans"):
        if message.id:
            string = first(message.string)
            assert re.search(r"[\u4e00-\u9fff]", string), message.id
            assert set(re.findall(r"%\((\w+)\)", string)) <= set(re.findall(r"%\((\w+)\)", str(message.id)))


def test_every_code_has_words_in_both_languages() -> None:
    tables = [value for name, value in vars(wording).items() if name.isupper() and isinstance(value, dict)]
    words = [
        w for table in tables for entry in table.values() for w in (entry if isinstance(entry, tuple) else (entry,))
    ]

    assert len(words) > 60
    assert all(isinstance(w, Words) and w.zh and w.en and w.zh != w.en for w in words)
    assert {role.value for role in Role} == wording.ROLES.keys()
    assert {"reveal_sensitive", "open_interview", "import_roster"} <= wording.ACTS.keys() & OFFICERS.keys()


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_every_screen_of_the_gallery_is_drawn(county: County, language: str) -> None:
    officer = desk(county, "officer", language)

    assert officer.get("/office/gallery").status_code == 200
    for screen in SCREENS:
        answer = officer.get(f"/office/gallery/{screen}")
        assert answer.status_code == 200, screen
        assert "None" not in re.sub(r"<[^>]+>", "", answer.text), screen
    assert officer.get("/office/gallery/nothing").status_code == 404
