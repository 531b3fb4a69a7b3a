"""A tablet renews the share without which nothing on it opens."""

import base64
from typing import Any

from flask import current_app
from marshmallow import Schema, fields, validate

from server import clock, policy
from server.api.strict_blueprint import StrictBlueprint
from server.operations.lend_share import lend_share
from server.principals import keyring, tablet
from server.settings import Settings

bp = StrictBlueprint("leases", __name__, description="Lend shares to tablets")


class LeaseRequestSchema(Schema):
    person = fields.String(required=True, validate=validate.Length(max=100))


class LeaseSchema(Schema):
    share = fields.String(metadata={"description": "32 bytes, base64; the same each time for this person here"})
    leased_at = fields.String()
    ends_at = fields.String(metadata={"description": "when the tablet must have forgotten the share"})


@bp.route("/leases", methods=["POST"])
@policy.requires("renew_lease")
@bp.arguments(LeaseRequestSchema)
@bp.response(201, LeaseSchema)
def renew(body: dict[str, Any]) -> dict[str, str]:
    """Lent only for a person whose key on this replica counts; a revoked replica gets none, ever again."""
    who = tablet()
    share = lend_share(who.authority, who.replica, body["person"], keyring())
    settings: Settings = current_app.extensions["ruhu_settings"]
    return {
        "share": base64.b64encode(share).decode(),
        "leased_at": clock.stamp(),
        "ends_at": clock.stamp_in(settings.lease_hours * 3600),
    }
