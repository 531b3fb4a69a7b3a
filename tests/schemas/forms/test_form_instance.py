"""Filled-in forms become writes: what was answered, what was left blank, what was taken off, what was not asked."""

from dataclasses import replace

import pytest

from schemas.forms.fill import write_instance
from schemas.forms.flags import FLAG_TEXTS
from schemas.forms.instance import InstanceUnreadable, Shot, form_of, read_instance

STATEMENT = "0123456789abcdef0123456789abcdef-7"
ZHANG, LI, WAGE = "a1" * 8, "b2" * 8, "c3" * 8


def codes(reading):
    return [flag.code for flag in reading.flags]


def test_answers_become_values_of_the_case(home_form, visit, read):
    reading = read(home_form, visit)
    answers = dict(reading.answers)

    assert reading.flags == ()
    assert answers["place.address"] == "柳树巷 8 号"
    assert answers["household.family_size"] == 2
    assert answers["household.is_current"] is True
    assert answers["benefit.amount_month"] == 70050
    assert answers[f"income.{WAGE}.amount"] == 90000
    assert answers[f"income.{WAGE}.excluded"] is False
    assert answers[f"members.{LI}.relation"] == "1"
    assert answers[f"members.{ZHANG}.listed"] is True
    assert answers[f"visits.{STATEMENT}.at"] == "2026-03-01T10:00:00+08:00"
    assert answers[f"visits.{STATEMENT}.place"] == "30.25 120.17 12 6.5"
    assert answers[f"visits.{STATEMENT}.docs_checked"] == ["dibao_certificate", "household_book"]


def test_answers_are_sorted_and_each_field_is_written_once(home_form, visit, read):
    paths = [path for path, _ in read(home_form, visit).answers]

    assert paths == sorted(set(paths))


def test_a_question_that_was_not_asked_writes_nothing(home_form, visit, read):
    del visit["household"]["address"]

    assert "place.address" not in dict(read(home_form, visit, ("place.address",)).answers)


def test_a_blank_writes_none_only_where_a_value_was_on_screen(home_form, visit, read):
    visit["household"]["village_group"] = None

    assert "place.group" not in dict(read(home_form, visit).answers)
    assert dict(read(home_form, visit, ("place.group",)).answers)["place.group"] is None


def test_a_blank_where_an_answer_is_required_is_flagged(home_form, visit, read):
    visit["household"]["address"] = "  "

    assert codes(read(home_form, visit)) == ["missing_answer"]


@pytest.mark.parametrize(
    ("question", "text", "path"),
    [
        ("family_size", "两个", "household.family_size"),
        ("family_size", "2.5", "household.family_size"),
        ("benefit_month", "12.345", "benefit.amount_month"),
        ("benefit_month", "NaN", "benefit.amount_month"),
        ("scheme", "suburban", "household.scheme"),
        ("is_current", "maybe", "household.is_current"),
    ],
)
def test_what_cannot_be_understood_is_kept_as_written_and_flagged(home_form, visit, read, question, text, path):
    visit["household"][question] = text
    reading = read(home_form, visit)

    assert dict(reading.answers)[path] == text
    assert [(flag.code, flag.path) for flag in reading.flags] == [("bad_value", path)]
    assert text not in str(reading.flags[0].detail)


@pytest.mark.parametrize("date", ["2026-02-30", "20260301", "2026-W09-7", "昨天"])
def test_a_date_that_does_not_exist_is_flagged(home_form, visit, read, date):
    visit["people"]["members"][0]["death_date"] = date

    assert codes(read(home_form, visit)) == ["bad_value"]


def test_a_number_out_of_range_is_written_and_flagged(home_form, visit, read):
    visit["household"]["family_size"] = 51
    visit["household"]["benefit_month"] = "-0.01"
    reading = read(home_form, visit)

    assert codes(reading) == ["out_of_range", "out_of_range"]
    assert dict(reading.answers)["household.family_size"] == 51
    assert dict(reading.answers)["benefit.amount_month"] == -1


