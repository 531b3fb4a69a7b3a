"""A person's ID number as a blind index: two can be compared, and neither be read."""

from server.keys import Keyring
from sync.identity import normalised


def blind_id_number(keyring: Keyring, written: str) -> str:
    """The same for every way of writing one number."""
    return keyring.blind_index("id_number", normalised(written))
