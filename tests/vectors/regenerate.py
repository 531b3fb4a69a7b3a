"""Writes the vectors that Python and the tablet's TypeScript share: same input, same bytes, on both sides.

Run it from the project's root after a change that is meant to change them: `python tests/vectors/regenerate.py`.
`tests/sync/test_vectors.py` fails while the files and this script disagree. Bytes are base64 (standard alphabet),
hashes lower-case hex. What a reader must refuse has a name that says why.
"""

import base64
import json
import random
import re
import sys
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "sync"), str(HERE.parent.parent)]  # run as a script, nothing else puts them there

from merge_histories import PATHS, REPLICAS, VALUES, Signed  # noqa: E402  # the path is set just above
from test_envelope import CORRUPTIONS  # noqa: E402  # one table of corruptions for tests and vectors
from test_strict_json import READ, REFUSED, WRITTEN  # noqa: E402  # likewise

from schemas.forms.compiled import compile_xlsform, shipped_forms  # noqa: E402  # likewise
from schemas.forms.fill import write_instance  # noqa: E402
from schemas.forms.form import CompiledForm  # noqa: E402
from schemas.forms.instance import read_instance  # noqa: E402
from schemas.statement import read_statement, write_payload  # noqa: E402
from server.keys import seal_box  # noqa: E402
from server.simulator.answers import interview_answers, visit_answers  # noqa: E402
from server.simulator.county import County  # noqa: E402
from sync.case import Case, case_hash  # noqa: E402
from sync.derived import per_capita_monthly_income  # noqa: E402
from sync.dot import Dot  # noqa: E402
from sync.envelope import RECEIPT_TYPE, STATEMENT_TYPE, Envelope, Signature, pae  # noqa: E402
from sync.leaf import commitment, leaf_hash  # noqa: E402
from sync.register import Value, Write  # noqa: E402
from sync.scope_digest import SetDigest  # noqa: E402
from sync.statement import survey_writes  # noqa: E402
from sync.strict_json import canonical, parse  # noqa: E402

A, B, C, D = (f"{replica}-1" for replica in REPLICAS)
WAGE, HEALTH, VILLAGE = PATHS
RANDOM_HISTORIES = 60


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


# -- Merge ------------------------------------------------------------------------------------------------------


def says(signed_id: str, *writes: tuple[str, Value, Sequence[str]], village: str | None = None) -> Signed:
    """A statement with these (path, value, seen) writes."""
    return Signed(
        signed_id,
        tuple(
            Write(Dot(signed_id, number), path, value, frozenset(map(Dot.parse, seen)))
            for number, (path, value, seen) in enumerate(writes)
        ),
        village,
    )


