"""What was planted is part of the account: what must wait waits, and what the office decided meanwhile counts."""

from server.simulator.account import Account, Entry, OfficeAct, Planted, Promise
from server.simulator.audit import Findings, Start, audit
from sync.dot import Dot
from sync.envelope import Envelope
from sync.register import Write

CASE, PATH = "c" * 32, "economy.housing_kind"
NOTHING = Start(0, {})


def entry(statement: str, verdict: str, *writes: Write) -> Entry:
    envelope = Envelope("application/json", b"{}", ())
    promise = Promise(b"receipt", int(statement.rpartition("-")[2]), verdict)
    return Entry(statement, statement[:32], 1, "household_visit", CASE, envelope, writes, (), promise)


def reckoned(account: Account) -> Findings:
    return audit(account, NOTHING, [], [])


def test_what_was_made_to_wait_and_waits_is_as_it_should_be():
    account = Account()
    account.seal(entry("a-1", "quarantined"))
    account.must_wait("a-1", "its writers work elsewhere")

    found = reckoned(account)

    assert (found.quarantined, found.faults) == (1, [])


def test_what_was_made_to_wait_and_was_applied_is_named():
    account = Account()
    account.seal(entry("a-1", "accepted"))
    account.must_wait("a-1", "its form was never published")

    assert reckoned(account).faults == ["a-1: was applied, and must wait: its form was never published"]


def test_what_waits_without_having_been_made_to_is_named():
    account = Account()
    account.seal(entry("a-1", "quarantined"))

    assert reckoned(account).faults == ["a-1: waits in quarantine without a reason that we know"]


def test_a_late_value_disputes_what_the_office_has_decided_and_no_longer_what_it_superseded():
    late = Write(Dot("b-2", 0), PATH, "rented", frozenset())
    decided = Write(Dot("o-3", 0), PATH, "self_built", frozenset({Dot("a-1", 0)}))
    account = Account()
    account.seal(entry("b-2", "accepted", late))
    account.decide(OfficeAct(writes={CASE: (decided,)}))
    account.plant(Planted(CASE, {"b-2": {PATH: "rented"}, "o-3": {PATH: "self_built"}}))

    found = reckoned(account)

    assert found.conflicts_planted == 1
    assert found.faults == [f"case {CASE}: {PATH} was disputed and shows no conflict"]  # for nobody shows it here
