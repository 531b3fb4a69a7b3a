"""The two shipped forms compile, and a workbook that is no form is refused with a reason."""

import io
from collections.abc import Callable

import pytest
from lxml import etree
from openpyxl import Workbook, load_workbook

from schemas.forms.binding import SENSITIVITIES
from schemas.forms.compiled import CompiledForm, FormRefused, compile_xlsform, shipped_forms
from schemas.forms.form import CompiledForm as StoredForm

ZH, EN = "label::中文 (zh)", "label::English (en)"


def test_the_shipped_forms_are_the_home_visit_and_the_interview(home_form, interview_form):
    assert (home_form.form_id, home_form.version) == ("household_visit", "2026.1")
    assert (interview_form.form_id, interview_form.version) == ("neighbour_interview", "2026.1")
    assert home_form.title["zh_Hans"] == "入户调查表"
    assert interview_form.title["en"] == "Neighbour interview"


def test_every_question_that_writes_or_shows_has_both_languages(home_form, interview_form):
    for form in (home_form, interview_form):
        for binding in form.bindings:
            if binding.repeat and binding.name == binding.key:
                continue  # an entry's id is shown to nobody
            for words in (binding.labels, binding.group, *(words for _, words in binding.choices)):
                assert words.zh and words.en and words.zh != words.en, binding.ref
            assert any("\u4e00" <= letter <= "\u9fff" for letter in binding.labels.zh), binding.ref


def test_hints_and_constraint_messages_come_in_both_languages():
    for xlsx in shipped_forms():
        rows = load_workbook(io.BytesIO(xlsx))["survey"].iter_rows(values_only=True)
        header = next(rows)
        for row in rows:
            cells = dict(zip(header, row, strict=True))
            for column in ("label", "hint", "constraint_message"):
                assert bool(cells[f"{column}::中文 (zh)"]) == bool(cells[f"{column}::English (en)"])
            assert not cells["constraint"] or cells["constraint_message::中文 (zh)"]


def test_the_header_writes_the_fields_that_the_rest_of_the_product_counts_on(home_form):
    written = {binding.path: binding for binding in home_form.bindings if binding.path}

    assert {
        "place.village", "place.group", "place.address", "household.householder_name", "household.scheme",
        "household.is_current", "household.review_class", "household.phone", "household.bank_account",
        "household.family_size", "household.covered_count", "household.dibao_certificate_no",
        "benefit.amount_month", "hardship.primary", "conclusion.meets", "conclusion.recommend",
        "conclusion.exit_reason", "conclusion.text", "conclusion.explained", "members.{member_id}.id_no",
        "income.{line_id}.group", "income.{line_id}.basis", "income.{line_id}.member",
    } <= set(written)  # fmt: skip  # a list of fields is read as lines of words
    assert written["benefit.amount_month"].value_type == "money"
    assert written["household.phone"].sensitivity == "phone"
    assert written["household.bank_account"].sensitivity == "bank"
    assert written["members.{member_id}.id_no"].sensitivity == "id_number"
    assert written["income.{line_id}.basis"].required


def test_members_and_lists_of_property_are_kept_by_id(home_form):
    assert {collection.listed for collection in home_form.collections} == {
        "members.{member_id}.listed",
        "income.{line_id}.listed",
        "housing.{house_id}.listed",
        "vehicles.{vehicle_id}.listed",
        "assets.{asset_id}.listed",
        "obligors.{obligor_id}.listed",
    }


def test_the_front_of_the_house_must_be_photographed(home_form):
    shots = {binding.shot: binding.required for binding in home_form.bindings if binding.shot}

    assert shots["house_front"] and shots["main_room"] and shots["kitchen"] and shots["people_at_visit"]
    assert "document:id_card" in shots and "document:household_book" in shots


def test_nothing_in_an_interviews_own_words_is_written(interview_form):
    for binding in interview_form.bindings:
        if binding.value_type in ("text", "place"):
            assert binding.path is None, binding.ref
    open_to_all = {binding.path for binding in interview_form.bindings if binding.path and not binding.sensitivity}
    assert open_to_all == {f"interviews.{{statement}}.{name}" for name in ("at", "opinion", "recommend")}


def test_sensitivities_are_known_words(home_form, interview_form):
    used = {b.sensitivity for form in (home_form, interview_form) for b in form.bindings} - {None}

    assert used == SENSITIVITIES


def test_the_xform_tells_tablets_the_type_of_every_answer(home_form):
    root = etree.fromstring(home_form.xform.encode())
    binds = {bind.get("nodeset"): bind for bind in root.iter("{http://www.w3.org/2002/xforms}bind")}
    amount = binds["/data/economy/income/amount"]

    assert amount.get("type") == "decimal"
    assert amount.get("{https://ruhu.example/xforms}type") == "money"
    assert amount.get("{https://ruhu.example/xforms}path") == "income.{line_id}.amount"


def test_ranges_are_read_from_constraints_that_are_only_limits(home_form):
    by_path = {binding.path: binding for binding in home_form.bindings}

    assert (by_path["household.family_size"].low, by_path["household.family_size"].high) == ("1", "50")
    assert (by_path["household.covered_count"].low, by_path["household.covered_count"].high) == (None, None)


