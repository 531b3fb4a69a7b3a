"""Evidence arrives by tus 1.0: each test is a conversation, request by request."""

import base64
import hashlib
import io
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any

import pytest
from fieldwork import County, TestTablet, new_tablet
from founding import close
from ledger_reading import case_row, rows
from live_server import LiveServer, live_server, read_answer
from PIL import Image
from sqlalchemy import update
from tusclient.client import TusClient

from server import keys
from server.app import create_app
from server.db import execute, transactional
from server.settings import Settings
from server.store.evidence import blob_table, upload_table
from sync.envelope import Envelope
from sync.statement import Evidence

CASE = "c" * 32
TUS = {"Tus-Resumable": "1.0.0"}
CHUNK = {"Content-Type": "application/offset+octet-stream"}


@cache
def photo(seed: int = 1, side: int = 64) -> bytes:
    """A small JPEG of coloured noise."""
    out = io.BytesIO()
    noise = hashlib.shake_256(str(seed).encode()).digest(side * side * 3)
    Image.frombytes("RGB", (side, side), noise).save(out, "JPEG", quality=90)
    return out.getvalue()


def digest_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def named(digest: str) -> str:
    return "digest " + base64.b64encode(digest.encode()).decode()


class Talk:
    """One tablet speaking tus."""

    def __init__(self, tablet: TestTablet) -> None:
        self.tablet = tablet

    def say(self, method: str, path: str, body: bytes = b"", **headers: str) -> Any:
        spelled = {name.replace("_", "-"): value for name, value in headers.items()}
        said = {**self.tablet.headers, **TUS, **spelled}
        return self.tablet.client.open(path, method=method, data=body, headers=said)

    def create(self, data: bytes, first: bytes = b"", **headers: str) -> Any:
        begin = {"Upload-Length": str(len(data)), "Upload-Metadata": named(digest_of(data))}
        return self.say("POST", "/api/v1/uploads", first, **(begin | (CHUNK if first else {}) | headers))

    def send(self, where: str, offset: int, body: bytes, **headers: str) -> Any:
        return self.say("PATCH", where, body, **({"Upload-Offset": str(offset)} | CHUNK | headers))

    def offset(self, where: str) -> int:
        return int(self.say("HEAD", where).headers["Upload-Offset"])

    def deliver(self, data: bytes) -> Any:
        answer = self.create(data, data)
        assert answer.status_code == 201, answer.text
        return answer


@pytest.fixture
def talk(tablet: TestTablet) -> Talk:
    return Talk(tablet)


def naming(tablet: TestTablet, *photos: bytes) -> Envelope:
    """A visit that names these photos."""
    return tablet.visit(CASE, {}, evidence=[Evidence(digest_of(p), len(p), "image/jpeg", "house") for p in photos])


def problem(answer: Any) -> str:
    return str(answer.json["type"].removeprefix("urn:ruhu:problem:"))


def owed(tablet: TestTablet) -> list[str]:
    found: list[str] = tablet.pull().json["owed"]
    return found


def test_the_server_says_what_it_can_do(talk: Talk) -> None:
    answer = talk.tablet.client.options("/api/v1/uploads")

    assert answer.status_code == 204
    assert answer.headers["Tus-Version"] == "1.0.0"
    assert set(answer.headers["Tus-Extension"].split(",")) == {
        "creation", "creation-with-upload", "checksum", "expiration", "termination",
    }  # fmt: skip
    assert "sha256" in answer.headers["Tus-Checksum-Algorithm"].split(",")


def test_a_photo_in_three_pieces(talk: Talk) -> None:
    data = photo()
    talk.tablet.push(naming(talk.tablet, data))
    created = talk.create(data)
    where = created.headers["Location"]
    assert (created.status_code, created.headers["Upload-Offset"]) == (201, "0")
    ends = parsedate_to_datetime(created.headers["Upload-Expires"])
    assert timedelta(days=13) < ends - datetime.now(UTC) <= timedelta(days=14)

    offset = 0
    for end in (100, 101, len(data)):
        answer = talk.send(where, offset, data[offset:end])
        assert (answer.status_code, answer.headers["Upload-Offset"]) == (204, str(end))
        assert talk.offset(where) == end
        offset = end

    assert owed(talk.tablet) == []
    assert talk.say("HEAD", where).headers["Upload-Length"] == str(len(data))
    assert case_row(talk.tablet.county.app, CASE).owed == 0


def test_a_photo_in_one_request(talk: Talk) -> None:
    data = photo()
    talk.tablet.push(naming(talk.tablet, data))
    assert owed(talk.tablet) == [digest_of(data)]

    answer = talk.create(data, data)

    assert (answer.status_code, answer.headers["Upload-Offset"]) == (201, str(len(data)))
    assert owed(talk.tablet) == []


