"""A village's name as a roster writes it, found among the names of the county."""

from collections.abc import Mapping

from schemas.roster.cells import squeezed

_ENDINGS = ("村民委员会", "居民委员会", "村(居)委会", "村委会", "居委会", "社区居委会")


class Villages:
    """The county's villages by name: 石桥村, 石桥村委会 and 清溪镇石桥村 are one village if only one fits."""

    def __init__(self, villages: Mapping[str, str]) -> None:
        self._exact = {squeezed(name): region_id for name, region_id in villages.items()}

    def find(self, name: str, township: str = "") -> str | None:
        """The region id, or None where no village fits or more than one does."""
        name, township = squeezed(name), squeezed(township)
        if not name:
            return None
        spellings = [name, *(_base(name, ending) for ending in _ENDINGS if name.endswith(ending))]
        for spelling in (s for base in spellings for s in (base, base + "村", base + "社区") if s):
            for full in (township + spelling, spelling):
                if full in self._exact:
                    return self._exact[full]
            fits = {
                region
                for known, region in self._exact.items()
                if _either_ends(known, spelling) and (not township or township in known)
            }
            if len(fits) == 1:
                return fits.pop()
        return None


def _base(name: str, ending: str) -> str:
    base = name.removesuffix(ending)
    return base + "村" if ending.startswith("村") and not base.endswith("村") else base


def _either_ends(known: str, written: str) -> bool:
    """One is the other with a township before it; the rest must still be a name, not just 村."""
    shorter, longer = sorted((known, written), key=len)
    return (
        len(shorter) > 2
        and longer.endswith(shorter)
        and longer[: -len(shorter)].endswith(("镇", "乡", "道", "区", "县"))
    )
