"""One cell, one value: money in fen, counts, dates and the codes of the home survey form."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from types import MappingProxyType

_SPACES = re.compile(r"\s+")
_MIDDLE_DOTS = str.maketrans(dict.fromkeys("•‧∙⋅・･．.", "·"))
_NAME = re.compile(r"[^\W\d_]+(?:[·' ][^\W\d_]+)*")
_AMOUNT = re.compile(r"[-+−]?\d[\d,]*(\.\d+)?|[-+−]?\.\d+")
_COUNT = re.compile(r"(\d{1,4})(?:\.0+)?[人口户]?")
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_COMPACT_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})")

# Codes are those of the home survey form (schemas/forms/household_visit.xlsx); the words are what rosters say.
RELATIONS = {  # GB/T 4761, one digit
    "0": "户主 本人 申请人 0",
    "1": "配偶 妻 夫 妻子 丈夫 1 夫妻 爱人",
    "2": "子 儿子 长子 次子 三子 四子 独生子 养子 继子 2",
    "3": "女 女儿 长女 次女 三女 四女 独生女 养女 继女 3",
    "4": "孙 孙子 孙女 外孙 外孙子 外孙女 孙子女 外孙子女 曾孙 4",
    "5": "父母 父 母 父亲 母亲 公公 婆婆 岳父 岳母 继父 继母 5",
    "6": "祖父母 祖父 祖母 爷爷 奶奶 外祖父 外祖母 外公 外婆 6",
    "7": "兄弟姐妹 兄 弟 姐 妹 哥哥 弟弟 姐姐 妹妹 兄弟 姐妹 7",
    "8": "其他 其它 儿媳 女婿 媳妇 侄子 侄女 外甥 孙媳 非亲属 8",
}
SEXES = {"1": "男 男性 1", "2": "女 女性 2"}
SCHEMES = {"urban": "城市 城镇 城市低保 城镇低保 urban", "rural": "农村 乡村 农村低保 rural"}
CLASSES = {
    "A": "a a类 一类 1类 甲类 ⅰ类",
    "B": "b b类 二类 2类 乙类 ⅱ类",
    "C": "c c类 三类 3类 丙类 ⅲ类",
}
HEALTH = {
    "healthy": "健康 良好 健康或良好 1",
    "chronic": "多病 慢性病 患有慢性病 体弱 体弱多病 一般 一般或较弱 2",
    "serious": "重病 大病 患有大病 重大疾病 3",
    "disabled": "残疾 伤残 6",
}
DISABILITY_GRADES = {
    "1": "1 一级 1级 一 壹级",
    "2": "2 二级 2级 二 贰级",
    "3": "3 三级 3级 三 叁级",
    "4": "4 四级 4级 四 肆级",
}
WORK_ABILITY = {
    "can": "有 有劳动能力 有劳动力 完全",
    "partly": "部分 部分丧失 弱 弱劳动力 部分劳动能力 部分丧失劳动能力",
    "none": "无 无劳动能力 丧失 完全丧失 丧失劳动能力 完全丧失劳动能力 无劳动力",
}
JOBS = {
    "preschool": "学龄前 学龄前儿童",
    "student": "在校 学生 在校生 在读 上学",
    "employed": "在职 在岗 就业",
    "flexible": "灵活就业 务工 打工 外出务工",
    "unemployed_registered": "登记失业",
    "unemployed": "未登记失业 失业 无业 待业",
    "retired": "退休 离退休",
    "farming": "务农 农民 种地",
}
HUKOU = {"urban": "城镇 城市 非农 非农业 城镇户口 居民", "rural": "农村 农业 农村户口 农业户口"}
EDUCATION = {
    "none": "无 文盲 未上学 半文盲",
    "primary": "小学",
    "junior": "初中",
    "senior": "高中 中专 职高 高中/中专 高中(中专)",
    "college": "大专 专科",
    "university": "大学 本科 大学及以上 本科及以上 研究生",
}
MARITAL = {  # GB/T 2261.2
    "10": "未婚 10",
    "20": "已婚 有配偶 20",
    "21": "初婚 21",
    "22": "再婚 22",
    "23": "复婚 23",
    "30": "丧偶 30",
    "40": "离婚 离异 离婚未再婚 40",
    "90": "未说明 90",
}
DISABILITY_KINDS = {  # GB/T 2261.3
    "61": "视力 视力残疾 61",
    "62": "听力 听力残疾 62",
    "63": "言语 言语残疾 63",
    "64": "肢体 肢体残疾 64",
    "65": "智力 智力残疾 65",
    "66": "精神 精神残疾 66",
    "67": "多重 多重残疾 67",
}
SELF_CARE = {"full": "完全自理 能自理 能 自理", "partly": "半失能 部分自理 半自理", "none": "完全失能 不能自理 失能"}
YES_NO = {"yes": "是 有 在保 享受 y yes √ 1 true", "no": "否 无 不在保 未享受 停保 n no × 0 false"}
NOTHING = frozenset({"", "无", "-", "—", "/", "没有", "暂无", "未办", "无证"})


def _table(words: Mapping[str, str]) -> Mapping[str, str]:
    return MappingProxyType(
        {unicodedata.normalize("NFKC", word).lower(): code for code, line in words.items() for word in line.split()}
    )


CODES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "relation": _table(RELATIONS),
        "sex": _table(SEXES),
        "scheme": _table(SCHEMES),
        "review_class": _table(CLASSES),
        "health": _table(HEALTH),
        "disability_grade": _table(DISABILITY_GRADES),
        "work_ability": _table(WORK_ABILITY),
        "job_status": _table(JOBS),
        "hukou_kind": _table(HUKOU),
        "education": _table(EDUCATION),
        "marital": _table(MARITAL),
        "disability_kind": _table(DISABILITY_KINDS),
        "self_care": _table(SELF_CARE),
        "is_current": _table(YES_NO),
        "covered": _table(YES_NO),
    }
)


def squeezed(text: str) -> str:
    """Without any white space and in one width: how headings, numbers and place names are compared."""
    return _SPACES.sub("", unicodedata.normalize("NFKC", text))


def code_of(column: str, text: str) -> str | None:
    """The form's code for a word in a column, or None if it is none of the known choices."""
    return CODES[column].get(squeezed(text).lower())


