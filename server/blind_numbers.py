"""A person's ID number as a blind index: two can be compared, and neither be read."""

from schemas.forms.id_numbers import judge_id_number
from server.keys import Keyring


def blind_id_number(keyring: Keyring, written: str) -> str:
    """The same for every way of writing one number."""
    return keyring.blind_index("id_number", judge_id_number(written).text)