def test_a_stored_form_comes_back_as_it_was(home_form, interview_form):
    for form in (home_form, interview_form):
        assert StoredForm.from_json(form.to_json()) == form
        assert StoredForm.from_json(form.to_json()).to_json() == form.to_json()


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"form_id": 1}', "not json"])
def test_something_else_is_no_stored_form(text):
    with pytest.raises(FormRefused):
        StoredForm.from_json(text)


# --- workbooks that are no good ---------------------------------------------------------------------------------


def workbook(*rows: dict[str, str], **settings: str) -> bytes:
    """A small form; `settings` replace the good ones."""
    book = Workbook()
    survey = book.active
    survey.title = "survey"
    columns = list(dict.fromkeys(["type", "name", ZH, EN, *(column for row in rows for column in row)]))
    survey.append(columns)
    for row in rows:
        survey.append([row.get(column) for column in columns])
    choices = book.create_sheet("choices")
    choices.append(["list_name", "name", ZH, EN])
    choices.append(["yes_no", "yes", "是", "Yes"])
    choices.append(["yes_no", "no", "否", "No"])
    good = {
        "form_title": "表 / Form",
        "form_id": "small",
        "version": "1",
        "default_language": "中文 (zh)",
        "namespaces": 'ruhu="https://ruhu.example/xforms"',
    }
    sheet = book.create_sheet("settings")
    sheet.append(list(good))
    sheet.append(list({**good, **settings}.values()))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def question(name: str, kind: str = "text", zh: str | None = "题", en: str | None = "Question", **own: str):
    return {"type": kind, "name": name, ZH: zh, EN: en, **{f"bind::ruhu:{key}": value for key, value in own.items()}}


def repeat(*rows, name="people"):
    return ({"type": "begin_repeat", "name": name, ZH: "人", EN: "People"}, *rows, {"type": "end_repeat"})


def test_a_small_form_compiles():
    form = compile_xlsform(workbook(question("a", path="x.a"), question("b", "select_one yes_no", value="yes_no")))

    assert [(binding.path, binding.value_type) for binding in form.bindings] == [("x.a", "text"), (None, "yes_no")]


@pytest.mark.parametrize(
    ("xlsx", "reason"),
    [
        (lambda: b"", "not an .xlsx"),
        (lambda: b"PK\x03\x04 cut short", "not an .xlsx"),
        (lambda: b"x" * 5_000_001, "larger than"),
        (lambda: workbook(), "no questions"),
        (lambda: workbook(question("a", "no_such_type")), "does not compile"),
        (lambda: workbook(question("a"), version=""), "version"),
        (lambda: workbook(question("a"), form_id="Größe 1"), "form"),
        (lambda: workbook(question("a"), form_title="只有中文"), "both languages"),
        (lambda: workbook(question("a", en=None)), "languages"),
        (lambda: workbook(question("a", path="Not A Path")), "not a field path"),
        (lambda: workbook(question("a", path="x.{who}.a")), "no repeat around it"),
        (lambda: workbook(question("a", path="x.{a}.{b}.c")), "more than one part"),
        (lambda: workbook(question("a", path="x.{statement}")), "stand in the middle"),
        (lambda: workbook(question("a", path="x.a"), question("b", path="x.a")), "write the same field"),
        (lambda: workbook(question("a", sensitivity="secret")), "sensitivity"),
        (lambda: workbook(question("a", value="money")), "does not go with"),
        (lambda: workbook(question("a", "image")), "ruhu:shot"),
        (lambda: workbook(question("a", shot="house_front")), "ruhu:shot"),
        (lambda: workbook(question("a", "image", shot="x", path="x.a")), "ruhu:shot"),
        (lambda: workbook(*repeat(question("a", path="m.{id}.a"))), "question of the same repeat"),
        (lambda: workbook(*repeat(question("a", path="m.a"))), "id in braces"),
        (
            lambda: workbook(*repeat(question("id"), question("a", path="m.{id}.a"), question("b", path="n.{id}.b"))),
            "same collection",
        ),
        (lambda: workbook(*repeat(question("id"), question("a", path="m.{id}.listed"))), "listed"),
        (lambda: workbook(*repeat(*repeat(question("a"), name="inner"))), "inside a repeat"),
        (lambda: workbook({**question("a", path="x.a"), "type": "calculate", "calculation": "1 + 1"}), "people see"),
    ],
)
def test_a_bad_workbook_is_refused_with_a_reason(xlsx: Callable[[], bytes], reason: str):
    with pytest.raises(FormRefused, match=reason):
        compile_xlsform(xlsx())


def test_a_new_version_stands_beside_the_old_one():
    old = compile_xlsform(workbook(question("a", path="x.a")))
    new = compile_xlsform(workbook(question("a", path="x.a"), question("b", path="x.b"), version="2"))

    assert isinstance(old, CompiledForm)
    assert (old.form_id, old.version) != (new.form_id, new.version)
    assert len(new.bindings) == len(old.bindings) + 1
