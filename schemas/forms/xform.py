"""Reads a compiled XForm: which questions there are, what they are called, and what each may hold.

Follows the ODK XForms specification: one primary instance, ``bind`` elements for types and rules, ``itext`` for
the languages, secondary instances for the choices. Attributes in our own namespace say where an answer goes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from schemas.forms.binding import Words
from schemas.forms.errors import FormRefused
from schemas.forms.safe_xml import local_name

RUHU = "https://ruhu.example/xforms"
_XF = "{http://www.w3.org/2002/xforms}"
_JR = "{http://openrosa.org/javarosa}"
_ITEXT = re.compile(r"jr:itext\('(.+)'\)")
_ITEMSET = re.compile(r"instance\('([^']+)'\)/root/item")
_CONTROLS = frozenset({"input", "select1", "select", "upload", "trigger", "range", "rank"})
# The compiler fills a missing translation with this.
_UNTRANSLATED = "-"


@dataclass(frozen=True, slots=True)
class Control:
    """What the tablet shows for a question."""

    tag: str
    labels: Words
    choices: tuple[tuple[str, Words], ...]


@dataclass(slots=True)
class XForm:
    """The parts of an XForm that the server needs. ``questions`` are refs in the order of the form."""

    model: etree._Element
    texts: dict[str, Words]
    form_id: str = ""
    version: str = ""
    title: str = ""
    questions: list[str] = field(default_factory=list)
    repeats: dict[str, list[str]] = field(default_factory=dict)
    binds: dict[str, etree._Element] = field(default_factory=dict)
    controls: dict[str, Control] = field(default_factory=dict)
    groups: dict[str, Words] = field(default_factory=dict)


def read_xform(root: etree._Element) -> XForm:
    """Everything of the XForm that is asked for later; FormRefused when a text lacks one of the two languages."""
    model = root.find(f".//{_XF}model")
    body = root.find("{http://www.w3.org/1999/xhtml}body")
    instance = None if model is None else model.find(f"{_XF}instance")
    if model is None or body is None or instance is None or len(instance) != 1:
        raise FormRefused("the compiled form has no model or no body")
    form = XForm(model=model, texts=_texts(model))
    form.title = (root.findtext(".//{http://www.w3.org/1999/xhtml}title") or "").strip()
    form.form_id, form.version = instance[0].get("id", ""), instance[0].get("version", "")
    form.binds = {bind.get("nodeset", ""): bind for bind in model.iterfind(f"{_XF}bind")}
    for repeat in body.iter(f"{_XF}repeat"):
        form.repeats[repeat.get("nodeset", "")] = []
    form.questions = list(dict.fromkeys(_leaves(instance[0], "/data")))
    for ref in form.questions:
        for repeat_ref, inside in form.repeats.items():
            if ref.startswith(f"{repeat_ref}/"):
                inside.append(ref)
    for element in body.iter(f"{_XF}*"):
        name, ref = local_name(str(element.tag)), element.get("ref", "")
        if name == "group" and ref:
            label = element.find(f"{_XF}label")
            if label is not None:
                form.groups[ref] = _words(form, label, ref)
        elif name in _CONTROLS:
            form.controls[ref] = _control(form, element, name, ref)
    return form


def _leaves(element: etree._Element, ref: str) -> Iterator[str]:
    for child in element:
        tag = local_name(str(child.tag))
        if ref == "/data" and tag == "meta":
            continue  # the form engine's own bookkeeping
        inner = f"{ref}/{tag}"
        if len(child):
            yield from _leaves(child, inner)
        else:
            yield inner


def _language(tag: str) -> str:
    """``zh`` or ``en`` from a translation's name such as ``中文 (zh)``; empty for any other language."""
    code = tag[tag.rfind("(") + 1 :].rstrip(")").strip().lower()
    return code[:2] if code[:2] in ("zh", "en") else ""


def _texts(model: etree._Element) -> dict[str, Words]:
    by_language: dict[str, dict[str, str]] = {"zh": {}, "en": {}}
    for translation in model.iterfind(f"{_XF}itext/{_XF}translation"):
        found = by_language.get(_language(translation.get("lang", "")))
        if found is None:
            continue
        for text in translation.iterfind(f"{_XF}text"):
            for value in text.iterfind(f"{_XF}value"):
                if value.get("form") is None:
                    found[text.get("id", "")] = " ".join("".join(str(part) for part in value.itertext()).split())
    texts: dict[str, Words] = {}
    for text_id in {**by_language["zh"], **by_language["en"]}:
        words = Words(by_language["zh"].get(text_id, ""), by_language["en"].get(text_id, ""))
        if words.zh in ("", _UNTRANSLATED) or words.en in ("", _UNTRANSLATED):
            raise FormRefused(f"a text is missing in one of the languages zh and en: {text_id}")
        texts[text_id] = words
    return texts


def _words(form: XForm, label: etree._Element, ref: str) -> Words:
    match = _ITEXT.fullmatch(label.get("ref", ""))
    words = form.texts.get(match[1]) if match else None
    if words is None:
        raise FormRefused(f"{ref} needs its label in both languages, zh and en")
    return words


def _control(form: XForm, element: etree._Element, tag: str, ref: str) -> Control:
    label = element.find(f"{_XF}label")
    if label is None:
        raise FormRefused(f"{ref} has no label")
    return Control(tag, _words(form, label, ref), _choices(form, element, ref))


def _choices(form: XForm, element: etree._Element, ref: str) -> tuple[tuple[str, Words], ...]:
    itemset = element.find(f"{_XF}itemset")
    if itemset is None:
        return tuple(
            (item.findtext(f"{_XF}value") or "", _words(form, label, ref))
            for item in element.iterfind(f"{_XF}item")
            if (label := item.find(f"{_XF}label")) is not None
        )
    match = _ITEMSET.match(itemset.get("nodeset", ""))
    if match is None:
        raise FormRefused(f"{ref} takes its choices from another answer, which is not supported")
    choices = []
    for instance in form.model.iterfind(f"{_XF}instance"):
        if instance.get("id") == match[1]:
            for item in instance.iterfind(f"{_XF}root/{_XF}item"):
                words = form.texts.get(item.findtext(f"{_XF}itextId") or "")
                code = item.findtext(f"{_XF}name") or ""
                if words is None:
                    raise FormRefused(f"choice {code} of {match[1]} needs its label in both languages, zh and en")
                choices.append((code, words))
    return tuple(choices)
