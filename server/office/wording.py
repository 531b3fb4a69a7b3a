"""Codes as people read them: roles, kinds of statement, outcomes, states, reasons to wait, shots, acts.

Sentences of pages are in the catalogues under `translations/`; a word that stands for a code is here, beside it,
in both languages, like the words of the forms and of the problem table.
"""

from collections.abc import Mapping

from schemas.data_checks.words import SOURCES
from schemas.forms.binding import Words
from schemas.forms.flags import FLAG_TEXTS, WARNINGS

ROLES: Mapping[str, Words] = {
    "investigator": Words("调查人", "Investigator"),
    "township_civil_affairs_head": Words("乡镇民政负责人", "Township civil affairs head"),
    "county_officer": Words("县级经办人", "County officer"),
    "photo_reviewer": Words("照片审核员", "Photo reviewer"),
    "inspector": Words("督查人员", "Inspector"),
    "discipline_observer": Words("纪检审计", "Discipline and audit"),
}

SLOTS: Mapping[str, Words] = {
    **ROLES,
    "householder": Words("户主", "Householder"),
    "respondent": Words("被调查人", "Respondent"),
    "informant": Words("知情人", "Informed person"),
    "village_officer": Words("村干部", "Village officer"),
    "witness": Words("见证人", "Witness"),
}

KINDS: Mapping[str, Words] = {
    "roster_import": Words("花名册导入", "Roster import"),
    "household_visit": Words("入户调查", "Household visit"),
    "neighbour_interview": Words("走访调查", "Neighbour interview"),
    "recheck": Words("复查", "Recheck"),
    "resolution": Words("裁定", "Resolution"),
    "proposal": Words("裁定建议", "Proposal"),
    "request": Words("退回要求", "Request to the field"),
    "release": Words("解除待核", "Release from quarantine"),
    "rejection": Words("不予采用", "Rejection"),
    "join": Words("并户", "Join"),
    "separation": Words("拆回两户", "Separation"),
    "data_check": Words("信息比对", "Data check"),
}

OUTCOMES: Mapping[str, Words] = {
    "signed": Words("已签字", "signed"),
    "thumbprint": Words("按手印", "thumbprint"),
    "guardian": Words("监护人代签", "signed by guardian"),
    "refused": Words("拒绝签字", "refused to sign"),
    "absent": Words("不在场", "absent"),
    "anonymous": Words("匿名", "anonymous"),
    "declined": Words("不愿签字", "declined to sign"),
}

STATES: Mapping[str, Words] = {
    "settled": Words("已定", "Settled"),
    "disputed": Words("有分歧", "Disputed"),
    "owed": Words("待补", "Owed"),
    "returned": Words("退回", "Returned"),
    "superseded": Words("已更新", "Superseded"),
    "quarantined": Words("待核", "In quarantine"),
}

LIST_STATES: Mapping[str, Words] = {
    "all": Words("全部", "All"),
    "disputed": Words("有分歧", "Disputed"),
    "owed": Words("材料待补", "Evidence owed"),
    "not_visited": Words("未入户", "Not visited"),
    "visited": Words("已入户", "Visited"),
}

