"""Where an S3 store keeps its objects; apart from the store, so that reading settings need not load boto3."""

import re
from dataclasses import dataclass

_URL = re.compile(
    r"s3://(?P<name>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/(?P<prefix>[A-Za-z0-9._-]+(?:/[A-Za-z0-9._-]+)*))?/?"
)
_ENDPOINT = re.compile(r"https?://[A-Za-z0-9.-]+(?::[0-9]{1,5})?/?|https?://\[[0-9A-Fa-f:]+\](?::[0-9]{1,5})?/?")


@dataclass(frozen=True, slots=True)
class Bucket:
    """`prefix` is empty or ends with a slash; without `endpoint` it is Amazon's own service."""

    name: str
    prefix: str = ""
    endpoint: str | None = None

    @classmethod
    def of(cls, url: str, endpoint: str | None = None) -> "Bucket":
        """From `s3://bucket/prefix` and `http(s)://host:port`. Raises ValueError."""
        found = _URL.fullmatch(url)
        if found is None:
            raise ValueError("s3://bucket or s3://bucket/prefix")
        if endpoint is not None and not _ENDPOINT.fullmatch(endpoint):
            raise ValueError("http(s)://host or http(s)://host:port")
        prefix = found["prefix"]
        return cls(found["name"], f"{prefix}/" if prefix else "", endpoint)

    @property
    def url(self) -> str:
        return f"s3://{self.name}/{self.prefix}"
