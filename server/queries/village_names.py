"""Which villages may a sheet name, and what are their ids?"""

from collections import Counter
from collections.abc import Collection

from server.store import regions

VILLAGE = 5


def village_names(authority: str, scope: Collection[str]) -> dict[str, str]:
    """{name: region id}, also by township and village together; a bare name that two townships share is left out."""
    tree = regions.all_of(authority)
    villages = [r for r in tree.values() if r.level == VILLAGE and regions.covers(scope, r.path)]
    bare = Counter(region.name for region in villages)
    names = {region.name: region.id for region in villages if bare[region.name] == 1}
    for region in villages:
        if region.parent in tree:
            names[tree[region.parent].name + region.name] = region.id
        if region.code:
            names[region.code] = region.id
    return names
