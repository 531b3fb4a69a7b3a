"""What the package holds and nobody wrote by hand: the built tablet app, the office's script of others, and its
compiled catalogues.

RUHU_SKIP_TABLET=1 leaves out what needs Node.js, for whoever has none and needs no tablets: the office then works
without its live parts. A source distribution holds what was built, so that installing from it needs no Node.js.
"""

import os
import shutil
import subprocess
from pathlib import Path

from setuptools.command.build_py import build_py
from setuptools.command.sdist import sdist

ROOT = Path(__file__).resolve().parent
APP = Path("server", "static", "tablet")
VENDOR = Path("server", "static", "vendor")
OFFICE_SCRIPT = Path("htmx.org", "dist", "htmx.min.js")
CATALOGUES = Path("server", "translations")
INSTALL = ("ci", "--ignore-scripts", "--no-audit", "--no-fund")


class BuildPackage(build_py):
    """Raises SystemExit, saying what is missing, when Node.js is not here."""

    def run(self) -> None:
        if self.editable_mode:
            super().run()
            return
        built = [Path(self.build_lib) / folder for folder in (APP, VENDOR)]
        for folder in built:
            shutil.rmtree(folder, ignore_errors=True)  # an earlier build's files have other names and would go along
        if not left_out() and not came_built():
            build_app()
        super().run()
        if left_out():
            for folder in built:
                shutil.rmtree(folder, ignore_errors=True)  # a build that lies in the sources has been copied
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
            self.filelist.prune(str(VENDOR))


def left_out() -> bool:
    return os.environ.get("RUHU_SKIP_TABLET") == "1"


def came_built() -> bool:
    """These are the files of a source distribution, with the app that was built for it."""
    return (ROOT / "PKG-INFO").is_file() and (ROOT / APP / "index.html").is_file()


def build_app() -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise SystemExit("the tablet app needs Node.js 20.19 or newer; RUHU_SKIP_TABLET=1 builds without it")
    for folder, arguments in (("office-assets", INSTALL), ("tablet", INSTALL), ("tablet", ("run", "build"))):
        subprocess.run([npm, *arguments], cwd=ROOT / folder, check=True)  # noqa: S603  (our own command line)
    (ROOT / VENDOR).mkdir(exist_ok=True)
    shutil.copy(ROOT / "office-assets" / "node_modules" / OFFICE_SCRIPT, ROOT / VENDOR)


def compile_catalogues(into: Path) -> None:
    """Without them the office would speak to nobody in Chinese."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    for source in (ROOT / CATALOGUES).rglob("*.po"):
        target = into / source.relative_to(ROOT).with_suffix(".mo")
        target.parent.mkdir(parents=True, exist_ok=True)
        with source.open("rb") as text, target.open("wb") as compiled:
            write_mo(compiled, read_po(text))
