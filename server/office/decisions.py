"""The decision page: one open item with all that is known of it, and the forms in which an officer decides.

Each post signs one statement with the key that the password opens for this one act. Whatever is wrong with a form
comes back with all that was typed, what is wrong beside it, and nothing written.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from server import clock, errors, policy
from server.office.decision_acts import act_of
from server.office.decision_words import ASKS, FITTING_ASKS, PHRASES, RULES, SIDES, fitting, misfit
from server.office.drawn_inks import drawn_inks
from server.office.pages import day, language
from server.office.queue_address import address_of, search_of
from server.office.typed_decision import TAKE, Typed, faulty_grounds, read_typed
from server.operations.acting import Acting, Grounds
from server.operations.reveal_value import reveal_value
from server.operations.step_up import step_up
from server.policy import Officer
from server.principals import keyring, officer
from server.queries.item_page import ItemView, Look, item_view, visible_item
from server.queries.open_queue import QueueSearch, following
from server.queries.queue_around import queue_around
from server.queries.shown_photo_flags import shown_photo_flags
from sync.open_item import ItemKind

bp = Blueprint("decisions", __name__, url_prefix="/office/reconcile")

ACTS = (
    "reveal",
    "decide",
    "confirm",
    "settle",
    "reopen",
    "send-back",
    "join",
    "keep-apart",
    "separate",
    "release",
    "reject",
)
DUE_DAYS = 7  # what is asked of the field is due in a week, unless the officer says otherwise
AHEAD = "X-Ruhu-Ahead"  # a script that warms up the next page must not use up the line about the last decision


@bp.get("/<item_id>")
@policy.requires("see_reconciliation")
def item(item_id: str) -> ResponseReturnValue:
    return _show(item_id)


@bp.post("/<item_id>/reveal")
@policy.requires("reveal_sensitive")
def reveal(item_id: str) -> ResponseReturnValue:
    """Numbers that are compared are shown together, each with its own line in the audit."""
    who = officer()
    seen = visible_item(who, item_id)
    typed = read_typed(request.form)
    reason = request.form.get("reason", "")
    if seen.case_id is None or not typed.path or not typed.shown:
        raise errors.NotFound()
    try:
        for dot in sorted(typed.shown):
            reveal_value(who.authority, who.person, who.scope, seen.case_id, typed.path, dot, reason, keyring())
    except errors.InvalidRequest:
        return _show(item_id, typed=typed.with_fault("reveal", _("Say why in at least four characters."))), 422
    return _show(item_id, typed=typed, opened=True)


@bp.post("/<item_id>/decide")
@policy.requires("decide")
def decide(item_id: str) -> ResponseReturnValue:
    return _decide(item_id)


@bp.post("/<item_id>/confirm")
@policy.requires("decide")
def confirm(item_id: str) -> ResponseReturnValue:
    return _decide(item_id, "confirm")


@bp.post("/<item_id>/settle")
@policy.requires("decide")
def settle(item_id: str) -> ResponseReturnValue:
    return _decide(item_id)


@bp.post("/<item_id>/reopen")
@policy.requires("decide")
def reopen(item_id: str) -> ResponseReturnValue:
    return _decide(item_id, "reopen")


@bp.post("/<item_id>/send-back")
@policy.requires("decide")
def send_back(item_id: str) -> ResponseReturnValue:
    return _decide(item_id, "back")


@bp.post("/<item_id>/join")
@policy.requires("decide")
def join(item_id: str) -> ResponseReturnValue:
    return _decide(item_id)


@bp.post("/<item_id>/keep-apart")
@policy.requires("decide")
def keep_apart(item_id: str) -> ResponseReturnValue:
    return _decide(item_id, "apart")


@bp.post("/<item_id>/separate")
@policy.requires("decide")
def separate(item_id: str) -> ResponseReturnValue:
    return _decide(item_id, "separate")


@bp.post("/<item_id>/release")
@policy.requires("decide_quarantine")
def release(item_id: str) -> ResponseReturnValue:
    return _decide(item_id)


@bp.post("/<item_id>/reject")
@policy.requires("decide_quarantine")
def reject(item_id: str) -> ResponseReturnValue:
    return _decide(item_id, "reject")


@bp.get("/<item_id>/<act>")
@policy.requires("see_reconciliation")
def back_to_item(item_id: str, act: str) -> ResponseReturnValue:
    """Coming back to the address of a post shows the item; nothing is done again."""
    if act not in ACTS:
        raise errors.NotFound()
    return redirect(_address(item_id), 303)


def _decide(item_id: str, choice: str | None = None) -> ResponseReturnValue:
    who = officer()
    known = visible_item(who, item_id)
    typed = read_typed(request.form)
    if choice is not None:
        typed = replace(typed, choice=choice)
    password = request.form.get("password", "")
    typed = faulty_grounds(typed, password, _missing())
    act, typed = act_of(who, known, typed, keyring(), lambda code: misfit(code, language()))
    if act is None and not typed.faults:
        typed = typed.with_fault("choice", _("Choose what is right, or what is to be done."))
    if act is None or typed.faults:
        return _show(item_id, typed=typed), 422
    try:
        key = step_up(who.authority, who.person, who.session, password)
        acting = Acting(who.authority, who.person, who.role, who.scope, key, keyring())
        decided = act(acting, Grounds.given(typed.code, typed.words, typed.basis))
    except errors.NotFound:
        raise
    except errors.WrongPassword:
        return _show(
            item_id, typed=typed.with_fault("password", _("The password is wrong; nothing was signed."))
        ), 403
    except errors.RuhuError as error:
        problem = errors.problem_of(error)
        return _show(item_id, typed=typed, problem=error), problem.status
    session["decided"] = {
        "item": item_id,
        "outcome": decided.statement.outcome or decided.statement.kind,
        "awaits": decided.awaits_second,
        "told": False,
    }
    after = following(who, _search(), known)
    # An address of its own: a browser that has fetched the next item ahead would show it without the line about this.
    return redirect(_address(after.id if after else item_id, told=1), 303)


def _show(
    item_id: str,
    *,
    typed: Typed | None = None,
    problem: errors.RuhuError | None = None,
    opened: bool = False,
) -> str:
    who = officer()
    before = typed.shown if typed is not None and typed.shown else None
    look = Look(
        before=before,
        opened=opened,
        field=(typed.path if typed is not None else "") or request.args.get("field"),
        lives=(typed.lives if typed is not None else "") or request.args.get("lives"),
    )
    view = item_view(who, item_id, keyring(), language(), look)
    return render_template("decide.html", **decision_context(view, typed, problem, who=who))


def decision_context(
    view: ItemView, typed: Typed | None, problem: errors.RuhuError | None, *, who: Officer
) -> dict[str, Any]:
    """What the page is drawn with beside what all pages share."""
    search = _search()
    around = queue_around(who, search, view.item, view.home.fields.catalogue if view.home else None)
    anew = view.closed and (request.args.get("anew") == "1" or typed is not None)
    return page_context(
        view,
        typed or _blank(view),
        problem=_problem(problem),
        told=_told(),
        last=session.get("decided", {}).get("item"),
        around=around,
        address=_address,
        query=_filter(),
        anew=anew,
        inks=drawn_inks(_wanted_inks(view)),
        flags_of_photos=shown_photo_flags(
            who.authority, who.scope, [source.statement for _, source in view.pictures]
        ),
        may_decide=policy.allow(who, "decide_quarantine" if view.item.kind == ItemKind.QUARANTINE else "decide"),
        may_reveal=policy.allow(who, "reveal_sensitive"),
        person=who.person,
    )


def page_context(view: ItemView, typed: Typed, **more: Any) -> dict[str, Any]:
    first, others = fitting(view.item.kind, view.class_, anew=more["anew"])
    return {
        "view": view,
        "typed": typed,
        "codes": first,
        "more_codes": others,
        "phrases": {code: [p[language()] for p in phrases] for code, phrases in PHRASES.items()},
        "rules": RULES,
        "sides": SIDES,
        "asks": ASKS,
        "fitting_asks": FITTING_ASKS.get(view.item.kind, ()),
        "take": TAKE,
        **more,
    }


def _blank(view: ItemView) -> Typed:
    """A form that nobody has typed into yet; confirming starts with the proposer's own grounds."""
    proposed = view.proposal
    return Typed(
        code=(proposed.reason_code or "") if proposed else "",
        words=(proposed.reason or "") if proposed else "",
        due=day(clock.stamp_in(DUE_DAYS * 86400)),
    )


