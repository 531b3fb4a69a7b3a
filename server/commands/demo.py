"""`ruhu demo`: a county to look at: set up, worked in by a fleet over HTTP, and served."""

import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import FrameType

import click

from server.commands.demo_accounts import ACCOUNTS, DemoCounty, NoDemoCounty
from server.commands.gunicorn import NotServing, port_is_free, running
from server.commands.sights import Sights
from server.commands.work import working
from server.settings import Settings

HOST = "127.0.0.1"
TABLETS = 8  # two for each pair: one is carried, the other comes along when the pair splits up
DISPUTES = (3, 2, 2, 2, 2)  # how many went to each household apart; the first is about an income
LOG = "server.log"

_ROLES = {
    "investigator": ("入户调查员", "investigator"),
    "township_civil_affairs_head": ("乡镇民政负责人", "township civil affairs head"),
    "county_officer": ("县级经办人", "county officer"),
    "photo_reviewer": ("照片审核员", "photo reviewer"),
    "inspector": ("督查员", "inspector"),
    "discipline_observer": ("纪检监督员", "auditor"),
}


@click.command("demo")
@click.option("--data", "folder", default="demo-data", show_default=True, type=click.Path(path_type=Path))
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65_535))
@click.option("--seed", default=1, show_default=True, type=int)
@click.option("--days", default=2, show_default=True, type=click.IntRange(1, 30), help="Days of fieldwork.")
@click.option("--no-serve", is_flag=True, help="Stop once the fleet is done.")
def demo(folder: Path, port: int, seed: int, days: int, no_serve: bool) -> None:
    """Set up a demo county in a folder, let a simulated fleet work in it, and serve it until Ctrl-C.

    A folder that holds a finished demo is served as it is.
    """
    if not port_is_free(HOST, port):
        raise click.ClickException(
            f"port {port} is taken by another program; choose another with --port (make: PORT=)"
        )
    folder = folder.resolve()
    # What is missing is told at once: nobody waits two days in front of a demo.
    settings = Settings(folder, f"sqlite:///{folder / 'ruhu.db'}", folder / "media", gap_after_hours=0)
    signal.signal(signal.SIGTERM, _stop)
    county, fresh = _county_in(folder, settings, seed)
    try:
        with (
            (folder / LOG).open("ab") as log,
            running(settings, HOST, port, log=log) as server,
            working(settings, log=log),
        ):
            url = f"http://{HOST}:{port}"
            if fresh:
                _do_fieldwork(url, settings, county, seed, days)
            _say_what_is_there(url, folder, county)
            if not no_serve:
                _say_how_to_try_the_tablet(url, settings, county)
                click.echo("\n服务已启动，按 Ctrl-C 停止。 / Serving; Ctrl-C stops it.")
                _stay(server)
    except NotServing as error:
        raise click.ClickException(f"{error}; see {folder / LOG}") from None


def _county_in(folder: Path, settings: Settings, seed: int) -> tuple[DemoCounty, bool]:
    """The county in this folder, and whether it has just been set up."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        county = DemoCounty.load(folder)
    except NoDemoCounty:
        pass
    else:
        if not county.finished:
            raise click.ClickException(
                f"the demo in {folder} was interrupted; remove that folder, or choose another with --data"
            )
        return county, False
    if (folder / "ruhu.db").exists():
        raise click.ClickException(f"{folder} holds a database that is no demo; choose another folder with --data")
    click.echo("建立演示县… / Setting up the demo county …", err=True)
    from server.app import create_app
    from server.commands.demo_county import set_up
    from server.db import db

    app = create_app(settings)
    with app.app_context():
        county = set_up(seed)
    with app.app_context():  # another one: the first has given its connection back by now
        db.engine.dispose()
    county.save(folder)
    return county, True


def _do_fieldwork(url: str, settings: Settings, county: DemoCounty, seed: int, days: int) -> None:
    from server.commands.running import progress
    from server.simulator.camera import Camera
    from server.simulator.county import County
    from server.simulator.faults import FIELD
    from server.simulator.fleet import Fleet
    from server.simulator.office import OfficeDesk
    from server.simulator.plan import Work
    from server.simulator.troubles import DEMO

    fleet = Fleet(
        url=url,
        county=County.invent(county.seed),
        teams=county.teams,
        office=OfficeDesk.at(url, county.officer.login, county.officer.password, county.persons),
        work=Work(
            TABLETS,
            days,
            seed,
            new_visits=4,
            apart=DISPUTES,
            least_revoked=1,
            least_doubtful=3,
            withheld=2,
            troubles=DEMO,
        ),
        faults=FIELD,
        camera=Camera(),
    )
    with progress(fleet.steps, f"{days} 天入户 / days of fieldwork", quiet=False) as step:
        fleet.step = step
        found = fleet.run()
    if found.faults:
        for words in found.faults:
            click.echo(f"  {words}", err=True)
        raise click.ClickException("the server does not hold what it acknowledged")
    disputed = fleet.households[fleet.planted["addresses"][0]]
    relative = next(member.id_no for member in disputed.members if member.id_no)
    items = _open_the_office(settings, county, fleet.planted, relative)
    Sights.seen_by(fleet, found, items).save(settings.data_dir)
    county.finish().save(settings.data_dir)


def _open_the_office(
    settings: Settings, county: DemoCounty, planted: Mapping[str, Sequence[str]], relative: str
) -> dict[str, str]:
    """What is overdue comes to the reconciliation screen; the open items, by what was planted."""
    from server.app import create_app
    from server.commands.demo_office import come_in
    from server.db import db

    app = create_app(settings)
    with app.app_context():
        items = come_in(county, planted, relative)
    with app.app_context():
        db.engine.dispose()
    return items


def _say_what_is_there(url: str, folder: Path, county: DemoCounty) -> None:
    click.echo(f"\nRuhu 入户  {url}/\n")
    click.echo("可登录的人员 / Who can log in:")
    for account in county.accounts:
        zh, en = _ROLES[account.role]
        click.echo(f"  {account.login:<18} {account.password}   {account.name}  {zh} {en}, {account.region}")
    click.echo("\n可以看看 / What to look at (log in as the county officer):")
    for line in Sights.load(folder).lines(url):
        click.echo(f"  {line}")
    click.echo(f"\n数据 / Data: {folder}   账号 / accounts: {folder / ACCOUNTS}")


def _say_how_to_try_the_tablet(url: str, settings: Settings, county: DemoCounty) -> None:
    from server.app import create_app
    from server.commands.tablet_codes import fresh_codes, lines
    from server.db import db

    app = create_app(settings)
    with app.app_context():
        codes = fresh_codes(county)
    with app.app_context():
        db.engine.dispose()
    for line in lines(url, codes) if codes else ():
        click.echo(line)


def _stay(server: subprocess.Popen[bytes]) -> None:
    try:
        status = server.wait()
    except (KeyboardInterrupt, SystemExit):
        click.echo("\n正在停止… / Stopping …", err=True)
        return
    raise click.ClickException(f"the server ended by itself, with status {status}")


def _stop(number: int, frame: FrameType | None) -> None:
    sys.exit(0)
