"""What is each field of a case called, and who may read it?"""

from flask import current_app

from schemas.data_checks.words import FIELDS
from schemas.forms.fields import FieldCatalogue
from server.published_forms import form_version
from server.store import forms


def field_catalogue(authority: str) -> FieldCatalogue:
    """The fields of every published form version and those of data checks; made anew when a version is published."""
    versions = tuple((form, version) for form, version, _ in forms.list_of(authority))
    cache = current_app.extensions.setdefault("ruhu_catalogues", {})
    if cache.get("versions") != (authority, versions):
        compiled = [form_version(authority, form, version) for form, version in versions]
        of_forms = FieldCatalogue.of([form for form in compiled if form is not None])
        cache["catalogue"] = FieldCatalogue([*of_forms.fields.values(), *FIELDS])
        cache["versions"] = (authority, versions)
    catalogue: FieldCatalogue = cache["catalogue"]
    return catalogue
