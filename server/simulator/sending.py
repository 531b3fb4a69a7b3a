"""Evidence on its way: a tus 1.0 client that resumes where the server says that it stands."""

import base64
from hashlib import sha256
from random import Random
from urllib.parse import urlsplit

from server.simulator.tablet import Tablet
from server.simulator.wire import Link, LinkCut, Reply

UPLOADS = "/api/v1/uploads"
CHUNK_TYPE = "application/offset+octet-stream"
_CHUNKS = (4_096, 16_384, 65_536, 1_048_576)  # bytes; a small one over a bad link loses less
_MOST_STEPS = 1_000


def send_file(tablet: Tablet, link: Link, digest: str) -> None:
    """Sends one file to its end. Raises LinkCut; what was received before is not sent again."""
    try:
        _send_whole(tablet, link, digest)
    except LinkCut:
        tablet.interrupted.add(digest)
        raise


def _send_whole(tablet: Tablet, link: Link, digest: str) -> None:
    data, rng = tablet.file_to_send(digest), tablet.rng
    chunk = rng.choice(_CHUNKS)
    offset = _resume(tablet, link, digest)
    if offset is None:
        offset = _create(tablet, link, digest, data, chunk if rng.random() < 0.5 else 0)
    for _ in range(_MOST_STEPS):
        if offset >= len(data):
            break
        offset = _send_chunk(tablet, link, digest, data, offset, chunk)
    else:
        tablet.around.account.complain(f"upload {digest[:12]}: no end after {_MOST_STEPS} chunks")
        return
    tablet.sent.add(digest)
    tablet.addresses.pop(digest, None)
    tablet.around.account.deliver(tablet.replica, digest, len(tablet.files[digest]))
    if rng.random() < tablet.around.faults.repeat:
        again = _create(tablet, link, digest, data, 0)
        if again != len(data):
            tablet.around.account.complain(f"upload {digest[:12]}: delivered, and asked for again from {again}")
    tablet.addresses.pop(digest, None)
    tablet.boxes.pop(digest, None)


def _resume(tablet: Tablet, link: Link, digest: str) -> int | None:
    """The offset of an upload whose address is known, or None."""
    address = tablet.addresses.get(digest)
    if address is None:
        return None
    reply = link.send("HEAD", address, _headers(tablet))
    if reply.status == 200:
        return int(reply.headers["upload-offset"])
    del tablet.addresses[digest]
    _refused(tablet, reply, allowed=(404,))
    return None


def _create(tablet: Tablet, link: Link, digest: str, data: bytes, first: int) -> int:
    metadata = f"digest {base64.b64encode(digest.encode()).decode()}"
    if tablet.boxes_up:
        metadata += f",box {base64.b64encode(b'1').decode()}"
    headers = {**_headers(tablet), "Upload-Length": str(len(data)), "Upload-Metadata": metadata}
    body = data[:first]
    if body:
        headers["Content-Type"] = CHUNK_TYPE
    reply = link.send("POST", UPLOADS, headers, body)
    if reply.status != 201:
        _refused(tablet, reply)
        raise LinkCut(f"creation answered {reply.status}")
    tablet.addresses[digest] = urlsplit(reply.headers["location"]).path
    return int(reply.headers["upload-offset"])


def _send_chunk(tablet: Tablet, link: Link, digest: str, data: bytes, offset: int, chunk: int) -> int:
    """Sends the next chunk, sometimes damaged on its way; the new offset."""
    part, rng = data[offset : offset + chunk], tablet.rng
    damaged = rng.random() < tablet.around.faults.bad_checksum
    headers = {**_headers(tablet), "Content-Type": CHUNK_TYPE, "Upload-Offset": str(offset)}
    if damaged or rng.random() < 0.6:
        headers["Upload-Checksum"] = f"sha256 {base64.b64encode(sha256(part).digest()).decode()}"
    reply = link.send("PATCH", tablet.addresses[digest], headers, _turn_a_byte(part, rng) if damaged else part)
    if damaged:
        return _after_damage(tablet, link, digest, reply, offset)
    if reply.status == 204:
        return int(reply.headers["upload-offset"])
    _refused(tablet, reply, allowed=(404, 409))
    return _offset_or_anew(tablet, link, digest, data)


def _after_damage(tablet: Tablet, link: Link, digest: str, reply: Reply, offset: int) -> int:
    """A damaged chunk is refused with 460 and moves nothing."""
    if reply.status != 460:
        _refused(tablet, reply, allowed=(404, 409))
    now = _resume(tablet, link, digest)
    # A piece whose connection was cut may be stored only now: then the offset has moved, and rightly so. Were it the
    # damaged bytes, the digest would not match at the end.
    if now != offset and digest not in tablet.interrupted:
        tablet.around.account.complain(f"upload {digest[:12]}: a damaged chunk moved {offset} to {now}")
    if now is None:
        raise LinkCut("the upload is gone")
    return now


def _offset_or_anew(tablet: Tablet, link: Link, digest: str, data: bytes) -> int:
    offset = _resume(tablet, link, digest)
    return _create(tablet, link, digest, data, 0) if offset is None else offset


def _turn_a_byte(part: bytes, rng: Random) -> bytes:
    at = rng.randrange(len(part))
    return part[:at] + bytes([part[at] ^ 0x55]) + part[at + 1 :]


def _headers(tablet: Tablet) -> dict[str, str]:
    return {"Authorization": f"Bearer {tablet.token}", "Tus-Resumable": "1.0.0"}


def _refused(tablet: Tablet, reply: Reply, allowed: tuple[int, ...] = ()) -> None:
    """A server that cannot now is asked again later; anything else that is not allowed here is a fault of its own."""
    if reply.status == 401:
        tablet.token = ""
        raise LinkCut("the session is over")
    if reply.status in (423, 429, 503):  # 423: it still waits for the rest of a chunk that was cut
        raise LinkCut("the server asks to come again later")
    if reply.status not in allowed:
        tablet.around.account.complain(f"an upload was answered {reply.status} {reply.problem}")
        raise LinkCut("refused")
