"""The words of the decision page that stand for codes: reasons that fit, phrases that say them, what a rule says."""

from collections.abc import Mapping

from schemas.forms.binding import Words
from server.office.wording import REASON_CODES
from sync.field_class import FieldClass
from sync.open_item import ItemKind

# The reasons that fit a situation come first; all others stay within reach.
_FITTING: Mapping[str, tuple[str, ...]] = {
    "amount": ("document_checked", "household_confirmed", "local_standard", "data_check_confirmed", "recheck_result"),
    "identity": ("document_checked", "writing_slip", "same_meaning", "household_confirmed"),
    "eligibility": ("document_checked", "household_confirmed", "local_standard", "neighbours_confirmed"),
    "property": ("photo_shows", "document_checked", "household_confirmed", "data_check_confirmed"),
    "plain": ("later_visit", "same_meaning", "writing_slip", "household_confirmed"),
    "discrepancy": ("household_confirmed", "document_checked", "recheck_result", "data_check_confirmed", "unclear"),
    "duplicate": ("same_people", "other_people", "document_checked"),
    "quarantine": ("done_before", "not_authentic", "household_confirmed"),
    "gap": ("cannot_be_had", "unclear"),
    "anew": ("mistaken", "document_checked", "household_confirmed"),
}

# A phrase for each reason: it fills the box, and can be changed there.
PHRASES: Mapping[str, tuple[Words, ...]] = {
    "document_checked": (
        Words("已核对户口簿", "Checked against the household register"),
        Words("已核对身份证", "Checked against the ID card"),
        Words("已核对收入证明", "Checked against the proof of income"),
    ),
    "household_confirmed": (
        Words("已电话联系本户确认", "The household confirmed it by telephone"),
        Words("已当面向本户确认", "The household confirmed it in person"),
    ),
    "neighbours_confirmed": (Words("走访群众说法一致", "The neighbours say the same"),),
    "data_check_confirmed": (Words("信息比对结果证实", "The data check shows the same"),),
    "recheck_result": (Words("复查人员已重新核实", "The recheck looked into it again"),),
    "later_visit": (Words("后一次入户已更新", "The later visit brought it up to date"),),
    "photo_shows": (Words("照片清楚可见", "The photos show it clearly"),),
    "writing_slip": (Words("录入时写错，意思明确", "A slip in writing; the meaning is clear"),),
    "same_meaning": (Words("写法不同，所指相同", "Written differently and the same is meant"),),
    "local_standard": (Words("按本县核算标准计算", "Reckoned by the county's own standard"),),
    "both_exist": (Words("两者各有其事，分别记入", "Both exist and are entered apart"),),
    "same_people": (Words("成员和住址一致，确为同一户", "Same members, same address: one household"),),
    "other_people": (Words("成员不同，确为两户", "Other members: they are two households"),),
    "done_before": (Words("已向调查人核实，停用前所做", "The investigators say that it was done before"),),
    "not_authentic": (Words("调查人否认做过此次调查", "The investigators deny having made it"),),
    "cannot_be_had": (Words("已多次联系，确实无法补齐", "Asked for several times; it cannot be had"),),
    "unclear": (Words("现有材料不足以认定", "What there is does not settle it"),),
    "mistaken": (Words("原裁定依据有误", "The earlier decision rested on a mistake"),),
}

