"""Every screen in every state with invented content, to be looked at: empty, one, many, long names, errors."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from server import errors, policy
from server.office.gallery_screens import SCREENS
from server.office.pages import language

bp = Blueprint("gallery", __name__, url_prefix="/office/gallery")


@bp.get("")
@policy.requires("see_gallery")
def index() -> ResponseReturnValue:
    return render_template("gallery.html", screens=SCREENS.keys())


@bp.get("/<screen>")
@policy.requires("see_gallery")
def show(screen: str) -> ResponseReturnValue:
    make = SCREENS.get(screen)
    if make is None:
        raise errors.NotFound()
    template, context = make(language())
    return render_template(template, **context)
