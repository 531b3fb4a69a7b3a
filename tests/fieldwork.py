"""A small county and hand-held tablets for tests: real keys, real envelopes, the real HTTP surface in one process."""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Table, insert, select

from schemas.forms.compiled import CompiledForm, compile_xlsform, shipped_forms
from schemas.forms.fill import write_instance
from schemas.statement import write_payload
from server import keys
from server.db import db, execute, transactional
from server.operations.add_person import add_person
from server.operations.issue_enrolment import issue_enrolment
from server.operations.publish_form import publish_form
from server.operations.set_up_authority import set_up_authority
from server.policy import Role
from server.store import persons
from server.store.persons import Person
from server.store.regions import Region
from sync.dot import Dot
from sync.envelope import ENROLMENT_TYPE, SESSION_TYPE, STATEMENT_TYPE, Envelope
from sync.statement import Evidence, Made, Outcome, SignOff, Statement
from sync.strict_json import canonical

AUTHORITY = "demo"
PASSWORD = "correct-horse-battery"
COUNTY = Region("c", None, 3, "云岭县", "999999", "c/")
NORTH = Region("n", "c", 4, "清溪镇", "999999001", "c/n/")
SOUTH = Region("s", "c", 4, "南坪镇", "999999002", "c/s/")
STONE_BRIDGE = Region("n1", "n", 5, "石桥村", "999999001001", "c/n/n1/")
WILLOW_BEND = Region("n2", "n", 5, "柳湾村", "999999001002", "c/n/n2/")
SOUTH_HILL = Region("s1", "s", 5, "南山村", "999999002001", "c/s/s1/")
TREE = (COUNTY, NORTH, SOUTH, STONE_BRIDGE, WILLOW_BEND, SOUTH_HILL)


@cache
def form(form_id: str) -> CompiledForm:
    """A shipped form, compiled once for all tests."""
    return next(f for f in map(compile_xlsform, shipped_forms()) if f.form_id == form_id)


@dataclass
class County:
    """Who works in the test county, by short names."""

    app: Flask
    people: dict[str, Person] = field(default_factory=dict)

    def enrolment_token(self, name: str) -> str:
        with self.app.app_context():
            officer = self.people["officer"]
            return issue_enrolment(AUTHORITY, officer.id, (officer.scope,), self.people[name].id)[0]


def open_county(app: Flask) -> County:
    """Two townships, three villages, two pairs of investigators and the office.

    It is set up by the real operations once in a test run; later ones get the same rows again, because stretching
    nine passwords and compiling two forms takes seconds.
    """
    with app.app_context():
        if not _AS_SET_UP:
            _set_up()
            _AS_SET_UP.update({table.name: _rows(table) for table in db.metadata.sorted_tables if _rows(table)})
        else:
            _set_up_again()
        return County(app, {person.login: person for person in persons.all_of(AUTHORITY).values()})


_AS_SET_UP: dict[str, list[dict[str, Any]]] = {}


def _rows(table: Table) -> list[dict[str, Any]]:
    return [dict(row._mapping) for row in execute(select(table))]


@transactional
def _set_up_again() -> None:
    for table in db.metadata.sorted_tables:
        execute(insert(table), _AS_SET_UP.get(table.name, []))


def _set_up() -> None:
    staff = {
        "zhang": (Role.INVESTIGATOR, "n"),
        "li": (Role.INVESTIGATOR, "n"),
        "wang": (Role.INVESTIGATOR, "s"),
        "zhao": (Role.INVESTIGATOR, "s"),
        "head": (Role.TOWNSHIP_HEAD, "n"),
        "officer": (Role.COUNTY_OFFICER, "c"),
        "reviewer": (Role.PHOTO_REVIEWER, "c"),
        "auditor": (Role.AUDITOR, "c"),
        "inspector": (Role.INSPECTOR, "c"),
    }
    set_up_authority(
        AUTHORITY, name_zh="云岭县民政局", name_en="Yunling County", line_urban=62500, line_rural=58300, tree=TREE
    )
    for workbook in shipped_forms():
        publish_form(AUTHORITY, workbook)
    for login, (role, region) in staff.items():
        add_person(AUTHORITY, login=login, name=f"测试{login}", role=role, region=region, password=PASSWORD)


