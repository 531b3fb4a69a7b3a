"""Invented people: names, ID numbers, phones and accounts that look right and can belong to nobody.

ID numbers carry the region 999999, which GB/T 2260 does not assign. Phones begin with 100 and accounts with 999999,
which no operator and no bank has.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from pypinyin import lazy_pinyin
from stdnum import luhn
from stdnum.cn import ric

REGION = "999999"

# Roughly in the order and weight of the country's surnames; a compound one at the end.
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
_COMPOUND = ("欧阳", "上官", "诸葛", "司马")
# sex -> generation -> characters, because a grandmother is seldom called 梓涵
_GIVEN: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "1": {
        "old": ("德福", "国栋", "建国", "福贵", "永年", "金山", "有田", "保国", "守义", "志祥", "兆林", "春生"),
        "middle": ("建军", "志强", "卫东", "海波", "永刚", "小兵", "文斌", "立新", "少华", "国平", "勇", "军", "伟"),
        "young": ("浩然", "子轩", "俊杰", "宇航", "梓豪", "家乐", "天佑", "博文", "一鸣", "晨", "睿", "思远"),
    },
    "2": {
        "old": ("桂英", "秀兰", "玉珍", "凤英", "素芬", "翠花", "春梅", "兰香", "月娥", "菊香", "淑贞", "金凤"),
        "middle": ("丽华", "红梅", "晓燕", "秋菊", "春燕", "海霞", "爱华", "小玲", "艳", "敏", "静", "彩霞"),
        "young": ("雨欣", "梓涵", "思琪", "诗涵", "欣怡", "佳怡", "可馨", "语嫣", "雪", "婷", "若兮", "心怡"),
    },
}  # fmt: skip  # lists of names are read as lines
# Given name · father's name; the dot is U+00B7. Their paperwork is where name checks usually break.
MINORITY = {
    "1": ("艾力·买买提", "阿迪力·吐尔逊", "吐尔洪·艾合买提", "阿什·拉黑", "吉克·曲布", "巴特尔·那仁"),
    "2": ("阿依古丽·艾合买提", "古丽娜尔·热合曼", "帕提古丽·买买提", "阿呷·莫色", "其其格·乌云"),
}
# U+2C8D9, outside the Basic Multilingual Plane: two code units in JavaScript and UTF-16, one character for its owner.
RARE_CHARACTER = "\U0002c8d9"

OFFICE_ROLES = ("county_officer", "photo_reviewer", "inspector", "discipline_observer")


@dataclass(frozen=True, slots=True)
class Staff:
    """Somebody with a login, the codes of the subtrees in their scope, and an investigator's pair by number."""

    name: str
    login: str
    role: str
    regions: tuple[str, ...]
    phone: str
    pair: int | None = None


class Registry:
    """Gives out names and numbers, none of them twice."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._taken: set[str] = set()

    def surname(self) -> str:
        if self._rng.random() < 0.01:
            return self._rng.choice(_COMPOUND)
        # A triangular draw favours the front of the list, as the country does.
        return _SURNAMES[int(self._rng.triangular(0, len(_SURNAMES) - 0.001, 0))]

    def given_name(self, sex: str, born: date) -> str:
        generation = "old" if born.year < 1966 else "middle" if born.year < 1996 else "young"
        return self._rng.choice(_GIVEN[sex][generation])

    def full_name(self, surname: str, sex: str, born: date) -> str:
        """A name under which nobody else is filed yet, where the lists allow it."""
        for _ in range(12):
            name = surname + self.given_name(sex, born)
            if self._once("name " + name):
                break
        return name

    def id_number(self, born: date, sex: str) -> str:
        """18 characters by GB 11643, region 999999: the 17th digit is odd for a man."""
        while True:
            order = self._rng.randrange(1, 500) * 2 - (sex == "1")
            body = f"{REGION}{born:%Y%m%d}{order:03d}"
            number = body + str(ric.calc_check_digit(body + "0"))
            if self._once(number):
                return number

    def phone(self) -> str:
        while True:
            number = f"100{self._rng.randrange(10**8):08d}"
            if self._once(number):
                return number

    def bank_account(self) -> str:
        """19 digits with a right Luhn digit under an issuer number that no bank has."""
        while True:
            body = f"999999{self._rng.randrange(10**12):012d}"
            if self._once(body):
                return body + str(luhn.calc_check_digit(body))

    def login(self, name: str) -> str:
        """The name in pinyin; the second 王芳 is wangfang2."""
        base = "".join(lazy_pinyin(name))
        login, n = base, 1
        while not self._once("login " + login):
            n += 1
            login = f"{base}{n}"
        return login

    def _once(self, what: str) -> bool:
        if what in self._taken:
            return False
        self._taken.add(what)
        return True


def born_at_age(rng: Random, age: int, as_of: date) -> date:
    """A birthday of somebody who is `age` years old on a day."""
    latest = as_of.replace(year=as_of.year - age, day=min(as_of.day, 28))
    return latest - timedelta(days=rng.randrange(0, 365))


def age_on(born: date, day: date) -> int:
    """Full years."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def invent_staff(
    registry: Registry, rng: Random, county: str, townships: list[str], villages: list[str]
) -> tuple[Staff, ...]:
    """Four pairs of investigators with a share of the villages each, a head a township, and the county's office.

    There are two county officers, because one alone confirms nothing.
    """

    def one(role: str, regions: tuple[str, ...], pair: int | None = None) -> Staff:
        sex = rng.choice("12")
        born = date(rng.randrange(1968, 1999), 1, 1)
        name = registry.full_name(registry.surname(), sex, born)
        return Staff(name, registry.login(name), role, regions, registry.phone(), pair)

    share = -(-len(villages) // 4)
    staff = [
        one("investigator", tuple(villages[pair * share : (pair + 1) * share]), pair + 1)
        for pair in range(4)
        for _ in range(2)
    ]
    staff += [one("township_civil_affairs_head", (township,)) for township in townships]
    staff += [one(role, (county,)) for role in (*OFFICE_ROLES, OFFICE_ROLES[0])]
    return tuple(staff)
