"""Who is evaluated this quarter (R01–R03, R20, R21, R23): from dated periods, never from a flag alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from qeval_batch.core.cells import CellRef
from qeval_batch.core.period import Period
from qeval_batch.core.text import match_key
from qeval_batch.model.records import FormerOpinion
from qeval_batch.model.results import Status
from qeval_batch.model.roster import Change, Officer
from qeval_batch.model.trace import Step
from qeval_batch.rules import standing as stated
from qeval_batch.rules.months import DaySpan, Reach, clip, reach
from qeval_batch.rules.trace import day, step
from qeval_batch.spec.policy import Policy
from qeval_batch.spec.sections import DeferralKeys, ScopeKeys, TransferKeys

_AWAY = {"training": (DeferralKeys.training_months, "Đào tạo tập trung"),
         "leave": (DeferralKeys.leave_months, "Nghỉ ốm, thai sản")}


_NO_DOCUMENT = "Danh mục cho ra ngoài đánh giá thường lệ nhưng chưa ghi số văn bản làm căn cứ."


@dataclass(frozen=True)
class Standing:
    """``status`` is EXCLUDED, DEFERRED, REVIEW (a doubt the authority settles) or None: evaluated like anybody.

    With None the lines tell the periods that were looked at and fell short.
    ``unproven`` marks a claim without what would prove it: its dates (R20), its document (R02, R23).
    """

    status: Status | None
    steps: tuple[Step, ...] = ()
    unproven: bool = False


def authority_class(officer: Officer, policy: Policy) -> str | None:
    """R03: the class of the officer's post; a committee member outside BCT-BBT is raised to the policy's class.

    A post class the policy does not know leaves what the roster says.
    """
    found = _class_of_post(officer, policy) or officer.authority
    if officer.committee_member and found != policy.central_authority:
        return policy.authority_of_committee_member
    return None if found is None else str(found)


def knows_post(officer: Officer, policy: Policy) -> bool:
    """Whether the policy gives the officer's post class an authority class."""
    return _class_of_post(officer, policy) is not None


def _class_of_post(officer: Officer, policy: Policy) -> str | None:
    posts = policy.authority_by_post
    if officer.post_class is None:
        return None
    if officer.post_class in posts:
        return posts[officer.post_class]
    wanted = match_key(officer.post_class)
    return next((cls for post, cls in posts.items() if match_key(post) == wanted), None)


def standing(officer: Officer, changes: Sequence[Change], period: Period, policy: Policy) -> Standing:
    """Where the officer stands before any form is read: excluded, deferred, in doubt, or evaluated."""
    if stated.undocumented(officer):
        line = _stated(officer, "R02", policy.citation(ScopeKeys.outside_work), _NO_DOCUMENT, holds=False)
        return Standing(None, (line,), unproven=True)
    if stated.set_apart(officer):
        text = f"Không đánh giá quý theo danh mục; văn bản: {officer.standing_document}."
        return Standing(Status.EXCLUDED, (_stated(officer, "R02", policy.citation(ScopeKeys.outside_work), text),))
    tried = _deferrals(changes, period, policy)
    sure, doubts, short = (tuple(line for found, line in tried if found is wanted)
                           for wanted in (Reach.YES, Reach.DOUBT, Reach.NO))
    if sure:
        return Standing(Status.DEFERRED, sure)
    if doubts:
        return Standing(Status.REVIEW, doubts)
    if stated.claims_deferral(officer):
        text = "Danh mục ghi chưa đánh giá, nhưng các khoảng thời gian ở trang Biến động không đủ điều kiện."
        line = _stated(officer, "R20", policy.citation(DeferralKeys.training_months), text, holds=False)
        return Standing(None, (*short, line), unproven=True)
    return Standing(None, short)


@dataclass(frozen=True)
class FormerStay:
    """The days of the quarter an officer served at one former unit; ``unit`` None where the roster does not name it.

    ``mandatory``: they reach the months from which that unit must give its opinion (R21).
    """

    unit: str | None
    spans: tuple[DaySpan, ...]
    moves: tuple[Change, ...]
    mandatory: bool


def former_stays(changes: Sequence[Change], period: Period, policy: Policy) -> tuple[FormerStay, ...]:
    """R21: where else an officer served in the quarter, in the order of leaving."""
    moves = sorted((item for item in changes if item.kind == "transfer"), key=lambda item: item.start)
    stays: dict[str | None, list[tuple[Change, DaySpan]]] = {}
    since = period.start
    for move in moves:
        span = clip(since, move.start - timedelta(days=1), period)
        if span is not None:
            stays.setdefault(move.former_unit, []).append((move, span))
        since = max(since, move.start)
    months = policy.transfer.months
    return tuple(
        FormerStay(unit, tuple(span for _, span in parts), tuple(move for move, _ in parts),
                   reach([span for _, span in parts], months, *_days(policy)) is not Reach.NO)
        for unit, parts in stays.items())


