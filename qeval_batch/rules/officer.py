"""One officer from the roster's row to a result: standing, data, level, stages, in the order of rules.md C step 1."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache

from qeval_batch.core.decimals import vi_number
from qeval_batch.core.period import Period
from qeval_batch.model.claims import ClaimPlace
from qeval_batch.model.findings import Finding, Part, Where, finding
from qeval_batch.model.records import CollectiveSheet, FormerOpinion, OfficerSheet, UnitRecord
from qeval_batch.model.results import (
    Answer,
    Choice,
    Counts,
    Flag,
    Levels,
    OfficerResult,
    Order,
    OwnCollective,
    Scope,
    Status,
)
from qeval_batch.model.roster import Change, Officer
from qeval_batch.model.trace import Score, Step
from qeval_batch.rules import (
    by_hand,
    centre,
    claims,
    discipline,
    eligibility,
    leadership,
    level,
    responses,
    scope,
    stages,
)
from qeval_batch.rules.case import Case
from qeval_batch.rules.collective import (
    NOT_MET,
    base,
    count_tasks,
    individual,
    order_of,
    own_collective,
    response_blank,
)
from qeval_batch.rules.own import own_of
from qeval_batch.rules.reported import reported
from qeval_batch.rules.score import WITH_LEADERSHIP, blank_answers, officer_score
from qeval_batch.rules.standing import claims_deferral, set_by_hand
from qeval_batch.rules.trace import TraceLine
from qeval_batch.spec.policy import Policy
from qeval_batch.spec.sections import QuotaKeys, ScopeKeys, StageKeys, WholeKeys

_LEVELS = (1, 2, 3, 4)
_REVIEW = "decision_review"
_BEST = 1
ELSEWHERE = TraceLine("R03", WholeKeys.lower_authority, "Do cấp dưới đánh giá, xếp loại; ở đây không tính, không chờ.")
SECOND_POST = TraceLine("R01", ScopeKeys.two_posts, "Đã đánh giá một lần ở chức vụ chính, mã {main}.")
ROW_UNUSABLE = TraceLine("R01", StageKeys.submission, "Dòng của cán bộ trong danh mục có lỗi, chưa dùng được.")
SHEET_FAULTY = TraceLine("C", StageKeys.submission, "Bản tự đánh giá có lỗi hoặc để trống: chờ đơn vị sửa và gửi lại.")
SHEET_MISSING = TraceLine("C", StageKeys.submission, "Chưa nhận được bản tự đánh giá.")
COLLECTIVE_LACKING = TraceLine("C", StageKeys.submission, "Phụ lục 09 của đơn vị chưa có hoặc có lỗi.")
NO_BASE = TraceLine("C", StageKeys.submission, "Không có nhiệm vụ nào để tính tỷ lệ hoàn thành của tập thể.")
BLANKS = TraceLine("C", StageKeys.submission, "Bản tự đánh giá còn ô bắt buộc để trống: {where}.")
EMPTY_AXES = TraceLine("C", StageKeys.submission, "Trục {axes} có điểm tối đa nhưng không có sản phẩm, cũng không đánh dấu "
                       "«Không phát sinh trong quý».")
_EVALUATED, _NOT_EVALUATED = "được đánh giá trong quý", "không đánh giá trong quý"
NO_GROUP = TraceLine("R40", QuotaKeys.base, "Chưa thuộc nhóm tương đồng nào nên chưa tính được tỷ lệ mức 1: chờ sửa danh mục.")
HEAD_MISPLACED = TraceLine("R42", QuotaKeys.heads, "Là người đứng đầu nhưng danh mục xếp cùng nhóm với thành viên tập thể mình nên "
                           "chưa tính được tỷ lệ mức 1: chờ sửa danh mục.")
_IN_GROUP = {_BEST: "được đưa vào một nhóm tương đồng và ở trong tỷ lệ của nhóm",
             _BEST + 1: "được đưa vào một nhóm tương đồng nhưng ở ngoài tỷ lệ của nhóm"}
_UNIT_PROPOSES, _OR_BETTER = "đơn vị đề xuất mức {level}{better}", " hoặc cao hơn"


@dataclass(frozen=True)
class RowFacts:
    """What the roster as a whole says of one row: ``usable`` False where an error stands in it; the ``main_post`` of
    a person listed twice; ``misplaced`` in a group with members of the own collective (R42)."""

    usable: bool = True
    main_post: str | None = None
    misplaced: bool = False


@dataclass(frozen=True)
class UnitCase:
    """What one unit's officers have in common. ``head_known``: the roster names one head, or a document settles it.

    ``head_marked``: somebody is marked as head, so that whoever is not marked is a member in any case.
    """

    record: UnitRecord
    counts: Counts | None
    discipline: discipline.UnitDiscipline
    head_known: bool
    head_marked: bool = True

    def head(self, officer: Officer) -> bool | None:
        """Whether ``officer`` heads the unit; None where the roster leaves it open for this officer (rules.md C)."""
        sure = self.head_known or (self.head_marked and not officer.head)
        return officer.head if sure else None


@dataclass(frozen=True)
class _Facts:
    sheet: OfficerSheet | None
    score: Score | None
    own: OwnCollective | None
    case: Case | None
    disciplined: bool | None
    findings: tuple[Finding, ...] = ()
    open: tuple[ClaimPlace, ...] = ()
    case_of: claims.CaseOf | None = None

    def judge(self, policy: Policy) -> level.Judgement:
        """What the facts come to, whatever the office answers to the open claims."""
        assert self.case_of is not None
        return claims.judge(self.open, self.case_of, policy)


def evaluate_officer(officer: Officer, unit: UnitCase, changes: Sequence[Change], period: Period, policy: Policy,
                     row: RowFacts, opinions: Mapping[str, FormerOpinion]) -> tuple[OfficerResult, list[Finding]]:
    """The result before the group's cut, and what is found on the way.

    ``opinions``: what former units say, by unit; they are shown and waited for, and decide nothing (R21).
    """
    reach = scope.scope_of(officer, policy)
    central = reach is Scope.TW
    result = OfficerResult(officer.id, officer.name, officer.unit, None if central or row.misplaced else officer.group,
                           officer.head, eligibility.authority_class(officer, policy), Status.INSUFFICIENT,
                           former_opinions=tuple(item for _, item in sorted(opinions.items())), scope=reach)
    if not row.usable:
        line = ROW_UNUSABLE.step(policy, False, [officer.at.cell("officer")])
        return replace(result, steps=(line,), waits_for=("roster_correction",)), []
    if row.main_post is not None or not scope.graded_here(officer, policy):
        line = (ELSEWHERE.step(policy, True, [officer.at.cell("post_class")]) if row.main_post is None
                else SECOND_POST.step(policy, True, [officer.at.cell("officer")], main=row.main_post))
        return replace(result, status=Status.ELSEWHERE, group=None, steps=(line,)), []
    standing = eligibility.standing(officer, changes, period, policy)
    if standing.status in (Status.EXCLUDED, Status.DEFERRED):
        return replace(result, status=standing.status, group=None, steps=standing.steps), []
    if standing.unproven:
        where = Where(Part.ROSTER, officer.unit, officer.id).at(officer.at.cell("standing"))
        return (replace(result, steps=standing.steps, waits_for=("roster_correction",)),
                [finding("RULE_DEFERRAL_UNPROVEN", where, officer=officer.id)] if claims_deferral(officer) else [])
    if set_by_hand(officer):
        return by_hand.settled(result, officer, policy), []
    facts = _gather(officer, unit, changes, period, policy)
    result = _with_facts(result, officer, unit, facts)
    # What the unit must mend comes before what the authority must settle (principle 4), a doubt of R20 among it.
    if lacking := _lacking(officer, unit, facts, policy):
        status, line = lacking
        code = "submission" if status is Status.MISSING else "unit_correction"
        steps = (*standing.steps, *result.steps, line)
        return replace(result, status=status, steps=steps, waits_for=(code,)), list(facts.findings)
    if standing.status is Status.REVIEW:
        assert facts.case is not None
        doubted = _in_doubt(result, standing.steps, facts, policy)
        return centre.in_doubt(doubted) if central and doubted.status is Status.REVIEW else doubted, list(facts.findings)
    result = replace(result, steps=(*standing.steps, *result.steps))
    former = eligibility.former_units(officer, changes, period, policy, opinions)
    result = replace(result, steps=(*result.steps, *reported(officer, unit.record, policy),
                                    *(line for line in former if line.holds)))
    graded, found = _graded(result, officer, unit, facts, former, central, policy)
    return graded, [*facts.findings, *found]


def _gather(officer: Officer, unit: UnitCase, changes: Sequence[Change], period: Period, policy: Policy) -> _Facts:
    record = unit.record
    sheet = record.sheets.get(officer.id)
    score = (record.scores.get(officer.id) or officer_score(sheet, policy)) if sheet else None
    own = own_collective(officer, record.collective, policy) if record.collective else None
    found: list[Finding] = []
    if sheet and record.collective:
        sheet, found = responses.settled(sheet, record.collective.tasks, officer.unit)
    if sheet and own and policy.score.kpi_formula == WITH_LEADERSHIP:
        found += leadership.above_completion(sheet, own.counts, officer.unit)
    disciplined = discipline.own(sheet, changes, period)
    if not (sheet and score and own and unit.counts and record.collective):
        return _Facts(sheet, score, own, None, disciplined, tuple(found))
    case_of = _cases(officer, unit, sheet, score, record.collective, disciplined, policy)
    return _Facts(sheet, score, own, case_of(claims.NONE), disciplined, tuple(found),
                  claims.open_claims(officer.unit, sheet, record.collective), case_of)


def _cases(officer: Officer, unit: UnitCase, sheet: OfficerSheet, score: Score, collective: CollectiveSheet,
           disciplined: bool | None, policy: Policy) -> claims.CaseOf:
    """The facts as they are once some of the open claims are accepted; ``score`` is the one without any."""
    member = replace(officer, head=False)

    @cache
    def scored(mine: claims.Accepted) -> tuple[OfficerSheet, Score]:
        changed = claims.sheet_with(sheet, officer.unit, mine)
        return changed, officer_score(changed, policy) if mine else score

    @cache
    def counted(theirs: claims.Accepted) -> tuple[Counts, OwnCollective]:
        changed = claims.collective_with(collective, theirs)
        return count_tasks(changed.tasks), own_collective(member, changed, policy)

    def case_of(accepted: claims.Accepted) -> Case:
        own_sheet, total = scored(frozenset(item for item in accepted if item.officer))
        whole, field = counted(frozenset(item for item in accepted if not item.officer))
        return Case(unit.head(officer), whole, field.counts, total, individual(own_sheet.products), disciplined,
                    discipline.clean(unit.discipline, own_sheet, disciplined), own_of(own_sheet.products),
                    response_blank(own_sheet.products), field.field_excused)

    return case_of


def _with_facts(result: OfficerResult, officer: Officer, unit: UnitCase, facts: _Facts) -> OfficerResult:
    # Nobody of the unit proposes for an officer of the centre (VII.1.1): a row typed all the same is no proposal.
    sheet = facts.sheet
    proposal = None if result.scope is Scope.TW else unit.record.proposals.get(officer.id)
    own_steps = facts.own.steps if facts.own else ()
    return replace(
        result, score=facts.score, workbook_total=sheet.workbook_total if sheet else None,
        unit_score=proposal.unit_score if proposal else None,
        used_score=stages.used_score(facts.score, proposal, result.appraised_score),
        own_collective=facts.own, individual=individual(sheet.products) if sheet else None,
        discipline=facts.disciplined, remedied=sheet.remedied if sheet else None,
        levels=Levels(self=sheet.self_level if sheet else None, unit=proposal.unit_level if proposal else None),
        steps=(*(facts.score.steps if facts.score else ()), *own_steps))


def _lacking(officer: Officer, unit: UnitCase, facts: _Facts, policy: Policy) -> tuple[Status, Step] | None:
    """Which data the officer's level lacks, the gravest first; None when it can be decided."""
    sheet, score = facts.sheet, facts.score
    if sheet is None or score is None:
        if officer.id in unit.record.received_sheets:
            return Status.INSUFFICIENT, SHEET_FAULTY.step(policy, False)
        return Status.MISSING, SHEET_MISSING.step(policy, False)
    if facts.case is None:
        return Status.INSUFFICIENT, COLLECTIVE_LACKING.step(policy, False)
    # A head answers for the whole unit, whatever tasks bear the head's name; who heads it unknown, both must be there.
    own = {True: (facts.case.unit,), False: (facts.case.field,), None: (facts.case.unit, facts.case.field)}
    if any(base(counts) == 0 and not counts.excused for counts in own[facts.case.head]):
        return Status.INSUFFICIENT, NO_BASE.step(policy, False)
    blanks = [item.at.cell(name) for item in sheet.products for name in blank_answers(item, policy)]
    blanks += [item.at.cell("met") for item in sheet.criteria if item.met is None]
    if blanks:
        where = ", ".join(cell.a1 for cell in blanks)
        return Status.INSUFFICIENT, BLANKS.step(policy, False, blanks, where=where)
    empty = [axis.axis for axis in score.axes if axis.why_none == "no_products"]
    if empty:
        cells = [entry.at.cell("none_arising") for entry in sheet.axes if entry.axis in empty]
        return Status.INSUFFICIENT, EMPTY_AXES.step(policy, False, cells, axes=", ".join(empty))
    return None


