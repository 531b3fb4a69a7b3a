"""An officer at the office's own pages with the keyboard alone, for stories in a real browser."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from fieldwork import PASSWORD
from playwright.sync_api import Browser, Locator, Page, expect

FARTHEST = 60  # tabs from one box to the next, at most


@dataclass
class Officer:
    """One officer in one browser. `complaints` are what the browser's console had to say."""

    page: Page
    url: str
    complaints: list[str] = field(default_factory=list)

    def log_in(self, login: str) -> None:
        self.page.goto(self.url)
        self.page.get_by_label("用户名").fill(login)
        self.page.get_by_label("密码").fill(PASSWORD)
        self.page.keyboard.press("Enter")
        expect(self.page).to_have_url(re.compile("/office/"))

    def open(self, item: str) -> None:
        self.page.goto(f"{self.url}/office/reconcile/{item}")
        self.ready()

    def ready(self) -> None:
        """The keys work once the page's scripts have run."""
        self.page.wait_for_load_state()

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def tab_to(self, box: Locator) -> None:
        """Goes there with the Tab key, as somebody without a mouse does."""
        expect(box).to_be_visible()
        for _ in range(FARTHEST):
            if box.evaluate("box => box === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError("the Tab key does not get there")

    def give_reason(self, words: str) -> None:
        """A reason code (the first that the page proposes), words, and the password that signs."""
        self.tab_to(self.page.locator("#code"))
        self.press("ArrowDown")
        self.tab_to(self.page.locator("#words"))
        self.page.keyboard.insert_text(words)
        self.tab_to(self.page.locator("#password"))
        self.page.keyboard.insert_text(PASSWORD)

    def decide(self, key: str, words: str) -> None:
        """Chooses with this key, says why and signs with Enter; what has been decided is said."""
        self.press(key)
        self.give_reason(words)
        self.press("Enter")
        self.told()

    def confirm(self) -> None:
        """Confirms what another officer has proposed."""
        self.press("c")
        expect(self.page.locator("#confirm-password")).to_be_focused()
        self.page.keyboard.insert_text(PASSWORD)
        self.press("Enter")
        self.told()

    def told(self) -> Locator:
        """The line about the decision that was just made."""
        line = self.page.locator(".told")
        expect(line).to_be_visible()
        self.ready()
        return line

    @property
    def alert(self) -> Locator:
        return self.page.get_by_role("alert")


@contextmanager
def officer(browser: Browser, url: str, login: str) -> Iterator[Officer]:
    """Somebody who has logged in, in a browser of their own; at the end the console must have been silent."""
    context = browser.new_context(viewport={"width": 1366, "height": 900}, locale="zh-CN")
    page = context.new_page()
    hand = Officer(page, url)
    page.on("pageerror", lambda error: hand.complaints.append(str(error)))
    hand.log_in(login)
    yield hand
    context.close()
    assert hand.complaints == []
