"""The gallery's decision pages: every kind and every state, about households that do not exist."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from schemas.forms.binding import Words
from schemas.forms.fields import Field, FieldCatalogue
from server import errors
from server.office.decisions import page_context
from server.office.typed_decision import Typed
from server.queries.case_fields import Fields
from server.queries.case_page import Income, ShownEvidence, ShownStatement, Signer
from server.queries.case_statements import Stated
from server.queries.conflict_item import conflict_view
from server.queries.discrepancy_item import discrepancy_view
from server.queries.duplicate_item import duplicate_view
from server.queries.gap_item import GapView
from server.queries.item_history import Word, history_of
from server.queries.item_page import ItemView, OtherItem
from server.queries.opened_household import Household, members_of
from server.queries.quarantine_item import Change, QuarantineView
from server.queries.queue_around import Around, NearItem
from server.queries.who_can_be_asked import Askable
from server.queries.who_may_decide import AUTHOR, RELATIVE, ROLE, Standing
from server.store.cases import CaseRow
from server.store.claims import Claim
from server.store.open_items import OpenItem
from server.store.statements import StoredStatement
from sync.case import Case
from sync.derived import per_capita_monthly_income
from sync.dot import Dot
from sync.field_class import field_class, needs_second_person
from sync.open_item import Finding, ItemKind, conflict, field_of
from sync.register import Value, Write
from sync.statement import Ask, Outcome

Screen = Callable[[str], tuple[str, dict[str, Any]]]

CASE, OTHER = "c" * 32, "d" * 32
ME, COLLEAGUE = "me", "colleague"
LONG_NAME = "迪丽拜尔·阿卜杜热合曼·努尔麦麦提江"
LONG_ADDRESS = "第三村民小组老粮站后面新修的易地扶贫搬迁集中安置点二单元门牌"
ADDRESS, AMOUNT = "place.address", "income.00000003.amount"
_HOME, _PERSON = Words("住户", "Household"), Words("家庭成员", "Household member")
_LINE, _TALK = Words("收入", "Income line"), Words("走访", "Interview")
_OPINIONS = {"fits": Words("符合", "Fits"), "not_fit": Words("不符合", "Does not fit")}
_KINDS = {"wage": Words("工资", "Wage"), "pension": Words("养老金", "Pension")}
_PERIODS = {"month": Words("每月", "A month"), "year": Words("每年", "A year")}
CATALOGUE = FieldCatalogue(
    (
        Field("place.address", Words("详细地址", "Address"), _HOME, "text"),
        Field("household.householder_name", Words("户主姓名", "Householder's name"), _HOME, "text"),
        Field(
            "household.scheme", Words("保障类型", "Scheme"), _HOME, "choice", None, {"rural": Words("农村", "Rural")}
        ),
        Field("household.phone", Words("联系电话", "Telephone"), _HOME, "text", "phone"),
        Field("members.{m}.listed", Words("在册", "On the list"), _PERSON, "listed"),
        Field("members.{m}.name", Words("姓名", "Name"), _PERSON, "text"),
        Field("members.{m}.relation", Words("与户主关系", "Relation"), _PERSON, "text"),
        Field("income.{l}.listed", Words("在册", "On the list"), _LINE, "listed"),
        Field("income.{l}.kind", Words("收入项目", "Kind"), _LINE, "choice", None, _KINDS),
        Field("income.{l}.period", Words("按月还是按年", "A month or a year"), _LINE, "choice", None, _PERIODS),
        Field("income.{l}.amount", Words("金额（元）", "Amount (yuan)"), _LINE, "money"),
        Field("interviews.{s}.opinion", Words("群众反映", "Their opinion"), _TALK, "choice", None, _OPINIONS),
    )
)


@dataclass(frozen=True)
class Told:
    """A statement of the gallery: who made it, what it wrote, and which earlier statements it had seen."""

    id: str
    kind: str
    names: tuple[str, ...]
    said: Mapping[str, Value]
    seen: tuple[str, ...] = ()
    place: str | None = None
    shots: tuple[str, ...] = ()
    flags: tuple[tuple[str, tuple[str, ...]], ...] = ()


def _id(letter: str, seq: int = 1) -> str:
    return f"{letter * 32}-{seq}"


def _at(number: int) -> str:
    return f"2026-11-{10 + number % 14:02d}T0{number % 9}:05:00.000Z"


def _home(told: Sequence[Told], language: str, case_id: str = CASE) -> Household:
    case, writes = Case(), []
    by_path: dict[tuple[str, str], Dot] = {}
    for each in told:
        mine: list[Write] = []
        places = {f"visits.{each.id}.place": each.place} if each.place else {}
        for number, (path, value) in enumerate({**each.said, **places}.items()):
            seen = frozenset(by_path[s, path] for s in each.seen if (s, path) in by_path)
            mine.append(Write(Dot(each.id, number), path, value, seen))
            by_path[each.id, path] = mine[-1].dot
        case = case.apply(each.id, mine)
        writes += mine
    fields = Fields(case, CATALOGUE, language, {}, writes)
    statements = tuple(_shown(each, number, fields) for number, each in enumerate(told))
    derived = per_capita_monthly_income(case)
    row = CaseRow(case_id, "v", "c/v/", 1043, "h", "", "", 1, 2, 0, 0, None, b"")
    return Household(
        row=row,
        case=case,
        fields=fields,
        statements=statements,
        by_id={each.stated.row.id: each for each in statements},
        writes=tuple(writes),
        village="石桥村",
        township="清溪镇",
        householder=fields.texts("household.householder_name"),
        address=fields.texts(ADDRESS),
        scheme=fields.texts("household.scheme"),
        members=members_of(case, fields),
        income=Income(derived, 58_300, 62_500, 58_300, tuple(map(fields.full_label, derived.uncertain))),
    )


def _shown(told: Told, number: int, fields: Fields) -> ShownStatement:
    row = StoredStatement(
        told.id, 1040 + number, told.id[:32], 1, "d", None, told.kind, CASE, told.names[0], _at(number + 2), None
    )
    survey = told.kind in ("household_visit", "recheck")
    slot = "investigator" if survey else "county_officer"
    signers = [Signer(slot, Outcome.SIGNED, name, None, None) for name in told.names]
    if survey:
        signers += [Signer("householder", Outcome.THUMBPRINT, None, "f" * 64, None)]
        signers += [Signer("respondent", Outcome.ABSENT, None, None, "外出务工未归")]
    evidence = tuple(
        ShownEvidence(told.id, f"{n}{told.id[0]}" * 32, shot, "picture", False, 214_000)
        for n, shot in enumerate(told.shots)
    )
    stated = Stated(row, not_before=_at(number + 1))
    own = fields.of_statement(told.id)
    return ShownStatement(stated, 1041 + number, told.names[0], tuple(signers), own, evidence, told.flags, 3, 0, 0)


_BASE: dict[str, Value] = {
    "household.householder_name": "阿依古丽·买买提",
    "household.scheme": "rural",
    "members.00000001.listed": True,
    "members.00000001.name": "阿依古丽·买买提",
    "members.00000001.relation": "本人或户主",
    "members.00000002.listed": True,
    "members.00000002.name": LONG_NAME,
    "members.00000002.relation": "女",
    "income.00000003.listed": True,
    "income.00000003.kind": "wage",
    "income.00000003.period": "month",
    "income.00000004.listed": True,
    "income.00000004.kind": "pension",
    "income.00000004.amount": 18_000,
}
ROSTER = Told(_id("a"), "roster_import", ("赵经办",), _BASE)
HERE, NEAR, FAR = "30.5123 114.3123 20 5", "30.5131 114.3123 20 8", "30.5923 114.3123 20 30"


def _visit(letter: str, names: tuple[str, ...], said: dict[str, Value], **more: Any) -> Told:
    return Told(_id(letter), more.pop("kind", "household_visit"), names, said, **more)


ZHANG, LI = ("张明华", "李建国"), ("李建国", "欧阳春兰")
_TWO = (ROSTER, _visit("b", ZHANG, {ADDRESS: "一组12号"}, place=HERE), _visit("e", LI, {ADDRESS: "一组21号"}))
_THREE = (
    ROSTER,
    _visit("b", ZHANG, {AMOUNT: 120_000}, place=HERE, shots=("document:income_proof", "house_front")),
    _visit("e", LI, {AMOUNT: 80_000}, place=NEAR, shots=("main_room",)),
    _visit("f", (LONG_NAME,), {AMOUNT: 100_000}, place=FAR),
)
_HUNDRED = (
    ROSTER,
    *(Told(f"{n:032x}-1", "household_visit", ZHANG, {ADDRESS: f"{LONG_ADDRESS}{n + 1}号"}) for n in range(100)),
)
_PHONES = (
    ROSTER,
    _visit("b", ZHANG, {"household.phone": "13900001234"}),
    _visit("e", LI, {"household.phone": "13900009876"}),
)
_LONG = (
    ROSTER,
    _visit("b", (LONG_NAME, LONG_NAME), {ADDRESS: f"{LONG_ADDRESS}十二号，门口有一棵老槐树，向东第三家"}),
    _visit("e", (LONG_NAME, LONG_NAME), {ADDRESS: f"{LONG_ADDRESS}二十一号，门口有一棵老榆树，向东第三家"}),
)


def _item(finding: Finding, **more: Any) -> OpenItem:
    base = OpenItem(
        finding.id,
        finding.kind.value,
        finding.rule,
        int(finding.severity),
        finding.case,
        finding.other,
        "c/v/",
        finding.subject,
        finding.group,
        1044,
        _at(4),
    )
    return replace(base, **more)


def _view(item: OpenItem, home: Household | None, **more: Any) -> ItemView:
    path = field_of(item.subject) if item.kind != ItemKind.QUARANTINE else None
    view = ItemView(
        item=item,
        home=home,
        label=home.fields.full_label(path) if home is not None and path is not None else "",
        class_=field_class(path) if path is not None else None,
        two_needed=path is not None and needs_second_person(path),
        others=(),
        claim=None,
        holder="",
        standing=Standing(None, ("钱复核", LONG_NAME)),
        askable=(
            Askable("z", "张明华", True, True),
            Askable("w", LONG_NAME, False, True),
            Askable("l", "李四", False, False),
        ),
        history=history_of(home, item.id, path) if home is not None else (),
        proposal=None,
        request=None,
        decision=None,
    )
    return replace(view, **more)


def _word(kind: str, author: str, names: tuple[str, ...], **more: Any) -> Word:
    word = Word(_id("9"), 1099, kind, names, _at(5), _at(6), author=author)
    return replace(word, **more)


def _page(make: Callable[[str], ItemView], typed: Typed | None = None, **more: Any) -> Screen:
    def screen(language: str) -> tuple[str, dict[str, Any]]:
        problem = more.get("problem")
        shown = errors.document(errors.PROBLEMS[problem], language.replace("_", "-")) if problem else None
        near = NearItem(_item(conflict(OTHER, ADDRESS)), LONG_NAME, CATALOGUE.describe(ADDRESS).label)
        context: dict[str, Any] = {
            "told": None,
            "last": None,
            "around": Around((near,), (near, near)),
            "address": lambda item, **_: f"#{item}",
            "query": {},
            "anew": False,
            "inks": {},
            "flags_of_photos": {},
            "may_decide": True,
            "may_reveal": True,
            "person": ME,
        }
        context |= {**more, "problem": shown}
        return "decide.html", page_context(make(language), typed or Typed(due="2026-12-01"), **context)

    return screen


def _conflict(
    told: Sequence[Told],
    path: str,
    *,
    before: frozenset[Dot] | None = None,
    item: dict[str, Any] | None = None,
    **more: Any,
) -> Callable[[str], ItemView]:
    def make(language: str) -> ItemView:
        home = _home(told, language)
        shown = conflict_view(home, path, reads_interviews=True, before=before, former=more.get("former", ()))
        kept = {name: value for name, value in more.items() if name != "former"}
        return _view(_item(conflict(CASE, path), **(item or {})), home, conflict=shown, **kept)

    return make


_PROPOSED: dict[str, Any] = {"item": {"proposal": _id("9")}}


def _proposal(author: str) -> Word:
    said = (("工资 · 金额（元）", "800.00 元"),)
    return _word(
        "proposal",
        author,
        ("孙经办",),
        outcome="taken",
        reason_code="document_checked",
        reason="已核对收入证明，以后一次为准",
        proposed=said,
    )


_REQUEST = _word(
    "request",
    COLLEAGUE,
    ("钱复核",),
    outcome="sent_back",
    reason="两次说法差别太大，请另派人核实",
    ask=Ask("recheck", "2026-12-01"),
)
_DECISION = _word(
    "resolution",
    COLLEAGUE,
    ("钱复核",),
    outcome="taken",
    reason_code="document_checked",
    reason="已核对户口簿",
    text="一组21号",
)
_DECIDED = (*_TWO, Told(_id("9"), "resolution", ("钱复核",), {ADDRESS: "一组21号"}, seen=(_id("b"), _id("e"))))
_CLOSED: dict[str, Any] = {"item": {"closed": 1050, "closed_by": _id("9")}, "decision": _DECISION}
_OLD_DOTS = frozenset({Dot(_id("b"), 0), Dot(_id("e"), 0)})
_FAULTY = Typed(
    choice=f"take:{_id('b')}:0",
    code="document_checked",
    words="好",
    due="2026-12-01",
)


def _faults(language: str) -> dict[str, str]:
    zh = language.startswith("zh")
    return {
        "words": "理由至少写四个字。" if zh else "Say why in at least four characters.",
        "password": "密码不正确，未签名。" if zh else "The password is wrong; nothing was signed.",
    }


def _faulty(language: str) -> tuple[str, dict[str, Any]]:
    return _page(_conflict(_TWO, ADDRESS), replace(_FAULTY, faults=_faults(language)))(language)


def _recheck(language: str) -> ItemView:
    found = _visit("e", LI, {AMOUNT: 150_000}, kind="recheck", seen=(_id("b"),), place=NEAR)
    home = _home((*_THREE[:2], found), language)
    finding = Finding(
        ItemKind.DISCREPANCY, "recheck_changed", CASE, f"{_id('e')}:{AMOUNT}", conflict(CASE, AMOUNT).severity
    )
    shown = discrepancy_view(home, "recheck_changed", finding.subject, reads_interviews=True)
    return _view(_item(finding), home, discrepancy=shown)


def _doubt(language: str) -> ItemView:
    talk = Told(_id("7"), "neighbour_interview", ZHANG, {f"interviews.{_id('7')}.opinion": "not_fit"})
    home = _home((*_THREE[:2], talk), language)
    finding = Finding(ItemKind.DISCREPANCY, "neighbour_doubt", CASE, _id("7"), conflict(CASE, AMOUNT).severity)
    shown = discrepancy_view(home, "neighbour_doubt", _id("7"), reads_interviews=True)
    return _view(_item(finding), home, discrepancy=shown)


def _pair(joined: bool) -> Callable[[str], ItemView]:
    def make(language: str) -> ItemView:
        first = _home(_TWO[:2], language)
        child: dict[str, Value] = {
            "members.00000005.listed": True,
            "members.00000005.name": "买买提小宝",
            ADDRESS: "一组21号",
        }
        into: dict[str, Value] = {"joined.into": CASE} if joined else {}
        said: dict[str, Value] = {**_BASE, **child, **into}
        second = _home((Told(_id("e"), "household_visit", LI, said),), language, OTHER)
        finding = Finding(ItemKind.DUPLICATE, "same_household", CASE, "", conflict(CASE, AMOUNT).severity, OTHER)
        more: dict[str, Any] = {"closed": 1050, "closed_by": _id("9")} if joined else {}
        decision = replace(_DECISION, outcome="joined", kind="join", text=None, reason="成员和住址一致，确为同一户")
        return _view(
            _item(finding, **more),
            first,
            duplicate=duplicate_view("same_household", first, second, CASE),
            decision=decision if joined else None,
        )

    return make


def _waiting(obstacle: str | None) -> Callable[[str], ItemView]:
    def make(language: str) -> ItemView:
        home = _home(_TWO[:2], language)
        finding = Finding(ItemKind.QUARANTINE, "replica_revoked", CASE, _id("5"), conflict(CASE, ADDRESS).severity)
        row = StoredStatement(
            _id("5"), 2210, "5" * 32, 1, "d", None, "household_visit", CASE, "z", _at(9), "replica_revoked"
        )
        label = CATALOGUE.describe(ADDRESS).label[language]
        shown = QuarantineView(
            row=row,
            reason="replica_revoked",
            obstacle=obstacle,
            author="张明华",
            tablet="平板 07",
            revoked_at=_at(8),
            not_before=_at(3),
            signers=tuple(Signer("investigator", Outcome.SIGNED, name, None, None) for name in ZHANG),
            new_household=False,
            changes=() if obstacle else (Change(label, "一组12号", "一组12号 / 一组7号", True),),
            same=31,
            pictures=4,
            owed=1,
            closed=False,
        )
        return _view(_item(finding), home, quarantine=shown)

    return make


def _unsigned(language: str) -> ItemView:
    alone = _visit("b", ("张明华",), {ADDRESS: "一组12号"}, flags=(("fewer_than_two_investigators", ()),))
    home = _home((ROSTER, alone), language)
    finding = Finding(ItemKind.GAP, "sign_off_missing", CASE, _id("b"), conflict(CASE, ADDRESS).severity)
    gap = GapView(
        rule="sign_off_missing",
        since=_at(4),
        statement=home.by_id[_id("b")],
        field=None,
        value=None,
        pieces=(("house_front", 214_000), ("ink:householder", 9_000)),
        tablet="平板 07",
        last_contact=_at(7),
        people=ZHANG,
        missing=0,
    )
    return _view(_item(finding), home, gap=gap)


def _lost(language: str) -> ItemView:
    finding = Finding(ItemKind.GAP, "missing_statements", None, "5" * 32, conflict(CASE, ADDRESS).severity)
    gap = GapView("missing_statements", _at(2), None, None, None, (), "平板 02（旧）", _at(3), (LONG_NAME,), 3)
    return _view(_item(finding), None, gap=gap)


def _refused(why: str, others: tuple[str, ...]) -> Screen:
    return _page(
        _conflict(_TWO, ADDRESS, standing=Standing(why, others)), may_decide=why != ROLE, may_reveal=why != ROLE
    )


def _crowded(language: str) -> ItemView:
    """In somebody's hands, with other items of the same household beside it."""
    others = tuple(
        OtherItem(_item(conflict(CASE, path)), label) for path, label in ((AMOUNT, "工资 · 金额（元）"),) * 3
    )
    view = _conflict(_TWO, ADDRESS)(language)
    return replace(view, others=others, claim=Claim("x", COLLEAGUE, _at(3), None), holder="钱复核")


