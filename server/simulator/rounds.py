"""A day's rounds of one tablet: home visits, visits apart, households that are new, and talks with neighbours."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from schemas.forms.values import Value
from server import keys
from server.simulator.account import Account, Entry, Planted
from server.simulator.answers import Answers, interview_answers, visit_answers
from server.simulator.camera import Camera
from server.simulator.disagreements import Edit, disagreements, only_what_is_on_file
from server.simulator.household import Household
from server.simulator.people import Registry
from server.simulator.tablet import INTERVIEW, VISIT, Signer, Tablet, Taken
from sync.dot import Dot
from sync.statement import Outcome, SignOff

DOUBTS = ("doubtful", "not_fit")


@dataclass(slots=True)
class Apart:
    """One household that several tablets will visit on one day without knowing of each other.

    What they disagree about is drawn, but for `edits`, which are given. With `in_pairs` both investigators sign.
    """

    case: str
    household: Household
    seed: str
    parties: int
    about_income: bool = False
    edits: Sequence[Edit] = ()
    in_pairs: bool = False
    said: dict[str, dict[str, object]] = field(default_factory=dict)  # statement id -> the disputed values

    def planted(self) -> Planted:
        return Planted(self.case, dict(self.said))


def visit(
    tablet: Tablet,
    camera: Camera,
    case: str,
    household: Household,
    *,
    seed: str,
    at: datetime,
    village: str | None = None,
    kind: str = VISIT,
    signers: Sequence[Signer] | None = None,
    told: Callable[[Answers], object] = lambda _: None,
) -> Entry | None:
    """Both investigators visit. None when this tablet does not know of an earlier visit yet: then it must not go.

    `told` changes what the household says; `signers` are those who sign, if not both.
    """
    if not tablet.current or not _knows_all_visits(tablet, case):
        return None
    rng = Random(seed)
    held = tablet.holding.cases.get(case)
    where = village or (held.village if held else tablet.villages[0])
    photos = _photos(tablet, camera, household, rng, at, count=rng.choice((2, 3, 3, 4)))
    on_file = tablet.holding.on_file(case) or {"place.village": where}
    answers = visit_answers(
        household, rng, on_file=on_file, at=at, photos={q: f"{t.digest}.jpg" for q, t in photos.items()}
    )
    told(answers)
    _tell_the_tablets_time(tablet, answers, at)
    ink = camera.ink(household.householder.name, rng, "householder")
    return tablet.seal(
        kind,
        case,
        where,
        answers,
        at=at,
        taken=(*photos.values(), ink),
        signers=tablet.signers[:2] if signers is None else signers,
        others=(SignOff("householder", Outcome.SIGNED, ink=ink.digest),),
    )


@dataclass(frozen=True, slots=True)
class Begun:
    """A form that is open on a tablet: what stood on it when it was opened, whatever the tablet has pulled since."""

    on_file: dict[str, Value]
    seen: dict[str, frozenset[Dot]]

    @classmethod
    def on(cls, tablet: Tablet, case: str) -> "Begun":
        return cls(tablet.holding.on_file(case), tablet.holding.on_screen(case))


def visit_apart(
    tablet: Tablet, camera: Camera, apart: Apart, party: int, *, at: datetime, begun: Begun | None = None
) -> Entry | None:
    """One investigator visits alone (or a pair does), and some things are written down otherwise than by the others
    who do the same."""
    if not tablet.current or apart.case not in tablet.holding.cases:
        return None
    rng = Random(apart.seed)  # the same for all parties: they see the same papers
    begun = begun or Begun.on(tablet, apart.case)
    on_file = begun.on_file
    own = Random(f"{apart.seed} {party}")
    photos = _photos(tablet, camera, apart.household, own, at, count=own.choice((2, 3)))
    answers = visit_answers(
        apart.household, rng, on_file=on_file, at=at, photos={q: f"{t.digest}.jpg" for q, t in photos.items()}
    )
    only_what_is_on_file(answers, on_file)
    _tell_the_tablets_time(tablet, answers, at)
    edits = apart.edits or disagreements(rng, about_income=apart.about_income)
    disputed = {path for edit in edits if (path := edit(answers, party)) is not None}
    ink = camera.ink(apart.household.householder.name, own, "householder")
    entry = tablet.seal(
        VISIT,
        apart.case,
        tablet.holding.cases[apart.case].village,
        answers,
        at=at,
        taken=(*photos.values(), ink),
        signers=tablet.signers[:2] if apart.in_pairs else (tablet.signers[party % len(tablet.signers)],),
        others=(SignOff("householder", Outcome.SIGNED, ink=ink.digest),),
        seen=begun.seen,
    )
    apart.said[entry.statement] = {write.path: write.value for write in entry.writes if write.path in disputed}
    return entry


def visit_newcomer(tablet: Tablet, camera: Camera, household: Household, *, seed: str, at: datetime) -> Entry | None:
    """A household that is on no roster: its case is opened on the tablet, without a network."""
    village = Random(seed).choice(tablet.villages)
    return visit(tablet, camera, keys.new_id(), household, seed=seed, at=at, village=village)


def interview(
    tablet: Tablet,
    camera: Camera,
    case: str,
    household: Household,
    *,
    seed: str,
    at: datetime,
    doubtful: bool = False,
) -> Entry | None:
    """A talk with a neighbour; with `doubtful` one who does not believe it."""
    if not tablet.current or case not in tablet.holding.cases:
        return None
    rng, registry = Random(seed), Registry(Random(f"neighbour {seed}"))
    name = registry.full_name(registry.surname(), rng.choice("12"), household.householder.birth_date)
    phone = registry.phone()
    answers = interview_answers(household, rng, informant=name, phone=phone, at=at)
    while doubtful and answers["conclusion"]["opinion"] not in DOUBTS:
        answers = interview_answers(household, rng, informant=name, phone=phone, at=at)
    answers["visit"]["visit_at"] = tablet.clock(at).isoformat(timespec="seconds")
    taken: tuple[Taken, ...] = ()
    outcome = Outcome(answers["signing"]["informant_signing"])
    if outcome is Outcome.THUMBPRINT:
        taken = (camera.ink(name, rng, "informant"),)
        answers["signing"]["informant_ink"] = f"{taken[0].digest}.json"
    reason = "不愿签字" if outcome is Outcome.DECLINED else None
    neighbour = SignOff("informant", outcome, ink=taken[0].digest if taken else None, reason=reason)
    return tablet.seal(
        INTERVIEW,
        case,
        tablet.holding.cases[case].village,
        answers,
        at=at,
        taken=taken,
        signers=tablet.signers[:2],
        others=(neighbour,),
    )


def _photos(
    tablet: Tablet, camera: Camera, household: Household, rng: Random, at: datetime, *, count: int
) -> dict[str, Taken]:
    form = tablet.around.forms[VISIT]
    return camera.photos(form, household, rng, at=at, clock=tablet.clock(at), count=count)


def _tell_the_tablets_time(tablet: Tablet, answers: dict[str, dict[str, object]], at: datetime) -> None:
    """Ages are reckoned by the true day, or a wrong clock would plant disputes; what the clock says is written."""
    begin = datetime.fromisoformat(str(answers["visit"]["visit_at"]))
    end = datetime.fromisoformat(str(answers["visit"]["visit_end"]))
    answers["visit"]["visit_at"] = tablet.clock(begin).isoformat(timespec="seconds")
    answers["visit"]["visit_end"] = tablet.clock(end).isoformat(timespec="seconds")


def _knows_all_visits(tablet: Tablet, case: str) -> bool:
    """Whether every visit that any tablet of the fleet made here is on this one's screen (or lost for good)."""
    account: Account = tablet.around.account
    others: Sequence[Entry] = [
        entry
        for entry in account.of_case(case)
        if entry.kind == VISIT
        and entry.replica != tablet.replica
        and not (entry.promise is not None and entry.promise.verdict != "accepted")
    ]
    return all(tablet.holding.shows_visit(case, entry.statement) for entry in others)
