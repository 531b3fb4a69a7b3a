"""Who looked at what, for those who watch the watchers."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from server import policy
from server.principals import officer
from server.queries.audit_trail import audit_trail

bp = Blueprint("audit", __name__, url_prefix="/office/audit")


@bp.get("")
@policy.requires("read_audit")
def index() -> ResponseReturnValue:
    return render_template("audit.html", lines=audit_trail(officer().authority))
