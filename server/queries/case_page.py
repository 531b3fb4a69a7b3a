"""What does a case say, who said each thing, who signed for it, and what of it is disputed, owed or left behind?"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from server import errors
from server.db import begin_snapshot
from server.keys import Keyring
from server.queries.case_fields import FieldGroup, Fields, Revealed, ShownField
from server.queries.case_list import names_along
from server.queries.case_statements import Stated, case_statements
from server.queries.field_catalogue import field_catalogue
from server.queries.quarantine_ends import QuarantineEnd, quarantine_ends
from server.queries.told_decisions import tells_of_neighbours
from server.store import authorities, cases, evidence, open_items, persons, regions, tasks
from server.store.authorities import Authority
from server.store.cases import CaseRow
from server.store.evidence import EvidenceRow
from server.store.persons import Person
from server.store.tasks import Task
from sync.case import Case
from sync.derived import Derived, per_capita_monthly_income
from sync.register import Write
from sync.statement import Outcome
from sync.strict_json import canonical

INTERVIEW = "neighbour_interview"
FEW = 3  # below this many interviews their number would tell a village who spoke


@dataclass(frozen=True, slots=True)
class Signer:
    """Somebody who vouched, or did not, and how. `name` is None for those without an account."""

    slot: str
    outcome: Outcome
    name: str | None
    ink: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class ShownEvidence:
    """`kind` is picture, ink or other. One that is not `held` is owed."""

    statement: str
    digest: str
    shot: str
    kind: str
    held: bool
    length: int


@dataclass(frozen=True, slots=True)
class ShownStatement:
    """One statement in the case's history.

    Of its values, `covers` still stand by its own sign-off, `restated` were said again the same by a later statement,
    and `changed` were changed. `flags` are codes with the names of the fields concerned.
    """

    stated: Stated
    number: int
    author: str
    signers: tuple[Signer, ...]
    own_fields: tuple[ShownField, ...]
    evidence: tuple[ShownEvidence, ...]
    flags: tuple[tuple[str, tuple[str, ...]], ...]
    covers: int
    restated: int
    changed: int

    @property
    def names(self) -> tuple[str, ...]:
        """Those with an account who signed, else whoever wrote it."""
        signed = tuple(s.name for s in self.signers if s.name and s.outcome is Outcome.SIGNED)
        return signed or ((self.author,) if self.author else ())

    @property
    def owed(self) -> int:
        return sum(not each.held for each in self.evidence)


@dataclass(frozen=True, slots=True)
class Income:
    """Per-capita monthly income against the local line; `line` is None while the scheme is unknown or disputed."""

    derived: Derived
    line: int | None
    line_urban: int
    line_rural: int
    uncertain_because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CaseView:
    row: CaseRow
    village: str
    township: str
    householder: tuple[str, ...]
    address: tuple[str, ...]
    income: Income
    groups: tuple[FieldGroup, ...]
    disputed: tuple[ShownField, ...]
    statements: tuple[ShownStatement, ...]
    by_id: Mapping[str, ShownStatement]
    tasks: tuple[Task, ...]
    # None: none was held; 0: a few were (their number stays closed); else how many.
    interviews: int | None
    owed: int
    ends: Mapping[str, QuarantineEnd] = field(default_factory=dict)


def case_view(
    authority_id: str,
    scope: Collection[str],
    case_id: str,
    keyring: Keyring,
    *,
    language: str,
    reads_interviews: bool,
    revealed: Revealed | None = None,
) -> CaseView:
    """Raises NotFound for a case that does not exist in this scope."""
    begin_snapshot()
    row = cases.find(authority_id, case_id, scope)
    authority = authorities.the_one()
    if row is None or authority is None:
        raise errors.NotFound()
    case = Case.from_document(keyring.unseal_case(row.document, row.id))
    everything = case_statements(authority_id, case_id, keyring)
    told = told_to(authority_id, everything, reads_interviews=reads_interviews)
    tree = regions.all_of(authority_id)
    fields = Fields(
        case=case,
        catalogue=field_catalogue(authority_id),
        language=language,
        village_names={region.id: region.name for region in tree.values()},
        history=[write for stated in everything if stated.applied for write in stated.writes],
        revealed=revealed,
    )
    groups = fields.groups()
    shown = show_statements(told, case, fields, persons.all_of(authority_id), evidence.of_case(authority_id, case_id))
    village, township = names_along(tree, row.village)
    return CaseView(
        row=row,
        village=village,
        township=township,
        householder=fields.texts("household.householder_name"),
        address=fields.texts("place.address"),
        income=income_of(case, fields, authority),
        groups=groups,
        disputed=tuple(field for group in groups for field in group.every_field if field.disputed),
        statements=shown,
        by_id={each.stated.row.id: each for each in shown},
        tasks=tuple(task for task in tasks.of_cases(authority_id, [case_id]) if task.done is None),
        interviews=_interviews(row.interviews, reads_interviews),
        owed=sum(each.owed for each in shown),
        ends=quarantine_ends(authority_id, [each.row for each in told], keyring),
    )


def told_to(authority: str, everything: Iterable[Stated], *, reads_interviews: bool) -> list[Stated]:
    """What somebody may see of a case's statements: whoever may not read interviews sees none, nor what officers
    said about one; of a decision that wrote a value they see the value and not the words."""
    everything = list(everything)
    if reads_interviews:
        return everything
    interviews = {each.row.id for each in everything if each.row.kind == INTERVIEW}
    named = {each.statement.item for each in everything if each.statement is not None and each.statement.item}
    items = open_items.find_many(authority, named)
    shown: list[Stated] = []
    for each in everything:
        said = each.statement
        if each.row.id in interviews or (said is not None and said.target in interviews):
            continue
        if said is not None and tells_of_neighbours(said, items.get(said.item or ""), interviews):
            if not each.writes:
                continue
            said = replace(said, item=None, reason_code=None, reason=None, basis=())
            each = replace(each, statement=said)
        shown.append(each)
    return shown


def income_of(case: Case, fields: Fields, authority: Authority) -> Income:
    """The household's income against the line of the scheme that it is in."""
    derived = per_capita_monthly_income(case)
    scheme = case["household.scheme"].settled
    return Income(
        derived=derived,
        line={"urban": authority.line_urban, "rural": authority.line_rural}.get(str(scheme)),
        line_urban=authority.line_urban,
        line_rural=authority.line_rural,
        uncertain_because=tuple(fields.full_label(path) for path in derived.uncertain),
    )