def _missing() -> Mapping[str, str]:
    return {
        "choice": _("Choose what is right, or what is to be done."),
        "code": _("Choose a reason."),
        "words": _("Say why in at least four characters."),
        "password": _("Enter your password: it signs the decision."),
        "ask": _("Choose what is asked of the field."),
        "due": _("Say by which day."),
    }


def _problem(error: errors.RuhuError | None) -> Mapping[str, object] | None:
    if error is None:
        return None
    problem = errors.problem_of(error)
    return errors.document(problem, language().replace("_", "-"), errors.facts_of(error))


def _told() -> Mapping[str, object] | None:
    """The line about the decision that was just made; said once."""
    decided = session.get("decided")
    ahead = AHEAD in request.headers or "prefetch" in request.headers.get("Sec-Purpose", "")
    if not decided or decided.get("told") or ahead:
        return None
    session["decided"] = {**decided, "told": True}
    found: Mapping[str, object] = decided
    return found


def _search() -> QueueSearch:
    return search_of(request.args)


def _address(item_id: str, **more: Any) -> str:
    """A decision page within the officer's queue."""
    return url_for("decisions.item", item_id=item_id, **more, **_filter())


def _filter() -> dict[str, Any]:
    return dict(address_of(_search()))


def _wanted_inks(view: ItemView) -> list[str]:
    """The handwritings beside the values in question."""
    field = view.field
    shown = [s.shown for card in field.cards for s in card.sources if s.shown] if field else []
    held = {e.digest for s in shown for e in s.evidence if e.held and e.kind == "ink"}
    return [signer.ink for s in shown for signer in s.signers if signer.ink in held and signer.ink]
