"""What a lifeboat says of itself: which tablet packed it, and what should be in it.

Nobody signs this list, so nothing rests on it but where to look; what counts is signed, inside the boxes. So the head
that a tablet writes into it is not read: a file from a stranger could make the office miss what never was.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from schemas.statement import HEX32, HEX64, WORD
from sync.errors import UnreadableJson
from sync.strict_json import parse

MAX_ITEMS = 10_000  # of each kind; a tablet makes a few dozen a day
STATEMENT = validate.Regexp(r"\A[0-9a-f]{32}-[1-9][0-9]{0,11}\Z", error="a statement id")


@dataclass(frozen=True, slots=True)
class PackingList:
    authority: str
    replica: str
    statements: tuple[str, ...]
    files: tuple[str, ...]


class FileSchema(Schema):
    digest = fields.String(required=True, validate=HEX64)


class PackingListSchema(Schema):
    ruhu = fields.Integer(required=True, strict=True, validate=validate.Equal(1))
    kind = fields.String(required=True, validate=validate.Equal("lifeboat"))
    authority = fields.String(required=True, validate=WORD)
    replica = fields.String(required=True, validate=HEX32)
    statements = fields.List(
        fields.String(validate=STATEMENT), required=True, validate=validate.Length(max=MAX_ITEMS)
    )
    files = fields.List(
        fields.Nested(FileSchema, unknown=EXCLUDE), required=True, validate=validate.Length(max=MAX_ITEMS)
    )


def read_packing_list(data: bytes) -> PackingList:
    """Each item once, in its order. Raises UnreadableJson."""
    value = parse(data)
    if not isinstance(value, Mapping):
        raise UnreadableJson("a packing list is an object")
    try:
        said: dict[str, Any] = PackingListSchema(unknown=EXCLUDE).load(value)
    except ValidationError as error:
        raise UnreadableJson(f"not a packing list: {', '.join(sorted(map(str, error.messages_dict)))}") from None
    return PackingList(
        authority=said["authority"],
        replica=said["replica"],
        statements=tuple(dict.fromkeys(said["statements"])),
        files=tuple(dict.fromkeys(file["digest"] for file in said["files"])),
    )
