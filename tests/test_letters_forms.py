"""Mẫu 7, Mẫu 8 and a unit's own papers, filled and blank."""

from __future__ import annotations

import dataclasses
import io
from pathlib import Path

import pytest
from batch_builders import province
from docx import Document
from letter_builders import HARD, HARD_LINES, all_text, squeezed, texts, with_sheet, with_signatures

from qeval_batch.model.roster import Signature
from qeval_batch.render.letters import forms as letter_forms
from qeval_batch.render.letters import words as letter_words
from qeval_batch.render.letters.letters import MAU_7, MAU_8, MINUTES, TEMPLATE_VARIABLES, UNIT, Letters, check_template
from qeval_batch.spec.yamlio import SpecError

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"


@pytest.fixture(scope="module")
def batch():
    return province()


@pytest.fixture(scope="module")
def letters():
    return Letters(TEMPLATES)


def _table(data: bytes, header: str) -> list[list[str]]:
    table = next(item for item in Document(io.BytesIO(data)).tables if item.rows[0].cells[0].text == header)
    return [[cell.text for cell in row.cells] for row in table.rows]


def test_contexts_give_exactly_the_declared_names(batch):
    unit, officers = batch.roster.units["DV030"], batch.roster.officers_of("DV030")
    signatures = batch.roster.signatures
    found = {
        UNIT: [letter_forms.to_trinh_unit(batch, "DV030"),
               letter_forms.blank_to_trinh(batch.spec, batch.period, unit, officers, signatures)],
        MINUTES: [letter_forms.blank_bien_ban(batch.spec, batch.period, unit, officers, signatures)],
        MAU_8: [letter_forms.mau8(batch, batch.result.officers, "x", "proposed")],
        MAU_7: [letter_forms.mau7(batch, batch.result.officers[0])],
    }
    for name, contexts in found.items():
        for context in contexts:
            assert set(context) == TEMPLATE_VARIABLES[name], name


# --- Mẫu 8 ------------------------------------------------------------------------------------------------------
def test_mau_8_lists_everybody_given_in_that_order_in_seven_columns(batch, letters):
    officers = list(reversed(batch.result.officers))
    rows = _table(letters.mau8(batch, officers, "Cả tỉnh"), "STT")
    assert [row[1] for row in rows[2:]] == [item.name for item in officers]
    assert {len(row) for row in rows} == {7} and rows[0][4] == "Cấp có thẩm quyền đề xuất mức xếp loại (dự kiến)"


def test_mau_8_shows_the_programs_proposal_or_why_there_is_none(batch, letters):
    rows = {row[1]: row for row in _table(letters.mau8(batch, batch.result.officers, "Cả tỉnh"), "STT")}
    assert rows["Vũ Thị Phó Một"][4] == "Hoàn thành xuất sắc nhiệm vụ"
    assert rows["Trần Văn Thứ Hai"][3:5] == ["Hoàn thành xuất sắc nhiệm vụ", "Hoàn thành tốt nhiệm vụ"]
    assert rows["Phạm Văn Xem Xét"][4] == "Cần xem xét (Hoàn thành tốt nhiệm vụ hoặc Hoàn thành nhiệm vụ)"
    assert rows["Trương Thị Chờ"][4] == "Chưa đánh giá" and "Đào tạo tập trung" in rows["Trương Thị Chờ"][5]
    assert rows["Hoàng Văn Chưa Nộp"][4] == "Chưa nộp" and "gửi hồ sơ" in rows["Hoàng Văn Chưa Nộp"][5]
    assert rows["Nguyễn Thị Bắt Đầu"][6] == "Đề nghị xem xét quy hoạch"


def test_mau_8_of_a_unit_shows_the_units_own_proposal_under_its_own_head(batch, letters):
    officers = [item for item in batch.result.officers if item.unit == "DV031"]
    data = letters.mau8(batch, officers, "Xã Đồi Mẫu", stage="unit")
    rows = {row[1]: row for row in _table(data, "STT")}
    assert rows["Trần Văn Thứ Hai"][4] == "Hoàn thành xuất sắc nhiệm vụ"
    assert "(dự kiến)" not in all_text(data) and "ĐẢNG ỦY XÃ ĐỒI MẪU" in texts(data)
    assert "BAN TỔ CHỨC" not in texts(data)


