"""What people install: a wheel with every file of the server, both languages, and what its own build made."""

import gettext
import os
import shutil
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("server", "sync", "schemas", "media")
MADE = shutil.ignore_patterns("__pycache__", "*.mo", ".compiled", "tablet", "vendor")
APP = "server/static/tablet"
OFFICE_SCRIPT = "server/static/vendor/htmx.min.js"

# Stands for npm: it "builds" the app as the real one would, in seconds less.
NPM = """#!/bin/sh
case $PWD in */office-assets)
  mkdir -p node_modules/htmx.org/dist && echo script >node_modules/htmx.org/dist/htmx.min.js ;;
esac
[ "$1" = run ] || exit 0
rm -rf "../server/static/tablet" && mkdir -p ../server/static/tablet/assets
echo page >../server/static/tablet/index.html
echo script >../server/static/tablet/assets/index-New.js
"""


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """A fresh clone: nothing in it has been built."""
    sources = tmp_path / "sources"
    sources.mkdir()
    for name in ("pyproject.toml", "MANIFEST.in", "README.md", "LICENSE", "build_package.py"):
        shutil.copy(ROOT / name, sources)
    for name in PACKAGES:
        shutil.copytree(ROOT / name, sources / name, ignore=MADE)
    for name in ("tablet", "office-assets"):
        (sources / name).mkdir()
        shutil.copy(ROOT / name / "package.json", sources / name)
    return sources


@pytest.fixture
def npm(tmp_path: Path) -> Path:
    """A folder for PATH."""
    folder = tmp_path / "programs"
    folder.mkdir()
    (folder / "npm").write_text(NPM, encoding="utf-8")
    (folder / "npm").chmod(0o755)
    return folder


def build(sources: Path, what: str, **environment: str) -> subprocess.CompletedProcess[str]:
    script = f"from setuptools import build_meta; build_meta.build_{what}('made')"
    return subprocess.run(
        [sys.executable, "-c", script],
        cwd=sources,
        env={"PATH": "/nowhere", "PYTHONDONTWRITEBYTECODE": "1", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def wheel_of(sources: Path) -> ZipFile:
    (made,) = (sources / "made").glob("*.whl")
    return ZipFile(made)


def test_a_wheel_holds_every_file_and_both_languages(sources: Path) -> None:
    written = {
        path.relative_to(sources).as_posix()
        for name in PACKAGES
        for path in (sources / name).rglob("*")
        if path.is_file() and path.name != "regenerate.py"
    }
    (sources / APP).mkdir()
    (sources / APP / "index.html").write_text("of another day", encoding="utf-8")
    (sources / OFFICE_SCRIPT).parent.mkdir()
    (sources / OFFICE_SCRIPT).write_text("of another day", encoding="utf-8")

    built = build(sources, "wheel", RUHU_SKIP_TABLET="1")

    assert built.returncode == 0, built.stderr
    with wheel_of(sources) as wheel:
        names = set(wheel.namelist())
        assert written - names == set()
        assert not [
            name
            for name in names
            if name.startswith((APP, OFFICE_SCRIPT, "tests", "tablet", "office-assets", "build"))
        ]
        said = wheel.read("server/translations/zh_Hans/LC_MESSAGES/messages.mo")
    assert gettext.GNUTranslations(BytesIO(said)).gettext("Log out") == "退出登录"


def test_without_node_js_nothing_is_built_by_halves(sources: Path) -> None:
    for what in ("wheel", "sdist"):
        built = build(sources, what)

        assert built.returncode != 0
        assert "needs Node.js 20.19 or newer; RUHU_SKIP_TABLET=1" in built.stderr
        assert list((sources / "made").glob("*.*")) == []


def test_a_source_distribution_brings_the_built_app_along(sources: Path, npm: Path, tmp_path: Path) -> None:
    stale = sources / "build" / "lib" / APP / "assets" / "index-Old.js"
    stale.parent.mkdir(parents=True)
    stale.write_text("of an earlier build", encoding="utf-8")
    packed = build(sources, "sdist", PATH=f"{npm}{os.pathsep}{os.environ['PATH']}")
    assert packed.returncode == 0, packed.stderr
    (archive,) = (sources / "made").glob("*.tar.gz")
    (tmp_path / "unpacked").mkdir()
    subprocess.run(["tar", "-xzf", archive, "-C", tmp_path / "unpacked"], check=True)
    (unpacked,) = (tmp_path / "unpacked").iterdir()
    shutil.copytree(sources / "build", unpacked / "build")

    installed = build(unpacked, "wheel")

    assert installed.returncode == 0, installed.stderr
    with wheel_of(unpacked) as wheel:
        app = [name for name in wheel.namelist() if name.startswith(APP)]
        assert OFFICE_SCRIPT in wheel.namelist()
    assert sorted(app) == [f"{APP}/assets/index-New.js", f"{APP}/index.html"]
