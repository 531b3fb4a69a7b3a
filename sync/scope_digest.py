"""How two sides tell that they hold the same cases: a digest of a set that can grow and shrink one by one.

Every sync ends with it, so that a feed bug of any kind shows itself instead of hiding. Each village keeps the sum
(modulo 2^256) of the hashes of its (case id, case hash) pairs, so that one changed case among 100,000 costs one
subtraction and one addition. It is a check between honest parties; proofs against a dishonest server are the
ledger's business.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256

MODULUS = 2**256


@dataclass(frozen=True, slots=True)
class SetDigest:
    """A set of cases: how many, and the sum of their hashes."""

    count: int = 0
    total: int = 0

    def add(self, case_id: str, case_hash: str) -> "SetDigest":
        return SetDigest(self.count + 1, (self.total + _element(case_id, case_hash)) % MODULUS)

    def remove(self, case_id: str, case_hash: str) -> "SetDigest":
        return SetDigest(self.count - 1, (self.total - _element(case_id, case_hash)) % MODULUS)

    def union(self, other: "SetDigest") -> "SetDigest":
        """The digest of two disjoint sets together."""
        return SetDigest(self.count + other.count, (self.total + other.total) % MODULUS)

    def to_text(self) -> str:
        """`<count>:<64 hex digits>`"""
        return f"{self.count}:{self.total:064x}"

    @classmethod
    def from_text(cls, text: str) -> "SetDigest":
        count, _, total = text.partition(":")
        return cls(int(count), int(total, 16))

    @classmethod
    def of(cls, cases: Mapping[str, str]) -> "SetDigest":
        """The digest of {case id: case hash}."""
        return cls(len(cases), sum(_element(*pair) for pair in cases.items()) % MODULUS)

    @classmethod
    def union_of(cls, digests: Iterable["SetDigest"]) -> "SetDigest":
        whole = cls()
        for digest in digests:
            whole = whole.union(digest)
        return whole


def _element(case_id: str, case_hash: str) -> int:
    return int.from_bytes(sha256(f"{case_id}\0{case_hash}".encode()).digest())
