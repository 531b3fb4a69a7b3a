"""What the server gives back for a statement: a promise that it is held, and where it stands in the ledger.

The receipt of a statement is made once and is the same bytes for ever. Evidence arrives later than text, so what
is held and owed *now* travels beside the receipt, not in it.
"""

from dataclasses import dataclass

from sync.strict_json import canonical


@dataclass(frozen=True, slots=True)
class Receipt:
    """`index` is the ledger position (from 0), `leaf` the hex hash there; times are UTC, RFC 3339."""

    authority: str
    epoch: str
    statement: str
    digest: str
    index: int
    leaf: str
    verdict: str
    received_at: str
    held: tuple[str, ...]
    owed: tuple[str, ...]

    def to_bytes(self) -> bytes:
        """The canonical bytes that the authority's receipt key signs."""
        return canonical(
            {
                "authority": self.authority,
                "epoch": self.epoch,
                "statement": self.statement,
                "digest": self.digest,
                "index": self.index,
                "leaf": self.leaf,
                "verdict": self.verdict,
                "received_at": self.received_at,
                "evidence": {"held": list(self.held), "owed": list(self.owed)},
            }
        )
