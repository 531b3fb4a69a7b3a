"""A replica opens a session by signing for it, and then carries a bearer token."""

from typing import Any

from flask import current_app
from marshmallow import Schema, fields

from schemas.statement import EnvelopeSchema
from server import policy
from server.api.strict_blueprint import StrictBlueprint
from server.operations.expire_uploads import expire_uploads
from server.operations.open_replica_session import open_replica_session
from server.operations.sweep_gaps import sweep_when_due
from server.queries.authority import the_authority
from sync.envelope import envelope_from

bp = StrictBlueprint("sessions", __name__, description="Replica sessions")


class SessionRequestSchema(Schema):
    request = fields.Nested(EnvelopeSchema, required=True, metadata={"description": "signed {replica, counter}"})


class SessionSchema(Schema):
    token = fields.String()
    expires_at = fields.String()


@bp.route("/sessions", methods=["POST"])
@policy.requires("open_session")
@bp.arguments(SessionRequestSchema)
@bp.response(201, SessionSchema)
def open_session(body: dict[str, Any]) -> dict[str, str]:
    """A token for twelve hours; each signed request works once."""
    token, expires_at = open_replica_session(envelope_from(body["request"]))
    # Housekeeping, when somebody comes by.
    expire_uploads(current_app.extensions["ruhu_staging"])
    if (authority := the_authority()) is not None:
        sweep_when_due(authority.id)
    return {"token": token, "expires_at": expires_at}
