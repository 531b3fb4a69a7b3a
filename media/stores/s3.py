"""Blobs in a bucket, for more machines than one: the service's own conditions keep the promises that a disk keeps.

An object is there whole or not at all, and durable when the service has answered. The service checks the bytes
against their name (a SHA-256 checksum travels with them), and it never lets a put take the place of sound bytes.
"""

import base64
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from media.digest import PIECE, checked, digest_of
from media.errors import BlobNotHeld, StorageAway, StorageFailed, StorageFull, UploadIncomplete
from media.stores.bucket import Bucket

_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC
_SHARD = re.compile(r"[0-9a-f]{2}/")
_NOT_THERE = {"404", "NoSuchKey"}
_TAKEN = {"412", "PreconditionFailed", "ConditionalRequestConflict"}
_NO_ROOM = {"507", "InsufficientStorage", "QuotaExceeded", "XMinioStorageFull", "XMinioAdminBucketQuotaExceeded"}
_REFUSED = {"403", "AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "NoSuchBucket"}
_ROUNDS = 4  # of a put, while others put and remove the same blob

# Somebody waits for the answer, and a tablet comes again by itself: better to say soon that the service is away.
_SETTINGS = Config(
    connect_timeout=3,
    read_timeout=15,
    retries={"total_max_attempts": 2, "mode": "standard"},
    max_pool_connections=32,
    # We name the checksum ourselves; and a damaged object is for us to find, not an error half-way through reading.
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
)


class S3Store:
    """A BlobStore of objects `<prefix>ab/<digest>`; `<prefix>damaged/` keeps what no longer hashed to its name,
    `<prefix>unnamed/` what nothing in the database named.

    Credentials and region come from where boto3 looks for them: the environment, its files, the machine's role.
    """

    def __init__(self, bucket: Bucket) -> None:
        self._bucket = bucket.name
        self._prefix = bucket.prefix
        style = Config(s3={"addressing_style": "path" if bucket.endpoint else "auto"})
        self._client = _session().client(
            "s3",
            endpoint_url=bucket.endpoint,
            region_name=_session().region_name or "us-east-1",
            config=_SETTINGS.merge(style),
        )

    def adopt(self, staged: Path, digest: str, length: int) -> None:
        """See BlobStore. Raises StorageAway as well, and so do all the others."""
        checked(digest)
        with _our_errors(), os.fdopen(os.open(staged, _READ), "rb") as file:
            if (size := os.fstat(file.fileno()).st_size) != length:
                raise UploadIncomplete(expected=length, got=size)
            only_if = {"IfNoneMatch": "*"}
            for _ in range(_ROUNDS):
                file.seek(0)
                if self._put(file, digest, only_if):
                    return
                # The name is taken. Sound bytes stay; damaged ones are replaced on the condition that they are
                # still there, so that two who heal a blob at once cannot take a sound one for the damaged one.
                found, tag = self._found(digest)
                if found == digest:
                    return
                if found is not None and self._set_damaged_aside(digest, found, tag):
                    only_if = {"IfMatch": tag}
                else:  # removed or healed by somebody else in between
                    only_if = {"IfNoneMatch": "*"}
        raise StorageFailed("others put and remove the same blob without end")

    def open(self, digest: str) -> BinaryIO:
        """See BlobStore. It is a private copy on this machine's disk: a worker never holds a picture in memory, the
        decoder gets a file, and who has begun to read never finds the service away half-way."""
        with tempfile.TemporaryFile(buffering=0) as copy:
            with _our_errors(), closing(self._get(digest)["Body"]) as body:
                while piece := body.read(PIECE):
                    copy.write(piece)
            return Path(f"/proc/self/fd/{copy.fileno()}").open("rb")

    def has(self, digest: str) -> bool:
        """See BlobStore."""
        return self._head(digest) is not None

    def length(self, digest: str) -> int:
        """See BlobStore."""
        if (head := self._head(digest)) is None:
            raise BlobNotHeld(digest)
        return int(head["ContentLength"])

    def digests(self) -> Iterator[str]:
        """See BlobStore. The shards that there are, then each of them, sorted here: not every service sorts."""
        folders = (found["Prefix"] for found in self._listed("CommonPrefixes", self._prefix, Delimiter="/"))
        for folder in sorted(folders):
            if _SHARD.fullmatch(folder.removeprefix(self._prefix)):
                yield from sorted(found["Key"].removeprefix(folder) for found in self._listed("Contents", folder))

    def verify(self, digest: str) -> bool:
        """See BlobStore."""
        with _our_errors(), closing(self._get(digest)["Body"]) as body:
            return digest_of(body) == digest

    def remove(self, digest: str) -> None:
        """See BlobStore. Where the bucket keeps versions, the bytes stay behind a delete marker."""
        with _our_errors():
            self._client.delete_object(Bucket=self._bucket, Key=self._key(digest))

    def since(self, digest: str) -> float:
        """See BlobStore."""
        if (head := self._head(digest)) is None:
            raise BlobNotHeld(digest)
        return float(head["LastModified"].timestamp())

    def set_aside(self, digest: str) -> None:
        """See BlobStore."""
        with _our_errors():
            if self._copy(self._key(digest), self._unnamed(digest)):
                self.remove(digest)

    def put_back(self, digest: str) -> bool:
        """See BlobStore."""
        if self.has(digest):
            return True
        with _our_errors():
            if not self._copy(self._unnamed(digest), self._key(digest)):
                return False
            self._client.delete_object(Bucket=self._bucket, Key=self._unnamed(digest))
        return True

    def _put(self, file: BinaryIO, digest: str, only_if: dict[str, str]) -> bool:
        """Whether the bytes are there now; they are not when the condition did not hold."""
        try:
            self._client.put_object(
                Bucket=self._bucket,
                Key=self._key(digest),
                Body=file,
                ContentType="application/octet-stream",
                ChecksumSHA256=base64.b64encode(bytes.fromhex(digest)).decode(),
                **only_if,
            )
        except ClientError as error:
            if _code(error) in _TAKEN or ("IfMatch" in only_if and _code(error) in _NOT_THERE):
                return False
            raise
        return True

    def _found(self, digest: str) -> tuple[str | None, str]:
        """What the object of this name hashes to, if it is there, and the service's mark of these very bytes."""
        try:
            answer = self._get(digest)
        except BlobNotHeld:
            return None, ""
        with closing(answer["Body"]) as body:
            return digest_of(body), answer["ETag"]

    def _get(self, digest: str) -> Any:
        try:
            return self._client.get_object(Bucket=self._bucket, Key=self._key(digest))
        except ClientError as error:
            if _code(error) in _NOT_THERE:
                raise BlobNotHeld(digest) from None
            raise

    def _head(self, digest: str) -> Any | None:
        with _our_errors():
            try:
                return self._client.head_object(Bucket=self._bucket, Key=self._key(digest))
            except ClientError as error:
                if _code(error) in _NOT_THERE:
                    return None
                raise

    def _set_damaged_aside(self, digest: str, found: str, tag: str) -> bool:
        """Whether these very bytes were still there to be copied."""
        aside = f"{self._prefix}damaged/{digest}.{found[:16]}"
        return self._copy(self._key(digest), aside, CopySourceIfMatch=tag)

    def _copy(self, source: str, target: str, **only_if: str) -> bool:
        """Whether the source was there, and as demanded."""
        origin = {"Bucket": self._bucket, "Key": source}
        try:
            self._client.copy_object(Bucket=self._bucket, Key=target, CopySource=origin, **only_if)
        except ClientError as error:
            if _code(error) in _TAKEN | _NOT_THERE:
                return False
            raise
        return True

    def _listed(self, what: str, prefix: str, **more: str) -> Iterator[Any]:
        with _our_errors():
            pages = self._client.get_paginator("list_objects_v2")
            for page in pages.paginate(Bucket=self._bucket, Prefix=prefix, **more):
                yield from page.get(what, ())

    def _unnamed(self, digest: str) -> str:
        return f"{self._prefix}unnamed/{checked(digest)}"

    def _key(self, digest: str) -> str:
        return f"{self._prefix}{checked(digest)[:2]}/{digest}"


@cache
def _session() -> Any:
    return boto3.session.Session()  # reading what the service can do takes half a second, once


@contextmanager
def _our_errors() -> Iterator[None]:
    """Nothing of boto3 leaves this module, and no message of the service either: it may repeat what it was sent."""
    try:
        yield
    except ClientError as error:
        code = _code(error)
        if code in _NO_ROOM:
            raise StorageFull(code) from None
        if code in _REFUSED:
            raise StorageFailed(f"the object store refuses us: {code}") from None
        raise StorageAway(f"the object store fails: {code}") from None
    except BotoCoreError as error:
        raise StorageAway(f"the object store is away: {type(error).__name__}") from None


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))
