"""The one place where a picture from outside is decoded: a process that lives for one picture and can do nothing.

Run by file path as ``python -I -S -B decode_child.py SITE FORMAT LONGEST_SIDE`` and not imported: SITE is the folder
that holds Pillow, FORMAT is JPEG or PNG. The picture is standard input, opened for reading. The answer on standard
output is 4 bytes of length (big-endian), that much JSON ``{"width","height","claims"}``, and the rendition's JPEG
bytes; or ``{"unreadable": reason}`` and no bytes.

Before the first byte of the picture is read: 512 MB of address space, 5 s of processor time, no file may grow, no
core dump, no new file descriptor at all (so no file and no socket), and a network namespace of its own with nothing
in it where the kernel allows an unprivileged process to have one (some forbid it; the other limits hold anyway).
"""

import ctypes
import io
import json
import os
import resource
import sys
import warnings

ADDRESS_SPACE = 512 * 1024 * 1024
CPU_SECONDS = 5
MAX_PIXELS = 40_000_000
QUALITY = 82
MAX_CLAIM = 200

_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000


def limit_memory_and_time() -> None:
    """What holds from the first instruction on."""
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (16, 16))


def close_the_doors() -> None:
    """What holds once all code is loaded: no network, and no file descriptor beyond those that are open."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(_CLONE_NEWNET) != 0:
        libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


def answer(header: dict[str, object], jpeg: bytes = b"") -> None:
    """Write the one answer."""
    text = json.dumps(header).encode()
    sys.stdout.buffer.write(len(text).to_bytes(4) + text + jpeg)
    sys.stdout.buffer.flush()


def main(site: str, image_format: str, longest_side: int) -> None:
    """Decode standard input, answer on standard output."""
    limit_memory_and_time()
    sys.path.append(site)
    from PIL import (
        Image,
        ImageCms,
        JpegImagePlugin,  # noqa: F401 (loaded now: later no file can be opened)
        MpoImagePlugin,  # noqa: F401 (phones put a second picture behind the first; only the first is read)
        PngImagePlugin,  # noqa: F401 (as above)
        TiffImagePlugin,  # noqa: F401 (reads EXIF)
    )

    Image.preinit()
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    close_the_doors()

    def opened() -> Image.Image:
        return Image.open(os.fdopen(0, "rb", closefd=False), formats=(image_format,))

    def claims(picture: Image.Image) -> dict[str, object]:
        exif = picture.getexif()
        found: dict[str, object] = {"orientation": exif.get(0x0112), "software": exif.get(0x0131)}
        found |= {"make": exif.get(0x010F), "model": exif.get(0x0110)}
        details = exif.get_ifd(0x8769)
        found["taken_at"] = details.get(0x9003) or details.get(0x9004) or exif.get(0x0132)
        found["utc_offset"] = details.get(0x9011)
        place = exif.get_ifd(0x8825)
        found["latitude"] = degrees(place.get(2), place.get(1), "S")
        found["longitude"] = degrees(place.get(4), place.get(3), "W")
        short = {name: value[:MAX_CLAIM] if isinstance(value, str) else value for name, value in found.items()}
        return {name: value for name, value in short.items() if isinstance(value, str | int | float)}

    def degrees(parts: object, half: object, negative: str) -> float | None:
        if not isinstance(parts, tuple) or len(parts) != 3 or not isinstance(half, str):
            return None
        degree, minute, second = (float(part) for part in parts)
        value = degree + minute / 60 + second / 3600
        return -value if half.strip("\0 ").upper() == negative else value

    def srgb(picture: Image.Image, profile: object) -> Image.Image:
        if not isinstance(profile, bytes) or picture.mode not in ("RGB", "CMYK", "L"):
            return picture
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
        except (ImageCms.PyCMSError, OSError, ValueError):
            return picture  # a broken profile: the colours may be off, the picture is still evidence
        return converted or picture

    def plain(picture: Image.Image) -> Image.Image:
        if picture.mode.startswith("I"):  # 16 bits of grey
            picture = picture.convert("I").point(lambda level: level * (1 / 256)).convert("L")
        if picture.has_transparency_data:
            picture = picture.convert("RGBA")
            white = Image.new("RGBA", picture.size, "white")
            white.alpha_composite(picture)
            picture = white
        return picture.convert("RGB")

    try:
        original = picture = opened()
        profile = original.info.get("icc_profile")
        if picture.mode == "P":
            picture = plain(picture)  # palette indices cannot be averaged
        gap = None if picture.mode.startswith("I") else 2.0  # Pillow cannot reduce 16 bits of grey by whole steps
        picture.thumbnail((longest_side, longest_side), reducing_gap=gap)
        # Decoded here at the latest: a PNG's getexif() would decode as well, and after a decoding that failed once
        # Pillow hands out the black rest as if all were well.
        original.load()
        try:
            claimed = claims(original)
        except Exception:
            claimed = {}  # EXIF is a claim and may be any rubbish; the picture does not depend on it
        picture = plain(srgb(picture, profile))
        turn = {
            2: Image.Transpose.FLIP_LEFT_RIGHT,
            3: Image.Transpose.ROTATE_180,
            4: Image.Transpose.FLIP_TOP_BOTTOM,
            5: Image.Transpose.TRANSPOSE,
            6: Image.Transpose.ROTATE_270,
            7: Image.Transpose.TRANSVERSE,
            8: Image.Transpose.ROTATE_90,
        }.get(claimed.get("orientation"))  # type: ignore[call-overload] # a claim of any type: then no turn
        if turn is not None:
            picture = picture.transpose(turn)
        # A new picture, from pixels alone: whatever the old one carried (EXIF, ICC, XMP, comment) stays behind.
        clean = Image.frombytes("RGB", picture.size, picture.tobytes())
        out = io.BytesIO()
        clean.save(out, "JPEG", quality=QUALITY)
        with Image.open(io.BytesIO(out.getvalue()), formats=("JPEG",)) as again:
            again.load()
            if again.size != clean.size:
                raise ValueError("the rendition does not decode to its own size")
    except MemoryError:
        answer({"unreadable": "needs more memory than a picture may"})
    except Exception as error:
        # Pillow raises a dozen kinds of exception on bad input; each of them means the same to our parent.
        answer({"unreadable": f"{type(error).__name__}: {error}"})
    else:
        answer({"width": clean.width, "height": clean.height, "claims": claimed}, out.getvalue())


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
