"""Pictures that the tests draw themselves, stores and staging areas to put them in."""

import io
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from media.durable import Disk
from media.stores import BlobStore
from media.stores.folder import FolderStore
from media.stores.memory import MemoryStore
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


@pytest.fixture(params=["memory", "folder"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> BlobStore:
    """Every store that keeps the BlobStore promise."""
    return MemoryStore() if request.param == "memory" else FolderStore(tmp_path / "blobs")


@pytest.fixture
def staging(tmp_path: Path) -> Staging:
    return Staging(tmp_path / "staging")


@pytest.fixture
def quick_disk() -> Disk:
    """A disk that does not wait for the platter, for tests of thousands of writes that are not about power cuts."""
    return Disk(fsync=lambda fd: None)
