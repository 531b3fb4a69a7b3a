"""Nobody decides about a household in which a relative is registered; the screen says why, and who can."""

import pytest
from deciding import decide, items
from fieldwork import AUTHORITY, County, TestTablet, new_tablet
from ledger_reading import keyring, stored

from schemas.forms.id_numbers import check_character
from server import errors
from server.operations.decide_field import Enter
from server.operations.end_person import end_person
from server.operations.register_relative import register_relative
from server.queries.who_may_decide import Standing, who_may_decide
from sync.open_item import conflict

CASE = "c" * 32
ADDRESS = "place.address"
MEMBER = "0a1b2c3d"
NUMBER = "99999919500101011" + check_character("99999919500101011")


@pytest.fixture
def disputed(county: County) -> tuple[TestTablet, TestTablet]:
    """Two tablets disagree about the address of a household with one member."""
    pair = new_tablet(county, "zhang"), new_tablet(county, "li")
    for tablet, where in zip(pair, ("一组1号", "一组7号"), strict=True):
        people = {"members": [{"member_id": MEMBER, "name": "王大山", "id_no": NUMBER}]}
        tablet.push(tablet.visit(CASE, {"household": {"address": where}, "people": people}))
    return pair


def relate(county: County, who: str, number: str = NUMBER) -> None:
    officer = county.people["officer"]
    with county.app.app_context():
        register_relative(
            AUTHORITY, officer.id, ("c/",), county.people[who].id, number, "sibling", keyring(county.app)
        )


def standing(county: County, who: str, path: str = ADDRESS) -> Standing:
    item = items(county.app)[conflict(CASE, path).id]
    with county.app.app_context():
        return who_may_decide(AUTHORITY, item, county.people[who].id, keyring(county.app))


@pytest.mark.usefixtures("disputed")
def test_a_relative_decides_nothing_about_the_household(county: County) -> None:
    assert standing(county, "head") == Standing(None, ("测试officer",))
    relate(county, "head", NUMBER.lower())
    before = stored(county.app)

    assert standing(county, "head") == Standing("relative", ("测试officer",))
    assert standing(county, "officer") == Standing(None, ())
    with pytest.raises(errors.RelativeMayNotDecide):
        decide(county, CASE, ADDRESS, Enter("一组8号"), "head")
    assert stored(county.app) == before

    decide(county, CASE, ADDRESS, Enter("一组8号"), "officer")


def test_a_relative_in_any_value_of_a_number_counts(county: County, disputed: tuple[TestTablet, TestTablet]) -> None:
    other = "99999919500101022" + check_character("99999919500101022")
    relate(county, "head", other)
    assert standing(county, "head").refusal is None

    people = {"members": [{"member_id": MEMBER, "name": "王大山", "id_no": other}]}
    disputed[0].push(disputed[0].visit(CASE, {"people": people}))

    assert standing(county, "head").refusal == "relative"


@pytest.mark.usefixtures("disputed")
def test_who_may_not_in_this_role_or_area_is_not_among_those_who_can(county: County) -> None:
    for who in ("reviewer", "auditor", "inspector", "zhang"):
        assert standing(county, who) == Standing("role", ("测试head", "测试officer"))


@pytest.mark.usefixtures("disputed")
def test_an_officer_without_an_account_any_more_is_not_among_those_who_can(county: County) -> None:
    with county.app.app_context():
        end_person(AUTHORITY, county.people["head"].id)

    assert standing(county, "officer") == Standing(None, ())
    assert standing(county, "head") == Standing("role", ("测试officer",))