def _in_doubt(result: OfficerResult, doubts: tuple[Step, ...], facts: _Facts, policy: Policy) -> OfficerResult:
    """A doubt about the standing itself: the levels the officer would get if evaluated, and none at all."""
    asked, found = doubts[0], facts.judge(policy)
    steps = (*doubts, *result.steps, *found.steps)
    if found.withheld:
        return replace(result, status=Status.INSUFFICIENT, steps=steps, waits_for=("unit_correction",))
    answers = (*level.after(Choice(asked.rule, _EVALUATED, asked.citation), found),
               Answer((Choice(asked.rule, _NOT_EVALUATED, asked.citation),), None))
    waits = (_REVIEW, *_claim_check(found))
    return _review(replace(result, steps=steps, claims=found.claims), answers, waits)


def _graded(result: OfficerResult, officer: Officer, unit: UnitCase, facts: _Facts, former: tuple[Step, ...],
            central: bool, policy: Policy) -> tuple[OfficerResult, list[Finding]]:
    case, sheet, part = facts.case, facts.sheet, unit.record.collective
    assert case is not None and sheet is not None and part is not None
    found = facts.judge(policy)
    flags = _flags(case, sheet, found, policy)
    flags = tuple(sorted({*flags, *stages.score_flags(result.unit_score, case.score.total, policy)}))
    result = replace(result, steps=(*result.steps, *found.steps), flags=flags, claims=found.claims,
                     waits_for=("result_report",) if Flag.PROJECTED in flags else ())
    if central and not found.withheld:
        return centre.awaiting(result, found, former, policy), []
    if central:
        return replace(result, status=Status.INSUFFICIENT, waits_for=("unit_correction",)), []
    wait = stages.waiting(officer, unit.record, sheet, case.score, former, policy)
    if found.withheld:
        waits = tuple(sorted({"unit_correction", *wait.codes}))
        return replace(result, status=Status.INSUFFICIENT, steps=(*wait.steps, *result.steps), waits_for=waits), []
    if wait.codes:
        pending = _stage_flags(_pending(result, found, wait, policy), part.level)
        return pending, _score_low(officer, unit, policy)
    if found.level is None:
        return _review(result, found.answers, ((_REVIEW,) if found.asks else ()) + _claim_check(found)), []
    return _eligible(result, case, found, officer, unit, policy), []


