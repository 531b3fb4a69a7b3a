"""A request's cost in SQL statements: what grows with the batch or the county would show here first."""

import base64
import io
from hashlib import sha256

import pytest
from fieldwork import TestTablet, new_tablet, open_county
from flask import Flask
from PIL import Image
from sql_counting import counted

from sync.statement import Evidence


@pytest.fixture
def tablet(app: Flask) -> TestTablet:
    tablet = new_tablet(open_county(app), "zhang", "li")
    tablet.push(a_visit(tablet, 0))  # forms are compiled once
    return tablet


def a_visit(tablet: TestTablet, case: int, photo: bytes = b"") -> object:
    named = [Evidence(sha256(photo).hexdigest(), len(photo), "image/jpeg", "house_front")] if photo else []
    household = {"householder_name": f"王大{case}"}  # households of their own
    return tablet.visit(f"{case:032x}", {"household": household}, evidence=named)


def test_a_batch_of_twenty_takes_at_most_two_statements_of_sql_each(app: Flask, tablet: TestTablet) -> None:
    batch = [a_visit(tablet, n, bytes([n])) for n in range(20)]

    with counted(app) as seen:
        verdicts = tablet.push(*batch)

    assert {verdict["status"] for verdict in verdicts} == {"accepted"}
    assert len(seen) <= 40, seen


def test_a_statement_alone_takes_at_most_twenty_six(app: Flask, tablet: TestTablet) -> None:
    visit = a_visit(tablet, 1, b"a photo")

    with counted(app) as seen:
        tablet.push(visit)

    assert len(seen) <= 26, seen


def test_a_photo_in_one_request_takes_at_most_eleven(app: Flask, tablet: TestTablet) -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (64, 48)).save(buffer, "JPEG")
    photo = buffer.getvalue()
    tablet.push(a_visit(tablet, 1, photo))
    headers = {
        **tablet.headers,
        "Tus-Resumable": "1.0.0",
        "Upload-Length": str(len(photo)),
        "Upload-Metadata": f"digest {base64.b64encode(sha256(photo).hexdigest().encode()).decode()}",
        "Content-Type": "application/offset+octet-stream",
    }

    with counted(app) as seen:
        answer = tablet.client.post("/api/v1/uploads", data=photo, headers=headers)

    assert answer.status_code == 201
    assert len(seen) <= 11, seen  # one of them puts it into the queue of the photo workers


def test_a_pull_costs_the_same_for_one_changed_case_and_for_forty(app: Flask, tablet: TestTablet) -> None:
    cursor = tablet.pull().json["cursor"]
    tablet.push(a_visit(tablet, 1))
    with counted(app) as for_one:
        cursor = tablet.pull(cursor).json["cursor"]
    tablet.push(*[a_visit(tablet, n) for n in range(2, 42)])

    with counted(app) as for_forty:
        page = tablet.pull(cursor).json

    assert len(page["cases"]) == 40
    assert len(for_forty) == len(for_one) <= 18, for_forty
