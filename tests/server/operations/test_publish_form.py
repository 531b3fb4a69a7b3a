"""A bureau publishes a new version of a form; what was filled in with an old one stays as good as it was."""

import io
from typing import Any

import openpyxl
import pytest
from fieldwork import AUTHORITY, County, TestTablet, form, payload_of
from ledger_reading import case_documents, keyring, quarantine, registers

from schemas.forms.compiled import shipped_forms
from schemas.forms.fill import write_instance
from server import errors
from server.operations.publish_form import publish_form
from server.operations.rebuild_cases import check_rebuild
from sync.strict_json import canonical

CASE = "c" * 32
NAME = "household.householder_name"
NEXT = "2099010100"


def household_visit(**cells: str) -> bytes:
    """The shipped form with other settings, as a bureau saves it."""
    for workbook in shipped_forms():
        book = openpyxl.load_workbook(io.BytesIO(workbook))
        settings = book["settings"]
        head = [cell.value for cell in settings[1]]
        if settings.cell(2, head.index("form_id") + 1).value == "household_visit":
            for name, value in cells.items():
                settings.cell(2, head.index(name) + 1).value = value
            saved = io.BytesIO()
            book.save(saved)
            return saved.getvalue()
    raise AssertionError("the form is shipped")


def under(tablet: TestTablet, version: str, name: str, case: str = CASE) -> Any:
    """A visit filled in with this version of the form."""
    answers = {"household": {"householder_name": name}}
    payload = payload_of(tablet.visit(case, answers))
    old = form("household_visit")
    instance = write_instance(old, answers).replace(f'version="{old.version}"', f'version="{version}"')
    return tablet.sign(canonical(payload | {"form_version": version, "instance": instance}), list(tablet.persons))


def test_both_versions_stay_acceptable(county: County, tablet: TestTablet) -> None:
    with county.app.app_context():
        publish_form(AUTHORITY, household_visit(version=NEXT))

    of_old, of_new = tablet.push(
        tablet.visit(CASE, {"household": {"householder_name": "王大山"}}), under(tablet, NEXT, "王小山", "d" * 32)
    )

    assert (of_old["status"], of_new["status"]) == ("accepted", "accepted")
    versions = [(f["form"], f["version"]) for f in tablet.client.get("/api/v1/forms", headers=tablet.headers).json]
    assert versions.index(("household_visit", NEXT)) == 1


def test_publishing_the_same_workbook_twice_changes_nothing(county: County) -> None:
    with county.app.app_context():
        first = publish_form(AUTHORITY, household_visit(version=NEXT))
        assert publish_form(AUTHORITY, household_visit(version=NEXT)).to_json() == first.to_json()


def test_a_published_version_never_changes(county: County) -> None:
    with county.app.app_context(), pytest.raises(errors.FormRefused):
        publish_form(AUTHORITY, household_visit(form_title="入户调查表（改）"))


@pytest.mark.parametrize("workbook", [b"", b"PK\x03\x04", b"not a workbook"])
def test_what_is_no_form_is_refused(county: County, workbook: bytes) -> None:
    with county.app.app_context(), pytest.raises(errors.FormRefused):
        publish_form(AUTHORITY, workbook)


def test_work_that_came_before_its_form_goes_on_waiting_for_a_person(county: County, tablet: TestTablet) -> None:
    # A receipt says that it waits, and a receipt never changes; the office takes it up by hand.
    early = under(tablet, NEXT, "王大山")
    (verdict,) = tablet.push(early)
    with county.app.app_context():
        publish_form(AUTHORITY, household_visit(version=NEXT))

    (again,) = tablet.push(early)

    assert again["receipt"] == verdict["receipt"]
    assert quarantine(county.app) == {verdict["statement"]: "unknown_form_version"}
    assert case_documents(county.app) == {}
    with county.app.app_context():
        assert check_rebuild(AUTHORITY, keyring(county.app), lambda _: None).differing == ()
    tablet.push(under(tablet, NEXT, "王小山"))
    assert list(registers(county.app, CASE)[NAME].values()) == ["王小山"]