def _interviews(held: int, reads_interviews: bool) -> int | None:
    if held == 0:
        return None
    return held if reads_interviews or held >= FEW else 0


def show_statements(
    told: Iterable[Stated],
    case: Case,
    fields: Fields,
    people: Mapping[str, Person],
    named: Iterable[EvidenceRow],
) -> tuple[ShownStatement, ...]:
    """Each statement with its signers, evidence and flags, and what of it still stands."""
    by_statement: dict[str, list[ShownEvidence]] = {}
    for item in named:
        by_statement.setdefault(item.statement, []).append(
            ShownEvidence(item.statement, item.digest, item.shot, kind_of(item.media_type), item.held, item.length)
        )
    live = {dot for register in case.registers.values() for dot in register.live}
    shown: list[ShownStatement] = []
    for stated in told:
        row = stated.row
        covers = sum(write.dot in live for write in stated.writes)
        restated = sum(write.dot not in live and _stands(case, write) for write in stated.writes)
        interview = row.kind == INTERVIEW
        shown.append(
            ShownStatement(
                stated=stated,
                number=row.index + 1,
                author=people[row.author].name if row.author in people else "",
                signers=tuple(
                    Signer(
                        s.slot,
                        s.outcome,
                        _name(people, s.person),
                        # An informed person's handwriting is their name: it opens with the interview only.
                        None if interview and s.person is None else s.ink,
                        s.reason,
                    )
                    for s in stated.sign_offs
                ),
                own_fields=fields.of_statement(row.id),
                evidence=tuple(
                    each for each in by_statement.get(row.id, ()) if not (interview and each.kind == "ink")
                ),
                flags=_flags(stated, fields),
                covers=covers,
                restated=restated,
                changed=len(stated.writes) - covers - restated,
            )
        )
    return tuple(shown)


def _stands(case: Case, write: Write) -> bool:
    """Whether the value is live, by whichever statement."""
    value = canonical(write.value)
    return any(canonical(sibling.value) == value for sibling in case[write.path].siblings)


def _flags(stated: Stated, fields: Fields) -> tuple[tuple[str, tuple[str, ...]], ...]:
    found: dict[str, list[str]] = {}
    for flag in stated.flags:
        labels = found.setdefault(flag.code, [])
        if flag.path is not None:
            labels.append(fields.full_label(flag.path))
    return tuple((code, tuple(dict.fromkeys(labels))) for code, labels in found.items())


def _name(people: Mapping[str, Person], person: str | None) -> str | None:
    found = people.get(person) if person is not None else None
    return found.name if found else None


def kind_of(media_type: str) -> str:
    """picture, ink or other: what a page can do with evidence of this media type."""
    if media_type in ("image/jpeg", "image/png"):
        return "picture"
    return "ink" if media_type == "application/vnd.ruhu.ink+json" else "other"
