"""Who is answered, what is told to whom, and in which words."""

from __future__ import annotations

import dataclasses
import re
from datetime import date

import answer_builders as ab
import pytest
from batch_builders import province
from places import spot

from qeval_batch import messages
from qeval_batch.core.cells import CellRef
from qeval_batch.model.act import Act
from qeval_batch.model.findings import Finding, Part, Severity, Where, finding
from qeval_batch.model.results import FileResult, Status
from qeval_batch.model.roster import Change
from qeval_batch.model.trace import Step
from qeval_batch.papers import plan, plan_unit
from qeval_batch.render.replies.causes import causes, places
from qeval_batch.render.replies.plan import answers, reminded
from qeval_batch.render.replies.words import consequence, deadline, told

HERE = Where(Part.OFFICER, ab.UNIT, "CB0024").at(spot(ab.FILE, "CB0024", "F17"))
WRONG = finding("CELL_NOT_NUMBER", HERE, label="Hệ số", value="một")


def at(cell: str, officer: str = "CB0024") -> Where:
    return dataclasses.replace(HERE, officer=officer, sheet=officer, cell=spot(ab.FILE, officer or "", cell) if cell else None)


def told_codes(batch) -> list[str]:
    return [item.code for item in answers(batch)[ab.UNIT].findings]


def settled(batch):
    """``batch`` in which nobody waits for anything."""
    officers = tuple(dataclasses.replace(item, waits_for=()) for item in batch.result.officers)
    return dataclasses.replace(batch, result=dataclasses.replace(batch.result, officers=officers))


def waiting_at(batch, officer: str, code: str, **changes: object):
    """``batch`` in which that officer alone waits, for ``code``."""
    officers = tuple(dataclasses.replace(item, waits_for=(code,), **changes) if item.id == officer
                     else dataclasses.replace(item, waits_for=()) for item in batch.result.officers)
    return dataclasses.replace(batch, result=dataclasses.replace(batch.result, officers=officers))


def test_a_warning_alone_returns_nothing_and_asks_nobody():
    batch = settled(ab.returned(WRONG))
    warned = [item.id for item in batch.result.units if item.status == "accepted_with_warnings"]
    assert warned and not set(warned) & set(answers(batch))
    assert set(answers(batch)) == {item.id for item in batch.result.units if item.status == "returned"}


@pytest.mark.parametrize("code", ["unit_correction", "unit_proposal"])
@pytest.mark.parametrize("unit_status", ["accepted", "accepted_with_warnings"])
def test_whoever_a_level_waits_for_is_written_to_though_nothing_is_an_error(code, unit_status):
    """Kind of R80: consequence decides who hears, never severity."""
    batch = waiting_at(province(), "CB0022", code)
    units = tuple(dataclasses.replace(item, status=unit_status) if item.id == "DV030" else item for item in batch.result.units)
    batch = dataclasses.replace(batch, result=dataclasses.replace(batch.result, units=units))
    answer = answers(batch)["DV030"]
    assert not answer.returned and [item.id for item in answer.waiting] == ["CB0022"] and answer.copies == ()
    assert (answer.note, answer.mail) == ("bo-sung/DV030/phieu-bo-sung-DV030.docx", "bo-sung/DV030/thu-DV030.eml")
    assert "DV030" not in reminded(batch), "one letter per unit"


@pytest.mark.parametrize("code", sorted(set(messages.words()["waits_for"]) - {
    "unit_correction", "unit_proposal", "former_unit_opinion", "submission"}))
def test_who_waits_for_somebody_else_costs_the_unit_no_letter(code):
    assert "DV030" not in answers(waiting_at(province(), "CB0022", code))