STORIES: dict[str, list[Signed]] = {
    "nothing was ever said": [],
    "one visit": [says(A, (WAGE, 120000, []), (HEALTH, "good", []), village="v1")],
    "two visits apart: a conflict": [says(A, (WAGE, 120000, [])), says(B, (WAGE, 80000, []))],
    "equal values apart: one value, two sources": [says(A, (WAGE, 1, [])), says(B, (WAGE, 1, []))],
    "1 and true are a conflict": [says(A, (WAGE, 1, [])), says(B, (WAGE, True, []))],
    "0, false, null, empty text and empty list are five values": [
        says(A, (WAGE, 0, [])),
        says(B, (WAGE, False, [])),
        says(C, (WAGE, None, [])),
        says(D, (WAGE, "", [])),
        says(f"{REPLICAS[0]}-2", (WAGE, [], [])),
    ],
    "a resolution that saw both settles them": [
        says(A, (WAGE, 120000, [])),
        says(B, (WAGE, 80000, [])),
        says(C, (WAGE, 100000, [f"{A}:0", f"{B}:0"])),
    ],
    "a value that came in meanwhile reopens the conflict": [
        says(A, (WAGE, 120000, [])),
        says(B, (WAGE, 80000, [])),
        says(C, (WAGE, 100000, [f"{A}:0"])),
    ],
    "a dot that has not arrived is awaited": [says(B, (WAGE, 2, [f"{A}:0"]))],
    "a dot that was awaited does not come to life": [says(B, (WAGE, 2, [f"{A}:0"])), says(A, (WAGE, 1, []))],
    "a dot that its statement never had": [says(B, (WAGE, 2, [f"{A}:99"])), says(A, (WAGE, 1, []))],
    "a dot of another path supersedes nothing": [says(A, (HEALTH, "good", [])), says(B, (WAGE, 2, [f"{A}:0"]))],
    "a chain": [says(A, (WAGE, 1, [])), says(B, (WAGE, 2, [f"{A}:0"])), says(C, (WAGE, 3, [f"{B}:0"]))],
    "a chain that forgets its beginning": [
        says(A, (WAGE, 1, [])),
        says(C, (WAGE, 3, [f"{B}:0"])),
        says(B, (WAGE, 2, [])),
    ],
    "a write that names itself stays": [says(A, (WAGE, 1, [f"{A}:0"]))],
    "two writes that name each other": [says(A, (WAGE, 1, [f"{B}:0"])), says(B, (WAGE, 2, [f"{A}:0"]))],
    "one statement writes a path twice": [says(A, (WAGE, 1, []), (WAGE, 2, []))],
    "one statement supersedes its own earlier write": [says(A, (WAGE, 1, []), (WAGE, 2, [f"{A}:0"]))],
    "one statement supersedes its own later write": [says(A, (WAGE, 1, [f"{A}:1"]), (WAGE, 2, []))],
    "deleting is a value": [
        says(A, ("members.0a1b2c3d.listed", True, [])),
        says(B, ("members.0a1b2c3d.listed", False, [f"{A}:0"])),
    ],
    "a disputed village": [
        says(A, (VILLAGE, "v2", []), village="v2"),
        says(B, (VILLAGE, "v1", []), village="v1"),
    ],
    "sequence numbers sort as text": [
        says(f"{REPLICAS[0]}-10", (WAGE, 1, [])),
        says(f"{REPLICAS[0]}-9", (WAGE, 2, [])),
        says(B, (HEALTH, "好", [f"{REPLICAS[0]}-10:10", f"{REPLICAS[0]}-10:9", f"{REPLICAS[3]}-2:9"])),
    ],
}


def random_history(seed: int) -> list[Signed]:
    """Up to 5 statements that saw anything at all, themselves and dots that never come included."""
    chance = random.Random(seed)
    ids = [f"{replica}-{seq}" for replica in REPLICAS for seq in (1, 2)]
    chance.shuffle(ids)
    dots = [f"{signed_id}:{number}" for signed_id in ids[:6] for number in (0, 1, 7)]
    history = []
    for signed_id in ids[: chance.randint(1, 5)]:
        writes = [
            (
                chance.choice(PATHS),
                chance.choice(VALUES),
                sorted({chance.choice(dots) for _ in range(chance.randint(0, 4))}),
            )
            for _ in range(chance.randint(1, 3))
        ]
        history.append(says(signed_id, *writes, village=chance.choice([None, "v1", "v2"])))
    return history


def merge() -> dict[str, Any]:
    histories = STORIES | {f"random {seed}": random_history(seed) for seed in range(RANDOM_HISTORIES)}
    return {
        "about": "Statements in any order, batched and repeated at will, give `document` (canonical text) and "
        "`hash`. A write's dot is <statement id>:<its position in the list>.",
        "vectors": [_merge_vector(name, history) for name, history in histories.items()],
    }


def _merge_vector(name: str, history: list[Signed]) -> dict[str, Any]:
    case = Case()
    for signed in history:
        case = case.apply(signed.id, signed.writes, signed.village)
    return {
        "name": name,
        "statements": [
            {
                "id": signed.id,
                "village": signed.village,
                "writes": [
                    {"path": write.path, "value": write.value, "seen": [str(dot) for dot in sorted(write.seen)]}
                    for write in signed.writes
                ],
            }
            for signed in history
        ],
        "document": case.document().decode(),
        "hash": case_hash(case.document()),
        "conflicts": list(case.conflicts),
        "siblings": {
            path: [{"value": s.value, "dots": [str(dot) for dot in s.dots]} for s in register.siblings]
            for path, register in sorted(case.registers.items())
        },
        "village": case.village,
    }


