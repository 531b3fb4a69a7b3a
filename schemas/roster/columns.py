"""Where the table begins and what each column is: rosters differ from county to county in words and order."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from schemas.roster.sheet import Row, Rows

HEADER_WITHIN = 20  # rows: titles, dates and the name of the office stand above the header
_LEAST = 3  # known headers that make a row a header row

# column -> (the trade's name, other words for it). The first synonym in a row wins.
_WORDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "township": ("乡镇", "乡(镇)", "乡镇街道", "乡镇(街道)", "乡(镇、街道)", "镇", "街道", "镇街", "苏木镇"),
        "village": (
            "村(社区)", "村", "社区", "村社区", "村/社区", "村(居)委会", "村委会", "居委会", "村居委会",
            "村(居)", "村居", "行政村", "嘎查", "村名", "所在村", "村民委员会", "村(居)民委员会",
        ),
        "group": ("组", "村民组", "村民小组", "小组", "组别", "社", "组名", "楼栋"),
        "number": ("户编号", "户号", "家庭编号", "户序号", "户编码", "家庭户号"),
        "certificate_no": ("低保证号", "低保证编号", "低保证号码", "保障证号", "证号", "低保号"),
        "householder": ("户主姓名", "户主", "申请人", "申请人姓名"),
        "name": ("姓名", "成员姓名", "家庭成员姓名", "保障对象姓名", "家庭成员", "人员姓名"),
        "relation": ("与户主关系", "与户主的关系", "户主关系", "关系", "家庭关系", "与申请人关系"),
        "id_no": (
            "身份证号", "公民身份号码", "身份证号码", "身份证", "公民身份证号", "公民身份证号码", "身份号码",
            "证件号码", "居民身份证号",
        ),
        "sex": ("性别",),
        "birth_date": ("出生日期", "出生年月", "出生年月日", "生日"),
        "scheme": ("保障类型", "低保类型", "低保类别", "城乡类型", "保障类别", "城乡类别", "城市/农村", "类型"),
        "review_class": ("类别", "分类", "保障类别等级", "abc类", "a/b/c类", "施保类别", "分类施保", "类", "等级"),
        "is_current": ("是否在保", "在保状态", "在保"),
        "covered": ("是否保障", "是否享受", "是否保障对象", "享受低保"),
        "covered_count": ("保障人口", "保障人数", "享受人数", "低保人口", "低保人数", "保障人口数"),
        "family_size": ("家庭人口", "家庭人数", "家庭人口数", "人口", "户口人数", "共同生活人口"),
        "amount": (
            "月保障金额", "低保金", "月低保金", "保障金额", "月保障金", "保障金", "月补助金额", "补助金额",
            "月发放金额", "发放金额", "低保金额", "户月保障金额", "月金额", "月享受金额", "家庭月保障金额",
        ),
        "phone": ("联系电话", "电话", "手机", "手机号", "手机号码", "联系方式", "电话号码"),
        "bank_account": ("银行账号", "银行帐号", "银行卡号", "账号", "帐号", "一卡通账号", "一卡通号", "存折账号"),
        "health": ("健康状况", "身体状况", "健康"),
        "disability_grade": ("残疾等级", "残疾级别", "残疾证等级", "伤残等级"),
        "work_ability": ("劳动能力", "劳动力状况", "有无劳动能力"),
        "job_status": ("从业状况", "就业状况", "职业状况", "从业情况", "就业情况", "职业"),
        "hukou_kind": ("户籍性质", "户口性质", "户籍类型"),
        "education": ("学历", "文化程度"),
        "marital": ("婚姻状况", "婚姻"),
        "disability_kind": ("残疾类别", "残疾类型"),
        "self_care": ("自理能力", "生活自理能力"),
        "book_no": ("户口簿号", "户口本号", "户口簿编号"),
        "income_month": ("月收入", "个人月收入", "月均收入", "本人月收入"),
        "income_year": ("年收入", "个人年收入", "本人年收入"),
        "address": ("住址", "家庭住址", "地址", "家庭地址", "详细地址", "居住地址", "现住址"),
        "sequence": ("序号", "编号", "no", "no.", "行号"),
        "remark": ("备注", "说明"),
    }
)  # fmt: skip  # a table of synonyms is read as lines of words

LABELS: Mapping[str, str] = MappingProxyType({column: words[0] for column, words in _WORDS.items()})
REQUIRED = ("village", "name", "relation", "id_no")

_BRACKETED = re.compile(r"[(\[【<].*?[)\]】>]")
_SPACE = re.compile(r"[\s*:：_]+")


def _plain(header: str) -> str:
    return _SPACE.sub("", unicodedata.normalize("NFKC", header)).lower()


Naming = Callable[[str], str | None]


def naming(words: Mapping[str, tuple[str, ...]]) -> Naming:
    """What finds the column that a header names, given the words for each column."""
    known = {_plain(word): column for column, several in words.items() for word in several}

    def column_of(header: str) -> str | None:
        """The column, or None. What stands in brackets is a unit or a hint unless we know it."""
        plain = _plain(header)
        if plain in known:
            return known[plain]
        # 万元 would be read ten thousand times too small, so such a column is not taken for the one in 元.
        if any("万" in hint for hint in _BRACKETED.findall(plain)):
            return None
        return known.get(_BRACKETED.sub("", plain).removesuffix("元"))

    return column_of


column_of = naming(_WORDS)


@dataclass(frozen=True, slots=True)
class Header:
    """The header row found: its index among the rows, column -> position, and what was not understood."""

    index: int
    positions: Mapping[str, int]
    twice: tuple[str, ...]
    ignored: tuple[str, ...]


def find_header(rows: Rows, column_of: Naming = column_of) -> Header | None:
    """The row with the most known headers near the top; a merged header's upper line counts with the lower."""
    best: Header | None = None
    for index, row in enumerate(rows):
        if row.number > HEADER_WITHIN:
            break
        header = _header(index, row, rows[index - 1] if index else None, column_of)
        if len(header.positions) >= _LEAST and (best is None or len(header.positions) > len(best.positions)):
            best = header
    return best


def _header(index: int, row: Row, above: Row | None, column_of: Naming) -> Header:
    positions: dict[str, int] = {}
    twice: list[str] = []
    ignored: list[str] = []
    width = max(len(row.cells), len(above.cells) if above else 0)
    for position in range(width):
        text = row[position].text or (above[position].text if above else "")
        column = column_of(text)
        if column is None:
            if row[position].text:
                ignored.append(row[position].text)
        elif column in positions:
            twice.append(column)
        else:
            positions[column] = position
    return Header(index, MappingProxyType(positions), tuple(twice), tuple(ignored))
