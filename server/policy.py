"""Who may do what: one function, default deny. Every route names its action; a route without one answers 403.

Which *cases* somebody may touch is their scope: every query about a case takes it, so that a case out of scope and
one that does not exist look the same.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from sync.discrepancy import INTERVIEW_RULES
from sync.open_item import ItemKind

View = TypeVar("View", bound=Callable[..., object])


class Role(StrEnum):
    INVESTIGATOR = "investigator"
    TOWNSHIP_HEAD = "township_civil_affairs_head"
    COUNTY_OFFICER = "county_officer"
    PHOTO_REVIEWER = "photo_reviewer"
    INSPECTOR = "inspector"
    AUDITOR = "discipline_observer"


@dataclass(frozen=True, slots=True)
class Nobody:
    """Somebody who has not said who they are."""


@dataclass(frozen=True, slots=True)
class Tablet:
    """A replica in a session."""

    authority: str
    replica: str
    revoked: bool


@dataclass(frozen=True, slots=True)
class Scope:
    """What a tablet may see: the region paths of the people on it; `version` changes whenever that changes."""

    paths: tuple[str, ...]
    version: str
    persons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Officer:
    """A person in an office session. `session` is the hash of the session's token."""

    authority: str
    person: str
    name: str
    role: Role
    scope: tuple[str, ...]
    session: str


Principal = Nobody | Tablet | Officer

ANYONE = frozenset(
    {
        "see_health",
        "see_static",
        "log_in",
        "choose_language",
        "read_api_documentation",
        "enrol",
        "open_session",
        "see_tablet_app",
    }
)
TABLETS = frozenset(
    {"push_statements", "announce_head", "upload_evidence", "pull_changes", "read_forms", "renew_lease", "see_photos"}
)
# A revoked tablet may still hand in what was done before: authentic work is never refused.
REVOKED_TABLETS = frozenset({"push_statements", "announce_head", "upload_evidence"})

_READERS = frozenset(Role) - {Role.INVESTIGATOR}
_COUNTY = frozenset({Role.COUNTY_OFFICER})
_EVIDENCE = frozenset({Role.COUNTY_OFFICER, Role.TOWNSHIP_HEAD, Role.PHOTO_REVIEWER, Role.INSPECTOR, Role.AUDITOR})

OFFICERS: dict[str, frozenset[Role]] = {
    "log_out": frozenset(Role),
    "see_own_page": frozenset(Role),
    "list_cases": _READERS,
    "read_case": _READERS,
    "see_evidence": _EVIDENCE,
    "open_interview": _COUNTY,
    "reveal_sensitive": frozenset({Role.COUNTY_OFFICER, Role.TOWNSHIP_HEAD}),
    "see_quarantine": frozenset({Role.COUNTY_OFFICER, Role.INSPECTOR, Role.AUDITOR}),
    "see_replicas": frozenset({Role.COUNTY_OFFICER, Role.TOWNSHIP_HEAD, Role.INSPECTOR, Role.AUDITOR}),
    "issue_enrolment": _COUNTY,
    "revoke_replica": _COUNTY,
    "import_roster": _COUNTY,
    "import_lifeboat": _COUNTY,
    "publish_form": _COUNTY,
    "see_reconciliation": frozenset({Role.COUNTY_OFFICER, Role.TOWNSHIP_HEAD, Role.INSPECTOR, Role.AUDITOR}),
    "claim_items": frozenset({Role.COUNTY_OFFICER, Role.TOWNSHIP_HEAD}),
    "decide": frozenset({Role.COUNTY_OFFICER, Role.TOWNSHIP_HEAD}),
    "decide_quarantine": _COUNTY,
    "register_relatives": _COUNTY,
    "import_data_check": _COUNTY,
    "read_audit": frozenset({Role.AUDITOR, Role.INSPECTOR}),
    "see_gallery": frozenset(Role),
}

# Neighbours' opinions leave the interview only towards these roles: a village that hears "one of two neighbours
# doubts it" knows who spoke.
INTERVIEW_READERS = frozenset({Role.COUNTY_OFFICER})


def allow(principal: Principal, action: str) -> bool:
    """Whether this principal may do this at all; about which case is a question of scope."""
    match principal:
        case _ if action in ANYONE:
            return True
        case Tablet(revoked=True):
            return action in REVOKED_TABLETS
        case Tablet():
            return action in TABLETS
        case Officer(role=role):
            return role in OFFICERS.get(action, frozenset())
    return False


def reads_interviews(principal: Principal) -> bool:
    """Whether interview answers may be shown at all (the words and the name still need opening, with a reason)."""
    return isinstance(principal, Officer) and principal.role in INTERVIEW_READERS


def hidden_items(role: Role) -> tuple[frozenset[ItemKind], frozenset[str]]:
    """(kinds, rules) of open items that this role must not even learn to exist."""
    kinds = frozenset() if role in OFFICERS["see_quarantine"] else frozenset({ItemKind.QUARANTINE})
    rules = frozenset() if role in INTERVIEW_READERS else INTERVIEW_RULES
    return kinds, rules


ACTIONS = ANYONE | TABLETS | frozenset(OFFICERS)


def requires(action: str) -> Callable[[View], View]:
    """Names the action that a route performs; `server.app` asks `allow` before each request."""
    assert action in ACTIONS, action

    def name(view: View) -> View:
        view.__policy__ = action  # type: ignore[attr-defined]  # read by server.app and the house-rule test
        return view

    return name
