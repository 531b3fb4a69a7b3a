"""Photos for tests: each seed gives another one."""

import io
from random import Random

from PIL import Image


def a_picture(seed: int) -> bytes:
    """A JPEG of some hundred kilobytes."""
    file = io.BytesIO()
    Image.frombytes("RGB", (400, 300), Random(seed).randbytes(400 * 300 * 3)).save(file, "JPEG", quality=80)
    return file.getvalue()
