"""What the statements of one transaction open, send back and close on the reconciliation screen.

Accepting, rebuilding and sweeping all note it here, so that a rebuild finds the same items.
"""

from collections.abc import Collection
from dataclasses import dataclass, field, replace

from server.store import claims, open_items
from server.store.open_items import SWEPT, OpenItem
from sync.open_item import Finding, ItemKind
from sync.statement import Statement

REOPENED = "reopened"  # the outcome of a decision that takes an earlier one back

# Only an officer's decision closes these, and what an officer has explained does not open again by itself.
_DECIDED_ONCE = frozenset({ItemKind.DISCREPANCY, ItemKind.DUPLICATE})


@dataclass(frozen=True, slots=True)
class Moment:
    """A place in the ledger, and when the server received what stands there."""

    index: int
    at: str


@dataclass(slots=True)
class Openings:
    """`before` are the items as they were, those that were asked for; `items` as they become.

    While `replaying`, swept items are left as they are: they do not follow from statements alone.
    """

    authority: str
    replaying: bool = False
    before: dict[str, OpenItem] = field(default_factory=dict)
    items: dict[str, OpenItem] = field(default_factory=dict)
    _asked_for: set[str] = field(default_factory=set)
    _new: set[str] = field(default_factory=set)  # taken for new until they are saved
    _of_case: dict[str, set[str]] = field(default_factory=dict)  # {case: ids of items that concern it}

    @classmethod
    def begin(cls, authority: str, cases: Collection[str], *, replaying: bool = False) -> "Openings":
        """Loads the open items of these cases."""
        openings = cls(authority, replaying)
        openings.look_at(cases)
        return openings

    def look_at(self, cases: Collection[str]) -> None:
        """Loads the open items of these cases too."""
        for item in open_items.of_cases(self.authority, cases):
            if item.id not in self.before and not (self.replaying and item.rule in SWEPT):
                self.before[item.id] = item
                self._put(item)
                self._asked_for.add(item.id)

    def standing(self, case_id: str) -> list[OpenItem]:
        """The items of this case that are open now."""
        known = (self.items[item_id] for item_id in sorted(self._of_case.get(case_id, ())))
        return [item for item in known if item.closed is None]

    def _put(self, item: OpenItem) -> None:
        self.items[item.id] = item
        for case_id in (item.case_id, item.other_case):
            if case_id is not None:
                self._of_case.setdefault(case_id, set()).add(item.id)

    def know(self, ids: Collection[str]) -> None:
        """Loads these items if they exist, open or not."""
        unknown = set(ids) - self._asked_for
        if unknown:
            self._asked_for |= unknown
            found = open_items.find_many(self.authority, unknown)
            if self.replaying:
                found = {item.id: item for item in found.values() if item.rule not in SWEPT}
            self.before |= found
            for item in found.values():
                if item.id not in self._new or _was_decided(item):  # else it has opened again since
                    self._put(item)

    def open(self, finding: Finding, path: str, moment: Moment) -> None:
        """Opens an item in this region; one that is open, or was decided once for all, stays as it is."""
        known = self.items.get(finding.id)
        if known is not None and (known.closed is None or _was_decided(known)):
            return
        if known is None:
            self._new.add(finding.id)
        self._put(
            OpenItem(
                id=finding.id,
                kind=finding.kind.value,
                rule=finding.rule,
                severity=int(finding.severity),
                case_id=finding.case,
                other_case=finding.other,
                path=path,
                subject=finding.subject,
                field_group=finding.group,
                opened=moment.index,
                opened_at=moment.at,
            )
        )

    def close(self, item_id: str, moment: Moment, by: str | None) -> None:
        """Closes an item; `by` is the officer's statement that decided it, None when it closed by itself."""
        self.know([item_id])
        item = self.items.get(item_id)
        if item is not None and (item.closed is None or by is not None):
            self.items[item_id] = replace(item, closed=moment.index, closed_by=by, proposal=None, asked=None)

    def move(self, case_id: str, path: str) -> None:
        """The case lies in another region now, and so do its open items; those of two cases lie between them."""
        for item in self.standing(case_id):
            if item.other_case is None:
                self.lies_in(item.id, path)

    def weigh(self, item_id: str, severity: int) -> None:
        """How severe an item has become, if it is open."""
        item = self.items.get(item_id)
        if item is not None and item.closed is None:
            self.items[item_id] = replace(item, severity=severity)

    def lies_in(self, item_id: str, path: str) -> None:
        """Where an item lies, if it is open."""
        item = self.items.get(item_id)
        if item is not None and item.closed is None and item.path != path:
            self.items[item_id] = replace(item, path=path)

    def spoken(self, statement: Statement, moment: Moment) -> None:
        """What an officer's statement says about the item that it names."""
        if statement.item is None:
            return
        self.know([statement.item])
        item = self.items.get(statement.item)
        if item is None:
            return
        match statement.kind:
            case "proposal":  # what was decided is open again while somebody proposes to decide it anew
                self.items[item.id] = replace(item, proposal=statement.id, closed=None, closed_by=None)
            case "request":
                self.items[item.id] = replace(item, asked=statement.id, proposal=None)
            case _ if statement.outcome == REOPENED:
                self.items[item.id] = replace(item, closed=None, closed_by=None, proposal=None, asked=None)
            case _ if item.kind != ItemKind.CONFLICT:  # a conflict closes when its field has one value
                self.close(item.id, moment, statement.id)
            case _ if item.closed is not None:
                self.items[item.id] = replace(item, closed_by=statement.id)

    def answered(self, request: str) -> None:
        """The field has answered a request: whatever is still open about it is the office's again."""
        for item in list(self.items.values()):
            if item.asked == request:
                self.items[item.id] = replace(item, asked=None)

    def outdated(self, item_id: str) -> None:
        """The values that somebody proposed about have changed."""
        item = self.items.get(item_id)
        if item is not None and item.proposal is not None:
            self.items[item_id] = replace(item, proposal=None)

    def save(self) -> None:
        for item in open_items.find_many(self.authority, self._new - self._asked_for).values():
            self.before[item.id] = item
            if _was_decided(item):
                del self.items[item.id]
        open_items.save(self.authority, self.before, self.items.values())
        # What is decided is in nobody's hand any more; if it opens again, whoever comes first takes it.
        claims.drop(self.authority, [item.id for item in self.items.values() if self._closes(item)])

    def _closes(self, item: OpenItem) -> bool:
        was = self.before.get(item.id)
        return item.closed is not None and was is not None and was.closed is None


def _was_decided(item: OpenItem) -> bool:
    return ItemKind(item.kind) in _DECIDED_ONCE and item.closed_by is not None
