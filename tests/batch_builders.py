"""A hand-made batch for the tests of tables and papers: every status, a cut, a tie, a group that waits, a small group.

The persons and places are fictional. ``province`` is realistic and small; ``empty`` has nobody; ``large`` is for size.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from places import spot

from qeval_batch.core.cells import RowRef
from qeval_batch.core.period import Period
from qeval_batch.model.batch import Batch
from qeval_batch.model.findings import Finding, Part, Where, finding, in_order
from qeval_batch.model.records import AXES, CollectiveSheet, Excuse, OfficerSheet, Product, Proposal, Task, UnitRecord
from qeval_batch.model.results import (
    Answer,
    Choice,
    Counts,
    FileResult,
    Flag,
    GroupResult,
    Individual,
    Levels,
    OfficerResult,
    Order,
    OwnCollective,
    RunResult,
    Scope,
    Status,
    UnitResult,
)
from qeval_batch.model.roster import Change, Group, Officer, Roster, Signature, Unit
from qeval_batch.model.trace import AxisScore, Score, Step
from qeval_batch.spec.load import Spec, load_spec

FORMS = Path(__file__).resolve().parent.parent / "forms"
PERIOD = Period(2026, 3)
AS_OF = datetime(2026, 9, 26, 8, 0, tzinfo=timezone(timedelta(hours=7)))
_AT = RowRef("danh-muc.xlsx", "Cán bộ", 2)
_WAITING = (Status.PENDING, Status.MISSING, Status.REVIEW, Status.INSUFFICIENT)
_NO_EXCUSE = Excuse(None, None, None, False)

_UNITS = (
    ("DV001", "Văn phòng Tỉnh ủy Mẫu", "dang"), ("DV002", "Ban Tổng hợp và Nghiên cứu Mẫu", "dang"),
    ("DV010", "Ủy ban Mặt trận Mẫu", "mttq"), ("DV020", "Sở Thử nghiệm và Công nghệ Mẫu", "ubnd"),
    ("DV021", "Trung tâm Sự nghiệp Mẫu", "ubnd"), ("DV030", "Đảng ủy xã Suối Mẫu", "xa"),
    ("DV031", "Đảng ủy xã Đồi Mẫu", "xa"), ("DV032", "Đảng ủy phường D'Mẫu 2", "xa"),
    ("DV033", "Đảng ủy xã Thác Mẫu Rất Xa Trung Tâm Hành Chính Của Tỉnh", "xa"), ("DV034", "Đảng ủy xã Đồng Mẫu", "xa"),
)
_GROUPS = (
    ("N01", "Bí thư đảng ủy xã, phường, đặc khu", True), ("N02", "Phó Bí thư đảng ủy xã: Chủ tịch/Phó Chủ tịch", True),
    ("N03", "Người đứng đầu các cơ quan tham mưu, giúp việc", True), ("N04", "Cấp phó sở, ban, ngành [khối 1]", True),
    ("N05", "Nhóm thí điểm không áp dụng tỷ lệ", False),
)
_LONG = ("Hoàn thành 100 % nhiệm vụ theo kế hoạch và đột xuất, đúng hạn, bảo đảm chất lượng; 4/10 nhiệm vụ vượt mức; "
         "chủ động tháo gỡ vướng mắc về giải phóng mặt bằng, đầu tư công; giữ vững đoàn kết nội bộ; khắc phục xong "
         "100 % hạn chế đã được chỉ ra tại kỳ đánh giá trước; tập thể không có thành viên bị kỷ luật trong quý.")

# id, name, unit, head, group, status, score, self, unit level, computed, previous
_Person = tuple[str, str, str, bool, str | None, str, str | None, int, int | None, int | None, int | None]
_PEOPLE: tuple[_Person, ...] = (
    ("CB0001", "Nguyễn Văn Mẫu", "DV001", True, None, "graded", "95.50", 1, 1, 1, 1),
    ("CB0002", "Trần Thị Ví Dụ", "DV001", False, None, "pending", "92.10", 1, None, 1, 2),
    ("CB0003", "Lê Minh Giả Định", "DV002", True, "N03", "graded", "93.00", 1, 1, 1, 2),
    ("CB0004", "Phạm Thử Nghiệm", "DV010", True, "N03", "graded", "88.25", 2, 2, 2, 2),
    ("CB0005", "Hoàng Thị Mô Phỏng", "DV002", False, "N04", "graded", "91.25", 1, 1, 1, None),
    ("CB0006", "Võ Giả Tưởng", "DV010", False, "N04", "graded", "91.25", 1, 1, 1, 1),
    ("CB0007", "Đặng Thị Bản Nháp", "DV020", False, "N04", "graded", "90.00", 1, 1, 1, 2),
    ("CB0008", "Bùi Văn Thí Điểm", "DV020", False, "N04", "graded", "84.00", 1, 2, 2, 3),
    ("CB0009", "Đỗ Thị Minh Họa", "DV020", False, "N04", "graded", "80.40", 2, 2, 2, 2),
    ("CB0010", "Hồ Văn Tạm", "DV020", False, "N04", "graded", "77.00", 2, 2, 2, 2),
    ("CB0011", "Ngô Thị Nháp", "DV020", False, "N04", "graded", "75.60", 2, 2, 2, 2),
    ("CB0012", "Dương Văn Kiểm Thử", "DV020", False, "N04", "graded", "74.35", 2, 2, 2, 2),
    ("CB0013", "Lý Thị Đơn Lẻ", "DV020", True, "N05", "graded", "96.00", 1, 1, 1, 1),
    ("CB0014", "Mai Văn Ngoại Lệ", "DV021", True, "N05", "graded", "48.50", 3, 3, 4, 3),
    ("CB0015", "Trương Thị Chờ", "DV021", False, "N05", "deferred", None, 2, None, None, 2),
    ("CB0016", "Nguyễn Thị Bắt Đầu", "DV030", True, "N01", "graded", "97.25", 1, 1, 1, 1),
    ("CB0017", "Trần Văn Thứ Hai", "DV031", True, "N01", "graded", "94.75", 1, 1, 1, 1),
    ("CB0018", "Lê Thị Thứ Ba", "DV032", True, "N01", "graded", "92.50", 1, 1, 1, 2),
    ("CB0019", "Phạm Văn Xem Xét", "DV033", True, "N01", "review", "86.00", 2, 2, None, 2),
    ("CB0020", "Hoàng Văn Chưa Nộp", "DV034", True, "N01", "missing", None, 0, None, None, 3),
    ("CB0021", "Vũ Thị Phó Một", "DV030", False, "N02", "graded", "91.00", 1, 1, 1, 2),
    ("CB0022", "Võ Văn Phó Hai", "DV030", False, "N02", "graded", "83.00", 2, 2, 2, 2),
    ("CB0023", "Đinh Thị Phó Ba", "DV031", False, "N02", "graded", "82.00", 2, 2, 2, 2),
    ("CB0024", "Phan Văn Phó Bốn", "DV031", False, "N02", "graded", "65.00", 2, 3, 3, 2),
    ("CB0025", "Tạ Thị Thiếu Số", "DV032", False, "N02", "insufficient", None, 2, 2, None, 2),
    ("CB0026", "Cao Văn Ước Tính", "DV032", False, "N02", "graded", "79.90", 2, 2, 2, 4),
    ("CB0027", "Lâm Thị Kiêm Nhiệm", "DV033", False, "N02", "excluded", None, 0, None, None, None),
    ("CB0028", "Châu Văn Phó Bảy", "DV033", False, "N02", "graded", "81.00", 2, 2, 2, 2),
    ("CB0029", "Quách Thị Phó Tám", "DV034", False, "N02", "missing", None, 0, None, None, 2),
)


def load(forms: Path = FORMS) -> Spec:
    """The shipped forms and policy on the quarter's last day."""
    return load_spec(forms, PERIOD.end)


