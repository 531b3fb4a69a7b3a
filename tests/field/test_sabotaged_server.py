"""The simulator is worth nothing unless it finds a server that breaks its word: one that loses what it receipted."""

import json
import subprocess
import time
from contextlib import closing
from pathlib import Path

import pysqlite3.dbapi2 as sqlite
from served_county import Served


def test_a_statement_that_the_server_loses_is_named_and_the_run_fails(served: Served):
    run = subprocess.Popen(
        served.simulation(tablets=3, days=1, seed=2, faults="none"),
        env=served.environment,
        stdout=subprocess.PIPE,
        text=True,
    )

    stolen = steal_a_visit(served.settings.data_dir / "ruhu.db")

    out, _ = run.communicate(timeout=60)
    figures = json.loads(out)
    assert run.returncode == 1
    assert figures["lost"] >= 1
    assert any(fault.startswith(f"{stolen}: acknowledged and lost") for fault in figures["faults"])


def steal_a_visit(database: Path) -> str:
    """Deletes the first home visit behind the server's back, as soon as it is there; its id."""
    with closing(sqlite.connect(database, timeout=30, isolation_level=None)) as connection:
        for _ in range(600):
            row = connection.execute("SELECT id FROM statement WHERE kind = 'household_visit'").fetchone()
            if row:
                time.sleep(0.3)  # so that its receipt is with the tablet
                connection.execute("DELETE FROM statement WHERE id = ?", row)
                return str(row[0])
            time.sleep(0.05)
    raise AssertionError("the fleet handed nothing in")
