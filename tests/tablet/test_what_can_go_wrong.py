"""Two windows, a stolen tablet, a neighbour's words: what the person is told, and what a thief is not."""

import re
from pathlib import Path

from click.testing import CliRunner
from county_server import CountyServer
from investigator_hand import Hand
from pictures import a_picture
from playwright.sync_api import expect
from tablet_screens import CASE, PINS, ZHANG

from server.cli import main
from server.store import evidence

SECRET = "砖木结构漏雨两处已报村委"
NEIGHBOUR = "隔壁的马师傅说他家冬天烧柴"


def begin_visit(hand: Hand) -> None:
    hand.open_case("欧阳春兰")
    hand.press("入户调查")
    hand.choose("见到了谁", "见到家庭成员")
    hand.section("住户")
    hand.press("本页未答的全部沿用上次")
    hand.saved()


def test_a_draft_in_two_windows_is_never_overwritten_unseen(pair: Hand) -> None:
    begin_visit(pair)
    address = pair.page.url
    first = pair.page
    pair.page = pair.context.new_page()
    pair.page.goto(address)
    pair.unlock(ZHANG, shows="入户调查")
    pair.section("核查结论")
    pair.write("核查结论", "第二个窗口写的")
    pair.saved()

    second, pair.page = pair.page, first
    pair.section("核查结论")
    pair.write("核查结论", "第一个窗口后来写的")

    expect(first.get_by_text("另一个窗口改动了这份草稿")).to_be_visible()
    second.reload()
    pair.page = second
    pair.unlock(ZHANG, shows="入户调查")
    pair.section("核查结论")
    expect(pair.question("核查结论").locator("textarea")).to_have_value("第二个窗口写的")


def test_what_rests_on_a_tablet_names_nobody(server: CountyServer, pair: Hand) -> None:
    server.stop()
    begin_visit(pair)
    pair.section("核查结论")
    pair.write("核查结论", SECRET)
    pair.saved()
    pair.sign(PINS)
    pair.open_case("欧阳春兰")
    pair.press("走访邻里")
    pair.section("走访结论")
    pair.write("原话", NEIGHBOUR)
    pair.saved()
    assert NEIGHBOUR not in pair.page.url
    pair.put_away()

    found = [
        (str(path.relative_to(pair.profile)), words)
        for path in pair.profile.rglob("*")
        if path.is_file()
        for words in (SECRET, NEIGHBOUR, "欧阳春兰", "一组12号")
        if rests_in(path, words)
    ]
    assert found == []


def rests_in(path: Path, words: str) -> bool:
    """Whether a file holds these words, or half of them, in any encoding that browsers write text in."""
    data = path.read_bytes()
    half = words[: len(words) // 2] if len(words) > 6 else words
    return any(half.encode(encoding) in data for encoding in ("utf-8", "utf-16-le"))


def test_an_interview_leaves_no_way_back(server: CountyServer, pair: Hand) -> None:
    pair.open_case("欧阳春兰")
    pair.press("走访邻里")
    pair.section("知情人")
    pair.section("走访结论")
    pair.write("原话", NEIGHBOUR)
    pair.saved()
    draft = pair.page.url
    pair.section("检查与签字")
    pair.to_signing()
    pair.press("下一步")
    pair.page.get_by_text("不具名", exact=True).click()
    pair.press("交给调查人签字")
    pair.enter_signing_pins(PINS)

    pair.page.goto(draft)
    expect(pair.page.get_by_text(NEIGHBOUR)).to_have_count(0)
    pair.open_case("欧阳春兰")
    expect(pair.page.get_by_text(NEIGHBOUR)).to_have_count(0)
    pair.sync()
    pair.go("/outbox")
    expect(pair.page.get_by_text("没有待送的内容")).to_be_visible()
    expect(pair.page.get_by_text(re.compile(NEIGHBOUR))).to_have_count(0)


def test_without_any_network_the_lifeboat_carries_the_work(server: CountyServer, pair: Hand, tmp_path: Path) -> None:
    server.stop()
    begin_visit(pair)
    pair.section("照片")
    pair.photograph("房屋外观", a_picture(7))
    pair.saved()
    pair.sign(PINS)
    pair.go("/outbox")
    with pair.page.expect_download() as begun:
        pair.press("存成救生包文件")
    boat, answer = tmp_path / "boat.zip", tmp_path / "answer.json"
    begun.value.save_as(boat)
    expect(pair.page.get_by_text("救生包已存好")).to_be_visible()

    imported = CliRunner().invoke(main, ["import-lifeboat", str(boat), "--answer", str(answer)], env=server.environ)
    assert imported.exit_code == 0, imported.output
    with pair.page.expect_file_chooser() as chooser:
        pair.press("读入办公室的答复")
    chooser.value.set_files(answer)

    expect(pair.page.get_by_text("答复已核对：1 份已送达")).to_be_visible()
    server.start()
    pair.sync()
    pair.go("/outbox")
    expect(pair.page.get_by_text("没有待送的内容")).to_be_visible()
    with server.county.app.app_context():
        rows = evidence.of_case("demo", CASE)
        assert [row.held for row in rows if row.media_type == "image/jpeg"] == [True]
