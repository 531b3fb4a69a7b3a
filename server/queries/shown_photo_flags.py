"""What is odd about the photos of some statements, as far as this reader may know it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from server.queries.case_page import INTERVIEW
from server.store import cases, photo_flags, statements
from server.store.cases import CaseRow
from sync.photo_checks import PhotoFlag

# Those whose detail names other statements.
_NAMING = frozenset({"same_file_elsewhere", "alike_elsewhere", "same_file_before", "alike_before", "travel"})
_ELSEWHERE = frozenset({"same_file_elsewhere", "alike_elsewhere"})


@dataclass(frozen=True, slots=True)
class ShownPhotoFlag:
    """`number` is None where there is none, or where it is not for this reader. `households` are the other ones in
    question, as far as they lie in the reader's area."""

    code: str
    number: int | None
    detail: str = ""
    households: tuple[CaseRow, ...] = ()


ShownPhotoFlags = Mapping[str, Mapping[str, tuple[ShownPhotoFlag, ...]]]
"""{statement: {digest, "" for the visit as a whole: its flags}}"""


def shown_photo_flags(authority: str, scope: Collection[str], statement_ids: Collection[str]) -> ShownPhotoFlags:
    """Of statements that the reader has on screen. That a picture occurs in another household is told to everybody;
    in which one, and how alike, only to those whose area covers that one too."""
    flags = photo_flags.of_statements(authority, statement_ids)
    named = {
        name for found in flags.values() for flag in found if flag.code in _NAMING for name in flag.detail.split()
    }
    households = _households(authority, scope, named)
    shown: dict[str, dict[str, list[ShownPhotoFlag]]] = {}
    for statement, found in flags.items():
        for flag in found:
            shown.setdefault(statement, {}).setdefault(flag.digest or "", []).append(_shown(flag, households))
    return {name: {digest: tuple(those) for digest, those in of.items()} for name, of in shown.items()}


def _shown(flag: PhotoFlag, households: Mapping[str, CaseRow]) -> ShownPhotoFlag:
    if flag.code not in _NAMING:
        return ShownPhotoFlag(flag.code, flag.number, flag.detail)
    seen = {row.id: row for name in flag.detail.split() if (row := households.get(name)) is not None}
    if flag.code in _ELSEWHERE and not seen:
        return ShownPhotoFlag(flag.code, None)
    told = tuple(seen.values()) if flag.code in _ELSEWHERE or flag.code == "travel" else ()
    return ShownPhotoFlag(flag.code, flag.number, "", told)


def _households(authority: str, scope: Collection[str], named: Collection[str]) -> dict[str, CaseRow]:
    """{statement: the household that it is about}; never an interview's, nor what is in quarantine."""
    of = {
        row.id: row.case_id
        for row in statements.find_many(authority, named)
        if row.applied and row.kind != INTERVIEW and row.case_id is not None
    }
    within = {row.id: row for row in cases.find_many(authority, set(of.values()), scope)}
    return {name: within[case_id] for name, case_id in of.items() if case_id in within}
