"""Keep an office session alive while somebody works; a session that nobody uses ends by itself."""

from server import clock
from server.db import transactional
from server.store import office_sessions


@transactional
def touch_session(token_hash: str) -> None:
    office_sessions.touch(token_hash, clock.stamp())
