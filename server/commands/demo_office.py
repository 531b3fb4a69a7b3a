"""What the demo's office finds in the morning: a campaign that runs, what is overdue, a relative on record."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from flask import current_app

from server import clock
from server.commands.demo_accounts import AUTHORITY, Account, DemoCounty
from server.keys import Keyring
from server.operations.add_campaign import add_campaign
from server.operations.register_relative import register_relative
from server.operations.sweep_gaps import sweep_gaps
from server.store import open_queue
from server.store.campaigns import Campaign
from server.store.open_queue import Wanted
from server.store.regions import top

_DAYS = 30  # that the campaign has run already, and that it still goes on
_MOST = 1_000
# What is planted -> the rule by which it comes to the reconciliation screen.
RULES = {
    "income": "values_differ",
    "phones": "values_differ",
    "addresses": "values_differ",
    "late": "values_differ",
    "rechecks": "recheck_changed",
    "birth_dates": "self_contradiction",
    "checked": "data_check",
    "opened_twice": "same_household",
    "same_book": "same_book",
    "shared_member": "shared_member",
    "out_of_scope": "out_of_scope",
    "unpublished": "unknown_form_version",
    "copied": "equivocation",
    "lost": "missing_statements",
    "owed": "owed_evidence",
    "alone": "sign_off_missing",
}


def run_campaign(authority: str, officer: Account) -> None:
    """A campaign that covers today."""
    today = clock.now().date()
    starts, ends = today - timedelta(days=_DAYS), today + timedelta(days=_DAYS)
    campaign = Campaign("annual", "年度复核", "Annual review", starts.isoformat(), ends.isoformat())
    add_campaign(authority, campaign, officer.person)


def come_in(county: DemoCounty, planted: Mapping[str, Sequence[str]], relative: str) -> dict[str, str]:
    """One open item for each thing that was planted in these cases, by the names of `RULES`.

    `relative` is the ID number of somebody to whom the second officer is related.
    """
    keyring: Keyring = current_app.extensions["ruhu_keyring"]
    whole = (top(AUTHORITY),)
    register_relative(
        AUTHORITY, county.officer.person, whole, county.second_officer.person, relative, "in_law", keyring
    )
    sweep_gaps(AUTHORITY)
    return _items(AUTHORITY, planted)


def _items(authority: str, planted: Mapping[str, Sequence[str]]) -> dict[str, str]:
    items = open_queue.page(Wanted(authority=authority, paths=(top(authority),)), None, _MOST)
    found: dict[str, str] = {}
    for name, rule in RULES.items():
        cases = set(planted.get(name, ()))
        # What came from nobody's household in particular is about no case: then its rule says enough.
        fitting = [i for i in items if i.rule == rule and (i.case_id is None or {i.case_id, i.other_case} & cases)]
        if fitting and cases:
            found[name] = fitting[0].id
    return found
