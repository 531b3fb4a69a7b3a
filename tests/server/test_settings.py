"""Settings are read once, refused when they cannot work, and handed to workers as they were read."""

from pathlib import Path

import pytest

from media.stores.bucket import Bucket
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


@pytest.mark.parametrize(
    ("url", "bucket"),
    [
        ("s3://photos", Bucket("photos")),
        ("s3://photos/", Bucket("photos")),
        ("s3://county.photos/2026/a", Bucket("county.photos", "2026/a/")),
        ("s3://photos/2026/", Bucket("photos", "2026/")),
    ],
)
def test_photos_can_rest_in_a_bucket(url: str, bucket: Bucket) -> None:
    settings = Settings.from_environ({"RUHU_BLOBS_URL": url})

    assert settings.bucket == bucket
    assert Settings.from_environ(settings.to_environ()).bucket == bucket


@pytest.mark.parametrize(
    "environ",
    [
        {"RUHU_BLOBS_URL": "file:///srv/blobs"},
        {"RUHU_BLOBS_URL": "s3://"},
        {"RUHU_BLOBS_URL": "s3://Photos"},
        {"RUHU_BLOBS_URL": "s3://photos//a"},
        {"RUHU_BLOBS_URL": "s3://photos/中文"},
        {"RUHU_BLOBS_URL": "s3://photos/a b"},
        {"RUHU_BLOBS_URL": "s3://key:secret@photos"},
        {"RUHU_BLOBS_URL": "s3://photos", "RUHU_S3_ENDPOINT": "10.0.0.2:8333"},
        {"RUHU_BLOBS_URL": "s3://photos", "RUHU_S3_ENDPOINT": "http://key:secret@10.0.0.2"},
        {"RUHU_S3_ENDPOINT": "http://10.0.0.2:8333"},
    ],
)
def test_a_bucket_that_cannot_be_is_refused_and_no_secret_repeated(environ: dict[str, str]) -> None:
    with pytest.raises(SettingRefused, match="RUHU_BLOBS_URL") as refused:
        Settings.from_environ(environ)

    assert "secret" not in str(refused.value)


def test_workers_read_what_was_read(tmp_path: Path) -> None:
    bucket = Bucket("photos", "county/evidence/", "http://10.0.0.2:8333")
    settings = Settings(tmp_path, "sqlite:///x.db", tmp_path / "m", True, True, 5, "http://10.0.0.1:8080/", 9, bucket)

    assert Settings.from_environ(settings.to_environ()) == settings


def test_the_manual_names_every_setting(tmp_path: Path) -> None:
    manual = OPERATING.read_text(encoding="utf-8")

    for name in Settings(tmp_path, "", tmp_path).to_environ():
        assert f"| `{name}` |" in manual, name
