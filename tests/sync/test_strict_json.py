"""JSON that two parsers could understand differently is refused; what is written has one spelling (RFC 8785)."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.errors import UnreadableJson
from sync.strict_json import MAX_DEPTH, MAX_INTEGER, Json, canonical, parse

texts = st.text(st.characters(exclude_categories=["Cs"]))
ascii_keys = st.text(st.characters(max_codepoint=127))
scalars = st.one_of(st.none(), st.booleans(), st.integers(-MAX_INTEGER, MAX_INTEGER), texts)
values: st.SearchStrategy[Json] = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ascii_keys, inner, max_size=4), max_leaves=12
)

REFUSED = {
    "the same key twice": b'{"a":1,"a":1}',
    "the same key twice, spelled differently": b'{"a":1,"\\u0061":2}',
    "the same key twice, far inside": b'[{"b":{"a":1,"c":2,"a":3}}]',
    "NaN": b"NaN",
    "NaN in a list": b"[1,NaN]",
    "Infinity": b'{"a":Infinity}',
    "minus Infinity": b"-Infinity",
    "a number beyond every float": b"1e400",
    "an exponent": b"1e2",
    "a capital exponent": b"1E2",
    "a fraction": b"0.5",
    "a fraction that is whole": b"1.0",
    "2^53": b"9007199254740992",
    "-2^53": b"-9007199254740992",
    "an integer of 18 digits": b"100000000000000000",
    "an integer of 5,000 digits": b"1" * 5000,
    "an integer of 5,000 digits, negative, in an object": b'{"a":-' + b"9" * 5000 + b"}",
    "a leading zero": b"01",
    "a plus sign": b"+1",
    "a bare point": b".5",
    "hexadecimal": b"0x10",
    "digits that are not ASCII": "１２".encode(),
    "arrays 10,000 deep": b"[" * 10_000 + b"]" * 10_000,
    "objects 10,000 deep": b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
    "arrays 10,000 deep that never close": b"[" * 10_000,
    "one level too deep": b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1),
    "one level too deep with something inside": b"[" * (MAX_DEPTH + 1) + b"1" + b"]" * (MAX_DEPTH + 1),
    "one level too deep in objects": b'{"a":' * (MAX_DEPTH + 1) + b"{}" + b"}" * (MAX_DEPTH + 1),
    "half a surrogate pair, escaped": b'"\\ud83d"',
    "the other half, escaped": b'"\\uDE00"',
    "the halves the wrong way round": b'"\\ude00\\ud83d"',
    "half a surrogate pair in a key": b'{"\\ud83d":1}',
    "half a surrogate pair, raw": b'"\xed\xa0\xbd"',
    "a surrogate pair in raw halves (CESU-8)": b'"\xed\xa0\xbd\xed\xb8\x80"',
    "a byte order mark": b'\xef\xbb\xbf{"a":1}',
    "UTF-16": '{"a":1}'.encode("utf-16"),
    "an overlong encoding": b'"\xc0\xaf"',
    "a stray continuation byte": b'"\x80"',
    "a character cut short": '"户"'.encode()[:-2] + b'"',
    "beyond U+10FFFF": b'"\xf4\x90\x80\x80"',
    "GB 18030": '"入户"'.encode("gb18030"),
    "nothing": b"",
    "only white space": b" \n",
    "two values": b"1 2",
    "something after the value": b"{}x",
    "a NUL after the value": b"{}\x00",
    "a body cut short": b'{"a":[1,2',
    "a string cut short": b'"a',
    "a comma too many": b"[1,]",
    "a comma too many in an object": b'{"a":1,}',
    "a comment": b"[1/*x*/]",
    "single quotes": b"{'a':1}",
    "a bare key": b"{a:1}",
    "a raw control character": b'"\n"',
    "an unknown escape": b'"\\x41"',
    "a no-break space": "\u00a01".encode(),
    "capital True": b"True",
    "undefined": b"undefined",
}

READ = [
    (b"null", None),
    (b" [ true , false ] ", [True, False]),
    (b"9007199254740991", MAX_INTEGER),
    (b"-9007199254740991", -MAX_INTEGER),
    (b"-0", 0),
    (b'"\\ud83d\\ude00"', "😀"),
    ('"😀"'.encode(), "😀"),
    (b'"\\u0000"', "\0"),
    (b'"\\\\ud83d"', "\\ud83d"),
    (b'""', ""),
    (b'{"a":{"a":1},"b":{"a":1}}', {"a": {"a": 1}, "b": {"a": 1}}),
    (b'{"":1}', {"": 1}),
]

# Strings by the rules of RFC 8785, 3.2.2.2, keys by 3.2.3; written by hand.
WRITTEN: list[tuple[Json, bytes]] = [
    ({}, b"{}"),
    ([], b"[]"),
    ({"b": 1, "a": [True, False, None]}, b'{"a":[true,false,null],"b":1}'),
    (
        {"a10": 1, "a2": 2, "A": 3, "_": 4, "": 5, "a.b": 6, "a-b": 7, "~": 8},
        b'{"":5,"A":3,"_":4,"a-b":7,"a.b":6,"a10":1,"a2":2,"~":8}',
    ),
    ('\u20ac$\u000f\nA\'B"\\\\"/', b'"\xe2\x82\xac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'),
    ("\b\t\n\f\r\0\x1f\x7f", b'"\\b\\t\\n\\f\\r\\u0000\\u001f\x7f"'),
    ("低保 \u2028 😀 é e\u0301", '"低保 \u2028 😀 é e\u0301"'.encode()),
    (MAX_INTEGER, b"9007199254740991"),
    (-1, b"-1"),
]


@pytest.mark.parametrize("name", REFUSED)
def test_what_could_be_misunderstood_is_refused(name: str) -> None:
    with pytest.raises(UnreadableJson):
        parse(REFUSED[name])


@pytest.mark.parametrize(("data", "value"), READ)
def test_what_has_one_meaning_is_read(data: bytes, value: Json) -> None:
    assert parse(data) == value


def test_nesting_is_allowed_up_to_the_limit_whatever_lies_innermost() -> None:
    for innermost in (b"", b"1", b'"a"'):
        deep = b"[" * MAX_DEPTH + innermost + b"]" * MAX_DEPTH
        assert canonical(parse(deep)) == deep

    mixed = b'{"a":[' * (MAX_DEPTH // 2) + b"]}" * (MAX_DEPTH // 2)
    assert canonical(parse(mixed)) == mixed


def test_a_wide_document_is_not_a_deep_one() -> None:
    assert parse(b"[" + b"[]," * 9_999 + b"[]]") == [[]] * 10_000


def test_a_refusal_repeats_nothing_of_what_was_sent() -> None:
    for data in (b'{"zhang san":1,"zhang san":2}', b'"zhang san', b'["zhang san",0.5]', b'["zhang san" "li si"]'):
        with pytest.raises(UnreadableJson) as refusal:
            parse(data)
        assert "zhang" not in refusal.value.detail


@pytest.mark.parametrize(("value", "data"), WRITTEN)
def test_a_value_is_written_as_rfc_8785_says(value: Json, data: bytes) -> None:
    assert canonical(value) == data


@settings(deadline=None)
@given(values)
def test_what_is_written_reads_back_the_same(value: Json) -> None:
    data = canonical(value)

    assert json.dumps(parse(data)) == json.dumps(value, sort_keys=True)  # compared as text: 1 == True
    assert canonical(parse(data)) == data


@settings(deadline=None)
@given(values)
def test_any_other_spelling_is_written_as_the_one(value: Json) -> None:
    spelled = json.dumps(value, indent=2, ensure_ascii=True).encode()

    assert canonical(parse(spelled)) == canonical(value)


@settings(deadline=None)
@given(st.dictionaries(ascii_keys, st.none(), max_size=8))
def test_ascii_keys_stand_in_the_order_of_utf_16_code_units(value: dict[str, None]) -> None:
    written = list(json.loads(canonical(value)))

    assert written == sorted(value, key=lambda key: key.encode("utf-16-be"))


@settings(deadline=None)
@given(st.binary(max_size=60) | texts.map(str.encode))
def test_bytes_of_any_kind_are_read_or_refused_and_nothing_else(data: bytes) -> None:
    try:
        value = parse(data)
    except UnreadableJson:
        return
    assert parse(canonical(value)) == value


def test_half_a_surrogate_pair_is_never_written() -> None:
    with pytest.raises(UnicodeEncodeError):
        canonical("\ud83d")


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_what_is_no_number_is_never_written(number: float) -> None:
    with pytest.raises(ValueError, match="JSON compliant"):
        canonical(number)  # type: ignore[arg-type]  # the type forbids it; a careless caller may still try
