"""Push: a batch of signed statements in, a verdict for each out. Text never waits for photos."""

import logging
from collections.abc import Sequence
from typing import Any

from flask import request
from flask_babel import get_locale
from marshmallow import Schema, fields

from schemas.statement import EnvelopeSchema
from server import errors, policy
from server.api.strict_blueprint import StrictBlueprint
from server.db import may_pass
from server.operations.accept_statements import Verdict, accept_statements
from server.operations.announce_head import Head
from server.principals import keyring, tablet
from server.queries.missing_statements import missing_statements
from server.queries.read_envelopes import Authentic, Refused, read_envelopes
from sync.envelope import RECEIPT_TYPE, Envelope, Signature

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
    return {
        "verdicts": [show_verdict(verdict) for verdict in verdicts],
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


def accept_each(
    authority: str, replica: str, items: Sequence[Authentic | Refused], head: Head | None
) -> list[Verdict]:
    """The whole batch in one transaction; if that fails, each item in its own: a poisoned one blocks nothing."""
    try:
        return accept_statements(authority, replica, items, head=head)
    except errors.RuhuError:
        raise
    except Exception as error:
        if len(items) > 1:
            return [verdict for item in items for verdict in accept_each(authority, replica, [item], head)]
        logging.getLogger("ruhu").error("an item failed: %s", type(error).__name__)
        return [_set_aside(authority, replica, item, head, error) for item in items]


def _set_aside(
    authority: str, replica: str, item: Authentic | Refused, head: Head | None, error: Exception
) -> Verdict:
    """Authentic work that we fail on is kept for a person; only what may pass by itself is asked for again."""
    if isinstance(item, Refused):
        return Verdict.refused(item.statement, item.error)
    if not may_pass(error):
        try:
            return accept_statements(authority, replica, [item.set_aside()], head=head)[0]
        except Exception as second:
            logging.getLogger("ruhu").error("an item could not be set aside: %s", type(second).__name__)
    return Verdict.refused(item.name.id, errors.TryAgain())


def show_verdict(verdict: Verdict) -> dict[str, Any]:
    shown: dict[str, Any] = {"status": verdict.status.value, "statement": verdict.statement}
    if verdict.receipt is not None and verdict.receipt_sig is not None:
        signature = Signature(keyring().receipt.keyid, verdict.receipt_sig)
        shown["receipt"] = Envelope(RECEIPT_TYPE, verdict.receipt, (signature,)).to_json()
        shown["held"], shown["owed"] = list(verdict.held), list(verdict.owed)
    if verdict.reason is not None:
        shown["reason"] = verdict.reason
    if verdict.error is not None:
        language = str(get_locale()).replace("_", "-")
        problem = errors.problem_of(verdict.error)
        shown["problem"] = errors.document(problem, language, errors.facts_of(verdict.error))
    return shown
