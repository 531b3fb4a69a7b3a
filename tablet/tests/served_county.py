"""A county behind a real server, for the tablet's own tests.

Orders come in as lines of JSON, answers go out the same way. {"do": "code", "person": login} -> {"code"}; "instance"
with "form" and "answers" -> {"instance", "version"}; "revoke" with "replica"; "end_key" with "replica" and "person";
"photo" with "side" and "seed" -> {"photo"} in base64; "take_lifeboat" with "file" in base64 -> {"answer"};
"held" with "statement" -> {"known", "owed"}; "ask" with "case", "person" and "words"; "new_epoch". The first
line out is {"url"}.
"""

import base64
import json
import shutil
import sys
import tempfile
from io import BytesIO
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from county_server import CountyServer  # noqa: E402  (the path is set just above)
from deciding import acting, grounds  # noqa: E402  (the path is set just above)
from fieldwork import AUTHORITY, form  # noqa: E402  (the path is set just above)
from founding import found_on_sqlite  # noqa: E402  (the path is set just above)
from PIL import Image  # noqa: E402  (the path is set just above)
from sqlalchemy import select, update  # noqa: E402  (the path is set just above)

from schemas.forms.fill import write_instance  # noqa: E402  (the path is set just above)
from server import clock  # noqa: E402  (the path is set just above)
from server.db import execute, transactional  # noqa: E402  (the path is set just above)
from server.operations.import_lifeboat import import_lifeboat  # noqa: E402  (the path is set just above)
from server.operations.revoke_replica import revoke_key, revoke_replica  # noqa: E402  (the path is set just above)
from server.operations.send_back import send_back  # noqa: E402  (the path is set just above)
from server.settings import Settings  # noqa: E402  (the path is set just above)
from server.store import authorities, evidence, open_items, statements  # noqa: E402  (the path is set just above)
from sync.statement import Ask  # noqa: E402  (the path is set just above)


def main() -> None:
    folder = Path(tempfile.mkdtemp(prefix="ruhu-tablet-county-"))
    founded = found_on_sqlite(folder)
    served = CountyServer(Settings(founded.data_dir, founded.database_url, folder / "media"), folder)
    served.start()
    answer({"url": served.url})
    try:
        for line in sys.stdin:
            order = json.loads(line)
            answer(getattr(Orders(served), order.pop("do"))(**order) or {})
    finally:
        served.kill()
        served.close()
        shutil.rmtree(folder, ignore_errors=True)


def answer(value: dict[str, Any]) -> None:
    print(json.dumps(value), flush=True)


class Orders:
    def __init__(self, served: CountyServer) -> None:
        self.served = served
        self.county = served.county

    def code(self, person: str) -> dict[str, Any]:
        return {"code": self.county.enrolment_token(person)}

    def instance(self, form_id: str, answers: dict[str, Any]) -> dict[str, Any]:
        return {"instance": write_instance(form(form_id), answers), "version": form(form_id).version}

    def revoke(self, replica: str) -> None:
        with self.county.app.app_context():
            revoke_replica(AUTHORITY, self.county.people["officer"].id, replica, "lost")

    def end_key(self, replica: str, person: str) -> None:
        with self.county.app.app_context():
            revoke_key(AUTHORITY, self.county.people["officer"].id, replica, person, "left")

    def take_lifeboat(self, file: str) -> dict[str, Any]:
        """What the office does with a tablet's file; its answer as the file that goes back."""
        with self.county.app.app_context():
            officer = self.county.people["officer"]
            handed_in = import_lifeboat(AUTHORITY, officer.id, BytesIO(base64.b64decode(file)))
        return {"answer": handed_in.answer.decode()}

    def held(self, statement: str) -> dict[str, Any]:
        """What the database says of a statement, asked past the tablet's own surface."""
        with self.county.app.app_context():
            found = statements.find_many(AUTHORITY, [statement])
            rows = execute(select(evidence.evidence_table).where(evidence.evidence_table.c.statement == statement))
            return {"known": bool(found), "owed": sum(not row.held for row in rows)}

    def ask(self, case: str, person: str, words: str) -> None:
        """The office sends what waits for it about this household back to this person, by today."""
        with self.county.app.app_context():
            item = open_items.of_cases(AUTHORITY, [case])[0]
            asked = Ask("re_visit", clock.county_day(), self.county.people[person].id)
            send_back(acting(self.county), item.id, asked, grounds(words))

    def new_epoch(self) -> None:
        """As after a restore: the ledger goes on under another epoch."""

        @transactional
        def begin() -> None:
            execute(update(authorities.authority_table).values(epoch="restored"))

        with self.county.app.app_context():
            begin()

    def photo(self, side: int, seed: int) -> dict[str, Any]:
        """A JPEG that does not compress: as heavy as a real one."""
        noise = Image.effect_noise((side, side), 90 + seed % 7)
        out = BytesIO()
        noise.convert("RGB").rotate(seed).save(out, "JPEG", quality=92)
        return {"photo": base64.b64encode(out.getvalue()).decode()}


if __name__ == "__main__":
    main()
