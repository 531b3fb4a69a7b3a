"""Households in dispute, for tests of the decision page: one of each kind, with photos, ink and places."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from fieldwork import AUTHORITY, County, TestTablet, new_tablet
from ledger_reading import registers
from office_desk import evidence_of, upload
from pictures import a_picture

from server.db import transactional
from server.operations.revoke_replica import revoke_replica
from server.operations.sweep_gaps import sweep_gaps
from server.simulator.inks import draw_ink
from server.store import open_items, replicas
from server.store.open_items import MISSING_STATEMENTS, OpenItem
from sync.dot import Dot
from sync.open_item import Finding, ItemKind, Severity
from sync.statement import Evidence, Outcome, SignOff

HOME = "30.512345 114.312345 20 5"
NEAR = "30.513245 114.312345 20 8"
FAR = "30.592345 114.312345 20 30"


@dataclass
class Field:
    """Two tablets, each with two people on it, that visit the same households apart."""

    county: County
    first: TestTablet
    second: TestTablet

    @classmethod
    def of(cls, county: County) -> "Field":
        return cls(county, new_tablet(county, "zhang", "li"), new_tablet(county, "li", "zhang"))

    def visit(
        self,
        tablet: TestTablet,
        case: str,
        answers: dict[str, Any],
        *,
        photos: Sequence[tuple[str, int]] = (),
        ink: str = "",
        **members: Any,
    ) -> str:
        """The statement's id; photos are (shot, which picture), `ink` is the name that the householder writes."""
        files: list[tuple[bytes, Evidence]] = []
        for shot, number in photos:
            data = a_picture(number)
            files.append((data, evidence_of(data, "image/jpeg", shot)))
        witnessed: tuple[SignOff, ...] = ()
        if ink:
            drawn = draw_ink(Random(len(ink)), ink)
            written = evidence_of(drawn, "application/vnd.ruhu.ink+json", "ink:householder")
            files.append((drawn, written))
            witnessed = (SignOff("householder", Outcome.SIGNED, ink=written.digest),)
        named = [evidence for _, evidence in files]
        (verdict,) = tablet.push(tablet.visit(case, answers, evidence=named, witnessed=witnessed, **members))
        assert verdict["status"] in ("accepted", "quarantined"), verdict
        for data, _ in files:
            upload(tablet, data)
        return f"{tablet.replica}-{tablet.seq}"

    def items(self, case: str) -> list[OpenItem]:
        with self.county.app.app_context():
            return open_items.of_cases(AUTHORITY, [case])

    def item(self, case: str, subject: str) -> OpenItem:
        """The open item of this case whose subject or rule this is."""
        (found,) = (i for i in self.items(case) if subject in (i.subject, i.rule))
        return found


def household(name: str, **more: Any) -> dict[str, Any]:
    return {"household": {"village": "n1", "householder_name": name, "scheme": "rural", **more}}


def lines(amount: str, *, place: str = "") -> dict[str, Any]:
    """An income line in dispute beside one that nobody disputes."""
    found: dict[str, Any] = {
        "economy": {
            "income": [
                {"line_id": "00000003", "income_kind": "wage", "period": "month", "amount": amount},
                {"line_id": "00000004", "income_kind": "pension", "period": "month", "amount": "180"},
            ]
        }
    }
    return found | ({"visit": {"place": place}} if place else {})


def an_id_number(seed: str) -> str:
    """The number of a man who does not exist (999999 is no place), another one for each seed."""
    seventeen = f"999999198001{int(seed[:8], 16) % 28 + 1:02d}{int(seed[8:16], 16) % 500 * 2 + 1:03d}"
    weights = [2 ** (17 - place) % 11 for place in range(17)]
    return seventeen + "10X98765432"[sum(int(d) * w for d, w in zip(seventeen, weights, strict=True)) % 11]


def two_addresses(field: Field, case: str, name: str = "阿依古丽·买买提") -> OpenItem:
    """A plain text in dispute: one officer decides it."""
    field.visit(field.first, case, household(name, address="一组12号"), photos=[("house_front", 1)], ink=name)
    field.visit(field.second, case, household(name, address="一组21号"))
    return field.item(case, "place.address")


