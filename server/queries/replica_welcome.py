"""What must a replica know to begin: its authority, the people on it, and the regions in its scope?"""

from typing import Any

from server.store import authorities, regions, replicas


def replica_welcome(authority_id: str, replica_id: str) -> dict[str, Any]:
    authority = authorities.the_one()
    assert authority is not None and authority.id == authority_id
    scope = [path for _, path, _ in replicas.scope_of(authority_id, replica_id)]
    return {
        "authority": {
            "id": authority.id,
            "name": {"zh": authority.name_zh, "en": authority.name_en},
            "epoch": authority.epoch,
            "line": {"urban": authority.line_urban, "rural": authority.line_rural},
        },
        "replica": replica_id,
        "regions": [
            {"id": region.id, "name": region.name, "level": region.level, "parent": region.parent}
            for region in regions.all_of(authority_id).values()
            if regions.covers(scope, region.path)
        ],
    }