def _score_low(officer: Officer, unit: UnitCase, policy: Policy) -> list[Finding]:
    """The unit's score below the floor of the level it proposes itself (R57)."""
    proposal = unit.record.proposals.get(officer.id)
    if proposal is None or proposal.unit_level is None \
            or not stages.below_floor(proposal.unit_score, proposal.unit_level, policy):
        return []
    where = Where(Part.PROPOSAL, officer.unit, officer.id).at(proposal.at.cell("unit_score"))
    return [finding("RULE_UNIT_SCORE_LOW", where, score=vi_number(proposal.unit_score), level=proposal.unit_level)]


def _eligible(result: OfficerResult, case: Case, found: level.Judgement, officer: Officer, unit: UnitCase,
              policy: Policy) -> OfficerResult:
    computed = found.level
    assert computed is not None
    proposed = result.levels.unit
    assert proposed is not None and unit.record.collective is not None
    standing, line = stages.eligible(computed, proposed, policy)
    known = replace(result, levels=replace(result.levels, computed=computed, eligible=standing))
    flagged = replace(_stage_flags(known, unit.record.collective.level), levels=result.levels,
                      steps=(*result.steps, line))
    if standing == _BEST and result.group is None:
        return _ungrouped(flagged, computed, officer, policy)
    return replace(flagged, status=Status.GRADED, levels=replace(known.levels, proposed=standing),
                   order=_order(result, case, found, unit.record.sheets[officer.id], policy))


