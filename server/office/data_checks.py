"""Import another bureau's answers: upload, look at whom they are about and what they contradict, sign."""

from pathlib import PurePath

from flask import Blueprint, current_app, render_template, request
from flask.typing import ResponseReturnValue

from schemas.data_checks.reader import DataCheck, read_data_check
from schemas.forms.fields import mask
from server import errors, policy
from server.operations.acting import Acting
from server.operations.import_data_check import import_data_check
from server.operations.step_up import step_up
from server.pending_rosters import PendingRosters
from server.policy import Officer
from server.principals import keyring, officer
from server.queries.matched_checks import Matches, matched_checks
from server.settings import Settings

bp = Blueprint("data_checks", __name__, url_prefix="/office/data-checks")

SHOWN = 500  # rows of each table; the counts above it are of all
SUFFIXES = (".xlsx", ".csv")


@bp.get("")
@policy.requires("import_data_check")
def upload() -> ResponseReturnValue:
    return render_template("data_checks.html", problem=None)


@bp.post("")
@policy.requires("import_data_check")
def preview() -> ResponseReturnValue:
    who = officer()
    file = request.files.get("data_check")
    suffix = PurePath(file.filename or "").suffix.lower() if file else ""
    if file is None or not file.filename:
        return render_template("data_checks.html", problem="no_file"), 422
    if suffix not in SUFFIXES:
        return render_template("data_checks.html", problem="wrong_kind"), 422
    data = file.read()
    found = read_data_check(data, suffix)
    matches = _matches(who, found)
    pending = _pending().keep(who.session, suffix, data) if matches.writes and not found.refused else ""
    return _page(found, matches, pending)


@bp.post("/<pending>")
@policy.requires("import_data_check")
def confirm(pending: str) -> ResponseReturnValue:
    who = officer()
    kept = _pending().open(who.session, pending)
    if kept is None:
        return render_template("data_checks.html", problem="over"), 410
    suffix, data = kept
    found = read_data_check(data, suffix)
    try:
        key = step_up(who.authority, who.person, who.session, request.form.get("password", ""))
    except (errors.WrongPassword, errors.TooManyTries) as error:
        problem = errors.problem_of(error)
        return _page(found, _matches(who, found), pending, problem=problem.name), problem.status
    done = import_data_check(Acting(who.authority, who.person, who.role.value, who.scope, key, keyring()), found)
    _pending().forget(pending)
    return render_template("data_checks_done.html", matches=done.matches, shown=SHOWN, masked_id=masked_id)


def masked_id(number: str) -> str:
    """An ID number as a page shows it; enough to find the row again."""
    return mask("id_number", number)


def _matches(who: Officer, found: DataCheck) -> Matches:
    return matched_checks(who.authority, who.scope, found.rows, keyring())


def _page(found: DataCheck, matches: Matches, pending: str, *, problem: str | None = None) -> str:
    return render_template(
        "data_checks_preview.html",
        check=found,
        matches=matches,
        pending=pending,
        problem=problem,
        errors=[p for p in found.problems if p.severity == "error"],
        warnings=[p for p in found.problems if p.severity == "warning"],
        shown=SHOWN,
        masked_id=masked_id,
    )


def _pending() -> PendingRosters:
    settings: Settings = current_app.extensions["ruhu_settings"]
    return PendingRosters(settings.data_dir / "pending-data-checks", keyring())
