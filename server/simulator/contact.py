"""A tablet's contact with the server: enrol, open a session, push, upload, pull, and clear the outbox.

Each step may be cut at any byte and done again; nothing leaves the outbox but for a verified receipt and evidence
that the server says it holds.
"""

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from schemas.forms.form import CompiledForm
from server import keys
from server.simulator.account import Entry, Promise
from server.simulator.holding import HeldCase, OwnWork
from server.simulator.sending import send_file
from server.simulator.tablet import Signer, Tablet
from server.simulator.wire import Link, LinkCut, Reply
from sync.envelope import ENROLMENT_TYPE, RECEIPT_TYPE, SESSION_TYPE, envelope_from, pae
from sync.errors import SyncError
from sync.scope_digest import SetDigest
from sync.strict_json import canonical

API = "/api/v1"
NDJSON = "application/x-ndjson"
MOST_PER_PUSH = 50
MOST_CASES = 200
_ENROLMENT_TRIES = 60

IssueCode = Callable[[str], str]  # login -> a one-time enrolment code


class NotEnrolled(Exception):
    """The server does not take the tablet in; the message says what it answered."""


def enrol(tablet: Tablet, login: str, issue: IssueCode) -> None:
    """Makes a key for this person and enrols it, with the replica. Raises NotEnrolled."""
    link = tablet.link
    for _ in range(_ENROLMENT_TRIES):
        # A code may have been used up by a request whose reply was lost: each try takes a new one, and a new key.
        token, key = issue(login), keys.SigningKey.generate()
        payload = canonical(
            {
                "token": keys.token_hash(token),
                "replica": tablet.replica,
                "label": tablet.name,
                "replica_key": base64.b64encode(tablet.key.public).decode(),
                "person_key": base64.b64encode(key.public).decode(),
            }
        )
        proof = keys.sign_envelope(ENROLMENT_TYPE, payload, tablet.key, key)
        try:
            reply = _post(link, f"{API}/enrolments", {"token": token, "proof": proof.to_json()})
        except LinkCut:
            continue
        if reply.status != 201:
            raise NotEnrolled(f"{reply.status} {reply.problem}")
        welcome = reply.json
        tablet.authority = welcome["authority"]["id"]
        receipt = welcome["receipt_key"]
        tablet.receipt_key = (receipt["keyid"], base64.b64decode(receipt["public"]))
        tablet.intake = base64.b64decode(welcome["intake_key"]["public"])
        tablet.villages = tuple(region["id"] for region in welcome["regions"] if region["level"] == 5)
        tablet.signers.append(Signer(welcome["person"]["id"], welcome["person"]["name"], key))
        link.close()
        return
    raise NotEnrolled("the link was cut each time")


def form_is_published(tablet: Tablet, form: CompiledForm) -> None:
    """The survey that this tablet shows must be, to the letter, one that the server has published."""
    link = tablet.link
    for _ in range(_ENROLMENT_TRIES):
        try:
            _open_session(tablet, link)
            reply = link.send("GET", f"{API}/forms/{form.form_id}/{form.version}", _headers(tablet))
        except LinkCut:
            continue
        if reply.status != 200 or reply.body.decode() != form.xform:
            tablet.around.account.complain(f"{form.form_id} {form.version}: another form than the one in use")
        link.close()
        return


def sync(tablet: Tablet, tries: int) -> bool:
    """Hands in and pulls; whether it came to the end. Each try goes on where the last one was cut."""
    link = tablet.link
    for _ in range(tries):
        try:
            _open_session(tablet, link)
            _push(tablet, link)
            _send_evidence(tablet, link)
            if tablet.revoked or not _pull(tablet, link):
                _confirm_by_repeat(tablet, link)
        except LinkCut:
            continue
        link.close()
        return True
    link.close()
    return False


def announce(tablet: Tablet) -> None:
    """Asks for changes and hands nothing in; yet it says what this tablet has written. Raises LinkCut."""
    link = tablet.link
    _open_session(tablet, link)
    link.send("GET", f"{API}/changes?limit=1", _headers(tablet))
    link.close()


def _open_session(tablet: Tablet, link: Link) -> None:
    if tablet.token:
        return
    tablet.counter += 1
    payload = canonical({"replica": tablet.replica, "counter": tablet.counter})
    request = keys.sign_envelope(SESSION_TYPE, payload, tablet.key)
    reply = _post(link, f"{API}/sessions", {"request": request.to_json()})
    if reply.status != 201:
        _unexpected(tablet, "a session request", reply)
    tablet.token = reply.json["token"]


