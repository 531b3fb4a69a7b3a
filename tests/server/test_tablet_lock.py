"""The lock file of the tablet app's parts installs anywhere: from any registry, on any platform, always the same."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

TABLET = Path(__file__).resolve().parents[2] / "tablet"
LOCK = json.loads((TABLET / "package-lock.json").read_text(encoding="utf-8"))


def parts() -> dict[str, Any]:
    """What is installed, by its place; the first is the app itself."""
    return {place: part for place, part in LOCK["packages"].items() if place}


def places_for(place: str, name: str) -> Iterator[str]:
    """Where Node.js looks for what a part at this place asks for."""
    while place:
        yield f"{place}/node_modules/{name}"
        place = place.rpartition("/node_modules/")[0]
    yield f"node_modules/{name}"


def test_no_registry_is_named():
    assert [place for place, part in parts().items() if "resolved" in part] == []


def test_every_part_is_known_by_its_digest():
    assert [place for place, part in parts().items() if not part.get("integrity", "").startswith("sha512-")] == []


def test_what_a_part_needs_is_there_for_every_platform():
    missing = [
        f"{place}: {name}"
        for place, part in LOCK["packages"].items()
        for kind in ("dependencies", "optionalDependencies", "devDependencies")
        for name in part.get(kind, {})
        if not any(found in LOCK["packages"] for found in places_for(place, name))
    ]

    assert missing == []


def test_the_app_asks_for_what_is_locked():
    asked = json.loads((TABLET / "package.json").read_text(encoding="utf-8"))

    for kind in ("dependencies", "devDependencies"):
        assert asked[kind] == LOCK["packages"][""][kind]
        for name, version in asked[kind].items():
            assert LOCK["packages"][f"node_modules/{name}"]["version"] == version
