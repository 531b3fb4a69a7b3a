"""One question of a form: what it is called, what it may hold, and which field of the case it writes."""

from __future__ import annotations

import re
from dataclasses import dataclass

VALUE_TYPES = frozenset(
    {
        "text",
        "integer",
        "decimal",  # canonical decimal text: the case knows no fractions as numbers
        "money",  # yuan on the form, integer fen in the case
        "date",
        "datetime",
        "yes_no",  # a choice of yes and no, a bool in the case
        "choice",
        "choices",
        "place",
        "member",  # the id of one of the members on the same form
        "file",
    }
)
SENSITIVITIES = frozenset({"id_number", "bank", "phone", "health", "interview"})
MASKED = frozenset({"id_number", "bank", "phone"})

# Field paths are ASCII, so that sorting them by code points is sorting them by code units.
_TEMPLATE = re.compile(r"[a-z][a-z0-9_]*(?:\.(?:[a-z][a-z0-9_]*|\{[a-z][a-z0-9_]*\}))*", re.ASCII)
_PLACEHOLDER = re.compile(r"\{([a-z0-9_]+)\}")


@dataclass(frozen=True, slots=True)
class Words:
    """A text in the two languages of the product."""

    zh: str
    en: str

    def __getitem__(self, lang: str) -> str:
        """The text for a language tag; everything that is not Chinese gets English."""
        return self.zh if lang.startswith("zh") else self.en


@dataclass(frozen=True, slots=True)
class Template:
    """A field path with at most one part left open: ``members.{member_id}.health``."""

    prefix: str
    placeholder: str | None
    suffix: str

    @classmethod
    def parse(cls, text: str) -> Template:
        """Split a template; ValueError when it is no field path or leaves more than one part open."""
        if not _TEMPLATE.fullmatch(text):
            raise ValueError("not a field path")
        pieces = _PLACEHOLDER.split(text)
        if len(pieces) > 3:
            raise ValueError("more than one part is left open")
        if len(pieces) == 1:
            return cls(text, None, "")
        prefix, placeholder, suffix = pieces
        if not prefix or not suffix:
            raise ValueError("the open part must stand in the middle")
        return cls(prefix, placeholder, suffix)

    def fill(self, key: str) -> str:
        """The field path with the open part filled in."""
        return self.prefix if self.placeholder is None else f"{self.prefix}{key}{self.suffix}"


@dataclass(frozen=True, slots=True)
class Binding:
    """One question.

    ``ref`` is its place in the instance (``/data/people/members/health``), ``path`` the template of the case field
    that it writes (None: it writes nothing), ``low`` and ``high`` the inclusive range in the form's own unit,
    ``shot`` the kind of evidence a photo or ink question asks for, ``repeat`` and ``key`` the enclosing repeat
    and the name of the question in it that holds the entry's id.
    """

    ref: str
    path: str | None
    value_type: str
    labels: Words
    group: Words
    sensitivity: str | None = None
    shot: str | None = None
    choices: tuple[tuple[str, Words], ...] = ()
    required: bool = False
    low: str | None = None
    high: str | None = None
    repeat: str | None = None
    key: str | None = None

    @property
    def name(self) -> str:
        """The question's name in the workbook."""
        return self.ref.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class Collection:
    """A repeat whose entries the case keeps by id: members, income lines, vehicles."""

    ref: str
    key: str
    prefix: str
    labels: Words

    @property
    def listed(self) -> str:
        """The template of the field that says whether an entry is on the list: removing one is a value."""
        return f"{self.prefix}{{{self.key}}}.listed"
