"""A form ready for work: its XForm for the tablets, its questions for the server, compiled once and stored."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass, field
from typing import Any

from schemas.forms.binding import Binding, Collection, Words
from schemas.forms.errors import FormRefused
from schemas.forms.plan import Step, plan


@dataclass(frozen=True, slots=True)
class CompiledForm:
    """One version of one form. ``bindings`` stand in the order of the form.

    ``xform`` is the XForm (W3C XForms 1.1 as ODK uses it) that tablets load.
    """

    form_id: str
    version: str
    title: Words
    xform: str
    bindings: tuple[Binding, ...]
    collections: tuple[Collection, ...]
    # Slots leave no room for a cached property, and every statement needs the plan: so it is made with the form.
    root: Step = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "root", plan(self.bindings, self.collections))

    def to_json(self) -> str:
        """Everything that the form is, as canonical JSON text for a table."""
        record = {
            each.name: getattr(self, each.name)
            for each in dataclasses.fields(self)
            if each.name not in ("root", "title", "bindings", "collections")
        }
        record["title"] = dataclasses.asdict(self.title)
        record["bindings"] = [dataclasses.asdict(binding) for binding in self.bindings]
        record["collections"] = [dataclasses.asdict(collection) for collection in self.collections]
        return json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str | bytes) -> CompiledForm:
        """The form that ``to_json`` wrote; FormRefused when the text is something else."""
        try:
            record = json.loads(text)
            return cls(
                form_id=record["form_id"],
                version=record["version"],
                title=Words(**record["title"]),
                xform=record["xform"],
                bindings=tuple(_binding(each) for each in record["bindings"]),
                collections=tuple(
                    Collection(**{**each, "labels": Words(**each["labels"])}) for each in record["collections"]
                ),
            )
        except (KeyError, TypeError, ValueError) as problem:
            raise FormRefused(f"the stored form cannot be read: {type(problem).__name__}") from problem


def _binding(record: dict[str, Any]) -> Binding:
    return Binding(
        **{
            **record,
            "labels": Words(**record["labels"]),
            "group": Words(**record["group"]),
            "choices": tuple((code, Words(**words)) for code, words in record["choices"]),
        }
    )
