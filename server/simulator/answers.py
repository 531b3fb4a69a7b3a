"""What an investigator writes down in an invented household: answers in the survey forms' own names and units.

They fit `schemas.forms.fill.write_instance`: groups are mappings, repeats lists, money is yuan text, and a question
that was not asked is left out. People and income lines keep the ids that they have on file.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random
from typing import Any

from schemas.forms.values import Value
from server.simulator.county import LINES
from server.simulator.household import Household, Income, Member
from server.simulator.people import age_on
from server.simulator.photos import Subject

# Photo questions of the home visit and what is drawn for them; disability certificates are photographed per member.
VISIT_PHOTOS: Mapping[str, Subject] = {
    "photo_house": "house",
    "photo_room": "room",
    "photo_kitchen": "kitchen",
    "photo_book": "document",
    "photo_certificate": "document",
    "photo_people": "people",
}
_NO_PHOTOS: Mapping[str, str] = {}
_DISEASES = {
    "chronic": ("高血压", "糖尿病", "慢性支气管炎", "风湿性关节炎"),
    "serious": ("尿毒症", "恶性肿瘤", "脑梗死后遗症"),
}
_DISABILITIES = ("61", "62", "64", "65", "66")

Answers = dict[str, Any]  # as deep as the form: text, whole numbers, None, lists of codes, and mappings of these


def visit_answers(
    household: Household,
    rng: Random,
    *,
    on_file: Mapping[str, Value],
    at: datetime,
    photos: Mapping[str, str] = _NO_PHOTOS,
) -> Answers:
    """The answers of one home visit.

    `on_file` is what the tablet holds of the case, by field path: numbers may be masked there. `at` is the moment
    of arrival, with its offset. `photos` names the file (`<sha256>.jpg`) for each photo question that was taken.
    """
    ids = _member_ids(household, rng, on_file)
    incomes = [(ids[m.name], i) for m in household.members for i in _this_year(rng, m)]
    per_capita = sum(income.fen_per_month for _, income in incomes) // len(household.members)
    return {
        "visit": _visit(household, rng, at),
        "household": _household(household, on_file),
        "people": {"members": [_member(m, ids[m.name], rng, on_file, at) for m in household.members]},
        "economy": _economy(household, rng, incomes, on_file),
        "support": {"obligors": _obligors(household, rng, at)},
        "hardship": _hardship(household),
        "photos": {question: photos[question] for question in VISIT_PHOTOS if question in photos},
        "conclusion": _conclusion(household, per_capita),
    }


def interview_answers(household: Household, rng: Random, *, informant: str, phone: str, at: datetime) -> Answers:
    """The answers of one talk with a neighbour about a household; mostly they say that it fits."""
    named = rng.random() < 0.6
    opinion = rng.choices(("fits", "no_opinion", "doubtful", "not_fit"), (78, 10, 8, 4))[0]
    works = opinion in ("doubtful", "not_fit") or any(m.work_ability == "can" for m in household.members)
    informant_block: Answers = {
        "informant_kind": [rng.choice(("neighbour", "neighbour", "group_leader", "village_cadre", "party_member"))],
        "consent_named": "yes" if named else "no",
    }
    if named:
        informant_block |= {"informant_name": informant, "contact": phone}
    informant_block |= {
        "knows_since": rng.choice(("lives_beside", "often", "sometimes")),
        "distance": rng.choice(("next_door", "same_group", "same_village")),
    }
    questions: Answers = {"q_members": "same", "q_income": "yes" if works else "no"}
    if works:
        questions["note_income"] = rng.choice(("农忙时在镇上打零工。", "有时外出务工，一年几个月。"))
    questions |= {
        "q_assets": ["none"],
        "q_support": rng.choice(("yes", "partly", "no", "unknown")),
        "q_life": "average" if opinion == "not_fit" else "harder",
        "q_changes": ["employed"] if opinion == "not_fit" else ["none"],
        "q_irregular": ["none"],
    }
    doubts = opinion in ("doubtful", "not_fit")
    return {
        "visit": {
            "visit_at": _moment(at),
            "geo": _position(household, rng),
            "place": rng.choice(("村口小卖部", "邻居家门口", "村委会")),
        },
        "informant": informant_block,
        "questions": questions,
        "conclusion": {
            "opinion": opinion,
            "words": "他家今年有人在外面挣钱。" if doubts else "他家情况大家都知道，是困难。",
            "recommend": "decrease" if doubts else "keep",
            "conclusion_text": "邻里反映收入有变化，建议复核。" if doubts else "邻里反映与登记情况一致。",
        },
        "signing": {"informant_signing": rng.choice(("thumbprint", "declined")) if named else "anonymous"},
    }


# -- the visit -------------------------------------------------------------------------------------------------------


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="seconds")


def _position(household: Household, rng: Random) -> str:
    """As XForms write places: latitude, longitude, altitude and accuracy, in degrees and metres."""
    lat, lng = household.lat + rng.gauss(0, 0.00006), household.lng + rng.gauss(0, 0.00006)
    return f"{lat:.6f} {lng:.6f} {rng.randrange(480, 560)}.0 {rng.randrange(4, 25)}.0"


def _visit(household: Household, rng: Random, at: datetime) -> Answers:
    respondent = max(household.members, key=lambda m: (age_on(m.birth_date, at.date()) >= 18, m.relation == "0"))
    return {
        "visit_at": _moment(at),
        "visit_end": _moment(at + timedelta(minutes=rng.randrange(18, 55))),
        "place": _position(household, rng),
        "met": "member",
        "respondent_name": respondent.name,
        "respondent_relation": respondent.relation,
        "accompany": ["village_officer"],
        "docs_checked": ["household_book", "id_card", "dibao_certificate", "passbook"],
    }


def _checked(name: str, path: str, on_file: Mapping[str, Value], paper: str) -> Answers:
    """A number against the file: what is on file is compared, not typed again; what is not is asked for."""
    if on_file.get(path):
        return {f"{name}_check": "match"}
    question = {"id": "id_no", "phone": "phone", "bank": "bank_account"}[name]
    return {f"{name}_check": "none_on_file", question: paper}


def _household(household: Household, on_file: Mapping[str, Value]) -> Answers:
    return {
        "village": on_file.get("place.village", household.village),
        "village_group": household.group,
        "address": household.address,
        "householder_name": household.householder.name,
        "scheme": household.scheme,
        "is_current": "yes",
        "review_class": household.review_class,
        "register_class": _register_class(household),
        "is_registered_poor": "no",
        "is_officer_relative": "no",
        "village_posted": "yes",
        "family_size": len(household.members),
        "covered_count": household.covered_count,
        **_checked("phone", "household.phone", on_file, household.phone),
        **_checked("bank", "household.bank_account", on_file, household.bank_account),
        "dibao_certificate_no": household.certificate_no,
        "benefit_month": _yuan(household.benefit),
    }


def _register_class(household: Household) -> str:
    if any(member.work_ability == "can" for member in household.members):
        return "able_bodied"
    ill = any(member.health in ("serious", "disabled") for member in household.members)
    return "sick_disabled" if ill else "alone_aged"


# -- people ----------------------------------------------------------------------------------------------------------


def _member_ids(household: Household, rng: Random, on_file: Mapping[str, Value]) -> dict[str, str]:
    """Name -> member id: the one on file, else a new one."""
    known: dict[str, str] = {}
    for path, value in on_file.items():
        parts = path.split(".")
        if parts[0] == "members" and parts[-1] == "name" and on_file.get(f"members.{parts[1]}.listed") is True:
            known[str(value)] = parts[1]
    return {member.name: known.get(member.name) or f"{rng.getrandbits(64):016x}" for member in household.members}


def _member(member: Member, member_id: str, rng: Random, on_file: Mapping[str, Value], at: datetime) -> Answers:
    path = f"members.{member_id}.id_no"
    if member.id_no is None and not on_file.get(path):
        identity: Answers = {"id_check": "none_on_file", "id_no": None, "no_id_reason": "unregistered"}
    else:
        identity = _checked("id", path, on_file, member.id_no or "")
    age = age_on(member.birth_date, at.date())
    return {
        "member_id": member_id,
        "name": member.name,
        "relation": member.relation,
        "presence": "working_away" if member.job_status == "flexible" and rng.random() < 0.3 else "at_home",
        **identity,
        "sex": member.sex,
        "birth_date": member.birth_date.isoformat(),
        "hukou_kind": "rural",
        "education": "none" if age < 7 else rng.choice(("primary", "junior") if age > 12 else ("primary",)),
        "marital": "10" if age < 22 else "20" if member.relation == "1" else rng.choice(("20", "30")),
        **_health(member, rng),
        "self_care": "partly" if member.disability_grade == "1" or age > 84 else "full",
        "work_ability": member.work_ability,
        "job_status": member.job_status,
        "covered": "yes" if member.covered else "no",
    }


def _health(member: Member, rng: Random) -> Answers:
    health: Answers = {"health": member.health}
    if member.health in _DISEASES:
        health["disease_name"] = rng.choice(_DISEASES[member.health])
    if member.health == "disabled":
        health["disability_kind"] = rng.choice(_DISABILITIES)
        health["disability_grade"] = member.disability_grade
        # A certificate's number is the holder's ID number, a digit for the kind and one for the grade.
        owner = member.id_no or f"999999{rng.randrange(10**12):012d}"
        health["disability_cert_no"] = f"{owner}{health['disability_kind'][1]}{member.disability_grade}"
    return health


# -- what they live on -----------------------------------------------------------------------------------------------


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}".removesuffix(".00")


def _this_year(rng: Random, member: Member) -> list[Income]:
    """Last year's incomes, as they turn out to be this year: mostly the same, some a tenth more or less."""
    changed = []
    for income in member.incomes:
        amount = income.amount * rng.choice((90, 100, 100, 100, 105, 110)) // 100 // 1_000 * 1_000
        changed.append(Income(income.kind, income.period, amount, income.basis))
    return changed


