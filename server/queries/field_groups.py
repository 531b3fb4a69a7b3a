"""Which groups of fields are there to filter by, and what are they called?"""

from schemas.forms.binding import Words
from server.queries.field_catalogue import field_catalogue


def field_groups(authority: str) -> dict[str, Words]:
    """{first part of the field paths: what forms call it}, in the order of the forms."""
    groups: dict[str, Words] = {}
    for template, field in field_catalogue(authority).fields.items():
        groups.setdefault(template.partition(".")[0], field.group)
    return groups
