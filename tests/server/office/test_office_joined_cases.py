"""A household that was joined into another is no line of the list any more, and its page says where it lives on."""

import pytest
from deciding import acting, grounds, items
from fieldwork import County, new_tablet
from ledger_reading import case_documents
from office_desk import desk

from server.operations.confirm_proposal import confirm_proposal
from server.operations.join_cases import join_cases
from sync.case import Case
from sync.joining import shown_of

ONE, TWO = "a" * 32, "b" * 32


@pytest.fixture(scope="module")
def joined(county: County) -> County:
    """Two files of one household, of which the second was joined into the first by the county and the township."""
    tablet = new_tablet(county, "zhang", "li")
    for name, address in ((ONE, "一组1号"), (TWO, "一组7号")):
        person = {"member_id": name[:8], "name": "王大山", "relation": "0", "id_no": "99999919570704013X"}
        answers = {"householder_name": "王大山", "village": "n1", "address": address}
        tablet.push(tablet.visit(name, {"household": answers, "people": {"members": [person]}}))
    (item,) = [i.id for i in items(county.app).values() if i.kind == "duplicate"]
    shown = {name: shown_of(Case.from_document(found)) for name, found in case_documents(county.app).items()}
    with county.app.app_context():
        said = join_cases(acting(county), item, ONE, {}, shown, grounds(code="same_people")).statement
        confirm_proposal(acting(county, "head"), item, said.id, grounds())
    return county


def test_the_list_leaves_it_out_and_a_search_finds_and_marks_it(joined: County) -> None:
    officer = desk(joined, "officer")

    listed = officer.get("/office/cases").text
    found = officer.post("/office/cases/search", name="王大山", follow=True).text

    assert f"/office/cases/{ONE}" in listed and f"/office/cases/{TWO}" not in listed
    assert "1 household" in listed
    assert f"/office/cases/{TWO}" in found and found.count("Joined into another") == 1
    assert "2 households" in found


def test_both_pages_name_the_other_case_and_who_joined_them(joined: County) -> None:
    officer = desk(joined, "officer")

    away, here = officer.get(f"/office/cases/{TWO}").text, officer.get(f"/office/cases/{ONE}").text

    assert "This household lives on in another case" in away and f'href="/office/cases/{ONE}"' in away
    assert "Joined into this one" in here and f'href="/office/cases/{TWO}"' in here
    for page in (away, here):
        assert "Joined by 测试officer, 测试head on" in page
    assert "joined.into" not in away and ">into<" not in away


def test_in_chinese_too(joined: County) -> None:
    page = desk(joined, "officer", "zh-CN").get(f"/office/cases/{TWO}").text

    assert "本户已并入另一户" in page and "由测试officer、测试head并户。" in page