# -- push ----------------------------------------------------------------------------------------------------------


def _push(tablet: Tablet, link: Link) -> None:
    waiting = [entry for entry in tablet.outbox.values() if entry.promise is None]
    if tablet.around.faults.shuffled:
        tablet.rng.shuffle(waiting)
    while waiting:
        size = tablet.rng.randint(1, 8)
        batch, waiting = waiting[:size], waiting[size:]
        push_batch(tablet, link, batch)
        if tablet.rng.random() < tablet.around.faults.repeat:
            push_batch(tablet, link, batch)


def offer_again(tablet: Tablet, batch: Sequence[Entry]) -> Mapping[str, Any]:
    """The answer to a push of statements that were sent before, over a link that works. Raises LinkCut."""
    link = Link(tablet.around.url, tablet.around.traffic)
    try:
        _open_session(tablet, link)
        return push_batch(tablet, link, batch)
    finally:
        link.close()


def push_batch(tablet: Tablet, link: Link, batch: Sequence[Entry]) -> Mapping[str, Any]:
    """Sends these statements and books their receipts; the answer, `verdicts` and `missing`. Raises LinkCut."""
    headers = {**_headers(tablet), "Content-Type": NDJSON}
    body = b"\n".join(tablet.statement_to_send(entry) for entry in batch)
    reply = link.send("POST", f"{API}/statements", headers, body)
    if reply.status != 207:
        _unexpected(tablet, "a push", reply)
    answer: Mapping[str, Any] = reply.json
    for entry, verdict in zip(batch, answer["verdicts"], strict=True):
        _book(tablet, entry, verdict)
    return answer


def _book(tablet: Tablet, entry: Entry, verdict: Mapping[str, Any]) -> None:
    account = tablet.around.account
    if verdict["status"] == "refused":
        if verdict["problem"]["status"] != 503:
            account.complain(f"{entry.statement}: refused as {verdict['problem']['type']}")
        return
    if entry.promise is not None and verdict["status"] != "replayed":
        account.complain(f"{entry.statement}: acknowledged before, and taken as new again")
    promise = _verified(tablet, entry, verdict)
    if promise is None:
        account.complain(f"{entry.statement}: the receipt does not verify")
        return
    account.acknowledge(entry.statement, promise)
    waits = promise.verdict != "accepted"
    tablet.holding.note_own(entry.case, OwnWork(entry.statement, entry.writes, promise.index, waits))


def _verified(tablet: Tablet, entry: Entry, verdict: Mapping[str, Any]) -> Promise | None:
    """The receipt, if the authority signed it, for exactly these bytes."""
    try:
        envelope = envelope_from(verdict["receipt"])
    except SyncError:
        return None
    keyid, public = tablet.receipt_key
    signed = {signature.keyid: signature.sig for signature in envelope.signatures}
    message = pae(RECEIPT_TYPE, envelope.payload)
    if envelope.payload_type != RECEIPT_TYPE or not keys.verify(public, message, signed.get(keyid, b"")):
        return None
    said = json.loads(envelope.payload)
    if (said["statement"], said["digest"]) != (entry.statement, entry.envelope.digest):
        return None
    return Promise(envelope.payload, said["index"], said["verdict"])


# -- evidence ------------------------------------------------------------------------------------------------------


def _send_evidence(tablet: Tablet, link: Link) -> None:
    due = [d for entry in tablet.outbox.values() for d in entry.digests if d not in tablet.sent | tablet.withheld]
    due = list(dict.fromkeys(due))
    if tablet.around.faults.shuffled:
        tablet.rng.shuffle(due)
    for digest in due:
        send_file(tablet, link, digest)


# -- pull ----------------------------------------------------------------------------------------------------------


