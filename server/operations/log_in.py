"""Log in to the office, and out. A wrong password slows down whoever sent it, never the person whose login it was."""

from server import clock, errors, keys
from server.db import end_reading, transactional
from server.operations.count_try import count_try
from server.operations.write_audit import write_audit
from server.queries.tries import refuse_after
from server.store import office_sessions, persons
from server.store.persons import Person

SESSION_SECONDS = 12 * 3600
MAX_PER_SOURCE = 20  # failures in a quarter of an hour from one address
MAX_PER_LOGIN_AND_SOURCE = 5  # and from one address for one login


def check_password(login: str, password: str, source: str, blind: str) -> Person:
    """`source` and `blind` are blind indexes of the address and the login. Raises LoginFailed, TooManyTries."""
    buckets = ((f"login:{source}", MAX_PER_SOURCE), (f"login:{source}:{blind}", MAX_PER_LOGIN_AND_SOURCE))
    for bucket, allowed in buckets:
        refuse_after(bucket, allowed)
    found = persons.by_login(login)
    hashed = found[1].password_hash if found and found[1].active and found[1].password_hash else None
    end_reading()  # hashing takes a tenth of a second: no transaction stays open meanwhile
    if not keys.password_matches(hashed or keys.NOBODYS_HASH, password) or found is None or hashed is None:
        for bucket, _ in buckets:
            count_try(bucket)
        raise errors.LoginFailed()
    return found[1]


@transactional
def log_in(authority: str, person_id: str) -> str:
    """The token of a new session; the cookie carries it."""
    token = keys.new_token()
    office_sessions.open_session(
        authority, person_id, keys.token_hash(token), clock.stamp(), clock.stamp_in(SESSION_SECONDS)
    )
    write_audit(authority, person_id, "log_in", person_id)
    return token


@transactional
def log_out(authority: str, person_id: str, session: str) -> None:
    office_sessions.end(session)
    write_audit(authority, person_id, "log_out", person_id)
