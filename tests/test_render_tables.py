"""The tables a person opens: figures add up, the cut line stands where the law puts it, typed text stays text."""

from __future__ import annotations

import dataclasses
import io

import batch_builders
import openpyxl
import pytest

from qeval_batch.model.results import Status
from qeval_batch.render import wording
from qeval_batch.render.letters import forms as letter_forms
from qeval_batch.render.tables.counts import counts
from qeval_batch.render.tables.dossiers import dossiers
from qeval_batch.render.tables.lists import lists
from qeval_batch.render.tables.mau7 import mau7
from qeval_batch.render.tables.mau8 import mau8
from qeval_batch.render.tables.ranking import ranking
from qeval_batch.render.tables.report import report_txt, report_xlsx
from qeval_batch.spec.sections import QuotaKeys


def printed(batch, officers, scope, stage="proposed"):
    words = letter_forms.mau8(batch, wording.graded_scope(officers), scope, stage)
    return mau8(batch, officers, words, by_unit=stage == "unit")


TABLES = {
    "mau8": lambda batch: printed(batch, batch.result.officers, "Phạm vi mẫu"), "mau7": mau7, "ranking": ranking,
    "counts": counts, "lists": lists, "report": report_xlsx, "dossiers": dossiers,
}
NAMES = {unit.name for unit in batch_builders.province().roster.units.values()}


@pytest.fixture(scope="module")
def batch():
    return batch_builders.province()


@pytest.fixture(scope="module")
def books(batch):
    return {name: opened(make(batch)) for name, make in TABLES.items()}


def opened(data: bytes):
    return openpyxl.load_workbook(io.BytesIO(data))


def rows(sheet) -> list[list]:
    return [list(row) for row in sheet.iter_rows(values_only=True)]


def row_of(sheet, text: str) -> int:
    return next(number for number, row in enumerate(rows(sheet), start=1)
                if any(isinstance(cell, str) and text in cell for cell in row))


def by_id(sheet, officer: str) -> list:
    return next(row for row in rows(sheet) if officer in row[:3])


# --- Page set-up ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", TABLES)
def test_every_sheet_prints_on_a4_with_its_header_on_each_page(books, name):
    for sheet in books[name]:
        assert sheet.page_setup.paperSize == 9, sheet.title
        assert sheet.print_title_rows, sheet.title
        assert sheet.print_area, sheet.title
        assert "&P" in sheet.oddHeader.center.text or sheet.oddHeader.center.text == "&[Page]", sheet.title
        assert 40 <= (sheet.page_setup.scale or 100) <= 100


@pytest.mark.parametrize("name", TABLES)
def test_everything_is_in_times_new_roman(books, name):
    for sheet in books[name]:
        fonts = {cell.font.name for row in sheet.iter_rows() for cell in row if cell.value is not None}
        assert fonts == {"Times New Roman"}, sheet.title


@pytest.mark.parametrize("name", TABLES)
def test_a_unit_heading_never_ends_a_page(books, name):
    for sheet in books[name]:
        for item in sheet.row_breaks.brk:
            # A break's id is the last row of the page.
            last = [cell.value for cell in sheet[item.id] if cell.value is not None]
            assert not (len(last) == 1 and last[0] in NAMES), (sheet.title, last)


@pytest.mark.parametrize("name", TABLES)
def test_an_empty_province_still_renders(name):
    book = opened(TABLES[name](batch_builders.empty()))
    assert book.sheetnames


