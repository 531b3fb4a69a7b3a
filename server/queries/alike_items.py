"""Which conflicts about one field can be decided alike, by which rule, and what would come out for each household?"""

import json
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from schemas.forms.fields import FieldCatalogue
from server import errors
from server.keys import Keyring
from server.policy import Officer
from server.queries.case_fields import Fields
from server.queries.case_list import names_along
from server.queries.field_catalogue import field_catalogue
from server.queries.open_statements import open_envelopes
from server.store import alike_conflicts, cases, claims, open_items, regions, statements
from server.store.cases import CaseRow
from server.store.open_items import OpenItem
from sync.alike_rules import RULES, AlikeRule, Stood
from sync.case import Case
from sync.dot import Dot
from sync.field_class import needs_second_person
from sync.open_item import ItemKind

MOST = 200  # decided at a time
LOOKED_AT = 1000  # open conflicts that one preview examines
# One statement of a whole county, with nobody's sign-off at a door: it is never the later one.
ROSTER = "roster_import"
# What belongs to a visit or an interview, to other offices, or to a join of two cases is no answer of a household.
NOT_ALIKE = ("visits.", "interviews.", "checks.", "joined.")


@dataclass(frozen=True, slots=True)
class AlikeField:
    template: str
    label: str
    group: str
    count: int


@dataclass(frozen=True, slots=True)
class AlikeChoice:
    """What a rule makes of one conflict: of the values that `shown` stand for it takes the one of `take`."""

    item: OpenItem
    row: CaseRow
    case: Case
    shown: frozenset[Dot]
    take: Dot


@dataclass(frozen=True, slots=True)
class Choices:
    """`unclear` were examined and the rule cannot say; `held` are in a colleague's hand; `more` were not examined."""

    found: tuple[AlikeChoice, ...]
    unclear: int
    held: int
    more: bool


@dataclass(frozen=True, slots=True)
class ShownChoice:
    """One household's line of the preview; numbers are masked."""

    item: str
    case: str
    household: str
    village: str
    label: str
    values: tuple[str, ...]
    becomes: str
    shown: frozenset[Dot]


def may_be_alike(catalogue: FieldCatalogue, template: str) -> bool:
    """A field of the forms that one officer may settle alone."""
    known = template in catalogue.fields
    return known and not template.startswith(NOT_ALIKE) and not needs_second_person(template)


def alike_fields(viewer: Officer, language: str) -> list[AlikeField]:
    """The fields that can be decided alike and about which somebody disagrees, most first."""
    catalogue = field_catalogue(viewer.authority)
    counted: Counter[str] = Counter()
    for path, count in alike_conflicts.counts(viewer.authority, viewer.scope):
        counted[catalogue.describe(path).template] += count
    fields = [
        AlikeField(template, about.label[language], about.group[language], count)
        for template, count in counted.items()
        if may_be_alike(catalogue, template) and (about := catalogue.fields[template])
    ]
    return sorted(fields, key=lambda each: (-each.count, each.template))


def alike_choices(
    authority: str,
    person: str,
    scope: Collection[str],
    rule: AlikeRule,
    template: str,
    keyring: Keyring,
    *,
    only: Collection[str] | None = None,
) -> Choices:
    """At most MOST, in the order in which they are worked off; `only` these items.

    Raises NotFound: no field that can be decided alike.
    """
    catalogue = field_catalogue(authority)
    if not may_be_alike(catalogue, template):
        raise errors.NotFound()
    if only is None:
        items = alike_conflicts.of_field(authority, scope, template, LOOKED_AT + 1)
    else:
        items = [
            item
            for item in open_items.find_many(authority, only).values()
            if item.kind == ItemKind.CONFLICT
            and item.closed is None
            and item.asked is None
            and catalogue.describe(item.subject).template == template
        ]
    more = len(items) > LOOKED_AT
    items = items[:LOOKED_AT]
    in_hand = claims.of_items(authority, [item.id for item in items])
    free = [item for item in items if item.id not in in_hand or in_hand[item.id].person == person]
    opened = _open(authority, scope, free, keyring)
    stood = _where_they_stand(authority, rule, opened, keyring)
    found: list[AlikeChoice] = []
    unclear = 0
    for item, row, case in opened:
        register = case[item.subject]
        take = RULES[rule](register.siblings, stood) if register.in_conflict else None
        if take is None:
            unclear += 1
        elif len(found) == MOST:
            more = True
            break
        else:
            found.append(AlikeChoice(item, row, case, frozenset(register.live), take))
    return Choices(tuple(found), unclear, len(items) - len(free), more)


def show_choices(authority: str, choices: Choices, language: str) -> tuple[ShownChoice, ...]:
    """The choices as people read them."""
    catalogue = field_catalogue(authority)
    tree = regions.all_of(authority)
    names = {region.id: region.name for region in tree.values()}
    shown: list[ShownChoice] = []
    for choice in choices.found:
        path = choice.item.subject
        fields = Fields(choice.case, catalogue, language, names, ())
        register = choice.case[path]
        shown.append(
            ShownChoice(
                item=choice.item.id,
                case=choice.row.id,
                household=choice.row.householder,
                village=names_along(tree, choice.row.village)[0],
                label=fields.full_label(path),
                values=tuple(fields.words(path, s.value) for s in register.siblings if choice.take not in s.dots),
                becomes=fields.words(path, register.live[choice.take]),
                shown=choice.shown,
            )
        )
    return tuple(shown)


def _open(
    authority: str, scope: Collection[str], items: Collection[OpenItem], keyring: Keyring
) -> list[tuple[OpenItem, CaseRow, Case]]:
    """The items with their cases, those that are in scope, in the items' order."""
    ids = {item.case_id for item in items if item.case_id is not None}
    rows = {row.id: row for row in cases.find_many(authority, ids, scope)}
    opened = {row.id: Case.from_document(keyring.unseal_case(row.document, row.id)) for row in rows.values()}
    return [(item, rows[item.case_id], opened[item.case_id]) for item in items if item.case_id in rows]


def _where_they_stand(
    authority: str, rule: AlikeRule, opened: Collection[tuple[OpenItem, CaseRow, Case]], keyring: Keyring
) -> Mapping[str, Stood]:
    """Where the statements stand that the values come from; what their writers held is read only when it counts."""
    names = {dot.statement for item, _, case in opened for dot in case[item.subject].live}
    rows = statements.find_many(authority, names)
    asked = [r.id for r in rows if r.kind != ROSTER] if rule == AlikeRule.LATER_SIGN_OFF else []
    held = {name: json.loads(e.payload)["held"] for name, e in open_envelopes(authority, asked, keyring).items()}
    return {row.id: Stood(row.index, held.get(row.id)) for row in rows}


def named_households(authority: str, scope: Collection[str], items: Collection[str]) -> dict[str, str]:
    """{item: whose household it is about}, for those in scope."""
    found = open_items.find_many(authority, items)
    ids = {item.case_id for item in found.values() if item.case_id is not None}
    names = {row.id: row.householder for row in cases.find_many(authority, ids, scope)}
    return {item.id: names[item.case_id] for item in found.values() if item.case_id in names}
