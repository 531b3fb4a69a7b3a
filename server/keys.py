"""Keys and what they do: sign, verify, seal, blind. It alone, and certificates.py, import the crypto library.

Signatures are ECDSA P-256 with SHA-256, raw r||s (IEEE P1363) as WebCrypto makes them; a key's id is the hex SHA-256
of its SubjectPublicKeyInfo (DER). The authority's own keys lie in a folder outside the database, so that a stolen
database opens nothing.
"""

import hmac
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
    load_der_public_key,
)

from sync.envelope import Envelope, Signature, pae

ALGORITHM = "ES256"
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_ECDSA = ec.ECDSA(SHA256())
_SIDE = 32  # bytes in r and in s


class WrongKey(Exception):
    """Bytes that do not open under this key, or a key that is not a P-256 key."""


# --- signing keys ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A P-256 key pair held by this process (the authority's, an officer's, a simulated tablet's)."""

    private: ec.EllipticCurvePrivateKey
    public: bytes
    keyid: str

    @classmethod
    def generate(cls) -> "SigningKey":
        return cls._of(ec.generate_private_key(ec.SECP256R1()))

    @classmethod
    def from_bytes(cls, der: bytes) -> "SigningKey":
        """From PKCS #8 DER. Raises WrongKey."""
        try:
            private = load_der_private_key(der, password=None)
        except (ValueError, TypeError):
            raise WrongKey("not a private key") from None
        if not isinstance(private, ec.EllipticCurvePrivateKey) or private.curve.name != "secp256r1":
            raise WrongKey("not a P-256 key")
        return cls._of(private)

    @classmethod
    def _of(cls, private: ec.EllipticCurvePrivateKey) -> "SigningKey":
        public = private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return cls(private, public, key_id(public))

    def to_bytes(self) -> bytes:
        return self.private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())

    def sign(self, message: bytes) -> bytes:
        r, s = decode_dss_signature(self.private.sign(message, _ECDSA))
        return r.to_bytes(_SIDE) + s.to_bytes(_SIDE)


def key_id(public: bytes) -> str:
    return sha256(public).hexdigest()


@lru_cache(maxsize=4096)
def load_public_key(public: bytes) -> ec.EllipticCurvePublicKey:
    """The P-256 public key in this SPKI DER. Raises WrongKey."""
    try:
        key = load_der_public_key(public)
    except (ValueError, TypeError):
        raise WrongKey("not a public key") from None
    if not isinstance(key, ec.EllipticCurvePublicKey) or key.curve.name != "secp256r1":
        raise WrongKey("not a P-256 key")
    return key


def verify(public: bytes, message: bytes, sig: bytes) -> bool:
    """Whether `sig` (raw r||s) over the message is by the key in this SPKI DER."""
    if len(sig) != 2 * _SIDE:
        return False
    r, s = int.from_bytes(sig[:_SIDE]), int.from_bytes(sig[_SIDE:])
    if not (0 < r < _ORDER and 0 < s < _ORDER):
        return False
    try:
        load_public_key(public).verify(encode_dss_signature(r, s), message, _ECDSA)
    except (InvalidSignature, WrongKey):
        return False
    return True


def sign_envelope(payload_type: str, payload: bytes, *keys: SigningKey) -> Envelope:
    """The payload in an envelope signed by each of the keys, in this order."""
    message = pae(payload_type, payload)
    return Envelope(payload_type, payload, tuple(Signature(key.keyid, key.sign(message)) for key in keys))


# --- sealing --------------------------------------------------------------------------------------------------


def seal(key: bytes, plain: bytes, bound_to: bytes) -> bytes:
    """AES-256-GCM, random 96-bit nonce in front; `bound_to` keeps a row's bytes from serving in another row."""
    nonce = os.urandom(12)
    return nonce + AESGCM(key).encrypt(nonce, plain, bound_to)


def unseal(key: bytes, sealed: bytes, bound_to: bytes) -> bytes:
    """Raises WrongKey."""
    try:
        return AESGCM(key).decrypt(sealed[:12], sealed[12:], bound_to)
    except InvalidTag:
        raise WrongKey("sealed bytes do not open under this key") from None


# --- boxes ----------------------------------------------------------------------------------------------------

