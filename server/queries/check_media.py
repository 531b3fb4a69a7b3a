"""Do the database and the media agree, both ways? Every blob is there and hashes to its name; none lies unnamed."""

from collections.abc import Callable
from dataclasses import dataclass

from media.stores import BlobStore
from server.store import evidence


@dataclass(frozen=True, slots=True)
class MediaCheck:
    """`missing` and `damaged` digests are losses; `unreferenced` ones are what a crash left, harmless."""

    blobs: int
    missing: tuple[str, ...]
    damaged: tuple[str, ...]
    unreferenced: tuple[str, ...]
    held_without_blob: tuple[str, ...]

    @property
    def well(self) -> bool:
        return not (self.missing or self.damaged or self.held_without_blob)


def check_media(store: BlobStore, progress: Callable[[int], object]) -> MediaCheck:
    """Hashes every blob again."""
    named = evidence.all_blobs()
    missing: list[str] = []
    damaged: list[str] = []
    for digest, length in named.items():
        if not store.has(digest):
            missing.append(digest)
        elif store.length(digest) != length or not store.verify(digest):
            damaged.append(digest)
        progress(1)
    unreferenced = sorted(digest for digest in store.digests() if digest not in named)
    held = tuple(sorted(evidence.held_digests() - named.keys()))
    return MediaCheck(len(named), tuple(sorted(missing)), tuple(sorted(damaged)), tuple(unreferenced), held)