# -- Canonical JSON ---------------------------------------------------------------------------------------------


def canonical_json() -> dict[str, Any]:
    written = [canonical(value) for value, _ in WRITTEN]
    spaced = [json.dumps(parse(data), indent=1).encode() for data in written]
    return {
        "about": "`read`: the bytes of `base64` parse, and are written as `canonical`. `refused`: they do not parse; "
        "the bytes are `parts`, each repeated `times`.",
        "read": [
            {"base64": b64(data), "canonical": b64(canonical(parse(data)))}
            for data in [*(data for data, _ in READ), *written, *spaced]
        ],
        "refused": [{"name": name, "parts": _parts(data)} for name, data in REFUSED.items()],
    }


def _parts(data: bytes) -> list[dict[str, Any]]:
    """The bytes with long repetitions written once, so that 10,000 brackets stay readable."""
    parts: list[tuple[bytes, int]] = []
    at = plain = 0
    while at < len(data):
        unit, times = max(
            ((data[at : at + width], _repeats(data, at, width)) for width in (1, 5)), key=lambda u: len(u[0]) * u[1]
        )
        if len(unit) * times >= 100:
            parts += [(data[plain:at], 1), (unit, times)]
            at = plain = at + len(unit) * times
        else:
            at += 1
    parts.append((data[plain:], 1))
    assert b"".join(unit * times for unit, times in parts) == data
    return [{"base64": b64(unit), "times": times} for unit, times in parts if unit or len(parts) == 1]


def _repeats(data: bytes, at: int, width: int) -> int:
    unit, times = data[at : at + width], 0
    while data.startswith(unit, at + times * width) and at + (times + 1) * width <= len(data):
        times += 1
    return times


# -- Envelopes --------------------------------------------------------------------------------------------------

# The private key of RFC 6979, A.2.5: known to everybody, so it signs nothing but examples.
EXAMPLE_KEY = ec.derive_private_key(
    0xC9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721, ec.SECP256R1()
)
SPKI = EXAMPLE_KEY.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def sign(message: bytes) -> bytes:
    """Raw r||s, the same on every run (RFC 6979)."""
    r, s = utils.decode_dss_signature(EXAMPLE_KEY.sign(message, ec.ECDSA(SHA256(), deterministic_signing=True)))
    return r.to_bytes(32) + s.to_bytes(32)


def envelope() -> dict[str, Any]:
    keyid = sha256(SPKI).hexdigest()
    payloads = {
        "a statement": (STATEMENT_TYPE, canonical({"kind": "household_visit", "answers": {"health": "好"}})),
        "a receipt": (RECEIPT_TYPE, b'{"index":0}'),
        "an empty payload": (STATEMENT_TYPE, b""),
        "bytes that are no JSON": ("application/octet-stream", bytes(range(256))),
        "a type beyond ASCII": ("类型/入户", b"x"),
    }
    good = {name: _signed(kind, payload, keyid) for name, (kind, payload) in payloads.items()}
    sample = good["a statement"]
    return {
        "about": "`good`: envelopes as sent, with the bytes that are signed (`pae`) and the payload's digest; every "
        "signature verifies under `spki` (DER), whose SHA-256 is the key id. `forged`: well formed, and no signature "
        "verifies. `refused`: not an envelope.",
        "spki": b64(SPKI),
        "keyid": keyid,
        "good": [
            {
                "name": name,
                "envelope": sealed.to_bytes().decode(),
                "payloadType": sealed.payload_type,
                "payload": b64(sealed.payload),
                "signature": b64(sealed.signatures[0].sig),
                "pae": b64(pae(sealed.payload_type, sealed.payload)),
                "digest": sealed.digest,
            }
            for name, sealed in good.items()
        ],
        "forged": [{"name": name, "envelope": e.to_bytes().decode()} for name, e in _forgeries(sample).items()],
        "refused": [{"name": name, "envelope": _corrupt(sample, name)} for name in CORRUPTIONS]
        + [{"name": "cut short", "envelope": sample.to_bytes().decode()[:-1]}]
        + [{"name": "a field twice", "envelope": '{"payload":"",' + sample.to_bytes().decode()[1:]}],
    }


