"""From what an officer chose on the page to the operation that does it."""

from collections.abc import Callable
from functools import partial

from schemas.forms.entered import DoesNotFit, read_entered
from server.deciding.settling import BothRight, Enter, FieldDecision, Take
from server.keys import Keyring
from server.office.typed_decision import BOTH, OTHER, TAKE, Typed, dot_of
from server.operations.acting import Acting, Grounds
from server.operations.confirm_proposal import confirm_proposal
from server.operations.decide_field import decide_field
from server.operations.join_cases import join_cases, keep_apart
from server.operations.reject_statement import reject_statement
from server.operations.release_statement import release_statement
from server.operations.reopen_item import reopen_item
from server.operations.send_back import send_back
from server.operations.separate_cases import separate_cases
from server.operations.settle_item import UPHELD, settle_item
from server.operations.state_decision import Decided
from server.policy import Officer
from server.queries.decided_field import DecidedField, decided_field
from server.store.open_items import EQUIVOCATION, OpenItem
from sync.open_item import ItemKind, field_of

Act = Callable[[Acting, Grounds], Decided]
Choice = Take | Enter | BothRight
Misfit = Callable[[str], str]


def act_of(
    viewer: Officer, item: OpenItem, typed: Typed, keyring: Keyring, misfit: Misfit
) -> tuple[Act | None, Typed]:
    """(what to do, what was typed with the faults found); nothing to do when the choice does not fit the item.

    `misfit` says in the reader's words why a value is none of the field's. Raises NotFound.
    """
    match item.kind, typed.choice:
        case ItemKind.CONFLICT, choice if choice in (OTHER, BOTH) or choice.startswith(TAKE):
            return _field_act(viewer, item, typed, keyring, misfit)
        case ItemKind.DISCREPANCY, "upheld":
            return _corrected(viewer, item, typed, keyring, misfit)
        case _, ("explained" | "waived") as outcome if settles(item):
            return (lambda acting, grounds: settle_item(acting, item.id, outcome, grounds)), typed
        case ItemKind.DUPLICATE, "join":
            sides, shown = typed.sides, typed.shown_of
            return (lambda acting, grounds: join_cases(acting, item.id, typed.lives, sides, shown, grounds)), typed
        case ItemKind.DUPLICATE, "apart":
            return (lambda acting, grounds: keep_apart(acting, item.id, grounds)), typed
        case ItemKind.DUPLICATE, "separate":
            return (lambda acting, grounds: separate_cases(acting, typed.case, grounds)), typed
        case ItemKind.QUARANTINE, "release":
            return (lambda acting, grounds: release_statement(acting, item.id, grounds)), typed
        case ItemKind.QUARANTINE, "reject":
            return (lambda acting, grounds: reject_statement(acting, item.id, grounds)), typed
    return _common_act(item, typed), typed


def settles(item: OpenItem) -> bool:
    """Whether such an item is explained or waived."""
    return item.kind in (ItemKind.DISCREPANCY, ItemKind.GAP) or item.rule == EQUIVOCATION


def _common_act(item: OpenItem, typed: Typed) -> Act | None:
    """What is done alike whatever the item is about."""
    match typed.choice:
        case "confirm":
            return lambda acting, grounds: confirm_proposal(acting, item.id, typed.proposal, grounds)
        case "reopen":
            return lambda acting, grounds: reopen_item(acting, item.id, grounds)
        case "back" if (ask := typed.asked) is not None:
            return lambda acting, grounds: send_back(acting, item.id, ask, grounds, case=typed.case or None)
    return None


def _field_act(
    viewer: Officer, item: OpenItem, typed: Typed, keyring: Keyring, misfit: Misfit
) -> tuple[Act | None, Typed]:
    field = decided_field(viewer, item.id, field_of(item.subject) or "", keyring)
    choice, typed = _choice(field, typed.choice, typed, misfit)
    if choice is None:
        return None, typed
    decision = partial(FieldDecision, item.id, field.case, field.path, typed.shown, choice)
    return (lambda acting, grounds: decide_field(acting, decision(grounds))), typed


def _corrected(
    viewer: Officer, item: OpenItem, typed: Typed, keyring: Keyring, misfit: Misfit
) -> tuple[Act | None, Typed]:
    """A doubt is right, and a field is corrected with it."""
    field = decided_field(viewer, item.id, typed.path, keyring)
    choice, typed = _choice(field, typed.fix, typed, misfit)
    if choice is None:
        return None, typed
    decision = partial(FieldDecision, item.id, field.case, field.path, typed.shown, choice)
    return (lambda acting, grounds: settle_item(acting, item.id, UPHELD, grounds, decision(grounds))), typed


def _choice(field: DecidedField, said: str, typed: Typed, misfit: Misfit) -> tuple[Choice | None, Typed]:
    if said.startswith(TAKE):
        return Take(dot_of(said.removeprefix(TAKE))), typed
    if said == BOTH:
        return BothRight(dot_of(typed.first)), typed
    if said != OTHER:
        return None, typed
    try:
        return Enter(read_entered(field.about, " ".join(typed.other), members=field.members)), typed
    except DoesNotFit as fault:
        return None, typed.with_fault("other", misfit(fault.code))
