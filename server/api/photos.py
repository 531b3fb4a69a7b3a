"""The photos of a case's visits, small, for the people who will visit next."""

from typing import Any

from flask import Response, make_response
from marshmallow import Schema, fields

from media.digest import checked
from media.errors import BlobNotHeld, NotADigest, Unreadable
from server import errors, policy
from server.api.strict_blueprint import StrictBlueprint
from server.principals import scope_of, tablet
from server.queries.case_photos import case_photo, case_photos
from server.renditions import rendition_of

bp = StrictBlueprint("photos", __name__, description="Photos of earlier visits")

SIDE = 640  # longest side in pixels


class CasePhotoSchema(Schema):
    statement = fields.String()
    digest = fields.String()
    shot = fields.String()
    received_at = fields.String()


@bp.route("/cases/<string:case_id>/photos", methods=["GET"])
@policy.requires("see_photos")
@bp.response(200, CasePhotoSchema(many=True))
def list_photos(case_id: str) -> list[dict[str, Any]]:
    """Held photos of a case in scope, the newest visit first; never inks, never an interview's."""
    who = tablet()
    return [
        {"statement": photo.statement, "digest": photo.digest, "shot": photo.shot, "received_at": photo.received_at}
        for photo in case_photos(who.authority, scope_of(who).paths, case_id)
    ]


@bp.route("/photos/<string:statement>/<string:digest>", methods=["GET"])
@policy.requires("see_photos")
@bp.response(200, content_type="image/jpeg", description="a JPEG of at most 640 pixels a side")
def get_photo(statement: str, digest: str) -> Response:
    """A rendition; what is not in scope, not held, not readable or damaged is not found."""
    who = tablet()
    try:
        picture = case_photo(who.authority, scope_of(who).paths, statement, checked(digest))
        if picture.unreadable is not None or picture.fault is not None:
            raise errors.NotFound()
        jpeg = rendition_of(picture, SIDE)
    except (Unreadable, BlobNotHeld, NotADigest):
        raise errors.NotFound() from None
    response = make_response(jpeg)
    response.content_type = "image/jpeg"
    response.headers["Cache-Control"] = "no-store"
    return response
