"""`ruhu campaign`: campaigns are added and listed from the command line."""

import json

import pytest
from click.testing import CliRunner, Result
from fieldwork import County

from server.cli import main
from server.settings import Settings
from server.store import audit


def run(settings: Settings, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["campaign", *arguments], env=settings.to_environ())


def add(settings: Settings, name: str, first: str, last: str) -> Result:
    return run(settings, "add", name, "--zh", "年度复核", "--en", "Annual review", "--from", first, "--to", last)


def test_a_campaign_is_added_listed_and_audited(county: County, county_settings: Settings) -> None:
    assert add(county_settings, "2026-annual", "2026-03-01", "2026-05-31").output == "added 2026-annual\n"
    add(county_settings, "2027-annual", "2027-03-01", "2027-03-01")

    listed = json.loads(run(county_settings, "list", "--json").output)["campaigns"]

    assert [each["id"] for each in listed] == ["2027-annual", "2026-annual"]
    assert "年度复核 / Annual review" in run(county_settings, "list").output
    with county.app.app_context():
        acts = [(row.act, row.subject) for row in audit.recent("demo", 50)]
    assert ("add_campaign", "2026-annual") in acts


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("2026", "2026-05-31", "2026-03-01"),
        ("2026", "2026-02-30", "2026-03-01"),
        ("2026", "20260301", "2026-03-02"),
        ("张三", "2026-03-01", "2026-03-02"),
        ("twice", "2026-03-01", "2026-03-02"),
    ],
)
def test_what_cannot_be_is_refused_with_a_reason(county_settings: Settings, name: str, first: str, last: str) -> None:
    add(county_settings, "twice", "2026-01-01", "2026-01-02")

    refused = add(county_settings, name, first, last)

    assert refused.exit_code == 1
    assert "Error:" in refused.output
    assert len(json.loads(run(county_settings, "list", "--json").output)["campaigns"]) == 1
