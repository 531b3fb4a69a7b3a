"""Pictures as nobody should send them: each is refused, unreadable with a word that says why, or shown as it is."""

import io
import re
import struct
import zlib

import pytest
from PIL import Image, ImageFilter

from media.errors import ImageTooLarge, Unreadable, UnsupportedMedia
from media.rendition import Developed, develop
from media.sniff import MediaType, inspect


def developed(data: bytes, *sides: int) -> Developed:
    return develop(io.BytesIO(data), inspect(io.BytesIO(data)), sides or (240,))


def why(data: bytes, mime: str = "image/jpeg") -> str:
    with pytest.raises(Unreadable) as unreadable:
        develop(io.BytesIO(data), MediaType(mime), [240])
    return unreadable.value.reason


def saved(picture: Image.Image, image_format: str = "JPEG", **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, image_format, **options)
    return out.getvalue()


def test_a_kilobyte_that_claims_65535_by_65535_is_refused_at_the_door_and_by_the_decoder(drawn):
    jpeg = drawn(16, 16)
    frame = jpeg.index(b"\xff\xc0")
    jpeg = jpeg[: frame + 5] + b"\xff\xff\xff\xff" + jpeg[frame + 9 :]
    body = b"IHDR" + struct.pack(">IIBBBBB", 65_535, 65_535, 8, 2, 0, 0, 0)
    png = drawn(16, 16, "PNG")
    png = png[:12] + body + struct.pack(">I", zlib.crc32(body)) + png[33:]

    for data, mime in ((jpeg, "image/jpeg"), (png, "image/png")):
        assert len(data) < 1024
        with pytest.raises(ImageTooLarge):
            inspect(io.BytesIO(data))
        assert why(data, mime).startswith("more pixels than a picture may have")


@pytest.mark.parametrize("image_format", ["JPEG", "PNG"])
def test_cut_off_at_every_kilobyte_it_says_that_it_is_cut_off(image_format: str):
    noise = Image.effect_noise((180, 140), 60)
    whole = saved(noise, image_format)
    assert 10_000 < len(whole) < 40_000
    cut = range(1024, len(whole) - 100, 1024)

    reasons = {why(whole[:length], f"image/{image_format.lower()}").split(" (")[0] for length in cut}

    assert reasons == {"cut off before its end"}


@pytest.mark.parametrize("quality", [30, 95])
def test_print_colours_come_out_as_they_were_meant(quality: int):
    red = Image.new("RGB", (64, 48), (200, 30, 20)).convert("CMYK")

    (rendition,) = developed(saved(red, quality=quality)).renditions

    with Image.open(io.BytesIO(rendition.jpeg)) as shown:
        assert all(abs(a - b) < 12 for a, b in zip(shown.getpixel((20, 20)), (200, 30, 20), strict=True))


def test_twelve_bits_are_named(drawn):
    jpeg = bytearray(drawn())
    jpeg[jpeg.index(b"\xff\xc0") + 4] = 12

    assert why(bytes(jpeg)) == "has 12 bits for each colour; only 8 can be shown"


def many_passes(times: int, side: int) -> bytes:
    whole = saved(Image.new("RGB", (side, side), "grey"), progressive=True)
    last = whole.rindex(b"\xff\xda")
    return whole[:-2] + whole[last:-2] * times + b"\xff\xd9"


def test_a_progressive_picture_with_very_many_passes_is_not_even_begun():
    assert developed(many_passes(20, 64)).renditions
    assert re.fullmatch(r"has more passes \(\d+\) than a picture has", why(many_passes(500, 64)))


def test_a_picture_that_keeps_the_decoder_busy_is_stopped(monkeypatch):
    monkeypatch.setattr("media.rendition.MAX_PASSES", 10**9)

    assert re.search("more processor time|took too long", why(many_passes(15_000, 3000)))


def test_parts_without_end_are_not_walked_to_the_end(drawn):
    jpeg = drawn()
    tables = jpeg.index(b"\xff\xc4")

    assert why(jpeg[:tables] + b"\xff\xfe\0\x02" * 30_000 + jpeg[tables:]) == "has more parts than a picture has"
    chunk = b"\0\0\0\0teXt" + zlib.crc32(b"teXt").to_bytes(4)
    png = drawn(image_format="PNG")
    assert why(png[:33] + chunk * 30_000 + png[33:], "image/png") == "has more parts than a picture has"


def exif_that_loops() -> bytes:
    """One directory at 8 that names itself as its EXIF, GPS and further directory, and as the one that follows."""
    itself = (0x014A, 0x8769, 0x8825, 0xA005)
    entries = [(0x010F, 2, 4, b"Cam\0"), *((tag, 4, 1, struct.pack("<I", 8)) for tag in itself)]
    directory = struct.pack("<H", len(entries))
    directory += b"".join(struct.pack("<HHI", tag, kind, count) + value for tag, kind, count, value in entries)
    return b"Exif\0\0II*\0" + struct.pack("<I", 8) + directory + struct.pack("<I", 8)


def test_exif_that_names_itself_without_end_is_read_once(drawn):
    found = developed(drawn(exif=exif_that_loops()))

    assert found.claims.make == "Cam"
    assert found.renditions


@pytest.mark.parametrize("exif", [b"Exif\0\0", b"Exif\0\0II*\0\xff\xff\xff\xff", b"Exif\0\0" + b"\xff" * 60_000])
def test_exif_of_no_kind_claims_nothing(drawn, exif: bytes):
    assert not developed(drawn(exif=exif)).claims.camera_data


