"""What there is to look at after the demo's fieldwork: disputes, doubts, what is owed and what waits."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from server.simulator.audit import Findings
    from server.simulator.fleet import Fleet

SIGHTS = "demo-sights.json"

ALIKE = "/office/reconcile/alike?field=household.phone&rule=later_sign_off"
# What is planted for the office to decide, in the order in which it is shown.
WORDS = {
    "income": "三台平板对一笔收入说法不一 / three tablets disagree about an income",
    "phones": "电话号码不一，后一次签字较晚 / a telephone number, told otherwise to those who came later",
    "addresses": "地址不一，一名经办人须回避 / an address; one officer is related to the household",
    "late": "裁定之后，三天前的平板才送达 / it was settled, and then a tablet from three days ago came in",
    "rechecks": "复查与首次不符 / the recheck found otherwise",
    "birth_dates": "前后自述的出生日期不一 / a household gave two birth dates",
    "checked": "信息比对不符 / a data check found otherwise",
    "opened_twice": "两台平板各建一户，实为一户 / one household, opened by two tablets",
    "same_book": "两户同一户口簿 / two households under one household book",
    "shared_member": "一名成员出现在两户 / one child in two households",
    "out_of_scope": "辖区外的入户 / visited by a pair that works elsewhere",
    "unpublished": "表单版本未发布 / a form that was never published",
    "copied": "平板被复制，同一编号两份内容 / a tablet was copied: two contents under one number",
    "lost": "平板已报而未到的陈述 / statements of a lost tablet that never came",
    "owed": "照片逾期未到 / a photo is owed",
    "alone": "仅一人签字的入户 / a visit that one investigator signed",
}


@dataclass(frozen=True, slots=True)
class Sights:
    """Case ids by what is to be seen there; `disputes` with how many went there apart, the most first. `items` are
    open items by the names of `WORDS`."""

    statements: int
    photos: int
    disputes: Mapping[str, int]
    doubts: Sequence[str]
    owed: Sequence[str]
    quarantined: int
    items: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def seen_by(cls, fleet: "Fleet", found: "Findings", items: Mapping[str, str]) -> "Sights":
        account = fleet.account
        applied = {entry.statement for entry in account.entries.values() if entry.applied}
        parties = Counter(
            {one.case: len(applied & one.statements.keys()) for one in account.planted if one.expected(applied)}
        )
        owed = {e.case for e in account.entries.values() for d in e.digests if (e.replica, d) in account.given_up}
        doubts = {account.entries[name].case for name in fleet.doubtful if account.entries[name].applied}
        disputes = dict(parties.most_common())
        return cls(
            found.held, len(account.evidence), disputes, sorted(doubts), sorted(owed), found.quarantined, items
        )

    def save(self, folder: Path) -> None:
        (folder / SIGHTS).write_text(json.dumps(asdict(self)), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> "Sights":
        return cls(**json.loads((folder / SIGHTS).read_text(encoding="utf-8")))

    def lines(self, url: str) -> Iterator[str]:
        yield f"{self.statements} 份已签收的单 / statements receipted, {self.photos} 份影像与笔迹 / photos and inks"
        for case, parties in islice(self.disputes.items(), 3):
            yield f"{parties} 台平板分头入户，说法不一 / {parties} tablets disagree:  {url}/office/cases/{case}"
        for case in self.doubts[:2]:
            yield f"邻里有疑，待复核 / a neighbour doubts it, to be rechecked:  {url}/office/cases/{case}"
        for case in self.owed[:2]:
            yield f"照片未到 / a photo is owed:  {url}/office/cases/{case}"
        if self.quarantined:
            waiting = f"{url}/office/reconcile?kind=quarantine"
            yield f"{self.quarantined} 份单待处理 / statements wait in quarantine:  {waiting}"
        if self.items:
            yield f"待裁定的全部事项 / everything that waits for a decision:  {url}/office/reconcile"
        for name, words in WORDS.items():
            if name in self.items:
                yield f"  {words}:  {url}/office/reconcile/{self.items[name]}"
        if "phones" in self.items:
            yield f"  同类分歧按一条规则一并裁定 / those alike, decided by one rule:  {url}{ALIKE}"
        yield f"平板一览 / the tablets:  {url}/office/replicas"
