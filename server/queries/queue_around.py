"""Where in the queue somebody stands: a few items before the one that is open, and a few after it."""

from dataclasses import dataclass

from schemas.forms.fields import FieldCatalogue
from server.policy import Officer
from server.queries.field_catalogue import field_catalogue
from server.queries.open_queue import QueueSearch, place_of, wanted_by
from server.store import case_list, open_queue
from server.store.open_items import OpenItem
from sync.data_check import form_field_of
from sync.open_item import ItemKind

BEFORE, AFTER = 2, 8


@dataclass(frozen=True, slots=True)
class NearItem:
    """An item of the queue in one line. `label` is what its field is called, in both languages; None without one."""

    item: OpenItem
    householder: str
    label: object | None


@dataclass(frozen=True, slots=True)
class Around:
    """In the queue's order."""

    before: tuple[NearItem, ...]
    after: tuple[NearItem, ...]

    @property
    def previous(self) -> NearItem | None:
        return self.before[-1] if self.before else None

    @property
    def next(self) -> NearItem | None:
        return self.after[0] if self.after else None


def queue_around(
    viewer: Officer, search: QueueSearch, item: OpenItem, catalogue: FieldCatalogue | None = None
) -> Around:
    """The neighbours of an item in the queue that the viewer is working off."""
    wanted, place = wanted_by(viewer, search), place_of(item)
    before = open_queue.page_before(wanted, place, BEFORE)[::-1]
    after = open_queue.page(wanted, place, AFTER)
    cases = case_list.find_many(viewer.authority, {i.case_id for i in (*before, *after) if i.case_id}, viewer.scope)
    described = catalogue or field_catalogue(viewer.authority)

    def line(near: OpenItem) -> NearItem:
        path = form_field_of(near.subject) if near.kind != ItemKind.QUARANTINE else None
        label = described.describe(path).label if path is not None else None
        return NearItem(near, cases[near.case_id].householder if near.case_id in cases else "", label)

    return Around(tuple(map(line, before)), tuple(map(line, after)))
