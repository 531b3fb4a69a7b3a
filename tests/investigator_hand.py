"""An investigator's hand on the tablet app in a real Chromium: enrols, unlocks, fills in, photographs, signs, syncs.

It finds things as a person does, by their Chinese words; what it fails to find is not on the screen.
"""

import contextlib
import os
import re
import signal
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from chromium import CHROMIUM, FLAGS
from playwright.sync_api import BrowserContext, Error, Locator, Page, Playwright, expect

TABLET = {"width": 800, "height": 1280}
PIN, SECOND_PIN = "480516", "271904"
PATIENCE = 20_000  # milliseconds


class Hand:
    """One tablet: a browser with a profile of its own, which outlives the browser."""

    def __init__(self, playwright: Playwright, url: str, profile: Path, *, viewport: Mapping[str, int] = TABLET):
        self.playwright, self.url, self.profile, self.viewport = playwright, url, profile, viewport
        self.complaints: list[str] = []
        self.take_up()

    def take_up(self) -> None:
        """Starts the browser, with whatever its profile holds."""
        self.context: BrowserContext = self.playwright.chromium.launch_persistent_context(
            self.profile,
            executable_path=CHROMIUM,
            args=FLAGS,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            viewport=dict(self.viewport),  # type: ignore[arg-type]
            geolocation={"latitude": 30.25, "longitude": 120.17},
            permissions=["geolocation"],
        )
        self.page: Page = self.context.pages[0] if self.context.pages else self.context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def put_away(self) -> None:
        self.context.close()

    def kill(self) -> None:
        """The battery is pulled: no process of the browser ends in its own way."""
        for command in Path("/proc").glob("[0-9]*/cmdline"):
            with contextlib.suppress(OSError):
                if f"--user-data-dir={self.profile}".encode() in command.read_bytes():
                    os.kill(int(command.parent.name), signal.SIGKILL)
        with contextlib.suppress(Error):
            self.context.close()

    def open(self) -> None:
        self.page.goto(f"{self.url}/tablet/")

    # -- getting in ------------------------------------------------------------------------------------------------

    def enrol(self, code: str, *, label: str = "城关 03 号", pin: str = PIN) -> None:
        """The first investigator of a fresh tablet; ends on the work list."""
        self.open()
        self.enter_code(code)
        self.page.get_by_label("平板名称").fill(label)
        self.press("下一步")
        self._choose_pin(pin)

    def enrol_another(self, code: str, *, pin: str = SECOND_PIN) -> None:
        """The second investigator, from the settings of the first."""
        self.page.goto(f"{self.url}/tablet/#/settings")
        self.press(re.compile("登记"))
        self.enter_code(code)
        self._choose_pin(pin)

    def enter_code(self, code: str) -> None:
        grouped = "-".join(re.findall("....", code))
        self.page.get_by_label("登记码", exact=True).fill(grouped.lower())
        self.press("下一步")

    def _choose_pin(self, pin: str) -> None:
        self.enter_pin_twice(pin)
        self.press("开始工作")

    def enter_pin_twice(self, pin: str) -> None:
        for heading in ("设置您的 6 位 PIN", "再输入一遍同样的 PIN"):
            expect(self.page.get_by_role("heading", name=heading)).to_be_visible()
            self.type_pin(pin)
        expect(self.page.get_by_role("button", name="开始工作")).to_be_visible(timeout=PATIENCE)

    def type_pin(self, pin: str) -> None:
        for digit in pin:
            self.page.keyboard.press(digit)

    def unlock(self, person: str, pin: str = PIN, *, shows: str = "我的工作") -> None:
        """Until the screen that was left is there again."""
        expect(self.page.get_by_role("heading", name="请解锁")).to_be_visible()
        someone = self.page.get_by_role("button", name=person, exact=True)
        if someone.count():  # with one person here nobody is asked who it is
            someone.click()
        expect(self.page.get_by_role("heading", name=f"{person} 的 PIN")).to_be_visible()
        self.type_pin(pin)
        expect(self.page.get_by_role("heading", level=1, name=shows)).to_be_visible(timeout=PATIENCE)

    def speak(self, language: str) -> None:
        """zh or en, as another window of the app would switch it."""
        other = self.context.new_page()
        other.goto(f"{self.url}/tablet/icon.svg")
        other.evaluate("language => localStorage.setItem('ruhu.language', language)", language)
        other.close()
        expect(self.page.locator(f"html[lang^={language}]")).to_be_attached()

    # -- going about -----------------------------------------------------------------------------------------------

    def press(self, name: str | re.Pattern[str]) -> None:
        self.page.get_by_role("button", name=name).first.click()

    def go(self, route: str) -> None:
        self.page.goto(f"{self.url}/tablet/#{route}")

    def sync(self) -> None:
        """Until nothing is to be sent and the list has come."""
        self.go("/")
        self.press("立即同步")
        expect(self.page.get_by_role("status").filter(has_text="上次联系")).to_be_attached()

    def open_case(self, householder: str) -> None:
        self.go("/")
        self.page.locator("main .line").filter(has_text=householder).first.click()
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(householder)

    # -- the form --------------------------------------------------------------------------------------------------

    def section(self, title: str) -> None:
        """Turns to a section, by the list of sections that narrow screens hide behind a button."""
        expect(self.page.locator("h2.visit-title")).to_be_visible(timeout=PATIENCE)
        button = self.page.get_by_role("button", name="目录")
        if button.is_visible() and button.get_attribute("aria-expanded") != "true":
            button.click()
        self.page.get_by_role("navigation", name="目录").get_by_role("button", name=re.compile(f"^{title}")).click()
        expect(self.page.locator("h2.visit-title")).to_have_text(title)

    def question(self, label: str) -> Locator:
        """The block of a question, with its input and what was on file."""
        starts = re.compile(f"^{re.escape(label)}")
        return self.page.locator(".question").filter(has=self.page.locator(".field-label", has_text=starts)).first

    def write(self, label: str, text: str) -> None:
        self.question(label).locator("input:not([type=radio]), textarea").first.fill(text)

    def choose(self, label: str, *choices: str) -> None:
        for choice in choices:
            self.question(label).get_by_text(choice, exact=True).click()

    def keep(self, label: str) -> None:
        """Last time's value."""
        self.question(label).get_by_role("button", name="沿用").click()

    def photograph(self, label: str, picture: bytes, name: str = "IMG_0001.jpg") -> None:
        block = self.page.locator("[data-question]").filter(has_text=label).first
        file = {"name": name, "mimeType": "image/jpeg", "buffer": picture}
        block.locator("input[type=file]").first.set_input_files([file])  # type: ignore[list-item]
        expect(block.get_by_text("照片已保存")).to_be_visible(timeout=PATIENCE)

    def saved(self) -> None:
        """Waits until the screen says that all is saved."""
        expect(self.page.locator(".saved")).to_contain_text("已保存")

    # -- signing ---------------------------------------------------------------------------------------------------

    def write_ink(self, pad: Any = None) -> None:
        canvas = self.page.locator("canvas").first if pad is None else pad
        canvas.scroll_into_view_if_needed()
        box = canvas.bounding_box()
        assert box is not None
        mouse = self.page.mouse
        for row in range(3):
            mouse.move(box["x"] + 40, box["y"] + 30 + row * 30)
            mouse.down()
            for step in range(1, 13):
                mouse.move(box["x"] + 40 + step * 14, box["y"] + 30 + row * 30 + (step % 3) * 9)
            mouse.up()

    def sign(self, pins: Mapping[str, str]) -> None:
        """From the end of the form to the sealed statement; `pins` by investigators' names."""
        self.section("检查与签字")
        self.to_signing()
        expect(self.page.get_by_role("heading", level=1, name="谁来签字")).to_be_visible()
        self.press("下一步")
        self.write_ink()
        self.press("交给调查人签字")
        self.enter_signing_pins(pins)

    def to_signing(self) -> None:
        """From the last page on; what was left blank is meant to be none."""
        self.press("去签字")
        none = self.page.get_by_role("button", name="记为“无”，去签字")
        expect(none.or_(self.page.get_by_role("heading", level=1, name="谁来签字"))).to_be_visible()
        if none.is_visible():
            none.click()

    def enter_signing_pins(self, pins: Mapping[str, str]) -> None:
        for _ in pins:
            heading = self.page.get_by_role("heading", name=re.compile("PIN")).first
            expect(heading).to_be_visible()
            words = heading.inner_text()
            name = next(name for name in pins if name in words)
            self.type_pin(pins[name])
            expect(self.page.get_by_role("heading", name=words)).to_have_count(0)
        expect(self.page.get_by_role("heading", name="已封存，已保存")).to_be_visible()
