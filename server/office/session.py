"""Coming and going: the way in, the way out, the language, and one's own page."""

from flask import Blueprint, current_app, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from server import errors, policy
from server.language import LANGUAGES
from server.operations import log_in as entry
from server.policy import Nobody, Officer
from server.principals import keyring, officer, principal
from server.queries.authority import the_authority
from server.queries.staff import own_region

bp = Blueprint("session", __name__)


@bp.get("/")
@policy.requires("log_in")
def root() -> ResponseReturnValue:
    """Wherever this person's work is."""
    who = principal()
    if isinstance(who, Nobody):
        return redirect(url_for("session.login_form"), 303)
    work = {"see_reconciliation": "reconcile.index", "list_cases": "cases.index"}
    return redirect(url_for(next((page for act, page in work.items() if policy.allow(who, act)), "session.me")), 303)


@bp.get("/login")
@policy.requires("log_in")
def login_form() -> ResponseReturnValue:
    if isinstance(principal(), Officer):
        return redirect(_next_page(), 303)
    return render_template("login.html", next=request.args.get("next", ""), login="", problem=None)


@bp.post("/login")
@policy.requires("log_in")
def login() -> ResponseReturnValue:
    name, password = request.form.get("login", "").strip(), request.form.get("password", "")
    source = keyring().blind_index("address", request.remote_addr or "")
    try:
        person = entry.check_password(name, password, source, keyring().blind_index("login", name))
    except (errors.LoginFailed, errors.TooManyTries) as error:
        problem = errors.problem_of(error)
        page = render_template(
            "login.html",
            next=request.form.get("next", ""),
            login=name,
            problem=problem.name,
            minutes=-(-int(str(errors.facts_of(error).get("retry_after", 0))) // 60),
        )
        return page, problem.status
    authority = the_authority()
    if authority is None:
        raise errors.NotFound()
    token = entry.log_in(authority.id, person.id)
    # A new session for a new principal: what an earlier visitor's cookie held must not become theirs.
    chosen = session.get("language")
    session.clear()
    session["token"] = token
    session.permanent = True
    if chosen in LANGUAGES:
        session["language"] = chosen
    return redirect(_next_page(), 303)


@bp.post("/logout")
@policy.requires("log_out")
def logout() -> ResponseReturnValue:
    who = officer()
    entry.log_out(who.authority, who.person, who.session)
    chosen = session.get("language")
    session.clear()
    if chosen in LANGUAGES:
        session["language"] = chosen
    return redirect(url_for("session.login_form"), 303)


@bp.post("/language")
@policy.requires("choose_language")
def choose_language() -> ResponseReturnValue:
    wanted = request.form.get("language", "")
    if wanted not in LANGUAGES:
        raise errors.InvalidRequest(errors={"language": [", ".join(LANGUAGES)]})
    session["language"] = wanted
    return redirect(_next_page(), 303)


@bp.get("/office/me")
@policy.requires("see_own_page")
def me() -> ResponseReturnValue:
    who = officer()
    allowed = sorted(action for action, roles in policy.OFFICERS.items() if who.role in roles)
    return render_template("me.html", region=own_region(who.authority, who.scope[0]), allowed=allowed)


def _next_page() -> str:
    """Where to go next: a path of this application, whatever the address says."""
    wanted = request.values.get("next", "")
    known = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and "\\" not in wanted
    adapter = current_app.url_map.bind("")
    if known and adapter.test(wanted.partition("?")[0], "GET"):
        return wanted
    return url_for("session.root")
