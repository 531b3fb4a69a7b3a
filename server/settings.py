"""What an operator may set, read once from the environment: the only reader of os.environ."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from media.stores.bucket import Bucket

MOST_HOURS = 31 * 24


class SettingRefused(Exception):
    """A setting has a value that cannot work; the message says which and what to do."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting has an embedded default: SQLite and a media folder below `data_dir`.

    RUHU_DATA_DIR       where keys, the database and media lie (default ./ruhu-data)
    RUHU_DATABASE_URL   sqlite:///… or postgresql://… (default: ruhu.db in the data folder)
    RUHU_MEDIA_URL      file:///… (default: media/ in the data folder): uploads under way, and photos without a bucket
    RUHU_BLOBS_URL      s3://bucket/prefix: where photos rest (default: in the media folder)
    RUHU_S3_ENDPOINT    http(s)://host:port of an S3 service of one's own (default: Amazon's)
    RUHU_SECURE_COOKIES 1 when served over HTTPS: cookies then travel over TLS only (default 0)
    RUHU_TRUST_URL      where tablets learn to trust this server; `ruhu serve --tls` sets it (default none)
    RUHU_LEASE_HOURS    how long a tablet opens without contact with the server (default 72)
    RUHU_GAP_AFTER_HOURS how long evidence and statements may be missing before the office is told (default 48)
    RUHU_LOG_SQL        1 prints each SQL statement, without its values, on standard error (default 0)
    """

    data_dir: Path
    database_url: str
    media_dir: Path
    secure_cookies: bool = False
    log_sql: bool = False
    lease_hours: int = 72
    trust_url: str = ""
    gap_after_hours: int = 48
    bucket: Bucket | None = None

    @classmethod
    def from_environ(cls, environ: Mapping[str, str] | None = None) -> "Settings":
        """Raises SettingRefused."""
        environ = os.environ if environ is None else environ
        data_dir = Path(environ.get("RUHU_DATA_DIR", "ruhu-data")).resolve()
        return cls(
            data_dir=data_dir,
            database_url=environ.get("RUHU_DATABASE_URL", f"sqlite:///{data_dir / 'ruhu.db'}"),
            media_dir=_folder(environ.get("RUHU_MEDIA_URL", f"file://{data_dir / 'media'}")),
            secure_cookies=environ.get("RUHU_SECURE_COOKIES") == "1",
            log_sql=environ.get("RUHU_LOG_SQL") == "1",
            lease_hours=_hours(environ, "RUHU_LEASE_HOURS", 72),
            trust_url=environ.get("RUHU_TRUST_URL", ""),
            gap_after_hours=_hours(environ, "RUHU_GAP_AFTER_HOURS", 48, least=0),
            bucket=_bucket(environ.get("RUHU_BLOBS_URL", ""), environ.get("RUHU_S3_ENDPOINT", "")),
        )

    def to_environ(self) -> dict[str, str]:
        """The same settings as a child process reads them."""
        return {
            "RUHU_DATA_DIR": str(self.data_dir),
            "RUHU_DATABASE_URL": self.database_url,
            "RUHU_MEDIA_URL": f"file://{self.media_dir}",
            "RUHU_BLOBS_URL": self.bucket.url if self.bucket else "",
            "RUHU_S3_ENDPOINT": (self.bucket.endpoint or "") if self.bucket else "",
            "RUHU_SECURE_COOKIES": "1" if self.secure_cookies else "0",
            "RUHU_LOG_SQL": "1" if self.log_sql else "0",
            "RUHU_LEASE_HOURS": str(self.lease_hours),
            "RUHU_TRUST_URL": self.trust_url,
            "RUHU_GAP_AFTER_HOURS": str(self.gap_after_hours),
        }


def _hours(environ: Mapping[str, str], name: str, default: int, least: int = 1) -> int:
    text = environ.get(name, str(default))
    if not (text.isascii() and text.isdigit() and least <= int(text) <= MOST_HOURS):
        raise SettingRefused(f"{name} must be a whole number of hours from {least} to {MOST_HOURS}")
    return int(text)


def _folder(url: str) -> Path:
    scheme, separator, rest = url.partition("://")
    if not separator or scheme != "file" or not rest.startswith("/"):
        raise SettingRefused("RUHU_MEDIA_URL must be file:///an/absolute/folder")
    return Path(rest)


def _bucket(url: str, endpoint: str) -> Bucket | None:
    if not url and not endpoint:
        return None
    try:
        return Bucket.of(url, endpoint or None)
    except ValueError as error:
        raise SettingRefused(f"RUHU_BLOBS_URL and RUHU_S3_ENDPOINT do not say where photos lie: {error}") from None
