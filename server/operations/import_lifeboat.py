"""Take in what a tablet without a network handed over as a file: the same way in, the same receipts as by push.

Files come first, so that the receipts cover them. Importing a lifeboat twice changes nothing and says the same again.
"""

import base64
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

from media.errors import MediaError, StorageFailed, StorageFull
from server import clock, errors, keys
from server.arriving_evidence import MAX_LENGTH, take_box
from server.db import may_pass
from server.keys import BOX_OVERHEAD
from server.lifeboat_file import LifeboatFile, open_lifeboat
from server.operations.accept_each import accept_each
from server.operations.accept_statements import Verdict
from server.operations.write_audit import write_audit
from server.principals import keyring
from server.queries.missing_statements import missing_statements
from server.queries.read_envelopes import MAX_STATEMENT, Refused, read_envelopes
from server.shown_verdict import show_verdict
from server.store import replicas
from sync.envelope import LIFEBOAT_ANSWER_TYPE
from sync.strict_json import canonical

MAX_BATCH_ITEMS = 200
MAX_BATCH_BYTES = 16 * 1024 * 1024
FIRST_LANGUAGE = "zh-Hans"  # the answer is read on a tablet; problems in it carry the other language too


@dataclass(frozen=True, slots=True)
class HandedIn:
    """What became of a lifeboat. `files` are (digest, why not) and `answer` is what the tablet reads: signed."""

    replica: str
    verdicts: tuple[Verdict, ...]
    files: tuple[tuple[str, Exception | None], ...]
    missing: tuple[tuple[int, int], ...]
    answer: bytes


def import_lifeboat(authority: str, imported_by: str | None, file: IO[bytes]) -> HandedIn:
    """Raises LifeboatUnreadable, ForeignLifeboat, UnknownReplica before anything is taken; StorageFull and
    StorageFailed stop on the way, and what was taken by then stays."""
    with open_lifeboat(file) as lifeboat:
        packed = lifeboat.packed
        if packed.authority != authority:
            raise errors.ForeignLifeboat()
        replica = replicas.find(authority, packed.replica)
        if replica is None or replica.kind != "tablet":
            raise errors.UnknownReplica()
        write_audit(authority, imported_by, "import_lifeboat", packed.replica)
        files = tuple((digest, _take_file(authority, lifeboat, digest)) for digest in packed.files)
        verdicts: list[Verdict] = []
        for batch in _batches(lifeboat):
            read = iter(read_envelopes(authority, [x for x in batch if isinstance(x, bytes)], keyring=keyring()))
            items = [next(read) if isinstance(each, bytes) else each for each in batch]
            verdicts += accept_each(authority, packed.replica, items, None)
    return HandedIn(
        replica=packed.replica,
        verdicts=tuple(verdicts),
        files=files,
        missing=tuple((first, last) for first, last in missing_statements(authority, packed.replica)),
        answer=_answer(authority, packed.replica, verdicts, files),
    )


def _take_file(authority: str, lifeboat: LifeboatFile, digest: str) -> Exception | None:
    """Why a file was not taken; None when it is here."""
    try:
        take_box(authority, lifeboat.packed.replica, digest, lifeboat.file_box(digest, MAX_LENGTH + BOX_OVERHEAD))
    except (StorageFull, StorageFailed):
        raise
    except (MediaError, errors.RuhuError) as error:
        return error
    except Exception as error:
        if may_pass(error):
            raise
        # A fault of ours in one photo must not stop the statements that it came with.
        logging.getLogger("ruhu").error("a file failed: %s", type(error).__name__)
        return errors.TryAgain()
    return None


def _batches(lifeboat: LifeboatFile) -> Iterator[list[bytes | Refused]]:
    """The statements as lines of a push, or why one cannot be read; as many at a time as a push brings."""
    batch: list[bytes | Refused] = []
    size = 0
    for statement in lifeboat.packed.statements:
        line = _line(lifeboat, statement)
        length = len(line) if isinstance(line, bytes) else 0
        if batch and (len(batch) == MAX_BATCH_ITEMS or size + length > MAX_BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(line)
        size += length
    if batch:
        yield batch


def _line(lifeboat: LifeboatFile, statement: str) -> bytes | Refused:
    try:
        box = lifeboat.statement_box(statement, MAX_STATEMENT + BOX_OVERHEAD)
    except (MediaError, errors.RuhuError) as error:
        return Refused(error, statement)
    return canonical({"statement": statement, "box": base64.b64encode(box).decode()})


def _answer(
    authority: str, replica: str, verdicts: list[Verdict], files: tuple[tuple[str, Exception | None], ...]
) -> bytes:
    key = keyring().receipt
    said: dict[str, Any] = {
        "ruhu": 1,
        "kind": "lifeboat_answer",
        "authority": authority,
        "replica": replica,
        "verdicts": [show_verdict(verdict, key.keyid, FIRST_LANGUAGE) for verdict in verdicts],
        "files": [
            {"digest": digest, "problem": errors.problem_of(error).type}
            if error is not None
            else {"digest": digest, "delivered": True}
            for digest, error in files
        ],
        "answered_at": clock.stamp(),
    }
    return keys.sign_envelope(LIFEBOAT_ANSWER_TYPE, canonical(said), key).to_bytes()
