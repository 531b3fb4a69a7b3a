"""An officer who decides, for tests: with the key that the password opens, and exactly what stands on screen."""

from typing import Any

from fieldwork import AUTHORITY, PASSWORD, County
from flask import Flask
from ledger_reading import keyring, registers, rows

from server.operations.acting import Acting, Grounds
from server.operations.decide_field import BothRight, Decided, Enter, FieldDecision, Take, decide_field
from server.operations.state_from_office import open_office_key
from server.store.open_items import OpenItem, open_item_table
from sync.dot import Dot
from sync.open_item import conflict

WORDS = "核对户口簿"


def acting(county: County, who: str = "officer") -> Acting:
    """This person with the key in hand; call it inside an application context."""
    person = county.people[who]
    key = open_office_key(person, PASSWORD)
    return Acting(AUTHORITY, person.id, person.role, (person.scope,), key, keyring(county.app))


def grounds(words: str = WORDS, *basis: str, code: str = "document_checked") -> Grounds:
    return Grounds.given(code, words, basis)


def shown(app: Flask, case: str, path: str) -> frozenset[Dot]:
    """The dots that stand for a field now."""
    return frozenset(map(Dot.parse, registers(app, case).get(path, {})))


def dot_of(app: Flask, case: str, path: str, value: Any) -> Dot:
    """The first dot that stands for this value of a field."""
    return min(Dot.parse(dot) for dot, said in registers(app, case)[path].items() if said == value)


def decide(
    county: County,
    case: str,
    path: str,
    choice: Take | Enter | BothRight,
    who: str = "officer",
    *,
    dots: frozenset[Dot] | None = None,
    item: str | None = None,
    why: Grounds | None = None,
) -> Decided:
    """Decides about the conflict of this field, with all on screen that is live now."""
    saw = shown(county.app, case, path) if dots is None else dots
    decision = FieldDecision(item or conflict(case, path).id, case, path, saw, choice, why or grounds())
    with county.app.app_context():
        return decide_field(acting(county, who), decision)


def items(app: Flask) -> dict[str, OpenItem]:
    """{id: item}, the closed ones too."""
    fields = OpenItem.__dataclass_fields__
    return {row["id"]: OpenItem(**{f: row[f] for f in fields}) for row in rows(app, open_item_table)}
