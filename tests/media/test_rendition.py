"""A rendition shows the picture and nothing else, and no picture can hurt the one who asks for it."""

import io
import json
import runpy
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from PIL import Image, ImageCms

import media.decode_child
from media.claims import ExifClaims
from media.errors import Unreadable
from media.rendition import Developed, Rendition, develop
from media.sniff import MediaType, sniff

CHILD = Path(media.decode_child.__file__)
LEFT_HALF_RED = Image.new("RGB", (80, 40), "blue")
LEFT_HALF_RED.paste("red", (0, 0, 40, 40))


def exif(**extra: object) -> Image.Exif:
    tags = Image.Exif()
    tags[0x010F], tags[0x0110], tags[0x0131] = "Maker", "Model X", "Firmware 1"
    details = tags.get_ifd(0x8769)
    details[0x9003], details[0x9011] = "2025:03:04 05:06:07", "+08:00"
    place = tags.get_ifd(0x8825)
    place[1], place[2], place[3], place[4] = "N", (39.0, 54.0, 36.0), "W", (116.0, 24.0, 0.0)
    for tag, value in extra.items():
        tags[int(tag.removeprefix("tag"))] = value
    return tags


def developed(data: bytes, *sides: int, **options: float) -> Developed:
    return develop(io.BytesIO(data), sniff(data), sides or (1600,), **options)


def rendered(data: bytes, longest_side: int = 1600, **options: float) -> Rendition:
    (rendition,) = developed(data, longest_side, **options).renditions
    return rendition


def saved(picture: Image.Image, image_format: str = "JPEG", **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, image_format, **options)
    return out.getvalue()


@pytest.mark.parametrize("image_format", ["JPEG", "PNG"])
def test_a_large_picture_is_made_to_fit(drawn, image_format: str):
    rendition = rendered(drawn(1200, 900, image_format), 300)

    assert (rendition.width, rendition.height) == (300, 225)
    with Image.open(io.BytesIO(rendition.jpeg)) as picture:
        assert (picture.format, picture.mode, picture.size) == ("JPEG", "RGB", (300, 225))


def test_one_decoding_makes_every_size_that_the_picture_has(drawn):
    made = developed(drawn(1000, 500), 240, 640, 1280, 2048).renditions

    assert [(r.side, r.width, r.height) for r in made] == [(240, 240, 120), (640, 640, 320), (1280, 1000, 500)]
    for rendition in made:
        with Image.open(io.BytesIO(rendition.jpeg)) as picture:
            assert picture.size == (rendition.width, rendition.height)


def test_a_picture_that_fits_a_side_exactly_has_none_beyond(drawn):
    assert [r.side for r in developed(drawn(640, 64), 240, 640, 1280).renditions] == [240, 640]


def test_a_small_picture_is_not_enlarged(drawn):
    assert rendered(drawn(64, 48)).width == 64


def test_a_file_is_read_from_its_start_and_a_path_as_well(drawn, tmp_path: Path):
    path = tmp_path / "photo"
    path.write_bytes(drawn())
    with path.open("rb") as file:
        file.read(10)
        from_file = develop(file, MediaType("image/jpeg"), [100])

    assert from_file == develop(path, MediaType("image/jpeg"), [100]) == developed(drawn(), 100)


def test_what_the_photo_says_of_itself_is_a_claim():
    data = saved(LEFT_HALF_RED, exif=exif(tag274=1))

    assert developed(data).claims == ExifClaims(
        taken_at="2025-03-04T05:06:07+08:00",
        latitude=39.91,
        longitude=-116.4,
        make="Maker",
        model="Model X",
        software="Firmware 1",
        orientation=1,
        camera_data=True,
    )


def test_a_photo_that_says_nothing_claims_nothing(drawn):
    assert developed(drawn()).claims == ExifClaims()


@pytest.mark.parametrize(
    ("orientation", "red_at"),
    [(1, "left"), (2, "right"), (3, "right"), (4, "left"), (5, "top"), (6, "top"), (7, "bottom"), (8, "bottom")],
)
def test_a_photo_stands_upright(orientation: int, red_at: str):
    rendition = rendered(saved(LEFT_HALF_RED, exif=exif(tag274=orientation)))

    spots = {"left": (0.1, 0.5), "right": (0.9, 0.5), "top": (0.5, 0.1), "bottom": (0.5, 0.9)}
    with Image.open(io.BytesIO(rendition.jpeg)) as picture:
        x, y = spots[red_at]
        red, _, blue = picture.getpixel((int(x * picture.width), int(y * picture.height)))
    assert red > 200 > 60 > blue


