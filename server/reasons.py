"""A reason that somebody gives before something closed is opened or something is ended."""

from server import errors

MIN_REASON = 4  # characters: 核对 is not a reason, 核对存折 is
MAX_REASON = 500


def need_reason(reason: str) -> str:
    """The reason, trimmed. Raises InvalidRequest when it says nothing."""
    reason = reason.strip()
    if not MIN_REASON <= len(reason) <= MAX_REASON:
        raise errors.InvalidRequest(errors={"reason": [f"{MIN_REASON} to {MAX_REASON} characters"]})
    return reason
