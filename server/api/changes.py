"""Pull: what changed in scope since the cursor, the scope's manifest, and single cases."""

import base64
import binascii
import zlib
from typing import Any

import orjson
from flask import Response, request
from marshmallow import Schema, fields, validate

from server import clock, policy
from server.api.strict_blueprint import StrictBlueprint
from server.db import begin_snapshot
from server.keys import same
from server.operations.announce_head import Head, announce_head
from server.principals import keyring, scope_of, tablet
from server.queries.changed_cases import changed_cases, show_cases
from server.queries.missing_statements import missing_statements
from server.queries.told_tasks import asked_by_name
from server.store import authorities, cases, evidence
from sync.cursor import Cursor
from sync.errors import UnreadableCursor

bp = StrictBlueprint("changes", __name__, description="Pull changes")

MAX_PAGE = 500
COMPRESS_FROM = 1400  # bytes; less fits one packet anyway


class ChangesQuerySchema(Schema):
    cursor = fields.String(load_default=None, validate=validate.Length(max=1000))
    limit = fields.Integer(load_default=200, validate=validate.Range(min=1, max=MAX_PAGE))


class CaseSchema(Schema):
    id = fields.String()
    hash = fields.String(metadata={"description": "hex SHA-256 of the server's whole case document"})
    village = fields.String()
    changed = fields.Integer(metadata={"description": "ledger index of its last change"})
    statements = fields.List(
        fields.String(),
        metadata={
            "description": "the statements that the dots below number, then decisions that hold and wrote no value"
        },
    )
    registers = fields.Dict(
        metadata={
            "description": "field path -> siblings; a sibling is [value, statement number, write number, …]: one "
            "value and the dots that stand for it. More than one sibling is a conflict."
        }
    )


class CasesSchema(Schema):
    cases = fields.List(fields.Nested(CaseSchema))
    tasks = fields.List(
        fields.Dict(),
        metadata={
            "description": "id, kind, case, opened, done; while it is open, where they are known: due (YYYY-MM-DD), "
            "field (a path), person (the name of who should do it), by (who asks), note (the words of who asks)"
        },
    )
    statements = fields.Dict(
        metadata={
            "description": "statement id -> kind, author, index, received_at; of the office's decisions also "
            "outcome, reason_code and reason, unless they would tell what neighbours said"
        }
    )


class ChangesSchema(CasesSchema):
    gone = fields.List(fields.String(), metadata={"description": "cases that have left the scope"})
    cursor = fields.String()
    caught_up = fields.Boolean()
    held = fields.Integer(metadata={"description": "the size of the ledger that this answer reflects"})
    now = fields.String(metadata={"description": "the server's time, which leases are reckoned by"})
    scope_digest = fields.String(allow_none=True, metadata={"description": "when caught up; see sync.scope_digest"})
    persons = fields.List(fields.String(), metadata={"description": "people whose keys on this replica count"})
    missing = fields.List(fields.List(fields.Integer()))
    owed = fields.List(fields.String(), metadata={"description": "digests that this replica still owes"})


class ScopeSchema(Schema):
    cases = fields.List(fields.List(fields.String()), metadata={"description": "[case id, case hash]"})
    scope_digest = fields.String()
    asked = fields.List(
        fields.String(),
        metadata={
            "description": "cases of which something is asked of a person of this replica by name: fetch them too, "
            "for who works on a replica changes without any case changing"
        },
    )
    cursor = fields.String(metadata={"description": "where to pull on from once the differences are fetched"})
    held = fields.Integer()


@bp.route("/changes", methods=["GET"])
@policy.requires("pull_changes")
@bp.arguments(ChangesQuerySchema, location="query")
@bp.response(200, ChangesSchema)
def pull_changes(query: dict[str, Any]) -> Response:
    """The next page of changed cases; ask again with its cursor until `caught_up`."""
    who = tablet()
    head = Head.parse(request.headers.get("Ruhu-Head"))
    if head is not None:
        announce_head(who.authority, who.replica, head)
    begin_snapshot()
    page = changed_cases(who, scope_of(who), open_cursor(query["cursor"]), keyring(), query["limit"])
    return packed(
        {
            "cases": page.cases,
            "gone": page.gone,
            "tasks": page.tasks,
            "statements": page.statements,
            "cursor": seal_cursor(page.cursor),
            "caught_up": page.caught_up,
            "held": page.head + 1,
            "now": clock.stamp(),
            "scope_digest": page.scope_digest,
            "persons": page.persons,
            "missing": missing_statements(who.authority, who.replica),
            "owed": evidence.owed_by(who.authority, who.replica),
        }
    )


@bp.route("/scope", methods=["GET"])
@policy.requires("pull_changes")
@bp.response(200, ScopeSchema)
def get_scope() -> Response:
    """Every case in scope with its hash: what a replica compares with when its area changed or a digest differs."""
    who = tablet()
    begin_snapshot()
    scope = scope_of(who)
    authority = authorities.the_one()
    assert authority is not None
    return packed(
        {
            "cases": cases.manifest(who.authority, scope.paths),
            "scope_digest": cases.scope_digest(who.authority, scope.paths).to_text(),
            "asked": asked_by_name(who.authority, scope),
            "cursor": seal_cursor(Cursor(authority.epoch, scope.version, authority.size - 1, "~")),
            "held": authority.size,
        }
    )


class CaseIdsSchema(Schema):
    ids = fields.List(fields.String(), required=True, validate=validate.Length(max=MAX_PAGE))


@bp.route("/cases", methods=["POST"])
@policy.requires("pull_changes")
@bp.arguments(CaseIdsSchema)
@bp.response(200, CasesSchema)
def get_cases(body: dict[str, Any]) -> Response:
    """These cases; those out of scope are left out, as if they did not exist."""
    who = tablet()
    begin_snapshot()
    scope = scope_of(who)
    rows = cases.find_many(who.authority, body["ids"], scope.paths)
    shown = show_cases(who.authority, rows, scope.persons, keyring())
    return packed({"cases": shown.cases, "tasks": shown.tasks, "statements": shown.statements})


def seal_cursor(cursor: Cursor) -> str:
    data = cursor.to_bytes()
    return base64.urlsafe_b64encode(keyring().mac("cursor", data) + data).decode().rstrip("=")


def open_cursor(text: str | None) -> Cursor | None:
    """Raises UnreadableCursor for a cursor that this server did not make."""
    if text is None:
        return None
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        raise UnreadableCursor("not base64") from None
    if not same(data[:16], keyring().mac("cursor", data[16:])):
        raise UnreadableCursor("not made by this server")
    return Cursor.from_bytes(data[16:])


def packed(answer: dict[str, Any]) -> Response:
    """The answer as JSON, gzipped where the client takes it: tablets pull over bad links."""
    body = orjson.dumps(answer)
    response = Response(content_type="application/json")
    if len(body) >= COMPRESS_FROM and request.accept_encodings["gzip"] > 0:
        squeeze = zlib.compressobj(6, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
        body = squeeze.compress(body) + squeeze.flush()
        response.headers["Content-Encoding"] = "gzip"
        response.headers["Vary"] = "Accept-Encoding"
    response.set_data(body)
    return response
