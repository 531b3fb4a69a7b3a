"""`ruhu scrub` reads blobs again, a part each night; `sweep-blobs` sets aside those that nothing names."""

import time

import click
from flask import current_app

from server.commands.running import Report, application, progress
from server.photo_work.scrubbing import scrub as scrub_blobs
from server.photo_work.unnamed_blobs import unnamed_blobs
from server.store import evidence

DAY = 24 * 3600


@click.command("scrub")
@click.option("--at-most", type=click.IntRange(min=1), default=10_000, show_default=True, help="Blobs in this run.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def scrub(at_most: int, as_json: bool) -> None:
    """Read the blobs again that were read longest ago; those found damaged or missing before come first."""
    with application():
        store = current_app.extensions["ruhu_blobs"]
        with progress(min(at_most, len(evidence.all_blobs())), "reading", quiet=as_json) as step:
            found = scrub_blobs(store, at_most, step)
    Report(as_json).end(
        well=found.well,
        figures={
            "blobs": found.blobs,
            "missing": len(found.missing),
            "damaged": len(found.damaged),
            "returned": len(found.returned),
        },
        faults=(
            *(f"missing {digest}" for digest in found.missing),
            *(f"damaged {digest}" for digest in found.damaged),
        ),
        said="what was read is sound" if found.well else "photos or handwriting are lost or damaged",
    )


@click.command("sweep-blobs")
@click.option("--older-than", "days", type=click.IntRange(min=1), required=True, help="Days since the blob came.")
@click.option("--set-aside", is_flag=True, help="Do it; without this they are only listed.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def sweep_blobs(days: int, set_aside: bool, as_json: bool) -> None:
    """Find blobs that neither a delivery, nor a statement, nor an upload names, and set them aside."""
    with application():
        store = current_app.extensions["ruhu_blobs"]
        found = []
        for digest in unnamed_blobs(store, time.time() - days * DAY):
            if set_aside:
                store.set_aside(digest)
            found.append(digest)
    Report(as_json).end(
        well=True,
        figures={"unnamed": len(found), "set_aside": len(found) if set_aside else 0},
        faults=tuple(f"unnamed {digest}" for digest in found),
        said="set aside" if set_aside else "only listed; --set-aside takes them out of the store",
    )
