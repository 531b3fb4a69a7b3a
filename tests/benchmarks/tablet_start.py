"""How long a tablet takes from its icon to the work list, offline, and how much JavaScript comes first.

`python tests/benchmarks/tablet_start.py --cases 300` founds a county with so many households, enrols a tablet in a
real Chromium, stops the server, and starts the app again: with the processor as it is and slowed fourfold (the ratio
is between these two). The start has two parts, because a person enters a PIN in between: until the PIN can be
entered, and from its last digit to the work list. The shell's JavaScript is what the server sends, compressed, until
the enrolment screen stands there.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path
from statistics import median

sys.path[:0] = [str(Path(__file__).resolve().parents[2]), str(Path(__file__).resolve().parents[1])]

from county_server import CountyServer  # noqa: E402  (the path is set just above)
from fieldwork import new_tablet  # noqa: E402  (the path is set just above)
from founding import found_on_sqlite, settings_of_copy  # noqa: E402  (the path is set just above)
from investigator_hand import PIN, Hand  # noqa: E402  (the path is set just above)
from playwright.sync_api import expect, sync_playwright  # noqa: E402  (the path is set just above)

PERSON = "测试zhang"
BATCH = 50


WATCH = """() => {
  window.__seen = new Promise((seen) => {
    const look = () =>
      document.querySelector("main .list .line") ? seen(performance.now()) : requestAnimationFrame(look);
    look();
  });
}"""


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--cases", type=int, default=300)
    options.add_argument("--tries", type=int, default=5)
    asked = options.parse_args()
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        founded = found_on_sqlite(Path(place))
        served = CountyServer(settings_of_copy(founded, Path(place) / "county"), Path(place) / "county")
        served.start()
        fill(served, asked.cases)
        hand = Hand(playwright, served.url, Path(place) / "tablet")
        shell = javascript_of_first_load(hand)
        hand.enrol(served.county.enrolment_token("zhang"))
        hand.sync()
        expect(hand.page.locator("main .line").first).to_be_visible()
        hand.page.wait_for_function("navigator.serviceWorker.controller !== null")
        served.stop()
        plain = (
            median(start(hand, 1) for _ in range(asked.tries)),
            median(open_up(hand, 1) for _ in range(asked.tries)),
        )
        slow = (
            median(start(hand, 4) for _ in range(asked.tries)),
            median(open_up(hand, 4) for _ in range(asked.tries)),
        )
        hand.put_away()
        served.close()
    print(
        json.dumps(
            {
                "cases": asked.cases,
                "shell_javascript_bytes": shell,
                "until_pin_ms": round(plain[0]),
                "pin_to_list_ms": round(plain[1]),
                "slowed_until_pin_ms": round(slow[0]),
                "slowed_pin_to_list_ms": round(slow[1]),
                "slowed_total_ms": round(sum(slow)),
                "ratio_slowed": round(sum(slow) / sum(plain), 2),
            }
        )
    )


def fill(served: CountyServer, count: int) -> None:
    other = new_tablet(served.county, "zhang")
    for start_at in range(0, count, BATCH):
        other.push(
            *(
                other.visit(
                    f"{number:032x}",
                    {
                        "household": {
                            "village": "n1" if number % 2 else "n2",
                            "householder_name": f"户主{number}",
                            "address": f"{number % 9 + 1}组{number}号",
                            "scheme": "rural",
                            "family_size": 3,
                            "covered_count": 3,
                        },
                        "people": {
                            "members": [
                                {"member_id": f"{number:08x}{one:08x}", "name": f"成员{one}", "relation": str(one)}
                                for one in range(3)
                            ]
                        },
                    },
                    village="n1" if number % 2 else "n2",
                )
                for number in range(start_at, min(start_at + BATCH, count))
            )
        )


def javascript_of_first_load(hand: Hand) -> int:
    """Bytes over the wire until the enrolment screen stands there; the service worker fetches the rest later."""
    session = hand.context.new_cdp_session(hand.page)
    session.send("Network.enable")
    kinds: dict[str, str] = {}
    sizes: dict[str, int] = {}
    session.on("Network.responseReceived", lambda event: kinds.update({event["requestId"]: event["type"]}))
    session.on(
        "Network.loadingFinished", lambda event: sizes.update({event["requestId"]: int(event["encodedDataLength"])})
    )
    hand.open()
    expect(hand.page.get_by_label("登记码", exact=True)).to_be_visible()
    hand.page.wait_for_load_state("networkidle")
    session.detach()
    return sum(size for request, size in sizes.items() if kinds.get(request) == "Script")


def start(hand: Hand, slowdown: int) -> float:
    """Milliseconds from a cold page to a PIN pad that takes digits."""
    hand.page.goto("about:blank")
    session = hand.context.new_cdp_session(hand.page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": slowdown})
    hand.open()
    expect(hand.page.get_by_role("heading", name=f"{PERSON} 的 PIN")).to_be_visible(timeout=30_000)
    taken: float = hand.page.evaluate("performance.now()")
    session.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    session.detach()
    return taken


def open_up(hand: Hand, slowdown: int) -> float:
    """Milliseconds from the last digit of the PIN to the first household on screen."""
    start(hand, 1)
    hand.type_pin(PIN[:-1])
    session = hand.context.new_cdp_session(hand.page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": slowdown})
    before: float = hand.page.evaluate("performance.now()")
    hand.page.evaluate(WATCH)
    hand.type_pin(PIN[-1])
    after: float = hand.page.evaluate("window.__seen")
    session.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    session.detach()
    return after - before


if __name__ == "__main__":
    main()
