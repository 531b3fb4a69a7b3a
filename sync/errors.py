"""What can be wrong with the words of the protocol, each error named for what happened.

SyncError
 ├─ UnreadableJson        the bytes are not the strict JSON that we sign and hash
 ├─ UnreadableEnvelope    not a DSSE envelope
 ├─ UnreadableStatement   signed bytes that do not even name their statement
 └─ UnreadableCursor      a change-feed cursor that this server did not make
"""


class SyncError(Exception):
    """Something that cannot be understood; `detail` says where, without repeating personal data."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class UnreadableJson(SyncError):
    pass


class UnreadableEnvelope(SyncError):
    pass


class UnreadableStatement(SyncError):
    pass


class UnreadableCursor(SyncError):
    pass
