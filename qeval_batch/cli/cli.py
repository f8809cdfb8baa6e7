"""The command line: parse, call, print, exit code. No logic; the clock is asked here and nowhere below."""

from __future__ import annotations

import errno
import os
import sys
import traceback
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from qeval_batch import __version__, messages
from qeval_batch.cli import cli_acts, procedure
from qeval_batch.cli.arguments import Id, Moment, QuarterParam, Whole
from qeval_batch.cli.defect import sentence, write_report
from qeval_batch.cli.help import VietnameseGroup, usage_error
from qeval_batch.cli.options import as_of as _as_of
from qeval_batch.cli.options import future as _future
from qeval_batch.cli.options import period as _period
from qeval_batch.cli.options import progress as _progress
from qeval_batch.cli.options import quiet as _quiet
from qeval_batch.cli.options import root as _root
from qeval_batch.commands.init import create
from qeval_batch.core.files import Barred
from qeval_batch.core.period import VIETNAM_TIME, Period
from qeval_batch.core.say import say
from qeval_batch.core.text import on_screen
from qeval_batch.model.findings import Finding
from qeval_batch.model.hand_edits import HandEdits
from qeval_batch.workspace import CannotRun, locked, open_workspace

CLEAN, FINDINGS, CANNOT_RUN, INTERRUPTED = 0, 1, 2, 130
_OS_REASONS = {errno.EACCES: "không có quyền", errno.EPERM: "không có quyền", errno.ENOSPC: "ổ đĩa đầy",
               errno.EROFS: "ổ đĩa chỉ đọc", errno.ENOENT: "không thấy tệp hoặc thư mục",
               errno.ENOTDIR: "đây là tệp, cần một thư mục", errno.EISDIR: "đây là thư mục, cần một tệp",
               errno.EEXIST: "đã có sẵn", errno.EBUSY: "đang được dùng", errno.EIO: "lỗi ổ đĩa"}


@click.group(cls=VietnameseGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="qeval", message="%(prog)s %(version)s", help="In phiên bản rồi thoát.")
@click.pass_context
def cli(context: click.Context) -> None:
    """Đánh giá, xếp loại cán bộ lãnh đạo, quản lý hằng quý: từ thư mục hồ sơ đơn vị gửi về đến bảng tổng hợp,
    thứ tự đề nghị và dự thảo văn bản. Quý viết dạng 2026-Q3."""
    context.obj = _now


@cli.command()
@click.argument("target", type=click.Path(file_okay=False, path_type=Path), metavar="DIR")
def init(target: Path) -> None:
    """Tạo thư mục làm việc mới: biểu mẫu, mẫu văn bản, danh mục mẫu."""
    workspace = create(target, created=_now())
    click.echo(say("cli.cli.created", root=workspace.root))
    click.echo(say("cli.cli.next"))


@cli.command()
@click.option("--units", type=Whole(4, 165), default=20, show_default=True, metavar="N",
              help="Số đơn vị của tỉnh giả định, từ 4 đến 165.")
@click.option("--dir", "target", type=click.Path(file_okay=False, path_type=Path), default=Path("demo"), metavar="DIR",
              help="Nơi tạo (mặc định: ./demo).")
@_quiet
def demo(units: int, target: Path, no_progress: bool) -> None:
    """Dựng một tỉnh giả định và chạy trọn một quý trên đó."""
    from qeval_batch.cli.console import print_demo, print_summary
    from qeval_batch.demo.build import DEMO_AS_OF, DEMO_PERIOD, build_demo, clear_demo
    from qeval_batch.intake.scan import read_arrival
    from qeval_batch.ledger.record import record
    from qeval_batch.pipeline import load_period, publish, run

    clear_demo(target)
    workspace = create(target, sample_roster=False, created=DEMO_AS_OF)
    with locked(workspace), _progress(no_progress) as progress:
        summary = build_demo(workspace.root, units, load_period(workspace, DEMO_PERIOD), DEMO_PERIOD, DEMO_AS_OF,
                             lambda items: progress(items, say("cli.cli.building")))
        batch = run(workspace, DEMO_PERIOD, DEMO_AS_OF, progress)
        folder = publish(workspace, batch, "all", progress=progress)
        record(workspace, batch, folder, read_arrival)
    print_demo(summary)
    print_summary(batch, folder)


@cli.group(cls=VietnameseGroup)
def forms() -> None:
    """Biểu mẫu và chính sách."""


@forms.command()
@_root
@click.option("--quarter", "period", type=QuarterParam(),
              help="Kiểm tra chính sách của quý này (mặc định: quý hiện tại).")
