"""What a day shows of the quarter: who is missing, near, late; deadlines; the checklist; nothing applied."""

from __future__ import annotations

import dataclasses
import io
from datetime import date, datetime
from pathlib import Path
from typing import Any

import batch_builders
import openpyxl
import pytest
from batch_builders import PERIOD, timed

from qeval_batch.commands.status import lines, silent_bodies, stages
from qeval_batch.core.cells import RowRef
from qeval_batch.core.period import VIETNAM_TIME
from qeval_batch.model.batch import Batch
from qeval_batch.model.records import DossierPart
from qeval_batch.model.register import Register, RegisterEntry
from qeval_batch.model.results import CentralDossier, FileResult
from qeval_batch.render.overview import left, overview, when
from qeval_batch.render.tables.dossiers import copies, dossiers
from qeval_batch.render.tables.lists import lists
from qeval_batch.render.tables.report import report_xlsx
from qeval_batch.rules.deadlines import deadline

AT = RowRef("x.xlsx", "Hồ sơ", 5)
STATES = {
    "DV001": ("in_time", "2026-09-20T10:00:00+07:00", "2026-09-20T10:00:00+07:00", "mail"),
    "DV010": ("in_time_mended_late", "2026-09-20T10:00:00+07:00", "2026-09-21T10:00:00+07:00", "register"),
    "DV020": ("on_the_day", "2026-09-25T10:00:00+07:00", "2026-09-25T10:00:00+07:00", "clock"),
    "DV021": ("late", "2026-09-20T10:00:00+07:00", "2026-09-26T07:30:00+07:00", "register"),
    "DV031": ("late", "2026-09-26T07:00:00+07:00", None, "clock"),
}


@pytest.fixture(scope="module")
def batch() -> Batch:
    made = timed(batch_builders.province(), STATES)
    record = made.records["DV021"]
    graded = dataclasses.replace(record, collective=dataclasses.replace(record.collective, level=2))
    return dataclasses.replace(made, records={**made.records, "DV021": graded})


def sheet(data: bytes, name: str) -> list[tuple[Any, ...]]:
    book = openpyxl.load_workbook(io.BytesIO(data))
    return [tuple(cell.value for cell in row) for row in book[name].iter_rows()]


def row(data: bytes, name: str, ident: str) -> tuple[Any, ...]:
    return next(line for line in sheet(data, name) if ident in line[:3])


# --- Lists ------------------------------------------------------------------------------------------------------------
def test_the_late_list_shows_the_level_one_step_lower_and_applies_nothing(batch):
    data = lists(batch)
    listed = [line for line in sheet(data, "Hồ sơ nộp chậm") if str(line[0]).isdigit()]
    assert [(line[1], line[2]) for line in listed][:2] == [("DV021", "Tập thể"), ("CB0014", "Mai Văn Ngoại Lệ")]
    assert listed[0][3:] == ("Trung tâm Sự nghiệp Mẫu", "07:30 26/09/2026", "Sổ nhận", "HTT", "HTNV", "Diễn biến của DV021.")
    # Level 4 stays level 4; who is deferred is not concerned; who has no level yet has none to lower.
    assert listed[1][6:8] == ("KHTNV", "KHTNV") and "CB0015" not in {line[1] for line in listed}
    assert [line[4:7] for line in listed if line[1] == "DV031"] == [("Chưa đủ", "Giờ của tệp", "Chưa có")]
    assert {line[1]: line[6:8] for line in listed if line[1] in ("CB0017", "CB0024")} == {
        "CB0017": ("HTT", "HTNV"), "CB0024": ("HTNV", "KHTNV")}
    title = next(line[0] for line in sheet(data, "Hồ sơ nộp chậm") if line[0])
    assert "KHÔNG TỰ ÁP DỤNG" in title
    assert batch.result.officer("CB0017").levels.proposed == 2


def test_officers_of_the_centre_stand_in_no_late_list(batch):
    late = timed(batch, {"DV001": ("late", None, None, "unknown")})
    listed = {line[1] for line in sheet(lists(late), "Hồ sơ nộp chậm")}
    assert "DV001" in listed and not {"CB0001", "CB0002"} & listed