def empty(spec: Spec | None = None) -> Batch:
    """A province without a unit: every output must still render."""
    spec = spec or load()
    return Batch(spec, PERIOD, AS_OF, Roster({}, {}, {}), {}, _run(spec, (), (), (), (), ()))


def province(spec: Spec | None = None) -> Batch:
    """Ten units, twenty-nine officers, five groups, every status, findings and files."""
    spec = spec or load()
    units = {uid: Unit(uid, name, None, block, None, None, f"{uid.lower()}@mau.example", "Người liên hệ Mẫu", _AT)
             for uid, name, block in _UNITS}
    officers = {row[0]: _roster_officer(row) for row in _PEOPLE}
    groups = {gid: Group(gid, name, "Ban Thường vụ", binds, None, None if binds else "12-QĐ/MAU", _AT)
              for gid, name, binds in _GROUPS}
    signatures = (Signature("mau-8", None, "K/T TRƯỞNG BAN", "PHÓ TRƯỞNG BAN", "Nguyễn Ký Thử", "…-TTr/BTC",
                            "Nơi Mẫu"),)
    changes = (Change("CB0015", "training", date(2026, 7, 1), date(2026, 9, 15), None, "QĐ 15", _AT),)
    roster = Roster(units, officers, groups, changes, signatures=signatures)
    results = tuple(_result(row, officers[row[0]]) for row in _PEOPLE)
    results, group_results = _ranked(results, groups)
    records = {uid: _record(uid, results) for uid in units if uid != "DV034"}
    return Batch(spec, PERIOD, AS_OF, roster, records,
                 _run(spec, results, group_results, _units(units, records), _files(), _findings()))


