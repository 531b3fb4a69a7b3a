"""Pictures that the tests draw themselves, stores and staging areas to put them in."""

import io
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from object_store import ObjectStore
from PIL import Image

from media.durable import Disk
from media.stores import BlobStore
from media.stores.folder import FolderStore
from media.stores.memory import MemoryStore
from media.stores.s3 import S3Store
from media.uploads import Staging

Draw = Callable[..., bytes]


def draw(width: int = 64, height: int = 48, image_format: str = "JPEG", mode: str = "RGB", **save: object) -> bytes:
    """A picture of coloured noise, the same for the same size."""
    noise = random.Random(width * 10_007 + height).randbytes(8 * 6 * 3)
    picture = Image.frombytes("RGB", (8, 6), noise).resize((width, height)).convert(mode)
    out = io.BytesIO()
    picture.save(out, image_format, **save)
    return out.getvalue()


@pytest.fixture
def drawn() -> Draw:
    return draw


@pytest.fixture(params=["memory", "folder", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> BlobStore:
    """Every store that keeps the BlobStore promise."""
    if request.param == "memory":
        return MemoryStore()
    if request.param == "folder":
        return FolderStore(tmp_path / "blobs")
    object_storage: ObjectStore = request.getfixturevalue("object_storage")
    return S3Store(object_storage.bucket())


@pytest.fixture
def staging(tmp_path: Path) -> Staging:
    return Staging(tmp_path / "staging")


@pytest.fixture
def quick_disk() -> Disk:
    """A disk that does not wait for the platter, for tests of thousands of writes that are not about power cuts."""
    return Disk(fsync=lambda fd: None)