def test_no_metadata_and_no_trailing_bytes_survive():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    marks = exif(tag270="SECRET-EXIF")
    jpeg = saved(
        LEFT_HALF_RED, exif=marks, comment=b"SECRET-COMMENT", icc_profile=profile, xmp=b"SECRET-XMP", dpi=(99, 99)
    )

    rendition = rendered(jpeg + b"PK\x03\x04SECRET-ZIP<script>")

    assert b"SECRET" not in rendition.jpeg
    assert b"Exif" not in rendition.jpeg
    assert b"ICC_PROFILE" not in rendition.jpeg
    assert rendition.jpeg.endswith(b"\xff\xd9")
    with Image.open(io.BytesIO(rendition.jpeg)) as picture:
        assert set(picture.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_the_encoder_is_given_pixels_alone():
    jpeg = saved(LEFT_HALF_RED, comment=b"SECRET-COMMENT", dpi=(99, 99))

    rendition = rendered(jpeg)

    assert b"SECRET" not in rendition.jpeg
    with Image.open(io.BytesIO(rendition.jpeg)) as picture:
        assert "dpi" not in picture.info


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_kind_of_png_becomes_colour(drawn, mode: str):
    grey = Image.new("I;16", (300, 200), 40_000)
    data = saved(grey, "PNG") if mode == "I;16" else drawn(300, 200, "PNG", mode)

    for longest_side in (300, 30):
        with Image.open(io.BytesIO(rendered(data, longest_side).jpeg)) as picture:
            assert (picture.mode, picture.width) == ("RGB", longest_side)
            assert mode != "I;16" or picture.getpixel((5, 5)) == (156, 156, 156)


def test_what_is_transparent_is_white():
    rendition = rendered(saved(Image.new("RGBA", (20, 20), (0, 0, 0, 0)), "PNG"))

    with Image.open(io.BytesIO(rendition.jpeg)) as picture:
        assert min(picture.getpixel((10, 10))) > 250


def test_print_colours_become_screen_colours(drawn):
    assert rendered(drawn(30, 20, mode="CMYK")).width == 30


def test_the_same_picture_gives_the_same_bytes(drawn):
    assert rendered(drawn(200, 100), 50) == rendered(drawn(200, 100), 50)


def png_of(width: int, height: int, rows: bytes) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4) + kind + body + zlib.crc32(kind + body).to_bytes(4)

    header = width.to_bytes(4) + height.to_bytes(4) + b"\x08\x02\0\0\0"
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def test_no_damaged_picture_is_shown(drawn):
    photo = drawn(200, 150)
    damaged = {
        "cut": photo[: len(photo) // 2],
        "only a header": photo[:200],
        "a png that is not compressed": png_of(10, 10, b"junk"),
        "a png cut off": drawn(90, 90, "PNG")[:-2000],
    }

    for name, data in damaged.items():
        with pytest.raises(Unreadable):
            rendered(data)
            pytest.fail(name)


def test_a_picture_larger_than_its_header_said_at_the_door_is_refused_by_the_decoder():
    bomb = png_of(60_000, 60_000, zlib.compress(b"\0" * 100_000))

    with pytest.raises(Unreadable, match="more pixels than a picture may have"):
        develop(io.BytesIO(bomb), MediaType("image/png", 10, 10))


@pytest.mark.parametrize("kind", ["image/png", "image/jpeg"])
@pytest.mark.parametrize(
    "data", [b"GIF89a\x01\0\x01\0\0\0\0;", b"%!PS-Adobe-3.0 EPSF-3.0\n", b"II*\0\x08\0\0\0", b""]
)
def test_the_decoder_opens_only_the_format_that_was_sniffed(kind: str, data: bytes):
    with pytest.raises(Unreadable):
        develop(io.BytesIO(data), MediaType(kind, 10, 10))


def test_a_decoder_that_takes_too_long_is_killed(drawn):
    with pytest.raises(Unreadable, match="too long"):
        rendered(drawn(), wall_seconds=0.001)


@pytest.mark.parametrize("answer", [
    "raise SystemExit(3)",
    "os.kill(os.getpid(), 11)",
    "os.write(1, b'junk')",
    "os.write(1, b'\\0\\0\\0\\x02[]')",
    "os.write(1, b'\\0\\0\\0\\x02{}' + b'\\xff\\xd8\\xff')",
    "os.write(1, b'\\xff' * 100)",
    "[os.write(1, b'x' * 65536) for _ in range(1000)]",
])  # fmt: skip
def test_a_decoder_gone_wrong_is_not_believed(drawn, tmp_path: Path, monkeypatch, answer: str):
    taken_over = tmp_path / "decode_child.py"
    taken_over.write_text(f"import os\n{answer}\n")
    monkeypatch.setattr("media.rendition._CHILD", taken_over)

    with pytest.raises(Unreadable):
        rendered(drawn())


MEASURED = {"luminance": 90.0, "near_black": 0.1, "near_white": 0.0, "sharpness": 20.0}
SMUGGLED = {
    "nothing": lambda drawn: (drawn(20, 10), {}),
    "a tail inside": lambda drawn: (drawn(20, 10) + b"tail", {"length": len(drawn(20, 10)) + 4}),
    "a tail behind": lambda drawn: (drawn(20, 10) + b"tail", {}),
    "a comment": lambda drawn: (drawn(20, 10, comment=b"hello"), {"length": len(drawn(20, 10, comment=b"hello"))}),
    "another size": lambda drawn: (drawn(21, 10), {"length": len(drawn(21, 10))}),
    "more than a side": lambda drawn: (drawn(120, 10), {"width": 120, "length": len(drawn(120, 10))}),
    "less than told": lambda drawn: (drawn(20, 10), {"length": 10**6}),
    "two pictures": lambda drawn: (drawn(20, 10) * 2, {"pictures": 2}),
    "a length of no kind": lambda drawn: (drawn(20, 10), {"length": "long"}),
    "measures of no kind": lambda drawn: (drawn(20, 10), {"measures": {**MEASURED, "sharpness": -1}}),
    "no measures": lambda drawn: (drawn(20, 10), {"measures": []}),
    "a likeness too wide": lambda drawn: (drawn(20, 10), {"likeness": {"whole": 1 << 64}}),
    "a likeness of no name": lambda drawn: (drawn(20, 10), {"likeness": {"<script>": 1}}),
    "a likeness of no shape": lambda drawn: (drawn(20, 10), {"likeness": [1]}),
}


@pytest.mark.parametrize("smuggled", SMUGGLED)
def test_a_decoder_that_smuggles_is_not_believed(drawn, tmp_path: Path, monkeypatch, smuggled: str):
    jpeg, changed = SMUGGLED[smuggled](drawn)
    one = {"width": 20, "height": 10, "length": len(drawn(20, 10))}
    one |= {name: changed[name] for name in one.keys() & changed}
    told = {
        "renditions": [one] * changed.get("pictures", 1),
        "claims": {},
        "measures": MEASURED,
        "likeness": {"a": 7},
    }
    header = json.dumps(told | {name: changed[name] for name in told.keys() & changed}).encode()
    taken_over = tmp_path / "decode_child.py"
    taken_over.write_text(f"import os\nos.write(1, {len(header).to_bytes(4) + header + jpeg!r})\n")
    monkeypatch.setattr("media.rendition._CHILD", taken_over)

    if smuggled == "nothing":  # the others fail for what they change, not for what they share
        assert developed(drawn(), 100).likeness == {"a": 7}
        return
    with pytest.raises(Unreadable):
        developed(drawn(), 100)


FORBIDDEN = {
    "a file": "open('/etc/hostname')",
    "a new file": "open('/tmp/escaped', 'w')",
    "a socket": "import socket; socket.socket()",
    "a growing file": "os.write(2, b'x')",
    "a program": "os.execv('/bin/true', ['true']) if not os.pipe() else None",
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_behind_closed_doors_the_decoder_cannot_have(what: str, tmp_path: Path):
    script = (
        "import os, runpy, signal, socket\n"
        f"child = runpy.run_path({str(CHILD)!r}, run_name='child')\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "child['limit_memory_and_time'](); child['close_the_doors']()\n"
        f"try:\n    {FORBIDDEN[what]}\nexcept OSError:\n    os.write(1, b'refused')\n"
    )
    with (tmp_path / "stderr").open("wb") as stderr:
        done = subprocess.run([sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=stderr, check=False)

    assert done.stdout == b"refused"


def test_memory_has_an_end(tmp_path: Path):
    script = (
        f"import runpy; child = runpy.run_path({str(CHILD)!r}, run_name='child'); child['limit_memory_and_time']()\n"
        "try:\n    bytearray(600 * 1024 * 1024)\nexcept MemoryError:\n    print('refused')\n"
    )

    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)

    assert done.stdout == b"refused\n"


def test_the_decoder_needs_nothing_of_ours():
    names = runpy.run_path(str(CHILD), run_name="child")

    assert not any(getattr(value, "__module__", "") == "media" for value in names.values())


@pytest.mark.parametrize(("mime", "longest_side"), [("application/vnd.ruhu.ink+json", 100), ("image/png", 0)])
def test_only_a_picture_has_a_rendition(mime: str, longest_side: int):
    with pytest.raises(ValueError, match="picture"):
        develop(io.BytesIO(b""), MediaType(mime), [longest_side])