def _signed(kind: str, payload: bytes, keyid: str) -> Envelope:
    return Envelope(kind, payload, (Signature(keyid, sign(pae(kind, payload))),))


def _forgeries(sample: Envelope) -> dict[str, Envelope]:
    (signature,) = sample.signatures
    first, last = (
        bytes([signature.sig[0] ^ 1]) + signature.sig[1:],
        signature.sig[:-1] + bytes([signature.sig[-1] ^ 1]),
    )

    def with_sig(sig: bytes) -> Envelope:
        return Envelope(sample.payload_type, sample.payload, (Signature(signature.keyid, sig),))

    r, s = int.from_bytes(signature.sig[:32]), int.from_bytes(signature.sig[32:])
    return {
        "one bit of r flipped": with_sig(first),
        "one bit of s flipped": with_sig(last),
        "r and s swapped": with_sig(signature.sig[32:] + signature.sig[:32]),
        "all zero": with_sig(bytes(64)),
        "empty": with_sig(b""),
        "one byte short": with_sig(signature.sig[:-1]),
        "one byte too many": with_sig(signature.sig + b"\0"),
        "DER instead of raw": with_sig(utils.encode_dss_signature(r, s)),
        "the payload signed without its type": with_sig(sign(sample.payload)),
        "another type": Envelope(RECEIPT_TYPE, sample.payload, sample.signatures),
        "another payload": Envelope(sample.payload_type, sample.payload + b" ", sample.signatures),
    }


def _corrupt(sample: Envelope, name: str) -> str:
    body = json.loads(sample.to_bytes())
    CORRUPTIONS[name](body)
    return canonical(body).decode()


# -- Scope digests and leaves -----------------------------------------------------------------------------------


def scope_digest() -> dict[str, Any]:
    many = {f"{n:032x}": sha256(str(n).encode()).hexdigest() for n in range(40)}
    one = {"0" * 32: "0" * 64}
    groups = {"nothing": {}, "one case": one, "two cases": dict(list(many.items())[:2]), "forty cases": many}
    vectors = [
        {"name": name, "cases": cases, "digest": SetDigest.of(cases).to_text()} for name, cases in groups.items()
    ]
    changed = SetDigest.of(many).remove(f"{7:032x}", many[f"{7:032x}"]).add(f"{7:032x}", "ab" * 32)
    vectors.append(
        {
            "name": "forty cases, one of them changed",
            "cases": many | {f"{7:032x}": "ab" * 32},
            "digest": changed.to_text(),
        }
    )
    return {
        "about": "The sum modulo 2^256 of SHA-256(case id, NUL, case hash) over {case id: case hash}, written "
        "<count>:<64 hex digits>.",
        "vectors": vectors,
    }


def leaf() -> dict[str, Any]:
    pairs = [
        (bytes(32), b""),
        (b"\xff" * 32, b"\x00"),
        (bytes(range(32)), '{"kind":"入户"}'.encode()),
        (sha256(b"salt").digest(), bytes(range(256)) * 4),
    ]
    return {
        "about": "`commitment` is SHA-256(0x02, salt, payload); `leaf` is RFC 9162's leaf hash of those bytes.",
        "vectors": [
            {
                "salt": salt.hex(),
                "payload": b64(payload),
                "commitment": commitment(salt, payload).hex(),
                "leaf": leaf_hash(commitment(salt, payload)).hex(),
            }
            for salt, payload in pairs
        ],
    }


