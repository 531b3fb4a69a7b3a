"""Authentic statements that were kept and not applied: each waits for a person, with the reason and what to do."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from server import policy
from server.principals import officer
from server.queries.waiting_statements import waiting_statements

bp = Blueprint("quarantine", __name__, url_prefix="/office/quarantine")


@bp.get("")
@policy.requires("see_quarantine")
def index() -> ResponseReturnValue:
    who = officer()
    return render_template("quarantine.html", waiting=waiting_statements(who.authority, who.scope))
