"""Open a neighbour interview: the name and the words leave only with a reason, after the audit line is written."""

from collections.abc import Collection
from dataclasses import dataclass

from lxml import etree

from schemas.forms.form import CompiledForm
from schemas.forms.safe_xml import local_name, parse_xml
from server import errors
from server.db import transactional
from server.keys import Keyring
from server.operations.write_audit import write_audit
from server.published_forms import form_version
from server.queries.case_page import INTERVIEW
from server.queries.open_statements import open_statements
from server.queries.read_envelopes import Authentic
from server.reasons import need_reason
from server.store import cases, statements


@dataclass(frozen=True, slots=True)
class OpenedInterview:
    """What rests in the encrypted statement only: (question, answer) in a language, and the ink's digest if any."""

    statement: str
    answers: tuple[tuple[str, str], ...]
    ink: str | None


@transactional
def open_interview(
    authority: str,
    person: str,
    scope: Collection[str],
    case_id: str,
    statement_id: str,
    reason: str,
    keyring: Keyring,
    language: str,
) -> OpenedInterview:
    """Raises NotFound, InvalidRequest (no reason given)."""
    reason = need_reason(reason)
    row = statements.find(authority, statement_id)
    if (
        row is None
        or row.case_id != case_id
        or row.kind != INTERVIEW
        or cases.find(authority, case_id, scope) is None
    ):
        raise errors.NotFound()
    read = open_statements(authority, [statement_id], keyring).get(statement_id)
    if not isinstance(read, Authentic) or read.statement is None or not read.statement.instance:
        raise errors.NotFound()
    statement = read.statement
    form = form_version(authority, statement.form or "", statement.form_version or "")
    if form is None:
        raise errors.NotFound()
    write_audit(authority, person, "open_interview", statement_id, reason)
    return OpenedInterview(
        statement_id,
        _closed_answers(form, statement.instance or "", language),
        next((s.ink for s in statement.sign_offs if s.person is None and s.ink), None),
    )


def _closed_answers(form: CompiledForm, instance: str, language: str) -> tuple[tuple[str, str], ...]:
    """The answers that no field of the case holds, in the order of the form."""
    found: dict[str, str] = {}

    def walk(element: etree._Element, ref: str) -> None:
        for child in element:
            if not isinstance(child.tag, str):
                continue
            here = f"{ref}/{local_name(child.tag)}"
            if len(child):
                walk(child, here)
            elif child.text and child.text.strip():
                found[here] = child.text.strip()

    walk(parse_xml(instance), "/data")
    return tuple(
        (binding.labels[language], found[binding.ref])
        for binding in form.bindings
        if binding.path is None and binding.value_type in ("text", "place") and binding.ref in found
    )
