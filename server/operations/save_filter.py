"""Keep the queue's present filter under a name of one's own, and remove it again."""

from server import errors
from server.db import transactional
from server.store import saved_filters
from server.store.saved_filters import SavedFilter

LONGEST_NAME = 20
MOST = 12  # tabs that a person still finds their way among


@transactional
def save_filter(authority: str, person: str, name: str, query: str) -> None:
    """One that was kept under the same name gives way. Raises InvalidRequest without a name, or for too many."""
    name = " ".join(name.split())
    if not 1 <= len(name) <= LONGEST_NAME:
        raise errors.InvalidRequest(errors={"name": [f"1 to {LONGEST_NAME} characters"]})
    others = [saved for saved in saved_filters.of_person(authority, person) if saved.name != name]
    if len(others) >= MOST:
        raise errors.InvalidRequest(errors={"name": [f"at most {MOST} saved filters"]})
    saved_filters.put(authority, person, SavedFilter(name, query))


@transactional
def remove_filter(authority: str, person: str, name: str) -> None:
    saved_filters.drop(authority, person, name)
