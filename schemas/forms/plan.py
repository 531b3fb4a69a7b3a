"""The way through a form, worked out once, so that reading a filled-in copy is a walk over dictionaries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from schemas.forms.binding import Binding, Collection, Template
from schemas.forms.values import PARSERS, Parser, choice_parser, choices_parser, parse_id_number


@dataclass(frozen=True, slots=True)
class Asked:
    """What reading one question takes. ``low`` and ``high`` are in the unit of the written value."""

    ref: str
    template: Template | None
    parse: Parser
    binding: Binding
    is_key: bool
    low: Decimal | None
    high: Decimal | None


@dataclass(slots=True)
class Step:
    """One node of the instance: a question, or a group or repeat with what may stand in it."""

    ref: str
    children: dict[str, Step] = field(default_factory=dict)
    asked: Asked | None = None
    repeats: bool = False
    collection: Collection | None = None


def _limit(text: str | None, value_type: str) -> Decimal | None:
    if text is None:
        return None
    return Decimal(text) * 100 if value_type == "money" else Decimal(text)


def _parser(binding: Binding) -> Parser:
    if binding.value_type in ("choice", "choices"):
        codes = frozenset(code for code, _ in binding.choices)
        return choice_parser(codes) if binding.value_type == "choice" else choices_parser(codes)
    if binding.sensitivity == "id_number":
        return parse_id_number
    return PARSERS.get(binding.value_type, PARSERS["text"])


def plan(bindings: Iterable[Binding], collections: Iterable[Collection]) -> Step:
    """The root step of a form with these questions and keyed repeats."""
    keyed = {collection.ref: collection for collection in collections}
    root = Step("/data")
    for binding in bindings:
        step = root
        for tag in binding.ref.split("/")[2:]:
            ref = f"{step.ref}/{tag}"
            step = step.children.setdefault(tag, Step(ref, collection=keyed.get(ref)))
            step.repeats = step.repeats or ref == binding.repeat
        step.asked = Asked(
            ref=binding.ref,
            template=None if binding.path is None else Template.parse(binding.path),
            parse=_parser(binding),
            binding=binding,
            is_key=binding.repeat is not None and binding.ref == f"{binding.repeat}/{binding.key}",
            low=_limit(binding.low, binding.value_type),
            high=_limit(binding.high, binding.value_type),
        )
    return root