def test_a_photo_that_begins_with_its_creation_is_resumed(talk: Talk) -> None:
    data = photo()
    created = talk.create(data, data[:50])
    where = created.headers["Location"]

    assert created.headers["Upload-Offset"] == "50"
    assert talk.send(where, 50, data[50:]).headers["Upload-Offset"] == str(len(data))


def test_a_chunk_with_a_wrong_checksum_does_not_move_the_offset(talk: Talk) -> None:
    data = photo()
    where = talk.create(data).headers["Location"]
    talk.send(where, 0, data[:100])

    def checksum(of: bytes) -> str:
        return "sha256 " + base64.b64encode(hashlib.sha256(of).digest()).decode()

    wrong = talk.send(where, 100, data[100:200], Upload_Checksum=checksum(b"other"))
    strange = talk.send(where, 100, data[100:200], Upload_Checksum="md5 AAAA")
    garbled = talk.send(where, 100, data[100:200], Upload_Checksum="sha256 !")

    assert (wrong.status_code, problem(wrong)) == (460, "checksum-mismatch")
    assert (strange.status_code, problem(strange)) == (400, "checksum-unsupported")
    assert (garbled.status_code, problem(garbled)) == (422, "invalid-request")
    assert talk.offset(where) == 100
    right = talk.send(where, 100, data[100:200], Upload_Checksum=checksum(data[100:200]))
    assert right.headers["Upload-Offset"] == "200"


@pytest.mark.parametrize("offset", ["99", "101", "0"])
def test_a_chunk_from_another_place_is_refused(talk: Talk, offset: str) -> None:
    data = photo()
    where = talk.create(data).headers["Location"]
    talk.send(where, 0, data[:100])

    answer = talk.send(where, int(offset), data[100:])

    assert (answer.status_code, problem(answer)) == (409, "upload-offset-mismatch")
    assert answer.json["expected"] == 100
    assert talk.offset(where) == 100


def test_more_than_declared_is_refused_and_the_offset_stays(talk: Talk) -> None:
    data = photo()
    where = talk.create(data).headers["Location"]
    talk.send(where, 0, data[:100])

    answer = talk.send(where, 100, data[100:] + b"x")

    assert (answer.status_code, problem(answer)) == (413, "upload-too-long")
    assert talk.offset(where) == 100
    assert talk.send(where, 100, data[100:]).status_code == 204


def test_more_than_declared_at_creation_keeps_nothing(talk: Talk) -> None:
    data = photo()

    answer = talk.create(data, data + b"x")

    assert (answer.status_code, problem(answer)) == (413, "upload-too-long")
    assert rows(talk.tablet.county.app, blob_table) == []


def test_zero_bytes_are_no_evidence(talk: Talk) -> None:
    answer = talk.create(b"")

    assert (answer.status_code, problem(answer)) == (422, "empty-file")


def huge_jpeg() -> bytes:
    """A JPEG whose header announces 60,000 × 60,000 pixels."""
    data = bytearray(photo())
    frame = data.index(b"\xff\xc0") + 5
    data[frame : frame + 4] = (60_000).to_bytes(2) * 2
    return bytes(data)


FOREIGN = {
    "HEIC": (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(100), 415, "unsupported-media"),
    "PDF": (b"%PDF-1.7\n" + bytes(100), 415, "unsupported-media"),
    "a page": (b"<html><script>alert(1)</script>", 415, "unsupported-media"),
    "60,000 x 60,000": (huge_jpeg(), 422, "image-too-large"),
}


@pytest.mark.parametrize("name", FOREIGN)
@pytest.mark.parametrize("pieces", [1, 2])
def test_what_is_no_photo_is_refused_whatever_it_is_called(talk: Talk, name: str, pieces: int) -> None:
    data, status, expected = FOREIGN[name]
    talk.tablet.push(naming(talk.tablet, data))
    if pieces == 1:
        answer = talk.create(data, data)
    else:
        where = talk.create(data).headers["Location"]
        talk.send(where, 0, data[:10])
        answer = talk.send(where, 10, data[10:])

    assert (answer.status_code, problem(answer)) == (status, expected)
    assert owed(talk.tablet) == [digest_of(data)]
    assert rows(talk.tablet.county.app, blob_table) == []
    assert rows(talk.tablet.county.app, upload_table) == []


@pytest.mark.parametrize("pieces", [1, 2])
def test_other_bytes_than_declared_are_thrown_away(talk: Talk, pieces: int) -> None:
    data, other = photo(1), photo(1)[:-3] + b"xyz"
    if pieces == 1:
        answer = talk.create(data, other)
    else:
        where = talk.create(data).headers["Location"]
        answer = talk.send(where, 0, other)
        assert problem(talk.send(where, 0, data)) == "upload-unknown"

    assert (answer.status_code, problem(answer)) == (422, "digest-mismatch")
    assert talk.deliver(data).status_code == 201