def test_a_blank_that_decides_is_told_with_its_place_apart_from_errors_and_from_what_is_to_come():
    cell = CellRef(ab.FILE, "CB0025", 24, 11)
    line = Step("C", False, {}, "LD VII.2", "Bản tự đánh giá còn ô bắt buộc để trống: K24.", (cell,))
    lacking = finding("UNIT_SHEET_MISSING", Where(Part.OFFICER, ab.UNIT, "CB0018"), sheet="biểu của CB0018")
    other = finding("SELF_ANSWER_BLANK", at("A1"), label="Kỷ luật")
    batch = waiting_at(ab.returned(WRONG, lacking, other), "CB0025", "unit_correction", steps=(line,))
    said = told(batch, answers(batch)[ab.UNIT])
    assert [item.what for item in said.waits] == ["Bản tự đánh giá còn ô bắt buộc để trống."]
    assert said.waits[0].places == "Tạ Thị Thiếu Số (CB0025): K24"
    assert [len(item) for item in (said.errors, said.awaited, said.warnings)] == [1, 1, 1]
    decisive = finding("SELF_ANSWER_BLANK", at("K24", "CB0025"), label="Kỷ luật")
    batch = waiting_at(ab.returned(WRONG, lacking, decisive), "CB0025", "unit_correction", steps=(line,))
    said = told(batch, answers(batch)[ab.UNIT])
    assert [item.what for item in said.waits] == ["Chưa trả lời «Kỷ luật»; chưa thể xét mức 1."] and not said.warnings


def test_an_error_that_already_says_why_is_not_told_twice():
    batch = waiting_at(ab.returned(dataclasses.replace(WRONG, where=at("F17", "CB0025"))), "CB0025", "unit_correction")
    assert told(batch, answers(batch)[ab.UNIT]).waits == []


def test_a_former_unit_is_asked_for_the_opinion_a_level_waits_for():
    batch = waiting_at(province(), "CB0022", "former_unit_opinion", status=Status.PENDING, steps=(
        Step("R21", None, {}, "LD VIII.1.1", "Trong quý công tác tại đơn vị cũ DV031; phải có nhận xét của đơn vị đó."),))
    move = Change("CB0022", "transfer", date(2026, 9, 10), None, "DV031", "QĐ 1", batch.roster.officers["CB0022"].at)
    batch = dataclasses.replace(batch, roster=dataclasses.replace(batch.roster, changes=(*batch.roster.changes, move)))
    assert "DV030" not in answers(batch) and [item.id for item in answers(batch)["DV031"].waiting] == ["CB0022"]
    only, = told(batch, answers(batch)["DV031"]).waits
    assert "trang «Nhận xét»" in only.cure and only.places == "Võ Văn Phó Hai (CB0022)"


def test_a_unit_whose_file_the_office_lost_is_not_reminded():
    batch = province()
    lost = Where(Part.DOSSIER, "DV034", None, "so-nhan.xlsx", "Sổ nhận", "A2")
    found = (*batch.result.findings, Finding("REGISTER_NO_FILE", lost))
    assert "DV034" in reminded(batch)
    assert "DV034" not in reminded(dataclasses.replace(batch, result=dataclasses.replace(batch.result, findings=found)))


def test_errors_come_first_then_warnings_then_notes():
    batch = ab.returned(finding("FILE_MACROS", Where(Part.FILE, ab.UNIT, None, ab.FILE)), WRONG,
                        finding("SELF_ANSWER_BLANK", at("A1"), label="Kỷ luật trong quý"))
    assert told_codes(batch) == ["CELL_NOT_NUMBER", "SELF_ANSWER_BLANK", "FILE_MACROS"]


def test_what_is_the_offices_or_another_bodys_is_not_told_to_the_unit():
    assessors = finding("AXIS_FIGURE_DIFFERS", Where(Part.ASSESSMENT, ab.UNIT, None).at(spot("DU-UBND.xlsx", "Đánh giá", "D4")),
                        axis="1", label="Số NV giao", body="Đảng ủy UBND tỉnh", said="3", counted="2", file=ab.FILE,
                        sheet="Phụ lục 09", cell="E10")
    roster = finding("ROSTER_HEAD_NONE", Where(Part.ROSTER, ab.UNIT, None).at(spot("danh-muc.xlsx", "Đơn vị", "A9")), unit=ab.UNIT)
    assert told_codes(ab.returned(WRONG, assessors, roster)) == ["CELL_NOT_NUMBER"]


