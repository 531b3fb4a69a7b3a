"""An invented case that shows everything at once: a dispute, a late change, owed evidence, a statement that waits."""

from schemas.forms.binding import Words
from schemas.forms.fields import Field, FieldCatalogue
from server.queries.case_fields import Fields
from server.queries.case_page import CaseView, Income, ShownEvidence, ShownStatement, Signer
from server.queries.case_statements import Stated
from server.queries.joined_cases import JoinedCase, JoinedCases
from server.queries.shown_photo_flags import ShownPhotoFlag, ShownPhotoFlags
from server.store.cases import CaseRow
from server.store.statements import StoredStatement
from server.store.tasks import Task
from sync.case import Case
from sync.derived import per_capita_monthly_income
from sync.dot import Dot
from sync.register import Value, Write
from sync.statement import Outcome

CASE = "c" * 32
JOINED = JoinedCases(
    into=None,
    here=(JoinedCase("d" * 32, "王大山", "三组 12 号", ("周莉", "郭建国"), "2026-03-05T02:10:00Z"),),
)
JOINED_AWAY = JoinedCases(
    into=JoinedCase("e" * 32, "王大善", "三组 14 号", ("周莉", "郭建国"), "2026-03-05T02:10:00Z"), here=()
)
ROSTER, ZHANG, LI, LATE = (f"{name * 32}-{seq}" for name, seq in (("a", 1), ("b", 4), ("d", 2), ("e", 9)))
_HOME, _PERSON, _LINE = (
    Words("住户", "Household"),
    Words("家庭成员", "Household member"),
    Words("收入", "Income line"),
)
_FIELDS = (
    Field("place.address", Words("详细地址", "Address"), _HOME, "text"),
    Field("household.householder_name", Words("户主姓名", "Householder's name"), _HOME, "text"),
    Field("household.scheme", Words("保障类型", "Scheme"), _HOME, "choice", None, {"rural": Words("农村", "Rural")}),
    Field("household.family_size", Words("家庭人口", "Family size"), _HOME, "integer"),
    Field("household.phone", Words("联系电话", "Telephone"), _HOME, "text", "phone"),
    Field(
        "household.bank_account", Words("银行账号（一卡通）", "Bank account (benefit card)"), _HOME, "text", "bank"
    ),
    Field("members.{m}.listed", Words("在册", "On the list"), _PERSON, "listed"),
    Field("members.{m}.name", Words("姓名", "Name"), _PERSON, "text"),
    Field("members.{m}.id_no", Words("身份证号", "ID number"), _PERSON, "text", "id_number"),
    Field("members.{m}.disease_name", Words("病种", "Disease"), _PERSON, "text", "health"),
    Field("income.{l}.listed", Words("在册", "On the list"), _LINE, "listed"),
    Field("income.{l}.member", Words("属于哪位成员", "Whose it is"), _LINE, "member"),
    Field("income.{l}.kind", Words("收入项目", "Kind"), _LINE, "text"),
    Field("income.{l}.amount", Words("金额（元）", "Amount (yuan)"), _LINE, "money"),
)
_ONE, _TWO = "members.00000001.", "members.00000002."
_WAGE = "income.00000003."

_SAID: dict[str, dict[str, Value]] = {
    ROSTER: {
        "place.address": "一组12号",
        "household.householder_name": "阿依古丽·买买提",
        "household.scheme": "rural",
        "household.family_size": 3,
        f"{_ONE}listed": True,
        f"{_ONE}name": "阿依古丽·买买提",
        f"{_ONE}id_no": "99999919700101002X",
        f"{_TWO}listed": True,
        f"{_TWO}name": "迪丽拜尔·阿卜杜热合曼·努尔麦麦提江",
    },
    ZHANG: {
        "household.family_size": 2,
        "household.phone": "13900000000",
        "household.bank_account": "6200000000000001234",
        f"{_ONE}disease_name": "风湿性关节炎",
        f"{_WAGE}listed": True,
        f"{_WAGE}member": "00000001",
        f"{_WAGE}kind": "外出务工",
        f"{_WAGE}amount": 120_000,
    },
    LI: {f"{_WAGE}amount": 80_000, f"{_TWO}listed": False, "household.family_size": 2},
}
_SEEN = {(ZHANG, "household.family_size"), (LI, f"{_TWO}listed"), (LI, "household.family_size")}


