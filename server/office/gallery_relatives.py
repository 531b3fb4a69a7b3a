"""The gallery's near relatives: invented, like everybody in it."""

from collections.abc import Callable, Mapping
from typing import Any

from server.queries.registered_relatives import RelativesPage
from server.store.persons import Person
from server.store.relatives import RELATIONS, Relative

Screen = Callable[[str], tuple[str, dict[str, Any]]]
_AT = "2026-11-23T06:05:00.000Z"
_PERSON = Person("p", "wang", "王大山", "township_civil_affairs_head", "t", "c/t/", 1, None, None, None, None, True)


def _page(count: int, **shown: Any) -> Screen:
    def make(_: str) -> tuple[str, dict[str, Any]]:
        listed = tuple(
            Relative(f"{number:032x}", "p", "", RELATIONS[number % len(RELATIONS)], _AT, "o")
            for number in range(count)
        )
        page = RelativesPage(_PERSON, listed, {"o": "欧阳春兰"})
        return "relatives.html", {"page": page, "own": False, **shown}

    return make


RELATIVES: Mapping[str, Screen] = {
    "relatives": _page(3),
    "relatives-none": _page(0),
    "relatives-own": _page(1, own=True),
    "relatives-wrong": _page(
        1, wrong={"id_number": ["id_bad_checksum"], "relation": ["not_a_choice"]}, reason_missing=f"{0:032x}"
    ),
}
