"""Which cases does an officer look for, and how many of them are in which state?"""

from collections.abc import Collection
from dataclasses import dataclass

from server.store import case_list, regions
from server.store.case_list import ListedCase, State
from server.store.regions import Region

PAGE = 50
STATES: tuple[State, ...] = ("disputed", "owed", "not_visited", "visited")


@dataclass(frozen=True, slots=True)
class CaseSearch:
    """What somebody asks the list for. `place` is a township's or village's region id."""

    name: str = ""
    place: str | None = None
    state: State | None = None
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A case with the names of its village and township."""

    case: ListedCase
    village: str
    township: str


@dataclass(frozen=True, slots=True)
class CasePage:
    """`counts` are by state under the same search and place, with `all`; `after` asks for the next page, if any."""

    lines: tuple[Line, ...]
    counts: dict[str, int]
    after: str | None
    places: tuple[Region, ...]


def case_page_of(authority: str, scope: Collection[str], search: CaseSearch) -> CasePage:
    """One page of the cases in scope. A place outside the scope has no cases."""
    tree = regions.all_of(authority)
    places = tuple(r for r in tree.values() if regions.covers(scope, r.path) and r.level > 3)
    reached: Collection[str] = scope
    if search.place is not None:
        reached = [r.path for r in places if r.id == search.place]
    counts = case_list.counts(authority, reached, name=search.name)
    found = case_list.page(
        authority, reached, name=search.name, state=search.state, after=search.after, limit=PAGE + 1
    )
    lines = tuple(Line(case, *names_along(tree, case.village)) for case in found[:PAGE])
    after = found[PAGE - 1].id if len(found) > PAGE else None
    return CasePage(lines, counts, after, places)


def names_along(tree: dict[str, Region], village: str) -> tuple[str, str]:
    """(village, township) as people call them."""
    here = tree.get(village)
    above = tree.get(here.parent) if here and here.parent else None
    return here.name if here else village, above.name if above else ""