# What each rule says, as a sentence.
RULES: Mapping[str, Words] = {
    "neighbour_doubt": Words(
        "走访群众对该户情况提出疑问，与本户自述不一致。", "A neighbour doubts what the household says of itself."
    ),
    "neighbour_names_property": Words(
        "走访群众提到的财产，本户没有申报。", "A neighbour names property that the household does not list."
    ),
    "recheck_changed": Words(
        "复查人员看到原值后，记下了不同的值。", "The recheck had seen the earlier value and found another."
    ),
    "self_contradiction": Words(
        "同一户前后两次自述相差很大，或改了不会变的内容。",
        "The household now says otherwise than before, about something that does not change by itself.",
    ),
    "data_check": Words("其他部门的信息与调查结果不符。", "Another office's records and the survey do not agree."),
    "same_household": Words("两户户主的身份证号相同。", "Both householders have the same ID number."),
    "same_book": Words("两户的户口簿编号相同。", "Both have the same household book number."),
    "shared_member": Words("同一个人登记在两户里。", "One person is listed in both households."),
    "alike": Words("姓名、成员和地址都很相近。", "Name, members and address are much alike."),
    "visited_after_join": Words(
        "这一户已并入另一户，之后又有新的入户调查。", "It was joined into another, and has been visited since."
    ),
    "missing_statements": Words(
        "平板报告已做的调查，有一部分一直没有送达。", "The tablet announced statements that never arrived."
    ),
    "owed_evidence": Words("陈述中写明的照片或笔迹逾期未到。", "Photos or ink that a statement names are overdue."),
    "sign_off_missing": Words("这次调查的签字不全。", "The sign-offs of this survey are not complete."),
    "interview_sign_off_missing": Words("这次走访的签字不全。", "The sign-offs of this interview are not complete."),
    "sign_off_behind": Words(
        "裁定写入了没有人签过字的值。", "A decision put in a value that nobody in the field has signed for."
    ),
    "equivocation": Words("同一编号先后送来两份不同的内容。", "Two different contents came under one number."),
}

# What is asked of the field when an item goes back.
ASKS: Mapping[str, Words] = {
    "re_ask": Words("再问一次这个问题", "Ask this question again"),
    "re_visit": Words("再入户一次", "Visit again"),
    "recheck": Words("由其他人复查", "Recheck by somebody else"),
    "re_sign": Words("补签", "Have it signed"),
    "retake": Words("补拍照片", "Take the photos again"),
}
FITTING_ASKS: Mapping[str, tuple[str, ...]] = {
    "conflict": ("re_ask", "re_visit", "recheck"),
    "discrepancy": ("recheck", "re_visit"),
    "duplicate": ("re_visit",),
    "gap": ("re_sign", "retake", "re_visit"),
}

# Who stands on either side of a discrepancy.
SIDES: Mapping[str, Words] = {
    "earlier": Words("先前的说法", "What was said before"),
    "later": Words("后来的说法", "What was said later"),
    "recheck": Words("复查的结果", "What the recheck found"),
    "household": Words("本户自述", "What the household says"),
    "neighbour": Words("走访群众的说法", "What the neighbour says"),
    "data_check": Words("信息比对", "What the data check found"),
}

# Why what was typed into a field is no value of it (`schemas.forms.entered`).
MISFITS: Mapping[str, Words] = {
    "empty": Words("请填写另定的值。", "Enter the other value."),
    "too_long": Words("内容太长。", "It is too long."),
    "not_text": Words("内容里有无法保存的字符。", "It holds characters that cannot be kept."),
    "out_of_range": Words("超出表单允许的范围。", "It is outside the range that the form allows."),
    "not_a_member": Words("请选择本户成员。", "Choose a member of this household."),
    "not_an_integer": Words("请填写整数。", "Enter a whole number."),
    "not_a_number": Words("请填写数字。", "Enter a number."),
    "not_an_amount": Words("请填写金额（元），最多两位小数。", "Enter an amount in yuan, with at most two decimals."),
    "not_a_date": Words("请填写日期，如 2026-03-02。", "Enter a date, like 2026-03-02."),
    "not_a_moment": Words("请填写日期和时间。", "Enter a date and a time."),
    "not_a_place": Words("请填写纬度和经度。", "Enter latitude and longitude."),
    "not_yes_or_no": Words("请选择是或否。", "Choose yes or no."),
    "not_a_choice": Words("请从列表中选择。", "Choose from the list."),
}


def fitting(kind: str, field_class: FieldClass | None, *, anew: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(the few reasons that fit the situation, all others)"""
    situation = "anew" if anew else field_class.value if kind == ItemKind.CONFLICT and field_class else kind
    first = _FITTING.get(situation, ())
    if kind == ItemKind.CONFLICT and not anew:
        first = (*first, "both_exist") if situation in ("amount", "property") else first
    return first, tuple(code for code in REASON_CODES if code not in first)


def misfit(code: str, language: str) -> str:
    return MISFITS.get(code, Words("与该项目不符。", "It does not fit this field."))[language]
