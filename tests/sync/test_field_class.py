"""Money, identity and eligibility are told from the rest by their field path, whatever form wrote it."""

import pytest

from sync.field_class import FieldClass, field_class, needs_second_person


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("income.0a1b2c3d.amount", FieldClass.AMOUNT),
        ("income.0a1b2c3d.listed", FieldClass.AMOUNT),
        ("benefit.amount_month", FieldClass.AMOUNT),
        ("assets.0a1b2c3d.market_value", FieldClass.AMOUNT),
        ("economy.allowable_deduction_month", FieldClass.AMOUNT),
        ("members.0a1b2c3d.id_no", FieldClass.IDENTITY),
        ("members.0a1b2c3d.listed", FieldClass.IDENTITY),
        ("household.householder_name", FieldClass.IDENTITY),
        ("household.bank_account", FieldClass.IDENTITY),
        ("members.0a1b2c3d.covered", FieldClass.ELIGIBILITY),
        ("conclusion.recommend", FieldClass.ELIGIBILITY),
        ("joined.into", FieldClass.ELIGIBILITY),
        ("assets.0a1b2c3d.kind", FieldClass.PROPERTY),
        ("vehicles.0a1b2c3d.plate", FieldClass.PROPERTY),
        ("household.phone", FieldClass.PLAIN),
        ("expenditure.medical", FieldClass.PLAIN),
        ("members.0a1b2c3d.education", FieldClass.PLAIN),
        ("place.address", FieldClass.PLAIN),
        ("nobody", FieldClass.PLAIN),
        ("", FieldClass.PLAIN),
    ],
)
def test_what_hangs_on_a_field_follows_from_its_path(path: str, expected: FieldClass) -> None:
    assert field_class(path) is expected


@pytest.mark.parametrize("path", ["income.0a1b2c3d.amount", "members.0a1b2c3d.id_no", "household.scheme"])
def test_what_is_weighty_needs_a_second_person(path: str) -> None:
    assert needs_second_person(path)


@pytest.mark.parametrize("path", ["household.phone", "vehicles.0a1b2c3d.kind"])
def test_what_is_not_is_settled_by_one(path: str) -> None:
    assert not needs_second_person(path)
