"""Which statements exist, by a replica's own word, and have not arrived?"""

from server.store import replicas, statements


def missing_statements(authority: str, replica_id: str) -> list[list[int]]:
    """[first, last] of each run of sequence numbers up to the announced head that is not here."""
    replica = replicas.find(authority, replica_id)
    if replica is None or replica.received >= replica.head_seq:
        return []
    gaps: list[list[int]] = []
    expected = 1
    for seq in [*statements.received_sequences(authority, replica_id), replica.head_seq + 1]:
        if seq > expected:
            gaps.append([expected, min(seq - 1, replica.head_seq)])
        expected = seq + 1
    return [gap for gap in gaps if gap[0] <= gap[1]]
