"""What two investigators who visit one household apart write down differently; everything else they agree about."""

from collections.abc import Callable
from random import Random

from schemas.forms.values import Value
from server.simulator.answers import Answers

# Changes one answer to this party's value and says which field of the case that is; None: it is not asked here.
Edit = Callable[[Answers, int], str | None]


def only_what_is_on_file(answers: Answers, on_file: dict[str, Value]) -> None:
    """Leaves out what would be new: two tablets give a new line two ids, and the lines would stand there twice."""
    for collection, group, repeat, key in (
        ("income", "economy", "income", "line_id"),
        ("obligors", "support", "obligors", "obligor_id"),
    ):
        entries = answers[group][repeat]
        answers[group][repeat] = [e for e in entries if on_file.get(f"{collection}.{e[key]}.listed") is True]


def disagreements(rng: Random, *, about_income: bool = False) -> list[Edit]:
    """One to three fields in dispute, the values of up to three parties drawn from `rng`."""
    amounts = rng.sample(range(200, 3_000, 50), 3)
    medical = rng.sample(range(20, 900, 10), 3)
    advice = rng.sample(("keep", "increase", "decrease"), 3)
    house = rng.sample(("self_built", "resettlement", "lodging"), 3)
    edits: list[Edit] = [
        lambda answers, party: _income(answers, str(amounts[party])),
        lambda answers, party: _set(answers["conclusion"], "recommend", advice[party], "conclusion.recommend"),
        lambda answers, party: _set(
            answers["economy"]["expenditure"], "spend_medical", str(medical[party]), "expenditure.medical"
        ),
        lambda answers, party: _set(answers["economy"], "housing_kind", house[party], "economy.housing_kind"),
    ]
    if about_income:
        return edits[:1]
    chosen = rng.sample(edits, rng.randint(1, 3))
    # A household without an income line on file must not be left without a dispute.
    return chosen if any(edit is not edits[0] for edit in chosen) else [*chosen, edits[1]]


def phones(*numbers: str) -> Edit:
    """Each party was told another number than the one on file."""

    def edit(answers: Answers, party: int) -> str:
        answers["household"]["phone_check"] = "differs"
        return _set(answers["household"], "phone", numbers[party], "household.phone")

    return edit


def addresses(*found: str) -> Edit:
    return lambda answers, party: _set(answers["household"], "address", found[party], "place.address")


def homes(*kinds: str) -> Edit:
    return lambda answers, party: _set(answers["economy"], "housing_kind", kinds[party], "economy.housing_kind")


def _set(group: Answers, question: str, value: str, path: str) -> str:
    group[question] = value
    return path


def _income(answers: Answers, amount: str) -> str | None:
    lines = answers["economy"]["income"]
    if not lines:
        return None
    lines[0]["amount"] = amount
    return f"income.{lines[0]['line_id']}.amount"
