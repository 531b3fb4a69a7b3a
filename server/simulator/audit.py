"""The reckoning at the end: everything acknowledged is held, nothing is there twice, everybody holds the same."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from server.simulator.account import Account, Entry, live_dots
from server.simulator.contact import MOST_PER_PUSH, offer_again
from server.simulator.holding import HeldCase
from server.simulator.tablet import Tablet
from server.simulator.wire import LinkCut
from sync.dot import Dot

_TRIES = 10


@dataclass(frozen=True, slots=True)
class Start:
    """What was there before the fleet's first statement."""

    size: int
    cases: Mapping[str, HeldCase]

    @property
    def conflicts(self) -> set[tuple[str, str]]:
        return {(case.id, path) for case in self.cases.values() for path in case.conflicts}


@dataclass(slots=True)
class Findings:
    """`faults` names each statement or case that is not as it was promised; none of them means that all is well."""

    acknowledged: int = 0
    held: int = 0
    duplicated: int = 0
    diverged: int = 0
    conflicts_planted: int = 0
    conflicts_found: int = 0
    quarantined: int = 0
    forgotten: int = 0  # lost with a tablet before anybody had acknowledged it
    owed: int = 0  # evidence that should be there and is not
    owed_for_good: int = 0  # evidence that was lost with its tablet: it is owed, and shown as owed
    faults: list[str] = field(default_factory=list)

    @property
    def lost(self) -> int:
        return self.acknowledged - self.held


def audit(account: Account, start: Start, tablets: Sequence[Tablet], retired: Sequence[Tablet]) -> Findings:
    """Compares the account with the server. `tablets` have just pulled to the end; `retired` are past contact."""
    found = Findings(faults=list(account.complaints))
    acknowledged = account.acknowledged
    found.acknowledged = len(acknowledged)
    size = max((tablet.holding.size for tablet in tablets), default=start.size)
    for tablet in (*tablets, *retired):
        _offer_again(account, tablet, found)
    _judge_verdicts(account, {t.replica for t in (*tablets, *retired) if t.revoked}, found)
    _count_ledger(account, acknowledged, size - start.size, found)
    _compare_cases(account, start, tablets, found)
    _compare_conflicts(account, start, tablets, found)
    found.forgotten = sum(entry.forgotten and not entry.arrived for entry in account.entries.values())
    return found


def _offer_again(account: Account, tablet: Tablet, found: Findings) -> None:
    """Pushes all that this tablet was ever promised: it must be known, under the same receipt, with its evidence."""
    own = [entry for entry in account.entries.values() if entry.replica == tablet.replica]
    promised = [entry for entry in own if entry.promise is not None]
    missing: list[list[int]] = []
    for at in range(0, max(len(promised), 1), MOST_PER_PUSH):
        batch = promised[at : at + MOST_PER_PUSH]
        before = len(account.complaints)
        answer = _answer(tablet, batch)
        broken = account.complaints[before:]
        found.faults += broken
        if answer is None:
            found.faults += [f"{entry.statement}: no answer when it was offered again" for entry in batch]
            continue
        missing = answer["missing"]
        for entry, verdict in zip(batch, answer["verdicts"], strict=True):
            if verdict["status"] == "replayed" and not any(words.startswith(entry.statement) for words in broken):
                found.held += 1
            elif verdict["status"] != "replayed":
                found.faults.append(
                    f"{entry.statement}: acknowledged and lost; offered again it was {verdict['status']}"
                )
            _judge_evidence(account, tablet, entry, verdict.get("owed", ()), found)
    for entry in own:
        if entry.promise is None:
            entry.arrived = not any(first <= entry.seq <= last for first, last in missing)


def _answer(tablet: Tablet, batch: Sequence[Entry]) -> Mapping[str, Any] | None:
    for _ in range(_TRIES):
        try:
            return offer_again(tablet, batch)
        except LinkCut:
            continue
    return None


