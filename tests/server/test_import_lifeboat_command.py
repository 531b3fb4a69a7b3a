"""`ruhu import-lifeboat`: the same way in from the command line, with an answer file and an honest exit status."""

import json
from pathlib import Path

from click.testing import CliRunner, Result
from fieldwork import County, TestTablet
from lifeboats import packed, read_answer

from server import keys
from server.cli import main
from server.settings import Settings

ANSWERS = {"household": {"village": "n1", "householder_name": "张三"}}


def run(settings: Settings, *arguments: object) -> Result:
    return CliRunner().invoke(main, ["import-lifeboat", *map(str, arguments)], env=settings.to_environ())


def test_a_lifeboat_is_imported_and_answered(
    county: County, tablet: TestTablet, county_settings: Settings, tmp_path: Path
) -> None:
    file, answer = tmp_path / "a.lifeboat.zip", tmp_path / "answer.json"
    file.write_bytes(packed(tablet, [tablet.visit(keys.new_id(), ANSWERS)]))

    told = run(county_settings, file, "--answer", answer, "--json")
    again = run(county_settings, file)

    assert told.exit_code == 0, told.output
    figures = json.loads(told.output)
    assert (figures["accepted"], figures["refused"], figures["ok"]) == (1, 0, True)
    said = read_answer(county, answer.read_bytes())
    assert [v["statement"] for v in said["verdicts"]] == [f"{tablet.replica}-1"]
    assert again.exit_code == 0 and "replayed 1" in again.output


def test_what_did_not_arrive_is_named_and_the_exit_status_says_so(
    county: County, tablet: TestTablet, county_settings: Settings, tmp_path: Path
) -> None:
    file = tmp_path / "a.lifeboat.zip"
    visits = [tablet.visit(keys.new_id(), ANSWERS) for _ in range(2)]
    file.write_bytes(packed(tablet, visits, left_out=[f"statements/{tablet.replica}-1.box"]))

    told = run(county_settings, file)

    assert told.exit_code == 1
    assert f"{tablet.replica}-1: It is not in the lifeboat" in told.output
    assert "missing statements 1 to 1" in told.output


def test_what_is_no_lifeboat_says_what_to_do(county: County, county_settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "a.lifeboat.zip"
    file.write_bytes(b"nothing of the kind")

    told = run(county_settings, file)

    assert told.exit_code == 1
    assert "The lifeboat cannot be read" in told.output and "Copy it again" in told.output