@dataclass
class TestTablet:
    """A tablet in a test's hand: it seals what it is told to and pushes when it is told to."""

    __test__ = False
    county: County
    client: FlaskClient
    replica: str
    key: keys.SigningKey
    persons: dict[str, tuple[Person, keys.SigningKey]] = field(default_factory=dict)
    token: str = ""
    counter: int = 0
    seq: int = 0
    prev: str | None = None
    held: int = 0

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}", "Accept-Language": "en"}

    def enrol(self, name: str) -> Any:
        token = self.county.enrolment_token(name)
        person, key = self.county.people[name], keys.SigningKey.generate()
        proof = keys.sign_envelope(ENROLMENT_TYPE, self.enrolment_payload(token, key), self.key, key)
        answer = self.client.post("/api/v1/enrolments", json={"token": token, "proof": proof.to_json()})
        assert answer.status_code == 201, answer.text
        self.persons[name] = (person, key)
        return answer.json

    def enrolment_payload(self, token: str, key: keys.SigningKey) -> bytes:
        return canonical(
            {
                "token": keys.token_hash(token),
                "replica": self.replica,
                "label": "test tablet",
                "replica_key": base64.b64encode(self.key.public).decode(),
                "person_key": base64.b64encode(key.public).decode(),
            }
        )

    def session(self) -> Any:
        self.counter += 1
        payload = canonical({"replica": self.replica, "counter": self.counter})
        request = keys.sign_envelope(SESSION_TYPE, payload, self.key)
        answer = self.client.post("/api/v1/sessions", json={"request": request.to_json()})
        if answer.status_code == 201:
            self.token = answer.json["token"]
        return answer

    def seal(self, kind: str, *, signers: Sequence[str] | None = None, **members: Any) -> Envelope:
        """The next statement of this tablet's chain, in its envelope."""
        self.seq += 1
        names = list(self.persons) if signers is None else list(signers)
        sign_offs = tuple(
            SignOff("investigator", Outcome.SIGNED, self.persons[name][0].id, self.persons[name][1].keyid)
            for name in names
        )
        statement = Statement(
            id=f"{self.replica}-{self.seq}",
            kind=kind,
            authority=AUTHORITY,
            replica=self.replica,
            seq=self.seq,
            prev=self.prev,
            author=next(iter(self.persons.values()))[0].id,
            held=members.pop("held", self.held),
            made=Made("2026-03-02T09:30:00+08:00", 1000 * self.seq, "boot1"),
            sign_offs=(*sign_offs, *members.pop("witnessed", ())),
            **members,
        )
        return self.sign(write_payload(statement), names)

    def sign(self, payload: bytes, names: Sequence[str]) -> Envelope:
        envelope = keys.sign_envelope(STATEMENT_TYPE, payload, self.key, *(self.persons[name][1] for name in names))
        self.prev = envelope.digest
        return envelope

    def visit(
        self,
        case: str,
        answers: Mapping[str, Any],
        *,
        village: str = "n1",
        seen: Mapping[str, Sequence[Dot]] | None = None,
        evidence: Sequence[Evidence] = (),
        kind: str = "household_visit",
        **members: Any,
    ) -> Envelope:
        """A household visit whose form holds these answers, in the form's own question names."""
        survey = form("neighbour_interview" if kind == "neighbour_interview" else "household_visit")
        return self.seal(
            kind,
            case=case,
            village=village,
            form=survey.form_id,
            form_version=survey.version,
            instance=write_instance(survey, answers),
            seen={path: frozenset(dots) for path, dots in (seen or {}).items()},
            evidence=tuple(evidence),
            **members,
        )

    def push(self, *envelopes: Envelope | bytes) -> list[dict[str, Any]]:
        answer = self.push_raw(b"\n".join(e if isinstance(e, bytes) else e.to_bytes() for e in envelopes))
        assert answer.status_code == 207, answer.text
        verdicts: list[dict[str, Any]] = answer.json["verdicts"]
        return verdicts

    def push_raw(self, body: bytes, **headers: str) -> Any:
        return self.client.post(
            "/api/v1/statements",
            data=body,
            headers={**self.headers, "Content-Type": "application/x-ndjson", **headers},
        )

    def pull(self, cursor: str | None = None, **query: Any) -> Any:
        return self.client.get(
            "/api/v1/changes",
            query_string={k: v for k, v in {"cursor": cursor, **query}.items() if v is not None},
            headers=self.headers,
        )


def new_tablet(county: County, *names: str) -> TestTablet:
    """An enrolled tablet with a session; the named people sign on it."""
    tablet = TestTablet(county, county.app.test_client(), keys.new_id(), keys.SigningKey.generate())
    for name in names:
        tablet.enrol(name)
    assert tablet.session().status_code == 201
    return tablet


def payload_of(envelope: Envelope) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(envelope.payload)
    return data
