"""A tablet's camera and pen: photos that are drawn, or taken from a folder of real ones, and handwritten names."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from random import Random

from schemas.forms.form import CompiledForm
from server.simulator.answers import VISIT_PHOTOS
from server.simulator.household import Household
from server.simulator.inks import draw_ink
from server.simulator.photos import draw_photo
from server.simulator.tablet import Taken

JPEG = "image/jpeg"
INK = "application/vnd.ruhu.ink+json"
_JPEG_START = b"\xff\xd8\xff"


class NoPhotos(Exception):
    """A folder in which there is no JPEG."""


class Camera:
    """`folder`: where real JPEGs lie, at any depth; without one, small photos are drawn."""

    def __init__(self, folder: Path | None = None) -> None:
        found = sorted(p for p in folder.rglob("*") if p.suffix.lower() in (".jpg", ".jpeg")) if folder else []
        self.real = tuple(data for data in (path.read_bytes() for path in found) if data.startswith(_JPEG_START))
        if folder is not None and not self.real:
            raise NoPhotos(str(folder))

    def photos(
        self, form: CompiledForm, household: Household, rng: Random, *, at: datetime, clock: datetime, count: int
    ) -> dict[str, Taken]:
        """Question -> photo, for some of the home visit's photo questions. `clock` is what the tablet's says."""
        shots = {binding.name: binding.shot for binding in form.bindings if binding.shot is not None}
        chosen: Sequence[str] = sorted(rng.sample(sorted(VISIT_PHOTOS), count))
        taken: dict[str, Taken] = {}
        for question in chosen:
            lat, lng = household.lat + rng.gauss(0, 0.00005), household.lng + rng.gauss(0, 0.00005)
            data = (
                rng.choice(self.real)
                if self.real
                else draw_photo(
                    rng,
                    subject=VISIT_PHOTOS[question],
                    taken_at=clock,
                    lat=lat,
                    lng=lng,
                    door_plate=household.door_number,
                    small=True,
                )
            )
            claims = {"taken_at": clock.isoformat(timespec="seconds"), "place": f"{lat:.6f} {lng:.6f}"}
            taken[question] = _taken(data, JPEG, shots[question] or "photo", claims)
        return taken

    def ink(self, name: str, rng: Random, slot: str) -> Taken:
        return _taken(draw_ink(rng, name), INK, f"ink:{slot}", {})


def _taken(data: bytes, media_type: str, shot: str, claims: Mapping[str, str]) -> Taken:
    return Taken(data, sha256(data).hexdigest(), media_type, shot, claims)