# --- Text and numbers ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("typed", ["=cmd|' /C calc'!A0", "+1", "@x", "-1", "{=1+1}", "http://mau.example", "=1+1"])
def test_typed_text_is_never_a_formula_or_a_link(batch, typed):
    officers = tuple(dataclasses.replace(item, name=typed) if item.id == "CB0021" else item
                     for item in batch.result.officers)
    changed = batch_builders.with_reason(
        dataclasses.replace(batch, result=dataclasses.replace(batch.result, officers=officers)), "CB0021", typed)
    for make in TABLES.values():
        found = 0
        for sheet in opened(make(changed)):
            for row in sheet.iter_rows():
                for cell in row:
                    assert cell.data_type != "f", (sheet.title, cell.coordinate)
                    if isinstance(cell.value, str) and typed in cell.value:
                        found += 1
                        assert cell.data_type in ("s", "inlineStr") and cell.hyperlink is None
        assert found or make in (TABLES["counts"], TABLES["report"], TABLES["dossiers"])


def test_scores_are_numbers_and_unknown_scores_are_blank(books):
    sheet = books["mau8"]["Bảng theo dõi"]
    header = rows(sheet)[row_of(sheet, "Tự chấm") - 1]
    used, decided = header.index("Sử dụng"), header.index("Quyết định")
    graded, missing = by_id(sheet, "CB0016"), by_id(sheet, "CB0020")
    assert graded[used] == 97.25 and isinstance(graded[used], float)
    assert missing[used] is None
    assert graded[decided] is None and missing[header.index("Hoàn thành %")] is None
    assert sheet.cell(row_of(sheet, "CB0016"), used + 1).number_format == "[$-42A]0.00"


def test_mau7_shows_part_a_six_axes_and_the_total(books):
    row = by_id(books["mau7"]["Mẫu 7"], "CB0016")
    assert row[4] == 28 and len(row[5:11]) == 6 and row[11] == 97.25
    assert round(sum(row[4:11]), 2) == row[11] and row[12] == "Hoàn thành xuất sắc nhiệm vụ"
    assert by_id(books["mau7"]["Mẫu 7"], "CB0020")[4:12] == [None] * 8


def test_a_reason_longer_than_a_row_goes_on_below_and_loses_no_word(batch):
    words = [f"từ{number}" for number in range(900)]
    longer = batch_builders.with_reason(batch, "CB0016", " ".join(words))
    sheet = opened(printed(longer, longer.result.officers, "x")).worksheets[0]
    text = " ".join(str(row[5]) for row in rows(sheet) if row[5])
    assert [word for word in text.replace(".", " ").split() if word.startswith("từ") and word[2:].isdigit()] == words
    assert max(item.height or 0 for item in sheet.row_dimensions.values()) < 409


# --- Mẫu 8 -----------------------------------------------------------------------------------------------------------
def test_the_core_has_seven_columns_and_everybody_but_the_excluded(batch, books):
    sheet = books["mau8"].worksheets[0]
    header = rows(sheet)[row_of(sheet, "STT") - 1]
    assert header[:4] == ["STT", "Họ và tên", "Chức vụ, đơn vị công tác", "Cá nhân tự đề xuất mức xếp loại"]
    assert header[4].startswith("Cấp có thẩm quyền đề xuất mức xếp loại") and len(header) == 7
    listed = {row[1] for row in rows(sheet) if row[0] and str(row[0]).isdigit()}
    assert listed == {item.name for item in batch.result.officers if item.status is not Status.EXCLUDED}


def test_a_cut_officer_is_proposed_lower_with_the_reason(books):
    row = next(row for row in rows(books["mau8"].worksheets[0]) if row[1] == "Nguyễn Thị Bắt Đầu")
    assert row[4] == "Hoàn thành tốt nhiệm vụ" and "Đề nghị xem xét quy hoạch" in row[6]
    assert "đứng thứ 1 trong nhóm" in row[5] and "chưa đủ số người để có chỉ tiêu theo tỷ lệ" in row[5]


def test_the_printed_core_says_what_the_word_paper_says(batch, books):
    listed = wording.graded_scope(batch.result.officers)
    paper = {item["name"]: (item["proposed"], item["reason"], item["personnel"])
             for item in letter_forms.mau8(batch, listed, "x", "proposed")["rows"]}
    shown = {row[1]: (row[4] or "", row[5] or "", row[6] or "") for row in rows(books["mau8"].worksheets[0])
             if row[0] and str(row[0]).isdigit()}
    assert shown == paper


