"""Who signed the visits of a household? A recheck is done by somebody who did not."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from server.keys import Keyring
from server.queries.open_statements import open_envelopes
from server.store import statements

VISITS = ("household_visit", "recheck")


@dataclass(frozen=True, slots=True)
class SignedVisit:
    """A visit at its place in the ledger, and the people with an account who wrote or signed it."""

    index: int
    people: frozenset[str]


def visit_signers(authority: str, cases: Collection[str], keyring: Keyring) -> dict[str, list[SignedVisit]]:
    """The applied visits and rechecks of these cases, in ledger order."""
    rows = statements.of_kinds(authority, cases, VISITS)
    envelopes = open_envelopes(authority, {row.id for _, row in rows}, keyring)
    found: dict[str, list[SignedVisit]] = {case: [] for case in cases}
    for case, row in rows:
        people = {row.author}
        if row.id in envelopes:  # one that was erased is still its author's
            payload = json.loads(envelopes[row.id].payload)
            people |= {s["person"] for s in payload.get("sign_offs", ()) if s.get("person") is not None}
        found[case].append(SignedVisit(row.index, frozenset(people)))
    return found


def signers_before(visits: Collection[SignedVisit], index: int | None = None) -> frozenset[str]:
    """Everybody who wrote or signed one of these visits before this place in the ledger (None: up to now)."""
    return frozenset(p for visit in visits if index is None or visit.index < index for p in visit.people)


def all_signers(authority: str, case_id: str, keyring: Keyring) -> frozenset[str]:
    """Everybody who wrote or signed a visit of this household so far."""
    signed: Mapping[str, list[SignedVisit]] = visit_signers(authority, [case_id], keyring)
    return signers_before(signed[case_id])
