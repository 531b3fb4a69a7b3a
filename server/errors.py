"""Domain error to problem document (RFC 9457): one table, in both languages, each saying what to do next.

The `type` of a problem is stable: clients decide by it. `title` and `detail` come in the language asked for;
`translations` carries both, because a tablet shows them later, offline.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from media import errors as media_errors
from sync import errors as sync_errors

TYPE_BASE = "urn:ruhu:problem:"
LANGUAGES = ("zh-Hans", "en")


class RuhuError(Exception):
    """What a use case refuses; `facts` are members of the problem document and hold no personal data."""

    def __init__(self, **facts: object) -> None:
        super().__init__(type(self).__name__, facts)
        self.facts = facts


class NotLoggedIn(RuhuError): ...


class Forbidden(RuhuError): ...


class NotFound(RuhuError): ...


class InvalidRequest(RuhuError): ...


class WrongSignature(RuhuError): ...


class UnknownKey(RuhuError): ...


class WrongPayloadType(RuhuError): ...


class StatementTooLarge(RuhuError): ...


class BatchTooLarge(RuhuError): ...


class BodyCutShort(RuhuError): ...


class Equivocation(RuhuError): ...


class ForeignReplica(RuhuError): ...


class TokenUnusable(RuhuError): ...


class ReplicaRevoked(RuhuError): ...


class SessionReplayed(RuhuError): ...


class TooManyTries(RuhuError): ...


class LoginFailed(RuhuError): ...


class WrongPassword(RuhuError): ...


class RescopeNeeded(RuhuError): ...


class EpochChanged(RuhuError): ...


class UploadQuotaExceeded(RuhuError): ...


class TusVersionUnsupported(RuhuError): ...


class FormRefused(RuhuError): ...


class RosterRefused(RuhuError): ...


class NameTaken(RuhuError): ...


class PageTooOld(RuhuError): ...


class ScreenOutdated(RuhuError): ...


class DataCheckRefused(RuhuError): ...


class AuthorMayNotResolve(RuhuError): ...


class RelativeMayNotDecide(RuhuError): ...


class ProposerMayNotConfirm(RuhuError): ...


class ItemClosed(RuhuError): ...


class StatementNotReleasable(RuhuError): ...


class NoHouseholdToAsk(RuhuError): ...


class RecheckByTheSame(RuhuError): ...


class TryAgain(RuhuError): ...


class TabletAppNotBuilt(RuhuError): ...


class LifeboatUnreadable(RuhuError): ...


class ForeignLifeboat(RuhuError): ...


class UnknownReplica(RuhuError): ...


class LifeboatItemMissing(RuhuError): ...


@dataclass(frozen=True, slots=True)
class Problem:
    """What is known of a kind of error: HTTP status, stable name, and (title, what to do next) in each language."""

    status: int
    name: str
    zh: tuple[str, str]
    en: tuple[str, str]

    @property
    def type(self) -> str:
        return TYPE_BASE + self.name


PROBLEMS: Mapping[type[Exception], Problem] = {
    NotLoggedIn: Problem(
        401, "not-logged-in", ("尚未登录", "请登录后再试。"), ("Not logged in", "Log in and try again.")
    ),
    Forbidden: Problem(
        403,
        "forbidden",
        ("您无权进行此操作", "如确需办理，请联系县级管理员。"),
        ("You may not do this", "If your work needs it, ask the county office."),
    ),
    NotFound: Problem(
        404,
        "not-found",
        ("未找到", "它不存在，或不在您的辖区内。请检查地址。"),
        ("Not found", "It does not exist or lies outside your area. Check the address."),
    ),
    InvalidRequest: Problem(
        422,
        "invalid-request",
        ("请求内容有误", "请按 errors 所列逐项更正后重新发送。"),
        ("The request does not fit", "Correct what `errors` lists and send it again."),
    ),
    sync_errors.UnreadableJson: Problem(
        422,
        "unreadable-json",
        ("JSON 无法读取", "数据已损坏，未保存。请保留原件并更新应用后重发；仍失败请导出交县局。"),
        ("Unreadable JSON", "Nothing was stored. Keep the item; update the app and send again, or export it."),
    ),
    sync_errors.UnreadableEnvelope: Problem(
        422,
        "unreadable-envelope",
        ("签名信封无法读取", "该条未保存，其他条不受影响。请重新发送；仍失败请导出交县局。"),
        ("Unreadable envelope", "This item was not stored; the others were. Send it again, or export it."),
    ),
    sync_errors.UnreadableStatement: Problem(
        422,
        "unreadable-statement",
        ("陈述内容无法读取", "该条未保存，其他条不受影响。请更新应用后重发；仍失败请导出交县局。"),
        ("Unreadable statement", "This item was not stored; the others were. Update the app, or export it."),
    ),
    sync_errors.UnreadableCursor: Problem(
        422,
        "unreadable-cursor",
        ("同步位置无效", "请从头同步（不带 cursor）。"),
        ("Unknown cursor", "Start over without a cursor; nothing is lost."),
    ),
    WrongSignature: Problem(
        422,
        "wrong-signature",
        ("签名不符", "内容与签名不一致，未保存。请重新发送原件，不要修改。"),
        ("Wrong signature", "The bytes are not what was signed; nothing was stored. Send the original again."),
    ),
    UnknownKey: Problem(
        422,
        "unknown-key",
        ("密钥未登记", "请先在县局登记本机和签名人，然后重发。"),
        ("Unknown key", "Enrol this tablet and its signers at the office, then send it again."),
    ),
    WrongPayloadType: Problem(
        422,
        "wrong-payload-type",
        ("载荷类型不符", "请更新应用后重发。"),
        ("Wrong payload type", "Update the app and send it again."),
    ),
    StatementTooLarge: Problem(
        413,
        "statement-too-large",
        ("单条过大", "照片请走上传通道，正文不超过上限。"),
        ("Statement too large", "Photos travel by upload; keep the text below the limit."),
    ),
    BatchTooLarge: Problem(
        413,
        "batch-too-large",
        ("批次过大", "请分批发送，每批条数和字节不超过上限。"),
        ("Batch too large", "Send fewer or smaller items at a time."),
    ),
    BodyCutShort: Problem(
        400,
        "body-cut-short",
        ("数据未传完", "连接中断，未收到的部分请重发。重复发送无害。"),
        ("The body was cut short", "The connection broke; send it again. A repeat does no harm."),
    ),
    Equivocation: Problem(
        409,
        "equivocation",
        ("同一编号出现不同内容", "先到的内容保持不变，后到的已留存备查。本机可能被复制，请联系县局重新登记。"),
        ("One id with two contents", "The first stays; the second is kept as evidence. Enrol this tablet anew."),
    ),
    ForeignReplica: Problem(
        422,
        "foreign-replica",
        ("不是本机的陈述", "请用写下它的平板发送，或导出交县局导入。"),
        ("Not this replica's statement", "Send it from the tablet that wrote it, or export it for the office."),
    ),
    TokenUnusable: Problem(
        422,
        "token-unusable",
        ("登记码无效", "登记码已用过、已过期或有误。请向县局索取新的登记码。"),
        ("The enrolment code does not work", "It was used, ran out or is wrong. Ask the office for a new one."),
    ),
    ReplicaRevoked: Problem(
        403,
        "replica-revoked",
        ("本机已被停用", "可以继续上交已完成的工作，不能下载。请联系县局。"),
        ("This tablet is revoked", "It may hand in finished work but not download. Call the office."),
    ),
    SessionReplayed: Problem(
        409,
        "session-replayed",
        ("会话请求已用过", "请用更大的计数重新签名。"),
        ("Session request already used", "Sign a new request with a higher counter."),
    ),
    TooManyTries: Problem(
        429,
        "too-many-tries",
        ("尝试过于频繁", "请按 retry_after 等待后再试。"),
        ("Too many tries", "Wait as long as `retry_after` says, then try again."),
    ),
    LoginFailed: Problem(
        401,
        "login-failed",
        ("用户名或密码不正确", "请核对后重试；忘记密码请联系管理员。"),
        ("Login or password is wrong", "Check both and try again; ask the administrator for a new password."),
    ),
    WrongPassword: Problem(
        403,
        "wrong-password",
        ("密码不正确，未签名", "请重新输入密码。"),
        ("Wrong password; nothing was signed", "Enter your password again."),
    ),
    RescopeNeeded: Problem(
        409,
        "rescope",
        ("管辖范围已变更", "请先上交未交的工作，再取范围清单 /api/v1/scope 核对。"),
        ("Your area has changed", "Hand in what you hold, then compare with /api/v1/scope."),
    ),
    EpochChanged: Problem(
        409,
        "epoch-changed",
        ("服务器已从备份恢复", "请重新提交本机保留的全部陈述，然后从头同步。"),
        ("The server was restored", "Offer every statement you still keep, then sync from the start."),
    ),
    UploadQuotaExceeded: Problem(
        429,
        "too-many-uploads",
        ("未完成的上传过多", "请先传完或取消已有的上传。"),
        ("Too many open uploads", "Finish or end some of them first."),
    ),
    TusVersionUnsupported: Problem(
        412,
        "tus-version",
        ("上传协议版本不支持", "请使用 Tus-Resumable: 1.0.0。"),
        ("Unsupported tus version", "Use Tus-Resumable: 1.0.0."),
    ),
    FormRefused: Problem(
        422,
        "form-refused",
        ("表单无法发布", "请按提示修改 XLSForm 后重新上传。"),
        ("The form cannot be published", "Correct the workbook as said and upload it again."),
    ),
    RosterRefused: Problem(
        422,
        "roster-refused",
        ("花名册无法导入", "请按所列问题修改后重新导入。"),
        ("The roster cannot be imported", "Correct what is listed and import it again."),
    ),
    NameTaken: Problem(
        409, "name-taken", ("用户名已被使用", "请换一个用户名。"), ("The login is taken", "Choose another one.")
    ),
    PageTooOld: Problem(
        400,
        "page-too-old",
        ("页面已过期", "请返回刷新页面后重新提交；未做任何更改。"),
        ("The page is too old", "Go back, reload it and submit again; nothing was changed."),
    ),
    ScreenOutdated: Problem(
        409,
        "screen-outdated",
        ("又有新的填报", "您打开页面后有新的值到达，未作裁定。请刷新后重新核对。"),
        (
            "Another value came in",
            "It arrived after you opened the page; nothing was decided. Reload, look again.",
        ),
    ),
    DataCheckRefused: Problem(
        422,
        "data-check-refused",
        ("信息比对结果无法导入", "请按提示更正后重新导入；表中人员均不在本辖区户内的，无需导入。"),
        ("The data check cannot be imported", "Correct what is listed and import it again."),
    ),
    AuthorMayNotResolve: Problem(
        403,
        "author-may-not-resolve",
        ("填报人不得裁定自己的分歧", "请由未参与填报的人员裁定。"),
        ("Authors do not decide their own conflict", "Ask an officer who made none of these values."),
    ),
    RelativeMayNotDecide: Problem(
        403,
        "relative-may-not-decide",
        ("近亲属不得裁定", "该户有您备案的近亲属，您需回避。请交由其他人员裁定；未作裁定。"),
        (
            "A relative does not decide",
            "Somebody in this household is registered as your relative. Leave it to another officer.",
        ),
    ),
    ProposerMayNotConfirm: Problem(
        403,
        "proposer-may-not-confirm",
        ("建议人不得自行复核", "金额、身份、资格须由第二人复核。请交由其他人员确认；未作裁定。"),
        (
            "Nobody confirms their own proposal",
            "Amounts, identity and eligibility need a second person. Ask another officer to confirm it.",
        ),
    ),
    ItemClosed: Problem(
        409,
        "item-closed",
        ("此事已有裁定", "您打开页面后已有他人裁定，未作更改。请刷新查看裁定人和理由；如有异议，可重新裁定。"),
        (
            "This has been decided already",
            "Somebody decided it after you opened the page; nothing was changed. Reload to see who and why.",
        ),
    ),
    StatementNotReleasable: Problem(
        422,
        "statement-not-releasable",
        (
            "该陈述目前无法采用",
            "原因见 reason，未作更改。缺表单先发布表单，缺行政区先补录，再解除待核；"
            "属他局或无法读取的，作不予采用处理。",
        ),
        (
            "This statement cannot be applied as things stand",
            "`reason` says why; nothing was changed. Publish the missing form or add the missing region, then release"
            " it; reject what belongs to another authority or cannot be read.",
        ),
    ),
    NoHouseholdToAsk: Problem(
        422,
        "no-household-to-ask",
        ("无法退回基层", "此事不针对任何一户，没有可以再去的人家；未作更改。请直接联系平板的使用人。"),
        ("This cannot be sent back", "It is about no household; nothing was changed. Call whoever uses the tablet."),
    ),
    RecheckByTheSame: Problem(
        422,
        "recheck-by-the-same",
        ("本人不得复查自己的调查", "该调查人在此户以前的调查上签过字；未作更改。请选择其他调查人，或不指定人员。"),
        (
            "Nobody rechecks their own visit",
            "This investigator signed an earlier visit there; nothing was changed. Choose another, or name nobody.",
        ),
    ),
    TryAgain: Problem(
        503,
        "try-again",
        ("暂时无法处理", "该条未保存，其他条不受影响。请稍后重发；重复发送无害。"),
        ("Could not be processed now", "This item was not stored. Send it again later; a repeat does no harm."),
    ),
    TabletAppNotBuilt: Problem(
        503,
        "tablet-app-not-built",
        ("平板应用尚未构建", "管理员：请在程序目录运行 make install，然后重新打开本页。"),
        ("The tablet app has not been built", "Operator: run `make install` in the program's folder, then reload."),
    ),
    LifeboatUnreadable: Problem(
        422,
        "lifeboat-unreadable",
        (
            "救生包无法读取",
            "文件不完整、被改动过，或不是救生包；未导入任何内容。请从平板重新复制，或在平板上重新存一份。",
        ),
        (
            "The lifeboat cannot be read",
            "It is cut short, was changed, or is none; nothing was imported. Copy it again, or save a new one.",
        ),
    ),
    ForeignLifeboat: Problem(
        422,
        "foreign-lifeboat",
        ("这是其他县局的救生包", "未导入任何内容。请转交该平板登记的县局。"),
        ("A lifeboat for another authority", "Nothing was imported. Hand it to the office that enrolled the tablet."),
    ),
    UnknownReplica: Problem(
        422,
        "unknown-replica",
        ("这台平板未在本服务器登记", "未导入任何内容。请保留该文件，并查明平板登记在哪里。"),
        ("This tablet is not enrolled here", "Nothing was imported. Keep the file; find out where it is enrolled."),
    ),
    LifeboatItemMissing: Problem(
        422,
        "lifeboat-item-missing",
        ("救生包里缺这一件", "清单中有，文件里没有；其他各件不受影响。请在平板上重新存一份救生包再导入。"),
        ("It is not in the lifeboat", "It is listed and not there; the rest counts. Save a new lifeboat, import it."),
    ),
    media_errors.UploadOffsetMismatch: Problem(
        409,
        "upload-offset-mismatch",
        ("上传位置不一致", "请用 HEAD 查询位置后续传。"),
        ("Upload offset mismatch", "Ask for the offset with HEAD and continue from there."),
    ),
    media_errors.ChecksumMismatch: Problem(
        460,
        "checksum-mismatch",
        ("分片校验不符", "该分片未计入，请重发。"),
        ("Checksum mismatch", "The chunk does not count; send it again."),
    ),
    media_errors.DigestMismatch: Problem(
        422,
        "digest-mismatch",
        ("文件摘要不符", "收到的内容不是所声明的文件，请重新上传原件。"),
        ("Digest mismatch", "The bytes are not the declared file; upload the original again."),
    ),
    media_errors.BoxUnreadable: Problem(
        422,
        "box-unreadable",
        ("加密件无法打开", "未保存，其他条不受影响。请保留原件，导出交县局；平板可能登记在另一台服务器上。"),
        ("The sealed box does not open", "Nothing of it was stored. Keep it and export it for the office."),
    ),
    media_errors.UploadTooLong: Problem(
        413,
        "upload-too-long",
        ("上传超出声明长度", "多出的部分未保存，请核对文件。"),
        ("Longer than declared", "The surplus was not stored; check the file."),
    ),
    media_errors.EmptyBlob: Problem(
        422, "empty-file", ("文件为空", "请重新拍摄或选择文件。"), ("The file is empty", "Take or choose it again.")
    ),
    media_errors.UnsupportedMedia: Problem(
        415,
        "unsupported-media",
        ("文件类型不支持", "只接受 JPEG、PNG 照片和笔迹。请转换后作为新证据提交。"),
        ("Unsupported file type", "JPEG and PNG photos and ink are accepted; convert it and add it as new evidence."),
    ),
    media_errors.ImageTooLarge: Problem(
        422,
        "image-too-large",
        ("图像尺寸过大", "请缩小到每边不超过 12,000 像素、总计不超过 4,000 万像素。"),
        ("The image is too large", "Keep each side within 12,000 and the whole within 40 million pixels."),
    ),
    media_errors.StorageFull: Problem(
        507,
        "storage-full",
        ("服务器磁盘已满", "未保存，请稍后重发。管理员：请扩充磁盘空间。"),
        ("Storage is full", "Nothing was stored; send it again later. Operator: make room."),
    ),
    media_errors.UploadUnknown: Problem(
        404,
        "upload-unknown",
        ("没有这个上传", "可能已完成、取消或过期。请重新发起。"),
        ("No such upload", "It was finished, ended or ran out; begin it again."),
    ),
    media_errors.UploadExists: Problem(
        409,
        "upload-exists",
        ("上传已存在", "请用 HEAD 查询位置后续传。"),
        ("The upload exists", "Ask for its offset with HEAD and continue."),
    ),
    media_errors.UploadBusy: Problem(
        423,
        "upload-busy",
        ("该上传正在写入", "请稍候片刻再续传。"),
        ("The upload is being written", "Wait a moment and continue."),
    ),
    media_errors.UploadIncomplete: Problem(
        409,
        "upload-incomplete",
        ("上传未完成", "请续传其余部分。"),
        ("The upload is not complete", "Send the rest."),
    ),
    media_errors.ChecksumUnsupported: Problem(
        400,
        "checksum-unsupported",
        ("校验算法不支持", "请使用 sha256 或 sha1。"),
        ("Unsupported checksum", "Use sha256 or sha1."),
    ),
    media_errors.BlobNotHeld: Problem(
        404,
        "blob-not-held",
        ("文件尚未收到", "该文件仍属待补，请等待平板上传。"),
        ("Not held yet", "The file is still owed; wait for the tablet's upload."),
    ),
    media_errors.NotADigest: Problem(
        422,
        "not-a-digest",
        ("摘要格式有误", "请提供 64 位小写十六进制 SHA-256。"),
        ("Not a digest", "Give a SHA-256 as 64 lower-case hex digits."),
    ),
    media_errors.Unreadable: Problem(
        422,
        "unreadable-picture",
        ("照片无法显示", "原件完好保存，但无法解码。必要时请安排重拍。"),
        ("The picture cannot be shown", "The original is kept but does not decode; ask for a retake if needed."),
    ),
    media_errors.StorageFailed: Problem(
        503,
        "storage-failed",
        ("服务器存储故障", "未保存，请稍后重发。管理员：请检查磁盘。"),
        ("Storage failed", "Nothing was stored; send it again later. Operator: check the disk."),
    ),
    media_errors.StorageAway: Problem(
        503,
        "storage-away",
        ("照片存储暂时无法访问", "已收到的部分仍保留，请稍后续传。管理员：请检查对象存储服务。"),
        ("Photo storage is away", "What has arrived is kept; resume later. Operator: check the object store."),
    ),
}

_BY_STATUS = {
    404: PROBLEMS[NotFound],
    403: PROBLEMS[Forbidden],
    422: PROBLEMS[InvalidRequest],
    401: PROBLEMS[NotLoggedIn],
    413: PROBLEMS[BatchTooLarge],
}


def problem_of(error: Exception) -> Problem:
    """The table's row for an error; errors that are not in the table are our own faults."""
    for kind in type(error).__mro__:
        if kind in PROBLEMS:
            return PROBLEMS[kind]
    return PROBLEMS[TryAgain]


