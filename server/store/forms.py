"""Form versions as published: the XForm for tablets, the bindings for the server. Old versions stay acceptable."""

from dataclasses import dataclass

from sqlalchemy import Column, ForeignKey, LargeBinary, Text, insert, select

from server.db import Key, db, execute

form_table = db.Table(
    "form_version",
    Column("authority", Key, ForeignKey("authority.id"), primary_key=True),
    Column("form", Key, primary_key=True),
    Column("version", Key, primary_key=True),
    Column("workbook", LargeBinary, nullable=False),  # the XLSForm as published
    Column("compiled", Text, nullable=False),  # CompiledForm as JSON, the XForm included
    Column("published_at", Key, nullable=False),
)


@dataclass(frozen=True, slots=True)
class FormVersion:
    form: str
    version: str
    compiled: str
    published_at: str


_COLUMNS = [form_table.c[field] for field in FormVersion.__dataclass_fields__]


def add(authority: str, version: FormVersion, workbook: bytes) -> None:
    values = {field: getattr(version, field) for field in FormVersion.__dataclass_fields__}
    execute(insert(form_table), {"authority": authority, "workbook": workbook, **values})


def find(authority: str, form: str, version: str) -> FormVersion | None:
    row = execute(
        select(*_COLUMNS).where(
            form_table.c.authority == authority, form_table.c.form == form, form_table.c.version == version
        )
    ).first()
    return FormVersion(*row) if row else None


def all_of(authority: str) -> list[FormVersion]:
    """Every version, the newest of each form last."""
    rows = execute(
        select(*_COLUMNS)
        .where(form_table.c.authority == authority)
        .order_by(form_table.c.form, form_table.c.published_at, form_table.c.version)
    )
    return [FormVersion(*row) for row in rows]


def list_of(authority: str) -> list[tuple[str, str, str]]:
    """(form, version, published at) of every version."""
    rows = execute(
        select(form_table.c.form, form_table.c.version, form_table.c.published_at)
        .where(form_table.c.authority == authority)
        .order_by(form_table.c.form, form_table.c.published_at, form_table.c.version)
    )
    return [tuple(row) for row in rows]