def large(count: int, spec: Spec | None = None) -> Batch:
    """``count`` communes with five officers each, in one group of heads and one of the others."""
    spec = spec or load()
    units = {f"DV{i:03}": Unit(f"DV{i:03}", f"Đảng ủy xã Mẫu {i}", None, "xa", None, None, None, None, _AT)
             for i in range(1, count + 1)}
    rows = [(f"CB{i:03}{k}", f"Nguyễn Văn Mẫu {i} {k}", f"DV{i:03}", k == 0, "N01" if k == 0 else "N02", "graded",
             f"{70 + (i * 7 + k * 3) % 28}.{(i * k) % 10}0", 1, 1 + (i + k) % 2, 1 + (i + k) % 2, 2)
            for i in range(1, count + 1) for k in range(5)]
    officers = {row[0]: _roster_officer(row) for row in rows}
    groups = {gid: Group(gid, name, None, True, None, None, _AT) for gid, name, _ in _GROUPS[:2]}
    results, group_results = _ranked(tuple(_result(row, officers[row[0]]) for row in rows), groups)
    records = {uid: _record(uid, results) for uid in units}
    return Batch(spec, PERIOD, AS_OF, Roster(units, officers, groups), records,
                 _run(spec, results, group_results, _units(units, records), _files(), _findings()))


def with_reason(batch: Batch, officer: str, reason: str) -> Batch:
    """The batch with one unit's reason replaced: for what a person may type."""
    unit = batch.roster.officers[officer].unit
    record = batch.records[unit]
    proposal = dataclasses.replace(record.proposals[officer], reason=reason)
    changed = dataclasses.replace(record, proposals={**record.proposals, officer: proposal})
    return dataclasses.replace(batch, records={**batch.records, unit: changed})


def _roster_officer(row: Sequence) -> Officer:
    oid, name, unit, head, group, *_, previous = row
    post = "Bí thư Đảng ủy" if head else "Phó Bí thư Thường trực Đảng ủy, Chủ tịch Hội đồng nhân dân"
    return Officer(oid, name, date(1975, 1, 1), unit, None, post, None, None, None, head, False,
                   "BCT-BBT" if group is None else "A", group, "Lĩnh vực mẫu", None, None, previous, _AT)


def _result(row: Sequence, officer: Officer) -> OfficerResult:
    oid, name, unit, head, group, status, score_text, self_level, unit_level, computed, _ = row
    state = Status(status)
    score = _score(Decimal(score_text)) if score_text else None
    eligible = max(unit_level, computed) if state is Status.GRADED else None
    counts = Counts(assigned=10, planned=8, planned_done=8, done=10, on_time=10, exceeded=4,
                    projected=1 if oid == "CB0026" else 0)
    flags = {Flag.PROJECTED} if oid == "CB0026" else set()
    if oid == "CB0014":
        flags |= {Flag.UNIT_ABOVE_COMPUTED, Flag.SELF_ABOVE_COMPUTED, Flag.LEVEL4_PROPOSED_ABOVE}
    waits = {Status.PENDING: ("unit_proposal",), Status.MISSING: ("submission",), Status.REVIEW: ("decision_review",),
             Status.INSUFFICIENT: ("unit_correction",)}.get(state, ())
    return OfficerResult(
        oid, name, unit, group, head, "BCT-BBT" if group is None else "A", state, score,
        workbook_total=score.total if score else None, unit_score=score.total if score and oid == "CB0016" else None,
        used_score=score.total if score else None,
        own_collective=OwnCollective("unit" if head else "field", counts) if score else None,
        individual=Individual(9, 9, 0, False) if score else None, discipline=False if score else None,
        remedied=True if score else None,
        levels=Levels(self_level or None, unit_level,
                      computed if state in (Status.GRADED, Status.PENDING) else None, eligible, eligible),
        steps=_steps(state, computed), flags=tuple(sorted(flags)),
        possible=(2, 3) if state is Status.REVIEW else (), answers=_ANSWERS if state is Status.REVIEW else (),
        waits_for=waits, scope=Scope.TW if group is None else Scope.BTV)