def test_what_somebody_lifted_is_not_asked_for_again():
    lifted = dataclasses.replace(WRONG, waived=Act("Trần Minh Họa", "Đã xác minh", "2026-09-25T08:00:00+07:00"))
    other = finding("CELL_ERROR", at("A1"), label="Hệ số")
    assert told_codes(ab.returned(lifted, other)) == ["CELL_ERROR"]


def test_what_no_file_holds_and_what_names_no_unit_in_the_units_own_file_is_told():
    lacking = finding("UNIT_SHEET_MISSING", Where(Part.OFFICER, ab.UNIT, "CB0025"), sheet="biểu của CB0025")
    damaged = finding("FILE_TRUNCATED", Where(Part.FILE, file=ab.FILE))
    batch = ab.returned(damaged, lacking)
    assert told_codes(batch) == ["FILE_TRUNCATED", "UNIT_SHEET_MISSING"]
    assert answers(batch)[ab.UNIT].copies == (), "nothing can be marked in a file that cannot be opened"
    assert [job.maker for job in plan(batch, "core") if job.of == ab.UNIT] == ["return_note", "return_mail"]


def test_who_of_the_office_gave_a_file_to_the_unit_and_why_is_not_told_to_the_unit():
    by_hand = finding("STAMP_ASSIGNED", Where(Part.FILE, ab.UNIT, file=ab.FILE), by="Người Trực Mẫu", unit=ab.UNIT, reason="Thử")
    assert told_codes(ab.returned(by_hand, WRONG)) == [WRONG.code]


def test_a_copy_carries_its_own_files_findings_and_the_first_those_of_no_file():
    lacking = finding("UNIT_SHEET_MISSING", Where(Part.OFFICER, ab.UNIT, "CB0025"), sheet="biểu của CB0025")
    second = "Khối xã/a/DV032_2026-Q3.xlsx"
    batch = ab.returned(WRONG, lacking, finding("CELL_NOT_NUMBER", dataclasses.replace(HERE, file=second), label="Hệ số",
                                                value="hai"))
    files = (*batch.result.files, FileResult(second, "1" * 64, "returned", "Có lỗi.", ab.UNIT, "don-vi"))
    batch = dataclasses.replace(
        batch, result=dataclasses.replace(batch.result, files=files),
        arrivals=(*batch.arrivals, dataclasses.replace(batch.arrivals[0], name=second, sha256="1" * 64)))
    first, other = answers(batch)[ab.UNIT].copies
    assert [item.code for item in first.findings] == ["CELL_NOT_NUMBER", "UNIT_SHEET_MISSING"]
    assert [item.code for item in other.findings] == ["CELL_NOT_NUMBER"]
    assert (first.path, other.path) == ("tra-lai/DV032/can-sua-DV032_2026-Q3.xlsx",
                                        "tra-lai/DV032/can-sua-DV032_2026-Q3-2.xlsx")


@pytest.mark.parametrize(("file", "path"), [
    ("../../x.xlsx", "can-sua-x.xlsx"), ("a.zip/Sở Đất đai: “mới”.xlsx", "can-sua-Sở_Đất_đai_mới.xlsx"),
    ("thư\n\u202exslx.exe.xlsx", "can-sua-thư_xslx_exe.xlsx"), ("=1+1.xlsx", "can-sua-1_1.xlsx"), ("….xls", "can-sua-tep.xlsx"),
    ("Đa\u0323 Te\u0309h.xlsx", "can-sua-Đạ_Tẻh.xlsx"), ("x" * 300 + ".xlsx", f"can-sua-{'x' * 60}.xlsx")])
