"""`ruhu simulate`: a simulated fleet works against a running server, and its account must agree with the server's."""

import json
import sys
from pathlib import Path

import click

from server.commands.demo_accounts import DemoCounty, NoDemoCounty
from server.settings import SettingRefused, Settings
from server.simulator.faults import LEVELS

SHOWN_FAULTS = 20


@click.command("simulate")
@click.option("--server", "url", default="http://127.0.0.1:8000", show_default=True, help="Where the server answers.")
@click.option("--tablets", default=8, show_default=True, type=click.IntRange(1, 500))
@click.option("--days", default=2, show_default=True, type=click.IntRange(1, 60))
@click.option("--seed", default=1, show_default=True, type=int)
@click.option("--faults", "level", default="field", show_default=True, type=click.Choice(list(LEVELS)))
@click.option(
    "--photos",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A folder of real JPEGs; without it, photos are drawn.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def simulate(url: str, tablets: int, days: int, seed: int, level: str, folder: Path | None, as_json: bool) -> None:
    """Let simulated tablets do days of fieldwork, then compare their account with the server.

    Finds the demo county's accounts in RUHU_DATA_DIR. Nobody else may work on the server meanwhile. Ends with
    status 1 and names the statement when anything acknowledged is lost, doubled or different.
    """
    from server.commands.running import progress
    from server.simulator.camera import Camera, NoPhotos
    from server.simulator.contact import NotEnrolled
    from server.simulator.county import County
    from server.simulator.fleet import Fleet, NothingToDo, figures
    from server.simulator.office import OfficeClosed, OfficeDesk
    from server.simulator.plan import Work

    try:
        demo = DemoCounty.load(Settings.from_environ().data_dir)
        camera = Camera(folder)
    except (NoDemoCounty, SettingRefused) as error:
        raise click.ClickException(str(error)) from None
    except NoPhotos as error:
        raise click.ClickException(f"there is no JPEG in {error}") from None
    harsh = level == "harsh"
    fleet = Fleet(
        url=url.rstrip("/"),
        county=County.invent(demo.seed),
        teams=demo.teams,
        office=OfficeDesk.at(url, demo.officer.login, demo.officer.password, demo.persons),
        work=Work(
            tablets,
            days,
            seed,
            least_revoked=int(harsh and tablets > 3),
            least_reinstalled=int(harsh and tablets > 1),
        ),
        faults=LEVELS[level],
        camera=camera,
    )
    with progress(fleet.steps, "fieldwork", quiet=as_json) as step:
        fleet.step = step
        try:
            found = fleet.run()
        except (NothingToDo, OfficeClosed, NotEnrolled) as error:
            raise click.ClickException(str(error)) from None
    counted = figures(fleet, found)
    if as_json:
        click.echo(json.dumps({**counted, "faults": found.faults}, ensure_ascii=False))
    else:
        click.echo(", ".join(f"{name.replace('_', ' ')} {value}" for name, value in counted.items()))
        for words in found.faults[:SHOWN_FAULTS]:
            click.echo(f"  {words}", err=True)
    if found.faults:
        sys.exit(1)
