"""The Tờ trình names what the law orders it to name (LD VII.2.2, IX; procedure.md 5), and nothing that is not there."""

from __future__ import annotations

import dataclasses

import pytest
from batch_builders import province
from letter_builders import late_and_short

from qeval_batch.core.cells import RowRef
from qeval_batch.model.act import Act
from qeval_batch.model.acts import Acts, Assignment, Waiver
from qeval_batch.model.course import Course, Going, Skip
from qeval_batch.model.records import Assessment
from qeval_batch.model.results import AxisComparison, Flag, Status
from qeval_batch.render.letters.context import to_trinh_btv
from qeval_batch.render.tables.lists import replacements

BY, WHY, AT = "Trần Trực Mẫu", "Đã xác minh", "2026-09-25T08:00:00+07:00"


def notes(batch) -> str:
    return "\n".join(to_trinh_btv(batch)["notes"])


def asks(batch) -> str:
    return "\n".join(to_trinh_btv(batch)["asks"])


def flagged(batch, officer: str, *flags: Flag, **changes: object):
    officers = tuple(dataclasses.replace(item, flags=(*item.flags, *flags), **changes) if item.id == officer else item
                     for item in batch.result.officers)
    return dataclasses.replace(batch, result=dataclasses.replace(batch.result, officers=officers))


def previously(batch, officer: str, level: int | None):
    known = dataclasses.replace(batch.roster.officers[officer], previous_level=level)
    return dataclasses.replace(batch, roster=dataclasses.replace(batch.roster, officers={
        **batch.roster.officers, officer: known}))


# --- Late dossiers ----------------------------------------------------------------------------------------------------
def test_a_late_dossier_is_listed_with_its_collective_and_officers_and_asked_about():
    batch = late_and_short(province())
    context = to_trinh_btv(batch)
    rows = context["late"]["rows"]
    assert [row["name"] for row in rows] == ["Tập thể", "Nguyễn Thị Bắt Đầu", "Vũ Thị Phó Một", "Võ Văn Phó Hai"]
    assert rows[1]["score"] == "10:00 26/09/2026" and rows[3]["reason"] == \
        "Hiện nay: Hoàn thành tốt nhiệm vụ; nếu hạ: Hoàn thành nhiệm vụ."
    assert f"hạ 01 mức xếp loại đối với các tập thể, cá nhân liên quan của đơn vị gửi hồ sơ chậm (danh sách tại Phụ lục " \
           f"{context['late']['annex']})" in asks(batch)
    assert "chậm 01" in context["intake"]["punctuality"]


def test_nobody_late_nothing_is_asked():
    context = to_trinh_btv(province())
    assert context["late"]["rows"] == [] and "hạ 01 mức" not in asks(province())


def test_who_was_near_or_mended_after_the_day_is_named_as_not_late():
    batch = province()
    units = tuple(dataclasses.replace(item, timeliness=state) if item.id == ident else item for item in batch.result.units
                  for ident, state in (("DV010", "on_the_day"),))
    batch = dataclasses.replace(batch, result=dataclasses.replace(batch.result, units=units))
    text = to_trinh_btv(batch)["intake"]["punctuality"]
    assert "(không phải gửi chậm): " in text and "Ủy ban Mặt trận Mẫu" in text


# --- Officers by name -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("flag", "words"), [
    (Flag.R36_JUDGE, "dưới ngưỡng"), (Flag.UNIT_SHORT, "chưa hoàn thành hoặc chậm"),
    (Flag.HEAD_ABOVE_COLLECTIVE, "cao hơn mức xếp loại của tập thể"), (Flag.UNIT_ABOVE_COMPUTED, "đơn vị đề xuất mức cao hơn"),
    (Flag.EXCUSED, "chưa được xác minh"), (Flag.LATE_CONFIRMED, "chưa được xác minh")])
def test_whom_a_flag_concerns_is_named_never_only_counted(flag, words):
    """Kind: a figure in a paper without the names behind it."""
    line = next(line for line in notes(flagged(province(), "CB0021", flag)).split("\n") if words in line)
    assert "Vũ Thị Phó Một (" in line


def test_a_claim_behind_a_level_in_between_is_not_printed():
    assert "chưa được xác minh" not in notes(flagged(province(), "CB0022", Flag.EXCUSED))