def _economy(
    household: Household, rng: Random, incomes: list[tuple[str, Income]], on_file: Mapping[str, Value]
) -> Answers:
    on_list = _income_ids(on_file)
    lines = []
    for member_id, income in incomes:
        # A line of the same kind is the same line; the roster's lump sum of a person becomes their first real one.
        line_id = on_list.pop((member_id, income.kind), None) or on_list.pop((member_id, "other"), None)
        lines.append(
            {
                "line_id": line_id or f"{rng.getrandbits(64):016x}",
                "income_member": member_id,
                "income_group": income.group,
                "income_kind": income.kind,
                "period": income.period,
                "amount": _yuan(income.amount),
                "basis": income.basis,
                "excluded": "no",
            }
        )
    return {
        "income": lines,
        "housing_kind": "self_built" if household.scheme == "rural" else "resettlement",
        "expenditure": {
            "spend_utilities": str(rng.randrange(40, 160)),
            "spend_telecom": str(rng.randrange(19, 60)),
            "spend_medical": str(rng.randrange(0, 600)),
            "spend_other": str(rng.randrange(50, 300)),
        },
    }


def _income_ids(on_file: Mapping[str, Value]) -> dict[tuple[str, str], str]:
    """(member id, kind) -> line id of the income lines on file."""
    found: dict[tuple[str, str], str] = {}
    for path, kind in on_file.items():
        parts = path.split(".")
        if parts[0] == "income" and parts[-1] == "kind" and on_file.get(f"income.{parts[1]}.listed") is True:
            found[(str(on_file.get(f"income.{parts[1]}.member")), str(kind))] = parts[1]
    return found


