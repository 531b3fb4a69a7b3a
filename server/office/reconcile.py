"""The queue: everything in which the field disagrees with itself, in the order in which it is worked off.

Taking a row in hand, handing it over and keeping a filter are plain forms. What changes while somebody looks (counts,
who took what, how much is new) is asked for every few seconds, and costs no page when nothing changed.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import Blueprint, Response, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from schemas.forms.binding import Words
from server import errors, policy
from server.office.pages import language, this_authority
from server.office.queue_address import address_of, search_of
from server.operations.claim_items import Claimed, claim_items, hand_over_items, let_go_items
from server.operations.save_filter import remove_filter, save_filter
from server.operations.sweep_gaps import sweep_when_due
from server.principals import officer
from server.queries.field_groups import field_groups
from server.queries.open_queue import (
    AGES,
    ME,
    MOST,
    NOBODY,
    PAGE,
    STATES,
    LiveQueue,
    QueuePage,
    QueueSearch,
    live_queue,
    queue_page,
    waiting,
)

bp = Blueprint("reconcile", __name__, url_prefix="/office/reconcile")

_ITEM = re.compile(r"[0-9a-f]{32}")


@bp.get("")
@policy.requires("see_reconciliation")
def index() -> ResponseReturnValue:
    sweep_when_due(officer().authority)  # housekeeping, when somebody comes by
    search = search_of(request.args)
    if request.args.to_dict() != address_of(search):  # a form's address names what it does not ask for, too
        return redirect(queue_url(search), 303)
    return _show(search)


@bp.get("/live")
@policy.requires("see_reconciliation")
def live() -> ResponseReturnValue:
    """What has changed on a page that lies open; 304 while nothing has."""
    g.unattended = True
    who, search = officer(), search_of(request.args)
    since = int(request.args["since"]) if re.fullmatch(r"[0-9]{1,18}", request.args.get("since", "")) else 0
    rows = [row for row in request.args.get("rows", "").split(".") if _ITEM.fullmatch(row)][:PAGE]
    found = live_queue(who, search, since, rows)
    nav = waiting(who) if search.place else sum(found.counts.values())
    tag = _tag(found, nav)
    if request.if_none_match.contains(tag):
        return _unchanged(tag)
    context = {"live": found, "tag": tag, "waiting": nav, "swap": True, "queue": search, **_shared(search)}
    return render_template("_queue_live.html", since=since, rows=rows, **context), {"ETag": f'"{tag}"'}


@bp.get("/count")
@policy.requires("see_reconciliation")
def count() -> ResponseReturnValue:
    """How much waits, for the left list of whatever page lies open."""
    g.unattended = True
    number = waiting(officer())
    tag = str(number)
    if request.if_none_match.contains(tag):
        return _unchanged(tag)
    return render_template("_queue_count.html", number=number), {"ETag": f'"{tag}"'}


@bp.get("/preload.json")
@policy.requires("see_static")
def preload_rules() -> ResponseReturnValue:
    """Tells browsers to fetch what a page marks as likely to be opened next (see `pages.offer_preloading`)."""
    rules = {"prefetch": [{"where": {"selector_matches": "[data-preload]"}, "eagerness": "immediate"}]}
    return json.dumps(rules), {"Content-Type": "application/speculationrules+json"}


@bp.post("/claims")
@policy.requires("claim_items")
def claims() -> ResponseReturnValue:
    """Takes what is ticked in hand, lets it go, or hands it over; whatever a colleague has is shown first."""
    who, search = officer(), _search_behind()
    items = [item for item in request.form.getlist("item") if _ITEM.fullmatch(item)][:PAGE]
    act, to = request.form.get("act", ""), request.form.get("to", "")
    if not items or (act == "hand_over" and not to):
        return _show(search, missing="items" if not items else "colleague"), 422
    match act:
        case "take":
            came = claim_items(who, items)
        case "take_over":
            came = claim_items(who, items, take_over=True)
        case "let_go":
            came = let_go_items(who, items)
        case "hand_over":
            came = hand_over_items(who, items, to)
        case _:
            raise errors.InvalidRequest(errors={"act": ["take, take_over, let_go, hand_over"]})
    if came.held or came.beyond:
        return _show(search, came=came, act=act), 409
    return redirect(queue_url(search), 303)


@bp.post("/filters")
@policy.requires("see_reconciliation")
def filters() -> ResponseReturnValue:
    """Keeps the present filter under a name, or removes one."""
    who, search = officer(), _search_behind()
    name = request.form.get("name", "")
    if request.form.get("act") == "remove":
        remove_filter(who.authority, who.person, name)
    else:
        try:
            save_filter(who.authority, who.person, name, urlencode(address_of(replace(search, after=None))))
        except errors.InvalidRequest:
            return _show(search, missing="name"), 422
    return redirect(queue_url(search), 303)


def queue_url(search: QueueSearch) -> str:
    return _with(url_for("reconcile.index"), search)


def _with(page: str, search: QueueSearch) -> str:
    query = urlencode(address_of(search))
    return f"{page}?{query}" if query else page


def _search_behind() -> QueueSearch:
    """The search of the page from which a form comes."""
    return search_of(dict(parse_qsl(request.form.get("queue", ""))))


def _show(search: QueueSearch, *, came: Claimed | None = None, act: str = "", missing: str | None = None) -> str:
    who = officer()
    authority = this_authority()
    page = queue_page(who, search, authority.size if authority else 0)
    groups, may_claim = field_groups(who.authority), policy.allow(who, "claim_items")
    number = waiting(who) if search.place else sum(page.counts.values())
    context = shown_with(
        page, search, groups, may_claim=may_claim, number=number, came=came, act=act, missing=missing
    )
    return render_template("reconcile.html", **context)


def shown_with(
    page: QueuePage,
    search: QueueSearch,
    groups: Mapping[str, Words],
    *,
    may_claim: bool,
    number: int = 0,
    came: Claimed | None = None,
    act: str = "",
    missing: str | None = None,
) -> dict[str, Any]:
    """What the page is drawn with. `number` is all that waits; `came` is what came of the `act` before it, `missing`
    what that one lacked."""
    seen = LiveQueue(page.counts, 0, page.lines)
    return {
        "page": page,
        "live": seen,
        "tag": _tag(seen, number),
        "swap": False,
        "since": page.size,
        "rows": [line.item.id for line in page.lines],
        "queue": search,
        "groups": groups,
        "may_claim": may_claim,
        "came": came,
        "act": act,
        "missing": missing,
        **_shared(search),
    }


def _shared(search: QueueSearch) -> dict[str, Any]:
    """What both the page and its live part are drawn with."""

    def address(**changes: Any) -> str:
        return queue_url(replace(search, **{"after": None, **changes}))

    plain = replace(search, after=None)
    return {
        "address": address,
        "query": urlencode(address_of(search)),
        "saved_query": urlencode(address_of(plain)),
        "filtered": address_of(plain),
        "live_address": _with(url_for("reconcile.live"), search),
        "ages": AGES,
        "queue_states": STATES,
        "most": MOST,
        "me_code": ME,
        "nobody_code": NOBODY,
        "item_address": lambda item: f"{url_for('reconcile.index')}/{item}",
    }


def _tag(live: LiveQueue, number: int) -> str:
    """A fingerprint of what the live part shows."""
    rows = [(line.item.id, line.state, line.due, line.closed, line.claim, line.holder) for line in live.lines]
    shown = (language(), sorted(live.counts.items()), live.fresh, number, rows)
    return sha256(repr(shown).encode()).hexdigest()[:24]


def _unchanged(tag: str) -> Response:
    return make_response("", 304, {"ETag": f'"{tag}"'})
