"""A household opened for somebody who has to decide about it: its file, who said what, its state at a glance."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from server.keys import Keyring
from server.queries.case_fields import Fields
from server.queries.case_list import names_along
from server.queries.case_page import Income, ShownStatement, income_of, show_statements, told_to
from server.queries.case_statements import Stated, case_statements
from server.queries.field_catalogue import field_catalogue
from server.store import authorities, cases, evidence, persons, regions
from server.store.cases import CaseRow
from sync.case import Case
from sync.register import Write
from sync.strict_json import canonical

VISITS = frozenset({"household_visit", "recheck"})


@dataclass(frozen=True, slots=True)
class MemberLine:
    """`gone` once taken off the list."""

    name: str
    relation: str
    gone: bool


@dataclass(frozen=True, slots=True)
class Household:
    """`statements` are those that the reader may see, in ledger order; `writes` all that count, in ledger order."""

    row: CaseRow
    case: Case
    fields: Fields
    statements: tuple[ShownStatement, ...]
    by_id: Mapping[str, ShownStatement]
    writes: tuple[Write, ...]
    village: str
    township: str
    householder: tuple[str, ...]
    address: tuple[str, ...]
    scheme: tuple[str, ...]
    members: tuple[MemberLine, ...]
    income: Income

    @property
    def last_visit(self) -> ShownStatement | None:
        visits = [s for s in self.statements if s.stated.row.kind in VISITS and s.stated.applied]
        return visits[-1] if visits else None

    @property
    def visit_signers(self) -> frozenset[str]:
        """Everybody who wrote or signed a visit so far."""
        visits = [s.stated for s in self.statements if s.stated.row.kind in VISITS and s.stated.applied]
        signed = {sign_off.person for visit in visits for sign_off in visit.sign_offs if sign_off.person is not None}
        return frozenset(signed | {visit.row.author for visit in visits})

    def writes_to(self, path: str) -> tuple[Write, ...]:
        return tuple(write for write in self.writes if write.path == path)


def opened_households(
    authority_id: str,
    scope: Collection[str],
    ids: Iterable[str],
    keyring: Keyring,
    *,
    language: str,
    reads_interviews: bool,
) -> dict[str, Household]:
    """Those of these cases that exist in this scope; no more is read of the county than they name."""
    rows = cases.find_many(authority_id, set(ids), scope)
    authority = authorities.the_one()
    if not rows or authority is None:
        return {}
    opened = {row.id: Case.from_document(keyring.unseal_case(row.document, row.id)) for row in rows}
    stated = {row.id: case_statements(authority_id, row.id, keyring) for row in rows}
    people = persons.find_many(authority_id, _people(each for told in stated.values() for each in told))
    tree = regions.find_many(authority_id, _regions(rows, opened, stated))
    catalogue = field_catalogue(authority_id)
    found: dict[str, Household] = {}
    for row in rows:
        case, everything = opened[row.id], stated[row.id]
        writes = tuple(write for each in everything if each.applied for write in each.writes)
        fields = Fields(case, catalogue, language, {region.id: region.name for region in tree.values()}, writes)
        told = told_to(authority_id, everything, reads_interviews=reads_interviews)
        shown = show_statements(told, case, fields, people, evidence.of_case(authority_id, row.id))
        village, township = names_along(tree, row.village)
        found[row.id] = Household(
            row=row,
            case=case,
            fields=fields,
            statements=shown,
            by_id={each.stated.row.id: each for each in shown},
            writes=writes,
            village=village,
            township=township,
            householder=fields.texts("household.householder_name"),
            address=fields.texts("place.address"),
            scheme=fields.texts("household.scheme"),
            members=members_of(case, fields),
            income=income_of(case, fields, authority),
        )
    return found


def members_of(case: Case, fields: Fields) -> tuple[MemberLine, ...]:
    """The householder first, those taken off the list last."""
    lines: list[tuple[bool, str, MemberLine]] = []
    for path, register in case.registers.items():
        if path.startswith("members.") and path.endswith(".listed"):
            under = path.removesuffix("listed")
            gone = bool(register.live) and not any(value is True for value in register.live.values())
            name, relation = fields.first_text(under + "name"), fields.first_text(under + "relation")
            rank = canonical(case[under + "relation"].settled).decode()
            lines.append((gone, rank + under, MemberLine(name, relation, gone)))
    return tuple(line for _, _, line in sorted(lines, key=lambda each: each[:2]))


def _people(stated: Iterable[Stated]) -> set[str]:
    named: set[str] = set()
    for each in stated:
        named.add(each.row.author)
        named |= {sign_off.person for sign_off in each.sign_offs if sign_off.person is not None}
    return named


def _regions(rows: Iterable[CaseRow], opened: Mapping[str, Case], stated: Mapping[str, Iterable[Stated]]) -> set[str]:
    """The villages that these files name, and what they lie in."""
    wanted: set[str] = set()
    for row in rows:
        wanted |= set(row.path.split("/")) - {""}
        wanted |= {str(s.value) for s in opened[row.id]["place.village"].siblings if s.value}
        wanted |= {
            str(write.value) for each in stated[row.id] for write in each.writes if write.path == "place.village"
        }
    return wanted
