"""What is odd about a filled-in form, for a person to look at. A flag never refuses anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Flag:
    """One oddity. ``code`` is stable and explained in FLAG_TEXTS; ``detail`` never holds anything personal."""

    code: str
    path: str | None = None
    detail: Mapping[str, str | int] = field(default_factory=dict, hash=False)


# Worth a look, and often quite right.
WARNINGS = frozenset(
    {
        "minor_with_wage",
        "name_unusual",
        "masked_value",
        "informant_not_independent",
        "neighbour_doubts",
        "place_unexplained",
        "birth_date_differs",
    }
)

FLAG_TEXTS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        # reading the form
        "bad_value": {
            "zh": "答案格式不对，已按原文保留",
            "en": "The answer has the wrong form; kept as it was written",
        },
        "masked_value": {
            "zh": "收到的是遮盖后的号码，未写入",
            "en": "A masked number came back; it was not written",
        },
        "missing_answer": {"zh": "必答题没有回答", "en": "A required question was left blank"},
        "missing_photo": {"zh": "缺少必需的照片", "en": "A required photo is missing"},
        "out_of_range": {"zh": "数值超出范围", "en": "The number is out of range"},
        "unknown_question": {
            "zh": "表中有本版本没有的题目",
            "en": "It has a question that this version does not have",
        },
        "repeated_question": {
            "zh": "同一题目出现两次，采用第一次",
            "en": "A question occurs twice; the first one counts",
        },
        "entry_without_id": {"zh": "条目没有编号，已另行编号", "en": "An entry has no id; it was given one"},
        "repeated_entry": {
            "zh": "两个条目编号相同，后者已另行编号",
            "en": "Two entries share an id; the later was given another",
        },
        # ID numbers (GB 11643)
        "id_bad_format": {"zh": "身份证号不是 18 位", "en": "The ID number does not have 18 characters"},
        "id_bad_checksum": {"zh": "身份证号校验码不对", "en": "The check character of the ID number is wrong"},
        "id_bad_date": {"zh": "身份证号中的出生日期不存在", "en": "The birth date in the ID number does not exist"},
        "id_after_visit": {
            "zh": "身份证号中的出生日期晚于调查日期",
            "en": "The birth date in the ID number is after the visit",
        },
        "id_sex_differs": {"zh": "性别与身份证号不一致", "en": "The sex does not agree with the ID number"},
        "id_repeated": {"zh": "户内两人身份证号相同", "en": "Two members have the same ID number"},
        "birth_date_differs": {
            "zh": "出生日期与身份证号不一致",
            "en": "The date of birth does not agree with the ID number",
        },
        # members
        "no_members": {"zh": "没有登记家庭成员", "en": "No household member is recorded"},
        "name_unusual": {"zh": "姓名中有不常见的字符", "en": "The name has unusual characters"},
        "householder_missing": {"zh": "没有户主", "en": "Nobody is the householder"},
        "householder_twice": {"zh": "有两个以上户主", "en": "More than one person is the householder"},
        "covered_exceeds_family": {
            "zh": "保障人口多于家庭人口",
            "en": "More persons are covered than the family has",
        },
        "covered_count_differs": {
            "zh": "保障人口与勾选保障的人数不一致",
            "en": "The number covered differs from the members marked as covered",
        },
        "dead_covered": {"zh": "已死亡成员仍在保障", "en": "A dead member is still covered"},
        "death_date_missing": {"zh": "死亡成员没有死亡日期", "en": "A dead member has no date of death"},
        "minor_with_wage": {"zh": "未满 16 周岁有工资性收入", "en": "A member under 16 has wages"},
        "illness_unnamed": {"zh": "重病没有写明病种", "en": "A serious illness is not named"},
        "disability_unproven": {
            "zh": "残疾没有证号也没有残疾证照片",
            "en": "A disability has neither a certificate number nor a photo of it",
        },
        "unknown_member": {"zh": "所属成员不在表中", "en": "It belongs to a member who is not on the form"},
        "obligor_is_member": {
            "zh": "赡养义务人同时是共同生活的家庭成员",
            "en": "A support obligor is also a member of the household",
        },
        # household
        "relative_unregistered": {
            "zh": "干部近亲属没有备案号",
            "en": "An officer's relative has no registration number",
        },
        "income_without_basis": {"zh": "收入没有写明依据", "en": "A line of income names no basis"},
        "documents_unchecked": {
            "zh": "在保户没有核对户口簿和低保证",
            "en": "Household register and dibao certificate of a recipient were not both checked",
        },
        "hardship_undescribed": {"zh": "其他致困原因没有说明", "en": "Another cause of hardship is not described"},
        # conclusion
        "conclusion_too_short": {"zh": "核查结论不足 10 个字", "en": "The conclusion has fewer than 10 characters"},
        "keep_without_reason": {
            "zh": "人均收入高于标准仍建议维持，没有写明理由",
            "en": "Income is above the line and the advice is to keep, without a reason",
        },
        "remove_without_reason": {
            "zh": "建议退出没有写明退出原因",
            "en": "Removal is advised without a reason for leaving",
        },
        "remove_unexplained": {
            "zh": "建议退出但没有向该户讲清政策",
            "en": "Removal is advised and was not explained to the household",
        },
        "refer_without_target": {
            "zh": "建议转介没有写明转介到哪里",
            "en": "Referral is advised without saying where to",
        },
        # the visit
        "visit_end_before_start": {"zh": "离开时间早于到达时间", "en": "The visit ends before it starts"},
        "visit_in_future": {"zh": "调查日期在收到日期之后", "en": "The visit is dated after it was received"},
        "visit_before_campaign": {
            "zh": "调查日期早于本批次开始",
            "en": "The visit is dated before the campaign began",
        },
        "place_unexplained": {"zh": "没有定位也没有写明原因", "en": "There is no position and no reason why"},
        "investigator_twice": {"zh": "同一调查人出现两次", "en": "The same investigator is named twice"},
        "too_few_investigators": {"zh": "调查人少于两人", "en": "There are fewer than two investigators"},
        "householder_signed_unmet": {
            "zh": "未见到任何人，却有户主签字",
            "en": "Nobody was met, and yet the householder signed",
        },
        # interviews
        "opinion_missing": {"zh": "没有记录群众反映", "en": "The informed person's opinion is missing"},
        "informant_not_independent": {
            "zh": "知情人是亲属，不算独立",
            "en": "The informed person is a relative, not independent",
        },
        "neighbour_doubts": {
            "zh": "群众反映可能已不符合条件",
            "en": "An independent informed person doubts that they qualify",
        },
    }
)
