"""Decide many like conflicts by one rule: each household gets its own signed decision, in a transaction of its own.

One that cannot be decided (any more) holds up none of the others; it is named with the reason.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass

from server import errors
from server.deciding.settling import FieldDecision, Take
from server.operations.acting import Acting, Grounds
from server.operations.decide_field import decide_field
from server.operations.state_decision import Decided
from server.queries.alike_items import MOST, alike_choices
from sync.alike_rules import AlikeRule
from sync.dot import Dot

# The reason code that goes with a rule; the words are the officer's own.
CODES: Mapping[AlikeRule, str] = {
    AlikeRule.LATER_SIGN_OFF: "later_visit",
    AlikeRule.SAME_MEANING: "same_meaning",
}


@dataclass(frozen=True, slots=True)
class DecidedAlike:
    """What was decided, and the items that were not, with the reason."""

    decided: tuple[Decided, ...]
    undecided: Mapping[str, Exception]


def decide_alike(
    acting: Acting, rule: AlikeRule, template: str, shown: Mapping[str, frozenset[Dot]], words: str
) -> DecidedAlike:
    """`shown` are the dots that stood on screen, by item: a conflict that looks otherwise now is not decided.

    Raises NotFound (no field that can be decided alike), InvalidRequest (no words, nothing or too much ticked).
    """
    if not 0 < len(shown) <= MOST:
        raise errors.InvalidRequest(errors={"item": [f"1 to {MOST}"]})
    grounds = Grounds.given(CODES[rule], words)
    choices = alike_choices(
        acting.authority, acting.person, acting.scope, rule, template, acting.keyring, only=shown.keys()
    )
    now = {choice.item.id: choice for choice in choices.found}
    decided: list[Decided] = []
    undecided: dict[str, Exception] = {}
    for item in shown:
        choice = now.get(item)
        if choice is None or choice.shown != shown[item]:
            undecided[item] = errors.ScreenOutdated()
            continue
        decision = FieldDecision(item, choice.row.id, choice.item.subject, choice.shown, Take(choice.take), grounds)
        try:
            decided.append(decide_field(acting, decision))
        except errors.RuhuError as error:
            undecided[item] = error
        except Exception as error:  # one household that we fail on must not take the other decisions with it
            logging.getLogger("ruhu").error("one of many like items failed: %s", type(error).__name__)
            undecided[item] = errors.TryAgain()
    return DecidedAlike(tuple(decided), undecided)
