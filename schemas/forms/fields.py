"""The fields of a case as people read them: what a field path is called, and its value in their language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from schemas.forms.binding import Binding, Words
from schemas.forms.form import CompiledForm
from schemas.forms.values import Value, yuan

_NONE = "—"
_DOTS = "•" * 4
_LISTED = Words("在册", "On the list")
_YES, _NO = Words("是", "Yes"), Words("否", "No")
_GONE = Words("已移出", "Taken off the list")
_LIST_SEPARATOR = Words("、", ", ")
_YUAN = Words("元", "yuan")


@dataclass(frozen=True, slots=True)
class Field:
    """What screens need to know of a field. ``template`` is the path with its open part, as the form writes it;
    ``low`` and ``high`` are the inclusive range in the form's own unit."""

    template: str
    label: Words
    group: Words
    value_type: str
    sensitivity: str | None = None
    choices: Mapping[str, Words] = field(default_factory=dict)
    low: str | None = None
    high: str | None = None


@dataclass(slots=True)
class _Node:
    below: dict[str, _Node] = field(default_factory=dict)
    any_key: _Node | None = None
    found: Field | None = None


class FieldCatalogue:
    """All fields of some forms. Of two versions of a form the later one given names the field; old codes stay."""

    __slots__ = ("_root", "fields")

    def __init__(self, fields: Iterable[Field]) -> None:
        self.fields: Mapping[str, Field] = {each.template: each for each in fields}
        self._root = _Node()
        for each in self.fields.values():
            node = self._root
            for part in each.template.split("."):
                if part.startswith("{"):
                    node.any_key = node.any_key or _Node()
                    node = node.any_key
                else:
                    node = node.below.setdefault(part, _Node())
            node.found = each

    @classmethod
    def of(cls, forms: Iterable[CompiledForm]) -> FieldCatalogue:
        """The catalogue of these forms, in the order oldest to newest."""
        fields: dict[str, Field] = {}
        for form in forms:
            for collection in form.collections:
                fields[collection.listed] = Field(collection.listed, _LISTED, collection.labels, "listed")
            for binding in form.bindings:
                if binding.path is not None:
                    fields[binding.path] = _field(binding, binding.path, fields.get(binding.path))
        return cls(fields.values())

    def describe(self, path: str) -> Field:
        """The field at a path; a path that no form writes is described by its own last word, as text."""
        node: _Node | None = self._root
        for part in path.split("."):
            node = None if node is None else node.below.get(part, node.any_key)
        if node is None or node.found is None:
            name = path.rpartition(".")[2]
            return Field(path, Words(name, name), Words("其他", "Other"), "text")
        return node.found

    def show(self, path: str, value: Value, lang: str) -> str:
        """The value in a language (``zh…`` or ``en``), unmasked: whoever shows it masks it first if they must."""
        about = self.describe(path)
        if value is None or value == []:
            return _NONE
        if isinstance(value, bool):
            if about.value_type == "listed":
                return (_LISTED if value else _GONE)[lang]
            return (_YES if value else _NO)[lang]
        if isinstance(value, list):
            return _LIST_SEPARATOR[lang].join(_choice(about, code, lang) for code in value)
        if isinstance(value, int):
            return f"{_grouped(value)} {_YUAN[lang]}" if about.value_type == "money" else str(value)
        if about.value_type in ("date", "datetime"):
            return _moment(value, lang)
        return _choice(about, value, lang)


def mask(sensitivity: str | None, value: str) -> str:
    """A value as those see it who need not know it.

    ID numbers keep four characters at either end, phones three and four, accounts the last four; a number too
    short for that, and whatever else is sensitive, keeps none.
    """
    if sensitivity is None:
        return value
    kept = {"id_number": (4, 4), "phone": (3, 4), "bank": (0, 4)}.get(sensitivity)
    if kept is None or len(value) < sum(kept) + 4:
        return _DOTS
    head, tail = kept
    dots = _DOTS * 2 if sensitivity == "id_number" else _DOTS
    return f"{value[:head]}{dots}{value[-tail:]}"


def _field(binding: Binding, path: str, older: Field | None) -> Field:
    choices = {**(older.choices if older else {}), **dict(binding.choices)}
    new = Field(
        path,
        binding.labels,
        binding.group,
        binding.value_type,
        binding.sensitivity,
        choices,
        binding.low,
        binding.high,
    )
    if older is not None and older.sensitivity is not None and new.sensitivity is None:
        # A newer form must not open what was collected under an older one's promise.
        return replace(new, sensitivity=older.sensitivity)
    return new


def _choice(about: Field, code: str, lang: str) -> str:
    words = about.choices.get(code)
    return code if words is None else words[lang]


def _grouped(fen: int) -> str:
    whole, _, cents = yuan(abs(fen)).partition(".")
    return f"{'-' if fen < 0 else ''}{int(whole):,}.{cents}"


def _moment(text: str, lang: str) -> str:
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        return text
    day = f"{moment.year}年{moment.month}月{moment.day}日" if lang.startswith("zh") else moment.date().isoformat()
    return f"{day} {moment:%H:%M}" if "T" in text else day
