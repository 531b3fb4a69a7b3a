"""Settings are read once, refused when they cannot work, and handed to workers as they were read."""

from pathlib import Path

import pytest

from server.settings import MOST_HOURS, SettingRefused, Settings

OPERATING = Path(__file__).resolve().parents[2] / "docs" / "operating.md"


@pytest.mark.parametrize(
    "hours", ["", "0", "-1", "+3", "1.5", " 72", "72h", "three", "七十二", "７２", "²", str(MOST_HOURS + 1)]
)
def test_a_lease_that_cannot_be_reckoned_is_refused(hours: str) -> None:
    with pytest.raises(SettingRefused, match="RUHU_LEASE_HOURS"):
        Settings.from_environ({"RUHU_LEASE_HOURS": hours})


@pytest.mark.parametrize("hours", [1, 24, MOST_HOURS])
def test_a_lease_lasts_as_long_as_is_set(hours: int) -> None:
    assert Settings.from_environ({"RUHU_LEASE_HOURS": str(hours)}).lease_hours == hours


def test_a_lease_lasts_three_days_by_default() -> None:
    assert Settings.from_environ({}).lease_hours == 72


@pytest.mark.parametrize("hours", ["", "-1", "soon", str(MOST_HOURS + 1)])
def test_what_is_missing_is_told_after_a_number_of_hours(hours: str) -> None:
    assert Settings.from_environ({}).gap_after_hours == 48
    assert Settings.from_environ({"RUHU_GAP_AFTER_HOURS": "12"}).gap_after_hours == 12
    assert Settings.from_environ({"RUHU_GAP_AFTER_HOURS": "0"}).gap_after_hours == 0
    with pytest.raises(SettingRefused, match="RUHU_GAP_AFTER_HOURS"):
        Settings.from_environ({"RUHU_GAP_AFTER_HOURS": hours})


@pytest.mark.parametrize("url", ["media", "file://media", "s3://bucket/media", "http://host/media", ""])
def test_media_lie_in_a_folder_of_this_machine(url: str) -> None:
    with pytest.raises(SettingRefused, match="RUHU_MEDIA_URL"):
        Settings.from_environ({"RUHU_MEDIA_URL": url})


def test_workers_read_what_was_read(tmp_path: Path) -> None:
    settings = Settings(tmp_path, "sqlite:///x.db", tmp_path / "m", True, True, 5, "http://10.0.0.1:8080/", 9)

    assert Settings.from_environ(settings.to_environ()) == settings


def test_the_manual_names_every_setting(tmp_path: Path) -> None:
    manual = OPERATING.read_text(encoding="utf-8")

    for name in Settings(tmp_path, "", tmp_path).to_environ():
        assert f"| `{name}` |" in manual, name