def _order(result: OfficerResult, case: Case, found: level.Judgement, sheet: OfficerSheet,
           policy: Policy) -> Order | None:
    """The place in the group; without one score the lowest possible orders (principle 4), without any there is none."""
    total = case.score.total
    if total is None and found.lowest is not None:
        total = Decimal(found.lowest.numerator) / Decimal(found.lowest.denominator)
    if total is None:
        return None
    own = case.unit if case.head else case.field
    return order_of(own, stages.order_score(total, result.unit_score, result.appraised_score, policy), sheet.products)


def _ungrouped(result: OfficerResult, computed: int, officer: Officer, policy: Policy) -> OfficerResult:
    """An eligible level 1 that no group's ratio can weigh: the level stands, the roster is to be corrected (R42, D)."""
    line = (HEAD_MISPLACED if officer.group else NO_GROUP).step(policy, None, [officer.at.cell("group")])
    answers = tuple(Answer((Choice(line.rule, text, line.citation),), found) for found, text in _IN_GROUP.items())
    return replace(result, status=Status.PENDING, levels=replace(result.levels, computed=computed),
                   possible=tuple(_IN_GROUP), answers=answers, steps=(*result.steps, line),
                   waits_for=tuple(sorted({*result.waits_for, "roster_correction"})))


def _pending(result: OfficerResult, found: level.Judgement, wait: stages.Waiting, policy: Policy) -> OfficerResult:
    unit, possible, answers = result.levels.unit, found.possible, found.answers
    if found.level is not None:
        settled = unit is not None and "unit_correction" not in wait.codes
        possible = (max(found.level, unit),) if settled and unit is not None else _LEVELS[found.level - 1:]
        answers = () if settled else tuple(_unit_proposes(item, found.level, policy) for item in possible)
    return replace(result, status=Status.PENDING, levels=replace(result.levels, computed=found.level),
                   possible=possible, answers=answers, steps=(*wait.steps, *result.steps),
                   waits_for=tuple(sorted({*result.waits_for, *wait.codes, *_claim_check(found)})))