def test_mau_8_of_nobody_says_none(batch, letters):
    assert "Không có." in texts(letters.mau8(batch, [], "Khối mẫu"))


def test_the_summary_line_adds_up(batch):
    summary = letter_forms.mau8(batch, batch.result.officers, "x", "proposed")["summary"]
    figures = [int(part.rsplit(" ", 1)[1]) for part in summary.rstrip(".").split(": ", 1)[1].split("; ")]
    assert summary.startswith("Tổng số 29 cán bộ") and sum(figures) == 29


def test_only_officers_of_the_centre_make_it_mau_6_and_mau_5(batch):
    central = [item for item in batch.result.officers if item.scope.value == "tw"]
    assert letter_forms.mau8(batch, central, "x", "proposed")["form_name"] == "Mẫu 6"
    assert letter_forms.mau8(batch, batch.result.officers, "x", "proposed")["form_name"] == "Mẫu 8"
    assert letter_forms.mau7(batch, central[0])["form_name"] == "Mẫu 5"
    assert letter_forms.mau7(batch, batch.result.officer("CB0021"))["form_name"] == "Mẫu 7"


# --- Mẫu 7 ------------------------------------------------------------------------------------------------------
def test_mau_7_prints_role_maximum_kpi_and_points_of_each_axis(batch, letters):
    data = letters.mau7(with_sheet(batch, "CB0021"), batch.result.officer("CB0021"))
    table = next(item for item in Document(io.BytesIO(data)).tables if "KPI %" in [cell.text for cell in item.rows[0].cells])
    rows = [[cell.text for cell in row.cells] for row in table.rows]
    assert rows[1] == ["A", "Tiêu chí chung", "", "30", "", "28,00"]
    assert [row[0] for row in rows[2:8]] == list("123456") and rows[2][2:] == ["Chính", "15", "92,4", "13,86"]
    assert rows[2][1] == "Thực hiện mục tiêu phát triển kinh tế - xã hội và nhiệm vụ chính trị được giao"
    assert rows[8][3:] == ["70", "", "63,00"] and rows[9][3:] == ["100", "", "91,00"]


def test_mau_7_lists_products_with_projected_ones_marked(batch, letters):
    data = letters.mau7(with_sheet(batch, "CB0021", products=3), batch.result.officer("CB0021"))
    table = next(item for item in Document(io.BytesIO(data)).tables if item.rows[0].cells[1].text == "Trục")
    rows = [[cell.text for cell in row.cells] for row in table.rows[1:]]
    assert rows[0] == ["1", "2", rows[0][2], "Chủ trì", "1,5", "1", "30/9/2026", "05/02/2026", "x", "1"]
    assert rows[1][5] == "1 (ư)" and rows[2][5:8] == ["0", "30/9/2026", ""]
    assert "(ư): số ước đến cuối quý." in texts(data)


def test_mau_7_prints_what_the_officer_wrote_and_the_units_proposal(batch, letters):
    data = letters.mau7(with_sheet(batch, "CB0021", overall=HARD), batch.result.officer("CB0021"))
    text = all_text(data)
    assert "2. Kết quả chung: " + "\n".join(HARD_LINES) in text
    assert "II. Tự đề xuất mức xếp loại: Hoàn thành xuất sắc nhiệm vụ" in text
    assert "3. Đề xuất mức xếp loại: Hoàn thành xuất sắc nhiệm vụ" in text and "mức 1: 01 sản phẩm" in text


def test_mau_7_of_one_who_sent_nothing_has_dots_and_dashes_not_zeros(batch, letters):
    data = letters.mau7(batch, batch.result.officer("CB0020"))
    assert "2. Kết quả chung: …" in texts(data) and "3. Đề xuất mức xếp loại: …" in texts(data)
    table = next(item for item in Document(io.BytesIO(data)).tables if "KPI %" in [cell.text for cell in item.rows[0].cells])
    assert table.rows[-1].cells[5].text == "—" and table.rows[2].cells[4].text == "—"