# Out of order on purpose: tables put the best level first.
_ANSWERS = (Answer((Choice("R20", "không đánh giá trong quý", "LD VIII.1.2"),), None),
            Answer((Choice("R31", "tính cả nhiệm vụ thứ 10", "LD VI.1.1"), Choice("gap", "là hoàn thành", "LD VI.1")), 3),
            Answer((Choice("R31", "không tính nhiệm vụ thứ 10", "LD VI.1.1"),), 2))


def _steps(state: Status, computed: int | None) -> tuple[Step, ...]:
    texts = {
        Status.DEFERRED: ("R20", "Đào tạo tập trung từ 01/7/2026 đến 15/9/2026, đủ 02 tháng của quý.", "LD VIII.1.2"),
        Status.EXCLUDED: ("R02", "Ủy viên không công tác chuyên trách.", "LD III.3"),
        Status.MISSING: ("status", "Chưa nhận được biểu tự đánh giá.", "LD VII.2.2"),
        Status.INSUFFICIENT: ("status", "Phụ lục 09 còn lỗi ở ô F17.", "LD V.2"),
        Status.REVIEW: ("gap", "Không mức nào phù hợp: tập thể hoàn thành 9/10 nhiệm vụ (90%).", "LD VI.1"),
    }
    if state in texts:
        rule, text, clause = texts[state]
        return (Step(rule, None, {}, clause, text),)
    return (Step("R31", computed == 1, {"score": "91,25", "floor": "90"}, "LD VI.1.1", "Điểm 91,25; cần từ 90."),)


def _score(total: Decimal) -> Score:
    general = Decimal(28)
    rest = total - general
    shares = [Decimal("0.22"), Decimal("0.14"), Decimal("0.14"), Decimal("0.22"), Decimal("0.14")]
    points = [(rest * share).quantize(Decimal("0.01")) for share in shares]
    points.append(rest - sum(points))
    maxima = ("15", "10", "10", "15", "10", "10")
    axes = tuple(AxisScore(axis, Decimal(top), Fraction(point) / Fraction(top) * 100, point, Fraction(point))
                 for axis, top, point in zip(AXES, maxima, points, strict=True))
    return Score(general, axes, total, Fraction(total))


def _ranked(officers: tuple[OfficerResult, ...],
            groups: Mapping[str, Group]) -> tuple[tuple[OfficerResult, ...], tuple[GroupResult, ...]]:
    by_id = {item.id: item for item in officers}
    results = []
    for group in groups.values():
        members = [item for item in officers if item.group == group.id]
        graded = sorted((item for item in members if item.status is Status.GRADED),
                        key=lambda item: (item.levels.eligible != 1, -item.used_score, item.id))
        candidates = [item for item in graded if item.levels.eligible == 1]
        n = sum(item.levels.eligible in (1, 2) for item in graded)
        htt_only = max(x for x in range(n + 1) if 5 * 2 * x <= 2 * (n - x) + 5)
        htt_plus = (2 * n + 5) // 10
        places = htt_only if group.binds else len(candidates)
        tied: list[OfficerResult] = []
        kept, cut = candidates[:places], candidates[places:]
        if places and cut and kept[-1].used_score == cut[0].used_score:
            tied = [item for item in candidates if item.used_score == cut[0].used_score]
            kept = [item for item in kept if item not in tied]
            cut = [item for item in cut if item not in tied]
        for place, item in enumerate(graded, start=1):
            rank = 1 + sum(other.used_score > item.used_score for other in candidates) if item in candidates else place
            by_id[item.id] = dataclasses.replace(
                by_id[item.id], rank=rank, order=Order(item.used_score, (4, 10), 3, Decimal("27")))
        for item, flag, level in [*((c, Flag.QUOTA_CUT, 2) for c in cut), *((t, Flag.TIED, None) for t in tied)]:
            old = by_id[item.id]
            by_id[item.id] = dataclasses.replace(
                old, flags=(*old.flags, flag), levels=dataclasses.replace(old.levels, proposed=level),
                possible=(1, 2) if level is None else (), waits_for=("decision_tie",) if level is None else ())
        results.append(GroupResult(
            group.id, group.name, n, sum(i.status in _WAITING for i in members),
            len(candidates), htt_only, htt_plus, "htt_only", Decimal("0.20"), group.binds, group.decision,
            tuple(i.id for i in cut), tuple(i.id for i in kept), tuple(i.id for i in tied),
            places - len(kept) if tied else 0,
            tuple(i.id for i in graded)))
    return tuple(by_id[item.id] for item in officers), tuple(results)


