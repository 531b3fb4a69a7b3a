"""The people in an officer's area, and the one-time code that binds a tablet to one of them."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from server import policy
from server.keys import grouped_code
from server.office.qr_code import qr_svg
from server.operations.issue_enrolment import issue_enrolment
from server.principals import officer
from server.queries.staff import staff

bp = Blueprint("people", __name__, url_prefix="/office/people")


@bp.get("")
@policy.requires("issue_enrolment")
def index() -> ResponseReturnValue:
    who = officer()
    return render_template("people.html", lines=staff(who.authority, who.scope))


@bp.post("/<person>/enrolment")
@policy.requires("issue_enrolment")
def enrolment(person: str) -> ResponseReturnValue:
    """Shows the code once; only its hash is kept. The QR code opens the tablet app with the code filled in."""
    who = officer()
    token, ends = issue_enrolment(who.authority, who.person, who.scope, person)
    line = next(line for line in staff(who.authority, who.scope) if line.person.id == person)
    # Behind the #, so that no server and no log ever sees it.
    code = qr_svg(f"{request.host_url}tablet/#enrol={token}")
    return render_template(
        "enrolment.html", line=line, token=token, grouped=grouped_code(token), ends=ends, code=code
    )
