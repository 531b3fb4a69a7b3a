"""The package's own build step: the tablet app is built from its sources and goes into the wheel.

RUHU_SKIP_TABLET=1 leaves it out, for whoever has no Node.js and needs no tablets.
"""

import os
import shutil
import subprocess
from pathlib import Path

from setuptools.command.build_py import build_py

TABLET = Path(__file__).resolve().parent / "tablet"
INSTALL = ("ci", "--ignore-scripts", "--no-audit", "--no-fund")


class BuildWithTablet(build_py):
    """Raises SystemExit, saying what is missing, when Node.js is not here."""

    def run(self) -> None:
        if self.editable_mode:
            super().run()
            return
        built = Path(self.build_lib) / "server" / "static" / "tablet"
        shutil.rmtree(built, ignore_errors=True)  # an earlier build's files have other names and would go along
        if os.environ.get("RUHU_SKIP_TABLET") == "1":
            super().run()
            shutil.rmtree(built, ignore_errors=True)  # a build that lies in the sources has been copied
            return
        npm = shutil.which("npm")
        if npm is None:
            raise SystemExit("the tablet app needs Node.js 20.19 or newer; RUHU_SKIP_TABLET=1 builds without it")
        for arguments in (INSTALL, ("run", "build")):
            subprocess.run([npm, *arguments], cwd=TABLET, check=True)  # noqa: S603  (our own command line)
        super().run()