# code -> (what it is, what to do)
QUARANTINE: Mapping[str, tuple[Words, Words]] = {
    "unknown_kind": (
        Words("陈述种类本系统尚不认识", "A kind of statement that this server does not know"),
        Words("升级服务器。", "Update the server."),
    ),
    "unknown_form_version": (
        Words("表单版本未发布", "The form version was never published here"),
        Words("发布该版本表单。", "Publish that version of the form."),
    ),
    "unreadable_instance": (
        Words("表单内容无法读取", "The filled-in form cannot be read"),
        Words("联系调查人核对平板应用版本。", "Ask the investigators which version of the app they use."),
    ),
    "broken_shape": (
        Words("陈述格式不完整", "The statement breaks the expected shape"),
        Words("联系调查人核对平板应用版本。", "Ask the investigators which version of the app they use."),
    ),
    "foreign_authority": (
        Words("属于其他县局", "It was made for another authority"),
        Words("转交对应县局。", "Hand it on to that authority."),
    ),
    "replica_revoked": (
        Words("平板已停用后送达", "It came from a tablet that had been revoked"),
        Words("核实是否停用前所做，再决定采用。", "Find out whether it was done before, then decide."),
    ),
    "key_revoked": (
        Words("签名人密钥已停用", "A signer's key had been revoked"),
        Words("向签名人本人核实。", "Ask the signer in person."),
    ),
    "not_from_tablets": (
        Words("平板不能作出办公端的陈述", "Office work cannot come from a tablet"),
        Words("检查该平板。", "Have the tablet examined."),
    ),
    "foreign_author": (
        Words("作者从未在该平板登记", "Its author never enrolled on that tablet"),
        Words("检查该平板，并向所称作者核实。", "Have the tablet examined, and ask the author that it names."),
    ),
    "could_not_apply": (
        Words("服务器处理时出错，原件完好", "The server failed on it; the original is kept"),
        Words("将编号报给系统维护人员。", "Give its id to whoever maintains the server."),
    ),
    "broken_chain": (
        Words("与本机前后陈述衔接不上", "It does not follow from the tablet's other statements"),
        Words("平板可能被复制或恢复过备份，请收回检查。", "The tablet may have been copied: call it in."),
    ),
    "seen_beyond_held": (
        Words("声称看过当时不可能看到的内容", "It claims to have seen what it cannot have seen"),
        Words("检查该平板。", "Have the tablet examined."),
    ),
    "out_of_scope": (
        Words("不在调查人辖区内", "The household lies outside the writers' area"),
        Words("核实是否临时支援，再决定采用。", "Find out whether they were helping out, then decide."),
    ),
    "unopened": (
        Words("存底已清除或已损坏，无法打开", "The stored copy was erased or is damaged and does not open"),
        Words("将编号报给系统维护人员。", "Give its id to whoever maintains the server."),
    ),
}

VERDICTS: Mapping[str, Words] = {
    "accepted": Words("已收到", "Arrived"),
    "replayed": Words("此前已收到", "Arrived before"),
    "quarantined": Words("已收到，待核", "Arrived, in quarantine"),
    "refused": Words("未收下", "Not taken"),
}

SHOTS: Mapping[str, Words] = {
    "house_front": Words("房屋外观", "House outside"),
    "main_room": Words("主要居室", "Main room"),
    "kitchen": Words("厨房、燃料", "Kitchen and fuel"),
    "document:household_book": Words("户口簿", "Household register"),
    "document:dibao_certificate": Words("低保证", "Dibao certificate"),
    "document:passbook": Words("银行存折", "Passbook"),
    "document:id_card": Words("身份证", "ID card"),
    "document:disability_certificate": Words("残疾证", "Disability certificate"),
    "document:medical_record": Words("病历", "Medical record"),
    "document:income_proof": Words("收入证明", "Proof of income"),
    "livestock": Words("牲畜", "Livestock"),
    "vehicle": Words("车辆", "Vehicle"),
    "asset": Words("其他财产", "Other property"),
    "people_at_visit": Words("入户合影", "People at the door"),
    "paper_page": Words("已签字的纸质表", "Signed paper page"),
    "ink:householder": Words("户主签字", "Householder's handwriting"),
    "ink:investigator": Words("调查人签字", "Investigator's handwriting"),
    "ink:informant": Words("知情人签字", "Informed person's handwriting"),
}

ACTS: Mapping[str, Words] = {
    "log_in": Words("登录", "Logged in"),
    "log_out": Words("退出登录", "Logged out"),
    "add_person": Words("新增人员", "Added a person"),
    "enrol": Words("平板登记", "Enrolled a tablet"),
    "enrol_replica": Words("平板登记", "Enrolled a tablet"),
    "issue_enrolment": Words("发放登记码", "Issued an enrolment code"),
    "revoke_replica": Words("停用平板", "Revoked a tablet"),
    "lend_share": Words("平板解锁授权续期", "Lent a tablet its share"),
    "revoke_key": Words("停用密钥", "Revoked a key"),
    "import_roster": Words("导入花名册", "Imported a roster"),
    "import_lifeboat": Words("导入救生包", "Imported a lifeboat"),
    "add_campaign": Words("新增专项行动", "Added a campaign"),
    "publish_form": Words("发布表单", "Published a form"),
    "import_data_check": Words("导入信息比对结果", "Imported a data check"),
    "reveal_sensitive": Words("查看完整号码", "Revealed a number"),
    "open_interview": Words("打开走访记录", "Opened an interview"),
    "decide": Words("裁定", "Decided a field"),
    "propose": Words("提出裁定建议", "Proposed a decision"),
    "confirm": Words("复核确认", "Confirmed a proposal"),
    "join_cases": Words("并户", "Joined two cases"),
    "keep_apart": Words("确认为两户", "Kept two cases apart"),
    "settle": Words("处理疑点或缺漏", "Settled a doubt or a gap"),
    "reopen": Words("重新打开", "Opened an item again"),
    "register_relative": Words("登记近亲属", "Registered a relative"),
    "end_relative": Words("注销近亲属登记", "Struck a relative off"),
    "send_back": Words("退回基层", "Sent back to the field"),
    "release_statement": Words("解除待核", "Released from quarantine"),
    "reject_statement": Words("不予采用", "Rejected from quarantine"),
}