# -- Statements -------------------------------------------------------------------------------------------------

FIRST_VISIT: dict[str, Any] = {
    "ruhu": 1,
    "id": f"{REPLICAS[0]}-1",
    "kind": "household_visit",
    "authority": "demo",
    "replica": REPLICAS[0],
    "seq": 1,
    "prev": None,
    "author": "p1",
    "held": 0,
    "made": {"wall": "2026-03-02T09:30:00+08:00", "monotonic_ms": 1234, "boot": "boot1"},
    "case": "0" * 31 + "1",
    "village": "v1",
    "form": "household_visit",
    "form_version": "2026.1",
    "instance": "<data/>",
    "seen": {},
    "evidence": [],
    "sign_offs": [],
}
PHOTO: dict[str, Any] = {"digest": "ab" * 32, "length": 1, "media_type": "image/jpeg", "shot": "house_front"}
LATER = {"id": f"{REPLICAS[0]}-12", "seq": 12, "prev": "cd" * 32, "held": 2**53 - 1}


def statements() -> dict[str, Any]:
    stories: dict[str, dict[str, Any]] = {
        "a first visit that says nothing": {},
        "an interview later in the chain": LATER | {"kind": "neighbour_interview"},
        "a recheck": LATER | {"kind": "recheck"},
        "clocks that nobody believes": {"made": {"wall": "", "monotonic_ms": -1, "boot": "a:b_c.d-E"}},
        "text that needs escapes, and text that does not": {
            "instance": '<data a="1">\\ / \t\r\n\b\f\x00\x1f\x7f\u2028\u2029 一户一档 𠀀娃·买买提 👪</data>'
        },
        "an empty form": {"instance": ""},
        "dots out of order and twice": LATER
        | {
            "seen": {
                "members.0a_b.name": [f"{B}:0"],
                "economy.wage_income": [f"{B}:10", f"{A}:10", f"{A}:9", f"{B}:10", f"{REPLICAS[1]}-10:2"],
                "members.0a.name": [],
            }
        },
        "photos with and without claims, in the order named": LATER
        | {
            "evidence": [
                PHOTO | {"claims": {"source": "camera", "clock": "2026-03-02T09:30:00+08:00", "place": "约 43.8"}},
                PHOTO | {"digest": "12" * 32, "length": 2**40, "shot": "document:household_book", "claims": {}},
            ]
        },
        "every outcome": LATER
        | {
            "sign_offs": [
                {"slot": "investigator", "outcome": "signed", "person": "p1", "keyid": "01" * 32},
                {"slot": "investigator", "outcome": "absent", "person": "p2", "reason": "病假"},
                {"slot": "householder", "outcome": "thumbprint", "ink": "ab" * 32},
                {"slot": "householder", "outcome": "guardian", "ink": "ac" * 32, "reason": "儿子代签"},
                {"slot": "householder", "outcome": "refused", "reason": "不同意“年收入”一项"},
                {"slot": "neighbour", "outcome": "anonymous"},
                {"slot": "neighbour", "outcome": "declined", "reason": ""},
            ]
        },
    }
    answers: list[tuple[str, Value]] = [
        ("members.0a_b.name", "𠀀娃"),
        ("members.0a.name", None),
        ("members.0a-b.name", ["a", "b"]),
        ("members.0a.listed", True),
        ("economy.wage_income", 120000),
    ]
    return {
        "about": "`payload`: the bytes (as text) that sign a statement with these `values`; members that say nothing "
        "are left out, `prev` never is. `writes`: what it writes with the `answers`, in any order of them.",
        "answers": [list(answer) for answer in answers],
        "vectors": [_statement_vector(name, FIRST_VISIT | over, answers) for name, over in stories.items()],
    }


def _statement_vector(name: str, values: dict[str, Any], answers: list[tuple[str, Value]]) -> dict[str, Any]:
    statement = read_statement(values)
    return {
        "name": name,
        "values": values,
        "payload": write_payload(statement).decode(),
        "writes": [
            {"dot": str(dot), "path": path, "value": value, "seen": [str(each) for each in sorted(seen)]}
            for dot, path, value, seen in survey_writes(statement, tuple(answers))
        ],
    }


