"""What the demo prints for trying the tablet: codes that work, of the pair that has something to see."""

import pytest
from fieldwork import AUTHORITY, County, TestTablet, new_tablet

from server import keys
from server.commands import tablet_codes
from server.commands.demo_accounts import Account, DemoCounty
from server.operations.end_person import end_person
from sync.envelope import ENROLMENT_TYPE


@pytest.fixture
def demo(county: County) -> DemoCounty:
    """The test county as a demo's accounts name it."""
    pairs = {"zhang": 1, "li": 1, "wang": 2, "zhao": 2}
    accounts = [
        Account(login, "", person.name, person.role, person.region, person.id, pairs.get(login))
        for login, person in county.people.items()
    ]
    return DemoCounty(1, accounts, finished=True)


def work_in_the_south(county: County) -> None:
    """One household that nobody has visited, and one about which two tablets disagree."""
    apart = new_tablet(county, "wang"), new_tablet(county, "zhao")
    for tablet, name in zip(apart, ("王大山", "王小山"), strict=True):
        tablet.push(tablet.visit("c" * 32, {"household": {"householder_name": name}}, village="s1"))
    talk = {"conclusion": {"opinion": "fit"}}
    apart[0].push(apart[0].visit("d" * 32, talk, village="s1", kind="neighbour_interview"))


def test_codes_are_for_the_pair_with_unvisited_and_disputed_households(county: County, demo: DemoCounty) -> None:
    work_in_the_south(county)

    with county.app.app_context():
        codes = tablet_codes.fresh_codes(demo)

    assert [account.login for account, _ in codes] == ["wang", "zhao"]


def test_a_printed_code_enrols_and_the_next_start_prints_others(county: County, demo: DemoCounty) -> None:
    with county.app.app_context():
        first, second = tablet_codes.fresh_codes(demo), tablet_codes.fresh_codes(demo)

    assert not {code for _, code in first} & {code for _, code in second}
    printed = "\n".join(tablet_codes.lines("http://127.0.0.1:8000", first))
    assert "http://127.0.0.1:8000/tablet/" in printed
    tablet = TestTablet(county, county.app.test_client(), keys.new_id(), keys.SigningKey.generate())
    for _, code in first:
        assert f"{code[:4]}-{code[4:8]}-{code[8:12]}-{code[12:]}" in printed
        key = keys.SigningKey.generate()
        proof = keys.sign_envelope(ENROLMENT_TYPE, tablet.enrolment_payload(code, key), tablet.key, key)
        answer = tablet.client.post("/api/v1/enrolments", json={"token": code, "proof": proof.to_json()})
        assert answer.status_code == 201, answer.text


def test_somebody_who_has_left_gets_no_code(county: County, demo: DemoCounty) -> None:
    with county.app.app_context():
        for login in ("li", "zhao"):
            end_person(AUTHORITY, county.people[login].id)

        assert tablet_codes.fresh_codes(demo) == []
