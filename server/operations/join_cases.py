"""Join two cases of one household, field by field; or keep them apart, because they are two households.

The case that is joined says which one lives on, and that one takes over the values that were chosen and the entries
that it lacks. Both files stay, with everything that was ever stated in them. Who somebody is and what they get hangs
on it, so another officer has to confirm it.
"""

from collections.abc import Mapping

from server import errors
from server.db import transactional
from server.deciding.items_in_hand import InHand, closed_by_officer, need_basis, need_right, take_up
from server.operations.acting import Acting, Grounds
from server.operations.state_decision import RESOLUTION, Decided, propose, state_decision
from server.store.open_items import OpenItem
from sync.case import joined_into
from sync.dot import Dot
from sync.duplicate import RULES, VISITED_AFTER_JOIN
from sync.joining import Joining, shown_of
from sync.open_item import ItemKind

JOIN = "join"

Shown = Mapping[str, Mapping[str, frozenset[Dot]]]  # {case: {path: the dots that stood on screen}}


@transactional
def join_cases(
    acting: Acting, item_id: str, lives: str, choices: Mapping[str, str], shown: Shown, grounds: Grounds
) -> Decided:
    """`lives` is the case that lives on; `choices` are {path in it: case whose value is taken}.

    Raises NotFound (out of scope too), ItemClosed, ScreenOutdated (either case has changed since), Forbidden,
    AuthorMayNotResolve, RelativeMayNotDecide, InvalidRequest (a choice that cannot be followed).
    """
    held = take_up(acting, item_id)
    item = _open_duplicate(acting, held)
    if any(shown_of(case) != dict(shown.get(case_id, {})) for case_id, case in held.cases.items()):
        raise errors.ScreenOutdated()
    joining = _joining(held, item, lives)
    if unclear := joining.unclear(choices):
        raise errors.InvalidRequest(errors={path: ["not a value that can be taken"] for path in unclear})
    writes = joining.writes(choices)
    need_right(acting, item, [(write.case, write.path) for write in writes])
    need_basis(acting, held, grounds)
    if writes:
        return propose(acting, item, item_id, grounds, case=joining.joined, outcome="joined", writes=writes)
    # It was joined before, and what has been stated since is left where it is.
    statement = state_decision(
        acting, JOIN, "join_cases", item_id, grounds, case=joining.joined, item=item_id, outcome="joined"
    )
    return Decided(statement, False)


@transactional
def keep_apart(acting: Acting, item_id: str, grounds: Grounds) -> Decided:
    """They are two households, however alike. Raises as `join_cases` does."""
    held = take_up(acting, item_id)
    item = _open_duplicate(acting, held)
    if item.rule not in RULES or any(joined_into(case) is not None for case in held.cases.values()):
        raise errors.InvalidRequest(errors={"item": ["they are joined: separate them"]})
    need_right(acting, item)
    need_basis(acting, held, grounds)
    statement = state_decision(
        acting,
        RESOLUTION,
        "keep_apart",
        item_id,
        grounds,
        case=item.case_id,
        item=item_id,
        outcome="kept_apart",
    )
    return Decided(statement, False)


def _open_duplicate(acting: Acting, held: InHand) -> OpenItem:
    item = held.item
    if item.kind != ItemKind.DUPLICATE or item.case_id is None or item.other_case is None:
        raise errors.NotFound()
    if item.closed is not None:
        raise closed_by_officer(acting.authority, item) or errors.ScreenOutdated()
    return item


def _joining(held: InHand, item: OpenItem, lives: str) -> Joining:
    pair = {item.case_id, item.other_case}
    (joined,) = pair - {lives} if lives in pair else (None,)
    lives_already = item.rule == VISITED_AFTER_JOIN and lives != item.other_case
    if joined is None or lives_already or joined_into(held.cases[lives]) is not None:
        raise errors.InvalidRequest(errors={"lives": ["not a case that can live on"]})
    if joined_into(held.cases[joined]) not in (None, lives):
        raise errors.ScreenOutdated()
    return Joining(lives, held.cases[lives], joined, held.cases[joined])
