"""What the package holds and nobody wrote by hand: the built tablet app, and the office's compiled catalogues.

RUHU_SKIP_TABLET=1 leaves the app out, for whoever has no Node.js and needs no tablets. A source distribution holds
the built app, so that installing from it needs no Node.js either.
"""

import os
import shutil
import subprocess
from pathlib import Path

from setuptools.command.build_py import build_py
from setuptools.command.sdist import sdist

ROOT = Path(__file__).resolve().parent
APP = Path("server", "static", "tablet")
CATALOGUES = Path("server", "translations")
INSTALL = ("ci", "--ignore-scripts", "--no-audit", "--no-fund")


class BuildPackage(build_py):
    """Raises SystemExit, saying what is missing, when Node.js is not here."""

    def run(self) -> None:
        if self.editable_mode:
            super().run()
            return
        built = Path(self.build_lib) / APP
        shutil.rmtree(built, ignore_errors=True)  # an earlier build's files have other names and would go along
        if not left_out() and not came_built():
            build_app()
        super().run()
        if left_out():
            shutil.rmtree(built, ignore_errors=True)  # a build that lies in the sources has been copied
        compile_catalogues(Path(self.build_lib))


class BuildSources(sdist):
    """Raises SystemExit as above."""

    def run(self) -> None:
        if not left_out() and not came_built():
            build_app()
        super().run()

    def prune_file_list(self) -> None:
        super().prune_file_list()
        if left_out():
            self.filelist.prune(str(APP))


def left_out() -> bool:
    return os.environ.get("RUHU_SKIP_TABLET") == "1"


def came_built() -> bool:
    """These are the files of a source distribution, with the app that was built for it."""
    return (ROOT / "PKG-INFO").is_file() and (ROOT / APP / "index.html").is_file()


def build_app() -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise SystemExit("the tablet app needs Node.js 20.19 or newer; RUHU_SKIP_TABLET=1 builds without it")
    for arguments in (INSTALL, ("run", "build")):
        subprocess.run([npm, *arguments], cwd=ROOT / "tablet", check=True)  # noqa: S603  (our own command line)


def compile_catalogues(into: Path) -> None:
    """Without them the office would speak to nobody in Chinese."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    for source in (ROOT / CATALOGUES).rglob("*.po"):
        target = into / source.relative_to(ROOT).with_suffix(".mo")
        target.parent.mkdir(parents=True, exist_ok=True)
        with source.open("rb") as text, target.open("wb") as compiled:
            write_mo(compiled, read_po(text))