TASKS: Mapping[str, Words] = {
    "recheck": Words("需要复查", "A recheck is asked for"),
    "re_ask": Words("需要再问", "A question has to be asked again"),
    "re_visit": Words("需要再入户", "Another visit is asked for"),
    "re_sign": Words("需要补签", "A signature is asked for"),
    "retake": Words("需要补拍", "A photo has to be taken again"),
}

# What comes to the reconciliation screen: its five kinds, and within each what it is.
ITEM_KINDS: Mapping[str, Words] = {
    "conflict": Words("分歧", "Conflicts"),
    "discrepancy": Words("疑点", "Discrepancies"),
    "duplicate": Words("重复户", "Duplicates"),
    "quarantine": Words("待核", "Quarantine"),
    "gap": Words("缺漏", "Gaps"),
}
ITEM_KIND: Mapping[str, Words] = {
    "conflict": Words("分歧", "Conflict"),
    "discrepancy": Words("疑点", "Discrepancy"),
    "duplicate": Words("重复户", "Duplicate"),
    "quarantine": Words("待核", "Quarantine"),
    "gap": Words("缺漏", "Gap"),
}
ITEM_RULES: Mapping[str, Words] = {
    "values_differ": Words("两个以上不同的值", "More than one value"),
    "neighbour_doubt": Words("群众有疑问", "A neighbour doubts"),
    "recheck_changed": Words("复查与首次不符", "The recheck found otherwise"),
    "self_contradiction": Words("前后自述不一致", "The household contradicts itself"),
    "data_check": Words("信息比对不符", "A data check found otherwise"),
    "neighbour_names_property": Words("群众反映的财产未登记", "A neighbour names property that is not listed"),
    "same_household": Words("户主身份证号相同", "Same householder's ID number"),
    "same_book": Words("户口簿编号相同", "Same household book"),
    "shared_member": Words("成员出现在两户", "A member appears in two households"),
    "alike": Words("姓名、成员、地址相近", "Alike in name, members and place"),
    "visited_after_join": Words("并户后又有新的调查", "Visited after it was joined"),
    "missing_statements": Words("平板已报而未到的陈述", "Statements announced that never arrived"),
    "owed_evidence": Words("材料逾期未补", "Evidence owed for too long"),
    "sign_off_missing": Words("签字不全", "Sign-offs missing"),
    "interview_sign_off_missing": Words("走访签字不全", "Sign-offs of an interview missing"),
    "sign_off_behind": Words("签字后有改动", "Changed after it was signed"),
    "equivocation": Words("同一编号两份内容", "Two contents under one number"),
}
SEVERITIES: Mapping[str, Words] = {
    "1": Words("急", "Urgent"),
    "2": Words("中", "Middling"),
    "3": Words("缓", "Can wait"),
}
FIELD_CLASSES: Mapping[str, Words] = {
    "amount": Words("金额", "An amount"),
    "identity": Words("身份", "Identity"),
    "eligibility": Words("资格", "Eligibility"),
    "property": Words("财产", "Property"),
    "plain": Words("其他", "Other"),
}

# Where an open item stands.
ITEM_STATES: Mapping[str, Words] = {
    "open": Words("待办", "To do"),
    "proposed": Words("待复核", "To confirm"),
    "returned": Words("已退回", "Sent back"),
    "overdue": Words("退回逾期", "Overdue"),
}

