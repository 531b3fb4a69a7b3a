"""A campaign before a release: many seeds of harsh fieldwork, workers killed meanwhile, on SQLite and PostgreSQL.

    python tests/field/campaign.py --seeds 1-10 --database both

Each seed gets a fresh county. After the fleet's own account, every derived row is rebuilt and compared, the ledger is
verified and the media are hashed. The same seed gives the same work and the same plan of faults.
"""

import argparse
import contextlib
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "tests" / "field")]

from conftest import new_database, postgresql_cluster  # noqa: E402  (found through the path set above)
from served_county import Served, on_sqlite, set_up_in, workers_of  # noqa: E402

from server.commands.gunicorn import running  # noqa: E402
from server.settings import Settings  # noqa: E402


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", default="1-10", help="first-last")
    parser.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")
    parser.add_argument("--tablets", type=int, default=20)
    parser.add_argument("--days", type=int, default=3)
    parser.add_argument("--faults", default="harsh")
    parser.add_argument("--kills", type=int, default=3, help="workers killed with SIGKILL during each run")
    parser.add_argument("--keep", action="store_true", help="keep the folder of a run that failed")
    given = parser.parse_args()
    first, _, last = given.seeds.partition("-")
    failed = 0
    with contextlib.ExitStack() as stack:
        databases = ["sqlite", "postgresql"] if given.database == "both" else [given.database]
        cluster = stack.enter_context(postgresql_cluster()) if "postgresql" in databases else None
        for database in databases:
            for seed in range(int(first), int(last or first) + 1):
                figures = run_seed(database, cluster, seed, given)
                well = all(figures["checks"].values()) and figures["status"] == 0
                failed += not well
                print(f"{database} seed {seed}: {'ok' if well else 'FAILED'} {json.dumps(figures)}", flush=True)
    print(f"{failed} failed")
    return 1 if failed else 0


def run_seed(database: str, cluster: str | None, seed: int, given: argparse.Namespace) -> dict[str, object]:
    with installed(database, cluster) as served:
        command = served.simulation(tablets=given.tablets, days=given.days, seed=seed, faults=given.faults)
        process = subprocess.Popen(
            command, env=served.environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        rng, killed = random.Random(seed), 0
        while process.poll() is None:
            time.sleep(rng.uniform(2, 6))
            workers = workers_of(served.master)
            if killed < given.kills and len(workers) > 1 and process.poll() is None:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(rng.choice(workers), signal.SIGKILL)
                    killed += 1
        out, _ = process.communicate()
        figures = json.loads(out) if out else {}
        checks = {}
        for check in (["rebuild", "--check"], ["fsck"], ["verify"]):
            done = subprocess.run(
                [*served.command(*check), "--json"],
                env=served.environment,
                capture_output=True,
                text=True,
                check=False,
            )
            checks[check[0]] = done.returncode == 0
    kept = (
        "acknowledged",
        "held",
        "lost",
        "duplicated",
        "diverged",
        "conflicts_planted",
        "conflicts_found",
        "seconds",
    )
    return {
        "status": process.returncode,
        "killed": killed,
        **{name: figures.get(name) for name in kept},
        "faults": figures.get("faults", [])[:5],
        "checks": checks,
    }


@contextlib.contextmanager
def installed(database: str, cluster: str | None) -> Iterator[Served]:
    folder = Path(tempfile.mkdtemp(prefix="ruhu-campaign-"))
    try:
        if database == "sqlite":
            settings = on_sqlite(folder)
        else:
            assert cluster is not None
            settings = Settings(folder, new_database(cluster), folder / "media")
        set_up_in(settings)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        with (folder / "server.log").open("ab") as log, running(settings, "127.0.0.1", port, log=log) as process:
            yield Served(settings, f"http://127.0.0.1:{port}", process.pid)
    finally:
        if not (folder / "keep").exists():
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