def three_incomes(field: Field, case: str, name: str = "欧阳春兰") -> OpenItem:
    """An amount in dispute between three visits, two of them with photos; a roster of its own is seen by all."""
    base = household(name, address="二组8号") | {
        "people": {"members": [{"member_id": "00000001", "name": name, "relation": "0"}]}
    }
    field.visit(field.first, case, base | lines("1200", place=HOME), photos=[("document:income_proof", 2)], ink=name)
    field.visit(field.second, case, base | lines("800", place=NEAR), photos=[("main_room", 3), ("house_front", 4)])
    field.visit(new_tablet(field.county, "li"), case, base | lines("1000", place=FAR))
    return field.item(case, "income.00000003.amount")


def many_addresses(field: Field, case: str, count: int = 100) -> OpenItem:
    """One field with a great many values."""
    for number in range(count):
        tablet = field.first if number % 2 else field.second
        visit = tablet.visit(case, household("李四", address=f"第三村民小组老粮站后面集中安置点{number + 1}号"))
        tablet.push(visit)
    return field.item(case, "place.address")


def two_phones(field: Field, case: str) -> OpenItem:
    """A masked number in dispute."""
    for tablet, phone in ((field.first, "13900001234"), (field.second, "13900009876")):
        field.visit(tablet, case, household("司马相如", phone=phone))
    return field.item(case, "household.phone")


def a_doubt(field: Field, case: str) -> OpenItem:
    """A neighbour says that the household should not get anything."""
    field.visit(field.first, case, household("王大山", address="三组3号") | lines("300"))
    answers = {"conclusion": {"opinion": "not_fit"}}
    field.first.push(field.first.visit(case, answers, kind="neighbour_interview"))
    return field.item(case, "neighbour_doubt")


def a_recheck(field: Field, case: str) -> OpenItem:
    """A recheck that had seen the first visit's amount found another."""
    first = field.visit(field.first, case, household("赵小川") | lines("300"))
    dots = {
        path: [dot]
        for path, dot in _dots(field.county, case).items()
        if dot.statement == first and path.startswith("income.")
    }
    field.second.held = field.second.pull().json["held"]
    field.visit(field.second, case, lines("900"), kind="recheck", seen=dots)
    (found,) = (i for i in field.items(case) if i.rule == "recheck_changed")
    return found


def a_late_statement(field: Field, case: str) -> OpenItem:
    """A visit from a tablet that had been revoked."""
    field.visit(field.first, case, household("钱多多", address="四组1号"))
    lost = new_tablet(field.county, "zhang", "li")
    officer = field.county.people["officer"]
    with field.county.app.app_context():
        revoke_replica(AUTHORITY, officer.id, lost.replica, "平板遗失")
    late = field.visit(lost, case, household("钱多多", address="四组7号"), photos=[("house_front", 5)])
    return field.item(case, late)


def a_gap(field: Field, case: str) -> OpenItem:
    """A visit that one investigator signed alone."""
    alone = new_tablet(field.county, "zhang")
    field.visit(alone, case, household("孙一人", address="五组5号"))
    (found,) = (i for i in field.items(case) if i.kind == "gap")
    return found


def a_lost_tablet(field: Field) -> OpenItem:
    """A tablet that said long ago what it had written, and never sent it: a gap of no household's."""
    lost = new_tablet(field.county, "zhang", "li")
    lost.client.get("/api/v1/changes", headers={**lost.headers, "Ruhu-Head": f"2 {'a' * 64}"})

    @transactional
    def age() -> None:
        replicas.change(AUTHORITY, lost.replica, ahead_since="2026-01-01T00:00:00.000Z")

    with field.county.app.app_context():
        age()
        sweep_gaps(AUTHORITY)
        item = open_items.find(
            AUTHORITY, Finding(ItemKind.GAP, MISSING_STATEMENTS, None, lost.replica, Severity.MIDDLE).id
        )
    assert item is not None
    return item


def a_pair(field: Field, case: str, other: str) -> OpenItem:
    """One household opened twice: the same householder's ID number, two addresses, one member only in the second."""
    head = {"member_id": "00000001", "name": "周大同", "relation": "0", "id_no": an_id_number(case)}
    child = {"member_id": "00000002", "name": "周小同", "relation": "2"}
    for tablet, name, address, members in (
        (field.first, case, "六组6号", [head]),
        (field.second, other, "六组9号", [head | {"member_id": "00000009"}, child]),
    ):
        field.visit(tablet, name, household("周大同", address=address) | {"people": {"members": members}})
    (found,) = (i for i in field.items(case) if i.kind == "duplicate")
    return found


def _dots(county: County, case: str) -> dict[str, Any]:
    return {path: Dot.parse(next(iter(live))) for path, live in registers(county.app, case).items() if live}
