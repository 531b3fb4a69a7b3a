"""`ruhu work`: workers that look at photos, one process for each core that they may have, until they are stopped.

This process only minds them: it is small, imports nothing of the server, and starts a worker again that has ended.
"""

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from types import FrameType
from typing import IO

import click

from server.commands.gunicorn import environment
from server.settings import SettingRefused, Settings

IDLE_SECONDS = 1.0  # how long a photo waits at most before an idle worker sees it
LOOK_SECONDS = 0.5
MOST_PAUSE = 30.0  # seconds between attempts to reach a store or a database that is away
STOP_SECONDS = 20  # a worker finishes the picture that it has in hand; the decoder is stopped after 15


@click.command("work")
@click.option("--processes", default=1, show_default=True, type=click.IntRange(1, 64), help="Workers at once.")
@click.option("--ends-with", "parent", type=int, hidden=True, help="Stop when this process is no longer our parent.")
@click.option("--alone", is_flag=True, hidden=True, help="Be one of those workers.")
def work(processes: int, parent: int | None, alone: bool) -> None:
    """Make what is derived from photos (sizes to look at, claims, measures, likeness, flags) as they come.

    `ruhu serve` runs one of these by itself; start more, on this machine or on another one with the same settings.
    """
    stopped = threading.Event()

    def hear(_number: int, _frame: FrameType | None) -> None:
        stopped.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, hear)
    if alone:
        _look_until(stopped, parent)
    else:
        _mind_until(stopped, parent, processes)


def _orphaned(parent: int | None) -> bool:
    return parent is not None and os.getppid() != parent


def _mind_until(stopped: threading.Event, parent: int | None, processes: int) -> None:
    try:
        settings = Settings.from_environ()
    except SettingRefused as error:
        raise click.ClickException(str(error)) from None
    command = [*_command(), "--alone", "--ends-with", str(os.getpid())]
    workers: list[subprocess.Popen[bytes]] = []
    pause = 0.0
    try:
        while not stopped.wait(pause) and not _orphaned(parent):
            workers = [worker for worker in workers if worker.poll() is None]
            if missing := processes - len(workers):
                workers += [_start(command, settings) for _ in range(missing)]
                # One that ends as soon as it has begun (the database is away) is not started again at once.
                pause = min(MOST_PAUSE, max(1.0, pause * 2))
            else:
                pause = LOOK_SECONDS
    finally:
        stop(workers)


def _look_until(stopped: threading.Event, parent: int | None) -> None:
    from server.app import create_app
    from server.db import db, may_pass
    from server.photo_work.comparing import compare_waiting
    from server.photo_work.flagging import flag_waiting
    from server.photo_work.looking import look_at_next_photo

    os.nice(5)  # people who wait for a page come first
    app = create_app()
    pause = 0.0
    while not stopped.is_set() and not _orphaned(parent):
        try:
            with app.app_context():
                # What has been looked at is compared with all others once no photo waits to be looked at.
                looked, pause = look_at_next_photo() or compare_waiting() > 0 or flag_waiting(), 0.0
        except Exception as error:
            if not (_is_away(error) or may_pass(error)):
                raise
            looked, pause = False, min(MOST_PAUSE, max(IDLE_SECONDS, pause * 2))
            click.echo(f"photo work waits {pause:.0f} s: {type(error).__name__}", err=True)
        if not looked:
            stopped.wait(pause or IDLE_SECONDS)
    with app.app_context():
        db.engine.dispose()


def _is_away(error: Exception) -> bool:
    from media.errors import StorageFailed, StorageFull

    return isinstance(error, StorageFailed | StorageFull)


@contextlib.contextmanager
def working(settings: Settings, processes: int = 1, *, log: IO[bytes] | None = None) -> Iterator[None]:
    """Workers beside this process, while the block lasts; they end with this process whatever becomes of it."""
    minder = start_working(settings, processes, log=log, apart=True)
    try:
        yield
    finally:
        stop([minder])


def start_working(
    settings: Settings, processes: int, *, log: IO[bytes] | None = None, apart: bool = False
) -> subprocess.Popen[bytes]:
    """Workers that end when this process ends, also when another program has taken its place by then. `apart`: Ctrl-C
    is not theirs to hear."""
    command = [*_command(), "--processes", str(processes), "--ends-with", str(os.getpid())]
    return _start(command, settings, log=log, apart=apart)


def _command() -> list[str]:
    return [sys.executable, "-m", "server.cli", "work"]


def _start(
    command: list[str], settings: Settings, *, log: IO[bytes] | None = None, apart: bool = False
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603  (our own command line, no shell)
        command, env=environment(settings), stdout=log, stderr=log, start_new_session=apart
    )


def stop(processes: list[subprocess.Popen[bytes]]) -> None:
    """Asks them to end, and waits for it."""
    for process in processes:
        process.terminate()
    for process in processes:
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
