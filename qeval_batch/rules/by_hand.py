"""A case the competent authority settles by a document (R23): its outcomes are those the document names."""

from __future__ import annotations

from dataclasses import replace

from qeval_batch.model.results import Answer, Choice, Levels, OfficerResult, Status
from qeval_batch.model.roster import NOT_EVALUATED, Officer
from qeval_batch.rules.trace import TraceLine
from qeval_batch.spec.policy import Policy
from qeval_batch.spec.sections import ScopeKeys

_CITES = ScopeKeys.other_cases
_SHOWS = {"Số văn bản": "{document}"}
UNNAMED = TraceLine("R23", _CITES, "Trường hợp khác theo văn bản {document}, nhưng danh mục chưa ghi kết quả theo văn bản.", _SHOWS)
SET_APART = TraceLine("R23", _CITES, "Theo văn bản {document}: không đánh giá trong quý.", _SHOWS)
TAKEN = TraceLine("R23", _CITES, "Theo văn bản {document}: xếp mức {level}.", _SHOWS)
SEVERAL = TraceLine("R23", _CITES, "Văn bản {document} nêu nhiều kết quả, cấp có thẩm quyền chọn một.", _SHOWS)
_LEVEL, _NONE = "theo văn bản xếp mức {level}", "theo văn bản không đánh giá trong quý"


def settled(result: OfficerResult, officer: Officer, policy: Policy) -> OfficerResult:
    """The result of one outcome, the doubt of several, or the correction the roster needs where none is named."""
    cells = [officer.at.cell("standing_document"), officer.at.cell("outcomes")]
    document = officer.standing_document or "…"
    if not officer.outcomes:
        line = UNNAMED.step(policy, False, cells, document=document)
        return replace(result, steps=(line,), waits_for=("roster_correction",))
    if officer.outcomes == (NOT_EVALUATED,):
        line = SET_APART.step(policy, True, cells, document=document)
        return replace(result, status=Status.EXCLUDED, group=None, steps=(line,))
    if len(officer.outcomes) == 1:
        level = officer.outcomes[0]
        line = TAKEN.step(policy, True, cells, document=document, level=level)
        return replace(result, status=Status.GRADED, steps=(line,),
                       levels=Levels(computed=level, eligible=level, proposed=level))
    line = SEVERAL.step(policy, None, cells, document=document)
    answers = tuple(Answer((Choice("R23", _words(item), policy.citation(_CITES)),), item or None)
                    for item in officer.outcomes)
    return replace(result, status=Status.REVIEW, steps=(line,), possible=officer.outcomes, answers=answers,
                   waits_for=("decision_review",))


def _words(outcome: int) -> str:
    return _NONE if outcome == NOT_EVALUATED else _LEVEL.format(level=outcome)
