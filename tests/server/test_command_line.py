"""The command line: every command that `ruhu --help` names is there, and naming them loads none of them."""

import socket
import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner

from server.cli import COMMANDS, main
from server.commands.demo_accounts import Account, DemoCounty


def test_every_command_explains_itself():
    for name in COMMANDS:
        answer = CliRunner().invoke(main, [name, "--help"])

        assert answer.exit_code == 0, name
        assert f"main {name}" in answer.output


def test_help_loads_no_command():
    script = (
        "import sys\nfrom server.cli import main\n"
        "try:\n main(['--help'])\nexcept SystemExit:\n pass\n"
        "print([m for m in ('flask', 'sqlalchemy', 'server.commands') if m in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert told.stdout.splitlines()[-1] == "[]"


def test_a_port_that_is_taken_is_said_so_before_anything_is_made(tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        answers = [
            CliRunner().invoke(main, ["demo", "--data", str(tmp_path / "new"), "--port", port]),
            CliRunner().invoke(main, ["serve", "--port", port], env={"RUHU_DATA_DIR": str(tmp_path / "new")}),
        ]

    assert all(answer.exit_code == 1 and f"port {port} is taken" in answer.output for answer in answers)
    assert not (tmp_path / "new").exists()


def test_accounts_of_a_demo_are_read_by_their_owner_only(tmp_path: Path):
    county = DemoCounty(1, [Account("li", "pass-word-1", "李", "county_officer", "云岭县", "p1", None)])

    county.finish().save(tmp_path)

    assert DemoCounty.load(tmp_path) == county.finish()
    assert (tmp_path / "demo-accounts.json").stat().st_mode & 0o777 == 0o600


def test_a_simulation_without_a_demo_county_says_what_to_do(tmp_path: Path):
    answer = CliRunner().invoke(main, ["simulate"], env={"RUHU_DATA_DIR": str(tmp_path)})

    assert answer.exit_code == 1
    assert "ruhu demo" in answer.output