def test_more_names_than_a_line_holds_stand_in_an_annex():
    context = to_trinh_btv(late_and_short(province()))
    graded = sum(item.status is Status.GRADED for item in province().result.listed)
    line = next(line for line in context["notes"] if "chưa hoàn thành hoặc chậm" in line)
    assert line.endswith(f"{graded:02d} cán bộ (danh sách tại Phụ lục {context['named']['annex']}).")
    assert len(context["named"]["rows"]) == graded


# --- Level 4 twice (R73) ----------------------------------------------------------------------------------------------
def test_level_4_twice_running_is_listed_noted_and_asked_about():
    batch = previously(province(), "CB0014", 4)
    assert "02 quý liên tiếp, phải thay thế: Mai Văn Ngoại Lệ (" in notes(batch) and "thay thế 01 cán bộ" in asks(batch)
    assert [item.id for item in batch.result.listed if replacements(batch).chosen(item)] == ["CB0014"]
    once = previously(province(), "CB0014", 3)
    assert "liên tiếp" not in notes(once) and "thay thế" not in asks(once)
    assert not [item for item in once.result.listed if replacements(once).chosen(item)]


def test_a_doubt_that_may_end_in_a_second_level_4_is_told_apart():
    batch = previously(flagged(province(), "CB0019", possible=(3, 4)), "CB0019", 4)
    assert "có thể là quý thứ hai liên tiếp: Phạm Văn Xem Xét (" in notes(batch) and "thay thế 01" not in asks(batch)


# --- Assessing bodies -------------------------------------------------------------------------------------------------
def test_what_assessing_bodies_found_is_named_by_unit_and_the_silent_ones_by_name():
    at = RowRef("DU-UBND.xlsx", "Đánh giá", 4)
    said = Assessment("DU-UBND", "DV020", "1", assigned=3, done=3, late=0, level=3, comment=None, at=at)
    batch = province()
    batch = dataclasses.replace(batch, result=dataclasses.replace(batch.result, comparisons=(
        AxisComparison(said, None, ("done",)),)))
    text = notes(batch)
    assert "khác số liệu đơn vị khai tại 01 đơn vị" in text and "mức 3 (không đáp ứng) đối với 01 đơn vị" in text
    silent = next(line for line in text.split("\n") if line.startswith("Chưa gửi kết quả đánh giá theo trục"))
    assert "Văn phòng Tỉnh ủy" in silent and "Đảng ủy UBND tỉnh" not in silent


# --- Done by hand (R81) -----------------------------------------------------------------------------------------------
def test_a_waiver_or_assignment_behind_a_level_1_or_4_is_printed_with_who_and_why():
    lifted = Waiver(BY, WHY, AT, unit="DV030", code="CELL_NOT_NUMBER", officer="CB0021",
                    params=(("label", "Hệ số"), ("value", "một")))
    batch = province()
    sound = next(item for item in batch.result.files if item.outcome == "accepted" and item.sha256)
    given = Assignment(BY, WHY, AT, unit="DV030")
    batch = dataclasses.replace(batch, acts=Acts(assigned={sound.sha256: given}, waived=(lifted,)))
    text = notes(batch)
    assert "được miễn đối với Vũ Thị Phó Một: «Hệ số»" in text and f"{BY} miễn, lý do: {WHY}." in text
    line = next(line for line in text.split("\n") if line.startswith("Có tệp được gán bằng tay đối với"))
    assert "Vũ Thị Phó Một" in line and "Võ Văn Phó Hai" not in line, "only levels 1 and 4"
    other = dataclasses.replace(batch, acts=Acts(waived=(dataclasses.replace(lifted, officer="CB0022"),)))
    assert "được miễn" not in notes(other), "a level 2 rests on it"
    assert Act(BY, WHY, AT).by == lifted.by


def test_a_stage_left_out_is_printed_with_who_and_why():
    batch = dataclasses.replace(province(), course=Course({"CB0021": Going(skipped=(Skip("ask", BY, WHY, AT),))}))
    assert f"Bước xin ý kiến không thực hiện đối với 01 cán bộ; {BY} quyết định, lý do: {WHY}." in notes(batch)


def test_groups_without_the_number_of_the_decision_that_set_them_are_named():
    text = notes(province())
    line = next(line for line in text.split("\n") if "chưa có số quyết định" in line)
    assert "“Bí thư đảng ủy xã, phường, đặc khu”" in line and "Nhóm thí điểm" not in line