def _unit_proposes(proposed: int, computed: int, policy: Policy) -> Answer:
    """The unit's proposal, still to come, may only make the computed level worse."""
    better = _OR_BETTER if _BEST < proposed == computed else ""
    text = _UNIT_PROPOSES.format(level=proposed, better=better)
    return Answer((Choice("R50", text, policy.citation(StageKeys.eligible)),), proposed)


def _claim_check(found: level.Judgement) -> tuple[str, ...]:
    """The office's answer to the claims is waited for wherever an outcome hangs on one."""
    return ("claim_check",) if found.level is None and any(item.decides for item in found.claims) else ()


def _review(result: OfficerResult, answers: tuple[Answer, ...], waits: tuple[str, ...]) -> OfficerResult:
    possible = tuple(sorted({answer.level or 0 for answer in answers}))
    return replace(result, status=Status.REVIEW, possible=possible, answers=answers,
                   waits_for=tuple(sorted({*result.waits_for, *waits})))


def _flags(case: Case, sheet: OfficerSheet, found: level.Judgement, policy: Policy) -> tuple[Flag, ...]:
    flags = level.flags_of(case, found.level, policy)
    if found.same:
        flags.add(Flag.DOUBT_SAME)
    if any(item.response == NOT_MET for item in sheet.products):
        flags.add(Flag.PRODUCT_3)
    own = case.unit if case.head else case.field
    if own.projected or any(item.projected for item in sheet.products):
        flags.add(Flag.PROJECTED)
    return tuple(sorted(flags))


def _stage_flags(result: OfficerResult, collective: int | None) -> OfficerResult:
    more = stages.flags_of(result.levels, result.is_head, collective)
    return replace(result, flags=tuple(sorted({*result.flags, *more})))