def _judge_evidence(account: Account, tablet: Tablet, entry: Entry, owed: Iterable[str], found: Findings) -> None:
    for digest in owed:
        if (tablet.replica, digest) in account.given_up:
            found.owed_for_good += 1
        else:
            found.owed += 1
            found.faults.append(f"{entry.statement}: its evidence {digest[:12]} is owed")


def _judge_verdicts(account: Account, revoked: Collection[str], found: Findings) -> None:
    """What a revoked tablet hands in waits in quarantine, and what was made to wait there; nothing else does."""
    for entry in account.acknowledged:
        if entry.promise is not None and entry.promise.verdict != "accepted":
            found.quarantined += 1
            if entry.replica not in revoked and entry.statement not in account.waiting:
                found.faults.append(f"{entry.statement}: waits in quarantine without a reason that we know")
        elif why := account.waiting.get(entry.statement):
            found.faults.append(f"{entry.statement}: was applied, and must wait: {why}")


def _count_ledger(account: Account, acknowledged: Iterable[Entry], grown: int, found: Findings) -> None:
    """Each statement has one place in the ledger, which grew by ours alone: nobody else may write meanwhile but the
    office, as often as the account says."""
    places: dict[int, str] = {}
    for entry in acknowledged:
        assert entry.promise is not None
        if (other := places.setdefault(entry.promise.index, entry.statement)) != entry.statement:
            found.duplicated += 1
            found.faults.append(f"{entry.statement}: stands in one place with {other}")
    there = len(places) + sum(entry.arrived for entry in account.entries.values())
    there += sum(act.statements for act in account.office)
    if grown > there:
        found.duplicated += grown - there
        found.faults.append(f"the ledger grew by {grown} leaves for {there} statements")


def _compare_cases(account: Account, start: Start, tablets: Sequence[Tablet], found: Findings) -> None:
    """By the law of the merge alone, each case must hold these dots and no others, on every tablet."""
    touched: dict[str, list[Entry]] = {}
    for entry in account.entries.values():
        if entry.applied:
            touched.setdefault(entry.case, []).append(entry)
    for case, entries in touched.items():
        before = start.cases[case].registers if case in start.cases else {}
        writes = [w for e in entries for w in e.writes if not w.path.startswith("interviews.")]
        writes += [w for act in account.office for w in act.writes.get(case, ())]
        expected = live_dots({path: register.live for path, register in before.items()}, writes)
        for held in {id(h): h for t in tablets if (h := t.holding.cases.get(case))}.values():
            _compare(held, expected, found)


def _compare(held: HeldCase, expected: Mapping[str, set[Dot]], found: Findings) -> None:
    shown = {path: set(register.live) for path, register in held.registers.items()}
    if shown == expected:
        return
    found.diverged += 1
    dots = {dot for path in shown.keys() | expected.keys() for dot in _differing(shown, expected, path)}
    names = ", ".join(sorted({dot.statement for dot in dots}))
    found.faults.append(f"case {held.id} does not hold what its statements say: {names}")


def _differing(one: Mapping[str, set[Dot]], other: Mapping[str, set[Dot]], path: str) -> set[Dot]:
    return one.get(path, set()) ^ other.get(path, set())


def _compare_conflicts(account: Account, start: Start, tablets: Sequence[Tablet], found: Findings) -> None:
    applied = [entry.statement for entry in account.entries.values() if entry.applied]
    applied += [w.dot.statement for act in account.office for writes in act.writes.values() for w in writes]
    planted = {place for one in account.planted for place in one.expected(applied)}
    there = {
        (case.id, path) for tablet in tablets for case in tablet.holding.cases.values() for path in case.conflicts
    } - start.conflicts
    found.conflicts_planted, found.conflicts_found = len(planted), len(there)
    found.faults += [
        f"case {case}: {path} was disputed and shows no conflict" for case, path in sorted(planted - there)
    ]
    found.faults += [
        f"case {case}: {path} shows a conflict that nobody planted" for case, path in sorted(there - planted)
    ]
