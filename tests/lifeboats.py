"""A lifeboat as a tablet packs it, and with what can be wrong with one; and a reader of the office's answer."""

import io
import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any
from zipfile import ZIP_STORED, ZipFile

from fieldwork import AUTHORITY, County, TestTablet

from server import keys
from sync.envelope import LIFEBOAT_ANSWER_TYPE, Envelope, pae, parse_envelope
from sync.strict_json import parse


def packed(
    tablet: TestTablet,
    envelopes: Sequence[Envelope],
    photos: Sequence[bytes] = (),
    *,
    compression: int = ZIP_STORED,
    left_out: Sequence[str] = (),
    put_in: Mapping[str, bytes] | None = None,
    **said: Any,
) -> bytes:
    """`left_out` names entries that are listed and not there; `put_in` replaces or adds some; `said` the list's."""
    ring: keys.Keyring = tablet.county.app.extensions["ruhu_keyring"]
    entries: dict[str, bytes] = {}
    names = [str(json.loads(envelope.payload)["id"]) for envelope in envelopes]
    for name, envelope in zip(names, envelopes, strict=True):
        box = keys.seal_box(ring.boxes.public, envelope.to_bytes(), f"statement:{name}")
        entries[f"statements/{name}.box"] = box
    digests = [sha256(data).hexdigest() for data in photos]
    for digest, data in zip(digests, photos, strict=True):
        entries[f"files/{digest}.box"] = keys.seal_box(ring.boxes.public, data, f"evidence:{digest}")
    listed = {
        "ruhu": 1,
        "kind": "lifeboat",
        "authority": AUTHORITY,
        "replica": tablet.replica,
        "made_at": "2026-03-05T08:00:00.000Z",
        "head": {"seq": tablet.seq, "prev": tablet.prev},
        "statements": names,
        "files": [{"digest": d, "length": len(entries[f"files/{d}.box"])} for d in digests],
        **said,
    }
    everything = {"lifeboat.json": json.dumps(listed).encode(), **entries, **(put_in or {})}
    target = io.BytesIO()
    with ZipFile(target, "w", compression) as file:
        for entry, data in everything.items():
            if entry not in left_out:
                file.writestr(entry, data)
    return target.getvalue()


def read_answer(county: County, answer: bytes) -> dict[str, Any]:
    """What the office signed for, once the signature has been checked as a tablet checks it."""
    ring: keys.Keyring = county.app.extensions["ruhu_keyring"]
    envelope = parse_envelope(answer)
    assert envelope.payload_type == LIFEBOAT_ANSWER_TYPE
    [signature] = envelope.signatures
    assert signature.keyid == ring.receipt.keyid
    assert keys.verify(ring.receipt.public, pae(envelope.payload_type, envelope.payload), signature.sig)
    said: Any = parse(envelope.payload)
    assert isinstance(said, dict)
    return said
