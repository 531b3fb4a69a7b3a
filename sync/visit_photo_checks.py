"""What is odd about a visit's photos together: shots that are missing, documents without their answer and the
reverse, a tablet that was in two places too soon, and pictures that occur elsewhere as well."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from sync.photo_checks import PhotoFlag, Visit
from sync.photo_thresholds import limit
from sync.place import metres_between
from sync.register import Value

MOST_NAMED = 5  # other statements that one flag names

_DOCUMENT = "document:"
# Which answer a document stands for: one of these fields says something, for any entry of a list.
_SHOWS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "document:household_book": (("household.", "book_no"),),
    "document:dibao_certificate": (("household.", "dibao_certificate_no"),),
    "document:passbook": (("household.", "bank_account"), ("household.", "bank_check")),
    "document:id_card": (("members.", ".id_no"), ("members.", ".no_id_reason")),
    "document:disability_certificate": (("members.", ".disability_cert_no"), ("members.", ".disability_kind")),
    "document:medical_record": (("members.", ".disease_name"),),
    "document:income_proof": (("income.", ".amount"),),
}
# The form asks for a photo of these whenever somebody says that they have seen them.
_SEEN_MEANS_PHOTO = ("household_book", "dibao_certificate", "passbook")


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Another statement that has the picture: how unlike (0: the same), whether it is the same file, whose it is."""

    statement: str
    unlike: int
    same_file: bool
    same_household: bool
    earlier: bool


def set_flags(
    missing: Iterable[str], shots: Collection[str], answers: Mapping[str, Value], seen_documents: Collection[str]
) -> Iterator[PhotoFlag]:
    """`missing` are the required shots that the form asked for and did not get, `shots` those that are there,
    `answers` what the form says, `seen_documents` what the investigators say that they have looked at."""
    lacking = dict.fromkeys(missing)
    for shot in lacking:
        yield PhotoFlag("shot_missing", None, None, shot)
    for document in _SEEN_MEANS_PHOTO:
        shot = _DOCUMENT + document
        if document in seen_documents and shot not in shots and shot not in lacking:
            yield PhotoFlag("document_not_shown", None, None, shot)
    for shot in sorted(set(shots) & _SHOWS.keys()):
        if not any(_says(answers, *where) for where in _SHOWS[shot]):
            yield PhotoFlag("document_without_answer", None, None, shot)


def _says(answers: Mapping[str, Value], start: str, end: str) -> bool:
    return any(
        path.startswith(start) and path.endswith(end) and value not in (None, "") for path, value in answers.items()
    )


def travel_flags(visit: Visit, before: Visit, statement_before: str) -> Iterator[PhotoFlag]:
    """Faster than anybody drives from one household to the next with the same tablet (km/h)."""
    if visit.place is None or before.place is None or visit.begun is None:
        return
    left = before.ended or before.begun
    metres = metres_between(visit.place, before.place)
    if left is None or metres < limit("travel_least"):
        return
    seconds = max(60.0, abs((visit.begun - left).total_seconds()))  # a minute's grace for clocks that touch
    speed = round(metres / seconds * 3.6)
    if speed > limit("travel"):
        yield PhotoFlag("travel", None, speed, statement_before)


def reuse_flags(digest: str, found: Iterable[Elsewhere]) -> Iterator[PhotoFlag]:
    """In another household: an alarm. In the same one at an earlier visit: a note, for a house looks like itself.

    The number is how unlike the nearest one is, and for the same file in how many other statements it occurs.
    """
    everything = list(found)
    for code, those in (
        ("same_file_elsewhere", [e for e in everything if e.same_file and not e.same_household]),
        ("same_file_before", [e for e in everything if e.same_file and e.same_household and e.earlier]),
    ):
        if those:
            yield PhotoFlag(code, digest, len(those), _named(those))
    for code, those in (
        ("alike_elsewhere", [e for e in everything if not e.same_file and not e.same_household]),
        ("alike_before", [e for e in everything if not e.same_file and e.same_household and e.earlier]),
    ):
        if those:
            yield PhotoFlag(code, digest, min(e.unlike for e in those), _named(those))


def _named(those: Iterable[Elsewhere]) -> str:
    nearest = sorted(those, key=lambda each: (each.unlike, each.statement))
    return " ".join(dict.fromkeys(each.statement for each in nearest[:MOST_NAMED]))
