"""Coming in and going out of the office, and what a stranger or a stale page gets."""

import re

import pytest
from fieldwork import County
from office_desk import Desk, desk


def test_the_right_password_opens_the_list_of_cases(county: County) -> None:
    someone = Desk(county)

    answer = someone.log_in("officer")

    assert answer.status_code == 303
    assert someone.get("/office/cases").status_code == 200


def test_a_wrong_password_is_told_in_place_and_keeps_the_login(county: County) -> None:
    someone = Desk(county)

    answer = someone.log_in("officer", "not the password")

    assert answer.status_code == 401
    assert "Login or password is wrong" in answer.text
    assert 'value="officer"' in answer.text
    assert "not the password" not in answer.text


def test_too_many_tries_wait_and_another_person_is_not_kept_out(county: County) -> None:
    someone = Desk(county)
    for _ in range(5):
        someone.log_in("inspector", "guess")

    refused = someone.log_in("inspector", "guess")

    assert refused.status_code == 429
    assert "Too many tries" in refused.text
    assert Desk(county).log_in("auditor").status_code == 303


def test_a_post_without_its_token_changes_nothing_and_says_so(county: County) -> None:
    officer = desk(county, "officer")

    answer = officer.post("/logout", csrf="")

    assert answer.status_code == 400
    assert "The page is too old" in answer.text
    assert officer.get("/office/cases").status_code == 200


def test_logging_in_starts_a_new_session_and_logging_out_ends_it(county: County) -> None:
    officer = desk(county, "officer")
    with officer.client.session_transaction() as kept:
        first = kept["token"]
    officer.post("/login", login="officer", password="correct-horse-battery")
    with officer.client.session_transaction() as kept:
        second = kept["token"]
    officer.post("/logout", csrf=officer.token("/office/cases"))

    answer = officer.get("/office/cases")

    assert first != second
    assert answer.status_code == 303 and answer.location.startswith("/login")


def test_a_stranger_is_led_to_the_login_and_from_there_to_the_page(county: County) -> None:
    stranger = Desk(county)
    led = stranger.get("/office/replicas")

    answer = stranger.post("/login", login="officer", password="correct-horse-battery", next="/office/replicas")

    assert led.status_code == 303 and "next=" in led.location
    assert answer.location == "/office/replicas"


@pytest.mark.parametrize("elsewhere", ["https://example.com/", "//example.com/", "/\\example.com", "/nowhere"])
def test_the_login_leads_nowhere_else(county: County, elsewhere: str) -> None:
    answer = Desk(county).post("/login", login="officer", password="correct-horse-battery", next=elsewhere)

    assert answer.location == "/"


def test_the_language_is_chosen_without_logging_in_and_kept_through_it(county: County) -> None:
    someone = Desk(county, lang="zh-CN")
    before = someone.get("/login").text
    someone.post("/language", language="en", next="/login")

    page = someone.get("/login").text
    someone.log_in("officer")

    assert "登录办公端" in before and 'lang="zh-Hans"' in before
    assert "Log in to the office" in page
    assert "Every household in your area" in someone.get("/office/cases").text


@pytest.mark.parametrize(
    ("login", "path", "status"),
    [
        ("zhang", "/office/cases", 403),
        ("zhang", "/office/me", 200),
        ("head", "/office/import", 403),
        ("head", "/office/people", 403),
        ("head", "/office/replicas", 200),
        ("reviewer", "/office/quarantine", 403),
        ("officer", "/office/audit", 403),
        ("auditor", "/office/audit", 200),
    ],
)
def test_each_role_sees_its_own_pages(county: County, login: str, path: str, status: int) -> None:
    answer = desk(county, login).get(path)

    assert answer.status_code == status
    assert status == 200 or "You may not do this" in answer.text


def test_pages_carry_no_script_or_style_of_their_own(county: County) -> None:
    page = desk(county, "officer").get("/office/cases")

    assert "default-src 'self'" in page.headers["Content-Security-Policy"]
    assert not re.search(r"<script(?![^>]*\bsrc=)|\son\w+=|\sstyle=|<style", page.text)
    assert page.headers["Cache-Control"] == "no-store"
