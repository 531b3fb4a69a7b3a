"""What does not fit together in a filled-in form. Rules flag, they never refuse: a person looks at it.

Each rule is one function over a Household, which is what the answers say, laid over what was on file before.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from schemas.forms.flags import Flag
from schemas.forms.form import CompiledForm
from schemas.forms.id_numbers import judge_id_number
from schemas.forms.instance import Reading
from schemas.forms.values import Value
from sync.derived import GONE

SHORTEST_CONCLUSION = 10
WORKING_AGE = 16
_NAME = re.compile(r"[A-Za-z〇\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff·• .'-]{1,50}")
_DOUBTS = frozenset({"doubtful", "not_fit"})


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a form cannot know about itself. Whatever is None is not checked.

    ``on_file`` holds settled field values from before, ``line_month`` the local line in fen a person and month,
    ``received`` the day the server got it, ``investigators`` the person ids of those who signed as such.
    """

    on_file: Mapping[str, Value] = field(default_factory=dict)
    visited: dt.date | None = None
    received: dt.date | None = None
    campaign_start: dt.date | None = None
    line_month: int | None = None
    investigators: Sequence[str] | None = None
    householder_signed: bool = False


Entry = dict[str, Value]


class Household:
    """The answers by field and by entry. ``said`` are this form's answers alone, ``fields`` those over the file."""

    __slots__ = ("circumstances", "collections", "fields", "form", "prefixes", "said", "shots", "visit", "visit_path")

    def __init__(self, form: CompiledForm, reading: Reading, circumstances: Circumstances) -> None:
        self.form = form
        self.prefixes = frozenset(each.prefix for each in form.collections)
        self.circumstances = circumstances
        self.said: dict[str, Value] = dict(reading.answers)
        self.fields: Mapping[str, Value] = (
            {**circumstances.on_file, **self.said} if circumstances.on_file else self.said
        )
        self.shots = {(shot.entry, shot.kind) for shot in reading.shots}
        self.collections: dict[str, dict[str, Entry]] = {}
        self.visit: Entry = {}
        self.visit_path = ""
        for path, value in self.fields.items():
            parts = path.split(".")
            if len(parts) == 3:
                self.collections.setdefault(parts[0], {}).setdefault(parts[1], {})[parts[2]] = value
        for path in self.said:
            if path.startswith(("visits.", "interviews.")):
                self.visit_path = path.rpartition(".")[0]
                kind, _, statement = self.visit_path.partition(".")
                self.visit = self.collections[kind][statement]
                break

    def entries(self, collection: str) -> Iterator[tuple[str, Entry]]:
        """The entries that are on the list, as (path, fields)."""
        for key, entry in self.collections.get(collection, {}).items():
            if entry.get("listed") is True:
                yield f"{collection}.{key}", entry

    @property
    def day(self) -> dt.date | None:
        """The day of the visit: as the caller knows it, else as the form says."""
        if self.circumstances.visited is not None:
            return self.circumstances.visited
        at = self.visit.get("at")
        return _date(at[:10]) if isinstance(at, str) else None


def check(form: CompiledForm, reading: Reading, circumstances: Circumstances | None = None) -> tuple[Flag, ...]:
    """The flags of all rules, in the order of the rules; those of ``reading`` itself are not repeated."""
    household = Household(form, reading, circumstances or Circumstances())
    return tuple(flag for rule in RULES for flag in rule(household))


def _date(text: Value) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None


def _blank(value: Value) -> bool:
    return value is None or value == "" or value == []


def id_numbers(household: Household) -> Iterator[Flag]:
    first: dict[str, str] = {}
    for member, entry in household.entries("members"):
        written = entry.get("id_no")
        if not isinstance(written, str):
            continue
        number = judge_id_number(written, household.day)
        path = f"{member}.id_no"
        if number.text in first:
            yield Flag("id_repeated", path, {"other": first[number.text]})
        first.setdefault(number.text, path)
        if path not in household.said:
            continue
        if number.fault:
            yield Flag(number.fault, path)
        elif entry.get("sex") in ("1", "2") and entry["sex"] != number.sex:
            yield Flag("id_sex_differs", f"{member}.sex")
        born = _date(entry.get("birth_date"))
        if number.born and born and born != number.born:
            yield Flag("birth_date_differs", f"{member}.birth_date")