def check(root: Path, period: Period | None) -> None:
    """Soát biểu mẫu, chính sách và mẫu văn bản; chỉ rõ tệp và dòng."""
    from qeval_batch.commands.forms_check import check as lint

    workspace = open_workspace(root)
    problems = lint(workspace.forms, workspace.templates, (period or _this_quarter()).end)
    for problem in problems:
        click.echo(str(problem))
    if problems:
        raise CannotRun(say("cli.cli.forms_faulty", count=len(problems)))
    click.echo(say("cli.cli.forms_clean"))


@cli.group(cls=VietnameseGroup)
def roster() -> None:
    """Danh mục đơn vị, cán bộ, nhóm tương đồng."""


@roster.command("check")
@_root
@click.option("--quarter", "period", type=QuarterParam(), help="Soát cho quý này (mặc định: quý hiện tại).")
def check_roster(root: Path, period: Period | None) -> None:
    """Soát danh-muc.xlsx trước khi gửi biểu: mọi điều một lần chạy sẽ nêu về danh mục, từng ô."""
    from qeval_batch.cli.console import print_roster_findings
    from qeval_batch.commands.roster_check import check_roster as check_all

    checked = check_all(open_workspace(root), period or _this_quarter())
    click.echo(say("cli.cli.roster_size", units=len(checked.roster.units), officers=len(checked.roster.officers),
                   groups=len(checked.roster.groups)))
    for note in checked.notes:
        click.echo(note)
    if print_roster_findings(checked.findings):
        sys.exit(FINDINGS)
    click.echo(say("cli.cli.roster_clean"))


@cli.command()
@_period
@_root
@click.option("--unit", type=Id(), metavar="MÃ", help="Chỉ đơn vị này.")
@click.option("--kind", metavar="LOẠI", default="don-vi", show_default=True,
              help="Loại biểu: don-vi bộ biểu của đơn vị; bao-cao-ket-qua xác nhận số ước; "
                   "danh-gia-truc cơ quan đánh giá theo trục; so-nhan sổ nhận trống.")
@click.option("--per-officer", is_flag=True, help="Mỗi cán bộ một tệp, phần của tập thể một tệp.")
@_future
@_as_of
@_quiet
def templates(period: Period, root: Path, unit: str | None, kind: str, per_officer: bool, future: bool,
              as_of: datetime | None, no_progress: bool) -> None:
    """Tạo biểu gửi các đơn vị, cơ quan điền."""
    from qeval_batch.cli.console import print_edits, print_roster_findings
    from qeval_batch.commands.templates import write_templates
    from qeval_batch.commands.templates_kinds import write_kind
    from qeval_batch.pipeline import refuse_not_begun

    workspace = open_workspace(root)
    own = kind == "don-vi"
    if not future and kind != "so-nhan":
        refuse_not_begun(period, as_of or _now())
    if per_officer and not own:
        raise CannotRun(say("cli.cli.per_officer_own"))
    with locked(workspace), _progress(no_progress) as progress:
        written = write_templates(workspace, period, as_of or _now(), unit, per_officer, progress) if own else \
            write_kind(workspace, kind, period, as_of or _now(), unit, progress)
    papers = say("cli.cli.papers", papers=written.papers, units=written.units) if own else ""
    click.echo(say("cli.cli.templates_made", workbooks=written.workbooks, papers=papers, folder=_shown(written.folder)))
    for note in written.notes:
        click.echo(note)
    print_edits(written.edits)
    if print_roster_findings(written.findings):
        sys.exit(FINDINGS)


@cli.command()
@_period
@_root
@click.option("--dry-run", is_flag=True, help="Chạy và báo kết quả, không ghi vào outbox.")
@_future
@_as_of
@click.option("--unit", type=Id(), metavar="MÃ", help="Chỉ xuất văn bản của đơn vị này (vẫn tính trên toàn tỉnh).")
@click.option("--papers", type=click.Choice(["core", "all"]), default="core", show_default=True,
              help="core: bảng và văn bản cho cuộc họp; all: thêm văn bản từng đơn vị, từng cán bộ.")
@click.option("--workers", type=Whole(1, 64), default=1, show_default=True, metavar="N",
              help="Số tiến trình cùng đọc hồ sơ; kết quả không đổi theo số này.")