def test_a_units_own_summary_carries_the_units_proposals(batch):
    officers = [item for item in batch.result.officers if item.unit == "DV030"]
    sheet = opened(printed(batch, officers, "Đảng ủy xã Suối Mẫu", "unit")).worksheets[0]
    row = next(row for row in rows(sheet) if row[1] == "Nguyễn Thị Bắt Đầu")
    assert row[4] == "Hoàn thành xuất sắc nhiệm vụ" and "đứng thứ" not in row[5]


def test_a_units_own_summary_tells_nothing_the_unit_did_not_declare(batch):
    officers = [item for item in batch.result.officers if item.unit == "DV030"]
    book = opened(printed(batch, officers, "Đảng ủy xã Suối Mẫu", "unit"))
    assert book.sheetnames == ["Mẫu 8 - bản in", "Số liệu của đơn vị"]
    text = " ".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value)
    for word in ("Tính lại", "Đủ điều kiện", "Thứ tự", "Tối đa", "Nhóm", "Sử dụng", "Quý trước", "Số phát hiện"):
        assert word not in text, word
    row = by_id(book["Số liệu của đơn vị"], "CB0016")
    assert row[7] == "HTXS" and row[9] == 10


# --- Counts ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["Theo nhóm", "Theo khối", "Theo đơn vị"])
def test_the_parts_of_a_count_add_up_to_the_total_at_both_stages(batch, books, name):
    sheet = books["counts"][name]
    table = [row for row in rows(sheet)[row_of(sheet, "STT") + 1:] if row[1]]
    for row in table:
        total, proposed, eligible, shared = row[2], row[3:8], row[8:13], row[13:18]
        assert total == sum(proposed) + sum(shared) == sum(eligible) + sum(shared), row[1]
    assert table[-1][1] == "Tổng cộng" and table[-1][2] == len(batch.result.listed)
    for column in range(2, 18):
        assert table[-1][column] == sum(row[column] for row in table[:-1])


def test_a_tie_counts_as_to_be_reviewed_in_the_proposal_only(books):
    row = next(row for row in rows(books["counts"]["Theo nhóm"]) if row[1] == "Cấp phó sở, ban, ngành [khối 1]")
    assert row[3:8] == [0, 6, 0, 0, 2] and row[8:13] == [3, 5, 0, 0, 0]
    assert row[18:20] == [0, 0] and row[20:24] == [1, 2, "A (số HTT)", 0]


def test_a_ratio_without_a_base_is_blank(books):
    row = next(row for row in rows(books["counts"]["Theo nhóm"]) if row[1] == "Nhóm thí điểm không áp dụng tỷ lệ")
    assert row[3:5] == [1, 0] and row[18] is None and row[19] == 1
    assert row[22] == "Không áp dụng"


# --- Ranking ---------------------------------------------------------------------------------------------------------
def _sheet(book, group: str):
    return next(sheet for sheet in book if sheet.title.startswith(group))


@pytest.mark.parametrize(("group", "above", "below"), [("N02", ["CB0021"], "CB0022"), ("N03", [], "CB0003"),
                                                       ("N04", [], "CB0005")])
def test_the_cut_line_stands_below_the_last_place(books, group, above, below):
    sheet = _sheet(books["ranking"], group)
    cut = row_of(sheet, "Ranh giới tỷ lệ")
    table = rows(sheet)
    assert [row[1] for row in table[row_of(sheet, "Thứ tự"):cut - 1] if str(row[1]).startswith("CB")] == above
    assert table[cut][1] == below
    assert sheet.cell(cut, 1).border.top.style == "thick"