# -- Derived figures --------------------------------------------------------------------------------------------


def derived() -> dict[str, Any]:
    family: dict[str, Value] = {"members.0a.listed": True, "members.0b.listed": True, "members.0c.listed": True}
    wage: dict[str, Value] = {"income.l1.listed": True, "income.l1.amount": 100_001, "income.l1.period": "month"}
    crops: dict[str, Value] = {"income.l2.listed": True, "income.l2.amount": 18, "income.l2.period": "year"}
    house = family | wage | crops
    allowed = "economy.allowable_deduction_month"
    stories: dict[str, tuple[dict[str, Value], dict[str, Value]]] = {
        "nothing is known": ({}, {}),
        "income without members": (wage, {}),
        "a wage and a harvest among three": (house, {}),
        "half a fen is rounded up": ({"members.0a.listed": True, "members.0b.listed": True} | wage, {}),
        "a debt is rounded up too": (family | wage | {"income.l1.amount": -100_000, "income.l1.period": "year"}, {}),
        "a line that is excluded": (house | {"income.l1.excluded": True}, {}),
        "a line that is expressly not excluded": (house | {"income.l1.excluded": False}, {}),
        "a line that was struck off": (house | {"income.l1.listed": False}, {}),
        "an amount that is true": (house | {"income.l1.amount": True}, {}),
        "an amount in words": (house | {"income.l1.amount": "100001"}, {}),
        "a period that nobody said": (family | {"income.l1.listed": True, "income.l1.amount": 120}, {}),
        "a deduction": (house | {allowed: 40_000}, {}),
        "a deduction beyond the income": (house | {allowed: 400_000}, {}),
        "a deduction that is true": (house | {allowed: True}, {}),
        "one has died and one has moved": (
            house | {"members.0a.presence": "dead", "members.0b.presence": "moved_out"},
            {},
        ),
        "all are in prison": (wage | {"members.0a.listed": True, "members.0a.presence": "in_prison"}, {}),
        "one works away and still counts": (house | {"members.0a.presence": "working_away"}, {}),
        "equal values written apart": (house, {"income.l1.amount": 100_001}),
        "a dispute about something else": (house, {"housing.roof": "straw"}),
        "a disputed amount": (house, {"income.l1.amount": 5}),
        "1 and true dispute": (house | {"income.l1.amount": 1}, {"income.l1.amount": True}),
        "a disputed listing": (house, {"members.0b.listed": False, "income.l2.listed": False}),
        "a disputed presence, period and deduction": (
            house | {"members.0b.presence": "at_home", allowed: 1},
            {"members.0b.presence": "dead", "income.l2.period": "month", allowed: 2},
        ),
        "a disputed amount of an excluded line": (house | {"income.l1.excluded": True}, {"income.l1.amount": 5}),
        "an entry without an id": ({"members.listed": True} | house, {}),
    }
    return {
        "about": "Per-capita monthly income in fen of a case with these `fields`; `rivals` were written apart by "
        f"{B}, with the fields by {A}; each numbered in the order given.",
        "vectors": [_derived_vector(name, fields, rivals) for name, (fields, rivals) in stories.items()],
    }


def _derived_vector(name: str, fields: dict[str, Value], rivals: dict[str, Value]) -> dict[str, Any]:
    case = Case()
    for said_by, said in ((A, fields), (B, rivals)):
        case = case.apply(
            said_by, [Write(Dot(said_by, n), path, value) for n, (path, value) in enumerate(said.items())]
        )
    figure = per_capita_monthly_income(case)
    return {
        "name": name,
        "fields": fields,
        "rivals": rivals,
        "entries": {collection: list(case.entries(collection)) for collection in ("members", "income")},
        "derived": {
            "value": figure.value,
            "numerator": figure.numerator,
            "denominator": figure.denominator,
            "uncertain": list(figure.uncertain),
        },
    }


