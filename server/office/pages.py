"""What every page shares: the layout's context, words and figures in the reader's language, the problem page."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, g, make_response, redirect, render_template, request, session, url_for
from flask_babel import get_locale
from jinja2 import pass_context
from jinja2.runtime import Context
from werkzeug.wrappers import Response as AnyResponse

from schemas.forms.values import yuan
from server import clock, policy
from server.office import wording
from server.operations.touch_session import touch_session
from server.policy import Nobody, Officer
from server.principals import principal
from server.queries.authority import the_authority
from server.queries.open_queue import waiting
from server.queries.shown_photo_flags import ShownPhotoFlag
from server.store.authorities import Authority

PRELOADING = frozenset({"reconcile", "decisions"})  # blueprints whose pages lead from one item to the next
TOUCH_SECONDS = 60  # a session's last use is written down at most this often

# (action, endpoint, msgid, icon): what the left list shows to those who may
NAVIGATION: tuple[tuple[str, str, str, str], ...] = (
    ("see_reconciliation", "reconcile.index", "Reconcile", "disputed"),
    ("list_cases", "cases.index", "Cases", "home"),
    ("see_replicas", "tablets.index", "Tablets", "tablet"),
    ("issue_enrolment", "people.index", "People", "people"),
    ("import_roster", "roster.upload", "Import", "import"),
    ("import_data_check", "data_checks.upload", "Data checks", "import"),
    ("import_lifeboat", "lifeboat.choose", "Lifeboat", "lifebuoy"),
    ("read_audit", "audit.index", "Audit", "eye"),
    ("see_gallery", "gallery.index", "Gallery", "grid"),
)


def prepare(app: Flask) -> None:
    """Gives templates what all of them need."""
    app.jinja_env.filters.update(
        money=money,
        day=day,
        moment=moment,
        size=size,
        wording=worded,
        flag_text=shown_flag,
        photo_flag_text=shown_photo_flag,
        comma=comma,
    )
    app.jinja_env.tests["warning_flag"] = wording.flag_is_warning
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.context_processor(shared)
    app.after_request(keep_session)
    app.after_request(offer_preloading)


def language() -> str:
    """The language of this request: zh_Hans or en."""
    return str(get_locale())


def shared() -> dict[str, Any]:
    who = _known()
    return {
        "me": who if isinstance(who, Officer) else None,
        "may": lambda action: policy.allow(who, action),
        "authority_name": _authority_name(),
        "lang": language(),
        "html_lang": language().replace("_", "-"),
        "navigation": NAVIGATION,
        "waiting_now": lambda: waiting(who) if isinstance(who, Officer) else 0,
        "htmx": _htmx(),
        "W": wording,
        "here": request.path if request.method == "GET" else url_for("session.root"),
    }


def keep_session(response: Response) -> Response:
    """A session that is in use stays alive; written down once a minute, after the work itself.

    A page that asks by itself what has changed is not somebody at work: the desk may be empty.
    """
    who = g.get("principal")
    if isinstance(who, Officer) and session.get("token") and not g.get("unattended"):
        now = int(clock.now().timestamp())
        if now - int(session.get("touched", 0)) >= TOUCH_SECONDS:
            touch_session(who.session)
            session["touched"] = now
    return response


def offer_preloading(response: Response) -> Response:
    """The item that is likely to be opened next (`data-preload`) is fetched before anybody asks for it.

    A browser keeps what speculation rules fetch in memory, for this page only. `<link rel=prefetch>` would need these
    pages in its cache on the disk, where households have no place.
    """
    if request.blueprint in PRELOADING and response.mimetype == "text/html":
        response.headers["Speculation-Rules"] = f'"{url_for("reconcile.preload_rules")}"'
    return response


def _known() -> policy.Principal:
    """Who is asking, without asking the database again while a problem is being shown."""
    return g.get("principal") or (principal() if not request.path.startswith("/api/") else Nobody())


def this_authority() -> Authority | None:
    """The authority whose office this is, looked up once a request."""
    if "authority" not in g:
        g.authority = the_authority()
    found: Authority | None = g.authority
    return found


def _authority_name() -> str:
    authority = this_authority()
    if authority is None:
        return "Ruhu 入户"
    return authority.name_zh if language().startswith("zh") else authority.name_en


def _htmx() -> bool:
    """Whether the live parts' script was fetched; without it pages are as they were when they were opened."""
    return (Path(current_app.static_folder or "") / "vendor" / "htmx.min.js").is_file()


def problem_page(document: Mapping[str, object], status: int) -> Response | AnyResponse:
    """A problem document as a page: what happened, what is safe, what to do next."""
    unattended = "HX-Request" in request.headers  # a live part keeps what it shows; the next click finds the door
    if status == 401 and not unattended and str(document.get("type", "")).endswith(":not-logged-in"):
        wanted = request.full_path.rstrip("?") if request.method == "GET" else None
        return redirect(url_for("session.login_form", next=wanted if wanted != "/" else None), 303)
    return make_response(render_template("problem.html", problem=document, status=status), status)


# -- figures and words in templates ----------------------------------------------------------------------------------
#
# Those that take the context do so because Jinja computes a filter over constants once, at compile time,
# in whichever language somebody happened to read first.


def comma(number: int) -> str:
    return f"{number:,}"


def money(fen: int) -> str:
    """1,234.00 元"""
    whole, _, cents = yuan(abs(fen)).partition(".")
    unit = "元" if language().startswith("zh") else "yuan"
    return f"{'-' if fen < 0 else ''}{int(whole):,}.{cents} {unit}"


def _local(stamp: str) -> datetime:
    return datetime.fromisoformat(stamp).astimezone(clock.CHINA)


def day(stamp: str | None) -> str:
    """2026-11-23, in the county's time."""
    return _local(stamp).strftime("%Y-%m-%d") if stamp else "—"


def moment(stamp: str | None) -> str:
    """2026-11-23 14:05, in the county's time."""
    return _local(stamp).strftime("%Y-%m-%d %H:%M") if stamp else "—"


def size(count: int) -> str:
    """A number of bytes as people say it."""
    for unit, step in (("MB", 1_000_000), ("kB", 1_000)):
        if count >= step:
            return f"{count / step:.1f} {unit}" if count < 10 * step else f"{count / step:.0f} {unit}"
    return f"{count} B"


@pass_context
def worded(_: Context, code: str, table: str) -> str:
    """The word for a code in one of the tables of `wording`."""
    return wording.word(getattr(wording, table), code, language())


@pass_context
def shown_flag(_: Context, code: str) -> str:
    return wording.flag_text(code, language())


@pass_context
def shown_photo_flag(_: Context, flag: ShownPhotoFlag) -> str:
    return wording.photo_flag_text(flag.code, flag.number, flag.detail, language())
