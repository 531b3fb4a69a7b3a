"""A fleet of tablets does days of fieldwork against a running server, and gives an account of it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from random import Random
from time import monotonic
from typing import TypeVar

from schemas.forms.compiled import compile_xlsform, shipped_forms
from server.simulator.account import Account
from server.simulator.audit import Findings, Start, audit
from server.simulator.camera import Camera
from server.simulator.contact import NotEnrolled, enrol, form_is_published, sync
from server.simulator.county import County
from server.simulator.faults import NONE, Faults
from server.simulator.household import Household
from server.simulator.office import Office
from server.simulator.plan import Day, Plan, Work, make_plan
from server.simulator.plant_conflicts import plant_conflicts
from server.simulator.plant_discrepancies import plant_discrepancies
from server.simulator.plant_duplicates import plant_duplicates
from server.simulator.plant_gaps import plant_gaps
from server.simulator.plant_quarantine import plant_quarantine
from server.simulator.rounds import interview, visit, visit_apart, visit_newcomer
from server.simulator.tablet import VISIT, Surroundings, Tablet
from server.simulator.troubles import Ground
from server.simulator.wire import Traffic

FIRST_DAY = datetime(2026, 11, 2, 8, 30, tzinfo=timezone(timedelta(hours=8)))
CERTIFICATE = "household.dibao_certificate_no"
_THREADS = 4
_TRIES = 25  # of the first contact, in the office
_LAST_ROUNDS = 5  # once the faults are over, everything must be through after so many contacts
_MINUTES = 37  # from one household to the next

Item = TypeVar("Item")


class NothingToDo(Exception):
    """The server has no household that this fleet knows; the message says what to do."""


@dataclass(slots=True)
class Fleet:
    """`teams`: the logins of each pair. `county` is the one whose roster the server holds."""

    url: str
    county: County
    teams: Sequence[tuple[str, str]]
    office: Office
    work: Work
    faults: Faults
    camera: Camera
    step: Callable[[int], object] = lambda _: None
    account: Account = field(default_factory=Account)
    traffic: Traffic = field(default_factory=Traffic)
    tablets: list[Tablet] = field(default_factory=list)
    retired: list[Tablet] = field(default_factory=list)
    start: Start = field(default_factory=lambda: Start(0, {}))
    plan: Plan = field(default_factory=lambda: Plan(()))
    households: dict[str, Household] = field(default_factory=dict)  # by case id
    doubtful: list[str] = field(default_factory=list)  # interviews whose neighbour doubts
    planted: dict[str, list[str]] = field(default_factory=dict)  # case ids by the names of `Troubles`
    began: float = field(default_factory=monotonic)

    @property
    def steps(self) -> int:
        """How often `step` is called with 1 in a whole run."""
        return self.work.tablets * (2 + 2 * self.work.days)

    def run(self) -> Findings:
        self.open()
        for day in range(self.work.days):
            self.do_day(day)
        self.come_home()
        if self.work.troubles:
            self.plant()
        return self.reckon()

    def open(self) -> None:
        """Enrols the tablets, lets them pull for the first time, and draws the plan."""
        around = self._around(self.faults)
        self.tablets = [self._new_tablet(number, 0, around) for number in range(self.work.tablets)]
        self._each(self.tablets, lambda tablet: self.step(self._take_up(tablet)))
        cases = {id_: case for tablet in self.tablets for id_, case in tablet.holding.cases.items()}
        self.start = Start(max(tablet.holding.size for tablet in self.tablets), cases)
        self.households = self._recognise()
        disputed = {case for case, _ in self.start.conflicts}
        scopes = [sorted((t.holding.cases.keys() & self.households.keys()) - disputed) for t in self.tablets]
        if not any(scopes):
            raise NothingToDo("no case on this server is one of the demo county's; run `ruhu demo` first")
        teams = [self._team(number) for number in range(self.work.tablets)]
        self.plan = make_plan(self.work, self.faults, scopes, teams, self.households)

    def do_day(self, day: int) -> None:
        """Out in the morning, without a network; in the evening those hand in who have one."""
        plans = self.plan.days[day]
        self._each([n for n, one in enumerate(plans) if one.reinstalled], lambda number: self._reinstall(number, day))
        self._each(list(range(len(plans))), lambda number: self._go_out(number, plans[number], day))
        for apart in {id(a): a for one in plans for a, _ in one.apart}.values():
            self.account.plant(apart.planted())
        if day + 1 == self.work.days:
            self._withhold(plans)
        for number, one in enumerate(plans):
            if one.revoked:
                self.office.revoke(self.tablets[number].replica)
        self._each(list(range(len(plans))), lambda number: self._come_in(number, plans[number], day))

    def come_home(self) -> None:
        """The faults are over: everybody hands in all that is left, and pulls once all others have."""
        around = self._around(NONE)
        for tablet in (*self.tablets, *self.retired):
            tablet.around = around
        busy = [*self.tablets, *self.retired]
        for _ in range(_LAST_ROUNDS):
            self._each(busy, lambda tablet: sync(tablet, tries=3))
            busy = [tablet for tablet in busy if not self._at_rest(tablet)]
        for tablet in busy:
            for statement in tablet.outbox:
                self.account.complain(f"{statement}: still in the outbox of {tablet.name} after all contacts")
        self._each(self.tablets, self._pull_last)

    def plant(self) -> None:
        """One more day, of which the account knows everything, for what the office is to decide."""
        self.tablets = [tablet for tablet in self._with_stand_ins() if not tablet.revoked]
        ground = Ground(
            tablets=self.tablets,
            lost=self.retired,
            another=self._another,
            camera=self.camera,
            households=self.households,
            office=self.office,
            account=self.account,
            county=self.county,
            seed=self.work.seed,
            at=FIRST_DAY + timedelta(days=self.work.days),
        )
        for plant in (plant_conflicts, plant_discrepancies, plant_duplicates, plant_quarantine, plant_gaps):
            plant(ground, self.work.troubles)
        account = self.account
        self.planted = {
            **ground.planted,
            "income": [one.case for one in account.planted if len(one.statements) == 3],
            "owed": [
                e.case for e in account.entries.values() for d in e.digests if (e.replica, d) in account.given_up
            ],
        }
        self._each(self.tablets, lambda tablet: ground.hand_in(tablet))

    def reckon(self) -> Findings:
        live = [tablet for tablet in self.tablets if not tablet.revoked]
        gone = [tablet for tablet in self.tablets if tablet.revoked]
        return audit(self.account, self.start, live, [*self.retired, *gone])

    # -- a tablet's days -------------------------------------------------------------------------------------------

    def _around(self, faults: Faults) -> Surroundings:
        forms = {form.form_id: form for form in map(compile_xlsform, shipped_forms())}
        return Surroundings(self.url, self.account, self.traffic, faults, forms)

    def _team(self, number: int) -> int:
        return number % len(self.teams)

    def _new_tablet(self, number: int, installation: int, around: Surroundings) -> Tablet:
        rng = Random(f"tablet {self.work.seed} {number} {installation}")
        boxes_up = number % 2 == 1  # every second one, so that both ways of handing in meet every fault
        return Tablet(f"tablet {number + 1}", around, rng, around.faults.clock_error(rng), boxes_up)

    def _take_up(self, tablet: Tablet) -> int:
        """Enrols both of the pair, sometimes with a pull in between, after which what it may see changes.

        How many steps of the run this is.
        """
        first, second = self.teams[self._team(int(tablet.name.rpartition(" ")[2]) - 1)]
        enrol(tablet, first, self.office.issue_code)
        if tablet.rng.random() < 0.3:
            sync(tablet, _TRIES)
        enrol(tablet, second, self.office.issue_code)
        for _ in range(_LAST_ROUNDS):
            if sync(tablet, _TRIES) and tablet.current:
                break
        else:
            raise NotEnrolled(f"{tablet.name} never got to the end of its first pull")
        for form in tablet.around.forms.values():
            form_is_published(tablet, form)
        return 1

    def _reinstall(self, number: int, day: int) -> None:
        """The tablet is wiped and set up again; what it had not handed in is lost, and the account knows what."""
        old = self.tablets[number]
        if old.revoked:
            return
        old.lose_store()
        self._replace(number, day)

    def _replace(self, number: int, day: int) -> None:
        self.retired.append(self.tablets[number])
        self.tablets[number] = self._new_tablet(number, day + 1, self._around(self.faults))
        self._take_up(self.tablets[number])

    def _with_stand_ins(self) -> list[Tablet]:
        """All tablets that are left, with those that make up for the revoked ones; the revoked ones are retired."""
        self.retired += [tablet for tablet in self.tablets if tablet.revoked]
        return [self._another(tablet) if tablet.revoked else tablet for tablet in self.tablets]

    def _another(self, tablet: Tablet) -> Tablet:
        """A new tablet for the same pair, over a link that works."""
        number = int(tablet.name.rpartition(" ")[2]) - 1 + len(self.teams) * (100 + len(self.retired))
        fresh = self._new_tablet(number, 0, self._around(NONE))
        self._take_up(fresh)
        return fresh

    def _go_out(self, number: int, one: Day, day: int) -> None:
        tablet, seed = self.tablets[number], f"{self.work.seed} {number} {day}"
        at = FIRST_DAY + timedelta(days=day)
        rng = Random(f"newcomers {seed}")

        def next_stop() -> datetime:
            nonlocal at
            at += timedelta(minutes=_MINUTES)
            return at

        for apart, party in one.apart:
            visit_apart(tablet, self.camera, apart, party, at=next_stop())
        for case in (*one.visits, *one.again):
            household = self.households[case]
            visit(tablet, self.camera, case, household, seed=f"visit {seed} {case}", at=next_stop())
        for newcomer in range(one.newcomers):
            visit_newcomer(tablet, self.camera, self._stranger(rng), seed=f"{seed} {newcomer}", at=next_stop())
        for case, doubts in one.interviews:
            household = self.households[case]
            entry = interview(
                tablet, self.camera, case, household, seed=f"talk {seed}", at=next_stop(), doubtful=doubts
            )
            if entry is not None and doubts:
                self.doubtful.append(entry.statement)
        self.step(1)

    def _come_in(self, number: int, one: Day, day: int) -> None:
        tablet = self.tablets[number]
        if not one.offline or one.revoked:
            sync(tablet, one.patience)
        if tablet.revoked and day + 1 < self.work.days:
            self._replace(number, day)
        self.step(1)

    def _withhold(self, plans: Sequence[Day]) -> None:
        """A few photos can no longer be read on their tablets: they stay owed, and everybody can see it."""
        able = [t for t, one in zip(self.tablets, plans, strict=True) if not one.revoked and t.outbox]
        for tablet in able[: self.work.withheld]:
            newest = list(tablet.outbox.values())[-1]
            visits = [entry for entry in tablet.outbox.values() if entry.kind == VISIT]
            digest = (visits[-1] if visits else newest).digests[0]
            tablet.withheld.add(digest)
            self.account.give_up(tablet.replica, digest)

    def _at_rest(self, tablet: Tablet) -> bool:
        return all(
            entry.promise is not None and set(entry.digests) <= tablet.sent | tablet.withheld
            for entry in tablet.outbox.values()
        )

    def _pull_last(self, tablet: Tablet) -> None:
        if not tablet.revoked and not sync(tablet, tries=3):
            self.account.complain(f"{tablet.name}: its last pull did not come to an end")
        self.step(1)

    # -- households ------------------------------------------------------------------------------------------------

    def _recognise(self) -> dict[str, Household]:
        """Which household of the county each case on file is, by the number of its certificate."""
        by_number = {household.certificate_no: household for household in self.county.households}
        found: dict[str, Household] = {}
        for case in self.start.cases.values():
            register = case.registers.get(CERTIFICATE)
            number = register.siblings[0].value if register and register.live else None
            if isinstance(number, str) and number in by_number:
                found[case.id] = by_number[number]
        return found

    def _stranger(self, rng: Random) -> Household:
        """A household that is on no roster."""
        other = rng.choice(self.county.households)
        return replace(other, certificate_no="", number="")

    def _each(self, items: Iterable[Item], do: Callable[[Item], object]) -> None:
        """All of them at once, a few at a time; the first error ends the run."""
        with ThreadPoolExecutor(_THREADS) as pool:
            for done in [pool.submit(do, item) for item in items]:
                done.result()


def figures(fleet: Fleet, found: Findings) -> Mapping[str, int | float]:
    """What a run comes to, by the names of the command line's JSON."""
    return {
        "acknowledged": found.acknowledged,
        "held": found.held,
        "lost": found.lost,
        "duplicated": found.duplicated,
        "diverged": found.diverged,
        "conflicts_planted": found.conflicts_planted,
        "conflicts_found": found.conflicts_found,
        "quarantined": found.quarantined,
        "owed": found.owed,
        "owed_for_good": found.owed_for_good,
        "forgotten": found.forgotten,
        "evidence": len(fleet.account.evidence),
        "requests": fleet.traffic.requests,
        "requests_cut": fleet.traffic.cut,
        "bytes_sent": fleet.traffic.sent,
        "bytes_payload": fleet.account.payload_bytes,
        "seconds": round(monotonic() - fleet.began, 1),
    }
