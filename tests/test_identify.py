"""Whose a file is: by its stamp; by a person's word where it bears none that verifies; else only a suggestion."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest
import read_builders as rb

from qeval_batch import messages
from qeval_batch.core.period import Period
from qeval_batch.intake import identify
from qeval_batch.intake.assigned import assigned_stamps
from qeval_batch.intake.identify import Suggestion, suggest
from qeval_batch.model.act import Act
from qeval_batch.model.acts import Assignment
from qeval_batch.model.findings import Part, Where, finding
from qeval_batch.model.roster import Roster
from qeval_batch.model.submission import Submission
from qeval_batch.spec.form import Form
from qeval_batch.template.stamped import assigned_stamp
from qeval_batch.template.write import workbook_bytes
from qeval_batch.workbook import stamp as stamps
from qeval_batch.workbook.read import peek_stamp, read_workbook

SHA = "a" * 64
ACT = Act("Người Trực Mẫu", "Đơn vị gọi điện xác nhận", "2026-09-27T09:00:00+07:00")


@cache
def roster() -> Roster:
    """Three units, the first with two officers, the others with one each."""
    first = replace(rb.facts().unit, email="so1@mau.example")
    others = [replace(first, id=name, name=title, email=email) for name, title, email in (
        ("DV032", "Sở Suối Mẫu", "so2@mau.example"), ("DV033", "Sở Suối Mẫu Thượng", "van.thu@suoithuong.example"))]
    people = [rb.officer(1), rb.officer(2), replace(rb.officer(3), unit="DV032", name="Trần Giả Định"),
              replace(rb.officer(4), unit="DV033", name="Trần Giả Định")]
    return Roster({unit.id: unit for unit in (first, *others)}, {item.id: item for item in people}, {})


def given(unit: str = "DV031", officer: str | None = None):
    acts = {SHA: Assignment(ACT.by, ACT.reason, ACT.at, unit, officer)}
    return assigned_stamps(acts, rb.spec(), roster(), rb.PERIOD, rb.KEY)[SHA]


def read(data: bytes, assigned=None, spec=None) -> Submission:
    return read_workbook(rb.FILE, data, spec or rb.spec(), rb.KEY, rb.PERIOD, assigned)


def codes(submission: Submission) -> list[str]:
    return sorted(item.code for item in submission.findings)


def told(item: Submission, sender: str | None = None) -> Submission:
    return identify.told({item.file: item}, {item.file: sender}, roster())[item.file]


def without_stamp(book):
    del book["_qeval"]


# --- Assigned by hand -------------------------------------------------------------------------------------------------
def test_the_stamp_given_by_hand_is_the_one_the_writer_would_have_made():
    made = assigned_stamp(rb.spec(), roster().units["DV031"], roster(), rb.PERIOD, rb.KEY)
    assert made == peek_stamp(rb.filled_workbook()) and stamps.verify(made, rb.KEY)
    own = assigned_stamp(rb.spec(), roster().units["DV031"], roster(), rb.PERIOD, rb.KEY, "CB0002")
    assert own == peek_stamp(workbook_bytes(rb.facts(), key=rb.KEY, created=rb.CREATED, part="officer",
                                            officer="CB0002"))


def broken(book):
    book["_qeval"]["B1"].value = "?"


def altered(book):
    book["_qeval"]["B3"].value = "DV032"


@pytest.mark.parametrize("change", [without_stamp, broken, altered])
def test_a_file_given_to_a_unit_reads_as_that_units_and_says_by_whom(change):
    data = rb.edit(rb.filled_workbook(), change)
    assert read(data).refused and read(data).stamp is None
    taken, whole = read(data, given()), read(rb.filled_workbook())
    assert [rb.inputs(item) for item in taken.sheets] == [rb.inputs(item) for item in whole.sheets]
    (said,) = taken.findings
    assert said.code == "STAMP_ASSIGNED" and said.where.unit == "DV031" and not messages.is_error(said)
    assert ACT.by in messages.what(said) and ACT.reason in messages.what(said)


def test_sheets_without_tags_are_placed_by_their_names():
    def change(book):
        without_stamp(book)
        for page in book.worksheets:
            page["A1"].value = None
    taken = read(rb.edit(rb.filled_workbook(), change), given())
    assert {item.name for item in taken.sheets} == {item.name for item in read(rb.filled_workbook()).sheets}


def test_one_officers_file_takes_that_officers_sheets_and_no_other():
    taken = read(rb.edit(rb.filled_workbook(), without_stamp), given(officer="CB0002"))
    assert {item.officer for item in taken.sheets} == {"CB0002"}


def test_a_stamp_that_verifies_is_never_overruled():
    taken = read(rb.filled_workbook(), given("DV032"))
    assert taken.stamp.unit == "DV031" and taken.findings == ()


def test_a_file_of_which_nothing_is_recognised_is_an_error_not_an_empty_success():
    import io

    import openpyxl

    book = openpyxl.Workbook()
    book.active["A1"] = "Lịch họp"
    target = io.BytesIO()
    book.save(target)
    assert codes(read(target.getvalue(), given())) == ["SHEET_EXTRA", "STAMP_ASSIGNED", "STAMP_ASSIGNED_EMPTY"]


@pytest.mark.parametrize(("unit", "officer"), [("DV999", None), ("DV031", "CB0003"), ("DV031", "CB9999")])
def test_a_file_given_to_whom_the_roster_no_longer_knows_is_given_to_nobody(unit, officer):
    acts = {SHA: Assignment(ACT.by, ACT.reason, ACT.at, unit, officer)}
    assert assigned_stamps(acts, rb.spec(), roster(), rb.PERIOD, rb.KEY) == {}


# --- Altered, forged, older -------------------------------------------------------------------------------------------
def test_a_stamp_changed_here_is_told_from_one_made_elsewhere():
    assert codes(read(rb.edit(rb.filled_workbook(), altered))) == ["STAMP_ALTERED"]
    elsewhere = workbook_bytes(rb.facts(), key=b"x" * 32, created=rb.CREATED)
    assert codes(read(elsewhere)) == ["STAMP_FORGED"]


def test_a_stamp_from_before_keys_were_named_still_verifies():
    import hashlib
    import hmac
    import json

    old = replace(peek_stamp(rb.filled_workbook()), key_id="", signature="")
    rows = [row for row in stamps.to_rows(old) if row[0] != "signature"]
    assert "key" not in dict(rows)
    signed = hmac.new(rb.KEY, json.dumps(rows, ensure_ascii=True).encode(), hashlib.sha256).hexdigest()
    assert stamps.verify(replace(old, signature=signed), rb.KEY)


def newer(form: str, change, accepts=("2026-1",)):
    """The forms after a new version of one of them, which accepts the old one."""
    spec = rb.spec()
    dump = spec.forms[form].model_dump(mode="json") | {"version": "2026-2", "accepts": accepts}
    change({block["id"]: block for sheet in dump["sheets"] for block in sheet["blocks"]})
    return replace(spec, forms={**spec.forms, form: Form.model_validate(dump)})


def _column(required: bool):
    def change(blocks):
        blocks["tasks"]["fields"].append({"id": "partner", "label": "Cơ quan phối hợp", "required": required})
    return change


def test_an_older_version_is_read_while_its_form_accepts_it():
    spec = newer("phu-luc-09", _column(required=False))
    taken = read(rb.filled_workbook(), spec=spec)
    assert codes(taken) == ["FORM_OLDER"] and not messages.is_error(taken.findings[0])
    tasks = rb.sheet(taken, "collective").rows("tasks")
    assert [row["partner"] for row in tasks] == [None] * 7 and tasks[0]["task"] == "Nhiệm vụ 1"
    assert codes(read(rb.filled_workbook(), spec=newer("phu-luc-09", _column(False), accepts=()))) == ["STAMP_FORM"]


def test_what_the_new_version_requires_the_older_file_must_be_asked_for():
    taken = read(rb.filled_workbook(), spec=newer("phu-luc-09", _column(required=True)))
    assert codes(taken) == ["COLUMN_MISSING", "FORM_OLDER"]


@pytest.mark.parametrize(("required", "expected"), [(False, ["FORM_OLDER"]), (True, ["FORM_OLDER", "LABEL_MISSING"])])
def test_a_new_line_may_be_absent_unless_it_is_required(required, expected):
    def change(blocks):
        blocks["status"]["fields"].append({"id": "seal", "label": "Số văn bản kèm", "required": required})
    assert codes(read(rb.filled_workbook(), spec=newer("phu-luc-09", change))) == expected


def test_a_new_part_of_nothing_required_may_be_absent():
    spec = rb.spec()
    dump = spec.forms["phu-luc-09"].model_dump(mode="json") | {"version": "2026-2", "accepts": ["2026-1"]}
    dump["sheets"][0]["blocks"].append({"id": "more", "kind": "table", "title": "III. Kiến nghị", "rows": 3,
                                        "fields": [{"id": "wish", "label": "Kiến nghị"}]})
    forms = {**spec.forms, "phu-luc-09": Form.model_validate(dump)}
    taken = read(rb.filled_workbook(), spec=replace(spec, forms=forms))
    assert codes(taken) == ["FORM_OLDER"] and rb.sheet(taken, "collective").rows("more") == ()


@pytest.mark.parametrize("versions", ["[2026-1]", "[2026-0, 2026-0]"])
def test_a_form_accepts_each_older_version_once_and_not_its_own(tmp_path, versions):
    import shutil

    from qeval_batch.spec.load import load_spec
    from qeval_batch.spec.yamlio import SpecError

    forms = shutil.copytree(rb.ROOT / "forms", tmp_path / "forms")
    path = forms / "ho-so.yaml"
    text = path.read_text("utf-8")
    path.write_text(text.replace("version: 2026-1\n", "version: 2026-1\naccepts: [2026-0]\n", 1), "utf-8")
    assert load_spec(forms, Period(2026, 3).end).forms["ho-so"].accepts == ("2026-0",)
    path.write_text(text.replace("version: 2026-1\n", f"version: 2026-1\naccepts: {versions}\n", 1), "utf-8")
    with pytest.raises(SpecError, match="accepts"):
        load_spec(forms, Period(2026, 3).end)


# --- Another unit's ---------------------------------------------------------------------------------------------------
def test_an_officers_sheet_of_another_unit_is_named_and_not_read():
    def change(book):
        book["CB0002"]["A1"].value = "qeval|phu-luc-05|officer|CB0003"
    taken = read(rb.edit(rb.filled_workbook(), change))
    assert codes(taken) == ["SHEET_FOREIGN"] and {item.officer for item in taken.sheets} == {None, "CB0001"}
    assert "CB0003" in messages.what(taken.findings[0])


def test_a_sheet_headed_by_another_unit_is_refused_and_the_rest_is_not():
    def change(book):
        page = book["Phụ lục 09"]
        for cell in (cell for line in page.iter_rows() for cell in line):
            if isinstance(cell.value, str) and cell.value.startswith("Sở Hòa Bình thử nghiệm"):
                cell.value = cell.value.replace("Sở Hòa Bình thử nghiệm", "Sở Suối Mẫu Thượng")
    assert told(read(rb.filled_workbook())).findings == ()
    (found,) = told(read(rb.edit(rb.filled_workbook(), change))).findings
    assert (found.code, found.where.part, found.where.sheet) == ("SHEET_OTHER_UNIT", Part.COLLECTIVE, "Phụ lục 09")
    assert messages.is_error(found) and "Sở Suối Mẫu Thượng (DV033)" in messages.what(found)


# --- Did you mean -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("heads", "sender", "expected"), [
    ({}, "SO2@mau.example ", Suggestion("DV032", ("thư gửi từ so2@mau.example",))),
    ({}, "phong.tc@suoithuong.example", Suggestion("DV033", ("thư gửi từ miền suoithuong.example",))),
    ({}, "ai.do@mau.example", None),                                    # two units write from that domain
    ({}, "khong-phai-dia-chi", None),
    ({"Trang 1": ("BÁO CÁO", "Sở  Suối Mẫu - quý III năm 2026")}, None, Suggestion("DV032", ("có tên Sở Suối Mẫu",))),
    ({"Trang 1": ("Đơn vị: Sở Suối Mẫu Thượng",)}, None, Suggestion("DV033", ("có tên Sở Suối Mẫu Thượng",))),
    ({"dv033": ()}, None, Suggestion("DV033", ("có mã DV033",))),
    ({"CB0001": (), "CB0002": ()}, None, Suggestion("DV031", ("có 2 cán bộ của đơn vị",))),
    ({"S": ("Nguyễn Văn Thử 1", "Nguyễn Văn Thử 2")}, None, Suggestion("DV031", ("có 2 cán bộ của đơn vị",))),
    ({"CB0003": ()}, None, None),                                       # one officer alone may be anybody's mention
    ({"S": ("Trần Giả Định", "Trần Giả Định")}, None, None),            # a name two officers bear
    ({"S": ("DV031", "DV032")}, None, None),                            # a paper to several units
    ({"S": ("DV031",)}, "so2@mau.example", Suggestion("DV032", ("thư gửi từ so2@mau.example",))),
    ({"S": ("MADV0310",)}, None, None),
    ({}, None, None),
])
def test_the_nearest_unit_by_sender_and_words(heads, sender, expected):
    assert suggest(heads, sender, roster()) == expected


def test_a_suggestion_is_a_note_beside_the_refusal_and_assigns_nothing():
    plain = read(rb.edit(rb.filled_workbook(), without_stamp))
    said = told(plain, "so1@mau.example")
    assert codes(said) == ["STAMP_MISSING", "STAMP_SUGGESTED"] and said.stamp is None and said.refused
    note = next(item for item in said.findings if item.code == "STAMP_SUGGESTED")
    assert note.where.unit is None and "qeval assign" in messages.cure(note) and "DV031" in messages.what(note)
    assert messages.severity(note) == "note"


def test_of_a_foreign_workbook_only_the_first_sheets_are_looked_at():
    import io

    import openpyxl

    book = openpyxl.Workbook()
    for number in range(8):
        book.create_sheet(f"Trang {number}")["B2"] = "Sở Suối Mẫu Thượng"
    target = io.BytesIO()
    book.save(target)
    assert list(read(target.getvalue()).tops) == ["Sheet", *(f"Trang {number}" for number in range(5))]


def test_nothing_is_suggested_for_what_is_damaged_or_known():
    damaged = Submission("x.xlsx", SHA, None, (), (finding("FILE_DAMAGED", Where(Part.FILE, file="x.xlsx")),), True)
    assert told(damaged, "so1@mau.example") is damaged
    late = read_workbook(rb.FILE, rb.filled_workbook(), rb.spec(), rb.KEY, Period(2026, 4))
    assert told(late, "so2@mau.example") is late
