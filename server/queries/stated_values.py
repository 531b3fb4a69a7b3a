"""What values did these writes state, though they are superseded by now?"""

import json
from collections.abc import Collection

from server.keys import Keyring
from server.queries.open_statements import open_envelopes, open_statements
from server.queries.read_envelopes import Authentic
from server.store import statements
from sync.dot import Dot
from sync.register import Value


def stated_values(authority: str, case_id: str, dots: Collection[Dot], keyring: Keyring) -> dict[Dot, Value]:
    """{dot: value} of these writes to a case; those of erased statements are left out."""
    rows = statements.find_many(authority, {dot.statement for dot in dots})
    rosters = {row.id for row in rows if row.kind == "roster_import"}
    found: dict[Dot, Value] = {}
    for name, item in open_statements(authority, {row.id for row in rows} - rosters, keyring).items():
        if isinstance(item, Authentic):
            found |= {write.dot: write.value for write in item.writes.get(case_id, ()) if write.dot.statement == name}
    # A county's roster was checked when it came: for a few of its values it is not read as a whole again.
    for name, envelope in open_envelopes(authority, rosters, keyring).items():
        stated = json.loads(envelope.payload)["writes"]
        numbers = [dot.number for dot in dots if dot.statement == name and dot.number < len(stated)]
        found |= {Dot(name, n): stated[n]["value"] for n in numbers if stated[n]["case"] == case_id}
    return {dot: found[dot] for dot in dots if dot in found}
