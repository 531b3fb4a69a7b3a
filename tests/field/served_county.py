"""A demo county behind a real gunicorn, and the command line as a person types it."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from server.app import create_app
from server.commands.demo_county import set_up
from server.commands.gunicorn import environment
from server.db import db
from server.settings import Settings

SEED = 1


@dataclass(frozen=True)
class Served:
    """A demo county on the air. `master` is gunicorn's first process."""

    settings: Settings
    url: str
    master: int

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "server.cli", *arguments]

    def simulation(self, *, tablets: int, days: int, seed: int, faults: str) -> list[str]:
        numbers = ("--tablets", str(tablets), "--days", str(days), "--seed", str(seed))
        return self.command("simulate", "--server", self.url, *numbers, "--faults", faults, "--json")

    @property
    def environment(self) -> dict[str, str]:
        return {**environment(self.settings), "PYTHONWARNINGS": "error"}

    def run(self, command: list[str]) -> tuple[int, dict[str, Any]]:
        """(exit status, the one JSON object on standard output)"""
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=120, check=False)
        assert done.stdout, done.stderr
        return done.returncode, json.loads(done.stdout)


def set_up_in(settings: Settings) -> None:
    app = create_app(settings)
    with app.app_context():
        set_up(SEED).save(settings.data_dir)
    with app.app_context():  # another one: the first has given its connection back by now
        db.engine.dispose()


def on_sqlite(folder: Path) -> Settings:
    return Settings(folder, f"sqlite:///{folder / 'ruhu.db'}", folder / "media")


def workers_of(master: int) -> list[int]:
    """The process ids of gunicorn's workers."""
    children = Path(f"/proc/{master}/task/{master}/children").read_text(encoding="ascii")
    return [int(pid) for pid in children.split() if Path(f"/proc/{pid}").exists()]
