"""`ruhu users` and `ruhu enrol`: accounts and one-time codes from the command line."""

import json

import click

from server.commands.running import application
from server.policy import Role


@click.group("users")
def users() -> None:
    """List and add the people who work with Ruhu."""


@users.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def list_users(as_json: bool) -> None:
    """Everybody's login, role and region."""
    from server.store import authorities, persons, regions

    with application():
        authority = authorities.the_one()
        people = list(persons.all_of(authority.id).values()) if authority else []
        names = {r.id: r.name for r in regions.all_of(authority.id).values()} if authority else {}
    if as_json:
        rows = [
            {"id": p.id, "login": p.login, "name": p.name, "role": p.role, "region": p.region, "active": p.active}
            for p in people
        ]
        click.echo(json.dumps({"users": rows}, ensure_ascii=False))
        return
    for person in people:
        state = "" if person.active else "  (ended)"
        click.echo(f"{person.login:20} {person.role:28} {names.get(person.region, '')}  {person.name}{state}")


@users.command("add")
@click.argument("login")
@click.option("--name", required=True)
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--region", required=True, help="Region id or code.")
@click.password_option(help="At least ten characters.")
def add_user(login: str, name: str, role: str, region: str, password: str) -> None:
    """Add a person."""
    from server import errors
    from server.operations.add_person import add_person
    from server.store import authorities, regions

    with application():
        authority = authorities.the_one()
        if authority is None:
            raise click.ClickException("no authority is set up here yet")
        tree = regions.all_of(authority.id)
        found = next((r.id for r in tree.values() if region in (r.id, r.code)), None)
        if found is None:
            raise click.ClickException(f"no region {region}")
        try:
            person = add_person(
                authority.id, login=login, name=name, role=Role(role), region=found, password=password
            )
        except errors.RuhuError as error:
            problem = errors.problem_of(error)
            raise click.ClickException(f"{problem.en[0]}: {problem.en[1]} {error.facts or ''}") from None
    click.echo(f"added {person.login} ({person.id})")


@users.command("end")
@click.argument("login")
def end_user(login: str) -> None:
    """End a person's account: the office closes at once, tablets at their next contact."""
    from server.operations.end_person import end_person
    from server.store import persons

    with application():
        found = persons.by_login(login)
        if found is None:
            raise click.ClickException(f"nobody has the login {login}")
        end_person(found[0], found[1].id)
    click.echo(f"ended {login}")


@click.command("enrol")
@click.argument("login")
@click.option("--by", required=True, help="Login of the officer who issues the code.")
def enrol(login: str, by: str) -> None:
    """Issue a one-time enrolment code for a person; shown once, as text and as a QR code."""
    import segno

    from server import errors
    from server.keys import grouped_code
    from server.operations.issue_enrolment import issue_enrolment
    from server.store import persons

    with application():
        issuer, person = persons.by_login(by), persons.by_login(login)
        if issuer is None or person is None:
            raise click.ClickException("unknown login")
        try:
            token, ends = issue_enrolment(issuer[0], issuer[1].id, (issuer[1].scope,), person[1].id)
        except errors.RuhuError as error:
            raise click.ClickException(errors.problem_of(error).en[1]) from None
    click.echo(f"{grouped_code(token)}\nworks once, until {ends}")
    segno.make(token).terminal(compact=True)
