"""The one place where a picture from outside is decoded: a process that lives for one picture and can do nothing.

Run by file path as ``python -I -S -B decode_child.py SITE FORMAT SIDE[,SIDE…]`` and not imported: SITE is the folder
that holds Pillow, FORMAT is JPEG or PNG, the sides ascend. The picture is standard input, opened for reading, and
decoded once. The answer on standard output is 4 bytes of length (big-endian), that much JSON ``{"renditions":
[{"width", "height", "length"}…], "claims", "measures", "likeness"}``, and the renditions' JPEG bytes one behind the
other; or ``{"unreadable": reason}`` and no bytes. A picture smaller than a side has no rendition beyond the one of
its own size.

Before the first byte of the picture is read: 512 MB of address space, 5 s of processor time, no file may grow, no
core dump, no new file descriptor at all (so no file and no socket), and a network namespace of its own with nothing
in it where the kernel allows an unprivileged process to have one (some forbid it; the other limits hold anyway).
"""

import ctypes
import importlib.util
import io
import json
import os
import re
import resource
import sys
import warnings
from types import ModuleType

ADDRESS_SPACE = 512 * 1024 * 1024
CPU_SECONDS = 5
MAX_PIXELS = 40_000_000
QUALITY = 82
MAX_CLAIM = 200
MEASURED_SIDE = 512
LIKENESS_SIDE = 640
NEAR_BLACK, NEAR_WHITE = 16, 239

_CREATOR = re.compile(rb"""CreatorTool(?:>|\s*=\s*["'])([^<"']{1,200})""")

_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000


def limit_memory_and_time() -> None:
    """What holds from the first instruction on."""
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))  # the first of them says what it is for
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (16, 16))


def close_the_doors() -> None:
    """What holds once all code is loaded: no network, and no file descriptor beyond those that are open."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(_CLONE_NEWNET) != 0:
        libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


def answer(header: dict[str, object], *jpegs: bytes) -> None:
    """Write the one answer."""
    text = json.dumps(header).encode()
    sys.stdout.buffer.write(len(text).to_bytes(4) + text + b"".join(jpegs))
    sys.stdout.buffer.flush()


def loaded_beside(name: str) -> ModuleType:
    """The module in this file's folder; our package is not to be had from in here."""
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), name)  # noqa: PTH118, PTH120, PTH100 (no pathlib here)
    found = importlib.util.spec_from_file_location(name.removesuffix(".py"), path)
    assert found is not None and found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def in_words(error: Exception) -> str:
    """Why a picture cannot be read, in words of ours and then the decoder's kind of error."""
    # Pillow raises a dozen kinds of exception on bad input.
    kind, said = type(error).__name__, str(error)
    if kind == "UnidentifiedImageError":
        words = "not a picture that can be opened"
    elif kind.startswith("DecompressionBomb"):
        words = "more pixels than a picture may have"
    elif "truncated" in said or "unrecognized data stream" in said or "Truncated" in said:
        words = "cut off before its end"
    else:
        words = "damaged"
    return f"{words} ({kind}: {said})"


