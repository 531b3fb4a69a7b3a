"""`ruhu certificate`: the county's certificate authority and the server's certificate, shown and made anew."""

import json

import click

from server.settings import SettingRefused, Settings


@click.command("certificate")
@click.option("--renew", is_flag=True, help="Make a new server certificate now; a running server shows it at once.")
@click.option(
    "--new-authority", is_flag=True, help="Replace the authority: every tablet must then trust the new one."
)
@click.option("--name", "names", multiple=True, help="A name or address of this server; else found.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
def certificate(renew: bool, new_authority: bool, names: tuple[str, ...], as_json: bool) -> None:
    """Show or renew what the server shows under `ruhu serve --tls`."""
    from server.addresses import NameRefused
    from server.certificates import CertificateFolder, CertificatesUnusable, fingerprint
    from server.commands.tls import wanted

    try:
        folder = CertificateFolder(Settings.from_environ().data_dir / "keys")
        reached = wanted(names)
        authority = folder.found_authority(reached) if new_authority else folder.authority()
        if authority is None and renew:
            authority = folder.found_authority(reached)
        if authority is None:
            raise click.ClickException("there is no authority yet; `ruhu serve --tls` makes it, or --renew")
        server = folder.issue(authority, reached) if renew or new_authority else folder.server_certificate(authority)
    except (SettingRefused, NameRefused, CertificatesUnusable) as error:
        raise click.ClickException(str(error)) from None
    shown = [*server.reached.names, *map(str, server.reached.addresses)] if server else []
    figures = {
        "authority": authority.name,
        "sha256": fingerprint(authority.der),
        "authority_ends": authority.ends.isoformat(),
        "file": str(folder.authority_certificate),
        "server_ends": server.ends.isoformat() if server else None,
        "server_names": shown,
    }
    if as_json:
        click.echo(json.dumps(figures, ensure_ascii=False))
        return
    click.echo(f"{authority.name}, until {authority.ends:%Y-%m-%d}\nSHA-256 {figures['sha256']}")
    click.echo(f"certificate for tablets: {folder.authority_certificate}")
    if server is None:
        click.echo("no server certificate yet; `ruhu serve --tls` makes it, or --renew")
    else:
        click.echo(f"server certificate until {server.ends:%Y-%m-%d}, for {', '.join(shown)}")