def test_a_copys_name_is_safe_whatever_the_file_was_called(file, path):
    batch = ab.returned(dataclasses.replace(WRONG, where=dataclasses.replace(HERE, file=file)))
    files = (FileResult(file, "0" * 64, "returned", "Có lỗi.", ab.UNIT, "don-vi"),)
    batch = dataclasses.replace(batch, result=dataclasses.replace(batch.result, files=files),
                                arrivals=(dataclasses.replace(batch.arrivals[0], name=file),))
    assert [item.path for item in answers(batch)[ab.UNIT].copies] == [f"tra-lai/DV032/{path}"]


def test_every_silent_unit_is_reminded_and_listed():
    batch = province()
    missing = [item.id for item in batch.result.units if item.status == "missing"]
    assert missing and set(missing) <= set(reminded(batch))
    paths = [job.path for job in plan(batch, "core")]
    assert f"nhac-nop/nhac-{missing[0]}.eml" in paths and "nhac-nop/danh-sach-nhac-nop.xlsx" in paths


def test_a_unit_is_reminded_of_what_is_still_to_come_unless_its_answer_says_so():
    lacking = finding("UNIT_SHEET_MISSING", Where(Part.OFFICER, ab.UNIT, "CB0025"), sheet="biểu của CB0025")
    batch = settled(ab.returned(lacking))
    assert ab.UNIT in answers(batch) and ab.UNIT not in reminded(batch)
    units = tuple(dataclasses.replace(item, status="accepted_with_warnings") if item.id == ab.UNIT else item
                  for item in batch.result.units)
    taken = dataclasses.replace(batch, result=dataclasses.replace(batch.result, units=units))
    assert reminded(taken)[ab.UNIT] == f"nhac-nop/nhac-{ab.UNIT}.eml"


def test_one_unit_alone_gets_its_answer_and_no_reminder():
    paths = [job.path for job in plan_unit(ab.returned(WRONG), ab.UNIT)]
    assert "tra-lai/DV032/thu-DV032.eml" in paths and not [path for path in paths if path.startswith("nhac")]


# --- Causes -----------------------------------------------------------------------------------------------------------
def test_one_cause_stands_once_with_all_its_cells_and_only_what_it_shares():
    found = [finding("CELL_ABOVE_MAXIMUM", at(cell, officer), label="B Chất lượng %", value=value, maximum="100")
             for cell, officer, value in (("K54", "CB0024", "150"), ("K55", "CB0024", "120"), ("K54", "CB0025", "150"))]
    only, = causes(found, [])
    assert only.what == "«B Chất lượng %»: … lớn hơn mức cao nhất 100."
    assert (only.places, only.count) == ("CB0024: K54, K55; CB0025: K54", 3)


def test_one_fault_in_two_columns_is_two_causes_and_the_commoner_comes_first():
    found = [finding("CELL_NOT_NUMBER", at(cell), label=label, value="x")
             for cell, label in (("A1", "Hệ số"), ("B1", "Số lượng"), ("B2", "Số lượng"))]
    assert [item.what for item in causes(found, [])] == ["«Số lượng»: ô này phải là số, đang ghi «x».",
                                                         "«Hệ số»: ô này phải là số, đang ghi «x»."]


def test_a_lone_finding_keeps_its_own_values_and_errors_stand_before_warnings():
    found = [finding("SELF_ANSWER_BLANK", at("A1"), label="Kỷ luật"), WRONG]
    assert [(item.severity, item.what) for item in causes(found, [])] == [
        (Severity.ERROR, "«Hệ số»: ô này phải là số, đang ghi «một»."),
        (Severity.WARNING, "Chưa trả lời «Kỷ luật»; chưa thể xét mức 1.")]


