"""Ban Tổ chức's Tờ trình: counts that add up, one proposal stage, lists with reasons, nothing left unsaid."""

from __future__ import annotations

import dataclasses
import io
from pathlib import Path

import pytest
from batch_builders import empty, province, with_reason
from docx import Document
from letter_builders import HARD, HARD_LINES, all_text, squeezed, texts, with_policy, with_signatures, without_waiting

from qeval_batch.model.results import Flag, Scope, Status
from qeval_batch.model.roster import Signature
from qeval_batch.render.letters.context import by_decider, to_trinh_btv
from qeval_batch.render.letters.letters import BTV, TEMPLATE_VARIABLES, Letters

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"


@pytest.fixture(scope="module")
def batch():
    return province()


@pytest.fixture(scope="module")
def letters():
    return Letters(TEMPLATES)


def _tables(data: bytes, first_header: str) -> list:
    return [table for table in Document(io.BytesIO(data)).tables if table.rows[0].cells[0].text == first_header]


def test_the_context_gives_exactly_the_declared_names(batch):
    assert set(to_trinh_btv(batch)) == TEMPLATE_VARIABLES[BTV]


def test_counts_add_up_to_those_ban_thuong_vu_decides_on(batch):
    context, (own, central, lower) = to_trinh_btv(batch), by_decider(batch)
    graded = sum(int(row["count"]) for row in context["levels"])
    rest = sum(int(row["count"]) for row in context["statuses"])
    assert (graded, graded + rest) == (int(context["totals"]["graded"]), len(own))
    assert len(own) + len(central) + len(lower) == len(batch.result.officers) == 29
    assert "27 cán bộ thuộc diện Ban Thường vụ Tỉnh ủy" in context["scope"]["text"]
    assert "02 cán bộ thuộc diện Bộ Chính trị, Ban Bí thư" in context["scope"]["text"]
    assert "cấp ủy, tập thể lãnh đạo" not in context["scope"]["text"]


@pytest.mark.parametrize("status, counted", [(Status.ELSEWHERE, False), (Status.GRADED, True)])
def test_officers_of_lower_levels_are_not_listed_and_counted_only_where_graded_here(batch, status, counted):
    moved = tuple(dataclasses.replace(item, authority_class="C", scope=Scope.LOWER, status=status)
                  if item.id == "CB0021" else item for item in batch.result.officers)
    context = to_trinh_btv(dataclasses.replace(batch, result=dataclasses.replace(batch.result, officers=moved)))
    assert ("01 cán bộ thuộc thẩm quyền đánh giá, xếp loại của cấp ủy" in context["scope"]["text"]) is counted
    assert "Vũ Thị Phó Một" not in [row["name"] for row in context["level1"]["rows"]]


def test_each_list_holds_its_officers_and_each_officer_stands_in_one(batch):
    context, (own, _, _) = to_trinh_btv(batch), by_decider(batch)
    names = {name: [row["name"] for row in context[name]["rows"]] for name in ("level1", "level4", "cut", "review", "deferred")}
    assert set(names["level1"]) == {item.name for item in own if item.levels.proposed == 1}
    assert set(names["level4"]) == {"Mai Văn Ngoại Lệ"} and set(names["deferred"]) == {"Trương Thị Chờ"}
    assert set(names["cut"]) == {item.name for item in own if Flag.QUOTA_CUT in item.flags}
    tied = {item.name for item in own if Flag.TIED in item.flags}
    assert tied and set(names["review"]) == tied | {"Phạm Văn Xem Xét"}
    listed = [name for found in names.values() for name in found]
    assert len(listed) == len(set(listed))


def test_a_level_1_carries_score_ratios_and_the_units_own_reason(batch):
    row = next(row for row in to_trinh_btv(batch)["level1"]["rows"] if row["name"] == "Vũ Thị Phó Một")
    assert row["score"] == "91,00" and "vượt mức 40%, không có nhiệm vụ chậm." in row["reason"]
    assert "Đơn vị nêu: Hoàn thành 100 % nhiệm vụ" in row["reason"]


def test_a_cut_and_a_tie_say_what_happened_and_what_is_open(batch):
    context = to_trinh_btv(batch)
    cut = next(row for row in context["cut"]["rows"] if row["name"] == "Trần Văn Thứ Hai")
    assert "đứng thứ 2 trong nhóm “Bí thư đảng ủy xã, phường, đặc khu”" in cut["reason"]
    tie = next(row for row in context["review"]["rows"] if row["name"] == "Võ Giả Tưởng")
    assert tie["outcomes"] == "Hoàn thành xuất sắc nhiệm vụ hoặc Hoàn thành tốt nhiệm vụ"
    assert "Bằng nhau với 01 đồng chí khác" in tie["reason"] and "còn 01 chỉ tiêu" in tie["reason"]
    assert any(ask.startswith("2. Lựa chọn trong số cán bộ bằng nhau") for ask in context["asks"])


def test_a_review_names_its_outcomes_and_doubt(batch):
    row = next(row for row in to_trinh_btv(batch)["review"]["rows"] if row["name"] == "Phạm Văn Xem Xét")
    assert row["outcomes"] == "Hoàn thành tốt nhiệm vụ hoặc Hoàn thành nhiệm vụ"
    assert "tập thể hoàn thành 9/10 nhiệm vụ (90%)" in row["reason"]


def test_both_maxima_stand_side_by_side_and_the_binding_reading_is_named(batch):
    context = to_trinh_btv(batch)
    row = next(row for row in context["groups"] if row["name"].startswith("Cấp phó"))
    assert (row["n"], row["max_a"], row["max_b"]) == ("08", "01", "02")
    assert "áp dụng cách (a)" in context["quota"]["text"]
    assert "áp dụng cách (b)" in to_trinh_btv(with_policy(batch, quota__base="htt_plus"))["quota"]["text"]
    free = next(row for row in context["groups"] if row["name"].startswith("Nhóm thí điểm"))
    assert free["note"] == "Không áp dụng tỷ lệ (12-QĐ/MAU)"