BOX_MAGIC = b"RUHUBOX1"
_POINT = 65  # bytes of an uncompressed P-256 point
_BOX_HEAD = len(BOX_MAGIC) + 32 + _POINT
BOX_OVERHEAD = _BOX_HEAD + 16
"""How many bytes a box is longer than what it holds."""


def seal_box(
    intake: bytes, plain: bytes, bound_to: str, ephemeral: ec.EllipticCurvePrivateKey | None = None
) -> bytes:
    """Bytes that only the holder of the intake key opens again; `intake` is its SPKI DER.

    `RUHUBOX1` || intake key's id (32) || ephemeral public key (65) || AES-256-GCM ciphertext and tag. Key and nonce
    come from HKDF-SHA-256 over the ECDH x coordinate; `bound_to` keeps a box from standing for another. A given
    ephemeral key serves test vectors only.
    """
    own = ephemeral or ec.generate_private_key(ec.SECP256R1())
    theirs = load_public_key(intake)
    point = _point(own.public_key())
    key, nonce = _box_secrets(own.exchange(ec.ECDH(), theirs), point, _point(theirs))
    sealed = AESGCM(key).encrypt(nonce, plain, bound_to.encode())
    return BOX_MAGIC + bytes.fromhex(key_id(intake)) + point + sealed


def open_box(intake: SigningKey, box: bytes, bound_to: str) -> bytes:
    """What a box holds. Raises WrongKey: no box, for another key, damaged, or bound to something else."""
    point = box[_BOX_HEAD - _POINT : _BOX_HEAD]
    if len(box) < BOX_OVERHEAD or box[: _BOX_HEAD - _POINT] != BOX_MAGIC + bytes.fromhex(intake.keyid):
        raise WrongKey("not a box for this key")
    try:
        theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        own = _point(intake.private.public_key())
        key, nonce = _box_secrets(intake.private.exchange(ec.ECDH(), theirs), point, own)
        return AESGCM(key).decrypt(nonce, box[_BOX_HEAD:], bound_to.encode())
    except (ValueError, InvalidTag):
        raise WrongKey("the box does not open") from None


def _box_secrets(shared: bytes, ephemeral: bytes, intake: bytes) -> tuple[bytes, bytes]:
    derived = HKDF(SHA256(), 44, salt=ephemeral + intake, info=b"ruhu box 1").derive(shared)
    return derived[:32], derived[32:]


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