def test_a_tie_is_named_and_a_group_without_a_binding_rate_has_no_line(books):
    tied = _sheet(books["ranking"], "N04")
    assert "2 đồng chí dưới đây bằng nhau, còn 1 chỗ" in rows(tied)[row_of(tied, "Ranh giới") - 1][0]
    assert by_id(tied, "CB0005")[10] == "Bằng nhau tại ranh giới, còn 1 chỗ"
    assert by_id(tied, "CB0007")[9:11] == ["HTT", "Ngoài tỷ lệ"]
    free = _sheet(books["ranking"], "N05")
    assert not any("Ranh giới" in str(cell) for row in rows(free) for cell in row)


def test_both_maxima_and_who_waits_stand_above_the_table(books):
    text = " ".join(str(cell) for row in rows(_sheet(books["ranking"], "N01")) for cell in row if cell)
    assert "N = 3" in text and "HTT): 0" in text and "HTXS): 1" in text and "còn 2 cán bộ của nhóm" in text
    assert "Phạm Văn Xem Xét (CB0019)" in text


def test_each_group_with_scores_has_one_chart(batch, books):
    assert [len(sheet._charts) for sheet in books["ranking"].worksheets[1:]] == [1] * len(batch.result.groups)


# --- Lists and report ------------------------------------------------------------------------------------------------
def test_the_lists_name_whom_they_must(books):
    def listed(name):
        return {cell for row in rows(books["lists"][name]) for cell in row if str(cell).startswith("CB0")}

    assert listed("Cần xem xét") == {"CB0005", "CB0006", "CB0019"}
    assert listed("Chưa đánh giá") == {"CB0015"}
    assert listed("Không đánh giá quý") == {"CB0027"}
    assert listed("Chưa nộp, chưa đủ dữ liệu") == {"CB0020", "CB0025", "CB0029"}
    assert "CB0002" not in listed("Đang chờ"), "the centre's officers stand apart"
    row = by_id(books["lists"]["Cần xem xét"], "CB0019")
    assert row[6] == "HTT hoặc HTNV" and "tập thể hoàn thành 9/10" in row[7]
    assert row[8] == ("HTT nếu không tính nhiệm vụ thứ 10.\n"
                      "HTNV nếu tính cả nhiệm vụ thứ 10, và nếu là hoàn thành.\n"
                      "Không có mức nếu không đánh giá trong quý.")
    estimated = [row for row in rows(books["lists"]["Ước"]) if row[0] in ("1", "2")]
    assert [row[8] for row in estimated] == [30, 55] and estimated[1][2] == "Cao Văn Ước Tính"


def test_last_quarters_level_stands_beside_this_one(books):
    sheet = books["lists"]["So với quý trước"]
    assert by_id(sheet, "CB0026")[4:8] == ["KHTNV", "HTT", "Tăng", "Tăng 2 mức"]
    assert by_id(sheet, "CB0016")[4:7] == ["HTXS", "HTT", "Giảm"]
    assert by_id(sheet, "CB0005")[4:7] == [None, "Cần xem xét", None]


def test_the_report_counts_units_and_names_what_is_missing(batch, books):
    text = report_txt(batch).decode("utf-8-sig")
    assert "Trả lại: 1" in text and "DV034  Đảng ủy xã Đồng Mẫu" in text and "tạm tính" in text
    row = by_id(books["report"]["Tiếp nhận"], "DV030")
    assert row[3] == "Đạt" and row[13] == "(4), (6)"
    assert by_id(books["report"]["Tiếp nhận"], "DV034")[11] == "0/2"


def test_the_report_says_how_much_is_waited_for_also_when_nothing_is(batch):
    from qeval_batch.render.tables.report import summary

    title, lines = summary(batch)[-1]
    assert lines and title == f"Đang chờ: {sum(count for _, count in lines)}"
    idle = tuple(dataclasses.replace(item, waits_for=()) for item in batch.result.officers)
    calm = dataclasses.replace(batch, result=dataclasses.replace(batch.result, officers=idle))
    assert summary(calm)[-1] == ("Đang chờ: 0", [])


