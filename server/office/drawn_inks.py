"""Handwriting as a drawing, made by us from numbers alone."""

from collections.abc import Iterable

from flask import current_app

from media.errors import MediaError, StorageAway
from media.ink import MAX_INK_BYTES, parse_ink, to_svg
from media.stores import BlobStore

MOST_INKS = 24  # handwritings drawn into one page


def drawn_inks(wanted: Iterable[str]) -> dict[str, str]:
    """{digest: SVG} of those of these handwritings that can be read, as many as a page bears."""
    store: BlobStore = current_app.extensions["ruhu_blobs"]
    drawn: dict[str, str] = {}
    for digest in dict.fromkeys(wanted):
        if len(drawn) == MOST_INKS:
            break
        try:
            with store.open(digest) as file:
                drawn[digest] = to_svg(parse_ink(file.read(MAX_INK_BYTES + 1)))
        except StorageAway:
            break  # each further one would let the page wait as long again
        except MediaError:
            continue  # the page says that it cannot be shown; the bytes stay as they were signed
    return drawn
