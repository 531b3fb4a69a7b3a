"""`ruhu rebuild`, `fsck` and `verify` prove that nothing is lost or altered; `sweep` finds what never arrived."""

import click
from flask import current_app

from server.commands.running import Report, application, progress
from server.operations.rebuild_cases import check_rebuild, rebuild_cases
from server.operations.sweep_gaps import RULES, sweep_gaps
from server.queries.check_media import check_media
from server.queries.verify_ledger import verify_ledger
from server.store import authorities, evidence, open_items
from sync.open_item import ItemKind


@click.command("rebuild")
@click.option("--check", is_flag=True, help="Compare only; leave everything as it is.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def rebuild(check: bool, as_json: bool) -> None:
    """Replay the statements and compare every derived row, byte for byte."""
    with application():
        authority = _authority()
        keyring = current_app.extensions["ruhu_keyring"]
        with progress(authority.size, "replaying", quiet=as_json) as step:
            replay = check_rebuild if check else rebuild_cases
            found = replay(authority.id, keyring, step)
    Report(as_json).end(
        well=not found.differing,
        figures={"statements": found.statements, "rows": found.rows, "differing": len(found.differing)},
        faults=found.differing,
        said="every derived row is reproduced" if not found.differing else "rows differ from their statements",
    )


@click.command("sweep")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def sweep(as_json: bool) -> None:
    """Note what has been missing for too long on the reconciliation screen, and what has come since."""
    opened = closed = 0
    with application():
        authority = _authority()
        while True:
            found = sweep_gaps(authority.id)
            opened, closed = opened + found.opened, closed + found.closed
            if not found.more:
                break
        standing = len(open_items.open_of_kind(authority.id, ItemKind.GAP, RULES))
    Report(as_json).end(
        well=True,
        figures={"opened": opened, "closed": closed, "open": standing},
        faults=(),
        said="nothing is overdue" if not standing else "what is overdue waits on the reconciliation screen",
    )


@click.command("fsck")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def fsck(as_json: bool) -> None:
    """Check the database against the media folder, and back; hashes every blob."""
    with application():
        store = current_app.extensions["ruhu_blobs"]
        with progress(len(evidence.all_blobs()), "hashing", quiet=as_json) as step:
            found = check_media(store, step)
    Report(as_json).end(
        well=found.well,
        figures={
            "blobs": found.blobs,
            "missing": len(found.missing),
            "damaged": len(found.damaged),
            "unreferenced": len(found.unreferenced),
            "held_without_blob": len(found.held_without_blob),
        },
        faults=(
            *(f"missing {digest}" for digest in found.missing),
            *(f"damaged {digest}" for digest in found.damaged),
            *(f"held without a blob {digest}" for digest in found.held_without_blob),
        ),
        said="database and media agree" if found.well else "database and media disagree",
    )


@click.command("verify")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def verify(as_json: bool) -> None:
    """Check the ledger: dense order, commitments, signatures and receipts."""
    with application():
        authority = _authority()
        with progress(authority.size, "verifying", quiet=as_json) as step:
            found = verify_ledger(authority.id, current_app.extensions["ruhu_keyring"], step)
    Report(as_json).end(
        well=not found.faults,
        figures={"leaves": found.leaves, "erased": found.erased, "faults": len(found.faults)},
        faults=found.faults,
        said="the ledger holds what it promised" if not found.faults else "the ledger is damaged",
    )


def _authority() -> authorities.Authority:
    authority = authorities.the_one()
    if authority is None:
        raise click.ClickException("no authority is set up here yet; run `ruhu demo`, or set RUHU_DATA_DIR")
    return authority
