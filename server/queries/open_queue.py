"""What waits for a decision in an officer's area, who has it in hand, and how many there are of each kind?"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from schemas.forms.binding import Words
from server import clock, policy
from server.policy import OFFICERS, Officer
from server.queries.field_catalogue import field_catalogue
from server.store import (
    campaigns,
    case_list,
    claims,
    open_items,
    open_queue,
    persons,
    regions,
    replicas,
    saved_filters,
    tasks,
)
from server.store.campaigns import Campaign
from server.store.case_list import ListedCase
from server.store.claims import Claim
from server.store.open_items import MISSING_STATEMENTS, OpenItem
from server.store.open_queue import Place, State, Wanted
from server.store.persons import Person
from server.store.regions import Region
from server.store.saved_filters import SavedFilter
from sync.data_check import form_field_of
from sync.open_item import ItemKind

PAGE = 50
MOST = 1000  # counted exactly; beyond it there are "1,000+"
KINDS: tuple[str, ...] = tuple(kind.value for kind in ItemKind)
STATES: tuple[State, ...] = ("open", "proposed", "returned", "overdue")
AGES = (1, 3, 7, 30)  # days
ME, NOBODY = "me", "nobody"


@dataclass(frozen=True, slots=True)
class QueueSearch:
    """What an officer asks for. `place` is a region's id, `older` days, `hand` ME, NOBODY or a person's id."""

    kind: str | None = None
    place: str | None = None
    campaign: str | None = None
    group: str | None = None
    severity: int | None = None
    older: int | None = None
    hand: str | None = None
    state: State | None = None
    after: Place | None = None

    @property
    def filters(self) -> bool:
        """Whether it asks for less than everything of some kind in some place, which the tallies know."""
        return any((self.campaign, self.group, self.severity, self.older, self.hand, self.state))


@dataclass(frozen=True, slots=True)
class Household:
    """A household that an item is about, as its officer knows it."""

    case: str
    householder: str
    village: str
    township: str


@dataclass(frozen=True, slots=True)
class QueueLine:
    """An open item as the queue shows it. `label` and `group` name the field in question; `due` is when the field is
    to have answered; `claim` says who has it in hand, and `holder` what they are called; `tablet` is the one that
    something never came from, where no household is known."""

    item: OpenItem
    households: tuple[Household, ...]
    place: str
    label: Words | None
    group: Words | None
    days: int
    state: State
    due: str | None
    claim: Claim | None
    holder: str
    tablet: str = ""

    @property
    def closed(self) -> bool:
        return self.item.closed is not None


@dataclass(frozen=True, slots=True)
class QueuePage:
    """`counts` are by kind in the whole area or the chosen place; `count` is of what is shown, at most MOST + 1.

    `township` is the one chosen, or that of the village chosen, whose villages there are to choose from. `size` is
    the ledger's when the page was made: whatever opens from there on is new to its reader.
    """

    lines: tuple[QueueLine, ...]
    counts: Mapping[str, int]
    count: int
    after: Place | None
    townships: tuple[Region, ...]
    township: str
    villages: tuple[Region, ...]
    campaigns: tuple[Campaign, ...]
    colleagues: tuple[Person, ...]
    saved: tuple[SavedFilter, ...]
    size: int


@dataclass(frozen=True, slots=True)
class LiveQueue:
    """What may have changed while somebody looks at a page: the counts, what is new, and who has which row."""

    counts: Mapping[str, int]
    fresh: int
    lines: tuple[QueueLine, ...]


def queue_page(viewer: Officer, search: QueueSearch, size: int) -> QueuePage:
    """One page of what waits in the viewer's area. A place outside it holds nothing."""
    wanted = wanted_by(viewer, search)
    counts = _kind_counts(viewer, wanted.paths)
    found = open_queue.page(wanted, search.after, PAGE + 1)
    last = found[PAGE - 1] if len(found) > PAGE else None
    if search.filters:
        count = open_queue.count(wanted, MOST + 1)
    else:
        count = counts.get(search.kind, 0) if search.kind else sum(counts.values())
    colleagues = colleagues_of(viewer)
    township = _township(wanted.paths)
    top = viewer.scope[0].split("/")[:-1]
    return QueuePage(
        lines=_lines(viewer, found[:PAGE], {p.id: p.name for p in colleagues}),
        counts=counts,
        count=count,
        after=place_of(last) if last else None,
        townships=tuple(regions.below(viewer.authority, top[0])) if len(top) == 1 else (),
        township=township,
        villages=tuple(regions.below(viewer.authority, township)) if township and len(top) < 3 else (),
        campaigns=tuple(campaigns.all_of(viewer.authority)),
        colleagues=colleagues,
        saved=tuple(saved_filters.of_person(viewer.authority, viewer.person)),
        size=size,
    )


def live_queue(viewer: Officer, search: QueueSearch, since: int, rows: Collection[str]) -> LiveQueue:
    """What has become of a page that was made when the ledger had this size and showed these items."""
    wanted = wanted_by(viewer, search)
    shown = open_queue.those_of(replace(wanted, paths=viewer.scope), rows)
    return LiveQueue(
        counts=_kind_counts(viewer, wanted.paths),
        fresh=open_queue.count_since(wanted, since, MOST),
        lines=_lines(viewer, shown, {}, briefly=True),
    )


def waiting(viewer: Officer) -> int:
    """How many open items there are in the viewer's area."""
    return sum(_kind_counts(viewer, viewer.scope).values())


def following(viewer: Officer, search: QueueSearch, item: OpenItem) -> OpenItem | None:
    """What comes after this item in the queue that the viewer is working off."""
    found = open_queue.page(wanted_by(viewer, search), place_of(item), 1)
    return found[0] if found else None


