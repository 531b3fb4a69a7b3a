"""Who acts, with what in hand: every decision of an officer is made with these."""

from collections.abc import Collection
from dataclasses import dataclass

from server.keys import Keyring, SigningKey
from server.reasons import need_reason
from sync.statement import Outcome, SignOff


@dataclass(frozen=True, slots=True)
class Acting:
    """An officer with the signing key that step-up has opened for this one act. `scope` are region paths."""

    authority: str
    person: str
    role: str
    scope: tuple[str, ...]
    key: SigningKey
    keyring: Keyring

    @property
    def sign_off(self) -> SignOff:
        return SignOff(self.role, Outcome.SIGNED, person=self.person, keyid=self.key.keyid)


@dataclass(frozen=True, slots=True)
class Grounds:
    """Why somebody decides so: a code of `wording.REASON_CODES`, a text, and the digests and ids that it rests on."""

    code: str
    words: str
    basis: tuple[str, ...] = ()

    @classmethod
    def given(cls, code: str, words: str, basis: Collection[str] = ()) -> "Grounds":
        """Raises InvalidRequest when the words say nothing."""
        return cls(code, need_reason(words), tuple(dict.fromkeys(basis)))
