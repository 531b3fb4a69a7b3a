"""The list of cases and the case page: what each file says, and who answers for it."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from server import errors, policy
from server.keys import WrongKey
from server.office.drawn_inks import drawn_inks
from server.office.pages import language
from server.office.sealed_search import open_search, seal_search
from server.operations.open_interview import OpenedInterview, open_interview
from server.operations.reveal_value import reveal_value
from server.policy import reads_interviews
from server.principals import keyring, officer
from server.queries.case_fields import Revealed
from server.queries.case_list import STATES, CaseSearch, case_page_of
from server.queries.case_page import CaseView, case_view
from server.queries.joined_cases import joined_cases
from server.queries.shown_photo_flags import shown_photo_flags
from sync.dot import Dot
from sync.errors import SyncError

bp = Blueprint("cases", __name__, url_prefix="/office/cases")


@bp.get("")
@policy.requires("list_cases")
def index() -> ResponseReturnValue:
    who = officer()
    sealed = request.args.get("search", "")
    try:
        name = open_search(keyring(), who, sealed)
    except WrongKey:
        # Somebody else's address, or one from before: an empty search, not a fault.
        return redirect(url_for("cases.index"), 303)
    state = next((s for s in STATES if s == request.args.get("state")), None)
    search = CaseSearch(name, request.args.get("place") or None, state, request.args.get("after") or None)
    page = case_page_of(who.authority, who.scope, search)
    return render_template("cases.html", page=page, search=search, sealed=sealed, states=("all", *STATES))


@bp.post("/search")
@policy.requires("list_cases")
def search() -> ResponseReturnValue:
    """A name that somebody searches for is sealed before it becomes part of an address."""
    name = request.form.get("name", "").strip()[:40]
    sealed = seal_search(keyring(), officer(), name) if name else None
    return redirect(url_for("cases.index", search=sealed), 303)


@bp.get("/<case_id>")
@policy.requires("read_case")
def case(case_id: str) -> ResponseReturnValue:
    return _show(case_id)


@bp.post("/<case_id>/reveal")
@policy.requires("reveal_sensitive")
def reveal(case_id: str) -> ResponseReturnValue:
    who = officer()
    try:
        dot = Dot.parse(request.form.get("dot", ""))
    except SyncError:
        raise errors.NotFound() from None
    path = request.form.get("path", "")
    try:
        revealed = reveal_value(
            who.authority, who.person, who.scope, case_id, path, dot, request.form.get("reason", ""), keyring()
        )
    except errors.InvalidRequest:
        return _show(case_id, reason_missing=f"{path} {dot}"), 422
    return _show(case_id, revealed=revealed)


@bp.post("/<case_id>/interviews/<statement>")
@policy.requires("open_interview")
def interview(case_id: str, statement: str) -> ResponseReturnValue:
    who = officer()
    try:
        opened = open_interview(
            who.authority,
            who.person,
            who.scope,
            case_id,
            statement,
            request.form.get("reason", ""),
            keyring(),
            language(),
        )
    except errors.InvalidRequest:
        return _show(case_id, reason_missing=statement), 422
    return _show(case_id, opened=opened)


@bp.get("/<case_id>/reveal")
@bp.get("/<case_id>/interviews/<statement>")
@policy.requires("read_case")
def back_to_case(case_id: str, statement: str | None = None) -> ResponseReturnValue:
    """What was shown once is not shown again by coming back to its address."""
    return redirect(url_for("cases.case", case_id=case_id), 303)


def _show(
    case_id: str,
    *,
    revealed: Revealed | None = None,
    opened: OpenedInterview | None = None,
    reason_missing: str | None = None,
) -> str:
    who = officer()
    view = case_view(
        who.authority,
        who.scope,
        case_id,
        keyring(),
        language=language(),
        reads_interviews=reads_interviews(who),
        revealed=revealed,
    )
    return render_template(
        "case.html",
        view=view,
        joined=joined_cases(who.authority, who.scope, view.row, keyring()),
        opened=opened,
        reason_missing=reason_missing,
        inks=_inks(view, opened),
        flags_of_photos=shown_photo_flags(who.authority, who.scope, list(view.by_id)),
        may_reveal=policy.allow(who, "reveal_sensitive"),
        may_open=policy.allow(who, "open_interview"),
    )


def _inks(view: CaseView, opened: OpenedInterview | None) -> dict[str, str]:
    """{digest: SVG} of the handwritings that are held and can be read; drawn by us from numbers alone."""
    held = {e.digest for s in view.statements for e in s.evidence if e.held and e.kind == "ink"}
    wanted = [s.ink for shown in reversed(view.statements) for s in shown.signers if s.ink in held]
    if opened is not None and opened.ink:
        wanted.insert(0, opened.ink)
    return drawn_inks(digest for digest in wanted if digest)