@pytest.mark.parametrize(
    "headers",
    [
        {"Upload-Length": ""},
        {"Upload-Length": "-1"},
        {"Upload-Length": "1e3"},
        {"Upload-Length": "٣"},
        {"Upload-Metadata": ""},
        {"Upload-Metadata": "digest !"},
        {"Upload-Metadata": "digest " + base64.b64encode(b"A" * 64).decode()},
        {"Upload-Metadata": "digest " + base64.b64encode(b"../" * 20).decode()},
    ],
    ids=str,
)
def test_a_creation_says_how_long_and_which_digest(talk: Talk, headers: dict[str, str]) -> None:
    answer = talk.create(photo(), **{k: v.encode().decode("latin-1") for k, v in headers.items()})

    assert (answer.status_code, problem(answer)) == (422, "invalid-request")


def test_a_file_beyond_the_limit_is_refused(talk: Talk) -> None:
    answer = talk.create(photo(), **{"Upload-Length": str(41 * 1024 * 1024)})

    assert answer.status_code == 413


@pytest.mark.parametrize("version", ["0.2.2", ""])
def test_another_version_of_tus_is_refused(talk: Talk, version: str) -> None:
    answer = talk.create(photo(), **{"Tus-Resumable": version})

    assert (answer.status_code, problem(answer)) == (412, "tus-version")


def test_a_chunk_of_another_content_type_is_refused(talk: Talk) -> None:
    where = talk.create(photo()).headers["Location"]

    assert problem(talk.send(where, 0, photo(), **{"Content-Type": "image/jpeg"})) == "invalid-request"
    assert problem(talk.create(photo(2), photo(2), **{"Content-Type": "image/jpeg"})) == "invalid-request"


def test_an_ended_upload_is_gone_and_can_begin_again(talk: Talk) -> None:
    data = photo()
    where = talk.create(data).headers["Location"]
    talk.send(where, 0, data[:100])

    assert talk.say("DELETE", where).status_code == 204

    assert talk.say("HEAD", where).status_code == 404
    assert problem(talk.send(where, 100, data[100:])) == "upload-unknown"
    again = talk.create(data)
    assert again.headers["Upload-Offset"] == "0"


def test_an_upload_that_ran_out_begins_again(talk: Talk) -> None:
    data = photo()
    where = talk.create(data).headers["Location"]
    talk.send(where, 0, data[:100])
    with talk.tablet.county.app.app_context():
        transactional(lambda: execute(update(upload_table).values(expires_at="2026-01-01T00:00:00.000Z")))()

    talk.tablet.session()  # housekeeping happens when somebody comes by

    assert talk.say("HEAD", where).status_code == 404
    assert talk.create(data).headers["Upload-Offset"] == "0"


def test_an_upload_goes_on_after_the_server_restarted(talk: Talk, county: County, county_settings: Settings) -> None:
    data = photo()
    where = talk.create(data).headers["Location"]
    talk.send(where, 0, data[:100])

    restarted = create_app(county_settings)
    talk.tablet.client = restarted.test_client()

    assert talk.offset(where) == 100
    assert talk.create(data).headers["Upload-Offset"] == "100"  # a client that lost the address finds it again
    assert talk.send(where, 100, data[100:]).headers["Upload-Offset"] == str(len(data))
    close(restarted)


def test_another_tablet_neither_sees_nor_touches_an_upload(talk: Talk, county: County) -> None:
    data = photo()
    where = talk.create(data).headers["Location"]
    talk.send(where, 0, data[:100])
    other = Talk(new_tablet(county, "wang"))

    for answer in (other.say("HEAD", where), other.send(where, 100, data[100:]), other.say("DELETE", where)):
        assert answer.status_code == 404
    assert talk.offset(where) == 100


def test_knowing_a_digest_grants_nothing(talk: Talk, county: County) -> None:
    data = photo()
    delivered = talk.deliver(data).headers["Location"]
    other = Talk(new_tablet(county, "wang", "zhao"))
    envelope = other.tablet.visit(
        CASE, {}, village="s1", evidence=[Evidence(digest_of(data), len(data), "image/jpeg", "house")]
    )

    (verdict,) = other.tablet.push(envelope)

    assert (verdict["held"], verdict["owed"]) == ([], [digest_of(data)])
    assert other.create(data).headers["Upload-Offset"] == "0"  # it must send every byte
    assert other.say("HEAD", delivered).status_code == 404
    other.deliver(photo(2))
    where = other.create(data).headers["Location"]
    assert other.send(where, 0, data).status_code == 204
    assert owed(other.tablet) == []


