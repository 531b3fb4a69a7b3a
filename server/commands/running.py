"""What every command shares: the application around it, a progress bar, and an honest end."""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import click
from tqdm import tqdm

from media.errors import StorageFailed
from server.settings import SettingRefused, Settings

SHOWN_FAULTS = 20


@contextmanager
def application() -> Iterator[None]:
    """The application of the settings in the environment, for a command's work."""
    from server.app import create_app  # takes a second to import: `ruhu --help` need not wait for it
    from server.db import db

    try:
        app = create_app(Settings.from_environ())
    except SettingRefused as error:
        raise click.ClickException(str(error)) from None
    try:
        with app.app_context():
            yield
    except StorageFailed as error:
        raise click.ClickException(
            f"the store of photos fails, so that nothing can be said of them: {error}"
        ) from None
    finally:
        with app.app_context():
            db.engine.dispose()


@contextmanager
def progress(total: int, doing: str, *, quiet: bool) -> Iterator[Callable[[int], object]]:
    """A bar on standard error; the function it gives takes how much more has been done."""
    with tqdm(total=total, desc=doing, disable=quiet, file=sys.stderr) as bar:
        yield bar.update


@dataclass(frozen=True, slots=True)
class Report:
    """The end of a command: words or one JSON object, and an exit status that says whether all was well."""

    as_json: bool

    def end(self, *, well: bool, figures: dict[str, object], faults: Sequence[str], said: str) -> None:
        if self.as_json:
            click.echo(json.dumps({**figures, "ok": well, "details": list(faults)}, ensure_ascii=False))
        else:
            click.echo(
                said + ": " + ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in figures.items())
            )
            for fault in faults[:SHOWN_FAULTS]:
                click.echo(f"  {fault}")
            if len(faults) > SHOWN_FAULTS:
                click.echo(f"  … and {len(faults) - SHOWN_FAULTS} more (--json lists all)")
        if not well:
            raise SystemExit(1)
