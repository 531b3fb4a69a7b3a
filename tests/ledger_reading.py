"""What a test reads straight from the database: rows as they rest, and what the sealed ones hold."""

import json
from typing import Any

from fieldwork import AUTHORITY
from flask import Flask
from sqlalchemy import Table, select

from server.db import execute
from server.keys import Keyring
from server.queries.open_statements import open_envelopes
from server.store import cases
from server.store.cases import case_table
from server.store.statements import equivocation_table, refusal_table, statement_table


def rows(app: Flask, table: Table) -> list[dict[str, Any]]:
    with app.app_context():
        return [dict(row._mapping) for row in execute(select(table))]


def stored(app: Flask) -> dict[str, dict[str, Any]]:
    """{statement id: its row}"""
    return {row["id"]: row for row in rows(app, statement_table)}


def quarantine(app: Flask) -> dict[str, str]:
    """{statement id: why it waits}, of those about which nobody has decided."""
    return {
        name: row["quarantine"]
        for name, row in stored(app).items()
        if row["quarantine"] is not None and row["quarantine_end"] is None
    }


def refusals(app: Flask) -> dict[str, int]:
    """{problem: how often}"""
    return {row["problem"]: row["count"] for row in rows(app, refusal_table)}


def equivocations(app: Flask) -> list[dict[str, Any]]:
    return rows(app, equivocation_table)


def envelope_bytes(app: Flask, statement: str) -> bytes:
    """The exact envelope that rests for this statement."""
    with app.app_context():
        return open_envelopes(AUTHORITY, [statement], keyring(app))[statement].to_bytes()


def keyring(app: Flask) -> Keyring:
    found: Keyring = app.extensions["ruhu_keyring"]
    return found


def case_documents(app: Flask) -> dict[str, bytes]:
    """{case id: its canonical document, opened}"""
    with app.app_context():
        return {
            row["id"]: keyring(app).unseal_case(row["document"], row["id"])
            for row in (dict(r._mapping) for r in execute(select(case_table)))
        }


def registers(app: Flask, case: str) -> dict[str, dict[str, Any]]:
    """{path: {dot: value}} of the live writes of a case."""
    document = json.loads(case_documents(app)[case])
    return {path: register["live"] for path, register in document["registers"].items()}


def case_row(app: Flask, case: str) -> cases.CaseRow:
    with app.app_context():
        (row,) = cases.find_many(AUTHORITY, [case], ["c/"])
        return row
