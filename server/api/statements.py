"""Push: a batch of signed statements in, a verdict for each out. Text never waits for photos."""

from typing import Any

from flask import request
from flask_babel import get_locale
from marshmallow import Schema, fields

from schemas.statement import EnvelopeSchema
from server import errors, policy
from server.api.strict_blueprint import StrictBlueprint
from server.operations.accept_each import accept_each
from server.operations.announce_head import Head
from server.principals import keyring, tablet
from server.queries.missing_statements import missing_statements
from server.queries.read_envelopes import read_envelopes
from server.shown_verdict import show_verdict

bp = StrictBlueprint("statements", __name__, description="Push statements")

MAX_BATCH_BYTES = 16 * 1024 * 1024
MAX_BATCH_ITEMS = 200
NDJSON = "application/x-ndjson"


class VerdictSchema(Schema):
    status = fields.String(metadata={"enum": ["accepted", "replayed", "quarantined", "refused"]})
    statement = fields.String(allow_none=True)
    receipt = fields.Nested(EnvelopeSchema, metadata={"description": "the authority's signed promise (DSSE)"})
    held = fields.List(fields.String(), metadata={"description": "digests that have arrived"})
    owed = fields.List(fields.String(), metadata={"description": "digests that are still owed"})
    reason = fields.String(metadata={"description": "why it waits in quarantine"})
    problem = fields.Dict(metadata={"description": "a problem document (RFC 9457), when refused"})


class PushAnswerSchema(Schema):
    verdicts = fields.List(fields.Nested(VerdictSchema))
    missing = fields.List(
        fields.List(fields.Integer()),
        metadata={
            "description": "[first, last] of sequence numbers that exist by the announced head and have not arrived"
        },
    )


@bp.route("/statements", methods=["POST"])
@policy.requires("push_statements")
@bp.doc(
    requestBody={
        "required": True,
        "description": 'one DSSE envelope a line, or {"statement": id, "box": base64} with one sealed to us; '
        "each line is read strictly and stands alone",
        "content": {NDJSON: {"schema": {"$ref": "#/components/schemas/Envelope"}}},
    },
    parameters=[
        {
            "in": "header",
            "name": "Ruhu-Head",
            "schema": {"type": "string"},
            "description": "`<sequence> <payload SHA-256>`: the newest statement that this replica has written",
        }
    ],
)
@bp.response(207, PushAnswerSchema)
def push_statements() -> dict[str, Any]:
    """A verdict for each envelope, in order; the answer leaves when what it promises is durable."""
    who = tablet()
    lines = _lines()
    head = Head.parse(request.headers.get("Ruhu-Head"))
    items = read_envelopes(who.authority, lines, keyring=keyring())
    verdicts = accept_each(who.authority, who.replica, items, head)
    language = str(get_locale())
    return {
        "verdicts": [show_verdict(verdict, keyring().receipt.keyid, language) for verdict in verdicts],
        "missing": missing_statements(who.authority, who.replica),
    }


def _lines() -> list[bytes]:
    declared = request.content_length
    if declared is not None and declared > MAX_BATCH_BYTES:
        raise errors.BatchTooLarge(limit_bytes=MAX_BATCH_BYTES, limit_items=MAX_BATCH_ITEMS)
    body = request.get_data(cache=False)
    if len(body) > MAX_BATCH_BYTES:  # sent in pieces, without saying how long it is
        raise errors.BatchTooLarge(limit_bytes=MAX_BATCH_BYTES, limit_items=MAX_BATCH_ITEMS)
    if declared is not None and len(body) < declared:
        raise errors.BodyCutShort(expected=declared, got=len(body))
    lines = [line for line in body.split(b"\n") if line.strip()]
    if len(lines) > MAX_BATCH_ITEMS:
        raise errors.BatchTooLarge(limit_bytes=MAX_BATCH_BYTES, limit_items=MAX_BATCH_ITEMS)
    return lines
