"""Publish a form version from the workbook that a bureau edited; versions never change once published."""

from schemas.forms.compiled import compile_xlsform
from schemas.forms.errors import FormRefused
from schemas.forms.form import CompiledForm
from server import clock, errors
from server.db import transactional
from server.operations.write_audit import write_audit
from server.store import forms
from server.store.forms import FormVersion


@transactional
def publish_form(authority: str, workbook: bytes, published_by: str | None = None) -> CompiledForm:
    """Raises errors.FormRefused: the workbook does not compile, or this version exists with another content."""
    try:
        form = compile_xlsform(workbook)
    except FormRefused as error:
        raise errors.FormRefused(reason=str(error)) from None
    compiled = form.to_json()
    known = forms.find(authority, form.form_id, form.version)
    if known is not None:
        if known.compiled != compiled:
            raise errors.FormRefused(reason="this version is published with another content; give it a new version")
        return form
    forms.add(authority, FormVersion(form.form_id, form.version, compiled, clock.stamp()), workbook)
    write_audit(authority, published_by, "publish_form", f"{form.form_id}@{form.version}")
    return form