def former_units(officer: Officer, changes: Sequence[Change], period: Period, policy: Policy,
                 opinions: Mapping[str, FormerOpinion]) -> tuple[Step, ...]:
    """R21: one line per former unit whose opinion is mandatory, for the months served there in the quarter.

    It holds where the opinion is there, not where it is lacking; the present unit owes none of its own officer.
    """
    months, citation = policy.transfer.months, policy.citation(TransferKeys.months)
    lines = []
    for stay in former_stays(changes, period, policy):
        if not stay.mandatory or stay.unit == officer.unit:
            continue
        name = f"đơn vị cũ {stay.unit}" if stay.unit else "đơn vị cũ (chưa ghi mã)"
        opinion = opinions.get(stay.unit or "")
        there = opinion is not None and opinion.comment is not None
        text = f"Trong quý công tác tại {name} đủ {months:02d} tháng trở lên; " + (
            "đã có nhận xét của đơn vị đó, để tham khảo." if there else "phải có nhận xét của đơn vị đó.")
        cells = [move.at.cell("start") for move in stay.moves]
        cells += [opinion.at.cell("comment")] if there and opinion is not None else []
        lines.append(step("R21", there or None, citation, text,
                          {"Chuyển công tác từ": ", ".join(day(move.start) for move in stay.moves)}, cells))
    return tuple(lines)


def _stated(officer: Officer, rule: str, citation: str, text: str, holds: bool | None = True) -> Step:
    return step(rule, holds, citation, text, {"Số văn bản": officer.standing_document or "—"},
                [officer.at.cell("standing"), officer.at.cell("standing_document")])


def _days(policy: Policy) -> tuple[int, int]:
    return policy.deferral.days_reached, policy.deferral.days_doubt


def _deferrals(changes: Sequence[Change], period: Period, policy: Policy) -> list[tuple[Reach, Step]]:
    """Each ground of R20 the dated periods speak of, with what came out."""
    tried = [_away(kind, items, period, policy) for kind in _AWAY
             if (items := [item for item in changes if item.kind == kind])]
    if all(found is Reach.NO for found, _ in tried):
        tried += _together(changes, period, policy)
    tried += [_appointed(item, period, policy) for item in changes if item.kind == "first_appointment"]
    if policy.deferral.inspection:
        tried += [_inspected(item, period, policy) for item in changes if item.kind == "inspection"]
    return tried


def _line(found: Reach, citation: str, text: str, items: Sequence[Change]) -> tuple[Reach, Step]:
    spans = "; ".join(f"{day(item.start)}–{day(item.end)}" for item in items)
    cells: list[CellRef] = [item.at.cell(name) for item in items for name in ("start", "end")]
    holds = None if found is Reach.DOUBT else found is Reach.YES
    return found, step("R20", holds, citation, text, {"Thời gian": spans}, cells)


def _away(kind: str, items: Sequence[Change], period: Period, policy: Policy) -> tuple[Reach, Step]:
    key, label = _AWAY[kind]
    spans = [span for item in items if (span := clip(item.start, item.end, period))]
    months = policy.of(key)
    found = reach(spans, months, *_days(policy))
    text = {Reach.YES: f"{label} từ {months:02d} tháng trở lên trong quý: chưa đánh giá.",
            Reach.DOUBT: f"{label} nhiều khoảng rời nhau, cộng lại gần {months:02d} tháng: cần xem xét có đánh giá không.",
            Reach.NO: f"{label} dưới {months:02d} tháng trong quý: vẫn đánh giá."}[found]
    return _line(found, policy.citation(key), text, items)


def _together(changes: Sequence[Change], period: Period, policy: Policy) -> list[tuple[Reach, Step]]:
    """Different kinds, none of which reaches it alone; nothing where they do not reach it together either."""
    items = [item for item in changes if item.kind in _AWAY and clip(item.start, item.end, period)]
    spans = [span for item in items if (span := clip(item.start, item.end, period))]
    months = min(policy.of(key) for key, _ in _AWAY.values())
    several = len({item.kind for item in items}) > 1
    if not several or reach(spans, months, *_days(policy)) is Reach.NO:
        return []
    text = f"Đào tạo và nghỉ cộng lại mới đủ {months:02d} tháng: cần xem xét có đánh giá không."
    return [_line(Reach.DOUBT, policy.citation(DeferralKeys.days_doubt), text, items)]


def _appointed(item: Change, period: Period, policy: Policy) -> tuple[Reach, Step]:
    months = policy.deferral.appointment_months
    span = clip(item.start, None, period)
    short = span is not None and reach([span], months, *_days(policy)) is Reach.NO
    text = (f"Lần đầu được bổ nhiệm chức danh lãnh đạo, quản lý ngày {day(item.start)}, đến hết quý dưới {months:02d} "
            "tháng: chưa đánh giá." if short
            else f"Bổ nhiệm lần đầu ngày {day(item.start)}, đủ {months:02d} tháng trong quý: vẫn đánh giá.")
    return _line(Reach.YES if short else Reach.NO, policy.citation(DeferralKeys.appointment_months), text, [item])


def _inspected(item: Change, period: Period, policy: Policy) -> tuple[Reach, Step]:
    if item.start > period.end:
        found, text = Reach.DOUBT, ("Mở kiểm tra dấu hiệu vi phạm sau ngày cuối quý: cần xem xét có đánh giá "
                                    "không.")
    elif item.end is None or item.end >= period.end:
        found, text = Reach.YES, "Đang trong thời gian kiểm tra dấu hiệu vi phạm vào ngày cuối quý: chưa đánh giá."
    else:
        found, text = Reach.NO, "Việc kiểm tra dấu hiệu vi phạm đã kết thúc trước ngày cuối quý: vẫn đánh giá."
    return _line(found, policy.citation(DeferralKeys.inspection), text, [item])
