"""Whose office is this?"""

from server.store import authorities
from server.store.authorities import Authority


def the_authority() -> Authority | None:
    """The authority that this installation serves; None until it is set up."""
    return authorities.the_one()
