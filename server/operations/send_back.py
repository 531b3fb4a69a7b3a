"""Send an item back to the field: somebody is asked to visit, ask, sign or photograph again, by a day.

The request is a statement about the household's case and becomes a task on the tablets that it concerns. It decides
nothing: the item waits for the answer and is the office's again when that comes. A second request takes the first
one's place.
"""

import datetime as dt
from dataclasses import replace

from server import clock, errors
from server.db import transactional
from server.deciding.items_in_hand import InHand, closed_by_officer, need_basis, take_up
from server.operations.acting import Acting, Grounds
from server.operations.state_decision import Decided, state_decision
from server.policy import Role
from server.queries.field_catalogue import field_catalogue
from server.queries.open_statements import open_statements
from server.queries.read_envelopes import Authentic
from server.queries.visit_signers import all_signers
from server.queries.who_may_decide import RELATIVE, who_may_decide
from server.store import cases, persons, regions
from server.store.open_items import OpenItem
from sync.open_item import ItemKind
from sync.statement import ASKS, Ask, Statement

SENT_BACK = "sent_back"
LONGEST = dt.timedelta(days=366)
NOT_ASKED_ABOUT = "interviews."  # a path on a tablet would say that there was an interview


@transactional
def send_back(acting: Acting, item_id: str, ask: Ask, grounds: Grounds, *, case: str | None = None) -> Decided:
    """`case` says which of a duplicate's two households is asked about; without it the first one is.

    Raises NotFound, Forbidden, ItemClosed, RelativeMayNotDecide, NoHouseholdToAsk (a tablet's gap is nobody's home),
    RecheckByTheSame (the person asked signed an earlier visit), InvalidRequest (kind, day, person or field).
    """
    held = take_up(acting, item_id)
    item = held.item
    if item.closed is not None:
        raise closed_by_officer(acting.authority, item) or errors.ItemClosed()
    case_id = _household(item, case)
    if who_may_decide(acting.authority, item, acting.person, acting.keyring).refusal == RELATIVE:
        raise errors.RelativeMayNotDecide()
    if ask.kind == "re_ask" and ask.path is None and item.kind == ItemKind.CONFLICT:
        ask = replace(ask, path=item.subject)
    _check(acting, held, case_id, ask)
    need_basis(acting, held, grounds)
    standing = _standing(acting, item)
    if standing is not None and _says_the_same(standing, acting, case_id, ask, grounds):
        return Decided(standing, False)  # a form that was posted twice
    statement = state_decision(
        acting,
        "request",
        "send_back",
        item.id,
        grounds,
        case=case_id,
        item=item.id,
        outcome=SENT_BACK,
        ask=ask,
    )
    return Decided(statement, False)


def _household(item: OpenItem, case: str | None) -> str:
    if item.case_id is None:
        raise errors.NoHouseholdToAsk()
    if case is not None and case not in (item.case_id, item.other_case):
        raise errors.NotFound()
    return case or item.case_id


def _check(acting: Acting, held: InHand, case_id: str, ask: Ask) -> None:
    wrong = {}
    if ask.kind not in ASKS:
        wrong["kind"] = [f"one of {', '.join(sorted(ASKS))}"]
    if not _is_a_day_to_come(ask.due):
        wrong["due"] = ["a day from today on, at most a year away"]
    if ask.path is not None and not _is_a_field(acting, held, case_id, ask.path):
        wrong["path"] = ["not a field of this household"]
    if ask.person is not None and not _works_there(acting, case_id, ask.person):
        wrong["person"] = ["not an investigator of this area"]
    if wrong:
        raise errors.InvalidRequest(errors=wrong)
    if ask.kind == "recheck" and ask.person in all_signers(acting.authority, case_id, acting.keyring):
        raise errors.RecheckByTheSame()


def _is_a_day_to_come(due: str) -> bool:
    today = dt.date.fromisoformat(clock.county_day())
    try:
        day = dt.date.fromisoformat(due)
    except ValueError:
        return False
    return due == day.isoformat() and today <= day <= today + LONGEST


def _is_a_field(acting: Acting, held: InHand, case_id: str, path: str) -> bool:
    if path.startswith(NOT_ASKED_ABOUT):
        return False
    catalogue = field_catalogue(acting.authority)
    return path in held.cases[case_id].registers or catalogue.describe(path).template in catalogue.fields


def _works_there(acting: Acting, case_id: str, person_id: str) -> bool:
    person = persons.find(acting.authority, person_id)
    row = cases.find(acting.authority, case_id, acting.scope)
    if person is None or row is None or not person.active or person.role != Role.INVESTIGATOR:
        return False
    return regions.covers([person.scope], row.path)


def _standing(acting: Acting, item: OpenItem) -> Statement | None:
    """The request that waits for its answer."""
    if item.asked is None:
        return None
    read = open_statements(acting.authority, [item.asked], acting.keyring).get(item.asked)
    return read.statement if isinstance(read, Authentic) else None


def _says_the_same(standing: Statement, acting: Acting, case_id: str, ask: Ask, grounds: Grounds) -> bool:
    said = (standing.author, standing.case, standing.ask, standing.reason_code, standing.reason)
    return said == (acting.person, case_id, ask, grounds.code, grounds.words)