# --- the authority's keys -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Keyring:
    """The authority's keys. `boxes` opens what tablets seal to us; `intake` wraps each statement's own key; `cases`
    seals case documents deterministically (AES-SIV), so that replaying the statements gives the same bytes; `blind`
    makes search indexes of ID numbers; `leases` makes the shares that we lend to tablets."""

    receipt: SigningKey
    boxes: SigningKey
    intake: bytes
    cases: bytes
    blind: bytes
    cookies: bytes
    leases: bytes

    @classmethod
    def open(cls, folder: Path) -> "Keyring":
        """The keys in this folder; each that is missing is made, readable by its owner only."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

        def kept(name: str, make: Callable[[], bytes]) -> bytes:
            path = folder / name
            if not path.exists():
                fresh = folder / f".{name}.{secrets.token_hex(4)}"
                descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
                with os.fdopen(descriptor, "wb") as file:
                    file.write(make())
                    file.flush()
                    os.fsync(file.fileno())
                # Two workers starting at once must end with one key: link refuses to replace, the loser reads.
                try:
                    os.link(fresh, path)
                except FileExistsError:
                    pass
                finally:
                    fresh.unlink()
            return path.read_bytes()

        return cls(
            receipt=SigningKey.from_bytes(kept("receipt.der", lambda: SigningKey.generate().to_bytes())),
            boxes=SigningKey.from_bytes(kept("boxes.der", lambda: SigningKey.generate().to_bytes())),
            intake=kept("intake.key", lambda: os.urandom(32)),
            cases=kept("cases.key", lambda: os.urandom(64)),
            blind=kept("blind.key", lambda: os.urandom(32)),
            cookies=kept("cookies.key", lambda: os.urandom(32)),
            leases=kept("leases.key", lambda: os.urandom(32)),
        )

    def seal_once(self, plain: bytes, bound_to: bytes) -> tuple[bytes, bytes]:
        """(sealed bytes, their own data key wrapped): forgetting the wrapped key erases the bytes."""
        data_key = os.urandom(32)
        return seal(data_key, plain, bound_to), aes_key_wrap(self.intake, data_key)

    def unseal_once(self, sealed: bytes, wrapped: bytes, bound_to: bytes) -> bytes:
        """Raises WrongKey."""
        try:
            data_key = aes_key_unwrap(self.intake, wrapped)
        except InvalidUnwrap:
            raise WrongKey("the data key does not unwrap") from None
        return unseal(data_key, sealed, bound_to)

    def seal_case(self, document: bytes, case_id: str) -> bytes:
        return AESSIV(self.cases).encrypt(document, [case_id.encode()])

    def unseal_case(self, sealed: bytes, case_id: str) -> bytes:
        """Raises WrongKey."""
        try:
            return AESSIV(self.cases).decrypt(sealed, [case_id.encode()])
        except InvalidTag:
            raise WrongKey("the case document does not open") from None

    def open_box(self, box: bytes, bound_to: str) -> bytes:
        """What a tablet sealed to us. Raises WrongKey."""
        return open_box(self.boxes, box, bound_to)

    def lease_share(self, replica: str, person: str) -> bytes:
        """32 bytes without which nothing that rests on this tablet opens with this person's PIN.

        Derived, not stored: there is no row to lose, and a tablet gets the same share at each contact. Whoever holds
        this key and a tablet could open it; whoever holds this key can read the cases themselves.
        """
        return hmac.new(self.leases, f"{replica}\0{person}".encode(), sha256).digest()

    def blind_index(self, kind: str, value: str) -> str:
        """What equal values share and nobody without the key can enumerate (HMAC-SHA-256)."""
        return hmac.new(self.blind, f"{kind}\0{value}".encode(), sha256).hexdigest()

    def mac(self, purpose: str, data: bytes) -> bytes:
        """16 bytes that show that this server made the data, for this purpose."""
        return hmac.new(self.cookies, purpose.encode() + b"\0" + data, sha256).digest()[:16]


# --- passwords and tokens -------------------------------------------------------------------------------------

_HASHER = PasswordHasher()


def hash_password(password: str) -> str:
    return _HASHER.hash(password)


def password_matches(hashed: str, password: str) -> bool:
    try:
        return _HASHER.verify(hashed, password)
    except (Argon2Error, InvalidHashError):
        return False


# Hashing against this costs what a real check costs, so that an unknown login answers no sooner than a known one.
NOBODYS_HASH = _HASHER.hash(secrets.token_hex(16))


def wrap_under_password(key: SigningKey, password: str) -> bytes:
    """A private key that only this password opens again (argon2id, then AES-256-GCM)."""
    salt = os.urandom(16)
    return salt + seal(_stretched(password, salt), key.to_bytes(), key.keyid.encode())


def unwrap_under_password(wrapped: bytes, password: str, keyid: str) -> SigningKey:
    """Raises WrongKey."""
    return SigningKey.from_bytes(unseal(_stretched(password, wrapped[:16]), wrapped[16:], keyid.encode()))


def _stretched(password: str, salt: bytes) -> bytes:
    return hash_secret_raw(
        password.encode(), salt, time_cost=3, memory_cost=65536, parallelism=4, hash_len=32, type=Type.ID
    )


def new_token() -> str:
    """256 random bits, URL-safe."""
    return secrets.token_urlsafe(32)


_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_code() -> str:
    """Sixteen characters of Crockford's base32: 80 random bits that a person can read aloud and type."""
    return "".join(secrets.choice(_CROCKFORD) for _ in range(16))


def grouped_code(code: str) -> str:
    """The code as people read and type it: four groups of four."""
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def new_id(length: int = 32) -> str:
    """Random lower-case hex digits (4 bits each)."""
    return secrets.token_hex(length // 2)


def token_hash(token: str) -> str:
    """How a token rests in the database: a thief of the table cannot use it."""
    return sha256(token.encode()).hexdigest()


def same(one: str | bytes, other: str | bytes) -> bool:
    """Compares in constant time."""
    one = one.encode() if isinstance(one, str) else one
    other = other.encode() if isinstance(other, str) else other
    return hmac.compare_digest(one, other)
