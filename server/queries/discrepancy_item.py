"""A discrepancy: what the one source says and what the other, side by side, and the fields to be corrected."""

from collections.abc import Sequence
from dataclasses import dataclass

from server.queries.conflict_item import ConflictView, SaidByNeighbours, Source, conflict_view, neighbours
from server.queries.opened_household import Household
from sync.data_check import CHECKS, Check, checks, fields_in_question
from sync.discrepancy import INTERVIEW_RULES
from sync.dot import Dot
from sync.open_item import field_of
from sync.register import Value
from sync.strict_json import canonical

MOST_LINES = 12


@dataclass(frozen=True, slots=True)
class SideLine:
    label: str
    text: str
    differs: bool = False


@dataclass(frozen=True, slots=True)
class Side:
    """What one source says; `who` is a code of `wording.SIDES`, `source` the statement behind it, if one is."""

    who: str
    lines: tuple[SideLine, ...]
    source: Source | None = None


@dataclass(frozen=True, slots=True)
class DiscrepancyView:
    """`field` is the field that a correction would write; `choices` are the paths that could be corrected, with their
    names; `neighbours` how often what was answered."""

    rule: str
    sides: tuple[Side, ...]
    field: ConflictView | None
    choices: tuple[tuple[str, str], ...]
    neighbours: tuple[SaidByNeighbours, ...]


def discrepancy_view(
    home: Household,
    rule: str,
    subject: str,
    *,
    reads_interviews: bool,
    chosen: str | None = None,
    opened: bool = False,
    before: frozenset[Dot] | None = None,
) -> DiscrepancyView:
    """`chosen` is the field that the officer wants to correct, where the rule itself names none."""
    check = _check_of(home, subject)
    named = field_of(subject) if check is None else None
    if check is not None:
        questioned = fields_in_question(home.case, check)
    else:
        questioned = (named,) if named is not None else _open_questions(home, rule)
    choices = tuple((path, home.fields.full_label(path)) for path in questioned if home.case[path].live)
    paths = [path for path, _ in choices]
    path = chosen if chosen in paths else paths[0] if len(paths) == 1 or named is not None else None
    return DiscrepancyView(
        rule=rule,
        sides=_sides(home, subject, named, check, questioned),
        field=conflict_view(
            home,
            path,
            reads_interviews=reads_interviews,
            opened=opened,
            before=before,
            former=[write.dot for write in home.writes_to(path)],
        )
        if path is not None
        else None,
        choices=choices,
        neighbours=neighbours(home) if reads_interviews and rule in INTERVIEW_RULES else (),
    )


def _check_of(home: Household, subject: str) -> Check | None:
    if not subject.startswith(f"{CHECKS}."):
        return None
    entry = subject.split(".")[1]
    return next((check for check in checks(home.case) if check.id == entry), None)


def _open_questions(home: Household, rule: str) -> tuple[str, ...]:
    """What a neighbour's doubt may touch: income, property, who lives there."""
    wanted = ("income.", "vehicles.", "assets.", "housing.", "members.")
    ends = (".amount", ".kind", ".presence", ".excluded", ".listed", ".market_value")
    paths = (p for p in home.case.registers if p.startswith(wanted) and p.endswith(ends))
    return (*sorted(paths), "conclusion.meets") if rule in INTERVIEW_RULES else ()


def _sides(
    home: Household, subject: str, named: str | None, check: Check | None, questioned: Sequence[str]
) -> tuple[Side, ...]:
    if check is not None:
        return _check_against_survey(home, check, questioned)
    statement = subject.partition(":")[0]
    if named is not None:
        return _now_and_before(home, named, statement)
    return _household_and_neighbour(home, statement)


def _check_against_survey(home: Household, check: Check, questioned: Sequence[str]) -> tuple[Side, ...]:
    paths = (f"{CHECKS}.{check.id}.{name}" for name in ("source", "found", "about", "amount", "as_of"))
    said = [path for path in paths if home.case[path].settled is not None]
    dots = home.case[check.path].live
    source = next((Source(dot.statement, home.by_id.get(dot.statement), None, False) for dot in dots), None)
    return (
        Side("data_check", tuple(_line(home, path) for path in said), source),
        Side("household", tuple(_line(home, path, full=True) for path in questioned[:MOST_LINES])),
    )


def _now_and_before(home: Household, path: str, statement: str) -> tuple[Side, ...]:
    """The value that the statement in question wrote, and what stood there when it did."""
    writes = home.writes_to(path)
    told = next((w for w in writes if w.dot.statement == statement), None)
    label = home.fields.full_label(path)
    earlier = [w for w in writes if told is not None and w.dot in told.seen]
    sides = [Side("earlier", (_said(home, path, label, w.value),), _source(home, w.dot)) for w in earlier[-1:]]
    if told is not None:
        differs = not earlier or canonical(earlier[-1].value) != canonical(told.value)
        line = SideLine(label, home.fields.words(path, told.value), differs)
        kind = home.by_id[statement].stated.row.kind if statement in home.by_id else ""
        sides.append(Side("recheck" if kind == "recheck" else "later", (line,), _source(home, told.dot)))
    return tuple(sides)


def _household_and_neighbour(home: Household, interview: str) -> tuple[Side, ...]:
    """The neighbour's coded answers without who gave them, and what the household has said for itself."""
    shown = home.by_id.get(interview)
    open_answers = [f for f in shown.own_fields if f.kind in ("choice", "choices")] if shown else []
    about = ("opinion", "income", "assets", "members", "support", "life", "changes")
    lines = [
        SideLine(f.label, "、".join(v.text for v in f.values), f.path.endswith(".opinion"))
        for f in open_answers
        if f.path.rpartition(".")[2] in about
    ]
    paths = [p for p in sorted(home.case.registers) if p.startswith("income.") and p.endswith(".amount")]
    own = [_line(home, path, full=True) for path in [*paths, "conclusion.meets"] if home.case[path].live]
    last = home.last_visit
    return (
        Side("neighbour", tuple(lines)),
        Side("household", tuple(own[:MOST_LINES]), Source(last.stated.row.id, last, None, False) if last else None),
    )


def _line(home: Household, path: str, *, full: bool = False) -> SideLine:
    about = home.fields.catalogue.describe(path)
    label = home.fields.full_label(path) if full else about.label[home.fields.language]
    return SideLine(label, " / ".join(home.fields.texts(path)) or "—")


def _said(home: Household, path: str, label: str, value: Value) -> SideLine:
    return SideLine(label, home.fields.words(path, value))


def _source(home: Household, dot: Dot) -> Source:
    return Source(dot.statement, home.by_id.get(dot.statement), None, False)
