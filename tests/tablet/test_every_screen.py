"""Every screen of the tablet app, for people who see badly, use a keyboard, or hold a phone."""

from pathlib import Path
from typing import Any

import pytest
from county_server import CountyServer
from investigator_hand import Hand
from pictures import a_picture
from playwright.sync_api import Playwright
from tablet_screens import walk

AXE = Path(__file__).resolve().parents[2] / "tablet" / "node_modules" / "axe-core" / "axe.min.js"
HOUSEHOLD = "欧阳春兰"
NARROW = 360


def findings(hand: Hand) -> list[str]:
    """What axe-core finds serious or critical on the screen that is open."""
    hand.page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = hand.page.evaluate(
        "axe.run(document, {resultTypes: ['violations']}).then((result) => result.violations)"
    )
    return [
        f"{violation['id']}: {node['target']}"
        for violation in found
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"]
    ]


@pytest.mark.parametrize(
    ("width", "height", "theme"), [(800, 1280, ""), (360, 740, ""), (1280, 800, "outdoor")], ids=str
)
def test_no_screen_shuts_anybody_out(
    playwright: Playwright,
    server: CountyServer,
    on_file: None,
    tmp_path: Path,
    width: int,
    height: int,
    theme: str,
) -> None:
    hand = Hand(playwright, server.url, tmp_path / "tablet", viewport={"width": width, "height": height})
    faults: list[str] = []
    for screen in walk(server, hand, a_picture(1), HOUSEHOLD):
        if theme:
            hand.page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
        faults += examined(hand, screen)
        if width == NARROW:  # English words are longer
            hand.speak("en")
            faults += examined(hand, f"{screen} (en)")
            hand.speak("zh")
    hand.put_away()

    assert faults == []
    assert hand.complaints == []


def examined(hand: Hand, screen: str) -> list[str]:
    """What is wrong with the screen that is open."""
    beyond = hand.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [
        *(f"{screen}: {finding}" for finding in findings(hand)),
        *([f"{screen}: {beyond} pixels wider than the screen"] if beyond > 0 else []),
        *(f"{screen}: too small to touch: {button}" for button in hand.page.evaluate(TOO_SMALL)),
    ]


# What can be touched and is smaller than 44 pixels either way (its border does not count).
TOO_SMALL = """
[...document.querySelectorAll(
  'button, a[href], summary, label.choice, input:not([type=file], [type=radio], [type=checkbox])'
)]
  .filter((e) => e.checkVisibility() && !e.closest('.unseen'))
  .map((e) => [e, e.getBoundingClientRect()])
  .filter(([, box]) => box.width > 0 && (box.width < 44 || box.height < 44))
  .map(([e, box]) => `${e.tagName} ${e.className} ${Math.round(box.width)}x${Math.round(box.height)}`)
"""