# Why somebody decides as they do, beside their own words. Tablets show the same words (tablet/src/words/reasons.ts).
REASON_CODES: Mapping[str, Words] = {
    "document_checked": Words("已核对证件", "Checked against a document"),
    "household_confirmed": Words("本户当面确认", "The household confirmed it"),
    "neighbours_confirmed": Words("群众佐证", "Neighbours confirmed it"),
    "data_check_confirmed": Words("信息比对证实", "Confirmed by a data check"),
    "recheck_result": Words("以复查结果为准", "By the recheck"),
    "later_visit": Words("以后一次入户为准", "By the later visit"),
    "photo_shows": Words("照片可见", "The photos show it"),
    "writing_slip": Words("录入笔误", "A slip of the pen"),
    "same_meaning": Words("写法不同，意思相同", "Written differently, meaning the same"),
    "local_standard": Words("按当地标准核定", "By the local standard"),
    "both_exist": Words("两者都存在", "Both exist"),
    "same_people": Words("确为同一户", "They are the same household"),
    "other_people": Words("确为两户", "They are two households"),
    "done_before": Words("停用前所做，已核实", "Done before the tablet was revoked"),
    "not_authentic": Words("不可信", "Not to be believed"),
    "cannot_be_had": Words("确实无法取得", "It cannot be had"),
    "unclear": Words("情况不清，需再核实", "Unclear: it has to be looked into"),
    "mistaken": Words("原裁定有误", "The earlier decision was mistaken"),
    "other": Words("其他（见说明）", "Other (see the words)"),
}

# What came of an item.
DECISIONS: Mapping[str, Words] = {
    "taken": Words("采用其中一个值", "One of the values was taken"),
    "entered": Words("另定一个值", "Another value was entered"),
    "both_right": Words("两者都对，分别记入", "Both are right, an entry each"),
    "explained": Words("已有解释，维持原值", "Explained: it stays as it is"),
    "upheld": Words("疑点属实，已更正", "Upheld: it was corrected"),
    "sent_back": Words("已退回基层", "Sent back to the field"),
    "joined": Words("已并户", "Joined"),
    "separated": Words("已拆回两户", "Separated again"),
    "kept_apart": Words("确认为两户", "Kept apart"),
    "released": Words("已解除待核，采用", "Released and applied"),
    "rejected": Words("不予采用", "Not applied"),
    "waived": Words("确认无法补齐", "Waived: it cannot be had"),
    "reopened": Words("重新打开", "Opened again"),
}

# Who answers a data check.
CHECK_SOURCES: Mapping[str, Words] = SOURCES

# How a near relative stands to the person who registered them.
RELATIONS: Mapping[str, Words] = {
    "spouse": Words("配偶", "Spouse"),
    "parent": Words("父母", "Parent"),
    "child": Words("子女", "Child"),
    "sibling": Words("兄弟姐妹", "Brother or sister"),
    "grandparent": Words("祖父母、外祖父母", "Grandparent"),
    "grandchild": Words("孙子女、外孙子女", "Grandchild"),
    "in_law": Words("姻亲", "Relative by marriage"),
    "other": Words("其他近亲属", "Other near relative"),
}

# Rules by which many like conflicts are decided at once, and what each of them does.
ALIKE_RULES: Mapping[str, Words] = {
    "later_sign_off": Words("以后签字的为准", "The later sign-off"),
    "same_meaning": Words("写法不同，意思相同", "Written differently, meaning the same"),
}
ALIKE_RULES_MEAN: Mapping[str, Words] = {
    "later_sign_off": Words(
        "采用确定在后的值：填写人做调查时，其余各值县局已经收到。可能同时填写的不在此列。",
        "Takes the value that was certainly made later: its writer already held the ledger in which the others had "
        "been received. Those that may have been made at the same time are left out.",
    ),
    "same_meaning": Words(
        "各值只差空格、全角半角或标点的，采用最后一种写法。",
        "Values that differ in space, width or punctuation only: takes the newest spelling.",
    ),
}

# What is wrong with the sign-offs of a statement; the oddities of forms have their words in `schemas.forms.flags`.
SIGN_OFF_FLAGS: Mapping[str, Words] = {
    "fewer_than_two_investigators": Words("签名的调查人少于两人", "Fewer than two investigators signed"),
    "sign_off_without_signature": Words(
        "有人列为签字，但没有其本人密钥的签名", "Somebody is named as signer without a signature of their key"
    ),
    "sign_off_without_ink": Words("写明已签字，但没有笔迹", "It says signed and there is no handwriting"),
    "sign_off_without_reason": Words("未签字，也没有写明原因", "Not signed, and no reason is given"),
}


