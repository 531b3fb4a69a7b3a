"""`ruhu serve`: gunicorn takes the place of this process, so that signals reach it directly."""

import os

import click

from server.commands.gunicorn import command_line, environment, port_is_free
from server.settings import SettingRefused, Settings


@click.command("serve")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65_535))
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64), help="Processes.")
@click.option("--threads", default=4, show_default=True, type=click.IntRange(1, 64), help="Threads in each process.")
def serve(port: int, host: str, workers: int, threads: int) -> None:
    """Run the server until it is stopped."""
    try:
        settings = Settings.from_environ()
    except SettingRefused as error:
        raise click.ClickException(str(error)) from None
    if not port_is_free(host, port):
        raise click.ClickException(f"port {port} is taken; choose another with --port")
    command = command_line(host, port, workers=workers, threads=threads)
    os.execvpe(command[0], command, environment(settings))  # noqa: S606  (our own command line, no shell)
