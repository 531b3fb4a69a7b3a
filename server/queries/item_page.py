"""Everything that an officer needs in order to decide about one open item, read in one snapshot."""

from dataclasses import dataclass, replace

from server import errors, policy
from server.db import begin_snapshot
from server.keys import Keyring
from server.policy import Officer, reads_interviews
from server.queries.conflict_item import ConflictView, Source, conflict_view
from server.queries.discrepancy_item import DiscrepancyView, discrepancy_view
from server.queries.duplicate_item import DuplicateView, duplicate_view
from server.queries.equivocation_item import EquivocationView, equivocation_view
from server.queries.gap_item import GapView, gap_view
from server.queries.item_history import Word, history_alone, history_of
from server.queries.opened_household import Household, opened_households
from server.queries.quarantine_item import QuarantineView, quarantine_view
from server.queries.who_can_be_asked import Askable, who_works_there
from server.queries.who_may_decide import Standing, is_hidden, who_may_decide
from server.store import claims, open_items, persons, regions
from server.store.claims import Claim
from server.store.open_items import EQUIVOCATION, OpenItem
from sync.dot import Dot
from sync.field_class import FieldClass, field_class, needs_second_person
from sync.open_item import ItemKind, field_of


@dataclass(frozen=True, slots=True)
class OtherItem:
    """Another open item of the same household; `label` is the field in question, if one is."""

    item: OpenItem
    label: str


@dataclass(frozen=True, slots=True)
class ItemView:
    """One of the kinds' own parts is there. `proposal`, `request` and `decision` are the statements that the item
    names; `label` is the field in question."""

    item: OpenItem
    home: Household | None
    label: str
    class_: FieldClass | None
    two_needed: bool
    others: tuple[OtherItem, ...]
    claim: Claim | None
    holder: str
    standing: Standing
    askable: tuple[Askable, ...]
    history: tuple[Word, ...]
    proposal: Word | None
    request: Word | None
    decision: Word | None
    conflict: ConflictView | None = None
    discrepancy: DiscrepancyView | None = None
    gap: GapView | None = None
    quarantine: QuarantineView | None = None
    duplicate: DuplicateView | None = None
    equivocation: EquivocationView | None = None

    @property
    def closed(self) -> bool:
        return self.item.closed is not None

    @property
    def field(self) -> ConflictView | None:
        """The field whose value is decided, or would be corrected."""
        return self.conflict or (self.discrepancy.field if self.discrepancy else None)

    @property
    def pictures(self) -> tuple[tuple[int, Source], ...]:
        """(number of the value, source) of each statement in question that has photos or documents, each once."""
        if self.conflict is not None:
            return self.conflict.pictures
        beside = [side.source for side in self.discrepancy.sides if side.source] if self.discrepancy else []
        if self.gap is not None and self.gap.statement is not None:
            beside.append(Source(self.gap.statement.stated.row.id, self.gap.statement, None, False))
        waiting = self.home.by_id.get(self.item.subject) if self.home and self.quarantine else None
        if waiting is not None:
            beside.append(Source(waiting.stated.row.id, waiting, None, False))
        if self.quarantine is not None and self.home is not None:
            held = self.home.by_id.get(self.quarantine.row.id)
            beside += [Source(self.quarantine.row.id, held, None, False)] if held is not None else []
        if self.duplicate is not None:
            last = (home.last_visit for home in (self.duplicate.lives, self.duplicate.other))
            beside += [Source(shown.stated.row.id, shown, None, False) for shown in last if shown is not None]
        once = {source.statement: source for source in beside if source.pictures}
        return tuple(enumerate(once.values(), 1))


@dataclass(frozen=True, slots=True)
class Look:
    """How somebody looks at an item: `before` are the dots that stood on their screen when they last did, `opened`
    shows numbers in full, `field` is the one that they want to correct, `lives` the
    case that they want to live on."""

    before: frozenset[Dot] | None = None
    opened: bool = False
    field: str | None = None
    lives: str | None = None


def visible_item(viewer: Officer, item_id: str) -> OpenItem:
    """Raises NotFound: no such item in this scope, or one that this role must not know of."""
    item = open_items.find(viewer.authority, item_id)
    if item is None or is_hidden(item, viewer.role) or not regions.covers(viewer.scope, item.path):
        raise errors.NotFound()
    return item


