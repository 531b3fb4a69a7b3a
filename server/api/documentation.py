"""The API's own description: OpenAPI 3.1 as JSON, and the same as a page that a person can read."""

from typing import Any

from flask import Response, current_app, jsonify, make_response, render_template

from server import policy
from server.api.strict_blueprint import StrictBlueprint

bp = StrictBlueprint("documentation", __name__, description="This description")

METHODS = ("get", "head", "post", "put", "patch", "delete", "options")


def _document() -> dict[str, Any]:
    described: dict[str, Any] = current_app.extensions["ruhu_api"].spec.to_dict()
    return described


@bp.route("/openapi.json", methods=["GET"])
@policy.requires("read_api_documentation")
@bp.response(200, description="OpenAPI 3.1")
def openapi() -> Response:
    """The OpenAPI document, generated from the schemas that read and write the wire."""
    return jsonify(_document())


@bp.route("/docs", methods=["GET"])
@policy.requires("read_api_documentation")
@bp.response(200, content_type="text/html", description="a page")
def docs() -> Response:
    """The same for people."""
    document = _document()
    operations = [
        {"method": method.upper(), "path": path, **described[method]}
        for path, described in document["paths"].items()
        for method in METHODS
        if method in described
    ]
    page = render_template(
        "api_docs.html", info=document["info"], operations=operations, schemas=document["components"]["schemas"]
    )
    return make_response(page)
