"""One word, one set (R84): console, status, run report, its workbook and the Tờ trình say the same figures."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import batch_builders
import pytest
from docx import Document
from openpyxl import load_workbook

from qeval_batch.model.results import Status
from qeval_batch.render.counting import level_counts, reception, timeliness

AT = ("2026-Q3", "--as-of", "2026-09-26T08:00")


def qeval(*arguments: str, cwd: Path) -> str:
    done = subprocess.run([sys.executable, "-m", "qeval_batch", *arguments], cwd=cwd, capture_output=True, text=True,
                          encoding="utf-8", check=False)
    assert done.returncode in (0, 1), done.stderr
    return " ".join(done.stdout.split())


@pytest.fixture(scope="module")
def said(tmp_path_factory) -> dict[str, str]:
    """What each place says of the demo of twenty units, as one line of text."""
    where = tmp_path_factory.mktemp("demo")
    qeval("demo", "--dir", "demo", "--units", "20", cwd=where)
    root = where / "demo"
    told = {"console": qeval("run", *AT, cwd=root), "status": qeval("status", *AT, cwd=root)}
    outbox = root / "outbox/2026-Q3"
    told["report"] = " ".join((outbox / "bao-cao-chay.txt").read_text("utf-8-sig").split())
    sheets = load_workbook(outbox / "bao-cao-chay.xlsx")
    told["overview"] = " ".join(str(cell) for row in sheets["Tình hình"].iter_rows(values_only=True)
                                for cell in row if cell is not None)
    paper = Document(str(outbox / "to-trinh-ban-thuong-vu.docx"))
    tables = (cell.text for table in paper.tables for row in table.rows for cell in row.cells)
    told["to_trinh"] = " ".join(" ".join([*(paragraph.text for paragraph in paper.paragraphs), *tables]).split())
    return told


RECEPTION = {
    "console": r"Đơn vị \((\d+)\): đã nhận (\d+) \(đạt (\d+), trả lại (\d+)\); chưa nộp (\d+)",
    "status": r"Cộng (\d+) (\d+) (\d+) (\d+) (\d+)",
    "report": r"Đơn vị: (\d+) Đã nhận: (\d+) Trong đó: đạt: (\d+) Trong đó: trả lại: (\d+) Chưa nộp: (\d+)",
    "overview": r"Cộng (\d+) (\d+) (\d+) (\d+) (\d+)",
    "to_trinh": r"Tổng số (\d+) địa phương, cơ quan, đơn vị; đã nhận (\d+), trong đó đạt (\d+), trả lại để bổ sung, "
                r"hoàn thiện (\d+); chưa nộp (\d+)",
}


def test_what_was_received_is_one_figure_everywhere(said):
    found = {place: tuple(map(int, re.search(pattern, said[place]).groups())) for place, pattern in RECEPTION.items()}
    assert set(found.values()) == {(20, 18, 14, 4, 2)}, found


BEST = {
    "console": r"Ban Thường vụ Tỉnh ủy xếp loại \((\d+)\): Hoàn thành xuất sắc nhiệm vụ (\d+)",
    "status": r"Ban Thường vụ Tỉnh ủy xếp loại \((\d+)\): Hoàn thành xuất sắc nhiệm vụ (\d+)",
    "report": r"Ban Thường vụ Tỉnh ủy xếp loại: (\d+) Hoàn thành xuất sắc nhiệm vụ: (\d+)",
    "overview": r"Ban Thường vụ Tỉnh ủy xếp loại: (\d+) Hoàn thành xuất sắc nhiệm vụ (\d+)",
    "to_trinh": r"Đối với (\d+) cán bộ thuộc diện Ban Thường vụ Tỉnh ủy xếp loại:.*?Số lượng Tỷ lệ "
                r"Hoàn thành xuất sắc nhiệm vụ (\d+)",
}


def test_the_best_are_counted_in_one_scope_everywhere(said):
    found = {place: tuple(map(int, re.search(pattern, said[place]).groups())) for place, pattern in BEST.items()}
    assert len(set(found.values())) == 1 and next(iter(found.values()))[1] > 0, found


def test_chua_nop_of_units_is_said_once_and_timeliness_is_of_what_came(said):
    for place in ("console", "status"):
        part = said[place][said[place].index("Thời hạn nộp của 18 đơn vị đã nhận"):]
        told = part[:part.index(".")].lower()
        assert "chưa nộp" not in told
        assert sum(map(int, re.findall(r" (\d+)(?:;|$)", told))) == 18, told


def test_parts_add_up_whatever_the_batch():
    batch = batch_builders.province()
    units = batch.result.units
    found = reception("", units)
    assert found.units == len(units) == found.received + found.missing
    assert found.received == found.accepted + found.returned == sum(number for _, number in timeliness(units))
    counts = level_counts(batch)
    assert sum(item.count.total for item in counts) == sum(item.here for item in batch.result.officers)
    for item in counts:
        assert sum(number for _, number in item.figures) == item.count.total


def test_a_unit_whose_file_came_is_never_missing_in_timeliness():
    import dataclasses

    unit = next(item for item in batch_builders.province().result.units if item.status == "returned")
    assert dict(timeliness([dataclasses.replace(unit, timeliness="missing")]))["Chưa rõ"] == 1


def test_a_tie_is_counted_as_to_be_reviewed_not_as_graded():
    counted = sum(item.count.by_status[Status.REVIEW] for item in level_counts(batch_builders.province()))
    tied = [item for item in batch_builders.province().result.officers
            if item.status is Status.GRADED and item.levels.proposed is None]
    review = [item for item in batch_builders.province().result.officers if item.status is Status.REVIEW]
    assert tied and counted == len(tied) + len(review)
