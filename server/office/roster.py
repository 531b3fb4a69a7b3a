"""Import last year's roster: upload, look at what is wrong with it, confirm with the password."""

from pathlib import PurePath

from flask import Blueprint, current_app, render_template, request
from flask.typing import ResponseReturnValue

from schemas.roster.reader import RosterPreview, read_roster
from server import errors, keys, policy
from server.operations.import_roster import import_roster
from server.operations.step_up import step_up
from server.pending_rosters import PendingRosters
from server.policy import Officer
from server.principals import keyring, officer
from server.queries.village_names import village_names
from server.settings import Settings

bp = Blueprint("roster", __name__, url_prefix="/office/import")

SHOWN_PROBLEMS = 500  # rows of the table; the counts above it are of all
SUFFIXES = (".xlsx", ".csv")


@bp.get("")
@policy.requires("import_roster")
def upload() -> ResponseReturnValue:
    return render_template("import.html", problem=None)


@bp.post("")
@policy.requires("import_roster")
def preview() -> ResponseReturnValue:
    who = officer()
    file = request.files.get("roster")
    suffix = PurePath(file.filename or "").suffix.lower() if file else ""
    if file is None or not file.filename:
        return render_template("import.html", problem="no_file"), 422
    if suffix not in SUFFIXES:
        return render_template("import.html", problem="wrong_kind"), 422
    data = file.read()
    found = _read(who, suffix, data)
    pending = "" if found.refused or not found.households else _pending().keep(who.session, suffix, data)
    return _page(found, pending)


@bp.post("/<pending>")
@policy.requires("import_roster")
def confirm(pending: str) -> ResponseReturnValue:
    who = officer()
    kept = _pending().open(who.session, pending)
    if kept is None:
        return render_template("import.html", problem="over"), 410
    suffix, data = kept
    found = _read(who, suffix, data)
    try:
        key = step_up(who.authority, who.person, who.session, request.form.get("password", ""))
    except (errors.WrongPassword, errors.TooManyTries) as error:
        problem = errors.problem_of(error)
        return _page(found, pending, problem=problem.name), problem.status
    statement, verdict = import_roster(who.authority, who.person, who.role.value, key, found)
    _pending().forget(pending)
    return render_template("import_done.html", preview=found, statement=statement, verdict=verdict)


def _read(who: Officer, suffix: str, data: bytes) -> RosterPreview:
    return read_roster(data, suffix, villages=village_names(who.authority, who.scope), new_id=keys.new_id)


def _page(found: RosterPreview, pending: str, *, problem: str | None = None) -> str:
    return render_template(
        "import_preview.html",
        preview=found,
        pending=pending,
        problem=problem,
        errors=[p for p in found.problems if p.severity == "error"],
        warnings=[p for p in found.problems if p.severity == "warning"],
        shown=SHOWN_PROBLEMS,
    )


def _pending() -> PendingRosters:
    settings: Settings = current_app.extensions["ruhu_settings"]
    return PendingRosters(settings.data_dir / "pending-rosters", keyring())
