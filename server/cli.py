"""`ruhu`: the command line. A command's module loads when it is called, so that `ruhu --help` answers at once."""

from collections.abc import Mapping
from importlib import import_module

import click

# name -> (where it is, what `ruhu --help` says of it)
COMMANDS: Mapping[str, tuple[str, str]] = {
    "serve": ("server.commands.serve:serve", "Run the server."),
    "demo": ("server.commands.demo:demo", "Set up a demo county, let a fleet work in it, and serve it."),
    "simulate": ("server.commands.simulate:simulate", "Let simulated tablets do fieldwork, and check the outcome."),
    "import-roster": ("server.commands.roster:import_roster_command", "Import last year's roster (.xlsx, .csv)."),
    "import-lifeboat": ("server.commands.lifeboat:import_lifeboat_command", "Import what a tablet saved as a file."),
    "users": ("server.commands.people:users", "List and add the people who work with Ruhu."),
    "campaign": ("server.commands.campaigns:campaign", "List and add the campaigns that the queue is filtered by."),
    "enrol": ("server.commands.people:enrol", "Issue a one-time enrolment code for a person."),
    "certificate": ("server.commands.certificate:certificate", "Show or renew the certificate of `serve --tls`."),
    "work": ("server.commands.work:work", "Look at photos as they come (`serve` does so by itself)."),
    "photos": ("server.commands.photos:photos", "How far the work on photos is; all of it once more."),
    "rebuild": ("server.commands.upkeep:rebuild", "Replay the statements against every derived row."),
    "sweep": ("server.commands.upkeep:sweep", "Note what has been missing for too long."),
    "fsck": ("server.commands.upkeep:fsck", "Check the database against the media folder, and back."),
    "scrub": ("server.commands.scrub:scrub", "Read the photos again that were read longest ago."),
    "sweep-blobs": ("server.commands.scrub:sweep_blobs", "Set aside photos that nothing names."),
    "verify": ("server.commands.upkeep:verify", "Check the ledger."),
}


class LazyCommands(click.Group):
    """A group that knows its commands by name and imports them when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        command = getattr(import_module(module), name)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, words) for name, (_, words) in COMMANDS.items()])


@click.group(cls=LazyCommands)
@click.version_option(package_name="ruhu")
def main() -> None:
    """Ruhu 入户: the sync server for household verification in the field.

    Settings come from the environment: RUHU_DATA_DIR, RUHU_DATABASE_URL, RUHU_MEDIA_URL.
    """


if __name__ == "__main__":
    main()