@_quiet
def run(period: Period, root: Path, dry_run: bool, future: bool, as_of: datetime | None, unit: str | None,
        papers: Any, workers: int, no_progress: bool) -> None:
    """Nhận, kiểm tra, chấm điểm, xếp mức, xếp thứ tự đề nghị và xuất bảng, văn bản."""
    from qeval_batch import pipeline
    from qeval_batch.cli.console import needs_attention, print_edits, print_summary
    from qeval_batch.intake.scan import read_arrival
    from qeval_batch.ledger.record import record

    workspace = open_workspace(root)
    if not future:
        pipeline.refuse_not_begun(period, as_of or _now())
    with locked(workspace), _progress(no_progress) as progress:
        batch = pipeline.run(workspace, period, as_of or _now(), progress, workers)
        if unit is not None and unit not in batch.roster.units:
            raise CannotRun(say("cli.cli.no_unit", unit=unit))
        edits: list[HandEdits] = []
        faults: list[Finding] = []
        folder = None if dry_run else pipeline.publish(workspace, batch, papers, unit, progress, edits.append,
                                                       faults.append)
        recorded = None if folder is None else record(workspace, batch, folder, read_arrival, unit)
    print_summary(batch, folder)
    for found in edits:
        print_edits(found)
    for name in recorded.changed if recorded is not None else ():
        click.echo(on_screen(say("cli.cli.changed_meanwhile", file=name)), err=True)
    for fault in faults:
        click.echo(on_screen(messages.message(fault)), err=True)
    sys.exit(FINDINGS if faults or needs_attention(batch) else CLEAN)


@cli.command()
@_period
@_root
@_as_of
@click.option("--all", "whole", is_flag=True, help="Kê tên mọi đơn vị chưa nộp, bị trả lại, nộp chậm.")
@_quiet
def status(period: Period, root: Path, as_of: datetime | None, whole: bool, no_progress: bool) -> None:
    """Tình hình hồ sơ: đã nhận, trả lại, chưa nộp theo khối; còn mấy ngày đến từng thời hạn; đang chờ ai."""
    from qeval_batch import pipeline
    from qeval_batch.cli.console import needs_attention
    from qeval_batch.commands.status import lines, silent_bodies, stages
    from qeval_batch.render.overview import overview

    workspace = open_workspace(root)
    with locked(workspace), _progress(no_progress) as progress:
        batch = pipeline.run(workspace, period, as_of or _now(), progress)
    click.echo("\n".join(lines(overview(batch), stages(batch), silent_bodies(batch), whole=whole)))
    sys.exit(FINDINGS if needs_attention(batch) else CLEAN)


@cli.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="TỆP")
@_root
@click.option("--json", "as_json", is_flag=True, help="In JSON.")
def inspect(file: Path, root: Path, as_json: bool) -> None:
    """Cho xem chương trình đọc được gì trong một tệp."""
    from qeval_batch.commands.inspect_file import look

    report = look(open_workspace(root), file, _now().date())
    click.echo(report.as_json() if as_json else on_screen("\n".join(report.lines())))
    sys.exit(FINDINGS if report.errors else CLEAN)


@cli.command()
@_period
@click.argument("officer", type=Id(), metavar="MÃ_CÁN_BỘ")
@_root
@_as_of
@click.option("--sheet", is_flag=True, help="Ghi thêm trang Diễn giải để in vào outbox/QUÝ-dien-giai/.")
@_quiet
def explain(period: Period, officer: str, root: Path, as_of: datetime | None, sheet: bool, no_progress: bool) -> None:
    """Diễn giải điểm, mức và thứ tự của một cán bộ: từng ô, từng phép tính, từng căn cứ."""
    from qeval_batch.cli.console import print_edits
    from qeval_batch.explain import explain as explaining
    from qeval_batch.explain.text import lines

    workspace = open_workspace(root)
    with locked(workspace), _progress(no_progress) as progress:
        found, batch = explaining.explain_officer(workspace, period, as_of or _now(), officer, progress)
        written, edits = None, None
        if sheet:
            from qeval_batch.explain.sheet import write

            written, edits = write(found, workspace.explanations(period))
    click.echo("\n".join(lines(found)))
    print_edits(edits)
    if written is not None:
        click.echo(say("cli.cli.printable", file=_shown(written)))
    sys.exit(FINDINGS if explaining.open_matter(found, batch.result.officer(officer)) else CLEAN)


@cli.command("what-if")
@_period
@click.option("--policy", "policy", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=True,
              metavar="TỆP", help="Tệp YAML gồm các dòng «khóa chính sách: giá trị thử».")
@_root
@_as_of
@_quiet
def what_if(period: Period, policy: Path, root: Path, as_of: datetime | None, no_progress: bool) -> None:
    """Thử giá trị khác của chính sách trên cùng hồ sơ: ai đổi mức, vì sao, số lượng theo nhóm trước và sau."""
    from qeval_batch.cli.console import print_edits
    from qeval_batch.pipeline import load_period
    from qeval_batch.whatif.compare import try_policy
    from qeval_batch.whatif.overlay import load_trial
    from qeval_batch.whatif.sheet import write
    from qeval_batch.whatif.text import lines

    workspace = open_workspace(root)
    with locked(workspace), _progress(no_progress) as progress:
        base = load_period(workspace, period)
        found = try_policy(workspace, period, as_of or _now(), base, load_trial(policy, workspace.forms, base), progress)
        written, edits = write(found, workspace.trials(period))
    click.echo("\n".join(lines(found)))
    click.echo(say("cli.cli.comparison", file=_shown(written)))
    print_edits(edits)