def person_name(text: str) -> str:
    """A name as it is filed: no padding between Chinese characters (李　四), one kind of middle dot."""
    name = " ".join(text.split())
    if name.isascii():
        return name
    # NFKC would rewrite compatibility ideographs, which are legal characters in names; so only spaces and dots.
    return name.replace(" ", "").translate(_MIDDLE_DOTS)


def is_ordinary_name(name: str) -> bool:
    """1 to 50 letters or characters, with middle dots between parts."""
    return len(name) <= 50 and _NAME.fullmatch(name) is not None


def fen(text: str) -> int | None:
    """Yuan as written in a cell, in integer fen; None if it is no amount or finer than a fen. May be negative."""
    plain = squeezed(text).removeprefix("¥").removesuffix("元").replace("−", "-")
    if not _AMOUNT.fullmatch(plain) or len(plain) > 20:
        return None
    try:
        amount = Decimal(plain.replace(",", "")) * 100
    except InvalidOperation:
        return None
    return int(amount) if amount == amount.to_integral_value() else None


def yuan(amount: int) -> str:
    """Integer fen as yuan with two decimals, for people."""
    sign, amount = ("-", -amount) if amount < 0 else ("", amount)
    return f"{sign}{amount // 100}.{amount % 100:02d}"


def count(text: str) -> int | None:
    """A small whole number, with or without its counter (3人), or None."""
    match = _COUNT.fullmatch(squeezed(text))
    return int(match[1]) if match else None


def day(text: str) -> str | None:
    """A date as YYYY-MM-DD, or None if it is none."""
    plain = squeezed(text)
    match = _DATE.match(plain) or _COMPACT_DATE.fullmatch(plain)
    if match is None:
        return None
    try:
        return date(int(match[1]), int(match[2]), int(match[3])).isoformat()
    except ValueError:
        return None
