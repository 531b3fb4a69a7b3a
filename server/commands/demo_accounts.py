"""Who can log in to a demo county: kept beside its database for the fleet, and printed for people."""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

ACCOUNTS = "demo-accounts.json"
AUTHORITY = "demo"


class NoDemoCounty(Exception):
    """There is no finished demo county in this folder; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who can log in. `region` is its name; `pair` numbers the investigators' teams."""

    login: str
    password: str
    name: str
    role: str
    region: str
    person: str
    pair: int | None


@dataclass(frozen=True, slots=True)
class DemoCounty:
    """What lies in demo-accounts.json. `finished` once the fleet has been through."""

    seed: int
    accounts: Sequence[Account]
    finished: bool = False

    @property
    def teams(self) -> list[tuple[str, str]]:
        pairs: dict[int, list[str]] = {}
        for account in self.accounts:
            if account.pair is not None:
                pairs.setdefault(account.pair, []).append(account.login)
        return [(first, second) for first, second in pairs.values()]

    def finish(self) -> "DemoCounty":
        return replace(self, finished=True)

    @property
    def officer(self) -> Account:
        return next(account for account in self.accounts if account.role == "county_officer")

    @property
    def second_officer(self) -> Account:
        """The county officer who confirms what the first one proposes."""
        return [account for account in self.accounts if account.role == "county_officer"][1]

    @property
    def persons(self) -> dict[str, str]:
        """login -> person id"""
        return {account.login: account.person for account in self.accounts}

    def save(self, folder: Path) -> None:
        """Readable by its owner only: it holds passwords."""
        fresh = folder / f".{ACCOUNTS}"
        fresh.unlink(missing_ok=True)
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(asdict(self), file, ensure_ascii=False, indent=1)
        fresh.rename(folder / ACCOUNTS)

    @classmethod
    def load(cls, folder: Path) -> "DemoCounty":
        """Raises NoDemoCounty."""
        try:
            data = json.loads((folder / ACCOUNTS).read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise NoDemoCounty(f"no {ACCOUNTS} in {folder}; set RUHU_DATA_DIR, or run `ruhu demo` first") from None
        return cls(data["seed"], [Account(**account) for account in data["accounts"]], data["finished"])
