"""What it takes to try the tablet app in a demo: fresh one-time codes for a pair, as the county officer issues them.

A code serves once and for 24 hours, so that each start of the demo prints new ones.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby

from server.commands.demo_accounts import AUTHORITY, Account, DemoCounty
from server.keys import grouped_code
from server.operations.issue_enrolment import issue_enrolment
from server.store import case_list, persons


def fresh_codes(county: DemoCounty) -> list[tuple[Account, str]]:
    """For the pair with the most to do, in the current application's database; empty when no pair is left."""
    pair = _busiest_pair(county)
    officer = persons.find(AUTHORITY, county.officer.person)
    if officer is None or not pair:
        return []
    return [
        (account, issue_enrolment(AUTHORITY, officer.id, (officer.scope,), account.person)[0]) for account in pair
    ]


def lines(url: str, codes: Sequence[tuple[Account, str]]) -> Iterator[str]:
    """What is printed, in both languages."""
    yield f"\n试用平板 / Try the tablet:  {url}/tablet/"
    yield "  在另一个浏览器窗口中打开，先为第一位登记，再到“设置”中为第二位登记；登记码 24 小时内有效，只能用一次。"
    yield "  Open it in another browser window, enrol the first, then the second under Settings."
    yield "  A code serves once, for 24 hours."
    for account, code in codes:
        yield f"  {account.login:<18} {grouped_code(code)}   {account.name}  {account.region}"


def _busiest_pair(county: DemoCounty) -> list[Account]:
    """Both still work here, and their villages have households of both kinds: not visited yet, and in dispute."""
    numbered = sorted((a for a in county.accounts if a.pair is not None), key=lambda a: a.pair or 0)
    pairs = [list(pair) for _, pair in groupby(numbered, key=lambda account: account.pair)]
    return max((pair for pair in pairs if _all_active(pair)), key=_work_left, default=[])


def _all_active(pair: Sequence[Account]) -> bool:
    people = [persons.find(AUTHORITY, account.person) for account in pair]
    return all(person is not None and person.active for person in people)


def _work_left(pair: Sequence[Account]) -> int:
    people = [persons.find(AUTHORITY, account.person) for account in pair]
    counts = case_list.counts(AUTHORITY, {person.scope for person in people if person is not None}, name="")
    return min(counts["disputed"], counts["not_visited"])
