"""Count a failed try; `queries.tries` refuses after too many."""

from server.db import transactional
from server.queries.tries import current_window
from server.store import rates


@transactional
def count_try(bucket: str) -> None:
    rates.add(bucket, current_window())
