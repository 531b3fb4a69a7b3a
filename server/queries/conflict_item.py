"""One card for each value of a field: what it is, who stands for it, where it was said, and how the cards differ."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from schemas.forms.binding import MASKED
from schemas.forms.fields import Field
from server.queries.case_fields import ShownField
from server.queries.case_page import ShownEvidence, ShownStatement
from server.queries.opened_household import Household
from sync.differences import Piece, Swap, pieces, swaps
from sync.dot import Dot
from sync.place import Place, home_of, metres_between, parse_place
from sync.register import Value
from sync.strict_json import canonical

MOST_COMPARED = 4  # with more cards than these, each is compared with the first one only
BY_KEY = 9  # cards that a digit chooses; the others fold away


@dataclass(frozen=True, slots=True)
class Source:
    """A statement that stands for a value. `shown` is None when the reader may not see it; `metres` is how far from
    the household's known place it was made, None when either place is not recorded."""

    statement: str
    shown: ShownStatement | None
    metres: int | None
    placed: bool

    @property
    def pictures(self) -> tuple[ShownEvidence, ...]:
        return tuple(e for e in self.shown.evidence if e.kind != "ink") if self.shown else ()


@dataclass(frozen=True, slots=True)
class Card:
    """One distinct value. `dot` names it in forms; `marked` is its text in stretches; `apart` says in words how it
    differs from the first card, `fen` by how much money. `former` was superseded by the decision that is shown."""

    dot: Dot
    text: str
    marked: tuple[Piece, ...]
    apart: tuple[Swap, ...]
    fen: int | None
    masked: bool
    opened: bool
    empty: bool
    new: bool
    former: bool
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class EntryInput:
    """What stands for `another value`: its kind and, for choices, the codes with their words."""

    kind: str
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class RelatedField:
    label: str
    text: str
    disputed: bool


@dataclass(frozen=True, slots=True)
class SaidByNeighbours:
    """A question and how often each answer was given: never by whom."""

    question: str
    answers: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class ConflictView:
    path: str
    label: str
    kind: str
    cards: tuple[Card, ...]
    shown: frozenset[Dot]
    other: EntryInput
    may_be_both: bool
    in_form: bool
    earlier: ShownField
    related: tuple[RelatedField, ...]
    sibling_entries: tuple[RelatedField, ...]
    neighbours: tuple[SaidByNeighbours, ...]

    @property
    def pictures(self) -> tuple[tuple[int, Source], ...]:
        """(card number, source) of every statement with photos or documents, each statement once."""
        found: dict[str, tuple[int, Source]] = {}
        for number, card in enumerate(self.cards, 1):
            for source in card.sources:
                if source.pictures:
                    found.setdefault(source.statement, (number, source))
        return tuple(found.values())


def conflict_view(
    home: Household,
    path: str,
    *,
    reads_interviews: bool,
    villages: Sequence[tuple[str, str]] = (),
    before: Collection[Dot] | None = None,
    opened: bool = False,
    former: Iterable[Dot] = (),
) -> ConflictView:
    """`before` are the dots of an earlier look: what is not among them is new since. `opened` shows numbers in full;
    `former` are superseded dots whose values can be taken again."""
    about = home.fields.catalogue.describe(path)
    register = home.case[path]
    values: list[tuple[Value, tuple[Dot, ...], bool]] = [(s.value, s.dots, False) for s in register.siblings]
    known = {canonical(value) for value, _, _ in values}
    again: dict[bytes, tuple[Value, list[Dot]]] = {}
    wanted = set(former)
    for write in home.writes_to(path):
        key = canonical(write.value)
        if write.dot in wanted and key not in known:
            again.setdefault(key, (write.value, []))[1].append(write.dot)
    values += [(value, tuple(dots), True) for value, dots in again.values()]
    rank = {write.dot: at for at, write in enumerate(home.writes)}
    # In the order in which they were first stated: a value that comes in while somebody looks is added at the end.
    values.sort(key=lambda each: (each[2], min(rank.get(dot, len(rank)) for dot in each[1])))
    places = _places(home)
    texts = [home.fields.words(path, value, hide=not opened) for value, _, _ in values]
    cards = tuple(
        _card(home, about, values, texts, at, places=places, before=before, opened=opened)
        for at in range(len(values))
    )
    collection = path.split(".")[0] if "{" in about.template else None
    return ConflictView(
        path=path,
        label=home.fields.full_label(path),
        kind=about.value_type,
        cards=cards,
        shown=frozenset(register.live),
        other=_input(home, about, path, villages),
        may_be_both=collection is not None and about.value_type != "listed" and register.in_conflict,
        in_form=about.template in home.fields.catalogue.fields,
        earlier=home.fields.show(path),
        related=_related(home, path, about),
        sibling_entries=_sibling_entries(home, path, collection),
        neighbours=neighbours(home) if reads_interviews else (),
    )