def main(site: str, image_format: str, sides: list[int]) -> None:
    """Decode standard input, answer on standard output."""
    limit_memory_and_time()
    sys.path.append(site)
    from PIL import (
        Image,
        ImageCms,
        ImageMath,
        JpegImagePlugin,  # noqa: F401 (loaded now: later no file can be opened)
        MpoImagePlugin,  # noqa: F401 (phones put a second picture behind the first; only the first is read)
        PngImagePlugin,  # noqa: F401 (as above)
        TiffImagePlugin,  # noqa: F401 (reads EXIF)
    )

    likeness_bits = loaded_beside("likeness_bits.py")
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
        # Exposure time, aperture, sensitivity, focal length: an editor keeps them, a screenshot never had them.
        found["exposure"] = any(details.get(tag) for tag in (0x829A, 0x829D, 0x8827, 0x920A))
        xmp = picture.info.get("xmp")
        made = _CREATOR.search(xmp) if isinstance(xmp, bytes) else None
        found["creator_tool"] = made[1].decode(errors="replace") if made else None
        place = exif.get_ifd(0x8825)
        found["latitude"] = degrees(place.get(2), place.get(1), "S")
        found["longitude"] = degrees(place.get(4), place.get(3), "W")
        found = {name: in_utf8(value) for name, value in found.items()}
        short = {name: value[:MAX_CLAIM] if isinstance(value, str) else value for name, value in found.items()}
        return {name: value for name, value in short.items() if isinstance(value, str | int | float)}

    def in_utf8(value: object) -> object:
        # EXIF's texts are ASCII by the standard, UTF-8 by what Chinese programs write, Latin-1 by what Pillow reads.
        try:
            return value.encode("latin-1").decode() if isinstance(value, str) else value
        except UnicodeError:
            return value

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

    def measured(picture: Image.Image) -> dict[str, float]:
        grey = smaller(picture, MEASURED_SIDE).convert("L")
        levels, pixels = grey.histogram(), grey.width * grey.height
        found = {
            "luminance": sum(level * count for level, count in enumerate(levels)) / pixels,
            "near_black": sum(levels[:NEAR_BLACK]) / pixels,
            "near_white": sum(levels[NEAR_WHITE + 1 :]) / pixels,
            "sharpness": 0.0,
        }
        if min(grey.size) >= 3:
            exact, (width, height) = grey.convert("F"), grey.size
            around = {
                name: exact.crop((1 + x, 1 + y, width - 1 + x, height - 1 + y))
                for name, x, y in (("m", 0, 0), ("n", 0, -1), ("s", 0, 1), ("w", -1, 0), ("e", 1, 0))
            }
            edges = ImageMath.lambda_eval(lambda a: a["n"] + a["s"] + a["w"] + a["e"] - a["m"] * 4, **around)
            squares = ImageMath.lambda_eval(lambda a: a["edges"] * a["edges"], edges=edges)
            found["sharpness"] = max(0.0, mean(squares) - mean(edges) ** 2)
        return found

    def mean(exact: Image.Image) -> float:
        level = exact.resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))
        return level if isinstance(level, float) else 0.0

    def smaller(picture: Image.Image, side: int) -> Image.Image:
        if max(picture.size) <= side:
            return picture
        picture = picture.copy()
        picture.thumbnail((side, side))
        return picture

    def encoded(picture: Image.Image) -> bytes:
        # A new picture, from pixels alone: whatever the old one carried (EXIF, ICC, XMP, comment) stays behind.
        clean = Image.frombytes("RGB", picture.size, picture.tobytes())
        out = io.BytesIO()
        clean.save(out, "JPEG", quality=QUALITY)
        with Image.open(io.BytesIO(out.getvalue()), formats=("JPEG",)) as again:
            again.load()
            if again.size != clean.size:
                raise ValueError("the rendition does not decode to its own size")
        return out.getvalue()

    try:
        original = picture = opened()
        profile = original.info.get("icc_profile")
        if picture.mode == "P":
            picture = plain(picture)  # palette indices cannot be averaged
        gap = None if picture.mode.startswith("I") else 2.0  # Pillow cannot reduce 16 bits of grey by whole steps
        whole = max(picture.size)
        picture.thumbnail((sides[-1], sides[-1]), reducing_gap=gap)
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
        made: list[tuple[Image.Image, bytes]] = []
        # The largest first, and each from the one above it: averaging is quick where there is little to average.
        for side in reversed([side for at, side in enumerate(sides) if at == 0 or sides[at - 1] < whole]):
            picture = smaller(picture, side)
            made.insert(0, (picture, encoded(picture)))
        near = next((shown for shown, _ in made if max(shown.size) >= LIKENESS_SIDE), made[-1][0])
        found = {
            "renditions": [{"width": p.width, "height": p.height, "length": len(jpeg)} for p, jpeg in made],
            "claims": claimed,
            "measures": measured(near),
            "likeness": likeness_bits.bits(smaller(near, LIKENESS_SIDE)),
        }
    except MemoryError:
        answer({"unreadable": "needs more memory than a picture may"})
    except Exception as error:
        answer({"unreadable": in_words(error)})
    else:
        answer(found, *(jpeg for _, jpeg in made))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], [int(side) for side in sys.argv[3].split(",")])