DECISION_SCREENS: Mapping[str, Screen] = {
    "decide-two": _page(_crowded, told={"item": OTHER, "outcome": "taken", "awaits": False}, last=OTHER),
    "decide-three": _page(_conflict(_THREE, AMOUNT)),
    "decide-hundred": _page(_conflict(_HUNDRED, ADDRESS)),
    "decide-long-names": _page(_conflict(_LONG, ADDRESS)),
    "decide-masked": _page(_conflict(_PHONES, "household.phone")),
    "decide-no-form": _page(
        _conflict((ROSTER, _visit("b", ZHANG, {"old.note": "有"}), _visit("e", LI, {"old.note": "无"})), "old.note")
    ),
    "decide-refused-author": _refused(AUTHOR, ("钱复核",)),
    "decide-refused-relative": _refused(RELATIVE, ()),
    "decide-only-looking": _refused(ROLE, ("钱复核", "孙经办")),
    "decide-to-confirm": _page(_conflict(_THREE, AMOUNT, **_PROPOSED, proposal=_proposal(COLLEAGUE))),
    "decide-proposed": _page(_conflict(_THREE, AMOUNT, **_PROPOSED, proposal=_proposal(ME))),
    "decide-sent-back": _page(_conflict(_TWO, ADDRESS, item={"asked": _id("9")}, request=_REQUEST)),
    "decide-outdated": _page(
        _conflict((*_TWO, _visit("f", LI, {ADDRESS: "镇上3号"})), ADDRESS, before=_OLD_DOTS),
        replace(_FAULTY, words="已核对户口簿"),
        problem=errors.ScreenOutdated,
    ),
    "decide-faults": _faulty,
    "decide-decided": _page(_conflict(_DECIDED, ADDRESS, **_CLOSED)),
    "decide-anew": _page(_conflict(_DECIDED, ADDRESS, **_CLOSED, former=_OLD_DOTS), anew=True),
    "decide-twice": _page(_conflict(_DECIDED, ADDRESS, **_CLOSED), problem=errors.ItemClosed),
    "decide-settled-itself": _page(_conflict(_DECIDED, ADDRESS, item={"closed": 1050})),
    "decide-discrepancy": _page(_recheck),
    "decide-doubt": _page(_doubt),
    "decide-duplicate": _page(_pair(False)),
    "decide-joined": _page(_pair(True), anew=True),
    "decide-quarantine": _page(_waiting(None)),
    "decide-quarantine-blocked": _page(_waiting("unknown_form_version")),
    "decide-gap": _page(_unsigned),
    "decide-gap-tablet": _page(_lost),
}