def householder(household: Household) -> Iterator[Flag]:
    if "members." not in household.prefixes or not any(path.startswith("members.") for path in household.said):
        return
    members = list(household.entries("members"))
    if not members:
        yield Flag("no_members")
        return
    # Whoever is dead or has moved away cannot head the household; a successor next to them is no second head.
    heads = [path for path, entry in members if entry.get("relation") == "0" and entry.get("presence") not in GONE]
    if not heads:
        yield Flag("householder_missing")
    for path in heads[1:]:
        yield Flag("householder_twice", f"{path}.relation", {"other": f"{heads[0]}.relation"})


def names(household: Household) -> Iterator[Flag]:
    for path, entry in household.entries("members"):
        name = entry.get("name")
        if isinstance(name, str) and f"{path}.name" in household.said and not _NAME.fullmatch(name):
            yield Flag("name_unusual", f"{path}.name")


def covered(household: Household) -> Iterator[Flag]:
    path = "household.covered_count"
    size, count = household.fields.get("household.family_size"), household.fields.get(path)
    if isinstance(size, int) and isinstance(count, int) and count > size:
        yield Flag("covered_exceeds_family", path, {"covered": count, "family": size})
    members = [entry for _, entry in household.entries("members")]
    marked = sum(entry.get("covered") is True for entry in members)
    if members and isinstance(size, int) and marked > size:
        yield Flag("covered_exceeds_family", "household.family_size", {"covered": marked, "family": size})
    if members and isinstance(count, int) and all("covered" in entry for entry in members) and marked != count:
        yield Flag("covered_count_differs", path, {"marked": marked, "stated": count})


def the_dead(household: Household) -> Iterator[Flag]:
    for path, entry in household.entries("members"):
        if entry.get("presence") == "dead":
            if entry.get("covered") is True:
                yield Flag("dead_covered", f"{path}.covered")
            if _blank(entry.get("death_date")):
                yield Flag("death_date_missing", f"{path}.death_date")


def minors_with_wages(household: Household) -> Iterator[Flag]:
    day, members = household.day, dict(household.entries("members"))
    for path, line in household.entries("income"):
        member = members.get(f"members.{line.get('member')}")
        if day is None or member is None or line.get("group") != "wage" or line.get("amount") in (None, 0):
            continue
        written = member.get("id_no")
        number = judge_id_number(written) if isinstance(written, str) else None
        born = (number.born if number else None) or _date(member.get("birth_date"))
        if born and (day.year - born.year - ((day.month, day.day) < (born.month, born.day))) < WORKING_AGE:
            yield Flag("minor_with_wage", f"{path}.amount", {"member": f"members.{line['member']}"})


def illness_and_disability(household: Household) -> Iterator[Flag]:
    for path, entry in household.entries("members"):
        if f"{path}.health" not in household.said:
            continue
        if entry.get("health") == "serious" and _blank(entry.get("disease_name")):
            yield Flag("illness_unnamed", f"{path}.disease_name")
        if (
            entry.get("health") == "disabled"
            and _blank(entry.get("disability_cert_no"))
            and (path, "document:disability_certificate") not in household.shots
        ):
            yield Flag("disability_unproven", f"{path}.disability_cert_no")


def owners(household: Household) -> Iterator[Flag]:
    members = {path for path, _ in household.entries("members")}
    if not members:
        return
    for collection, part in (("income", "member"), ("housing", "owner"), ("vehicles", "owner"), ("assets", "owner")):
        for path, entry in household.entries(collection):
            if isinstance(entry.get(part), str) and f"members.{entry[part]}" not in members:
                yield Flag("unknown_member", f"{path}.{part}")


def obligors(household: Household) -> Iterator[Flag]:
    names = {
        entry["name"]: path for path, entry in household.entries("members") if isinstance(entry.get("name"), str)
    }
    for path, entry in household.entries("obligors"):
        if (member := names.get(entry.get("name"))) is not None:
            yield Flag("obligor_is_member", f"{path}.name", {"member": member})


def relatives(household: Household) -> Iterator[Flag]:
    path = "household.relative_registration_no"
    if household.said.get("household.is_officer_relative") is True and _blank(household.fields.get(path)):
        yield Flag("relative_unregistered", path)


def income_basis(household: Household) -> Iterator[Flag]:
    for path, line in household.entries("income"):
        if f"{path}.amount" in household.said and _blank(line.get("basis")):
            yield Flag("income_without_basis", f"{path}.basis")


def documents(household: Household) -> Iterator[Flag]:
    if household.fields.get("household.is_current") is not True or household.visit.get("met") in (None, "nobody"):
        return
    checked = household.visit.get("docs_checked")
    if not isinstance(checked, list) or not {"household_book", "dibao_certificate"} <= set(checked):
        yield Flag("documents_unchecked", f"{household.visit_path}.docs_checked")


