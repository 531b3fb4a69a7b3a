"""A household as an investigator fills it in, to be changed one answer at a time."""

from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any

import pytest

from schemas.forms.compiled import CompiledForm, compile_xlsform, shipped_forms
from schemas.forms.fill import write_instance
from schemas.forms.instance import Reading, read_instance

STATEMENT = "0123456789abcdef0123456789abcdef-7"
ZHANG, LI, WAGE = "a1" * 8, "b2" * 8, "c3" * 8

VISIT: Mapping[str, Any] = {
    "visit": {
        "visit_at": "2026-03-01T10:00:00.000+08:00",
        "visit_end": "2026-03-01T10:40:00.000+08:00",
        "place": "30.25 120.17 12.0 6.5",
        "met": "member",
        "docs_checked": ["household_book", "dibao_certificate"],
    },
    "household": {
        "village": "v-12",
        "address": "柳树巷 8 号",
        "householder_name": "张三",
        "scheme": "rural",
        "is_current": "yes",
        "is_officer_relative": "no",
        "family_size": 2,
        "covered_count": 2,
        "benefit_month": "700.5",
    },
    "people": {
        "members": [
            {
                "member_id": ZHANG,
                "name": "张三",
                "relation": "0",
                "presence": "at_home",
                "id_check": "none_on_file",
                "id_no": "999999198001010011",
                "sex": "1",
                "health": "healthy",
                "covered": "yes",
            },
            {
                "member_id": LI,
                "name": "李四",
                "relation": "1",
                "presence": "at_home",
                "id_check": "none_on_file",
                "id_no": "99999919800101002X",
                "sex": "2",
                "health": "healthy",
                "covered": "yes",
            },
        ]
    },
    "economy": {
        "income": [
            {
                "line_id": WAGE,
                "income_member": ZHANG,
                "income_group": "wage",
                "income_kind": "odd_jobs",
                "period": "month",
                "amount": "900",
                "basis": "self_declared",
                "excluded": "no",
            }
        ],
    },
    "support": {"obligors": [{"obligor_id": "d4" * 8, "obligor_name": "张大", "obligor_able": "partly"}]},
    "hardship": {"hardship_primary": "illness"},
    "conclusion": {
        "meets": "yes",
        "recommend": "keep",
        "explained": "yes",
        "conclusion_text": "情况属实，符合低保条件，建议维持",
    },
}

INTERVIEW: Mapping[str, Any] = {
    "visit": {"visit_at": "2026-03-01T11:00:00+08:00", "place": "村口小卖部"},
    "informant": {
        "informant_kind": ["neighbour"],
        "consent_named": "yes",
        "informant_name": "王五",
        "contact": "13800000011",
    },
    "questions": {"q_income": "yes", "note_income": "王五说他每天去工地"},
    "conclusion": {
        "opinion": "fits",
        "words": "日子过得紧",
        "recommend": "keep",
        "conclusion_text": "邻居反映一致，生活困难",
    },
    "signing": {"informant_signing": "signed", "informant_ink": "f" * 64 + ".png"},
}


@pytest.fixture(scope="session")
def home_form() -> CompiledForm:
    return compile_xlsform(shipped_forms()[0])


@pytest.fixture(scope="session")
def interview_form() -> CompiledForm:
    return compile_xlsform(shipped_forms()[1])


@pytest.fixture
def visit() -> dict[str, Any]:
    return deepcopy(dict(VISIT))


@pytest.fixture
def talk() -> dict[str, Any]:
    return deepcopy(dict(INTERVIEW))


@pytest.fixture
def read() -> Callable[..., Reading]:
    def read_back(form: CompiledForm, values: Mapping[str, Any], on_screen: tuple[str, ...] = ()) -> Reading:
        return read_instance(form, write_instance(form, values), on_screen=on_screen, statement=STATEMENT)

    return read_back