def _writes(statement: str) -> tuple[Write, ...]:
    first = {path: Dot(ROSTER, number) for number, path in enumerate(_SAID[ROSTER])}
    return tuple(
        Write(
            Dot(statement, number),
            path,
            value,
            frozenset({first[path]}) if (statement, path) in _SEEN else frozenset(),
        )
        for number, (path, value) in enumerate(_SAID[statement].items())
    )


def _shown(
    statement: str, number: int, kind: str, names: tuple[str, ...], writes: tuple[Write, ...], case: Case
) -> ShownStatement:
    live = {dot for register in case.registers.values() for dot in register.live}
    covers = sum(write.dot in live for write in writes)
    waits = "replica_revoked" if statement == LATE else None
    replica, _, seq = statement.rpartition("-")
    row = StoredStatement(
        statement,
        number,
        replica,
        int(seq),
        "d",
        None,
        kind,
        CASE,
        "p",
        f"2026-11-2{number % 4}T06:05:00.000Z",
        waits,
    )
    survey = kind == "household_visit"
    householder = Signer("householder", Outcome.THUMBPRINT, None, "f" * 64, None)
    absent = Signer("respondent", Outcome.ABSENT, None, None, "外出务工未归")
    evidence = tuple(
        ShownEvidence(statement, f"{n}" * 64, shot, "picture", False, 214_000)
        for n, shot in enumerate(("house_front", "main_room", "document:household_book"))
    )
    return ShownStatement(
        stated=Stated(row, None, (), writes, (), 0, "2026-11-19T09:30:00.000Z"),
        number=number,
        author=names[0],
        signers=(
            *(Signer("investigator" if survey else "county_officer", Outcome.SIGNED, n, None, None) for n in names),
            *((householder, absent) if survey else ()),
        ),
        own_fields=(),
        evidence=evidence if survey else (),
        flags=(("id_bad_checksum", ("阿依古丽·买买提 · 身份证号",)), ("place_unexplained", ())) if survey else (),
        covers=covers,
        restated=1 if statement == ROSTER else 0,
        changed=len(writes) - covers - (1 if statement == ROSTER else 0),
    )


_ROW = CaseRow(CASE, "v", "c/v/", 1043, "h", "阿依古丽·买买提", "一组12号", 1, 2, 2, 9, None, b"")


def a_case(language: str) -> CaseView:
    """The view of the invented case, built as a real one is."""
    case = Case()
    history: list[Write] = []
    for statement in (ROSTER, ZHANG, LI):
        case = case.apply(statement, _writes(statement))
        history += _writes(statement)
    fields = Fields(case, FieldCatalogue(_FIELDS), language, {}, history)
    groups = fields.groups()
    derived = per_capita_monthly_income(case)
    shown = (
        _shown(ROSTER, 1, "roster_import", ("赵经办",), _writes(ROSTER), case),
        _shown(ZHANG, 1042, "household_visit", ("张明华", "李建国"), _writes(ZHANG), case),
        _shown(LI, 1043, "household_visit", ("李建国", "欧阳春兰"), _writes(LI), case),
        _shown(LATE, 2210, "household_visit", ("张明华",), (), case),
    )
    return CaseView(
        row=_ROW,
        village="石桥村",
        township="清溪镇",
        householder=fields.texts("household.householder_name"),
        address=fields.texts("place.address"),
        income=Income(derived, 58_300, 62_500, 58_300, tuple(map(fields.full_label, derived.uncertain))),
        groups=groups,
        disputed=tuple(field for group in groups for field in group.every_field if field.disputed),
        statements=shown,
        by_id={each.stated.row.id: each for each in shown},
        tasks=(Task("recheck:x", "recheck", CASE, "c/v/", 1043),),
        interviews=0,
        owed=sum(each.owed for each in shown),
    )


# What the workers found odd about the photos of one visit.
FLAGGED: ShownPhotoFlags = {
    LI: {
        "": (ShownPhotoFlag("shot_missing", None, "kitchen"), ShownPhotoFlag("travel", 214)),
        "1" * 64: (
            ShownPhotoFlag("taken_before", 1_430),
            ShownPhotoFlag("far_from_home", 4_012),
            ShownPhotoFlag("alike_elsewhere", 31, households=(_ROW,)),
            ShownPhotoFlag("edited", None, "Adobe Photoshop 25.0"),
        ),
        "2" * 64: (ShownPhotoFlag("blurred", 12), ShownPhotoFlag("alike_before", 40)),
    }
}