# -- Boxes ------------------------------------------------------------------------------------------------------


def pkcs8(key: ec.EllipticCurvePrivateKey) -> str:
    return b64(key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))


def boxes() -> dict[str, Any]:
    intake, other, ephemeral = (ec.derive_private_key(secret, ec.SECP256R1()) for secret in (7, 8, 9))
    spki, foreign = (
        key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo) for key in (intake, other)
    )
    digest = sha256(b"a photo").hexdigest()
    kept = {
        "a statement": (canonical({"kind": "household_visit"}), "statement:" + "a" * 32 + "-1"),
        "a photo": (b"a photo", f"evidence:{digest}"),
        "nothing": (b"", "evidence:nothing"),
        "text beyond ASCII": ("一户一档 𠀀".encode(), "statement:" + "b" * 32 + "-2"),
    }
    good = [
        {"name": name, "plain": b64(plain), "bound_to": to, "box": b64(seal_box(spki, plain, to, ephemeral))}
        for name, (plain, to) in kept.items()
    ]
    plain, to = kept["a photo"]
    box = seal_box(spki, plain, to, ephemeral)

    def flipped(at: int) -> bytes:
        return box[:at] + bytes([box[at] ^ 1]) + box[at + 1 :]

    bad = {
        "another magic": flipped(0),
        "another key's id": flipped(8),
        "a point off the curve": flipped(50),
        "a flipped bit in the text": flipped(105),
        "a flipped bit in the tag": flipped(len(box) - 1),
        "cut short": box[:-1],
        "a byte too many": box + b"\0",
        "the head alone": box[:105],
        "no bytes": b"",
        "sealed to another key": seal_box(foreign, plain, to, ephemeral),
    }
    refused = [{"name": name, "bound_to": to, "box": b64(bytes_)} for name, bytes_ in bad.items()]
    refused.append({"name": "bound to another file", "bound_to": "evidence:other", "box": b64(box)})
    return {
        "about": "`good`: `box` holds `plain`, sealed with the ephemeral key to the intake key. `refused`: does not "
        "open, or not for `bound_to`. The keys are published here and serve nothing else.",
        "intake_spki": b64(spki),
        "intake_pkcs8": pkcs8(intake),
        "ephemeral_pkcs8": pkcs8(ephemeral),
        "ephemeral_spki": b64(ephemeral.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)),
        "good": good,
        "refused": refused,
    }


# -- Filled-in forms ---------------------------------------------------------------------------------------------

READER = "0123456789abcdef0123456789abcdef-7"
PHOTO_FILE = "ab" * 32 + ".jpg"


def _damaged(instance: str) -> dict[str, str]:
    """One instance with each thing that a reader must bear."""
    first = instance.index("<member_id>") + len("<member_id>")
    member = instance[first : instance.index("</member_id>", first)]
    return {
        "an entry without an id": instance.replace(f"<member_id>{member}</member_id>", "<member_id/>", 1),
        "an id that is none": instance.replace(member, "not an id", 1),
        "two entries with one id": instance.replace("</people>", _entry(member) + _entry(member) + "</people>"),
        "an entry that nobody filled in": instance.replace("</people>", _entry("0f" * 8, name="") + "</people>"),
        "a question that the form does not have": instance.replace("</visit>", "<mood>good</mood></visit>"),
        "a question twice": instance.replace("</visit>", "<met>nobody</met></visit>"),
        "a number that is none": _answered(instance, "family_size", "three"),
        "a third decimal": _answered(instance, "benefit_month", "12.345"),
        "a code that is none": _answered(instance, "scheme", "coastal"),
        "no such day": _answered(instance, "birth_date", "2026-02-30"),
        "a day with midnight": _answered(instance, "birth_date", "1950-01-02T00:00:00.000+08:00"),
        "a moment without offset": _answered(instance, "visit_at", "2026-03-01T10:00"),
        "a moment in UTC": _answered(instance, "visit_at", "2026-03-01T10:00:07.123Z"),
        "no such place": _answered(instance, "place", "91 10"),
        "blanks around an answer": _answered(instance, "address", "  柳树巷 8 号\n "),
        "a rare character": _answered(instance, "householder_name", "𠀀娃·买买提"),
        "a mask that came back": _answered(instance, "phone_check", "differs").replace(
            "</household>", "<phone>139••••1234</phone></household>"
        ),
        "a photo": _answered(instance, "photo_house", PHOTO_FILE),
        "a photo under another name": _answered(instance, "photo_house", "IMG_0001.JPG"),
        "a whole group was not asked": re.sub("<people>.*</people>", "", instance, flags=re.S),
    }