def test_mau_7_under_profile_100_has_no_part_a(batch):
    from letter_builders import with_policy

    context = letter_forms.mau7(with_policy(batch, score__profile="100"), batch.result.officer("CB0021"))
    assert context["general"] is None
    assert letter_forms.mau7(batch, batch.result.officer("CB0021"))["general"] == {"max": "30", "points": "28,00"}


# --- A unit's papers ----------------------------------------------------------------------------------------------
def test_a_units_to_trinh_shows_what_the_unit_proposes(batch, letters):
    data = letters.to_trinh_unit(batch, "DV031")
    rows = _table(data, "TT")
    assert [row[1] for row in rows[1:]] == ["Trần Văn Thứ Hai", "Đinh Thị Phó Ba", "Phan Văn Phó Bốn"]
    assert rows[1][3:6] == ["94,75", "Hoàn thành xuất sắc nhiệm vụ", "Hoàn thành xuất sắc nhiệm vụ"]
    assert _table(data, "Nội dung")[1:4] == [["Tổng số nhiệm vụ được giao (kế hoạch và đột xuất)", "10", ""],
                                             ["Đã hoàn thành", "10", "100%"], ["Hoàn thành chậm", "0", "0%"]]
    assert "Kính trình: Ban Thường vụ Tỉnh ủy" in texts(data) and "(qua Ban Tổ chức Tỉnh ủy)" in texts(data)
    assert "dự kiến" not in all_text(data) and "Không có." in texts(data)


def test_a_units_to_trinh_names_who_is_set_aside_and_who_is_open(batch):
    context = letter_forms.to_trinh_unit(batch, "DV021")
    assert "không đánh giá quý hoặc chưa đánh giá 01" in context["staff"]
    told, = context["special"]
    assert told == ("- Đồng chí Trương Thị Chờ: chưa đánh giá. Đào tạo tập trung từ 01/7/2026 đến 15/9/2026, "
                    "đủ 02 tháng của quý.")
    assert "chưa đề xuất 02" in letter_forms.to_trinh_unit(batch, "DV034")["staff"]


def test_a_blank_to_trinh_names_the_officers_and_leaves_the_figures_open(batch, letters):
    unit, officers = batch.roster.units["DV020"], batch.roster.officers_of("DV020")
    data = letters.blank_to_trinh(batch.spec, batch.period, unit, officers, batch.roster.signatures)
    rows = _table(data, "TT")
    assert [row[1] for row in rows[1:]] == [item.name for item in officers] and set(rows[1][3:]) == {""}
    assert [row[1] for row in _table(data, "Mức xếp loại")[1:]] == ["…"] * 4
    assert "Số …-TTr/…" in texts(data) and "- Biên bản họp đánh giá," in texts(data) and "- Phụ lục 09." in texts(data)


def test_minutes_have_a_line_per_officer_and_room_for_others_and_votes(batch, letters):
    unit, officers = batch.roster.units["DV020"], batch.roster.officers_of("DV020")
    data = letters.blank_bien_ban(batch.spec, batch.period, unit, officers, ())
    attendance, votes = (table for table in Document(io.BytesIO(data)).tables if table.rows[0].cells[0].text == "TT")
    assert len(attendance.rows) == 1 + len(officers) + 3 and len(votes.rows) == 1 + len(officers)
    assert [cell.text for cell in votes.rows[0].cells][4:8] == ["HTXS", "HTT", "HTNV", "KHTNV"]
    first = "1. Đồng chí Đặng Thị Bản Nháp, Phó Bí thư Thường trực Đảng ủy, Chủ tịch Hội đồng nhân dân:"
    for line in ("BIÊN BẢN", "Số …-BB/…", "NGƯỜI GHI BIÊN BẢN", "CHỦ TRÌ", first):
        assert line in texts(data)


def test_minutes_for_a_unit_without_officers_still_render(batch, letters):
    data = letters.blank_bien_ban(batch.spec, batch.period, batch.roster.units["DV034"], (), ())
    assert "BIÊN BẢN" in texts(data)


