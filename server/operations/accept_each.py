"""Accept a batch so that no item of it can hold up the others: the one way in, for pushes and for lifeboats."""

import logging
from collections.abc import Sequence

from server import errors
from server.db import may_pass
from server.operations.accept_statements import Verdict, accept_statements
from server.operations.announce_head import Head
from server.queries.read_envelopes import Authentic, Refused


def accept_each(
    authority: str, replica: str, items: Sequence[Authentic | Refused], head: Head | None
) -> list[Verdict]:
    """The whole batch in one transaction; if that fails, each item in its own: a poisoned one blocks nothing."""
    try:
        return accept_statements(authority, replica, items, head=head)
    except errors.RuhuError:
        raise
    except Exception as error:
        if len(items) > 1:
            return [verdict for item in items for verdict in accept_each(authority, replica, [item], head)]
        logging.getLogger("ruhu").error("an item failed: %s", type(error).__name__)
        return [_set_aside(authority, replica, item, head, error) for item in items]


def _set_aside(
    authority: str, replica: str, item: Authentic | Refused, head: Head | None, error: Exception
) -> Verdict:
    """Authentic work that we fail on is kept for a person; only what may pass by itself is asked for again."""
    if isinstance(item, Refused):
        return Verdict.refused(item.statement, item.error)
    if not may_pass(error):
        try:
            return accept_statements(authority, replica, [item.set_aside()], head=head)[0]
        except Exception as second:
            logging.getLogger("ruhu").error("an item could not be set aside: %s", type(second).__name__)
    return Verdict.refused(item.name.id, errors.TryAgain())
