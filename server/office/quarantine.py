"""Where quarantine used to have a page of its own: it waits in the queue, with all else that is to be decided."""

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from server import policy
from sync.open_item import ItemKind

bp = Blueprint("quarantine", __name__, url_prefix="/office/quarantine")


@bp.get("")
@policy.requires("see_quarantine")
def index() -> ResponseReturnValue:
    return redirect(url_for("reconcile.index", kind=ItemKind.QUARANTINE.value), 308)
