"""Reads a filled-in form: each answer becomes a value for a field of the case, by the form's own bindings.

A question that was asked and answered writes its value, also when that is the old one. A question left blank where
a value was on screen writes None. A question that was not asked, its node is absent, writes nothing. An entry that
was on screen and is gone writes that it is no longer listed; a whole group that nobody asked about changes nothing.
Nothing that people answered is refused or lost: what cannot be understood is kept as written, and flagged.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from decimal import Decimal

from lxml import etree

from schemas.forms.binding import MASKED
from schemas.forms.errors import InstanceUnreadable
from schemas.forms.flags import Flag
from schemas.forms.form import CompiledForm
from schemas.forms.plan import Asked, Step
from schemas.forms.safe_xml import UnsafeOrBrokenXml, local_name, parse_xml
from schemas.forms.values import UnparsableAnswer, Value

__all__ = ["InstanceUnreadable", "Reading", "Shot", "form_of", "read_instance"]

_KEY = re.compile(r"[0-9a-f]{8,32}")
_FILE = re.compile(r"[0-9a-f]{64}\.[a-z0-9]{1,8}")
_TEMPLATE = "{http://openrosa.org/javarosa}template"
_BULLET = "•"
_MOST_UNKNOWN = 20


@dataclass(frozen=True, slots=True)
class Shot:
    """A photo or ink that the form names: its kind, its file, and the entry it belongs to (``members.<id>``)."""

    kind: str
    file: str
    entry: str | None = None

    @property
    def digest(self) -> str:
        """Lower-case hex SHA-256 of the original bytes."""
        return self.file[:64]


@dataclass(frozen=True, slots=True)
class Reading:
    """``answers`` sorted by field path in code-unit order, each path once; ``shots`` in the order of the form."""

    answers: tuple[tuple[str, Value], ...]
    flags: tuple[Flag, ...]
    shots: tuple[Shot, ...] = ()


def form_of(instance: bytes | str) -> tuple[str, str]:
    """Form id and version that a filled-in form names; InstanceUnreadable when it is no XML or names none."""
    root = _parse(instance)
    return root.get("id", ""), root.get("version", "")


def read_instance(
    form: CompiledForm, instance: bytes | str, *, on_screen: Collection[str], statement: str
) -> Reading:
    """The writes of a filled-in form.

    ``on_screen`` holds the field paths whose values the writer had before them, ``statement`` is the id of the
    statement that carries the form. InstanceUnreadable when it is not this form and version, or not safe XML.
    """
    root = _parse(instance)
    if (root.get("id"), root.get("version")) != (form.form_id, form.version):
        raise InstanceUnreadable("filled in with another form or version")
    walk = _Walk(form, on_screen if isinstance(on_screen, AbstractSet) else frozenset(on_screen), statement)
    walk.group(root, form.root, statement, None)
    walk.delist()
    return Reading(tuple(sorted(walk.answers.items())), tuple(walk.flags), tuple(walk.shots))


def _parse(instance: bytes | str) -> etree._Element:
    try:
        return parse_xml(instance)
    except UnsafeOrBrokenXml as problem:
        raise InstanceUnreadable(str(problem)) from None


class _Walk:
    """One pass over one filled-in form."""

    __slots__ = ("answers", "entries", "flags", "form", "on_screen", "shots", "statement", "unknown", "visited")

    def __init__(self, form: CompiledForm, on_screen: AbstractSet[str], statement: str) -> None:
        self.form = form
        self.on_screen = on_screen
        self.statement = statement
        self.answers: dict[str, Value] = {}
        self.flags: list[Flag] = []
        self.shots: list[Shot] = []
        self.visited: set[str] = set()
        self.entries: dict[str, set[str]] = {}
        self.unknown: set[str] = set()

    def group(self, element: etree._Element, step: Step, key: str, entry: str | None) -> None:
        """Everything inside a group, a repeat's entry or the form itself; ``key`` fills the open part of paths."""
        self.visited.add(step.ref)
        asked_already: set[str] = set()
        for child in element:
            tag = local_name(str(child.tag))
            inner = step.children.get(tag)
            if inner is None:
                if not (tag == "meta" and step is self.form.root):
                    self.unknown_question(f"{step.ref}/{tag[:64]}")
            elif inner.repeats:
                self.entry(child, inner)
            elif tag in asked_already:
                self.flags.append(Flag("repeated_question", None, {"question": inner.ref}))
            else:
                asked_already.add(tag)
                if inner.asked is None:
                    self.group(child, inner, key, entry)
                else:
                    self.question(child, inner.asked, key, entry)

    def question(self, element: etree._Element, asked: Asked, key: str, entry: str | None) -> None:
        if asked.is_key:
            return
        for child in element:
            self.unknown_question(f"{asked.ref}/{local_name(str(child.tag))[:64]}")
        text = (element.text or "").strip()
        binding = asked.binding
        if binding.shot is not None:
            self.shot(text, binding.shot, asked, entry)
            return
        path = None if asked.template is None else asked.template.fill(key)
        if not text:
            if binding.required:
                self.flags.append(Flag("missing_answer", path, {"question": asked.ref}))
            if path is not None and path in self.on_screen:
                self.answers[path] = None
        elif path is not None:
            self.answer(path, text, asked)

    def answer(self, path: str, text: str, asked: Asked) -> None:
        if _BULLET in text and asked.binding.sensitivity in MASKED:
            # Tablets hold these numbers masked. A mask that comes back must not replace the number behind it.
            self.flags.append(Flag("masked_value", path))
            return
        try:
            value = asked.parse(text)
        except UnparsableAnswer:
            self.answers[path] = text
            self.flags.append(Flag("bad_value", path, {"expected": asked.binding.value_type}))
            return
        self.answers[path] = value
        if (asked.low is not None or asked.high is not None) and isinstance(value, int | str):
            number = Decimal(value)
            if (asked.low is not None and number < asked.low) or (asked.high is not None and number > asked.high):
                self.flags.append(Flag("out_of_range", path))

    def shot(self, file: str, kind: str, asked: Asked, entry: str | None) -> None:
        if not file:
            if asked.binding.required:
                self.flags.append(Flag("missing_photo", None, {"question": asked.ref, "shot": kind}))
        elif _FILE.fullmatch(file):
            self.shots.append(Shot(kind, file, entry))
        else:
            self.flags.append(Flag("bad_value", None, {"question": asked.ref, "expected": "file"}))

    def entry(self, element: etree._Element, step: Step) -> None:
        """One entry of a repeat. One that nobody filled in and that was not there before is no entry."""
        if element.get(_TEMPLATE) is not None:
            return
        collection = step.collection
        if collection is None:
            self.group(element, step, self.statement, None)
            return
        key, answered = "", False
        for child in element:
            if local_name(str(child.tag)) == collection.key:
                key = (child.text or "").strip()
            elif not answered:
                answered = any(text.strip() for text in child.itertext())
        present = self.entries.setdefault(step.ref, set())
        known = f"{collection.prefix}{key}.listed" in self.on_screen
        if not answered and not known:
            return
        fault = None if _KEY.fullmatch(key) else "entry_without_id"
        if key in present:
            fault = "repeated_entry"
        if fault is not None:
            # The same statement must give the same id each time it is read, so it cannot be a random one.
            seed = f"{self.statement}|{step.ref}|{len(present)}".encode()
            key = hashlib.sha256(seed).hexdigest()[:16]
            self.flags.append(Flag(fault, f"{collection.prefix}{key}.listed"))
        present.add(key)
        self.answers[f"{collection.prefix}{key}.listed"] = True
        self.group(element, step, key, f"{collection.prefix}{key}")

    def delist(self) -> None:
        """Entries that were on screen and are gone; where nobody came to the group around them, nothing is said."""
        for collection in self.form.collections:
            if collection.ref.rpartition("/")[0] not in self.visited:
                continue
            present: AbstractSet[str] = self.entries.get(collection.ref, frozenset())
            for path in self.on_screen:
                if path.startswith(collection.prefix) and path.endswith(".listed"):
                    key = path[len(collection.prefix) : -len(".listed")]
                    if key not in present and _KEY.fullmatch(key):
                        self.answers[path] = False

    def unknown_question(self, ref: str) -> None:
        if ref not in self.unknown and len(self.unknown) < _MOST_UNKNOWN:
            self.unknown.add(ref)
            self.flags.append(Flag("unknown_question", None, {"question": ref}))
