"""Under which names and addresses other machines reach this one: what its certificate has to say."""

import re
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from itertools import pairwise
from pathlib import Path

Address = IPv4Address | IPv6Address

_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
_TEMPORARY = 0x01  # IFA_F_TEMPORARY: an address that the machine changes by itself every day


class NameRefused(Exception):
    """Neither a host name nor an IP address; the message quotes it."""


@dataclass(frozen=True, slots=True)
class Reached:
    """Names and addresses, the most useful first: the first is what people are told."""

    names: tuple[str, ...]
    addresses: tuple[Address, ...]

    @property
    def hosts(self) -> tuple[str, ...]:
        """As written in a URL; what other machines can use first, addresses before names that need a name server."""
        outside = [address for address in self.addresses if not address.is_loopback]
        loopback = [address for address in self.addresses if address.is_loopback]
        return (*map(in_url, outside), *self.names, *map(in_url, loopback))

    def covers(self, other: "Reached") -> bool:
        return {*self.names} >= {*other.names} and {*self.addresses} >= {*other.addresses}


def in_url(address: Address) -> str:
    return f"[{address}]" if address.version == 6 else str(address)


def given(texts: Iterable[str]) -> Reached:
    """What an operator names, and this machine by its own word. Raises NameRefused."""
    names: list[str] = []
    addresses: list[Address] = []
    for text in texts:
        try:
            addresses.append(ip_address(text.strip().strip("[]")))
        except ValueError:
            if (name := host_name(text)) is None:
                raise NameRefused(f"{text!r} is neither a host name nor an IP address") from None
            names.append(name)
    return _with_itself(names, addresses)


def found() -> Reached:
    """The host name, alone and with `.local`, and every address of this machine that another one could use."""
    name = host_name(socket.gethostname())
    names = [] if name in (None, "localhost") else [str(name)]
    if names and "." not in names[0]:
        names.append(f"{names[0]}.local")
    usable = [a for a in _own_addresses() if not (a.is_loopback or a.is_link_local or a.is_unspecified)]
    return _with_itself(names, sorted(set(usable), key=lambda a: (a.version, a.packed)))


def host_name(text: str) -> str | None:
    """The name as a certificate writes it, or None when it is none. Labels of other scripts become `xn--…`."""
    try:
        name = text.strip().rstrip(".").encode("idna").decode().lower()
    except UnicodeError:
        return None
    labels = name.split(".")
    # What ends in a number is read as an address by browsers.
    well = len(name) <= 253 and all(_LABEL.fullmatch(label) for label in labels) and not labels[-1].isdigit()
    return name if well else None


def _with_itself(names: Iterable[str], addresses: Iterable[Address]) -> Reached:
    return Reached(
        tuple(dict.fromkeys((*names, "localhost"))),
        tuple(dict.fromkeys((*addresses, IPv4Address("127.0.0.1")))),
    )


def _own_addresses() -> list[Address]:
    """Linux tells all of them; elsewhere, what the host name resolves to and where the default route leaves."""
    four, six = Path("/proc/net/fib_trie"), Path("/proc/net/if_inet6")
    if four.exists():
        return [*_of_fib_trie(four.read_text()), *(_of_if_inet6(six.read_text()) if six.exists() else ())]
    addresses: list[Address] = []
    try:
        for *_, address in socket.getaddrinfo(socket.gethostname(), None):
            addresses.append(ip_address(str(address[0]).partition("%")[0]))
    except OSError:
        pass  # a host name that nobody resolves
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        try:
            line.connect(("192.0.2.1", 9))  # sends nothing: it only asks which address would be used
            addresses.append(ip_address(line.getsockname()[0]))
        except OSError:
            pass  # no route
    return addresses


def _of_fib_trie(text: str) -> list[Address]:
    """The address stands on the line before the one that calls it local."""
    lines = text.splitlines()
    return [ip_address(before.split()[-1]) for before, line in pairwise(lines) if line.strip() == "/32 host LOCAL"]


def _of_if_inet6(text: str) -> list[Address]:
    rows = [line.split() for line in text.splitlines()]
    return [IPv6Address(bytes.fromhex(row[0])) for row in rows if not int(row[4], 16) & _TEMPORARY]
