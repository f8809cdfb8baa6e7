"""The cover note: one page whatever stands in it, errors first, nothing of a person's text interpreted."""

from __future__ import annotations

import dataclasses
import shutil
import subprocess
from pathlib import Path

import answer_builders as ab
import pytest
from letter_builders import HARD, HARD_LINES, all_text, with_signatures
from places import spot

from qeval_batch.model.findings import Part, Where, finding
from qeval_batch.model.roster import Signature
from qeval_batch.render.letters.letters import Letters
from qeval_batch.render.replies.note import return_note
from qeval_batch.render.replies.plan import answers

LETTERS = Letters(ab.TEMPLATES)
OTHER = Signature("to-trinh-ban-thuong-vu", None, "K/T TRƯỞNG BAN", "PHÓ TRƯỞNG BAN", "Trần Minh Họa Văn", "…-TTr/BTCTU", "Nơi Mẫu")
OWN = Signature("Phieu-tra-lai", None, "T/L TRƯỞNG BAN", "TRƯỞNG PHÒNG", "Lê Minh Họa", "…-PTL/BTCTU", "Nơi Mẫu")


def at(cell: str, sheet: str = "CB0024") -> Where:
    return Where(Part.OFFICER, ab.UNIT, "CB0024", ab.FILE, sheet, spot(ab.FILE, sheet, cell) if cell else None)


def crowd(count: int, text: str = "sản phẩm", **changes: object):
    """A unit with ``count`` causes of error and as many of warning."""
    errors = [finding("CELL_NOT_NUMBER", at(f"F{row}"), label=f"{text} {row}", value=text) for row in range(1, count + 1)]
    warned = [finding("SELF_ANSWER_BLANK", at(f"G{row}"), label=f"{text} {row}") for row in range(1, count + 1)]
    return ab.returned(*errors, *warned, **changes)


def printed(batch, answer) -> bytes:
    return LETTERS.return_note(return_note(batch, answer), batch.as_of)


def note(batch) -> bytes:
    return printed(batch, answers(batch)[ab.UNIT])


def context(batch):
    return return_note(batch, answers(batch)[ab.UNIT])


def test_the_note_says_what_where_how_who_waits_and_until_when():
    batch, answers_ = ab.demo_answers()
    text = all_text(printed(batch, answers_.plan["DV012"]))
    for said in ("PHIẾU TRẢ LẠI HỒ SƠ", "Kính gửi: Sở Giáo dục Thử Nghiệm", "04 lỗi", "CB0052: K54",
                 "Cách sửa: Kiểm tra và ghi lại.",
                 "Dương Thử Nghiệm Huệ (CB0052)", "trước ngày 25/9/2026",
                 "Trần Minh Họa Văn"):
        assert said in text, said
    assert "Cần bổ sung hoặc xem lại (không phải lỗi)" in all_text(printed(batch, answers_.plan["DV009"]))


def test_errors_stand_before_warnings_and_numbers_run_on():
    shown = context(crowd(1))
    numbers = [[row["no"] for row in shown[kind]] for kind in ("errors", "waits", "awaited", "warnings")]
    assert numbers == [["1"], ["2"], [], ["3"]], "the blank a level waits for stands between"
    assert shown["rest"] == ""


def test_where_there_is_no_room_the_top_causes_are_told_and_the_rest_counted():
    shown = context(crowd(40))
    told = len(shown["errors"])
    assert 3 <= told < 40 and shown["warnings"] == []
    assert shown["rest"] == f"Còn {81 - told:02d} nội dung khác: xem tệp đính kèm (trang «Cần sửa»)."


def test_a_typed_tag_or_markup_comes_out_letter_for_letter():
    text = all_text(note(ab.returned(finding("CELL_NOT_NUMBER", at("F17"), label="Hệ số", value=HARD))))
    assert all(line in text for line in HARD_LINES)


def test_who_signs_is_the_rosters_row_for_the_note_else_the_one_for_the_submission():
    own, other = (context(with_signatures(crowd(1), *rows)) for rows in ((OTHER, OWN), (OTHER,)))
    assert own["sign"]["name"] == "Lê Minh Họa" and own["head"]["number"] == "Số …-PTL/BTCTU"
    assert other["sign"]["name"] == "Trần Minh Họa Văn" and other["head"]["number"] == "", "another paper's series is not its own"
    assert context(with_signatures(crowd(1)))["sign"]["name"] == "…"


def test_the_same_batch_gives_the_same_bytes():
    assert note(crowd(5)) == note(crowd(5))


@pytest.mark.skipif(not (shutil.which("soffice") and shutil.which("pdfinfo")),
                    reason="LibreOffice or poppler-utils is NOT INSTALLED: notes were not laid out")
def test_every_note_is_one_page(tmp_path: Path):
    batch, answers_ = ab.demo_answers()
    long_name = "Trung tâm Nghiên cứu, Ứng dụng và Phát triển Thử nghiệm " * 3
    waiting = crowd(30)
    officers = tuple(dataclasses.replace(item, unit=ab.UNIT, name="Nguyễn Thị Minh Họa Rất Dài " + item.id,
                                         waits_for=("unit_correction",)) for item in waiting.result.officers)
    waiting = dataclasses.replace(waiting, result=dataclasses.replace(waiting.result, officers=officers))
    notes = {unit: printed(batch, answer) for unit, answer in answers_.plan.items()}
    notes |= {"many": note(crowd(40)), "wide": note(crowd(12, "W" * 300)), "words": note(crowd(12, "nhiệm vụ trọng tâm " * 40)),
              "name": note(crowd(40, name=long_name)), "waiting": note(waiting), "hard": note(crowd(3, HARD, name=long_name)),
              "lines": note(crowd(6, "dòng\n" * 30))}
    for name, data in notes.items():
        (tmp_path / f"{name}.docx").write_bytes(data)
    subprocess.run(["soffice", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless", "--convert-to", "pdf",
                    "--outdir", str(tmp_path), *(str(tmp_path / f"{name}.docx") for name in notes)],
                   check=True, capture_output=True, timeout=180)
    pages = {name: _pages(tmp_path / f"{name}.pdf") for name in notes}
    assert set(pages.values()) == {"1"}, pages


def _pages(path: Path) -> str:
    told = subprocess.run(["pdfinfo", str(path)], check=True, capture_output=True, text=True).stdout
    return next(line.split()[1] for line in told.splitlines() if line.startswith("Pages:"))
