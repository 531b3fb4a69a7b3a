"""Which field does a decision write to, and what may stand in it?"""

from dataclasses import dataclass

from schemas.forms.fields import Field
from server import errors
from server.keys import Keyring
from server.policy import Officer
from server.queries.field_catalogue import field_catalogue
from server.queries.item_page import visible_item
from server.store import cases
from sync.case import Case


@dataclass(frozen=True, slots=True)
class DecidedField:
    """`members` are the ids of the household's members, for fields that name one of them."""

    case: str
    path: str
    about: Field
    members: tuple[str, ...]


def decided_field(viewer: Officer, item_id: str, path: str, keyring: Keyring) -> DecidedField:
    """Raises NotFound: the item or its case is not there for this officer."""
    item = visible_item(viewer, item_id)
    row = cases.find(viewer.authority, item.case_id, viewer.scope) if item.case_id is not None else None
    if row is None:
        raise errors.NotFound()
    case = Case.from_document(keyring.unseal_case(row.document, row.id))
    about = field_catalogue(viewer.authority).describe(path)
    return DecidedField(row.id, path, about, case.entries("members"))
