"""Fills in a form: the inverse of reading it, for tablets written in Python and for tests.

Values are given in the form's own names and units: groups are mappings, repeats are lists of mappings, money is
yuan text, several choices are a list of codes, a blank is None, and a name left out was not asked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lxml import etree

from schemas.forms.errors import UnfillableForm
from schemas.forms.form import CompiledForm
from schemas.forms.plan import Step


def write_instance(form: CompiledForm, values: Mapping[str, Any], *, instance_id: str | None = None) -> str:
    """The XForm instance, in the order of the form. UnfillableForm for a name the form does not have."""
    root = etree.Element("data", {"id": form.form_id, "version": form.version})
    _fill(root, form.root, values)
    if instance_id is not None:
        etree.SubElement(etree.SubElement(root, "meta"), "instanceID").text = instance_id
    return etree.tostring(root, encoding="unicode")


def _fill(element: etree._Element, step: Step, values: Mapping[str, Any]) -> None:
    if unknown := values.keys() - step.children.keys():
        raise UnfillableForm(f"{step.ref} has no question {min(unknown)}")
    for name, inner in step.children.items():
        if name not in values:
            continue
        value = values[name]
        if inner.repeats:
            if not isinstance(value, Sequence) or isinstance(value, str):
                raise UnfillableForm(f"{inner.ref} is a repeat and takes a list")
            for entry in value:
                _fill_group(etree.SubElement(element, name), inner, entry)
        elif inner.asked is None:
            _fill_group(etree.SubElement(element, name), inner, value)
        else:
            _answer(etree.SubElement(element, name), inner.ref, value)


def _fill_group(element: etree._Element, step: Step, value: Any) -> None:
    if not isinstance(value, Mapping):
        raise UnfillableForm(f"{step.ref} takes a mapping of names to values")
    _fill(element, step, value)


def _answer(element: etree._Element, ref: str, value: Any) -> None:
    if value is None:
        return
    if isinstance(value, list | tuple):
        text = " ".join(value)
    elif isinstance(value, bool) or not isinstance(value, int | str):
        raise UnfillableForm(f"{ref} takes text, a whole number or a list of codes")
    else:
        text = str(value)
    try:
        element.text = text
    except ValueError:
        raise UnfillableForm(f"{ref}: control characters cannot stand in XML") from None