def hardship(household: Household) -> Iterator[Flag]:
    secondary = household.said.get("hardship.secondary")
    other = household.said.get("hardship.primary") == "other" or (
        isinstance(secondary, list) and "other" in secondary
    )
    if other and _blank(household.fields.get("hardship.other")):
        yield Flag("hardship_undescribed", "hardship.other")


def conclusion(household: Household) -> Iterator[Flag]:
    said = household.said
    text, recommend = said.get("conclusion.text"), said.get("conclusion.recommend")
    if isinstance(text, str) and len(text) < SHORTEST_CONCLUSION:
        yield Flag("conclusion_too_short", "conclusion.text", {"characters": len(text)})
    if recommend == "remove":
        if _blank(said.get("conclusion.exit_reason")):
            yield Flag("remove_without_reason", "conclusion.exit_reason")
        if said.get("conclusion.explained") is not True:
            yield Flag("remove_unexplained", "conclusion.explained")
    if recommend == "refer_to" and _blank(said.get("conclusion.refer_to")):
        yield Flag("refer_without_target", "conclusion.refer_to")
    if recommend == "keep" and _blank(said.get("conclusion.reason")) and _above_line(household):
        yield Flag("keep_without_reason", "conclusion.reason")


def _above_line(household: Household) -> bool:
    """Whether per-capita income is above the local line; reckoned by the year, so that nothing is rounded."""
    line = household.circumstances.line_month
    heads = sum(entry.get("presence") not in GONE for _, entry in household.entries("members"))
    if line is None or not heads:
        return False
    year = 0
    for _, entry in household.entries("income"):
        amount = entry.get("amount")
        if isinstance(amount, int) and entry.get("excluded") is not True:
            year += amount if entry.get("period") == "year" else 12 * amount
    allowable = household.fields.get("economy.allowable_deduction_month")
    if isinstance(allowable, int):
        year -= 12 * allowable
    return year > 12 * line * heads


def the_visit(household: Household) -> Iterator[Flag]:
    visit, around, day = household.visit, household.circumstances, household.day
    start, end = visit.get("at"), visit.get("end")
    if isinstance(start, str) and isinstance(end, str) and _before(end, start):
        yield Flag("visit_end_before_start", f"{household.visit_path}.end")
    at = f"{household.visit_path}.at" if household.visit_path else None
    # A day of grace: the tablet's calendar and the server's may stand on either side of midnight.
    if day and around.received and day > around.received + dt.timedelta(days=1):
        yield Flag("visit_in_future", at)
    if day and around.campaign_start and day < around.campaign_start:
        yield Flag("visit_before_campaign", at)
    if (
        household.visit_path.startswith("visits.")
        and _blank(visit.get("place"))
        and _blank(visit.get("place_missing"))
    ):
        yield Flag("place_unexplained", f"{household.visit_path}.place")
    if visit.get("met") == "nobody" and around.householder_signed:
        yield Flag("householder_signed_unmet", f"{household.visit_path}.met")


def _before(one: str, other: str) -> bool:
    try:
        return dt.datetime.fromisoformat(one) < dt.datetime.fromisoformat(other)
    except (ValueError, TypeError):  # no moment, or only one of the two tells its offset
        return False


def investigators(household: Household) -> Iterator[Flag]:
    people = household.circumstances.investigators
    if people is None:
        return
    if len(set(people)) < len(people):
        yield Flag("investigator_twice")
    if len(set(people)) < 2:
        yield Flag("too_few_investigators", None, {"investigators": len(set(people))})


def interview(household: Household) -> Iterator[Flag]:
    if not household.visit_path.startswith("interviews."):
        return
    opinion, kinds = household.visit.get("opinion"), household.visit.get("informant_kind")
    path = f"{household.visit_path}.opinion"
    if _blank(opinion):
        yield Flag("opinion_missing", path)
    if isinstance(kinds, list) and "relative" in kinds:
        yield Flag("informant_not_independent", f"{household.visit_path}.informant_kind")
    elif opinion in _DOUBTS:
        yield Flag("neighbour_doubts", path)


RULES: tuple[Callable[[Household], Iterator[Flag]], ...] = (
    id_numbers,
    householder,
    names,
    covered,
    the_dead,
    minors_with_wages,
    illness_and_disability,
    owners,
    obligors,
    relatives,
    income_basis,
    documents,
    hardship,
    conclusion,
    the_visit,
    investigators,
    interview,
)
