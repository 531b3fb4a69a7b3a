"""Pictures to look at: a rendition made in a child process, never the bytes that came from outside."""

from flask import Blueprint, Response, make_response
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from media.digest import checked
from media.errors import BlobNotHeld, NotADigest, Unreadable
from media.rendition import SIDES
from server import errors, policy
from server.principals import officer
from server.queries.shown_evidence import held_picture
from server.renditions import rendition_of

bp = Blueprint("evidence", __name__, url_prefix="/office/evidence")


@bp.get("/<statement>/<digest>/<int:side>")
@policy.requires("see_evidence")
def rendition(statement: str, digest: str, side: int) -> ResponseReturnValue:
    """A JPEG that fits a square of `side` pixels, or a drawing that says that there is none to be had."""
    who = officer()
    if side not in SIDES:
        raise errors.NotFound()
    try:
        picture = held_picture(who.authority, who.scope, statement, checked(digest))
    except NotADigest:
        raise errors.NotFound() from None
    kept = _("The original is kept as it was signed.")
    if picture.fault is not None:  # a rendition made before would show what nothing proves any more
        return _placeholder(_("The original is damaged or lost: tell the operator."))
    if picture.unreadable is not None:
        return _placeholder(kept)
    try:
        return _answer(rendition_of(picture, side), "image/jpeg")
    except Unreadable:
        return _placeholder(kept)
    except BlobNotHeld:
        raise errors.NotFound() from None


def _placeholder(detail: str) -> Response:
    words = _("This file cannot be shown")
    return _answer(
        (
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 240" role="img">'
            '<rect width="320" height="240" fill="#eceeed"/>'
            '<path d="M130 70h60v60h-60z M130 118l18-20 14 14 10-10 18 18 M126 66l68 68" fill="none"'
            ' stroke="#68716e" stroke-width="3"/>'
            '<g fill="#3c4441" font-family="sans-serif" text-anchor="middle">'
            f'<text x="160" y="165" font-size="16">{words}</text>'
            f'<text x="160" y="188" font-size="12">{detail}</text></g></svg>'
        ).encode(),
        "image/svg+xml",
    )


def _answer(data: bytes, media_type: str) -> Response:
    response = make_response(data)
    response.content_type = media_type
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Content-Disposition"] = "inline"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "no-store"
    return response
