"""The published forms, as XForms."""

from typing import Any

from flask import Response
from marshmallow import Schema, fields

from server import errors, policy
from server.api.strict_blueprint import StrictBlueprint
from server.principals import tablet
from server.published_forms import form_version
from server.store import forms

bp = StrictBlueprint("forms", __name__, description="Published form versions")


class FormVersionSchema(Schema):
    form = fields.String()
    version = fields.String()
    published_at = fields.String()


@bp.route("/forms", methods=["GET"])
@policy.requires("read_forms")
@bp.response(200, FormVersionSchema(many=True))
def list_forms() -> list[dict[str, Any]]:
    """Every version of every form; the newest of each form stands last."""
    return [
        {"form": form, "version": version, "published_at": at}
        for form, version, at in forms.list_of(tablet().authority)
    ]


@bp.route("/forms/<string:form>/<string:version>", methods=["GET"])
@policy.requires("read_forms")
@bp.response(200, content_type="application/xml", description="the XForm")
def get_form(form: str, version: str) -> Response:
    """The XForm of one version; it never changes."""
    compiled = form_version(tablet().authority, form, version)
    if compiled is None:
        raise errors.NotFound()
    response = Response(compiled.xform, content_type="application/xml; charset=utf-8")
    response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    return response
