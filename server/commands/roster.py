"""`ruhu import-roster FILE`: last year's roster, previewed, then signed by an official and imported."""

import json
from pathlib import Path

import click

from server.commands.running import application


@click.command("import-roster")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--by", required=True, help="Login of the official who signs for the sheet.")
@click.option(
    "--password", envvar="RUHU_PASSWORD", help="The official's password (or RUHU_PASSWORD; else asked for)."
)
@click.option("--dry-run", is_flag=True, help="Show the preview only.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def import_roster_command(file: Path, by: str, password: str | None, dry_run: bool, as_json: bool) -> None:
    """Import a county roster (.xlsx or .csv). Rows with errors are listed and left out; warnings are flagged."""
    from schemas.roster.reader import read_roster
    from server import errors, keys
    from server.operations.import_roster import import_roster
    from server.operations.state_from_office import open_office_key
    from server.queries.village_names import village_names
    from server.store import persons

    with application():
        found = persons.by_login(by)
        if found is None:
            raise click.ClickException(f"nobody has the login {by}")
        authority, person = found
        villages = village_names(authority, (person.scope,))
        preview = read_roster(file.read_bytes(), file.suffix, villages=villages, new_id=keys.new_id)
        figures: dict[str, object] = {
            "households": len(preview.households),
            "persons": preview.imported.persons,
            "errors": sum(problem.severity == "error" for problem in preview.problems),
            "warnings": sum(problem.severity == "warning" for problem in preview.problems),
        }
        if not as_json:
            for problem in preview.problems[:50]:
                click.echo(f"  row {problem.row} {problem.column or ''}: {problem.en}", err=True)
        if not dry_run:
            password = password or click.prompt("Password", hide_input=True)
            try:
                key = open_office_key(person, password)
                statement, verdict = import_roster(authority, person.id, person.role, key, preview)
            except errors.RuhuError as error:
                raise click.ClickException(f"{errors.problem_of(error).en[0]} {error.facts or ''}") from None
            figures |= {"statement": statement.id, "status": verdict.status.value}
    click.echo(json.dumps(figures) if as_json else ", ".join(f"{name} {value}" for name, value in figures.items()))