@pytest.mark.parametrize("image_format", ["JPEG", "PNG"])
@pytest.mark.parametrize(
    ("tail", "told"),
    [
        (b"", None),
        (b"\0" * 9000, None),
        (b"PK\x03\x04" + b"x" * 500 + b"PK\x05\x06" + b"\0" * 18, "zip"),
        (b"\0" * 100 + b"x" * 70_000 + b"PK\x05\x06" + b"\0" * 18, "zip"),
        (b"\n<!DOCTYPE html><script>alert(1)</script>", "html"),
        (b"hello <SCRIPT>alert(1)</SCRIPT>", "html"),
        (b"<svg xmlns='x'/>", "html"),
        (b"%PDF-1.7\n", "pdf"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0isommp42", "mp4"),
        (b"SEFHk\0\0\0", "unknown"),
    ],
)  # fmt: skip
def test_what_hangs_behind_a_picture_is_told_and_never_shown(drawn, image_format: str, tail: bytes, told: str | None):
    found = developed(drawn(image_format=image_format) + tail)

    assert found.measures.behind == told
    assert all(not tail or tail.strip(b"\0") not in made.jpeg for made in found.renditions if told)


def test_of_several_pictures_in_one_file_the_first_is_shown_and_the_others_are_told():
    red, blue = Image.new("RGB", (40, 30), "red"), Image.new("RGB", (40, 30), "blue")
    several = {
        "mpo": saved(red, "MPO", save_all=True, append_images=[blue]),
        "apng": saved(red, "PNG", save_all=True, append_images=[blue]),
    }

    for name, data in several.items():
        found = developed(data)
        with Image.open(io.BytesIO(found.renditions[0].jpeg)) as shown:
            assert shown.getpixel((5, 5))[0] > 200 > 60 > shown.getpixel((5, 5))[2], name
        told = ("jpeg", False) if name == "mpo" else (None, True)
        assert (found.measures.behind, found.measures.animated) == told, name


def test_a_header_without_a_picture_is_refused():
    with pytest.raises(UnsupportedMedia):
        inspect(io.BytesIO(b"\xff\xd8\xff\xe0\0\x04ab\xff\xd9"))


def marked(**tags: object) -> bytes:
    exif = Image.Exif()
    for tag, value in tags.items():
        number = int(tag[1:], 16)
        (exif.get_ifd(0x8769) if number > 0x8299 else exif)[number] = value
    return saved(Image.new("RGB", (30, 20)), exif=exif)


@pytest.mark.parametrize(
    ("software", "editor"),
    [
        ("Adobe Photoshop 25.0 (Windows)", True),
        ("GIMP 2.10.34", True),
        ("美图秀秀 9.8", True),
        ("Snapseed 2.0", True),
        ("HDR+ 1.0.220943774z", False),
        ("17.1.2", False),
        ("LYA-AL00 10.1.0.163", False),
    ],
)
def test_a_known_editor_is_named_and_a_cameras_firmware_is_none(software: str, editor: bool):
    claims = developed(marked(x0131=software.encode(), x010f="HUAWEI")).claims

    assert claims.edited_with == (software if editor else None)
    assert claims.camera_data


def test_an_editor_that_leaves_its_name_in_xmp_only_is_found():
    xmp = b'<x:xmpmeta><rdf:Description xmp:CreatorTool="Adobe Photoshop Lightroom 7.2"/></x:xmpmeta>'

    assert developed(saved(Image.new("RGB", (30, 20)), xmp=xmp)).claims.edited_with == "Adobe Photoshop Lightroom 7.2"


def test_camera_data_is_what_only_a_camera_writes():
    assert not developed(saved(Image.new("RGB", (30, 20)))).claims.camera_data
    assert not developed(marked(x0131="Android", x0132="2026:03:02 09:00:00")).claims.camera_data
    assert developed(marked(x829a=(1, 60), x8827=100)).claims.camera_data


def test_measures_are_what_their_words_say():
    black, white = (developed(saved(Image.new("RGB", (700, 500), c), "PNG")).measures for c in ("black", "white"))
    assert (black.luminance, black.near_black, black.near_white, black.sharpness) == (0, 1, 0, 0)
    assert (white.luminance, white.near_black, white.near_white, white.sharpness) == (255, 0, 1, 0)
    assert (black.width, black.height, black.aspect) == (700, 500, 1.4)


def test_sharpness_is_the_variance_of_the_laplacian():
    grey = Image.effect_noise((60, 40), 80)
    at = grey.load()
    edges = [
        at[x - 1, y] + at[x + 1, y] + at[x, y - 1] + at[x, y + 1] - 4 * at[x, y]
        for x in range(1, 59)
        for y in range(1, 39)
    ]
    mean = sum(edges) / len(edges)

    measured = developed(saved(grey, "PNG")).measures.sharpness

    assert measured == pytest.approx(sum((edge - mean) ** 2 for edge in edges) / len(edges), rel=1e-4)


def test_a_blurred_picture_is_less_sharp_whatever_its_size():
    sharp = Image.effect_noise((900, 600), 90).resize((1800, 1200))
    blurred = sharp.filter(ImageFilter.GaussianBlur(12))

    measured = [developed(saved(picture)).measures.sharpness for picture in (sharp, blurred)]

    assert measured[0] > 20 * measured[1]


def test_a_turned_photos_size_is_the_upright_one():
    exif = Image.Exif()
    exif[0x0112] = 6

    found = developed(saved(Image.new("RGB", (300, 200)), exif=exif))

    assert (found.measures.width, found.measures.height) == (200, 300)