# What is odd about a photo, or about a visit's photos together.
PHOTO_FLAGS: Mapping[str, Words] = {
    "taken_before": Words("早于入户时间拍摄", "Taken before the visit"),
    "taken_after": Words("晚于入户时间拍摄", "Taken after the visit"),
    "by_night": Words("夜间拍摄", "Taken at night"),
    "no_time": Words("没有拍摄时间", "Does not say when it was taken"),
    "clock_apart": Words("相机与平板时间不一致", "Camera and tablet disagree on the time"),
    "far_from_home": Words("远离该户以往入户地点", "Far from where the household was visited before"),
    "far_from_visit": Words("远离本次入户地点", "Far from the place of the visit"),
    "apart": Words("远离本次其他照片", "Far from the visit's other photos"),
    "no_place": Words("没有拍摄地点", "Does not say where it was taken"),
    "travel": Words("与上一次入户相距过远、间隔过短", "Too far from the last visit in too short a time"),
    "same_file_elsewhere": Words("另一户用了同一照片", "The same file serves another household"),
    "alike_elsewhere": Words("另一户有几乎相同的照片", "Another household has nearly the same picture"),
    "same_file_before": Words("本户以前用过同一照片", "The same file was used at an earlier visit"),
    "alike_before": Words("与本户以前的照片相近", "Looks like a photo of an earlier visit"),
    "blurred": Words("模糊", "Blurred"),
    "too_dark": Words("过暗", "Too dark"),
    "too_small": Words("像素过少", "Too few pixels"),
    "edited": Words("经软件处理", "Edited by software"),
    "no_camera_data": Words("没有相机信息", "No camera data"),
    "screenshot": Words("疑似截屏", "Looks like a screenshot"),
    "unreadable": Words("无法读取", "Cannot be read"),
    "shot_missing": Words("缺少必拍照片", "A required shot is missing"),
    "document_not_shown": Words("称已核对证件，没有照片", "Said to be checked, and no photo of it"),
    "document_without_answer": Words("有证件照片，未填相应内容", "Photographed, and its answer is blank"),
}
# What the number of such a flag counts.
PHOTO_FLAG_NUMBERS: Mapping[str, Words] = {
    **dict.fromkeys(("taken_before", "taken_after", "clock_apart"), Words("{} 分钟", "{} min")),
    **dict.fromkeys(("far_from_home", "far_from_visit", "apart"), Words("{} 米", "{} m")),
    **dict.fromkeys(("same_file_elsewhere", "same_file_before"), Words("{} 处", "{}×")),
    **dict.fromkeys(("alike_elsewhere", "alike_before"), Words("差异 {}", "difference {}")),
    "by_night": Words("{} 时", "{}:00"),
    "travel": Words("{} 公里/小时", "{} km/h"),
    "blurred": Words("清晰度 {}", "sharpness {}"),
    "too_dark": Words("亮度 {}/255", "brightness {}/255"),
    "too_small": Words("{} 像素", "{} pixels"),
}
# Worth knowing and often quite right, as against odd.
PHOTO_NOTES = frozenset({"same_file_before", "alike_before", "no_time", "no_place", "no_camera_data"})


def photo_flag_text(code: str, number: int | None, detail: str, language: str) -> str:
    """What a flag of a photo says, with its number in its unit, and the shot or the program that it is about."""
    said = word(PHOTO_FLAGS, code, language)
    counted = PHOTO_FLAG_NUMBERS.get(code)
    more = [word(SHOTS, detail, language)] if detail else []
    more += [counted[language].format(f"{number:,}")] if counted is not None and number is not None else []
    return " · ".join((said, *more))


def word(table: Mapping[str, Words], code: str, language: str) -> str:
    """The word for a code; a code that nobody gave words is shown as it is."""
    found = table.get(code)
    return found[language] if found else code


def flag_text(code: str, language: str) -> str:
    """What a flag says."""
    if code in SIGN_OFF_FLAGS:
        return SIGN_OFF_FLAGS[code][language]
    texts = FLAG_TEXTS.get(code)
    return texts["zh" if language.startswith("zh") else "en"] if texts else code


def flag_is_warning(code: str) -> bool:
    """Worth a look and often quite right, as against plainly wrong."""
    return code in WARNINGS