def place_of(item: OpenItem) -> Place:
    return Place(item.severity, item.opened, item.id)


def wanted_by(viewer: Officer, search: QueueSearch) -> Wanted:
    """What a search asks of the viewer's area, with whatever is hidden from their role left out."""
    kinds, rules = policy.hidden_items(viewer.role)
    paths = viewer.scope
    if search.place is not None:
        chosen = regions.find_many(viewer.authority, [search.place]).get(search.place)
        inside = chosen is not None and regions.covers(viewer.scope, chosen.path)
        paths = (chosen.path,) if chosen is not None and inside else ()
    opened_from = opened_before = None
    if search.campaign is not None:
        campaign = campaigns.find(viewer.authority, search.campaign)
        if campaign is None:
            paths = ()
        else:
            opened_from, opened_before = _days_of(campaign)
    if search.older is not None:
        then = clock.stamp_in(-search.older * 86400)
        opened_before = min(then, opened_before or then)
    return Wanted(
        authority=viewer.authority,
        paths=paths,
        hidden_kinds=frozenset(kind.value for kind in kinds),
        hidden_rules=rules,
        kind=search.kind,
        group=search.group,
        severity=search.severity,
        opened_from=opened_from,
        opened_before=opened_before,
        state=search.state,
        person=viewer.person if search.hand == ME else search.hand if search.hand != NOBODY else None,
        nobodys=search.hand == NOBODY,
        today=clock.county_day(),
    )


def colleagues_of(viewer: Officer) -> tuple[Person, ...]:
    """Who else may decide somewhere in the viewer's area, the viewer too: those whose area meets it."""
    found = persons.in_roles(viewer.authority, [role.value for role in OFFICERS["claim_items"]])
    return tuple(
        p
        for p in found
        if regions.covers(viewer.scope, p.scope) or any(regions.covers((p.scope,), path) for path in viewer.scope)
    )


def _days_of(campaign: Campaign) -> tuple[str, str]:
    """A campaign's first moment and the one after its last, as stamps."""
    first, last = (datetime.fromisoformat(f"{day}T00:00:00+08:00") for day in (campaign.starts, campaign.ends))
    return clock.stamp(first), clock.stamp(last + timedelta(days=1))


def _kind_counts(viewer: Officer, paths: Collection[str]) -> dict[str, int]:
    kinds, rules = policy.hidden_items(viewer.role)
    counts: Counter[str] = Counter()
    for kind, rule, number in open_items.counts(viewer.authority, paths):
        if kind not in kinds and rule not in rules:
            counts[kind] += number
    return {kind: counts[kind] for kind in KINDS if kind not in kinds}


def _township(paths: Collection[str]) -> str:
    """The township in which somebody looks: a county has thousands of villages, so they are offered one township's
    at a time. Empty for the whole county."""
    ids = next(iter(paths), "").split("/")[:-1]
    return ids[1] if len(ids) > 1 else ""


def _lines(
    viewer: Officer, items: Collection[OpenItem], names: Mapping[str, str], *, briefly: bool = False
) -> tuple[QueueLine, ...]:
    """Items as they are shown; briefly: without the households and the field's name."""
    held = claims.of_items(viewer.authority, [item.id for item in items])
    unnamed = {claim.person for claim in held.values()} - names.keys()
    names = {**names, **{p.id: p.name for p in persons.find_many(viewer.authority, unnamed).values()}}
    due = tasks.due_dates(viewer.authority, [item.asked for item in items if item.asked])
    tablets = replicas.labels_of(viewer.authority, [i.subject for i in items if i.rule == MISSING_STATEMENTS])
    today, now = clock.county_day(), clock.now()
    cases: Mapping[str, ListedCase] = {}
    tree: Mapping[str, Region] = {}
    catalogue = None
    if items and not briefly:
        wanted = {case for item in items for case in (item.case_id, item.other_case) if case}
        cases = case_list.find_many(viewer.authority, wanted, viewer.scope)
        paths = {case.path for case in cases.values()} | {item.path for item in items}
        tree = regions.find_many(viewer.authority, {region for path in paths for region in path.split("/")[1:-1]})
        catalogue = field_catalogue(viewer.authority)
    lines = []
    for item in items:
        path = form_field_of(item.subject)
        field = catalogue.describe(path) if catalogue and path else None
        claim = held.get(item.id)
        by = due.get(item.asked or "")
        lines.append(
            QueueLine(
                item=item,
                households=tuple(
                    Household(name, cases[name].householder, *_names_along(tree, cases[name].path))
                    for name in (item.case_id, item.other_case)
                    if name is not None and name in cases
                ),
                place=" ".join(filter(None, reversed(_names_along(tree, item.path)))),
                label=field.label if field else None,
                group=field.group if field else None,
                days=max(0, (now - datetime.fromisoformat(item.opened_at)).days),
                state=_state_of(item, by, today),
                due=by,
                claim=claim,
                holder=names.get(claim.person, "") if claim else "",
                tablet=tablets.get(item.subject, ""),
            )
        )
    return tuple(lines)


def _state_of(item: OpenItem, due: str | None, today: str) -> State:
    if item.proposal is not None:
        return "proposed"
    if item.asked is None:
        return "open"
    return "overdue" if due is not None and due < today else "returned"


def _names_along(tree: Mapping[str, Region], path: str) -> tuple[str, str]:
    """(village, township) as people call them; empty where the path ends above."""
    ids = path.split("/")[:-1]
    township, village = (tree[name].name if name in tree else "" for name in (*ids[1:3], "", "")[:2])
    return village, township