def _card(
    home: Household,
    about: Field,
    values: Sequence[tuple[Value, tuple[Dot, ...], bool]],
    texts: Sequence[str],
    at: int,
    *,
    places: dict[str, Place],
    before: Collection[Dot] | None,
    opened: bool,
) -> Card:
    value, dots, former = values[at]
    text = texts[at]
    sensitive = about.sensitivity in MASKED and isinstance(value, str) and bool(value)
    money = about.value_type in ("money", "integer")
    near = texts if len(texts) <= MOST_COMPARED else texts[:1] if at else texts[:2]
    others = [other for n, other in enumerate(near) if n != at]
    first = values[0][0]
    # Two masked numbers look the same: where they part is said only once they are open.
    compared = text and others and not (sensitive and not opened) and not money
    return Card(
        dot=dots[0],
        text=text,
        marked=pieces(text, others) if compared else (Piece(text, False),),
        apart=swaps(text, texts[0]) if compared and at else (),
        fen=_less(value, first) if about.value_type == "money" and at else None,
        masked=sensitive and not opened,
        opened=sensitive and opened,
        empty=value is None or value == [],
        new=before is not None and not former and any(dot not in before for dot in dots),
        former=former,
        sources=tuple(_source(home, name, places) for name in dict.fromkeys(dot.statement for dot in dots)),
    )


def _less(value: Value, first: Value) -> int | None:
    if isinstance(value, int) and isinstance(first, int) and not isinstance(value, bool):
        return value - first
    return None


def _places(home: Household) -> dict[str, Place]:
    """Where each visit claims to have been made, in ledger order."""
    found: dict[str, Place] = {}
    for each in home.statements:
        place = parse_place(home.case[f"visits.{each.stated.row.id}.place"].settled)
        if place is not None:
            found[each.stated.row.id] = place
    return found


def _source(home: Household, statement: str, places: dict[str, Place]) -> Source:
    shown = home.by_id.get(statement)
    here = places.get(statement)
    earlier = [
        places[each.stated.row.id]
        for each in home.statements
        if each.stated.row.id in places and shown is not None and each.number < shown.number
    ]
    known = home_of(earlier)
    metres = metres_between(here, known) if here is not None and known is not None else None
    return Source(statement, shown, metres, here is not None)


def _input(home: Household, about: Field, path: str, villages: Sequence[tuple[str, str]]) -> EntryInput:
    language = home.fields.language
    if path == "place.village":
        return EntryInput("choice", tuple(villages))
    match about.value_type:
        case "choice" | "choices" as kind:
            return EntryInput(kind, tuple((code, words[language]) for code, words in about.choices.items()))
        case "yes_no":
            return EntryInput("choice", tuple((c, home.fields.words(path, c == "yes")) for c in ("yes", "no")))
        case "listed":
            return EntryInput("choice", tuple((c, home.fields.words(path, c == "yes")) for c in ("yes", "no")))
        case "member":
            entries = home.case.entries("members")
            return EntryInput("choice", tuple((e, home.fields.first_text(f"members.{e}.name") or e) for e in entries))
        case kind:
            return EntryInput(kind)


def _related(home: Household, path: str, about: Field) -> tuple[RelatedField, ...]:
    """What else is said of the same member, income line, house …; of the same group for a field of the household."""
    group = path.rpartition(".")[0]
    depth = path.count(".")
    found = [
        each
        for each in home.case.registers
        if each.startswith(group + ".") and each.count(".") == depth and each != path and not each.endswith(".listed")
    ]
    order = {template: place for place, template in enumerate(home.fields.catalogue.fields)}
    place = {each: order.get(home.fields.catalogue.describe(each).template, len(order)) for each in found}
    return tuple(_line(home, each) for each in sorted(found, key=lambda each: (place[each], each)))


def _line(home: Household, path: str) -> RelatedField:
    about = home.fields.catalogue.describe(path)
    return RelatedField(
        about.label[home.fields.language], " / ".join(home.fields.texts(path)) or "—", home.case[path].in_conflict
    )


def _sibling_entries(home: Household, path: str, collection: str | None) -> tuple[RelatedField, ...]:
    """The other lines of the same list, one line each."""
    if collection is None:
        return ()
    mine = path.split(".")[1]
    found: list[RelatedField] = []
    for entry in home.case.entries(collection):
        if entry == mine:
            continue
        title, note = home.fields.heading(collection, entry)
        under = f"{collection}.{entry}."
        disputed = any(p.startswith(under) and r.in_conflict for p, r in home.case.registers.items())
        found.append(RelatedField(title or "—", note, disputed))
    return tuple(found)


def neighbours(home: Household) -> tuple[SaidByNeighbours, ...]:
    """What neighbours answered, by question and answer: nobody can tell from it who said what."""
    asked: dict[str, dict[str, int]] = {}
    for path in home.case.registers:
        if not path.startswith("interviews."):
            continue
        about = home.fields.catalogue.describe(path)
        if about.value_type not in ("choice", "choices") or about.template.rpartition(".")[2] not in _ANSWERS:
            continue
        for text in home.fields.texts(path):
            counted = asked.setdefault(about.template, {})
            counted[text] = counted.get(text, 0) + 1
    order = list(home.fields.catalogue.fields)
    return tuple(
        SaidByNeighbours(
            home.fields.catalogue.fields[template].label[home.fields.language],
            tuple(sorted(asked[template].items(), key=lambda each: (-each[1], each[0]))),
        )
        for template in sorted(asked, key=lambda t: order.index(t))
        if template in home.fields.catalogue.fields
    )


# What an interview says of the household; what it says of the neighbour (how far away, since when) stays closed.
_ANSWERS = frozenset({"members", "income", "assets", "support", "life", "changes", "opinion"})
