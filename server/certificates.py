"""HTTPS on a network of one's own: the county's certificate authority, and the server's certificate under it.

Browsers give service workers, keys and the camera to HTTPS only, and no public authority vouches for an address on an
office LAN. So the county has its own (RFC 5280, P-256, ten years), which tablets trust once; it vouches for names and
addresses of this network only, and for nothing but servers. The server's certificate lives for a year at most, as
browsers demand, and is made anew before it ends or when the server is reached under another name.

Beside `keys.py` the only module that imports the crypto library: X.509 is its own trade.
"""

import os
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from server import clock
from server.addresses import Address, Reached

AUTHORITY_YEARS = 10
SERVER_DAYS = 397  # browsers refuse a server certificate that is valid for longer than 398
RENEW_DAYS = 30
# A tablet whose clock is slow must not find the certificate to be of the future.
BACKDATED = timedelta(days=2)

Network = IPv4Network | IPv6Network

# The addresses that networks without internet use, and names that no public name server answers for.
PRIVATE_NETWORKS = tuple(
    ip_network(each)
    for each in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "fc00::/7", "::1/128")
)
PRIVATE_NAMES = ("localhost", "local", "lan", "internal", "home.arpa")


class CertificatesUnusable(Exception):
    """The authority's files cannot be used, or it may not vouch for what is asked; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Authority:
    """The county's certificate authority. Who has its key can pose as any server of the county's network."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def name(self) -> str:
        """What a tablet shows in its list of authorities."""
        return str(self.certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)

    @property
    def ends(self) -> datetime:
        return self.certificate.not_valid_after_utc

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)

    def strangers(self, reached: Reached) -> list[str]:
        """Names and addresses that this authority may not vouch for."""
        constraints = self.certificate.extensions.get_extension_for_class(x509.NameConstraints).value
        permitted = [subtree.value for subtree in constraints.permitted_subtrees or ()]
        networks = [value for value in permitted if isinstance(value, Network)]
        domains = [value for value in permitted if isinstance(value, str)]
        return [
            *(n for n in reached.names if not any(n == domain or n.endswith(f".{domain}") for domain in domains)),
            *(str(a) for a in reached.addresses if not any(a in network for network in networks)),
        ]


@dataclass(frozen=True, slots=True)
class ServerCertificate:
    """What the server shows, and until when."""

    certificate: x509.Certificate

    @property
    def reached(self) -> Reached:
        names = self.certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        return Reached(
            tuple(names.get_values_for_type(x509.DNSName)),
            tuple(ip_address(str(address)) for address in names.get_values_for_type(x509.IPAddress)),
        )

    @property
    def ends(self) -> datetime:
        return self.certificate.not_valid_after_utc


