"""What has changed about visits' photos is looked at again: work for the workers, one visit at a time."""

from server.operations.flag_statement import flag_next_due, mark_new_visits
from server.principals import keyring
from server.store import authorities, photo_flags, statements


def flag_waiting() -> bool:
    """Whether there was anything to do. Looks first: idle workers ask every second and write nothing."""
    authority = authorities.the_one()
    if authority is None:
        return False
    if statements.after(authority.id, photo_flags.read_up_to(authority.id), 1):
        return bool(mark_new_visits(authority.id))
    return photo_flags.any_due(authority.id) and flag_next_due(authority.id, keyring())
