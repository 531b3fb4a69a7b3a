"""Compiles the workbook that a bureau edits into the form that tablets fill in and the server reads.

Beside the columns of XLSForm, a workbook has four of our own, with ``ruhu="https://ruhu.example/xforms"`` under
``namespaces`` in its settings:

``bind::ruhu:path``         the case field that the answer goes to; empty: it is kept in the statement only
``bind::ruhu:value``        ``money`` (yuan here, fen in the case), ``yes_no`` (a bool there), ``member`` (its id)
``bind::ruhu:sensitivity``  who may read it: ``id_number``, ``bank``, ``phone``, ``health``, ``interview``
``bind::ruhu:shot``         photo and ink questions: the kind of evidence asked for
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from importlib.resources import files

from lxml import etree

from schemas.forms.binding import SENSITIVITIES, Binding, Collection, Template, Words
from schemas.forms.errors import FormRefused
from schemas.forms.form import CompiledForm
from schemas.forms.safe_xml import parse_xml
from schemas.forms.workbook import xform_of
from schemas.forms.xform import RUHU, Control, XForm, read_xform

__all__ = ["CompiledForm", "FormRefused", "compile_xlsform", "shipped_forms"]

SHIPPED = ("household_visit.xlsx", "neighbour_interview.xlsx")
STATEMENT = "statement"

_BIND_TYPES = {
    "int": "integer",
    "decimal": "decimal",
    "date": "date",
    "dateTime": "datetime",
    "geopoint": "place",
    "binary": "file",
}
_FORM_ID = re.compile(r"[a-z][a-z0-9_]{0,63}")
_VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,31}")
_LIMIT = re.compile(r"\.\s*(>=|<=)\s*(-?[0-9]+(?:\.[0-9]+)?)")


def shipped_forms() -> tuple[bytes, ...]:
    """The workbooks of the forms that come with Ruhu: household visit 入户调查表, neighbour interview 走访调查表."""
    return tuple((files("schemas.forms") / name).read_bytes() for name in SHIPPED)


def compile_xlsform(xlsx: bytes) -> CompiledForm:
    """The form in an .xlsx workbook. FormRefused, with a reason for its author, when it is not one we can use."""
    root = parse_xml(xform_of(xlsx))
    source = read_xform(root)
    if not _FORM_ID.fullmatch(source.form_id):
        raise FormRefused("settings need a form_id of lower-case letters, digits and underscores")
    if not _VERSION.fullmatch(source.version):
        raise FormRefused("settings need a version such as 2026.1")
    zh, slash, en = source.title.partition(" / ")
    if not slash:
        raise FormRefused("settings need a form_title in both languages, as '中文 / English'")
    if not source.questions:
        raise FormRefused("the form has no questions")
    collections = _collections(source)
    bindings = tuple(_binding(source, ref, collections) for ref in source.questions)
    _refuse_shared_paths(bindings)
    for binding in bindings:
        bind = source.binds.get(binding.ref)
        if bind is not None:
            bind.set(f"{{{RUHU}}}type", binding.value_type)  # so that tablets need not work it out again
    return CompiledForm(
        form_id=source.form_id,
        version=source.version,
        title=Words(zh.strip(), en.strip()),
        xform=etree.tostring(root, encoding="unicode"),
        bindings=bindings,
        collections=tuple(collections.values()),
    )


def _own(source: XForm, ref: str, name: str) -> str | None:
    bind = source.binds.get(ref)
    return None if bind is None else bind.get(f"{{{RUHU}}}{name}") or None


def _template(ref: str, path: str) -> Template:
    try:
        template = Template.parse(path)
    except ValueError as problem:
        raise FormRefused(f"{ref}: ruhu:path {path}: {problem}") from problem
    if template.suffix == ".listed":
        raise FormRefused(f"{ref}: ruhu:path {path}: 'listed' is kept for entries that come and go")
    return template


def _collections(source: XForm) -> dict[str, Collection]:
    found: dict[str, Collection] = {}
    for repeat, inside in source.repeats.items():
        if any(other != repeat and repeat.startswith(f"{other}/") for other in source.repeats):
            raise FormRefused(f"{repeat}: a repeat inside a repeat is not supported")
        templates = [_template(ref, path) for ref in inside if (path := _own(source, ref, "path"))]
        if not templates:
            continue
        if len({(template.prefix, template.placeholder) for template in templates}) != 1:
            raise FormRefused(f"{repeat}: all paths in one repeat must start with the same collection and id")
        key = templates[0].placeholder
        if key is None or f"{repeat}/{key}" not in inside:
            raise FormRefused(f"{repeat}: its paths need an id in braces that is a question of the same repeat")
        if repeat not in source.groups:
            raise FormRefused(f"{repeat} needs its label in both languages, zh and en")
        found[repeat] = Collection(repeat, key, templates[0].prefix, source.groups[repeat])
    return found


def _binding(source: XForm, ref: str, collections: dict[str, Collection]) -> Binding:
    control, path = source.controls.get(ref), _own(source, ref, "path")
    repeat = next((each for each in source.repeats if ref.startswith(f"{each}/")), None)
    collection = None if repeat is None else collections.get(repeat)
    value_type = _value_type(source, ref, control)
    sensitivity, shot = _own(source, ref, "sensitivity"), _own(source, ref, "shot")
    if sensitivity is not None and sensitivity not in SENSITIVITIES:
        raise FormRefused(f"{ref}: ruhu:sensitivity {sensitivity} is none of {', '.join(sorted(SENSITIVITIES))}")
    if (shot is not None) != (value_type == "file") or (shot is not None and path is not None):
        raise FormRefused(f"{ref}: photo and ink questions, and only they, have a ruhu:shot and no ruhu:path")
    if path is not None:
        if control is None:
            raise FormRefused(f"{ref}: only a question that people see can write a field")
        if repeat is None and _template(ref, path).placeholder not in (None, STATEMENT):
            raise FormRefused(f"{ref}: ruhu:path {path}: no repeat around it fills in the part in braces")
    bind = source.binds.get(ref)
    constraint = "" if bind is None else bind.get("constraint", "")
    low, high = _range(constraint)
    words = Words(ref.rpartition("/")[2], ref.rpartition("/")[2])
    return Binding(
        ref=ref,
        path=path,
        value_type=value_type,
        labels=words if control is None else control.labels,
        group=_group(source, ref),
        sensitivity=sensitivity,
        shot=shot,
        choices=() if control is None else control.choices,
        required=bind is not None and bind.get("required") == "true()",
        low=low,
        high=high,
        repeat=repeat,
        key=None if collection is None else collection.key,
    )


def _value_type(source: XForm, ref: str, control: Control | None) -> str:
    bind = source.binds.get(ref)
    by_bind = _BIND_TYPES.get("" if bind is None else bind.get("type", ""), "text")
    if control is not None and control.tag in ("select1", "select"):
        by_bind = "choice" if control.tag == "select1" else "choices"
    own = _own(source, ref, "value")
    if own is None:
        return by_bind
    if (own, by_bind) not in (("money", "decimal"), ("member", "text"), ("yes_no", "choice")):
        raise FormRefused(f"{ref}: ruhu:value {own} does not go with a question of type {by_bind}")
    return own


def _group(source: XForm, ref: str) -> Words:
    outer = ref.rpartition("/")[0]
    while outer != "/data":
        if outer in source.groups:
            return source.groups[outer]
        outer = outer.rpartition("/")[0]
    return Words("其他", "Other")


def _range(constraint: str) -> tuple[str | None, str | None]:
    """The limits of a constraint that is nothing but limits; other rules are the tablet's to hold."""
    limits: dict[str, str] = {}
    for part in constraint.split(" and ") if constraint else ():
        match = _LIMIT.fullmatch(part.strip())
        if match is None:
            return None, None
        limits[match[1]] = match[2]
    return limits.get(">="), limits.get("<=")


def _refuse_shared_paths(bindings: Iterable[Binding]) -> None:
    writers: dict[str, str] = {}
    for binding in bindings:
        if binding.path is not None and writers.setdefault(binding.path, binding.ref) != binding.ref:
            raise FormRefused(f"{binding.ref} and {writers[binding.path]} write the same field, {binding.path}")