def _obligors(household: Household, rng: Random, at: datetime) -> list[Answers]:
    """Old people who live without their children mostly have some who live apart."""
    head = household.householder
    alone = age_on(head.birth_date, at.date()) >= 62 and not any(m.relation in "23" for m in household.members)
    if not alone or rng.random() < 0.4:
        return []
    return [
        {
            "obligor_id": f"{rng.getrandbits(64):016x}",
            "obligor_name": head.name[:1] + rng.choice(("建平", "卫国", "晓丽")),
            "obligor_relation": rng.choice(("2", "3")),
            "obligor_age": rng.randrange(30, 45),
            "obligor_family_size": rng.randrange(2, 5),
            "obligor_income": str(rng.randrange(18, 60) * 100),
            "obligor_job": "务工",
            "obligor_able": rng.choice(("yes", "partly", "no")),
        }
    ]


def _hardship(household: Household) -> Answers:
    health = {member.health for member in household.members}
    if "serious" in health:
        primary = "illness"
    elif "disabled" in health:
        primary = "disability"
    else:
        primary = "elderly_alone" if len(household.members) == 1 else "no_labour"
    studying = any(member.job_status == "student" for member in household.members)
    return {"hardship_primary": primary, "hardship_secondary": ["study"] if studying else []}


def _conclusion(household: Household, per_capita: int) -> Answers:
    """The advice follows from the reckoning: the line less this year's income, against what is paid now."""
    line = LINES[household.scheme].fen_per_month
    due = (line - per_capita) * household.covered_count
    change = due - household.benefit
    recommend = "keep" if abs(change) < 2_000 else "increase" if change > 0 else "decrease"
    words = {"keep": "建议维持现状", "increase": "建议增发", "decrease": "建议减发"}[recommend]
    return {
        "meets": "yes" if per_capita < line else "no",
        "reason": f"人均月收入{_yuan(per_capita)}元，低于保障标准{_yuan(line)}元"
        if per_capita < line
        else "收入高于标准",
        "recommend": recommend,
        "explained": "yes",
        "household_response": "accept",
        "conclusion_text": f"经入户核查，家庭情况与申报基本一致，{words}。",
    }
