"""Takes a picture of every screen of the tablet app in both languages: `python tests/tablet_screenshots.py FOLDER`.

A small county is founded and served for it; `--width` and `--height` say how large the tablet is.
"""

import argparse
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # before tests/, whose folders carry the packages' names

from county_server import CountyServer
from fieldwork import new_tablet
from founding import found_on_sqlite, settings_of_copy
from investigator_hand import Hand
from pictures import a_picture
from playwright.sync_api import sync_playwright
from tablet_screens import on_file, walk


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("folder", type=Path)
    options.add_argument("--width", type=int, default=800)
    options.add_argument("--height", type=int, default=1280)
    asked = options.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        founded = found_on_sqlite(Path(place))
        served = CountyServer(settings_of_copy(founded, Path(place) / "county"), Path(place) / "county")
        served.start()
        on_file(new_tablet(served.county, "li", "zhang"))
        with sync_playwright() as playwright:
            size = {"width": asked.width, "height": asked.height}
            hand = Hand(playwright, served.url, Path(place) / "tablet", viewport=size)
            for number, screen in enumerate(walk(served, hand, a_picture(1), "欧阳春兰"), start=1):
                for language in ("en", "zh"):
                    hand.speak(language)
                    hand.page.screenshot(path=asked.folder / f"{number:02}-{screen}-{language}.png")
                print(screen, flush=True)
            hand.put_away()
        served.kill()
        served.close()


if __name__ == "__main__":
    main()
