"""`ruhu campaign`: the campaigns by which the office filters its queue."""

import json

import click

from server.commands.running import application


@click.group("campaign")
def campaign() -> None:
    """List and add campaigns: names for stretches of days in which households are checked."""


@campaign.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def list_campaigns(as_json: bool) -> None:
    """Every campaign with its first and last day, the latest first."""
    from dataclasses import asdict

    from server.store import authorities, campaigns

    with application():
        authority = authorities.the_one()
        found = campaigns.all_of(authority.id) if authority else []
    if as_json:
        click.echo(json.dumps({"campaigns": [asdict(each) for each in found]}, ensure_ascii=False))
        return
    for each in found:
        click.echo(f"{each.id:24} {each.starts} {each.ends}  {each.name_zh} / {each.name_en}")


@campaign.command("add")
@click.argument("campaign_id", metavar="ID")
@click.option("--zh", required=True, help="Its Chinese name.")
@click.option("--en", required=True, help="Its English name.")
@click.option("--from", "starts", required=True, help="First day, YYYY-MM-DD.")
@click.option("--to", "ends", required=True, help="Last day, YYYY-MM-DD.")
def add(campaign_id: str, zh: str, en: str, starts: str, ends: str) -> None:
    """Add a campaign; ID is what its address shows, for example 2026-annual."""
    from server import errors
    from server.operations.add_campaign import add_campaign
    from server.store import authorities
    from server.store.campaigns import Campaign

    with application():
        authority = authorities.the_one()
        if authority is None:
            raise click.ClickException("no authority is set up here yet")
        try:
            add_campaign(authority.id, Campaign(campaign_id, zh, en, starts, ends))
        except errors.RuhuError as error:
            problem = errors.problem_of(error)
            raise click.ClickException(f"{problem.en[0]}: {problem.en[1]} {error.facts or ''}") from None
    click.echo(f"added {campaign_id}")