def test_near_and_mended_are_told_apart_from_late(batch):
    listed = [line[1:6] for line in sheet(lists(batch), "Sát hạn, bổ sung sau hạn") if str(line[0]).isdigit()]
    assert listed == [
        ("DV020", "Sở Thử nghiệm và Công nghệ Mẫu", "Sát hạn", "10:00 25/09/2026", "Giờ của tệp"),
        ("DV010", "Ủy ban Mặt trận Mẫu", "Đúng hạn, bổ sung sau hạn", "10:00 21/09/2026", "Sổ nhận")]


def test_the_report_tells_arrivals_with_their_source_and_the_near_in_a_column_of_its_own(batch):
    data = report_xlsx(batch)
    assert row(data, "Tiếp nhận", "DV010")[4:9] == ("10:00 20/09/2026", "10:00 21/09/2026", "Sổ nhận",
                                                   "Đúng hạn, bổ sung sau hạn", None)
    assert row(data, "Tiếp nhận", "DV020")[7:9] == (None, "x")
    assert row(data, "Tiếp nhận", "DV034")[4:9] == (None, None, "Chưa rõ", "Chưa nộp", None)


# --- The checklist ------------------------------------------------------------------------------------------------------
def part(number: int, of: str | None, electronic: bool, paper: bool) -> DossierPart:
    return DossierPart(number, of, None, None, electronic, paper, None, AT)


def test_the_checklist_counts_copies_apart_and_the_registers_word_is_whole(batch):
    parts = (part(1, None, True, False), part(3, "CB0016", True, True), part(3, "CB0021", True, False),
             part(3, "CB0022", False, False))
    record = dataclasses.replace(batch.records["DV030"], dossier=parts)
    moment = datetime(2026, 9, 24, 10, tzinfo=VIETNAM_TIME)
    kept = Register((RegisterEntry("DV030", frozenset({2}), moment, "both", None, AT),
                     RegisterEntry("DV030", frozenset({1}), moment, "paper", None, AT)))
    found = dataclasses.replace(batch, records={**batch.records, "DV030": record}, register=kept)
    assert copies(found, "DV030", 3, "electronic") == (2, 3) and copies(found, "DV030", 6, "paper") == (0, 0)
    line = row(dossiers(found), "Thành phần hồ sơ", "DV030")
    assert line[3:9] == ("x", "x", "x", "x", "2/3", "1/3") and line[9:15] == (None,) * 6
    assert line[15:17] == ("(4), (6)", "Chưa rõ")
    assert row(dossiers(found), "Thành phần hồ sơ", "DV034")[15] == "(1), (2), (3), (4), (5), (6)"


def test_officers_of_the_centre_have_a_sheet_of_their_own_where_there_are_any(batch):
    assert openpyxl.load_workbook(io.BytesIO(dossiers(batch))).sheetnames == ["Thành phần hồ sơ"]
    own = CentralDossier("CB0001", "2026-09-28T09:00:00+07:00", "mail", "in_time")
    found = dataclasses.replace(batch, result=dataclasses.replace(batch.result, central=(own,)))
    assert row(dossiers(found), "Diện Bộ Chính trị, Ban Bí thư", "CB0001")[4:7] == (
        "09:00 28/09/2026", "Thư điện tử", "Đúng hạn")


# --- The screen ---------------------------------------------------------------------------------------------------------
def test_units_by_block_add_up(batch):
    found = overview(batch)
    assert found.total.units == sum(row.units for row in found.blocks) == len(batch.result.units)
    for item in (*found.blocks, found.total):
        assert item.units == item.received + item.missing and item.received == item.accepted + item.returned
    assert (found.total.returned, found.total.missing) == (1, 1)
    assert dict(found.timeliness) == {"Đúng hạn": 1, "Đúng hạn, bổ sung sau hạn": 1, "Sát hạn": 1, "Chậm": 2,
                                      "Chưa rõ": 4}
    assert found.unidentified == ("rác/ảnh.xlsx",)
    assert sum(number for _, number in found.waits) == sum(len(item.waits_for) for item in batch.result.officers)


