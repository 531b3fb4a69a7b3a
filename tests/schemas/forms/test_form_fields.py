"""Field paths are shown to people by name, in their language, and masked where they must be."""

from dataclasses import replace

import pytest

from schemas.forms.binding import Words
from schemas.forms.fields import FieldCatalogue, mask

MEMBER = "members." + "a1" * 8


@pytest.fixture(scope="module")
def catalogue(home_form, interview_form):
    return FieldCatalogue.of((home_form, interview_form))


def test_every_path_of_both_forms_is_described(catalogue, home_form, interview_form):
    for form in (home_form, interview_form):
        for binding in form.bindings:
            if binding.path:
                path = binding.path.replace(f"{{{binding.key}}}", "a1" * 8).replace("{statement}", "b-1")
                assert catalogue.describe(path).template == binding.path


def test_a_field_has_its_name_group_and_sensitivity(catalogue):
    about = catalogue.describe(f"{MEMBER}.health")

    assert (about.label.zh, about.label.en) == ("健康状况", "Health")
    assert about.group.zh == "家庭成员"
    assert (about.value_type, about.sensitivity) == ("choice", "health")


def test_being_on_the_list_is_a_field_of_its_own(catalogue):
    assert catalogue.show(f"{MEMBER}.listed", True, "zh_Hans") == "在册"
    assert catalogue.show(f"{MEMBER}.listed", False, "en") == "Taken off the list"


@pytest.mark.parametrize(
    ("path", "value", "zh", "en"),
    [
        ("benefit.amount_month", 123400, "1,234.00 元", "1,234.00 yuan"),
        ("benefit.amount_month", -5, "-0.05 元", "-0.05 yuan"),
        ("household.scheme", "rural", "农村", "Rural"),
        ("household.scheme", "a code from nowhere", "a code from nowhere", "a code from nowhere"),
        ("household.is_current", True, "是", "Yes"),
        ("household.is_current", False, "否", "No"),
        ("household.family_size", 3, "3", "3"),
        ("hardship.secondary", ["illness", "study"], "因病、因学", "Illness, Study"),
        ("hardship.secondary", None, "—", "—"),
        (f"{MEMBER}.birth_date", "1980-01-02", "1980年1月2日", "1980-01-02"),
        (f"{MEMBER}.birth_date", "unreadable", "unreadable", "unreadable"),
        ("visits.b-1.at", "2026-03-01T09:05:00+08:00", "2026年3月1日 09:05", "2026-03-01 09:05"),
        ("benefit.amount_month", "as it was written", "as it was written", "as it was written"),
        ("nobody.knows.this", "x", "x", "x"),
    ],
)
def test_values_are_shown_in_the_readers_language(catalogue, path, value, zh, en):
    assert catalogue.show(path, value, "zh_Hans") == zh
    assert catalogue.show(path, value, "en") == en


def test_a_newer_form_renames_a_field_but_keeps_old_codes_and_old_promises(home_form):
    newer = replace(
        home_form,
        version="2027.1",
        bindings=tuple(
            replace(binding, labels=Words("体质", "Condition"), choices=binding.choices[:1], sensitivity=None)
            for binding in home_form.bindings
            if binding.name == "health"
        ),
    )
    catalogue = FieldCatalogue.of((home_form, newer))

    assert catalogue.describe(f"{MEMBER}.health").label.en == "Condition"
    assert catalogue.describe(f"{MEMBER}.health").sensitivity == "health"
    assert catalogue.show(f"{MEMBER}.health", "serious", "en") == "Seriously ill"


@pytest.mark.parametrize(
    ("sensitivity", "value", "shown"),
    [
        ("id_number", "999999198001010011", "9999••••••••0011"),
        ("phone", "13800000011", "138••••0011"),
        ("bank", "6222000000001234", "••••1234"),
        ("bank", "1234567", "••••"),
        ("phone", "120", "••••"),
        ("id_number", "", "••••"),
        ("health", "serious", "••••"),
        ("interview", "yes", "••••"),
        (None, "柳树巷 8 号", "柳树巷 8 号"),
    ],
)
def test_what_must_be_masked_is(sensitivity, value, shown):
    assert mask(sensitivity, value) == shown