def item_view(viewer: Officer, item_id: str, keyring: Keyring, language: str, look: Look) -> ItemView:
    """Raises NotFound."""
    begin_snapshot()
    item = visible_item(viewer, item_id)
    reads = reads_interviews(viewer)
    cases = [case for case in (item.case_id, item.other_case) if case is not None]
    homes = opened_households(
        viewer.authority, viewer.scope, cases, keyring, language=language, reads_interviews=reads
    )
    home = homes.get(item.case_id or "")
    path = field_of(item.subject) if item.kind != ItemKind.QUARANTINE else None
    claim, names = _in_hand(viewer, item)
    may_decide = policy.allow(viewer, "decide")
    if home is not None:
        history = history_of(home, item.id, path, opened=look.opened)
    else:
        history = history_alone(viewer.authority, item, keyring)
    spoken = {word.statement: word for word in history}
    view = ItemView(
        item=item,
        home=home,
        label=home.fields.full_label(path) if home is not None and path is not None else "",
        class_=field_class(path) if path is not None else None,
        two_needed=path is not None and needs_second_person(path),
        others=_others(viewer, item, homes),
        claim=claim,
        holder=names,
        standing=who_may_decide(viewer.authority, item, viewer.person, keyring),
        askable=who_works_there(viewer.authority, home.row.path, home.visit_signers)
        if may_decide and home is not None and item.closed is None
        else (),
        history=history,
        proposal=spoken.get(item.proposal or ""),
        request=spoken.get(item.asked or ""),
        decision=spoken.get(item.closed_by or ""),
    )
    second = homes.get(item.other_case or "")
    if item.kind == ItemKind.DUPLICATE and home is not None and second is not None:
        history = tuple(sorted({*history, *history_of(second, item.id, None)}, key=lambda word: word.number))
        spoken = {word.statement: word for word in history}
        view = replace(
            view,
            history=history,
            proposal=spoken.get(item.proposal or ""),
            request=spoken.get(item.asked or ""),
            decision=spoken.get(item.closed_by or ""),
            duplicate=duplicate_view(item.rule, home, second, look.lives),
        )
    return _with_kind(viewer, view, path, look, keyring, language)


def _with_kind(
    viewer: Officer,
    view: ItemView,
    path: str | None,
    look: Look,
    keyring: Keyring,
    language: str,
) -> ItemView:
    """The same with the part of its own kind."""
    item, home, reads = view.item, view.home, reads_interviews(viewer)
    match item.kind:
        case ItemKind.CONFLICT if home is not None and path is not None:
            former = view.decision.seen if view.decision is not None else frozenset[Dot]()
            villages = _villages(viewer, home) if path == "place.village" else ()
            conflict = conflict_view(
                home,
                path,
                reads_interviews=reads,
                villages=villages,
                before=look.before,
                opened=look.opened,
                former=former,
            )
            return replace(view, conflict=conflict)
        case ItemKind.DISCREPANCY if home is not None:
            found = discrepancy_view(
                home,
                item.rule,
                item.subject,
                reads_interviews=reads,
                chosen=look.field,
                opened=look.opened,
                before=look.before,
            )
            return replace(view, discrepancy=found)
        case ItemKind.GAP:
            return replace(view, gap=gap_view(viewer.authority, item, home))
        case ItemKind.QUARANTINE if item.rule == EQUIVOCATION:
            pair = equivocation_view(viewer, item.subject, keyring, language)
            return replace(view, equivocation=pair)
        case ItemKind.QUARANTINE:
            held = quarantine_view(viewer, item.subject, keyring, language, reads_interviews=reads)
            return replace(view, quarantine=held)
    return view


def _in_hand(viewer: Officer, item: OpenItem) -> tuple[Claim | None, str]:
    claim = claims.of_items(viewer.authority, [item.id]).get(item.id)
    if claim is None:
        return None, ""
    found = persons.find(viewer.authority, claim.person)
    return claim, found.name if found else ""


def _others(viewer: Officer, item: OpenItem, homes: dict[str, Household]) -> tuple[OtherItem, ...]:
    found: list[OtherItem] = []
    for other in open_items.of_cases(viewer.authority, homes.keys()):
        if other.id == item.id or is_hidden(other, viewer.role) or not regions.covers(viewer.scope, other.path):
            continue
        home = homes.get(other.case_id or "") or homes.get(other.other_case or "")
        path = field_of(other.subject) if other.kind != ItemKind.QUARANTINE else None
        found.append(OtherItem(other, home.fields.full_label(path) if home and path else ""))
    return tuple(found)


def _villages(viewer: Officer, home: Household) -> tuple[tuple[str, str], ...]:
    """The villages that a household could lie in instead: those of its township."""
    parts = home.row.path.split("/")[:-1]
    return tuple((r.id, r.name) for r in regions.below(viewer.authority, parts[-2])) if len(parts) > 1 else ()