@dataclass(frozen=True, slots=True)
class CertificateFolder:
    """The files in the keys folder. Certificate and key of the server share one file, so that a connection which
    comes while it is replaced never finds a certificate with another one's key."""

    folder: Path

    @property
    def authority_key(self) -> Path:
        return self.folder / "tls-authority.key"

    @property
    def authority_certificate(self) -> Path:
        return self.folder / "tls-authority.crt"

    @property
    def server(self) -> Path:
        return self.folder / "tls-server.pem"

    def shown(self) -> bytes:
        """The authority's certificate (DER), for who only shows it. Raises CertificatesUnusable."""
        try:
            certificate = x509.load_pem_x509_certificate(self.authority_certificate.read_bytes())
        except (OSError, ValueError):
            raise CertificatesUnusable(f"no certificate authority in {self.folder}") from None
        return certificate.public_bytes(Encoding.DER)

    def authority(self) -> Authority | None:
        """None before the first. Raises CertificatesUnusable."""
        if not self.authority_key.exists() and not self.authority_certificate.exists():
            return None
        try:
            key = load_pem_private_key(self.authority_key.read_bytes(), password=None)
            certificate = x509.load_pem_x509_certificate(self.authority_certificate.read_bytes())
        except (OSError, ValueError, TypeError):
            raise CertificatesUnusable(
                f"the county's certificate authority in {self.folder} is damaged: bring tls-authority.key and "
                "tls-authority.crt back from the backup, or make a new one (ruhu certificate --new-authority), "
                "which every tablet must trust anew"
            ) from None
        if not isinstance(key, ec.EllipticCurvePrivateKey) or key.public_key() != certificate.public_key():
            raise CertificatesUnusable(f"tls-authority.key and tls-authority.crt in {self.folder} are no pair")
        return Authority(key, certificate)

    def found_authority(self, reached: Reached) -> Authority:
        """A new authority, for this network's names and addresses; what was under an old one ends."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        authority = _new_authority(reached)
        self.server.unlink(missing_ok=True)
        self.authority_certificate.unlink(missing_ok=True)
        _replace(self.authority_key, _private_pem(authority.key))
        _replace(self.authority_certificate, authority.pem)
        return authority

    def server_certificate(self, authority: Authority) -> ServerCertificate | None:
        """What the server shows, if it is whole and of this authority."""
        try:
            content = self.server.read_bytes()
            certificate = x509.load_pem_x509_certificate(content)
            key = load_pem_private_key(content, password=None)
            certificate.verify_directly_issued_by(authority.certificate)
        except (OSError, ValueError, TypeError, InvalidSignature):
            return None
        return ServerCertificate(certificate) if key.public_key() == certificate.public_key() else None

    def issue(self, authority: Authority, reached: Reached) -> ServerCertificate:
        """A new certificate for the server, in the place of the old one. Raises CertificatesUnusable."""
        if strangers := authority.strangers(reached):
            raise CertificatesUnusable(
                f"the county's certificate authority may not vouch for {', '.join(strangers)}: name others, or make "
                "a new one (ruhu certificate --new-authority), which every tablet must trust anew"
            )
        key, certificate = _server_certificate(authority, reached)
        _replace(self.server, _private_pem(key) + certificate.public_bytes(Encoding.PEM))
        return ServerCertificate(certificate)

    def keep(self, wanted: Reached) -> tuple[Authority, ServerCertificate, bool]:
        """The authority, a certificate that is good for now, and whether it is new. A name or an address that came
        makes a new one; one that went does not, because a loose cable would. Raises CertificatesUnusable."""
        authority = self.authority() or self.found_authority(wanted)
        present = self.server_certificate(authority)
        if present is not None and present.reached.covers(wanted) and not due(present, authority):
            return authority, present, False
        return authority, self.issue(authority, wanted), True


def due(present: ServerCertificate, authority: Authority) -> bool:
    """Whether to make a new certificate: little time is left, and a new one would have more."""
    return present.ends - clock.now() < timedelta(days=RENEW_DAYS) and (present.ends < authority.ends)


def fingerprint(certificate: bytes) -> str:
    """SHA-256 of the DER, as phones show it: pairs of hex digits with colons."""
    digest = sha256(certificate).hexdigest().upper()
    return ":".join(digest[at : at + 2] for at in range(0, len(digest), 2))


def fingerprint_lines(certificate: bytes) -> list[str]:
    """The same in four lines, to be compared aloud."""
    whole = fingerprint(certificate)
    return [whole[at : at + 23] for at in range(0, len(whole), 24)]


def _new_authority(reached: Reached) -> Authority:
    key = ec.generate_private_key(ec.SECP256R1())
    now = clock.now().replace(microsecond=0)
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Ruhu 入户"),
            # Two authorities of one county are told apart in a tablet's list by the day on which they were made.
            x509.NameAttribute(NameOID.COMMON_NAME, f"Ruhu county CA {now:%Y-%m-%d} {reached.names[0]}"[:64]),
        ]
    )
    usage = x509.KeyUsage(
        digital_signature=False,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=True,
        encipher_only=False,
        decipher_only=False,
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - BACKDATED)
        .not_valid_after(now + timedelta(days=round(365.25 * AUTHORITY_YEARS)))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.NameConstraints(permitted_subtrees=_permitted(reached), excluded_subtrees=None), True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, SHA256())
    )
    return Authority(key, certificate)


def _permitted(reached: Reached) -> list[x509.GeneralName]:
    """Private networks and names, and what this server is reached under now: not every county's network is of a
    private range, and an address that moves within its network must not need a new authority."""
    networks: list[Network] = [*PRIVATE_NETWORKS, *map(_neighbourhood, reached.addresses)]
    return [
        *(x509.DNSName(name) for name in dict.fromkeys((*PRIVATE_NAMES, *reached.names)) if _new_name(name)),
        *(x509.IPAddress(each) for each in dict.fromkeys(networks) if each in PRIVATE_NETWORKS or _new_range(each)),
    ]


def _new_name(name: str) -> bool:
    return name in PRIVATE_NAMES or not any(name.endswith(f".{domain}") for domain in PRIVATE_NAMES)


def _new_range(network: Network) -> bool:
    return not any(network.network_address in private for private in PRIVATE_NETWORKS)


def _neighbourhood(address: Address) -> Network:
    return ip_network((address, 24 if address.version == 4 else 64), strict=False)


def _server_certificate(
    authority: Authority, reached: Reached
) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    key = ec.generate_private_key(ec.SECP256R1())
    begins = clock.now().replace(microsecond=0) - BACKDATED
    ends = min(begins + timedelta(days=SERVER_DAYS, seconds=-1), authority.ends)
    names: Iterable[x509.GeneralName] = (
        *map(x509.DNSName, reached.names),
        *map(x509.IPAddress, reached.addresses),
    )
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    issuer_key = authority.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    certificate = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, reached.names[0][:64])]))
        .issuer_name(authority.certificate.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(ends)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(issuer_key), critical=False)
        .sign(authority.key, SHA256())
    )
    return key, certificate


def _private_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _replace(path: Path, content: bytes) -> None:
    """The whole new file or the whole old one, whoever reads and whatever fails; readable by its owner only."""
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
