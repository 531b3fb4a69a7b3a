"""Who is asking: a tablet by its session token, an officer by the office cookie, or nobody yet."""

from flask import current_app, g, request, session

from server import clock, keys
from server.policy import Nobody, Officer, Principal, Role, Scope, Tablet
from server.store import office_sessions, persons, replicas

IDLE_SECONDS = 15 * 60  # an office session that nobody used for this long is over


def principal() -> Principal:
    """Who sent this request; looked up once a request, from the database, so that a revocation counts at once."""
    if "principal" not in g:
        g.principal = _tablet() or _officer() or Nobody()
    found: Principal = g.principal
    return found


def _tablet() -> Tablet | None:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token:
        return None
    found = replicas.of_session(keys.token_hash(token.strip()), clock.stamp())
    if found is None:
        return None
    authority, replica = found
    return Tablet(authority, replica.id, replica.revoked_at is not None)


def scope_of(who: Tablet) -> Scope:
    """What the people on this tablet may see."""
    people = replicas.scope_of(who.authority, who.replica)
    return Scope(
        paths=tuple(sorted({path for _, path, _ in people})),
        version=scope_version(people),
        persons=tuple(person for person, _, _ in people),
    )


def scope_version(people: list[tuple[str, str, int]]) -> str:
    """A fingerprint of what these people may see; another one means: compare the whole scope first."""
    return keys.token_hash(repr([(path, version) for _, path, version in sorted(people)]))[:16]


def _officer() -> Officer | None:
    token = session.get("token")
    if not isinstance(token, str):
        return None
    hashed = keys.token_hash(token)
    found = office_sessions.find(hashed, clock.stamp(), clock.stamp_in(-IDLE_SECONDS))
    if found is None:
        return None
    authority, person_id, _ = found
    person = persons.find(authority, person_id)
    if person is None or not person.active:
        return None
    return Officer(authority, person.id, person.name, Role(person.role), (person.scope,), hashed)


def tablet() -> Tablet:
    """The tablet that is asking; the route's policy has made sure that it is one."""
    found = principal()
    assert isinstance(found, Tablet)
    return found


def officer() -> Officer:
    """The officer who is asking; the route's policy has made sure of it."""
    found = principal()
    assert isinstance(found, Officer)
    return found


def keyring() -> keys.Keyring:
    found: keys.Keyring = current_app.extensions["ruhu_keyring"]
    return found