def test_a_digest_that_was_delivered_costs_no_bytes_again(talk: Talk) -> None:
    data = photo()
    talk.deliver(data)

    answer = talk.create(data)
    (verdict,) = talk.tablet.push(naming(talk.tablet, data))

    assert answer.headers["Upload-Offset"] == str(len(data))
    assert (verdict["held"], verdict["owed"]) == ([digest_of(data)], [])
    assert talk.send(answer.headers["Location"], 0, b"").headers["Upload-Offset"] == str(len(data))


def test_evidence_that_arrives_while_its_statement_does_is_not_owed(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    from server.folding.fold import Folding

    data, save = photo(), Folding.save
    app = talk.tablet.county.app
    envelope = naming(talk.tablet, data)
    other_line = Talk(talk.tablet)
    uploads: list[threading.Thread] = []

    def save_slowly(self: Folding) -> None:
        def upload() -> None:
            client = app.test_client()
            begin = {"Upload-Length": str(len(data)), "Upload-Metadata": named(digest_of(data))}
            headers = {**other_line.tablet.headers, **TUS, **CHUNK, **begin}
            assert client.post("/api/v1/uploads", data=data, headers=headers).status_code == 201

        uploads.append(threading.Thread(target=upload))
        uploads[0].start()
        time.sleep(0.5)  # the upload is as far as it gets: what it named as held was read before
        save(self)

    monkeypatch.setattr(Folding, "save", save_slowly)
    talk.tablet.push(envelope)
    uploads[0].join()

    assert owed(talk.tablet) == []
    assert case_row(app, CASE).owed == 0


# --- over real lines --------------------------------------------------------------------------------------------


@pytest.fixture
def live(county_settings: Settings) -> Iterator[LiveServer]:
    with live_server(county_settings, county_settings.data_dir.parent) as server:
        yield server


def session_of(county: County, live: LiveServer) -> TestTablet:
    tablet = TestTablet(county, live.client(), keys.new_id(), keys.SigningKey.generate())  # type: ignore[arg-type]
    tablet.enrol("zhang")
    assert tablet.session().status_code == 201
    return tablet


def test_lines_that_break_in_the_middle_keep_what_arrived(live: LiveServer, county: County) -> None:
    tablet, data = session_of(county, live), photo(3, 256)
    head = (
        f"Host: x\r\nAuthorization: Bearer {tablet.token}\r\nTus-Resumable: 1.0.0\r\n"
        "Content-Type: application/offset+octet-stream\r\n"
    )
    with live.line() as line:
        begin = (
            f"Upload-Length: {len(data)}\r\nUpload-Metadata: {named(digest_of(data))}\r\nContent-Length: 0\r\n\r\n"
        )
        line.sendall(f"POST /api/v1/uploads HTTP/1.1\r\n{head}{begin}".encode())
        where = read_answer(line).headers["Location"]

    def offset() -> int:
        with live.line() as line:
            line.sendall(f"HEAD {where} HTTP/1.1\r\n{head}\r\n".encode())
            return int(line.recv(4000).decode().lower().split("upload-offset: ")[1].split("\r\n")[0])

    reached = 0
    for cut in (1, 5_000, 20_000):
        with live.line() as line:
            request = f"PATCH {where} HTTP/1.1\r\n{head}Upload-Offset: {reached}\r\n"
            line.sendall(f"{request}Content-Length: {len(data) - reached}\r\n\r\n".encode())
            line.sendall(data[reached : reached + cut])
        for _ in range(50):  # the server notices the broken line in its own time
            time.sleep(0.1)
            if offset() == reached + cut:
                break
        reached = offset()
        assert 0 <= reached <= len(data)

    assert reached == 25_001
    with live.line() as line:
        request = f"PATCH {where} HTTP/1.1\r\n{head}Upload-Offset: {reached}\r\n"
        line.sendall(f"{request}Content-Length: {len(data) - reached}\r\n\r\n".encode() + data[reached:])
        assert read_answer(line).status_code == 204
    assert offset() == len(data)


def test_an_independent_client_delivers_a_photo(live: LiveServer, county: County) -> None:
    tablet, data = session_of(county, live), photo(4, 256)
    file = io.BytesIO(data)
    client = TusClient(f"{live.url}/api/v1/uploads", headers={"Authorization": f"Bearer {tablet.token}"})

    uploader = client.uploader(
        file_stream=file, chunk_size=10_000, metadata={"digest": digest_of(data)}, upload_checksum=True
    )
    uploader.upload_chunk()
    assert uploader.offset == 10_000
    resumed = client.uploader(file_stream=file, chunk_size=20_000, url=uploader.url)
    assert resumed.get_offset() == 10_000
    resumed.upload()

    (blob,) = rows(county.app, blob_table)
    assert (blob["digest"], blob["length"], blob["media_type"]) == (digest_of(data), len(data), "image/jpeg")
