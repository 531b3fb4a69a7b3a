"""Enrol a replica and a person's key by the office's one-time token."""

import base64
from typing import Any

from flask import request
from marshmallow import Schema, fields, validate

from schemas.statement import EnvelopeSchema
from server import errors, policy
from server.api.strict_blueprint import StrictBlueprint
from server.keys import SigningKey
from server.operations.count_try import count_try
from server.operations.enrol_replica import enrol_replica
from server.principals import keyring
from server.queries.replica_welcome import replica_welcome
from server.queries.tries import refuse_after
from sync.envelope import envelope_from

bp = StrictBlueprint("enrolments", __name__, description="Enrol replicas and keys")

MAX_FAILURES = 30  # wrong codes from one address in a quarter of an hour; 80 random bits are not guessed in a day


class EnrolmentSchema(Schema):
    token = fields.String(required=True, validate=validate.Length(max=100))
    proof = fields.Nested(EnvelopeSchema, required=True)


class WelcomeSchema(Schema):
    authority = fields.Dict()
    person = fields.Dict(metadata={"description": "id, name and role of the person just enrolled"})
    replica = fields.String()
    receipt_key = fields.Dict(metadata={"description": "keyid and SPKI (base64) of the key that signs receipts"})
    intake_key = fields.Dict(metadata={"description": "keyid and SPKI (base64) of the key that boxes are sealed to"})
    regions = fields.List(fields.Dict(), metadata={"description": "the regions in scope: id, name, level, parent"})


@bp.route("/enrolments", methods=["POST"])
@policy.requires("enrol")
@bp.arguments(EnrolmentSchema)
@bp.response(201, WelcomeSchema)
def enrol(body: dict[str, Any]) -> dict[str, Any]:
    """Uses the token up; the proof is signed by both keys that are being enrolled."""
    source = keyring().blind_index("address", request.remote_addr or "")
    refuse_after(f"enrol:{source}", MAX_FAILURES)
    try:
        enrolled = enrol_replica(body["token"], envelope_from(body["proof"]))
    except errors.TokenUnusable:
        count_try(f"enrol:{source}")
        raise
    ring = keyring()
    return {
        **replica_welcome(enrolled.authority, enrolled.replica),
        "person": {"id": enrolled.person.id, "name": enrolled.person.name, "role": enrolled.person.role},
        "receipt_key": _shown(ring.receipt),
        "intake_key": _shown(ring.boxes),
    }


def _shown(key: SigningKey) -> dict[str, str]:
    return {"keyid": key.keyid, "public": base64.b64encode(key.public).decode()}