def test_every_deadline_is_told_in_order_of_the_work(batch):
    found = {item.what: (item.when, item.left) for item in overview(batch).due}
    assert found["Hồ sơ đánh giá của đơn vị"] == ("trước ngày 25/9/2026", "đã hết hạn")
    assert found["Báo cáo kết quả của đơn vị"] == ("trước ngày 30/9/2026", "còn 3 ngày")
    assert found["Báo cáo Trung ương"] == ("trước ngày 05/10/2026", "còn 8 ngày")
    assert found["Báo cáo của cấp dưới"] == ("trước ngày 20/10/2026", "còn 23 ngày")
    assert len(found) == 8


@pytest.mark.parametrize(("day", "words"), [(21, "còn 3 ngày"), (24, "hôm nay là ngày cuối"),
                                            (25, "hôm nay là ngày sát hạn"), (26, "đã hết hạn")])
def test_how_far_a_deadline_is(batch, day, words):
    due = deadline("dossier", batch.spec.policy, PERIOD, {})
    assert left(due, datetime(2026, 9, day, 12, tzinfo=VIETNAM_TIME)) == words


def test_a_day_off_is_told_with_the_deadline(batch):
    due = deadline("dossier", batch.spec.policy, PERIOD, {date(2026, 9, 25): "nghỉ bù"})
    assert when(due) == "trước ngày 25/9/2026 (ngày nghỉ: nghỉ bù; giữ nguyên)"
    assert when(dataclasses.replace(due, day=date(2026, 9, 28))) == \
        "trước ngày 28/9/2026 (lùi từ ngày 25/9/2026, ngày nghỉ: nghỉ bù)"
    assert "ngày nghỉ: thứ Bảy" in when(dataclasses.replace(due, day_off="saturday"))


def test_what_goes_out_names_the_last_day_of_a_shorter_month():
    from law_builders import policy_with, unit

    from qeval_batch.template.facts import UnitFacts

    spec = dataclasses.replace(batch_builders.load(), policy=policy_with({"deadline.dossier": 31}))
    facts = UnitFacts(spec, PERIOD, unit("DV001"), ())
    assert facts.text("{dossier_deadline}", spec.forms["huong-dan"]) == "30/9/2026"


@pytest.mark.parametrize("whole", [False, True])
def test_the_screen_has_80_columns(batch, whole):
    files = tuple(FileResult(f"thư mục rất dài/{'tệp ' * 30}{number}.xlsx", None, "rejected", "x") for number in range(20))
    found = overview(dataclasses.replace(batch, result=dataclasses.replace(batch.result, files=files)))
    shown = list(lines(found, whole=whole))
    assert max(map(len, shown)) <= 80
    text = "\n".join(shown)
    assert "Tệp chưa rõ của ai: 20" in text and ("… và 12 tệp nữa" in text) is not whole
    for title in ("Chưa nộp: 1 đơn vị", "Trả lại, chờ đơn vị sửa: 1 đơn vị", "Nộp chậm: 2 đơn vị"):
        assert (title in text) is whole


def test_an_empty_quarter_has_a_screen_and_a_sheet():
    nobody = batch_builders.empty()
    assert "Cộng" in "\n".join(lines(overview(nobody))) and "không chờ ai" in "\n".join(lines(overview(nobody)))
    assert any("Cộng" in line for line in sheet(report_xlsx(nobody), "Tình hình"))


def test_the_report_prints_the_same(batch):
    found, data = overview(batch), report_xlsx(batch)
    printed = sheet(data, "Tình hình")
    for item in found.blocks:
        assert (item.name, item.units, item.received, item.accepted, item.returned, item.missing) in printed
    for text, number in found.waits:
        assert any(line[:2] == (text, number) for line in printed)
    due = [line[1] for line in sheet(data, "Thời hạn") if str(line[0]).isdigit()]
    assert due == [item.what for item in found.due]


def test_the_command_writes_nothing_and_says_what_is_left_to_look_at():
    from click.testing import CliRunner
    from demo_intake import AS_OF, province

    from qeval_batch.cli.cli import cli

    root = province().workspace.root

    def written() -> list[Path]:
        return sorted(path for path in root.rglob("*") if path.is_file() and path.name != "dang-chay.lock")

    before = written()
    done = CliRunner().invoke(cli, ["status", str(PERIOD), "--root", str(root), "--as-of", AS_OF.isoformat(), "--all"])
    assert done.exit_code == 1 and done.output.splitlines() == list(
        lines(overview(province().batch), stages(province().batch), silent_bodies(province().batch), whole=True))
    assert written() == before
