"""`ruhu serve`: gunicorn takes the place of this process, so that signals reach it directly. With `--tls` this
process stays beside it, because a trust page and a certificate want to be minded. Workers that look at photos run
beside it and end with it."""

import os
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace

import click

from server.commands.gunicorn import command_line, environment, port_is_free
from server.commands.work import start_working, working
from server.settings import SettingRefused, Settings


@click.command("serve")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65_535))
@click.option("--host", help="Address to listen on.  [default: 127.0.0.1; with --tls 0.0.0.0]")
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64), help="Processes.")
@click.option("--threads", default=4, show_default=True, type=click.IntRange(1, 64), help="Threads in each process.")
@click.option(
    "--photo-workers", default=1, show_default=True, type=click.IntRange(0, 64), help="Workers that look at photos."
)
@click.option("--tls", is_flag=True, help="Serve HTTPS under the county's own certificate authority.")
@click.option("--name", "names", multiple=True, help="With --tls: a name or address of this server; else found.")
@click.option("--trust-port", default=8080, show_default=True, type=click.IntRange(1, 65_535), help="With --tls.")
def serve(
    port: int,
    host: str | None,
    workers: int,
    threads: int,
    photo_workers: int,
    tls: bool,
    names: tuple[str, ...],
    trust_port: int,
) -> None:
    """Run the server until it is stopped."""
    try:
        settings = Settings.from_environ()
    except SettingRefused as error:
        raise click.ClickException(str(error)) from None
    host = host or ("0.0.0.0" if tls else "127.0.0.1")  # noqa: S104  (tablets come from the network)
    if names and not tls:
        raise click.UsageError("--name needs --tls")
    for taken in (port, trust_port) if tls else (port,):
        if not port_is_free(host, taken):
            option = "--port" if taken == port else "--trust-port"
            raise click.ClickException(f"port {taken} is taken; choose another with {option}")
    if tls:
        raise SystemExit(_with_tls(settings, host, port, workers, threads, photo_workers, names, trust_port))
    command = command_line(host, port, workers=workers, threads=threads)
    if photo_workers:
        start_working(settings, photo_workers)
    os.execvpe(command[0], command, environment(settings))  # noqa: S606  (our own command line, no shell)


def _with_tls(
    settings: Settings,
    host: str,
    port: int,
    workers: int,
    threads: int,
    photo_workers: int,
    names: Sequence[str],
    trust_port: int,
) -> int:
    from server.addresses import NameRefused
    from server.certificates import CertificateFolder, CertificatesUnusable
    from server.commands.tls import Watch, beside, run

    if port == trust_port:
        raise click.UsageError("--port and --trust-port must differ")
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = CertificateFolder(settings.data_dir / "keys")
    try:
        watch = Watch(folder, names)
    except (NameRefused, CertificatesUnusable) as error:
        raise click.ClickException(str(error)) from None
    trust_url = f"http://{watch.reached.hosts[0]}:{trust_port}/"
    settings = replace(settings, secure_cookies=True, trust_url=trust_url)
    try:
        with beside(watch, host, trust_port, port):
            _tell(watch.reached.hosts[0], port, trust_url, watch.authority.der)
            command = command_line(host, port, workers=workers, threads=threads, certificate=folder.server)
            with working(settings, photo_workers) if photo_workers else nullcontext():
                return run(command, environment(settings))
    except OSError as error:
        raise click.ClickException(f"the trust page could not be served: {error.strerror}") from None


def _tell(host: str, port: int, trust_url: str, authority: bytes) -> None:
    import segno

    from server.certificates import fingerprint_lines

    click.echo(f"Serving https://{host}:{port}/\nTablets learn to trust this server at {trust_url}\n")
    segno.make(trust_url, error="m").terminal(compact=True)
    click.echo("The county's certificate authority (SHA-256), to be compared on each tablet:")
    for line in fingerprint_lines(authority):
        click.echo(f"  {line}")