def _answered(instance: str, question: str, answer: str) -> str:
    found = re.subn(
        f"<{question}>[^<]*</{question}>|<{question}/>", f"<{question}>{answer}</{question}>", instance, count=1
    )
    return found[0] if found[1] else instance.replace("</photos>", f"<{question}>{answer}</{question}></photos>")


def _entry(key: str, name: str = "新人") -> str:
    return f"<members><member_id>{key}</member_id><name>{name}</name></members>"


def instances() -> dict[str, Any]:
    forms = {form.form_id: form for form in map(compile_xlsform, shipped_forms())}
    visit_form, interview_form = forms["household_visit"], forms["neighbour_interview"]
    households = County.invent(1).households[:3]
    at = datetime(2026, 3, 2, 9, 30, tzinfo=timezone(timedelta(hours=8)))
    filled: list[tuple[str, CompiledForm, str]] = []
    for number, household in enumerate(households):
        answers = visit_answers(
            household, random.Random(number), on_file={}, at=at, photos={"photo_room": PHOTO_FILE}
        )
        filled.append((f"visit {number + 1}", visit_form, write_instance(visit_form, answers)))
        talk = interview_answers(household, random.Random(number), informant="测试邻居", phone="13900000000", at=at)
        filled.append((f"interview {number + 1}", interview_form, write_instance(interview_form, talk)))
    first = filled[0][2]
    filled += [(name, visit_form, damaged) for name, damaged in _damaged(first).items()]
    vectors = []
    for name, form, instance in filled:
        whole = read_instance(form, instance, on_screen=(), statement=READER)
        fields = sorted({binding.path for binding in form.bindings if binding.path and "{" not in binding.path})
        listed = [path for path, _ in whole.answers if path.endswith(".listed")]
        gone = [f"members.{'dd' * 8}.listed", f"vehicles.{'ee' * 8}.listed", "members.x.listed"]
        on_file = [*fields, *listed, *gone]
        reading = read_instance(form, instance, on_screen=on_file, statement=READER)
        vectors.append(
            {
                "name": name,
                "form": form.form_id,
                "instance": instance,
                "nothing_on_screen": [list(answer) for answer in whole.answers],
                "on_screen": on_file,
                "answers": [list(answer) for answer in reading.answers],
                "shots": [[shot.kind, shot.file, shot.entry] for shot in reading.shots],
            }
        )
    return {
        "about": f"What filled-in forms say, as the statement {READER}; `answers` with the "
        "values of `on_screen` before the writer. The people are invented.",
        "statement": READER,
        "forms": {form.form_id: form.xform for form in forms.values()},
        "vectors": vectors,
    }


def files() -> dict[str, str]:
    """The text of every vector file, by name."""
    content = {
        "merge.json": merge(),
        "canonical_json.json": canonical_json(),
        "envelope.json": envelope(),
        "scope_digest.json": scope_digest(),
        "leaf.json": leaf(),
        "statement.json": statements(),
        "derived.json": derived(),
        "box.json": boxes(),
        "instance.json": instances(),
    }
    return {name: json.dumps(value, ensure_ascii=False, indent=1) + "\n" for name, value in content.items()}


if __name__ == "__main__":
    for name, text in files().items():
        (HERE / name).write_text(text, encoding="utf-8")
