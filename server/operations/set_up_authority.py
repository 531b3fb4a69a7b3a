"""Set up the authority that this installation serves: its region tree and an empty ledger."""

from collections.abc import Sequence

from server import keys
from server.db import transactional
from server.store import authorities, regions
from server.store.authorities import Authority
from server.store.regions import Region


@transactional
def set_up_authority(
    authority_id: str, *, name_zh: str, name_en: str, line_urban: int, line_rural: int, tree: Sequence[Region]
) -> Authority:
    """`line_*`: the local allowance line in fen per person and month. The tree's first region is the county."""
    authority = Authority(authority_id, name_zh, name_en, keys.new_id(16), 0, line_urban, line_rural)
    authorities.add(authority)
    regions.add(authority_id, tree)
    return authority
