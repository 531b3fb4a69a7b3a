"""`ruhu photos`: how far the work on photos is, and all of it once more from the originals."""

import os
import time
from dataclasses import asdict

import click
from flask import current_app

from server.commands.running import Report, application, progress
from server.commands.work import working
from server.db import end_reading
from server.operations.enqueue_photo import enqueue_every_photo
from server.photo_work.comparing import compare_waiting
from server.photo_work.flagging import flag_waiting
from server.queries.photo_work_left import PhotoWork, left_to_do, photo_work_left
from server.renditions import forget_renditions

LOOK_SECONDS = 0.3


@click.group("photos")
def photos() -> None:
    """What is derived from photos: how far the work is, and all of it once more."""


@photos.command("status")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def status(as_json: bool) -> None:
    """Say how many photos wait, are done, have failed or cannot be read; exits non-zero when some have failed."""
    with application():
        found = photo_work_left()
    _end(found, as_json)


@photos.command("rebuild")
@click.option("--processes", type=click.IntRange(1, 64), help="Workers at once.  [default: one for each core]")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def rebuild(processes: int | None, as_json: bool) -> None:
    """Throw away all that was made of photos, and make it again from the originals."""
    with application():
        settings = current_app.extensions["ruhu_settings"]
        total = enqueue_every_photo()
        forget_renditions()
        with (
            progress(total, "looking at photos", quiet=as_json) as step,
            working(settings, processes or os.cpu_count() or 1),
        ):
            left, at_hand = total, True
            while left and at_hand:
                time.sleep(LOOK_SECONDS)
                before = left
                left, at_hand = left_to_do()
                end_reading()
                step(before - left)
        while compare_waiting() or flag_waiting():  # what the workers have not come to
            pass
        found = photo_work_left()
    _end(found, as_json)


def _end(found: PhotoWork, as_json: bool) -> None:
    figures = asdict(found)
    failures = figures.pop("failures")
    Report(as_json).end(
        well=not found.failed,
        figures=figures,
        faults=tuple(f"failed {digest}: {reason}" for digest, reason in failures),
        said=f"{found.waiting + found.working} photos wait" if found.waiting + found.working else "no photo waits",
    )