def test_the_unit_reads_its_files_by_the_names_it_gave_them():
    conflict = finding("SHEET_CONFLICT", at("A1"), sheet="CB0024", files=f"«{ab.FILE}» và «Khối xã/b.xlsx»")
    only, = causes([conflict], [ab.FILE, "Khối xã/b.xlsx"])
    assert "«DV032_2026-Q3.xlsx» và «b.xlsx»" in only.what and "Khối xã" not in only.what


def test_many_places_are_cut_with_their_number():
    cells = [finding("CELL_ERROR", at(f"A{row}"), label="Hệ số") for row in range(1, 12)]
    assert places(cells) == "CB0024: A1, A2, A3, A4, A5, A6, A7, A8 và 3 ô khác"
    sheets = [finding("CELL_ERROR", at("A1", f"CB{number:04d}"), label="Hệ số") for number in range(1, 30)]
    assert re.fullmatch(r"CB0001: A1; .*; CB00\d\d: A1 và \d+ trang khác", places(sheets))


# Told to the office alone: the roster's own, what stands at no unit's file, notes.
_OFFICE = ("ROSTER_", "TABLE_", "RULE_GROUP_", "RULE_POST_", "RULE_AUTHORITY_", "RULE_DEFERRAL_", "FILE_LINK", "FILE_FOLDER",
           "FILE_SPECIAL", "FILE_NOT_YET", "FILE_CHANGED", "UNIT_UNKNOWN", "LEDGER_", "CONTAINER_", "MAIL_", "MEMBER_", "REGISTER_")
_DONE_HERE = "STAMP_ASSIGNED"


@pytest.mark.parametrize("code", sorted(
    code for code in messages.catalogue() if not code.startswith(_OFFICE) and code != _DONE_HERE))
def test_what_a_unit_is_asked_is_for_the_unit_to_do(code):
    text = messages.catalogue()[code]
    if text.severity is not Severity.NOTE:
        assert not re.search(r"qeval|inbox|danh-muc\.xlsx|chinh-sach|đề nghị đơn vị", text.ask or text.cure, re.IGNORECASE)


# --- Sentences --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("day", "said"), [
    (21, "Hạn gửi hồ sơ: trước ngày 25/9/2026 (hết ngày 24/9/2026); tính đến ngày 21/9/2026 còn 03 ngày"),
    (24, "Hạn gửi hồ sơ: trước ngày 25/9/2026; ngày 24/9/2026 là ngày cuối"),
    (25, "Hạn gửi hồ sơ (trước ngày 25/9/2026) đã qua, tính đến ngày 25/9/2026; "
         "đề nghị gửi ngay để kịp thẩm định trước ngày 30/9/2026"),
    (30, "Hạn gửi hồ sơ (trước ngày 25/9/2026) đã qua, tính đến ngày 30/9/2026; đề nghị gửi ngay")])
def test_the_deadline_is_told_with_the_days_left_on_the_runs_own_day(day, said):
    assert deadline(ab.on_day(province(), 2026, 9, day)) == said


def test_who_waits_is_named_with_id_and_many_are_counted():
    batch, answers_ = ab.demo_answers()
    who = answers_.plan["DV012"].waiting
    assert consequence(who) == ("Chưa sửa thì chưa có cơ sở xếp loại 02 đồng chí: Dương Thử Nghiệm Huệ (CB0052), "
                                "Đinh Thử Nghiệm Long (CB0053).")
    assert consequence(who * 4).endswith("(CB0053) và 02 đồng chí khác.") and "08 đồng chí" in consequence(who * 4)
    assert "chưa được tiếp nhận đầy đủ" in consequence([])


def test_sound_parts_are_said_to_stand_only_where_any_do():
    batch, answers_ = ab.demo_answers()
    assert "không phải làm lại" in told(batch, answers_.plan["DV012"]).intro
    assert "không phải làm lại" not in told(batch, answers_.plan["DV017"]).intro
    assert "bản đánh dấu" not in told(batch, answers_.plan["DV017"]).how
