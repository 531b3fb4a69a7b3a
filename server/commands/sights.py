"""What there is to look at after the demo's fieldwork: disputes, doubts, what is owed and what waits."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from server.simulator.audit import Findings
    from server.simulator.fleet import Fleet

SIGHTS = "demo-sights.json"


@dataclass(frozen=True, slots=True)
class Sights:
    """Case ids by what is to be seen there; `disputes` with how many went there apart, the most first."""

    statements: int
    photos: int
    disputes: Mapping[str, int]
    doubts: Sequence[str]
    owed: Sequence[str]
    quarantined: int

    @classmethod
    def seen_by(cls, fleet: "Fleet", found: "Findings") -> "Sights":
        account = fleet.account
        applied = {entry.statement for entry in account.entries.values() if entry.applied}
        parties = Counter(
            {one.case: len(applied & one.statements.keys()) for one in account.planted if one.expected(applied)}
        )
        owed = {e.case for e in account.entries.values() for d in e.digests if (e.replica, d) in account.given_up}
        doubts = {account.entries[name].case for name in fleet.doubtful if account.entries[name].applied}
        disputes = dict(parties.most_common())
        return cls(found.held, len(account.evidence), disputes, sorted(doubts), sorted(owed), found.quarantined)

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
            yield (
                f"停用平板交来的 {self.quarantined} 份单待处理 / handed in by a revoked tablet, waiting:  "
                f"{url}/office/quarantine"
            )
        yield f"平板一览 / the tablets:  {url}/office/replicas"