def _record(unit: str, results: Sequence[OfficerResult]) -> UnitRecord:
    at = RowRef(f"{unit}_2026-Q3.xlsx", "Phụ lục 09", 30, {"done": 15, "code": 2})
    task = Task("NV01", "1", "Hoàn thành kế hoạch giải ngân vốn đầu tư công quý III", "planned", "KH 01", (), True,
                date(2026, 9, 30), None, True, False, False, 1, unit == "DV032", _NO_EXCUSE, at)
    collective = CollectiveSheet(unit, (task,), False, False, False, True, None, at)
    mine = [item for item in results if item.unit == unit]
    product = Product(1, "NV01", None, "1", "Báo cáo chuyên đề", "lead", "planned", Decimal(2), Decimal(1), False,
                      date(2026, 9, 29), Decimal(2), None, True, Decimal(95), None, Decimal(90), False, None,
                      _NO_EXCUSE, RowRef(at.file, "CB0026", 55, {"done": 15}))
    sheets = {item.id: OfficerSheet(item.id, "phu-luc-07", (), (), (product,) if item.id == "CB0026" else (),
                                    None, None, None, None, True, False, item.levels.self or 2, at)
              for item in mine if item.score}
    proposals = {item.id: Proposal(item.id, item.unit_score, item.levels.unit, "Bí thư Đảng ủy",
                                   _LONG if item.levels.unit == 1 else None,
                                   "Đề nghị xem xét quy hoạch" if item.id == "CB0016" else None, at)
                 for item in mine if item.levels.unit}
    return UnitRecord(unit, collective, sheets, proposals)


def _units(units: Mapping[str, Unit], records: Mapping[str, UnitRecord]) -> tuple[UnitResult, ...]:
    counts = Counts(assigned=10, planned=8, planned_done=8, done=10, on_time=10, exceeded=4)
    listed = []
    for uid in sorted(units):
        here = uid in records
        known = {"DV032": "returned", "DV020": "accepted_with_warnings"}
        status = known.get(uid, "accepted") if here else "missing"
        listed.append(UnitResult(uid, status, None, "unknown" if here else "missing", 1 if uid == "DV032" else 0,
                                 2 if uid == "DV020" else 0, counts if here else None, False if here else None,
                                 True if here else None, (4, 6) if uid == "DV030" else ()))
    return tuple(listed)


def _files() -> tuple[FileResult, ...]:
    return (
        FileResult("DV001_2026-Q3.xlsx", "a" * 64, "accepted", "Đã nhận.", "DV001"),
        FileResult("nop lan 2/DV032_2026-Q3.xlsx", "b" * 64, "returned", "Có lỗi ở Phụ lục 09.", "DV032"),
        FileResult("rác/ảnh.xlsx", "c" * 64, "rejected", "Tệp không phải bảng tính của chương trình."),
    )


def _findings() -> tuple[Finding, ...]:
    from qeval_batch import messages

    found = []
    for number, (code, text) in enumerate(sorted(messages.catalogue().items())[:4]):
        unit = ("DV020", "DV032")[number % 2]
        where = Where(Part.OFFICER, unit, "CB0007" if unit == "DV020" else "CB0025").at(
            spot(f"{unit}_2026-Q3.xlsx", "CB0007", f"F{17 + number}"))
        found.append(finding(code, where, **dict.fromkeys(text.slots, "8,5,6")))
    return tuple(in_order(found))


def _run(spec: Spec, officers: tuple[OfficerResult, ...], groups: tuple[GroupResult, ...],
         units: tuple[UnitResult, ...], files: tuple[FileResult, ...], findings: tuple[Finding, ...]) -> RunResult:
    return RunResult(str(PERIOD), AS_OF.isoformat(), spec.policy.sha256, "30+70", "htt_only", officers, groups, units,
                     files, findings)


def timed(batch: Batch, states: Mapping[str, tuple[str, str | None, str | None, str]]) -> Batch:
    """The batch with units' timeliness: unit -> (state, first delivery, complete delivery, by whose word)."""
    def one(item: UnitResult) -> UnitResult:
        if item.id not in states:
            return item
        state, received, complete, source = states[item.id]
        steps = (Step("R61", None, {}, "LD VII.2.2", "Hạn nộp hồ sơ: trước ngày 25/9/2026."),
                 Step("R62", state != "late", {}, "LD VII.2.2", f"Diễn biến của {item.id}."))
        return dataclasses.replace(item, timeliness=state, received=received, complete_at=complete,
                                   received_source=source, timeliness_steps=steps)

    return dataclasses.replace(batch, result=dataclasses.replace(batch.result, units=tuple(map(one, batch.result.units))))
