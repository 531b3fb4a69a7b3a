"""The queue's filters as an address and back: codes and ids only, so that no address says anything of a household."""

import re
from collections.abc import Mapping

from server.queries.open_queue import AGES, KINDS, STATES, QueueSearch
from server.store.open_queue import Place
from sync.open_item import Severity

_ID = re.compile(r"[0-9A-Za-z_-]{1,64}")
_PLACE = re.compile(r"([1-9])-([0-9]{1,18})-([0-9a-f]{32})")


def search_of(address: Mapping[str, str]) -> QueueSearch:
    """What an address asks for; whatever it says that nobody could have asked for is left out."""
    return QueueSearch(
        kind=_one_of(address, "kind", KINDS),
        place=_place(address),
        campaign=_id(address, "campaign"),
        group=_id(address, "group"),
        severity=_number(address, "severity", tuple(map(int, Severity))),
        older=_number(address, "older", AGES),
        hand=_id(address, "hand"),
        state=next((state for state in STATES if state == address.get("state")), None),
        after=_after(address.get("after", "")),
    )


def address_of(search: QueueSearch) -> dict[str, str]:
    """The parameters of its address, those that ask for something; always in the same order."""
    found = {
        "kind": search.kind,
        "place": search.place,
        "campaign": search.campaign,
        "group": search.group,
        "severity": search.severity,
        "older": search.older,
        "hand": search.hand,
        "state": search.state,
        "after": f"{search.after.severity}-{search.after.opened}-{search.after.id}" if search.after else None,
    }
    return {name: str(value) for name, value in found.items() if value is not None}


def _one_of(address: Mapping[str, str], name: str, known: tuple[str, ...]) -> str | None:
    value = address.get(name)
    return value if value in known else None


def _id(address: Mapping[str, str], name: str) -> str | None:
    value = address.get(name, "")
    return value if _ID.fullmatch(value) else None


def _place(address: Mapping[str, str]) -> str | None:
    """The page's form asks for a township and one of its villages; another township lets go of the village."""
    township, village = _id(address, "township"), address.get("village", "").split(".")
    if township is None:
        return _id(address, "place")
    return village[1] if len(village) == 2 and village[0] == township and _ID.fullmatch(village[1]) else township


def _number(address: Mapping[str, str], name: str, known: tuple[int, ...]) -> int | None:
    return next((number for number in known if str(number) == address.get(name)), None)


def _after(text: str) -> Place | None:
    found = _PLACE.fullmatch(text)
    return Place(int(found[1]), int(found[2]), found[3]) if found else None