def problem_for_status(status: int) -> Problem:
    """What to say for an HTTP error that no domain error stands behind."""
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    phrase = HTTPStatus(status).phrase
    return Problem(
        status,
        phrase.lower().replace(" ", "-"),
        (f"请求无法处理（{status}）", "请检查请求后再试。"),
        (phrase, "Check the request and try again."),
    )


def document(problem: Problem, language: str, facts: Mapping[str, object] | None = None) -> dict[str, object]:
    """The problem document: RFC 9457's members, both languages, and the facts of this occurrence."""
    texts = {"zh-Hans": problem.zh, "en": problem.en}
    title, detail = texts[language if language in texts else LANGUAGES[0]]
    return {
        **(facts or {}),
        "type": problem.type,
        "status": problem.status,
        "title": title,
        "detail": detail,
        "translations": {tag: {"title": words[0], "detail": words[1]} for tag, words in texts.items()},
    }


def facts_of(error: Exception) -> dict[str, object]:
    """What an error knows about its occurrence; never personal data."""
    if isinstance(error, RuhuError):
        return dict(error.facts)
    if isinstance(error, sync_errors.SyncError):
        return {"cause": error.detail}
    if isinstance(error, media_errors.MediaError):
        return {name: value for name, value in vars(error).items() if isinstance(value, int | str)}
    return {}
