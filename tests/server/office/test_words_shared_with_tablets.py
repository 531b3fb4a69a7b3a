"""Office and tablets give a decision's outcome and its reason the same words."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from schemas.forms.binding import Words
from server.office.wording import DECISIONS, REASON_CODES

ROOT = Path(__file__).resolve().parents[3]
TABLET = ROOT / "tablet" / "src" / "words" / "reasons.ts"


def catalogue(name: str) -> dict[str, dict[str, str]]:
    """{language: {code: words}} of one catalogue of the tablet's file."""
    text = TABLET.read_text(encoding="utf-8")
    body = re.search(rf"export const {name} = \{{(.*?)\n\}} satisfies Words;", text, re.DOTALL)
    assert body, name
    return {
        language: dict(re.findall(r'(\w+):\s*"([^"]*)"', words))
        for language, words in re.findall(r"\n  (zh|en): \{(.*?)\n  \}", body[1], re.DOTALL)
    }


@pytest.mark.parametrize(("name", "table"), [("reasonWords", REASON_CODES), ("outcomeWords", DECISIONS)])
def test_tablets_have_the_same_codes_and_words(name: str, table: Mapping[str, Words]) -> None:
    assert catalogue(name) == {
        language: {code: words[language] for code, words in table.items()} for language in ("zh", "en")
    }