for _act in (procedure.skip, procedure.ask, procedure.confirm, cli_acts.invalidate, cli_acts.waive, cli_acts.assign):
    cli.add_command(_act)


@cli.command("fetch-mail")
@_root
@click.option("--host", required=True, metavar="MÁY_CHỦ", help="Máy chủ IMAP, kết nối bằng TLS.")
@click.option("--port", type=Whole(1, 65535), default=993, show_default=True, metavar="N", help="Cổng.")
@click.option("--user", required=True, metavar="TÊN", help="Tên đăng nhập hộp thư.")
@click.option("--folder", default="INBOX", show_default="INBOX", metavar="THƯ_MỤC", help="Thư mục thư cần lấy.")
@click.option("--since", type=Moment(), metavar="NGÀY", help="Chỉ thư đến từ ngày này.")
@click.option("--ca", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="TỆP",
              help="Chứng thư (PEM) của máy chủ, nếu cơ quan dùng chứng thư riêng.")
@_quiet
def fetch_mail(root: Path, host: str, port: int, user: str, folder: str, since: datetime | None, ca: Path | None,
               no_progress: bool) -> None:
    """Lấy thư mới từ hộp thư vào inbox/thu; không xóa, không đánh dấu gì trên máy chủ.

    Mật khẩu lấy từ biến môi trường QEVAL_IMAP_PASSWORD, nếu không có thì hỏi."""
    from qeval_batch.commands import fetch_mail as fetching

    workspace = open_workspace(root)
    account = fetching.Account(host, user, port, folder, ca)
    password = os.environ.get("QEVAL_IMAP_PASSWORD") or \
        click.prompt(say("cli.cli.password", user=user), hide_input=True, err=True)
    with locked(workspace), _progress(no_progress) as progress:
        fetched = fetching.fetch_mail(workspace, account, password, since.date() if since else None, _now(),
                                      lambda items: progress(items, say("cli.cli.fetching")))
    click.echo(say("cli.cli.fetched", count=len(fetched.files), folder=_shown(workspace.inbox / "thu"),
                   known=fetched.known))
    for mail in fetched.too_big:
        click.echo(say("cli.cli.mail_too_large", day=mail))
    sys.exit(FINDINGS if fetched.too_big else CLEAN)


@cli.command()
@_root
def verify(root: Path) -> None:
    """Đối chiếu sổ cái, bản gốc đã lưu và kết quả trong outbox với mã băm đã ghi."""
    from qeval_batch.ledger.verify import verify as verify_all

    workspace = open_workspace(root)
    with locked(workspace):
        verdict = verify_all(workspace)
    for line in verdict.lines():
        click.echo(on_screen(line))
    sys.exit(FINDINGS if verdict.faults else CLEAN)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and leave with its exit code; a defect becomes one line and a report file."""
    from qeval_batch.roster.problem import RosterError
    from qeval_batch.spec.yamlio import SpecError

    _speak_utf8()
    try:
        cli.main(args=list(arguments) if arguments is not None else None, prog_name="qeval", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        sys.exit(CANNOT_RUN)
    except click.UsageError as error:
        _stop(usage_error(error), CANNOT_RUN)
    except (CannotRun, SpecError, RosterError, Barred) as error:
        _stop(str(error), CANNOT_RUN)
    except (KeyboardInterrupt, click.Abort):
        _stop(say("cli.cli.interrupted"), INTERRUPTED)
    except OSError as error:
        where = f" «{error.filename}»" if error.filename else ""
        why = _OS_REASONS.get(error.errno or 0, str(error.strerror or error))
        _stop(say("cli.cli.os_error", where=where, why=why), CANNOT_RUN)
    except Exception as fault:  # the one place a defect is caught: it must reach the clerk as a line, not a traceback
        report = write_report(f"qeval {__version__} {sys.version}\n{sys.argv}\n\n{traceback.format_exc()}")
        _stop(sentence(fault, report), CANNOT_RUN)


def _stop(message: str, code: int) -> None:
    click.echo(on_screen(message), err=True)
    sys.exit(code)


def _now() -> datetime:
    return datetime.now(VIETNAM_TIME).replace(microsecond=0)


def _this_quarter() -> Period:
    today = _now().date()
    return Period(today.year, (today.month - 1) // 3 + 1)


def _shown(path: Path) -> str:
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def _speak_utf8() -> None:
    """A console that is no terminal or not UTF-8 must not end the batch."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
