"""A search for a person's name travels in an address that only this officer's session can read.

Addresses end up in histories and logs; names must not.
"""

import base64
import binascii

from server import keys
from server.keys import Keyring, WrongKey
from server.policy import Officer


def seal_search(keyring: Keyring, who: Officer, name: str) -> str:
    sealed = keys.seal(keyring.cookies, name.encode(), _bound(who))
    return base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def open_search(keyring: Keyring, who: Officer, text: str) -> str:
    """The name, or nothing for an empty text. Raises WrongKey for anything that this session did not seal."""
    if not text:
        return ""
    try:
        sealed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        raise WrongKey("not a sealed search") from None
    return keys.unseal(keyring.cookies, sealed, _bound(who)).decode()


def _bound(who: Officer) -> bytes:
    return f"search:{who.session}".encode()
