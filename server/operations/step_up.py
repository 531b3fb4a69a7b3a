"""Ask for the password again before an act that signs: an open screen alone signs nothing."""

from server import errors, keys
from server.db import end_reading
from server.operations.count_try import count_try
from server.operations.state_from_office import open_office_key
from server.queries.tries import refuse_after
from server.store import persons

MAX_TRIES = 5  # wrong passwords in a quarter of an hour from one session


def step_up(authority: str, person_id: str, session: str, password: str) -> keys.SigningKey:
    """The officer's signing key, for one act. Raises WrongPassword, TooManyTries,
    Forbidden (somebody who signs on tablets only)."""
    bucket = f"step_up:{session}"
    refuse_after(bucket, MAX_TRIES)
    person = persons.find(authority, person_id)
    if person is None or not person.active:
        raise errors.Forbidden()
    end_reading()  # stretching the password takes a tenth of a second: no transaction stays open meanwhile
    try:
        return open_office_key(person, password)
    except errors.WrongPassword:
        count_try(bucket)
        raise
