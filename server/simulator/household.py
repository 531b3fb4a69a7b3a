"""One invented household that could be on the register: who lives there, what they live on, what it gets.

The allowance is what the rule says it is (差额补助): the line less the per-capita income, for each covered person.
"""

from dataclasses import dataclass, replace
from datetime import date
from random import Random
from typing import Literal

from server.simulator.people import MINORITY, RARE_CHARACTER, Registry, age_on, born_at_age

Sex = Literal["1", "2"]
Special = Literal["minority", "rare_character", "no_id"]


@dataclass(frozen=True, slots=True)
class Line:
    """The minimum living allowance line of a scheme, in fen a person a month."""

    scheme: Literal["urban", "rural"]
    fen_per_month: int


_GROUPS = {
    "odd_jobs": "wage",
    "public_post": "wage",
    "crops": "business",
    "livestock": "business",
    "pension": "transfer",
    "support": "transfer",
    "living_aid": "transfer",
}


@dataclass(frozen=True, slots=True)
class Income:
    """One line of last year's income: amount in fen per `period`, and how it is known (the form's codes)."""

    kind: str
    period: Literal["month", "year"]
    amount: int
    basis: str

    @property
    def group(self) -> str:
        """The form's group of the kind."""
        return _GROUPS[self.kind]

    @property
    def fen_per_month(self) -> int:
        return self.amount if self.period == "month" else self.amount // 12


@dataclass(frozen=True, slots=True)
class Member:
    """A person of the household; `relation` is GB/T 4761, `sex` GB/T 2261.1, the rest the home survey's codes."""

    name: str
    relation: str
    id_no: str | None
    sex: Sex
    birth_date: date
    health: str
    disability_grade: str | None
    work_ability: str
    job_status: str
    covered: bool
    incomes: tuple[Income, ...] = ()


@dataclass(frozen=True, slots=True)
class Household:
    """A household as last year's roster has it; amounts in fen, the place in WGS 84 degrees."""

    serial: int
    number: str
    village: str
    group: str
    address: str
    door_number: str
    lat: float
    lng: float
    scheme: Literal["urban", "rural"]
    review_class: Literal["A", "B", "C"]
    phone: str
    bank_account: str
    certificate_no: str
    benefit: int
    members: tuple[Member, ...]

    @property
    def householder(self) -> Member:
        return next(member for member in self.members if member.relation == "0")

    @property
    def covered_count(self) -> int:
        return sum(member.covered for member in self.members)

    @property
    def per_capita_month(self) -> int:
        """Last year's income a head a month, in fen."""
        return sum(i.fen_per_month for m in self.members for i in m.incomes) // len(self.members)


# relation and age range of everybody but the householder, who comes first with their own range
_Shape = tuple[tuple[str, int, int], ...]
_SHAPES: dict[int, tuple[_Shape, ...]] = {
    1: ((("0", 64, 90),), (("0", 66, 84),), (("0", 38, 62),)),
    2: (
        (("0", 62, 84), ("1", 60, 82)),
        (("0", 34, 48), ("3", 6, 17)),
        (("0", 64, 80), ("2", 32, 46)),
        (("0", 60, 76), ("4", 5, 16)),
    ),
    3: (
        (("0", 36, 52), ("1", 34, 50), ("2", 5, 17)),
        (("0", 34, 48), ("2", 10, 17), ("3", 3, 9)),
        (("0", 40, 52), ("1", 38, 52), ("5", 72, 86)),
    ),
    4: (
        (("0", 36, 48), ("1", 34, 46), ("3", 8, 17), ("2", 2, 7)),
        (("0", 38, 50), ("1", 36, 48), ("2", 8, 17), ("5", 70, 84)),
    ),
    5: (
        (("0", 38, 48), ("1", 36, 46), ("3", 12, 17), ("3", 7, 11), ("2", 1, 6)),
        (("0", 38, 50), ("1", 36, 48), ("2", 8, 17), ("5", 70, 84), ("5", 70, 82)),
    ),
}
_STREETS = ("向阳路", "建设街", "和平巷", "滨河路", "新民街", "解放路")


def invent_household(
    rng: Random,
    registry: Registry,
    *,
    serial: int,
    size: int,
    village: str,
    village_name: str,
    line: Line,
    lat: float,
    lng: float,
    as_of: date,
    special: Special | None = None,
) -> Household:
    """A household of `size` people; `special` puts somebody in whom careless software does not expect."""
    members = [_person(rng, registry, *role, as_of) for role in rng.choice(_SHAPES[size])]
    members = _family(rng, registry, members, as_of)
    if special == "minority":
        start = rng.randrange(30)
        members = [replace(m, name=_minority_name(m, start + place)) for place, m in enumerate(members)]
    elif special == "rare_character":
        members[-1] = replace(members[-1], name=members[0].name[:1] + "小" + RARE_CHARACTER)
    elif special == "no_id":
        members[-1] = replace(members[-1], id_no=None)
    members = _within_line(members, line)
    covered = _covered(rng, members)
    members = [replace(m, covered=c) for m, c in zip(members, covered, strict=True)]
    per_capita = sum(i.fen_per_month for m in members for i in m.incomes) // len(members)
    benefit = (line.fen_per_month - per_capita) * sum(covered) // 100 * 100  # paid in whole yuan
    door = str(rng.randrange(1, 180))
    group = f"{rng.randrange(1, 9)}组" if line.scheme == "rural" else f"{rng.randrange(1, 20)}栋"
    street = village_name + group if line.scheme == "rural" else rng.choice(_STREETS)
    return Household(
        serial=serial,
        number=f"{village[6:]}{serial:04d}",
        village=village,
        group=group,
        address=f"{street}{door}号",
        door_number=f"{door}号",
        lat=lat,
        lng=lng,
        scheme=line.scheme,
        review_class=_review_class(members, as_of),
        phone=registry.phone(),
        bank_account=registry.bank_account(),
        certificate_no=f"999999{'C' if line.scheme == 'urban' else 'N'}{serial:06d}",
        benefit=benefit,
        members=tuple(members),
    )


