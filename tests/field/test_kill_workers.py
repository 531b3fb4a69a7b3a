"""Workers that are killed in the middle of their work: whoever was promised something still has it."""

import contextlib
import json
import os
import random
import signal
import subprocess
import time

from served_county import Served, workers_of

KILLS = 4


def test_killing_workers_during_fieldwork_changes_nothing(served: Served):
    run = subprocess.Popen(
        served.simulation(tablets=6, days=2, seed=3, faults="field"),
        env=served.environment,
        stdout=subprocess.PIPE,
        text=True,
    )

    killed = kill_workers_during(run, served.master)

    out, _ = run.communicate(timeout=120)
    figures = json.loads(out)
    assert figures["faults"] == []
    assert run.returncode == 0
    assert killed >= 2
    assert figures["acknowledged"] == figures["held"] > 30
    assert figures["conflicts_found"] == figures["conflicts_planted"]
    for check in (("rebuild", "--check"), ("fsck",), ("verify",)):
        status, found = served.run(served.command(*check, "--json"))
        assert status == 0, found


def kill_workers_during(run: "subprocess.Popen[str]", master: int) -> int:
    """kill -9 of one worker after another, each time the other one is at work again; how many."""
    killed, rng = 0, random.Random(1)
    while run.poll() is None and killed < KILLS:
        time.sleep(rng.uniform(1.2, 2.0))
        workers = workers_of(master)
        if len(workers) > 1:
            with contextlib.suppress(ProcessLookupError):
                os.kill(rng.choice(workers), signal.SIGKILL)
                killed += 1
    return killed