def test_an_estimate_that_waits_for_the_result_report_is_not_clean(batch):
    from qeval_batch.cli.console import needs_attention

    def only(**values):
        graded = next(item for item in batch.result.officers if item.status is Status.GRADED)
        alone = dataclasses.replace(graded, **values)
        return dataclasses.replace(batch, result=dataclasses.replace(batch.result, officers=(alone,), groups=(), findings=()))
    assert not needs_attention(only(waits_for=()))
    assert needs_attention(only(waits_for=("result_report",)))
    assert needs_attention(only(waits_for=(), status=Status.PENDING))


def test_every_finding_stands_in_the_report_with_its_cell_and_cure(batch, books):
    from qeval_batch import messages

    sheet = books["report"]["Phát hiện"]
    table = [row for row in rows(sheet)[row_of(sheet, "Mức độ"):] if row[9]]
    assert [(row[5], row[9]) for row in table] == [(item.where.a1, item.code) for item in batch.result.findings]
    assert [row[7] for row in table] == [messages.cure(item) for item in batch.result.findings]


def test_the_policy_stands_in_the_report_with_its_citations(batch, books):
    policy = batch.spec.policy
    listed = {row[5]: row for row in rows(books["report"]["Chính sách"])}
    assert listed["quota.base"][3] == policy.citation(QuotaKeys.base)
    assert set(policy.entries) <= set(listed)


def test_the_policy_is_told_in_words_not_in_codes(batch, books):
    policy = batch.spec.policy
    told = {row[5]: (row[1], row[2]) for row in rows(books["report"]["Chính sách"]) if row[5] in policy.entries}
    assert told["quota.base"] == (policy.descriptions["quota.base"], policy.labels["quota.base"]["htt_only"])
    assert told["score.tolerance"][1] == "0,01" and told["score.allow_no_role"][1] == "không"
    assert "Cơ cấu 100 điểm: 100" in told["score.axes_points"][1]
    assert "phu-luc" not in told["annex_by_block"][1] and "leave_out" not in told["level.excused"][1]


def test_every_option_of_the_policy_has_a_name(batch):
    from pathlib import Path

    from qeval_batch.spec.parts import read_parts

    parts = read_parts(Path(__file__).parent.parent / "forms", batch.period.end)
    for key, parameter in parts.parameters.items():
        assert set(parameter.options) <= set(parameter.labels), key


def test_officers_stand_by_block_then_roster_order_heads_first(batch):
    order = [(unit.id, [item.id for item in members])
             for unit, members in wording.arranged(batch, batch.result.officers[::-1])]
    assert [unit for unit, _ in order] == list(batch.roster.units)
    assert dict(order)["DV020"] == ["CB0013", "CB0007", "CB0008", "CB0009", "CB0010", "CB0011", "CB0012"]


def test_a_reason_leaves_out_how_the_score_came_about(batch):
    officer = next(item for item in batch.result.officers if item.id == "CB0019")
    told = dataclasses.replace(officer.steps[0], rule="R17", text="Trục 1: 10 điểm × KPI 97 %.")
    failed = dataclasses.replace(officer.steps[0], rule="R31", holds=False, text="Không đạt mức 1: điểm 86,00.")
    closing = dataclasses.replace(officer.steps[0], rule="C", text="Cần xem xét; các khả năng: mức 2 hoặc mức 3.")
    whole = dataclasses.replace(officer, score=dataclasses.replace(officer.score, steps=(told,)),
                                steps=(told, failed, *officer.steps, closing))
    assert [step.rule for step in wording.reasons(whole)] == ["gap", "R31"]


def test_a_deferred_officer_is_counted_in_the_group_of_the_roster(batch):
    officers = tuple(dataclasses.replace(item, group=None) if item.status is Status.DEFERRED else item
                     for item in batch.result.officers)
    changed = dataclasses.replace(batch, result=dataclasses.replace(batch.result, officers=officers))
    assert counts(changed) == counts(batch)
