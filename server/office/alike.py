"""Many like conflicts at once: choose a field and a rule, see what would come out, untick what is otherwise, sign."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from server import errors, policy
from server.office.pages import language
from server.operations.acting import Acting
from server.operations.decide_alike import decide_alike
from server.operations.step_up import step_up
from server.principals import keyring, officer
from server.queries.alike_items import (
    MOST,
    Choices,
    ShownChoice,
    alike_choices,
    alike_fields,
    named_households,
    show_choices,
)
from server.reasons import MAX_REASON, MIN_REASON
from sync.alike_rules import AlikeRule
from sync.dot import Dot
from sync.errors import SyncError

bp = Blueprint("alike", __name__, url_prefix="/office/reconcile/alike")


@dataclass(frozen=True, slots=True)
class Filled:
    """What somebody filled in: what of the preview stays ticked (None: everything), the words, what is wrong."""

    ticked: Collection[str] | None = None
    words: str = ""
    faults: Collection[str] = field(default_factory=tuple)


@bp.get("")
@policy.requires("decide")
def choose() -> ResponseReturnValue:
    """Without a field and a rule, the page only asks for them."""
    rule, template = _rule(request.args.get("rule", "")), request.args.get("field", "")
    if rule is None or not template:
        return _page(rule, template, None, Filled())
    return _preview(rule, template, Filled())


@bp.post("")
@policy.requires("decide")
def decide() -> ResponseReturnValue:
    who = officer()
    rule, template = _rule(request.form.get("rule", "")), request.form.get("field", "")
    if rule is None:
        raise errors.NotFound()
    ticked = list(dict.fromkeys(request.form.getlist("item")))
    words = request.form.get("words", "").strip()
    faults = [] if ticked else ["item"]
    if not MIN_REASON <= len(words) <= MAX_REASON:
        faults.append("words")
    if faults:
        return _preview(rule, template, Filled(ticked, words, faults)), 422
    shown = {item: _dots(request.form.get(f"shown:{item}", "")) for item in ticked}
    try:
        key = step_up(who.authority, who.person, who.session, request.form.get("password", ""))
    except (errors.WrongPassword, errors.TooManyTries) as error:
        problem = errors.problem_of(error)
        return _preview(rule, template, Filled(ticked, words, [problem.name])), problem.status
    acting = Acting(who.authority, who.person, who.role, who.scope, key, keyring())
    done = decide_alike(acting, rule, template, shown, words)
    return render_template(
        "alike_done.html",
        rule=rule,
        template=template,
        decided=len(done.decided),
        undecided=_reasons(done.undecided),
    )


def _rule(text: str) -> AlikeRule | None:
    return next((rule for rule in AlikeRule if rule == text), None)


def _dots(text: str) -> frozenset[Dot]:
    try:
        return frozenset(Dot.parse(part) for part in text.split())
    except SyncError:
        return frozenset()  # nothing stood on screen like that: it is told as changed


def _preview(rule: AlikeRule, template: str, filled: Filled) -> str:
    who = officer()
    choices = alike_choices(who.authority, who.person, who.scope, rule, template, keyring())
    return _page(rule, template, choices, filled)


def _page(rule: AlikeRule | None, template: str, choices: Choices | None, filled: Filled) -> str:
    who = officer()
    lines: tuple[ShownChoice, ...] = show_choices(who.authority, choices, language()) if choices else ()
    return render_template(
        "alike.html",
        rules=tuple(AlikeRule),
        fields=alike_fields(who, language()),
        rule=rule,
        template=template,
        choices=choices,
        lines=lines,
        filled=filled,
        most=MOST,
    )


def _reasons(undecided: Mapping[str, Exception]) -> list[tuple[str, str, str, str]]:
    """(item, household, what happened, what to do next) of what was not decided."""
    who = officer()
    names = named_households(who.authority, who.scope, undecided.keys())
    found: list[tuple[str, str, str, str]] = []
    for item, error in undecided.items():
        problem = errors.problem_of(error)
        title, detail = problem.zh if language().startswith("zh") else problem.en
        found.append((item, names.get(item, ""), title, detail))
    return found
