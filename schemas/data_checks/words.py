"""The words of a data check: its columns, the bureaus that answer, what counts as nothing found, and its fields."""

import unicodedata
from collections.abc import Mapping
from types import MappingProxyType

from schemas.forms.binding import Words
from schemas.forms.fields import Field
from schemas.roster.cells import squeezed
from schemas.roster.columns import naming

# column -> (the trade's name, other words for it)
_COLUMNS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "id_no": (
            "身份证号", "公民身份号码", "身份证号码", "身份证", "公民身份证号", "公民身份证号码", "身份号码",
            "证件号码", "居民身份证号", "id_no", "id number",
        ),
        "name": ("姓名", "人员姓名", "name"),
        "source": ("来源", "比对来源", "信息来源", "数据来源", "比对项目", "核对项目", "比对类别", "类别", "source"),
        "found": ("结果", "比对结果", "核对结果", "查询结果", "反馈结果", "finding", "found"),
        "amount": ("金额", "月金额", "数额", "月发放金额", "余额", "amount"),
        "as_of": ("截至日期", "数据日期", "截止日期", "截至时间", "数据时间", "比对日期", "查询日期", "as_of"),
        "sequence": ("序号", "编号", "no", "no."),
        "remark": ("备注", "说明"),
    }
)  # fmt: skip  # a table of synonyms is read as lines of words

LABELS: Mapping[str, str] = MappingProxyType({column: words[0] for column, words in _COLUMNS.items()})
REQUIRED = ("id_no", "source", "found")
column_of = naming(_COLUMNS)

# The rule that compares each of them with the case is in `sync.data_check`.
SOURCES: Mapping[str, Words] = MappingProxyType(
    {
        "civil_death": Words("死亡", "Death register"),
        "pension": Words("养老金", "Pension"),
        "wage": Words("工资、社保缴费", "Wages, social insurance"),
        "vehicle": Words("车辆", "Vehicle register"),
        "property": Words("房产", "Property register"),
        "company": Words("工商", "Company register"),
        "deposit": Words("存款、证券", "Deposits, securities"),
        "prison": Words("服刑", "Prison register"),
    }
)
_SOURCE_WORDS = {
    "civil_death": "死亡 死亡信息 火化 殡葬 户籍注销 注销户口 民政死亡 公安死亡",
    "pension": "养老金 养老保险 养老 退休金 社会养老保险 机关养老保险 企业养老保险 城乡居民养老保险 退休",
    "wage": "工资 社保 社保缴费 社会保险 就业 财政供养 工资社保 个税 医保缴费",
    "vehicle": "车辆 机动车 车管 车辆信息 汽车 公安车辆 农机",
    "property": "房产 不动产 房屋 住房 房产信息 不动产登记",
    "company": "工商 企业 市场监管 工商登记 公司 个体工商户 经营主体 股权",
    "deposit": "存款 银行 银行存款 证券 金融资产 保险 股票 理财",
    "prison": "服刑 监狱 司法 在押 服刑人员 羁押",
}
_SOURCES = {_word: code for code, line in _SOURCE_WORDS.items() for _word in (code, *line.split())}

_NOTHING_WORDS = "无 - — / 没有 无记录 未发现 未查到 无异常 未比中 查无 查无此人 否 无信息 暂无 0 none no"
_NOTHING = frozenset(_NOTHING_WORDS.split())
_ALIVE = frozenset({"正常", "未死亡", "健在"})  # a pension or a vehicle that is 正常 is there
_HEADING = Words("信息比对", "Data checks")


def source_of(text: str) -> str | None:
    """The code of a source, or None if it is none that we know."""
    plain = squeezed(text).lower()
    for ending in ("", "比对", "信息", "信息比对", "登记", "数据", "部门", "局"):
        if plain.endswith(ending) and (code := _SOURCES.get(plain.removesuffix(ending))):
            return code
    return None


def is_nothing(source: str, text: str) -> bool:
    """Whether a source's result says that nothing was found."""
    plain = unicodedata.normalize("NFKC", text).strip().lower()
    return plain in _NOTHING or (source == "civil_death" and plain in _ALIVE)


# What a case says of a check, for whoever shows cases; `{check}` is the id of one finding.
FIELDS: tuple[Field, ...] = (
    Field("checks.{check}.source", Words("来源", "Source"), _HEADING, "choice", choices=SOURCES),
    Field("checks.{check}.about", Words("涉及成员", "About"), _HEADING, "member"),
    Field("checks.{check}.found", Words("比对结果", "What was found"), _HEADING, "text"),
    Field("checks.{check}.amount", Words("金额", "Amount"), _HEADING, "money"),
    Field("checks.{check}.as_of", Words("截至日期", "As of"), _HEADING, "date"),
    Field("checks.{check}.listed", Words("有效", "In force"), _HEADING, "listed"),
)
