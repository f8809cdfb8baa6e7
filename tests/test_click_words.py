"""click speaks Vietnamese: every word of it a person can meet has its own, filled with click's own slots."""

from __future__ import annotations

import ast
import gettext
import importlib.util
import re
import string
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from qeval_batch.cli.help import VietnameseCommand, VietnameseGroup

ROOT = Path(__file__).resolve().parent.parent
_MAKER = importlib.util.spec_from_file_location("make_click_mo", ROOT / "docs" / "make_click_mo.py")
assert _MAKER and _MAKER.loader
maker = importlib.util.module_from_spec(_MAKER)
_MAKER.loader.exec_module(maker)
PO = maker.entries((maker.FOLDER / "messages.po").read_text("utf-8"))

# Said to whoever writes a command wrongly, or of what this program never asks of click (editors, shells, colours).
_NOT_FOR_USERS = re.compile(r"Arguments take exactly|Boolean option|Could not determine name|No options defined|Name '"
                            r"|Invalid start character|Unknown color|Unknown standard stream|Choice\(|\{editor\}|d$"
                            r"|Couldn't detect|Shell completion|Windows error")


def _asked() -> set[str]:
    """Every text the installed click looks up, a plural behind a zero."""
    found = set()
    for path in Path(click.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("_", "ngettext"):
                texts = [item.value for item in node.args if isinstance(item, ast.Constant)]
                if texts:
                    found.add("\0".join(texts))
    return found


def _slots(text: str) -> set[str]:
    return {name for part in text.split("\0") for _, name, _, _ in string.Formatter().parse(part) if name}


def test_every_word_of_click_a_user_can_meet_is_translated():
    asked = {text for text in _asked() if not _NOT_FOR_USERS.match(text)}
    assert len(asked) > 40 and asked - set(PO) == set()


@pytest.mark.parametrize("text", sorted(PO))
def test_a_translation_fills_only_slots_click_gives(text):
    assert PO[text] and _slots(PO[text]) <= _slots(text)


def test_the_compiled_catalogue_is_the_text():
    text = (maker.FOLDER / "messages.po").read_text("utf-8")
    assert (maker.FOLDER / "messages.mo").read_bytes() == maker.compiled(text), "run: python docs/make_click_mo.py"
    with (maker.FOLDER / "messages.mo").open("rb") as file:
        read = gettext.GNUTranslations(file)
    for text, said in PO.items():
        one, _, many = text.partition("\0")
        if text and not many:
            assert read.gettext(one) == said
        elif many:
            assert read.ngettext(one, many, 1) == read.ngettext(one, many, 2) == said


def test_whatever_the_machine_speaks_click_speaks_vietnamese(monkeypatch):
    monkeypatch.setenv("LANG", "C")
    monkeypatch.setenv("LC_ALL", "C")
    assert gettext.gettext("Options") == "Tùy chọn"


_ENGLISH = re.compile(r"\b(Usage|Error|Try|Options|Commands|Missing|Invalid|default|required|Aborted|Got|No such)\b")


@click.group(cls=VietnameseGroup)
def tool() -> None:
    """Công cụ."""


@tool.command("cat", cls=VietnameseCommand)
@click.argument("source", type=click.Path(exists=True, dir_okay=False), metavar="TỆP")
@click.option("--kind", type=click.Choice(["gọn", "đủ"]), required=True, help="Kiểu.")
@click.option("--count", type=int, default=1, show_default=True, help="Số lần.")
@click.option("--pair", nargs=2, help="Hai giá trị.")
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="Ngày.")
@click.option("--flag", is_flag=True, help="Có.")
def cut(**_: object) -> None:
    """Cắt."""
    click.confirm("Cắt?", abort=True)


@pytest.mark.parametrize(("arguments", "words"), [
    ("", "Cách dùng:"), ("--help", "Lệnh:"), ("cat --help", "[mặc định: 1]"), ("cat --help", "[bắt buộc]"),
    ("cát", "Không có lệnh cát."), ("cat", "Thiếu tham số 'TỆP'."),
    ("cat {file}", "Thiếu tùy chọn '--kind'. Chọn một trong:"),
    ("cat khong-co", "không thấy «khong-co»"), ("cat {folder}", "là thư mục; cần một tệp"),
    ("cat {file} --kind x", "phải là một trong 'gọn', 'đủ', không phải «x»"),
    ("cat {file} --kin gọn", "Có phải: "),
    ("cat {file} --kind", "cần 1 giá trị"), ("cat {file} --kind gọn --pair a", "cần 2 giá trị"),
    ("cat {file} --kind gọn --flag=1", "không nhận giá trị"),
    ("cat {file} --kind gọn --count ba", "phải là số, không phải «ba»"),
    ("cat {file} --kind gọn --day x", "phải viết dạng"), ("cat {file} --kind gọn a b", "Thừa tham số: a b."),
    ("cat {file} --kind gọn", "Đã dừng."),
])
def test_what_a_person_meets_of_click_has_no_english(tmp_path, arguments, words):
    (tmp_path / "file").write_text("")
    typed = arguments.format(file=tmp_path / "file", folder=tmp_path).split()
    page = CliRunner().invoke(tool, typed, input="n\n").output
    assert words in page
    assert not _ENGLISH.search(page)
