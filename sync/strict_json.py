"""JSON that means the same to everybody: what we read before we trust it, what we write before we hash it.

Reading follows RFC 8259 and refuses what two parsers may understand differently: duplicate keys, NaN and
infinities, fractions (money and places travel as integers and strings), integers beyond 2^53-1, lone
surrogates, and nesting deeper than `MAX_DEPTH`. Writing gives the bytes of RFC 8785 (JCS) for the values that
reading admits, provided that object keys are ASCII, which every key of ours is.
"""

import json
from collections.abc import Mapping, Sequence
from typing import NoReturn

from sync.errors import UnreadableJson

Json = None | bool | int | str | Sequence["Json"] | Mapping[str, "Json"]

MAX_DEPTH = 32
MAX_INTEGER = 2**53 - 1


def _no_duplicates(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise UnreadableJson("an object names the same key twice")
    return value


def _no_constant(name: str) -> NoReturn:
    raise UnreadableJson(f"{name} is not a JSON value")


def _no_fraction(text: str) -> NoReturn:
    raise UnreadableJson("a number with a fraction or exponent; write it as a string")


def _integer(text: str) -> int:
    if len(text) > 17 or abs(number := int(text)) > MAX_INTEGER:
        raise UnreadableJson("an integer beyond 2^53-1; write it as a string")
    return number


_DECODER = json.JSONDecoder(
    object_pairs_hook=_no_duplicates,
    parse_constant=_no_constant,
    parse_float=_no_fraction,
    parse_int=_integer,
)


def parse(data: bytes) -> Json:
    """The value that the bytes stand for.

    Raises:
        UnreadableJson: the bytes break one of the rules above.
    """
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise UnreadableJson("the bytes are not UTF-8") from None
    try:
        value: Json = _DECODER.decode(text)
    except RecursionError:
        raise UnreadableJson(f"nested deeper than {MAX_DEPTH}") from None
    except json.JSONDecodeError as error:
        raise UnreadableJson(f"{error.msg} at character {error.pos}") from None
    if _depth_exceeds(value, MAX_DEPTH):
        raise UnreadableJson(f"nested deeper than {MAX_DEPTH}")
    # Only an escape can smuggle in half a surrogate pair: strict UTF-8 has already refused the raw bytes.
    if "\\u" in text and not _encodable(value):
        raise UnreadableJson("a string holds half of a surrogate pair")
    return value


def canonical(value: Json) -> bytes:
    """The one way to write a value (RFC 8785), for hashing, comparing and signing."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def _depth_exceeds(value: Json, allowed: int) -> bool:
    level: list[Json] = [value]
    for _ in range(allowed + 1):
        containers = [item for item in level if isinstance(item, (dict, list))]
        if not containers:
            return False
        level = [child for item in containers for child in (item.values() if isinstance(item, dict) else item)]
    return True


def _encodable(value: Json) -> bool:
    try:
        canonical(value)
    except UnicodeEncodeError:
        return False
    return True
