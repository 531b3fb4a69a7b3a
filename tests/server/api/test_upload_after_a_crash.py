"""A process that dies between the last byte of a photo and the row that says so: the photo must not stay owed."""

import base64
import io
from hashlib import sha256

from fieldwork import TestTablet, new_tablet, open_county
from flask import Flask
from PIL import Image

from sync.statement import Evidence

CASE = "c" * 32


def a_photo() -> bytes:
    picture = io.BytesIO()
    Image.new("RGB", (64, 48), (120, 90, 60)).save(picture, "JPEG")
    return picture.getvalue()


def begin(tablet: TestTablet, digest: str, length: int) -> str:
    answer = tablet.client.post(
        "/api/v1/uploads",
        headers={
            **tablet.headers,
            "Tus-Resumable": "1.0.0",
            "Upload-Length": str(length),
            "Upload-Metadata": f"digest {base64.b64encode(digest.encode()).decode()}",
        },
    )
    assert answer.status_code == 201
    return str(answer.headers["Location"])


def test_whole_bytes_that_were_never_finished_are_finished_when_the_tablet_asks(app: Flask) -> None:
    tablet = new_tablet(open_county(app), "zhang", "li")
    photo = a_photo()
    digest = sha256(photo).hexdigest()
    tablet.push(
        tablet.visit(
            CASE,
            {"household": {"householder_name": "王大山"}},
            evidence=[Evidence(digest, len(photo), "image/jpeg", "house_front")],
        )
    )
    address = begin(tablet, digest, len(photo))
    staging = app.extensions["ruhu_staging"]
    staging.append(address.rpartition("/")[2], 0, io.BytesIO(photo), limit=len(photo))  # and there the process died

    asked = tablet.client.head(address, headers={**tablet.headers, "Tus-Resumable": "1.0.0"})

    assert asked.headers["Upload-Offset"] == str(len(photo))
    assert tablet.pull().json["owed"] == []
    assert app.extensions["ruhu_blobs"].verify(digest)
