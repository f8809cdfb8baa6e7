"""The papers as a layout program sees them: pages, page numbers, repeated header rows, no text beyond the margin."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from batch_builders import large, province
from letter_builders import with_sheet, with_signatures

from qeval_batch.model.roster import Signature
from qeval_batch.render.letters.letters import Letters

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
# 15 mm right margin of a page 210 mm wide, in points, with a hair's breadth for hanging punctuation.
RIGHT_EDGE = (210 - 15) / 25.4 * 72 + 1

pytestmark = pytest.mark.skipif(not (shutil.which("soffice") and shutil.which("pdftotext")),
                                reason="LibreOffice or poppler-utils is NOT INSTALLED: papers were not laid out")


@pytest.fixture(scope="module")
def pages(tmp_path_factory) -> dict[str, list[str]]:
    """Every paper in one conversion; each page as text in layout order."""
    folder = tmp_path_factory.mktemp("papers")
    letters, batch = Letters(TEMPLATES), with_sheet(province(), "CB0021", products=30)
    batch = with_signatures(batch, Signature("to-trinh-ban-thuong-vu", None, "K/T TRƯỞNG BAN", "PHÓ TRƯỞNG BAN",
                                             "Trần Minh Họa Văn", "…-TTr/BTCTU", "Nơi Mẫu"))
    unit, officers = batch.roster.units["DV020"], tuple(batch.roster.officers.values())
    crowd = large(20, batch.spec)
    papers = {
        "btv": letters.to_trinh_btv(batch), "mau7": letters.mau7(batch, batch.result.officer("CB0021")),
        "mau8": letters.mau8(crowd, crowd.result.officers, "Cả tỉnh"), "unit": letters.to_trinh_unit(batch, "DV020"),
        "minutes": letters.blank_bien_ban(batch.spec, batch.period, unit, officers, ()),
    }
    for name, data in papers.items():
        (folder / f"{name}.docx").write_bytes(data)
    subprocess.run(["soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to",
                    "pdf", "--outdir", str(folder), *(str(folder / f"{name}.docx") for name in papers)],
                   check=True, capture_output=True, timeout=180)
    return {name: _text(folder / f"{name}.pdf", "-layout").split("\f")[:-1] for name in papers} | {
        f"{name}.boxes": [_text(folder / f"{name}.pdf", "-bbox")] for name in papers}


def _text(path: Path, option: str) -> str:
    return subprocess.run(["pdftotext", option, str(path), "-"], check=True, capture_output=True, text=True).stdout


@pytest.mark.parametrize("name", ["btv", "mau7", "mau8", "unit", "minutes"])
def test_page_numbers_run_from_the_second_page(pages, name):
    firsts = [next(line.strip() for line in page.splitlines() if line.strip()) for page in pages[name]]
    assert len(firsts) > 1 and not firsts[0].isdigit()
    assert firsts[1:] == [str(number) for number in range(2, len(firsts) + 1)]


def test_mau_7_takes_two_pages_before_its_product_list(pages):
    assert "DANH MỤC SẢN PHẨM" in pages["mau7"][2]
    assert not any("DANH MỤC SẢN PHẨM, CÔNG VIỆC" in page for page in pages["mau7"][:2])
    assert "XÁC NHẬN CỦA" in pages["mau7"][1]


def test_header_rows_stand_on_every_page_of_a_long_table(pages):
    assert len(pages["mau8"]) > 5
    # The last page may hold the signatures alone.
    assert all("(7)" in page and "Họ và tên" in page for page in pages["mau8"][:-1])
    assert sum("Thời hạn" in page for page in pages["mau7"]) == len(pages["mau7"]) - 2 > 1


@pytest.mark.parametrize("name", ["btv", "mau7", "unit", "minutes"])
def test_no_word_stands_beyond_the_right_margin(pages, name):
    edges = [float(value) for value in re.findall(r'xMax="([\d.]+)"', pages[f"{name}.boxes"][0])]
    assert edges and max(edges) <= RIGHT_EDGE


@pytest.mark.parametrize(("name", "mark"), [("btv", "Nơi nhận:"), ("minutes", "CHỦ TRÌ"), ("mau8", "NGƯỜI LẬP BIỂU")])
def test_who_signs_never_stands_alone_on_a_page(pages, name, mark):
    page = next(page for page in pages[name] if mark in page)
    before = [line for line in page.split(mark)[0].splitlines() if line.strip() and not line.strip().isdigit()]
    assert before


@pytest.mark.parametrize("name", ["btv", "mau7", "unit", "minutes"])
def test_the_party_title_stands_on_one_line(pages, name):
    assert "ĐẢNG CỘNG SẢN VIỆT NAM" in re.sub(r" +", " ", pages[name][0])