def test_a_small_x_in_an_id_number_is_written_as_a_capital(home_form, visit, read):
    visit["people"]["members"][1]["id_no"] = "999999 19800101 002x"

    assert dict(read(home_form, visit).answers)[f"members.{LI}.id_no"] == "99999919800101002X"


def test_a_mask_that_comes_back_does_not_replace_the_number_behind_it(home_form, visit, read):
    visit["people"]["members"][0]["id_no"] = "9999••••••••0011"
    reading = read(home_form, visit)

    assert f"members.{ZHANG}.id_no" not in dict(reading.answers)
    assert codes(reading) == ["masked_value"]


# --- entries that come and go -----------------------------------------------------------------------------------


def test_a_member_taken_off_the_form_is_no_longer_listed(home_form, visit, read):
    del visit["people"]["members"][1]
    answers = dict(read(home_form, visit, (f"members.{LI}.listed", f"members.{LI}.name")).answers)

    assert answers[f"members.{LI}.listed"] is False
    assert f"members.{LI}.name" not in answers


def test_a_member_whom_the_writer_never_saw_is_left_alone(home_form, visit, read):
    del visit["people"]["members"][1]

    assert f"members.{LI}.listed" not in dict(read(home_form, visit).answers)


def test_nobody_is_taken_off_where_nobody_came_to_the_question(home_form, visit, read):
    del visit["people"]

    assert f"members.{LI}.listed" not in dict(read(home_form, visit, (f"members.{LI}.listed",)).answers)


def test_an_entry_that_nobody_filled_in_is_no_entry(home_form, visit, read):
    visit["economy"]["vehicles"] = [{"vehicle_id": "e5" * 8, "plate": None}, {}]
    reading = read(home_form, visit)

    assert not [path for path, _ in reading.answers if path.startswith("vehicles.")]
    assert reading.flags == ()


def test_an_entry_without_a_usable_id_gets_the_same_one_at_each_reading(home_form, visit, read):
    visit["people"]["members"][1]["member_id"] = "not.hex"
    first, again = read(home_form, visit), read(home_form, visit)

    assert codes(first) == ["entry_without_id"]
    assert first == again
    assert sum(path.endswith(".listed") and path.startswith("members.") for path, _ in first.answers) == 2


def test_two_entries_with_one_id_are_both_kept(home_form, visit, read):
    visit["people"]["members"][1]["member_id"] = ZHANG
    reading = read(home_form, visit)

    assert codes(reading) == ["repeated_entry"]
    assert {value for path, value in reading.answers if path.startswith("members.") and path.endswith(".name")} == {
        "张三",
        "李四",
    }


# --- photos and confidential words ------------------------------------------------------------------------------


def test_photos_write_nothing_and_are_named_with_what_they_show(home_form, visit, read):
    file = "0" * 64 + ".jpg"
    visit["photos"] = {"photo_house": file}
    visit["people"]["members"][0]["id_photo"] = "1" * 64 + ".jpg"
    reading = read(home_form, visit)

    assert reading.shots == (
        Shot("document:id_card", "1" * 64 + ".jpg", f"members.{ZHANG}"),
        Shot("house_front", file),
    )
    assert file not in str(reading.answers)
    assert reading.shots[1].digest == "0" * 64


def test_a_missing_photo_and_a_strange_file_name_are_flagged(home_form, visit, read):
    visit["photos"] = {"photo_house": None, "photo_room": "../../etc/passwd", "photo_book": None}
    reading = read(home_form, visit)

    assert codes(reading) == ["missing_photo", "bad_value", "missing_photo"]
    assert reading.flags[0].detail["shot"] == "house_front"


