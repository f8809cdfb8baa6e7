"""`qeval waive`: one finding of one unit lifted by hand, after the run itself has shown that it is the one meant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from qeval_batch import messages
from qeval_batch.core.period import Period
from qeval_batch.core.text import match_key
from qeval_batch.ledger.acts import load_acts, unwaiving, waiving
from qeval_batch.ledger.store import Ledger
from qeval_batch.model.act import Act
from qeval_batch.model.acts import Waiver
from qeval_batch.model.batch import Batch
from qeval_batch.model.findings import Finding, Severity, Where
from qeval_batch.model.progress import Progress, silent
from qeval_batch.pipeline import decide, load_period, take
from qeval_batch.workspace import CannotRun, Workspace

_SHOWN = 8


@dataclass(frozen=True)
class Wanted:
    """Which finding is meant; what is None is not asked after."""

    unit: str
    code: str
    officer: str | None = None
    sheet: str | None = None
    cell: str | None = None

    def fits(self, code: str, unit: str | None, officer: str | None, sheet: str | None, cell: str | None) -> bool:
        """Whether a finding of this code at this place is meant."""
        return ((self.unit, self.code) == (unit, code) and self.officer in (None, officer)
                and (self.sheet is None or match_key(self.sheet) == match_key(sheet or ""))
                and self.cell in (None, cell))


def waive(workspace: Workspace, period: Period, as_of: datetime, wanted: Wanted, act: Act,
          progress: Progress = silent) -> str:
    """Lift the one finding meant; what was recorded, as one Vietnamese line.

    CannotRun, and nothing recorded, where none or several fit, and where the code is none that may be lifted.
    """
    _refuse_code(wanted.code)
    spec = load_period(workspace, period)
    intake = take(workspace, spec, period, as_of, progress)
    if wanted.unit not in intake.roster.units:
        raise CannotRun(f"Không có đơn vị «{wanted.unit}» trong danh-muc.xlsx.")
    item = _the_one(wanted, decide(intake, spec, period, as_of, progress))
    Ledger(workspace.ledger).append([waiving(period, item, act)], act.at)
    return f"Đã ghi: miễn cho {wanted.unit} lỗi {_line(item.code, item.where)}: {messages.what(item)}"


def unwaive(workspace: Workspace, period: Period, wanted: Wanted, act: Act) -> str:
    """Take a waiver back; what was recorded, as one Vietnamese line. CannotRun where none or several fit."""
    held = load_acts(workspace, period).waived
    fitting = [item for item in held if wanted.fits(item.code, item.unit, item.officer, item.sheet, item.cell)]
    if len(fitting) != 1:
        others = fitting or [item for item in held if item.unit == wanted.unit]
        listed = [_line(item.code, item) for item in others]
        raise CannotRun(f"{_count(len(fitting), 'lần miễn')}.{_listed('Đang miễn', listed)}")
    Ledger(workspace.ledger).append([unwaiving(period, fitting[0], act)], act.at)
    return f"Đã ghi: thôi miễn cho {wanted.unit} lỗi {_line(fitting[0].code, fitting[0])}."


def _refuse_code(code: str) -> None:
    text = messages.catalogue().get(code)
    if text is None:
        raise CannotRun(f"Không có mã phát hiện «{code}»; xem cột cuối trang «Phát hiện» của bao-cao-chay.xlsx.")
    if text.severity is not Severity.ERROR:
        word = messages.words()["severity"][text.severity.value].lower()
        raise CannotRun(f"{code} là {word}, không chặn gì, nên không cần miễn.")
    if not text.waivable:
        raise CannotRun(f"{code} không miễn được: chỗ đó không còn giá trị dùng được nếu không đoán. Sửa ở nguồn "
                        "(danh mục, chính sách) hoặc đề nghị đơn vị gửi lại.")


def _the_one(wanted: Wanted, batch: Batch) -> Finding:
    findings = batch.result.findings
    fitting = [item for item in findings if wanted.fits(item.code, item.where.unit, item.where.officer,
                                                        item.where.sheet, item.where.cell)]
    if len(fitting) == 1 and fitting[0].waived is None:
        return fitting[0]
    if len(fitting) == 1 and (held := fitting[0].waived) is not None:
        raise CannotRun(f"Lỗi này đã được miễn ({held.by}, {held.at[:10]}: {held.reason}).")
    others = fitting or [item for item in findings if item.where.unit == wanted.unit and messages.is_error(item)
                         and messages.catalogue()[item.code].waivable]
    listed = [f"{_line(item.code, item.where)}: {messages.what(item)}" for item in others]
    hint = " Thêm --officer, --sheet, --cell để chỉ đúng một." if fitting else ""
    title = "Các lỗi đó" if fitting else "Lỗi có thể miễn của đơn vị"
    raise CannotRun(f"{_count(len(fitting), 'lỗi')}.{hint}{_listed(title, listed)}")


def _line(code: str, place: Where | Waiver) -> str:
    parts = [part for part in (place.officer, "!".join(filter(None, (place.sheet, place.cell)))) if part]
    return f"{code} ({', '.join(parts)})" if parts else code


def _count(number: int, what: str) -> str:
    return f"Có {number} {what} như vậy" if number else f"Không có {what} nào như vậy"


def _listed(title: str, lines: Sequence[str]) -> str:
    if not lines:
        return f" {title}: không có."
    more = f"\n  … và {len(lines) - _SHOWN} mục nữa" if len(lines) > _SHOWN else ""
    return f" {title}:" + "".join(f"\n  {line}" for line in lines[:_SHOWN]) + more