def test_the_issuer_follows_the_block_and_the_body_above_follows_the_roster(batch, letters):
    unit = dataclasses.replace(batch.roster.units["DV030"], name="Xã Suối Mẫu", parent="DV001")
    signatures = (Signature("to-trinh-don-vi", "DV030", "T/M BAN THƯỜNG VỤ", "BÍ THƯ", "Nguyễn Thị Bắt Đầu", "…-TTr/ĐU", "Suối"),)
    data = letters.blank_to_trinh(batch.spec, batch.period, unit, (), signatures, batch.roster.units)
    for line in ("VĂN PHÒNG TỈNH ỦY MẪU", "ĐẢNG ỦY XÃ SUỐI MẪU", "Số …-TTr/ĐU", "T/M BAN THƯỜNG VỤ", "BÍ THƯ"):
        assert line in texts(data)
    assert "Đảng ủy xã Suối Mẫu kính trình" in squeezed(all_text(data))
    assert letter_words.unit_issuer(batch.spec, batch.roster.units["DV030"]) == "Đảng ủy xã Suối Mẫu"
    assert letter_words.unit_issuer(batch.spec, batch.roster.units["DV020"]) == "Sở Thử nghiệm và Công nghệ Mẫu"


def test_another_units_signature_is_never_borrowed(batch, letters):
    signed = with_signatures(batch, Signature("to-trinh-don-vi", "DV031", "T/M BAN THƯỜNG VỤ", "BÍ THƯ", "Người Khác", None, None))
    assert "Người Khác" not in all_text(letters.to_trinh_unit(signed, "DV030"))
    assert "Người Khác" in all_text(letters.to_trinh_unit(signed, "DV031"))


# --- Bytes and templates --------------------------------------------------------------------------------------------
def test_every_paper_twice_is_the_same_bytes(batch, letters):
    other, again = Letters(TEMPLATES), province()
    unit, officers = batch.roster.units["DV030"], batch.roster.officers_of("DV030")
    pairs = [
        (item.mau7(source, source.result.officer("CB0021")), item.mau8(source, source.result.officers, "x"),
         item.to_trinh_unit(source, "DV030"),
         item.blank_to_trinh(source.spec, source.period, unit, officers, source.roster.signatures),
         item.blank_bien_ban(source.spec, source.period, unit, officers, source.roster.signatures))
        for item, source in ((letters, batch), (other, again))]
    assert pairs[0] == pairs[1]


def test_a_missing_template_is_named(batch, tmp_path):
    with pytest.raises(SpecError, match=r"templates/mau-7\.docx"):
        Letters(tmp_path).mau7(batch, batch.result.officers[0])


def test_the_lint_passes_the_shipped_templates_and_names_an_unknown_name(tmp_path):
    assert [problem for name in TEMPLATE_VARIABLES for problem in check_template(TEMPLATES / name)] == []
    document = Document(str(TEMPLATES / MAU_8))
    document.add_paragraph("{{ tong_so }}")
    document.save(str(tmp_path / MAU_8))
    assert ["tong_so" in problem.what for problem in check_template(tmp_path / MAU_8)] == [True]
    (tmp_path / MAU_7).write_bytes(b"x")
    assert len(check_template(tmp_path / MAU_7)) == 1 and len(check_template(tmp_path / UNIT)) == 1


@pytest.mark.parametrize(("number", "text"), [(0, "0"), (5, "05"), (9, "09"), (10, "10"), (124, "124")])
def test_people_are_counted_as_papers_count(number, text):
    assert letter_words.counted(number) == text


def test_days_and_percentages_are_written_as_the_guidance_writes_them():
    from datetime import date

    assert letter_words.day(date(2026, 2, 5)) == "05/02/2026" and letter_words.day(date(2026, 10, 5)) == "05/10/2026"
    assert letter_words.day(date(2026, 3, 30)) == "30/3/2026"
    assert letter_words.percent(1, 3) == "33,33%" and letter_words.percent(0, 0) == "—"