def _person(rng: Random, registry: Registry, relation: str, youngest: int, oldest: int, as_of: date) -> Member:
    born = born_at_age(rng, rng.randint(youngest, oldest), as_of)
    drawn: Sex = "1" if rng.random() < 0.6 else "2"
    sex: Sex = "1" if relation == "2" else "2" if relation == "3" else drawn
    health = _health(rng, age_on(born, as_of))
    return Member(
        name="",
        relation=relation,
        id_no=None,
        sex=sex,
        birth_date=born,
        health=health,
        disability_grade=str(rng.randint(1, 4)) if health == "disabled" else None,
        work_ability="none",
        job_status="unemployed",
        covered=True,
    )


def _family(rng: Random, registry: Registry, members: list[Member], as_of: date) -> list[Member]:
    """Sexes that fit together, names that run in the family, numbers and means of living."""
    head = members[0]
    spouse_sex: Sex = "2" if head.sex == "1" else "1"
    surname, spouse_surname = registry.surname(), registry.surname()
    # Children carry their father's name where there is a father, else the householder's.
    has_father = any(m.relation == "1" for m in members) and spouse_sex == "1"
    surnames = {"0": surname, "1": spouse_surname}
    parents = 0
    named: list[Member] = []
    for member in members:
        sex = member.sex
        family_name = surnames.get(member.relation, spouse_surname if has_father else surname)
        if member.relation == "1":
            sex = spouse_sex
        elif member.relation == "5":
            # The first is the mother, who kept the name that she was born with; the second the father.
            sex, family_name = ("1", surname) if parents else ("2", registry.surname())
            parents += 1
        named.append(
            replace(
                _means(rng, replace(member, sex=sex), as_of),
                name=registry.full_name(family_name, sex, member.birth_date),
                id_no=registry.id_number(member.birth_date, sex),
            )
        )
    return named


def _minority_name(member: Member, place: int) -> str:
    names = MINORITY[member.sex]
    return names[place % len(names)]


def _health(rng: Random, age: int) -> str:
    weights = (70, 16, 8, 6) if age < 18 else (34, 24, 20, 22) if age < 60 else (18, 44, 18, 20)
    return rng.choices(("healthy", "chronic", "serious", "disabled"), weights)[0]


def _means(rng: Random, member: Member, as_of: date) -> Member:
    """Work and income by age and health."""
    age = age_on(member.birth_date, as_of)
    if age < 7:
        return replace(member, work_ability="none", job_status="preschool")
    if age < 18:
        return replace(member, work_ability="none", job_status="student")
    if age >= 60:
        pension = Income("pension", "month", rng.randrange(105, 190) * 100, "bank_record")
        incomes: tuple[Income, ...] = (pension,) if rng.random() < 0.9 else ()
        if rng.random() < 0.3:
            incomes += (Income("support", "year", rng.randrange(6, 24) * 10_000, "self_declared"),)
        return replace(member, work_ability="none", job_status="farming" if age < 72 else "retired", incomes=incomes)
    severe = member.health == "serious" or member.disability_grade in ("1", "2")
    if severe:
        living = Income("living_aid", "month", rng.choice((8_000, 10_000, 12_000)), "bank_record")
        return replace(member, work_ability="none", job_status="unemployed", incomes=(living,))
    if member.health == "healthy":
        wage = Income("odd_jobs", "month", rng.randrange(600, 1_500) * 100, "self_declared")
        crops = Income("crops", "year", rng.randrange(12, 50) * 10_000, "local_estimate_table")
        return replace(
            member, work_ability="can", job_status="flexible", incomes=rng.choice(((wage,), (crops,), (wage, crops)))
        )
    post = Income("public_post", "month", rng.randrange(300, 600) * 100, "payslip")
    stock = Income("livestock", "year", rng.randrange(8, 36) * 10_000, "local_estimate_table")
    return replace(member, work_ability="partly", job_status="farming", incomes=rng.choice(((post,), (stock,))))


def _within_line(members: list[Member], line: Line) -> list[Member]:
    """A household above the line would not be on the roster, so its incomes shrink until it belongs there."""
    ceiling = line.fen_per_month * len(members) * 85 // 100
    total = sum(i.fen_per_month for m in members for i in m.incomes)
    if total <= ceiling:
        return members
    return [
        replace(m, incomes=tuple(replace(i, amount=i.amount * ceiling // total // 1_000 * 1_000) for i in m.incomes))
        for m in members
    ]


def _covered(rng: Random, members: list[Member]) -> list[bool]:
    """Mostly everybody; now and then only the severely ill or disabled one (单人保)."""
    severe = [m.health == "serious" or m.disability_grade in ("1", "2") for m in members]
    if len(members) > 1 and sum(severe) == 1 and rng.random() < 0.35:
        return severe
    return [True] * len(members)


def _review_class(members: list[Member], as_of: date) -> Literal["A", "B", "C"]:
    """A needs most and changes least: nobody who can work, and somebody old or severely ill. C can work."""
    if any(m.work_ability == "can" for m in members):
        return "C"
    old_or_ill = any(age_on(m.birth_date, as_of) >= 70 or m.disability_grade in ("1", "2") for m in members)
    return "A" if old_or_ill and not any(m.work_ability == "partly" for m in members) else "B"