def test_figures_are_provisional_only_while_somebody_waits(batch, letters):
    assert "tạm tính: còn 06 cán bộ" in all_text(letters.to_trinh_btv(batch))
    settled = without_waiting(batch)
    settled = dataclasses.replace(settled, result=dataclasses.replace(settled.result, groups=tuple(
        dataclasses.replace(group, waiting=0) for group in settled.result.groups)))
    assert "tạm tính" not in all_text(letters.to_trinh_btv(settled)).lower()


def test_projected_figures_are_told_or_said_to_be_none(batch):
    assert "01 cán bộ tại 01 địa phương" in to_trinh_btv(batch)["notes"][1]
    assert "trước ngày 30/9/2026" in to_trinh_btv(batch)["notes"][1]
    plain = tuple(dataclasses.replace(item, flags=()) for item in batch.result.officers)
    without = dataclasses.replace(batch, result=dataclasses.replace(batch.result, officers=plain))
    assert to_trinh_btv(without)["notes"][1] == "Không có số liệu ước."


def test_those_who_wait_stand_by_unit_with_what_they_wait_for(batch):
    rows = to_trinh_btv(batch)["waiting"]["rows"]
    assert [(row["unit"], row["status"], row["count"]) for row in rows] == [
        ("Đảng ủy phường D'Mẫu 2", "Chưa đủ dữ liệu", "01"), ("Đảng ủy xã Đồng Mẫu", "Chưa nộp", "02")]
    assert rows[1]["names"] == "Hoàng Văn Chưa Nộp; Quách Thị Phó Tám (chờ: đơn vị gửi hồ sơ)."


def test_an_empty_province_says_none_everywhere_and_has_no_annex(letters):
    data = letters.to_trinh_btv(empty())
    assert all_text(data).count("Không có.") == 8 and "PHỤ LỤC" not in all_text(data)
    assert len(_tables(data, "TT")) == 0


def test_annexes_are_numbered_without_gaps(batch, letters):
    found = texts(letters.to_trinh_btv(without_waiting(batch)))
    assert [text for text in found if text.startswith("PHỤ LỤC")] == ["PHỤ LỤC 1", "PHỤ LỤC 2", "PHỤ LỤC 3"]
    whole = texts(letters.to_trinh_btv(batch))
    assert [text for text in whole if text.startswith("PHỤ LỤC")] == [f"PHỤ LỤC {number}" for number in range(1, 7)]


def test_the_program_proposes_and_people_decide(batch, letters):
    text = squeezed(all_text(letters.to_trinh_btv(batch)))
    assert "dự kiến đề xuất mức xếp loại quý III năm 2026" in text
    assert "việc xếp loại do Ban Thường vụ Tỉnh ủy quyết định" in text
    assert "trước ngày 05/10/2026" in text


def test_unknown_number_day_and_signer_are_dots_and_known_ones_are_printed(batch, letters):
    bare = texts(letters.to_trinh_btv(with_signatures(batch)))
    assert "Số …-TTr/…" in bare and "…, ngày … tháng … năm 2026" in bare
    assert any("Hướng dẫn số …-HD/TU, ngày …/6/2026 của Ban Thường vụ Tỉnh ủy" in text for text in bare)
    signed = texts(letters.to_trinh_btv(with_signatures(batch, Signature(
        "to-trinh-ban-thuong-vu", None, "K/T TRƯỞNG BAN", "Phó Trưởng Ban", "Trần Minh Họa", "…-TTr/BTCTU", "Nơi Mẫu"))))
    for line in ("TỈNH ỦY LÂM ĐỒNG", "BAN TỔ CHỨC", "Số …-TTr/BTCTU", "Nơi Mẫu, ngày … tháng … năm 2026", "K/T TRƯỞNG BAN",
                 "PHÓ TRƯỞNG BAN", "Trần Minh Họa"):
        assert line in signed


def test_the_head_who_signs_in_person_has_no_line_of_authority(batch, letters):
    data = letters.to_trinh_btv(with_signatures(batch, Signature(
        "to-trinh-ban-thuong-vu", None, None, "TRƯỞNG BAN", "Lê Minh Họa", None, None)))
    cell = Document(io.BytesIO(data)).tables
    lines = [paragraph for table in cell for row in table.rows for item in row.cells for paragraph in item.paragraphs
             if paragraph.text == "TRƯỞNG BAN"]
    assert len(lines) == 1 and lines[0].runs[0].bold


def test_the_secrecy_mark_is_printed_only_where_the_policy_says(batch, letters):
    assert "MẬT" not in texts(letters.to_trinh_btv(batch))
    assert "MẬT" in texts(letters.to_trinh_btv(with_policy(batch, papers__secrecy="MẬT")))


def test_what_a_unit_typed_is_printed_and_never_run(batch, letters):
    assert "\n".join(HARD_LINES) in all_text(letters.to_trinh_btv(with_reason(batch, "CB0021", HARD)))


def test_the_same_batch_gives_the_same_bytes_from_any_letters(batch, letters):
    assert letters.to_trinh_btv(batch) == Letters(TEMPLATES).to_trinh_btv(province())


def test_every_officer_without_a_level_is_somewhere_in_the_paper(batch):
    context, (own, _, _) = to_trinh_btv(batch), by_decider(batch)
    told = str([context[name] for name in ("review", "deferred", "waiting")])
    for item in own:
        if item.levels.proposed is None and item.status is not Status.EXCLUDED:
            assert item.name in told
