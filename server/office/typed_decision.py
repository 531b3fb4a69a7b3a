"""What an officer has typed into a decision's form, kept as it was typed so that a faulty form loses nothing."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from werkzeug.datastructures import MultiDict

from server import errors
from server.office.wording import REASON_CODES
from server.reasons import MAX_REASON, MIN_REASON
from sync.dot import Dot
from sync.errors import SyncError
from sync.statement import ASKS, Ask

TAKE = "take:"
OTHER, BOTH, BACK = "other", "both", "back"
MOST_BASIS = 40
MOST_SHOWN = 2000
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_BASIS = re.compile(r"[0-9a-f]{64}|[0-9a-f]{32}-[1-9][0-9]{0,17}")


@dataclass(frozen=True, slots=True)
class Typed:
    """`choice` is what is done: `take:<dot>`, OTHER, BOTH, BACK or an outcome of the item's kind; `fix` says likewise
    what a field is corrected to. `faults` are sentences by field, for the page to show beside it."""

    choice: str = ""
    other: tuple[str, ...] = ()
    first: str = ""
    fix: str = ""
    path: str = ""
    proposal: str = ""
    case: str = ""
    shown: frozenset[Dot] = frozenset()
    basis: tuple[str, ...] = ()
    code: str = ""
    words: str = ""
    ask: str = ""
    due: str = ""
    person: str = ""
    lives: str = ""
    sides: Mapping[str, str] = field(default_factory=dict)
    shown_of: Mapping[str, Mapping[str, frozenset[Dot]]] = field(default_factory=dict)
    faults: Mapping[str, str] = field(default_factory=dict)

    def with_fault(self, name: str, sentence: str) -> "Typed":
        return replace(self, faults={**self.faults, name: sentence})

    @property
    def asked(self) -> Ask | None:
        """What is asked of the field; None while it is not filled in."""
        if self.ask not in ASKS or not _DAY.fullmatch(self.due):
            return None
        return Ask(self.ask, self.due, self.person or None, self.path or None)


def read_typed(form: MultiDict[str, str]) -> Typed:
    """Raises NotFound for a form that no page of ours has made."""
    sides = {key.removeprefix("side."): value for key, value in form.items() if key.startswith("side.")}
    shown_of: dict[str, dict[str, frozenset[Dot]]] = {}
    for key in form:
        if key.startswith("shown."):
            case, _, path = key.removeprefix("shown.").partition(".")
            shown_of.setdefault(case, {})[path] = _dots(form[key].split())
    return Typed(
        choice=form.get("choice", ""),
        other=tuple(form.getlist("other"))[:200],
        first=form.get("first", ""),
        fix=form.get("fix", ""),
        path=form.get("path", ""),
        proposal=form.get("proposal", ""),
        case=form.get("case", ""),
        shown=_dots(form.getlist("shown")),
        basis=tuple(b for b in dict.fromkeys(form.getlist("basis")) if _BASIS.fullmatch(b))[:MOST_BASIS],
        code=form.get("code", ""),
        words=form.get("words", ""),
        ask=form.get("ask", ""),
        due=form.get("due", ""),
        person=form.get("person", ""),
        lives=form.get("lives", ""),
        sides=sides,
        shown_of=shown_of,
    )


def faulty_grounds(typed: Typed, password: str, sentences: Mapping[str, str]) -> Typed:
    """The same with what is missing; `sentences` say it in the reader's language."""
    words = typed.words.strip()
    missing = {
        "choice": not typed.choice,
        "code": typed.code not in REASON_CODES,
        "words": not MIN_REASON <= len(words) <= MAX_REASON,
        "password": not password,
        "ask": typed.choice == BACK and typed.ask not in ASKS,
        "due": typed.choice == BACK and not _DAY.fullmatch(typed.due),
    }
    faults = {name: sentences[name] for name, wrong in missing.items() if wrong}
    return replace(typed, faults={**typed.faults, **faults})


def _dots(texts: list[str]) -> frozenset[Dot]:
    if len(texts) > MOST_SHOWN:
        raise errors.NotFound()
    return frozenset(map(dot_of, texts))


def dot_of(text: str) -> Dot:
    """Raises NotFound for what no page of ours says."""
    try:
        return Dot.parse(text)
    except SyncError:
        raise errors.NotFound() from None
