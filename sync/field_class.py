"""What hangs on a field: money, who somebody is, whether the household is entitled, or none of these.

What hangs on it says how urgent its open items are, and whether one officer may settle it alone.
"""

from enum import StrEnum


class FieldClass(StrEnum):
    AMOUNT = "amount"
    IDENTITY = "identity"
    ELIGIBILITY = "eligibility"
    PROPERTY = "property"
    PLAIN = "plain"


_EVERY = ""  # every field of the group
_CLASSES: dict[FieldClass, dict[str, frozenset[str]]] = {
    FieldClass.AMOUNT: {
        "benefit": frozenset({_EVERY}),
        "income": frozenset({_EVERY}),
        "economy": frozenset({"allowable_deduction_month"}),
        "assets": frozenset({"market_value"}),
        "obligors": frozenset({"family_income_month"}),
    },
    FieldClass.IDENTITY: {
        "household": frozenset({"householder_name", "book_no", "bank_account", "dibao_certificate_no"}),
        "members": frozenset({"listed", "name", "id_no", "birth_date", "sex", "relation", "presence", "death_date"}),
    },
    FieldClass.ELIGIBILITY: {
        "household": frozenset(
            {
                "scheme",
                "is_current",
                "review_class",
                "register_class",
                "is_registered_poor",
                "family_size",
                "covered_count",
            }
        ),
        "members": frozenset({"covered", "disability_kind", "disability_grade", "work_ability"}),
        "conclusion": frozenset({"meets", "recommend", "exit_reason", "refer_to"}),
        "joined": frozenset({_EVERY}),
    },
    FieldClass.PROPERTY: {
        "housing": frozenset({_EVERY}),
        "vehicles": frozenset({_EVERY}),
        "assets": frozenset({_EVERY}),
        "obligors": frozenset({_EVERY}),
    },
}

_WEIGHTY = frozenset({FieldClass.AMOUNT, FieldClass.IDENTITY, FieldClass.ELIGIBILITY})


def field_class(path: str) -> FieldClass:
    """The class of the field at this path; one that no rule names is plain."""
    group, _, rest = path.partition(".")
    name = rest.rpartition(".")[2]
    for found, fields in _CLASSES.items():
        if group in fields and (_EVERY in fields[group] or name in fields[group]):
            return found
    return FieldClass.PLAIN


def needs_second_person(path: str) -> bool:
    """Amounts, identity and eligibility: one officer proposes, another one confirms (双人复核)."""
    return field_class(path) in _WEIGHTY
