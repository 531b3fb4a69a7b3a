"""Who has registered somebody of a household as a near relative, and so decides nothing about it?"""

from server.store import identities, relatives
from sync.identity import MEMBER_ID


def people_related(authority: str, case_id: str) -> set[str]:
    """The people one of whose registered relatives is listed in this case, in any value of an ID number."""
    held = identities.of_cases(authority, [case_id]).get(case_id, set())
    return relatives.people_related_to(authority, {blind for kind, blind in held if kind == MEMBER_ID})