def _pull(tablet: Tablet, link: Link) -> bool:
    """To the end of the feed, then compares the whole scope; False when the office has ended this tablet."""
    while True:
        query = f"?limit={tablet.rng.choice((20, 60, 200))}"
        if tablet.holding.cursor is not None:
            query += f"&cursor={tablet.holding.cursor}"
        reply = link.send("GET", f"{API}/changes{query}", _headers(tablet))
        if reply.problem == "replica-revoked":
            tablet.revoked = True
            return False
        if reply.problem == "rescope":
            _rescope(tablet, link)
            continue
        if reply.status != 200:
            _unexpected(tablet, "a pull", reply)
        page = reply.json
        _take(tablet, page)
        if page["caught_up"]:
            break
    tablet.current = True
    if page["scope_digest"] != tablet.holding.digest():
        tablet.around.account.complain(f"{tablet.name}: its scope differs from the server's after a pull")
        tablet.holding.cursor = None
    _clear_outbox(tablet, set(page["owed"]), page["missing"])
    return True


def _take(tablet: Tablet, page: Mapping[str, Any]) -> None:
    tablet.current = False
    for shown in page["cases"]:
        tablet.holding.cases[shown["id"]] = HeldCase.read(shown)
    for task in page["tasks"]:
        if task["done"] is None:
            tablet.holding.tasks[task["id"]] = (task["kind"], task["case"])
        else:
            tablet.holding.tasks.pop(task["id"], None)
    for case in page.get("gone", ()):
        tablet.holding.cases.pop(case, None)
    if "cursor" in page:
        tablet.holding.cursor = page["cursor"]
        tablet.holding.size = page["held"]


def _rescope(tablet: Tablet, link: Link) -> None:
    """What the tablet may see has changed: compare the whole scope, fetch what differs, drop what has left."""
    reply = link.send("GET", f"{API}/scope", _headers(tablet))
    if reply.status != 200:
        _unexpected(tablet, "a manifest", reply)
    scope = reply.json
    wanted = dict(scope["cases"])
    if SetDigest.of(wanted).to_text() != scope["scope_digest"]:
        tablet.around.account.complain("the scope's digest is not that of its manifest")
    held = tablet.holding.cases
    differing = [case for case, hashed in wanted.items() if case not in held or held[case].hash != hashed]
    for start in range(0, len(differing), MOST_CASES):
        reply = _post(link, f"{API}/cases", {"ids": differing[start : start + MOST_CASES]}, _headers(tablet))
        if reply.status != 200:
            _unexpected(tablet, "a request for cases", reply)
        _take(tablet, reply.json)
    for case in held.keys() - wanted.keys():
        del held[case]
    tablet.holding.cursor = scope["cursor"]


def _clear_outbox(tablet: Tablet, owed: set[str], missing: Sequence[Sequence[int]]) -> None:
    account = tablet.around.account
    for digest in owed & tablet.sent:
        account.complain(f"evidence {digest[:12]} was received whole and is owed again")
    for name, entry in list(tablet.outbox.items()):
        if entry.promise is None:
            continue
        if any(first <= entry.seq <= last for first, last in missing):
            account.complain(f"{name}: acknowledged, and the server says that it is missing")
        if all(digest in tablet.sent and digest not in owed for digest in entry.digests):
            del tablet.outbox[name]


def _confirm_by_repeat(tablet: Tablet, link: Link) -> None:
    """A revoked tablet may not pull; what the server holds of its work it learns by sending it again."""
    done = [e for e in tablet.outbox.values() if e.promise and all(d in tablet.sent for d in e.digests)]
    for start in range(0, len(done), MOST_PER_PUSH):
        batch = done[start : start + MOST_PER_PUSH]
        for entry, verdict in zip(batch, push_batch(tablet, link, batch)["verdicts"], strict=True):
            if not verdict.get("owed"):
                tablet.outbox.pop(entry.statement)


def _post(link: Link, path: str, body: object, headers: Mapping[str, str] | None = None) -> Reply:
    return link.send("POST", path, {**(headers or {}), "Content-Type": "application/json"}, json.dumps(body).encode())


def _headers(tablet: Tablet) -> dict[str, str]:
    headers = {"Authorization": f"Bearer {tablet.token}"}
    if tablet.prev is not None:
        headers["Ruhu-Head"] = f"{tablet.seq} {tablet.prev}"
    return headers


def _unexpected(tablet: Tablet, what: str, reply: Reply) -> None:
    """Ends this try; what is neither a session's end nor a call for patience is the server's fault."""
    if reply.status == 401:
        tablet.token = ""
    elif reply.status not in (429, 503):
        tablet.around.account.complain(f"{tablet.name}: {what} was answered {reply.status} {reply.problem}")
    raise LinkCut(f"{what} was answered {reply.status}")
