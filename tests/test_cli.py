"""The commands as a clerk types them: exit codes, Vietnamese words, nothing lost."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from qeval_batch.cli import cli

ROOT = Path(__file__).resolve().parent.parent


def qeval(*arguments: str, cwd: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    import os

    return subprocess.run([sys.executable, "-m", "qeval_batch", *arguments], cwd=cwd, capture_output=True, text=True,
                          encoding="utf-8", check=False, env={**os.environ, **environment})


@pytest.mark.parametrize(("arguments", "words"), [
    (("run",), "Thiếu tham số 'QUÝ'"), (("run", "2026Q3"), "2026-Q3"), (("chay",), "Không có lệnh"),
    (("run", "2026-Q3", "--gi"), "Không có tùy chọn --gi"), (("run", "2026-Q3", "--as-of", "26/9"), "2026-09-26"),
    (("run", "2026-Q3", "thừa"), "Thừa tham số"),
    (("run", "2026-Q3", "--papers", "x"), "'--papers' chưa đúng: phải là một trong 'core', 'all'"),
    (("run", "2026-Q3", "--workers", "0"), "'--workers' chưa đúng: phải là số nguyên từ 1 đến 64"),
    (("demo", "--units", "ba"), "'--units' chưa đúng: phải là số nguyên từ 4 đến 165"),
    (("run", "2026-Q3", "--unit"), "--unit cần 1 giá trị"), (("run", "2026-Q3", "--dry-run=1"), "--dry-run không nhận giá trị"),
    (("inspect", "không-có.xlsx"), "không thấy «không-có.xlsx»"), (("inspect", "."), "«.» là thư mục; cần một tệp"),
    (("run", "2026-Q3", "--root", __file__), "là tệp; cần một thư mục"), (("what-if", "2026-Q3"), "Thiếu tùy chọn '--policy'"),
])
def test_usage_errors_are_vietnamese_and_exit_2(arguments, words):
    done = qeval(*arguments)
    assert done.returncode == 2 and words in done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize("command", [(), *((name,) for name in cli.cli.commands)])
def test_help_pages_have_no_english(command):
    page = qeval(*command, "--help").stdout
    assert "Cách dùng" in page and not re.search(r"OPTIONS|COMMAND|ARGS|default|required|\.\.\. *$", page, re.MULTILINE)


def test_outside_a_workspace_says_what_to_do(tmp_path):
    done = qeval("run", "2026-Q3", cwd=tmp_path)
    assert done.returncode == 2 and "qeval init" in done.stderr


def test_a_quarter_before_the_first_is_refused(tmp_path):
    assert qeval("init", str(tmp_path / "nơi làm việc")).returncode == 0
    done = qeval("run", "2026-Q1", cwd=tmp_path / "nơi làm việc")
    assert done.returncode == 2 and "quý II năm 2026" in done.stderr


def test_init_never_overwrites(tmp_path):
    assert qeval("init", str(tmp_path)).returncode == 0
    before = (tmp_path / "danh-muc.xlsx").read_bytes()
    done = qeval("init", str(tmp_path))
    assert done.returncode == 2 and "không ghi đè" in done.stderr
    assert (tmp_path / "danh-muc.xlsx").read_bytes() == before


def test_what_cannot_be_taken_in_is_a_finding_not_only_an_outcome(tmp_path):
    import json

    assert qeval("init", str(tmp_path)).returncode == 0
    (tmp_path / "inbox" / "hồ sơ.zip").write_bytes(b"PK")
    assert qeval("run", "2026-Q3", "--as-of", "2026-09-26", cwd=tmp_path).returncode == 1
    result = json.loads((tmp_path / "outbox" / "2026-Q3" / "results.json").read_text("utf-8"))
    assert [(item["code"], item["file"]) for item in result["findings"]] == [("CONTAINER_DAMAGED", "hồ sơ.zip")]
    assert [item["outcome"] for item in result["files"]] == ["rejected"]


def test_a_fresh_workspace_goes_from_templates_to_an_empty_run(tmp_path):
    assert qeval("init", str(tmp_path)).returncode == 0
    assert qeval("forms", "check", cwd=tmp_path).returncode == 0
    assert qeval("templates", "2026-Q3", cwd=tmp_path).returncode in (0, 1)
    assert sorted((tmp_path / "outbox" / "2026-Q3-bieu-mau").rglob("*.xlsx"))
    done = qeval("run", "2026-Q3", "--as-of", "2026-09-26", cwd=tmp_path)
    assert done.returncode == 1 and "Chưa nộp" in done.stdout
    assert (tmp_path / "outbox" / "2026-Q3" / "results.json").exists()


def test_a_second_batch_says_who_holds_the_workspace(tmp_path):
    from qeval_batch.workspace import locked, open_workspace

    assert qeval("init", str(tmp_path)).returncode == 0
    with locked(open_workspace(tmp_path)):
        done = qeval("run", "2026-Q3", cwd=tmp_path)
    assert done.returncode == 2 and "tiến trình" in done.stderr
    assert qeval("run", "2026-Q3", "--dry-run", cwd=tmp_path).returncode == 1


def test_one_unit_is_named_in_any_spelling_and_promises_no_file_that_is_not_there(tmp_path):
    assert qeval("init", str(tmp_path)).returncode == 0
    done = qeval("run", "2026-Q3", "--as-of", "2026-09-26", "--unit", " dv01 ", cwd=tmp_path)
    assert done.returncode == 1 and "outbox/2026-Q3-DV01" in done.stdout.replace("\\", "/")
    assert "Nên mở trước" not in done.stdout
    assert qeval("templates", "2026-Q3", "--unit", "dv01", cwd=tmp_path).returncode == 0


def test_dry_run_writes_nothing(tmp_path):
    assert qeval("init", str(tmp_path)).returncode == 0
    done = qeval("run", "2026-Q3", "--dry-run", cwd=tmp_path)
    assert "Chạy thử" in done.stdout and not any((tmp_path / "outbox").iterdir())


def test_output_survives_a_console_that_is_not_utf8(tmp_path):
    assert qeval("init", str(tmp_path)).returncode == 0
    done = qeval("run", "2026-Q3", "--dry-run", cwd=tmp_path, LC_ALL="C", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert done.returncode == 1 and "Traceback" not in done.stderr


def test_a_defect_is_one_line_and_a_report(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(cli.cli, "main", lambda **kwargs: 1 / 0)
    with pytest.raises(SystemExit) as stopped:
        cli.main([])
    assert stopped.value.code == 2
    assert len(capsys.readouterr().err.strip().splitlines()) == 1
    assert "ZeroDivisionError" in (tmp_path / "qeval-loi.txt").read_text("utf-8")


def test_a_defect_where_nothing_may_be_written_is_still_one_line(tmp_path, monkeypatch, capsys):
    real = Path.write_text

    def refuse(self, *args, **more):
        if self.parent == tmp_path:
            raise PermissionError(13, "no")
        return real(self, *args, **more)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(Path, "write_text", refuse)
    monkeypatch.setattr(cli.cli, "main", lambda **kwargs: 1 / 0)
    with pytest.raises(SystemExit) as stopped:
        cli.main([])
    line = capsys.readouterr().err.strip()
    assert stopped.value.code == 2 and len(line.splitlines()) == 1 and "qeval-loi.txt" in line
    assert not (tmp_path / "qeval-loi.txt").exists()


def test_a_fault_of_the_disk_is_told_in_vietnamese(monkeypatch, capsys):
    def full(**kwargs):
        raise OSError(28, "No space left on device", "outbox/x")
    monkeypatch.setattr(cli.cli, "main", full)
    with pytest.raises(SystemExit) as stopped:
        cli.main([])
    said = capsys.readouterr().err
    assert stopped.value.code == 2 and "«outbox/x»: ổ đĩa đầy" in said and "device" not in said


def test_every_command_is_in_the_readme():
    readme = (ROOT / "README.md").read_text("utf-8")
    for name in cli.cli.commands:
        assert re.search(rf"qeval {name}\b", readme), name


def test_terminal_output_fits_80_columns(tmp_path):
    assert qeval("init", str(tmp_path)).returncode == 0
    done = qeval("run", "2026-Q3", "--dry-run", cwd=tmp_path)
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_a_mail_s_own_words_cannot_steer_the_terminal(tmp_path):
    root = tmp_path / "w"
    assert qeval("init", str(root)).returncode == 0
    (tmp_path / "a.eml").write_bytes(b"From: a@dv001.example\r\nTo: b@example.vn\r\nMessage-ID: <\x1b]0;x\x07@y>\r\n\r\nx")
    shown = qeval("inspect", str(tmp_path / "a.eml"), "--root", str(root)).stdout
    assert "<]0;x@y>" in shown and not {"\x1b", "\x07"} & set(shown)
    refused = qeval("invalidate", "2026-Q3", "a\x1b[2Jb.xlsx", "--by", "A", "--reason", "B", "--root", str(root))
    assert refused.returncode == 2 and "«a[2Jb.xlsx»" in refused.stderr


def test_inspect_opens_a_mail_and_tells_the_workbook_in_it(tmp_path):
    import io
    import json
    import zipfile

    from demo_intake import province

    root = province().workspace.root
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("Sở A/biểu.xlsx", (root / "inbox" / "DV001_2026-Q3.xlsx").read_bytes())
        archive.writestr("ghi chú.txt", "x")
        archive.writestr("hỏng.xlsx", b"PK\x03\x04")
    (tmp_path / "gói.zip").write_bytes(packed.getvalue())
    done = qeval("inspect", str(tmp_path / "gói.zip"), "--root", str(root), "--json")
    told = json.loads(done.stdout)
    assert done.returncode == 1 and [item["file"] for item in told["members"]] == [
        "gói.zip/Sở A/biểu.xlsx", "gói.zip/ghi chú.txt", "gói.zip/hỏng.xlsx"]
    assert told["members"][0]["stamp"]["unit"] == "DV001" and told["members"][1]["why"]
    shown = qeval("inspect", str(tmp_path / "gói.zip"), "--root", str(root)).stdout
    assert "Bên trong: 3 tệp" in shown and "Dấu nhận dạng: loại don-vi, đơn vị DV001" in shown