def test_an_informants_name_contact_and_words_never_become_writes(interview_form, talk, read):
    reading = read(interview_form, talk)
    written = str(reading.answers) + str(reading.flags)

    assert dict(reading.answers)[f"interviews.{STATEMENT}.opinion"] == "fits"
    for word in ("王五", "13800000011", "工地", "紧", "小卖部", "困难"):
        assert word not in written


# --- strange forms ----------------------------------------------------------------------------------------------


def test_questions_that_this_version_does_not_have_are_flagged_and_the_rest_is_read(home_form, visit, read):
    xml = write_instance(home_form, visit).replace("<household>", "<household><colour>red</colour>")
    reading = read_instance(home_form, xml, on_screen=(), statement=STATEMENT)

    assert [(flag.code, flag.detail["question"]) for flag in reading.flags] == [
        ("unknown_question", "/data/household/colour")
    ]
    assert dict(reading.answers) == dict(read(home_form, visit).answers)


def test_a_question_given_twice_counts_once(home_form, visit):
    xml = write_instance(home_form, visit).replace("<scheme>", "<scheme>urban</scheme><scheme>")
    reading = read_instance(home_form, xml, on_screen=(), statement=STATEMENT)

    assert codes(reading) == ["repeated_question"]
    assert dict(reading.answers)["household.scheme"] == "urban"


def test_namespaces_comments_and_the_engines_own_bookkeeping_change_nothing(home_form, visit, read):
    plain = write_instance(home_form, visit, instance_id="uuid:1")
    dressed = plain.replace("<data ", '<data xmlns="http://www.w3.org/2002/xforms" ').replace(
        "张三", "张<!-- x -->三"
    )

    assert read_instance(home_form, dressed, on_screen=(), statement=STATEMENT) == read(home_form, visit)


@pytest.mark.parametrize("change", [{"version": "2019.4"}, {"form_id": "another_form"}])
def test_another_form_or_version_is_not_read(home_form, visit, change):
    xml = write_instance(replace(home_form, **change), visit)

    with pytest.raises(InstanceUnreadable, match="another form or version"):
        read_instance(home_form, xml, on_screen=(), statement=STATEMENT)


def test_work_done_with_an_old_version_is_read_with_the_old_version(home_form, visit, read):
    old = replace(home_form, version="2025.3")
    xml = write_instance(old, visit)

    assert form_of(xml) == ("household_visit", "2025.3")
    assert read_instance(old, xml, on_screen=(), statement=STATEMENT) == read(home_form, visit)


LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
ROOT = '<data id="household_visit" version="2026.1">'


@pytest.mark.parametrize(
    "xml",
    [
        "",
        "{}",
        ROOT,
        f"{ROOT}\x00</data>",
        f"<!DOCTYPE data>{ROOT}</data>",
        f'<!DOCTYPE data [<!ENTITY x SYSTEM "file:///etc/passwd">]>{ROOT}<household>&x;</household></data>',
        f'<!DOCTYPE data SYSTEM "http://203.0.113.1/x.dtd">{ROOT}</data>',
        f'<!DOCTYPE data [<!ENTITY a0 "lol">{LAUGHS}]>{ROOT}&a9;</data>',
        f'<!DOCTYPE data [<!ENTITY a0 "lol">{LAUGHS}]><data id="&a9;"/>',
        f"{ROOT}&undeclared;</data>",
        ROOT + "<a>" * 10_000 + "</a>" * 10_000 + "</data>",
        f'<?xml version="1.0" encoding="utf-16"?>{ROOT}</data>'.encode("utf-16"),
        ROOT.encode() + b"\xff</data>",
        f"{ROOT}\ud800</data>",
    ],
    ids=range(14),
)
def test_unsafe_or_broken_xml_is_unreadable(home_form, xml):
    with pytest.raises(InstanceUnreadable):
        read_instance(home_form, xml, on_screen=(), statement=STATEMENT)


def test_every_flag_of_reading_is_explained_in_both_languages():
    for words in FLAG_TEXTS.values():
        assert words["zh"] and words["en"]
