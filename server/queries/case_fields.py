"""The fields of one case as people read them: grouped as the form groups them, every live value with its source.

ID, bank and phone numbers are masked here, so that no page can forget to; one value at a time may be `revealed`.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from schemas.forms.binding import MASKED
from schemas.forms.fields import Field, FieldCatalogue, mask
from sync.case import Case
from sync.dot import Dot
from sync.register import Value, Write
from sync.strict_json import canonical

# What these statements say of themselves stands with the statement, not among the household's fields.
OF_STATEMENTS = ("visits.", "interviews.")


@dataclass(frozen=True, slots=True)
class Revealed:
    """One value that somebody has been shown in full, with a reason on record."""

    path: str
    dot: Dot


@dataclass(frozen=True, slots=True)
class SaidValue:
    """One live value and the statements that stand for it."""

    text: str
    masked: bool
    dot: Dot
    statements: tuple[str, ...]
    empty: bool = False
    revealed: bool = False


@dataclass(frozen=True, slots=True)
class EarlierValue:
    """A value that a later statement left behind, and which one did (None: one that is not here)."""

    text: str
    statement: str
    left_by: str | None


@dataclass(frozen=True, slots=True)
class ShownField:
    anchor: str
    path: str
    label: str
    kind: str
    values: tuple[SaidValue, ...]
    earlier: tuple[EarlierValue, ...]
    context: str = ""

    @property
    def disputed(self) -> bool:
        return len(self.values) > 1


@dataclass(frozen=True, slots=True)
class Entry:
    """One member, income line, vehicle …; `gone` once it was taken off the list."""

    id: str
    title: str
    note: str
    fields: tuple[ShownField, ...]
    gone: bool

    @property
    def disputed(self) -> int:
        return sum(each.disputed for each in self.fields)

    @property
    def source(self) -> tuple[str, ...]:
        return common_source(self.fields)


@dataclass(frozen=True, slots=True)
class FieldGroup:
    anchor: str
    title: str
    fields: tuple[ShownField, ...] = ()
    entries: tuple[Entry, ...] = ()

    @property
    def every_field(self) -> tuple[ShownField, ...]:
        return (*self.fields, *(each for entry in self.entries for each in entry.fields))

    @property
    def disputed(self) -> int:
        return sum(each.disputed for each in self.every_field)

    @property
    def source(self) -> tuple[str, ...]:
        return common_source(self.fields)


def common_source(fields: Iterable[ShownField]) -> tuple[str, ...]:
    """The statements that most of these fields stand on: said once above them, so that exceptions stand out."""
    counted = Counter(each.values[0].statements for each in fields if len(each.values) == 1)
    return counted.most_common(1)[0][0] if counted else ()


@dataclass(slots=True)
class Fields:
    """Shows the fields of a case in a language. `history` are the writes of all its applied statements, in order."""

    case: Case
    catalogue: FieldCatalogue
    language: str
    village_names: Mapping[str, str]
    history: Sequence[Write]
    revealed: Revealed | None = None
    _earlier: dict[str, list[Write]] = field(default_factory=dict)
    _left_by: dict[Dot, str] = field(default_factory=dict)
    _place: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for number, template in enumerate(self.catalogue.fields):
            self._place[template] = number
        live = {dot for register in self.case.registers.values() for dot in register.live}
        for write in self.history:
            for dot in write.seen:
                self._left_by.setdefault(dot, write.dot.statement)
            if write.dot not in live:
                self._earlier.setdefault(write.path, []).append(write)

    def groups(self) -> tuple[FieldGroup, ...]:
        """Every field that somebody has written, in the order of the form."""
        loose: dict[str, list[tuple[int, str]]] = {}
        kept: dict[str, dict[str, list[tuple[int, str]]]] = {}
        first: dict[tuple[str, bool], int] = {}
        for path in self.case.registers:
            if path.startswith((*OF_STATEMENTS, "joined.")) or path.endswith(".listed"):
                continue
            about = self.catalogue.describe(path)
            place = self._place.get(about.template, len(self._place))
            if "{" in about.template:
                collection, entry = path.split(".")[:2]
                kept.setdefault(collection, {}).setdefault(entry, []).append((place, path))
                key = (collection, True)
            else:
                loose.setdefault(about.group[self.language], []).append((place, path))
                key = (about.group[self.language], False)
            first[key] = min(first.get(key, place), place)
        groups: list[FieldGroup] = []
        for number, (name, is_collection) in enumerate(sorted(first, key=lambda key: (first[key], key))):
            anchor = f"g{number}"
            if is_collection:
                groups.append(self._collection(anchor, name, kept[name]))
            else:
                shown = tuple(self.show(path) for _, path in sorted(loose[name]))
                groups.append(FieldGroup(anchor, name, shown))
        return tuple(groups)

    def _collection(self, anchor: str, name: str, entries: Mapping[str, list[tuple[int, str]]]) -> FieldGroup:
        shown: list[Entry] = []
        title = ""
        for entry, paths in entries.items():
            title = title or self.catalogue.describe(paths[0][1]).group[self.language]
            heading, note = self.heading(name, entry)
            fields = tuple(self.show(path, context=heading) for _, path in sorted(paths))
            listed = self.case[f"{name}.{entry}.listed"]
            gone = bool(listed.live) and not any(value is True for value in listed.live.values())
            shown.append(Entry(entry, heading, note, fields, gone))
        shown.sort(key=lambda each: (each.gone, self._rank(name, each.id), each.title, each.id))
        return FieldGroup(anchor, title or name, (), tuple(shown))

    def _rank(self, name: str, entry: str) -> str:
        """The householder first, then as the form orders relations."""
        value = self.case[f"{name}.{entry}.relation"].settled if name == "members" else None
        return value if isinstance(value, str) else "~"

    def heading(self, name: str, entry: str) -> tuple[str, str]:
        """(title, note) of a collection's entry: a member's name and relation, an income line's source and amount."""
        under = f"{name}.{entry}."
        if name == "members":
            return self.first_text(under + "name"), self.first_text(under + "relation")
        if name == "income":
            amount, period = self.first_text(under + "amount"), self.first_text(under + "period")
            whose = self.first_text(under + "member")
            kind = self.first_text(under + "kind")
            return " · ".join(t for t in (whose, kind) if t), " ".join(t for t in (amount, period) if t)
        if name == "checks":
            return self.first_text(under + "source"), self.first_text(under + "about")
        for word in ("name", "kind", "description"):
            if text := self.first_text(under + word):
                return text, ""
        return "", ""

    def show(self, path: str, *, context: str = "") -> ShownField:
        about = self.catalogue.describe(path)
        values = tuple(self._said(path, about, sibling.value, sibling.dots) for sibling in self.case[path].siblings)
        # What was only said again the same is no earlier value: it is this one.
        now = {canonical(sibling.value) for sibling in self.case[path].siblings}
        earlier = tuple(
            EarlierValue(
                self._text(about, path, write.value, hide=True),
                write.dot.statement,
                self._left_by.get(write.dot),
            )
            for write in reversed(self._earlier.get(path, ()))
            if canonical(write.value) not in now
        )
        anchor = "f-" + path.replace(".", "-")
        return ShownField(anchor, path, about.label[self.language], about.value_type, values, earlier, context)

    def of_statement(self, statement: str) -> tuple[ShownField, ...]:
        """What a statement says of itself: time, place, who was met; an interview's coded answers."""
        mine = [
            (self._place.get(self.catalogue.describe(path).template, 0), path)
            for path in self.case.registers
            if path.startswith(OF_STATEMENTS) and path.split(".")[1] == statement
        ]
        return tuple(self.show(path) for _, path in sorted(mine))

    def words(self, path: str, value: Value, *, hide: bool = True) -> str:
        """Any value of a field as people read it, masked unless told otherwise."""
        return self._text(self.catalogue.describe(path), path, value, hide=hide)

    def texts(self, path: str) -> tuple[str, ...]:
        """The live values of a field as text."""
        about = self.catalogue.describe(path)
        return tuple(
            self._text(about, path, s.value, hide=True) for s in self.case[path].siblings if s.value is not None
        )

    def first_text(self, path: str) -> str:
        return next(iter(self.texts(path)), "")

    def full_label(self, path: str) -> str:
        """A field's name with the entry that it belongs to; an entry's own path gives the entry's."""
        if path.count(".") == 1 and self.case[f"{path}.listed"].live:
            return " · ".join(filter(None, self.heading(*path.split("."))))
        about = self.catalogue.describe(path)
        label = about.label[self.language]
        if about.value_type == "listed":
            label = about.group[self.language]
        if "{" not in about.template:
            return label
        collection, entry = path.split(".")[:2]
        heading = self.heading(collection, entry)[0]
        return f"{heading} · {label}" if heading else label

    def _said(self, path: str, about: Field, value: Value, dots: tuple[Dot, ...]) -> SaidValue:
        open_ = self.revealed is not None and self.revealed.path == path and self.revealed.dot in dots
        sensitive = about.sensitivity in MASKED and isinstance(value, str) and bool(value)
        return SaidValue(
            text=self._text(about, path, value, hide=not open_),
            masked=sensitive and not open_,
            dot=dots[0],
            statements=tuple(dict.fromkeys(dot.statement for dot in dots)),
            empty=value is None or value == [],
            revealed=sensitive and open_,
        )

    def _text(self, about: Field, path: str, value: Value, *, hide: bool) -> str:
        if isinstance(value, str):
            if about.sensitivity in MASKED and hide and value:
                return mask(about.sensitivity, value)
            if path == "place.village":
                return self.village_names.get(value, value)
            if about.value_type == "member":
                return self.first_text(f"members.{value}.name") or "—"
            if about.value_type == "place":
                return _position(value)
        return self.catalogue.show(path, value, self.language)


def _position(text: str) -> str:
    """An XForms position (latitude, longitude, altitude, accuracy) as a place on a map with its accuracy."""
    parts = text.split()
    if len(parts) < 2:
        return text
    accuracy = f" ±{float(parts[3]):.0f} m" if len(parts) > 3 and _is_number(parts[3]) else ""
    return f"{parts[0]}, {parts[1]}{accuracy}"


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).isdigit()
