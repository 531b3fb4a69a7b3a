"""`ruhu import-lifeboat FILE`: take in what a tablet without a network saved as a file, and write its answer."""

from pathlib import Path

import click

from server.commands.running import Report, application


@click.command("import-lifeboat")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--answer", type=click.Path(dir_okay=False, path_type=Path), help="Where to write the tablet's answer.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def import_lifeboat_command(file: Path, answer: Path | None, as_json: bool) -> None:
    """Import a tablet's lifeboat. Importing it again changes nothing and gives the same receipts."""
    from server import errors
    from server.operations.import_lifeboat import import_lifeboat
    from server.store import authorities

    with application():
        authority = authorities.the_one()
        if authority is None:
            raise click.ClickException("no authority is set up here yet; run `ruhu demo`, or set RUHU_DATA_DIR")
        try:
            with file.open("rb") as source:
                found = import_lifeboat(authority.id, None, source)
        except errors.RuhuError as error:
            title, what_next = errors.problem_of(error).en
            raise click.ClickException(f"{title}. {what_next}") from None
        if answer is not None:
            answer.write_bytes(found.answer)
        refused = [
            *((verdict.statement, verdict.error) for verdict in found.verdicts if verdict.error is not None),
            *((digest, error) for digest, error in found.files if error is not None),
        ]
        faults = [f"{name}: {'. '.join(errors.problem_of(error).en)}" for name, error in refused]
        faults += [f"missing statements {first} to {last}" for first, last in found.missing]
    counts = {
        status: sum(verdict.status == status for verdict in found.verdicts)
        for status in ("accepted", "replayed", "quarantined", "refused")
    }
    Report(as_json).end(
        well=not faults,
        figures={
            "replica": found.replica,
            **counts,
            "files": len(found.files),
            "files_refused": sum(error is not None for _, error in found.files),
            **({"answer": str(answer)} if answer else {}),
        },
        faults=faults,
        said="everything in it has arrived" if not faults else "not everything has arrived",
    )
