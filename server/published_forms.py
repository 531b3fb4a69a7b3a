"""The published form versions, compiled, ready to read instances with.

A published version never changes, so each worker keeps those it has used; a version that it has not met is looked up
in the database, where another worker may have just published it.
"""

from flask import current_app

from schemas.forms.compiled import CompiledForm
from server.store import forms


def form_version(authority: str, form: str, version: str) -> CompiledForm | None:
    """The compiled form, or None when this version was never published here."""
    known: dict[tuple[str, str, str], CompiledForm] = current_app.extensions["ruhu_forms"]
    key = (authority, form, version)
    if key not in known:
        stored = forms.find(authority, form, version)
        if stored is None:
            return None
        known[key] = CompiledForm.from_json(stored.compiled)
    return known[key]


def newest_forms(authority: str) -> dict[str, CompiledForm]:
    """The newest version of each form."""
    newest: dict[str, CompiledForm] = {}
    for form, version, _ in forms.list_of(authority):
        compiled = form_version(authority, form, version)
        assert compiled is not None
        newest[form] = compiled
    return newest
