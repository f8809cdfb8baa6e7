"""results.json and results.csv: what a run decided, for machines and for a filter in Excel (interfaces.md).

Keys stand in the documented order, decimals are strings, lists are sorted by id. ``results.csv`` has one row per
officer; it is UTF-8 with BOM, separated by semicolons, with a decimal comma: what Excel with Vietnamese settings opens
by a double click without a question. Programs read the JSON.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from qeval_batch import messages
from qeval_batch.model.batch import Batch
from qeval_batch.model.findings import Finding
from qeval_batch.model.manifest import dump
from qeval_batch.model.records import AXES
from qeval_batch.model.results import (
    AxisComparison,
    Counts,
    FileResult,
    GroupResult,
    Levels,
    OfficerResult,
    Status,
    UnitResult,
)
from qeval_batch.model.trace import Step

SCHEMA = 1
_PLACES = 2
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def results_json(batch: Batch) -> bytes:
    """The whole run as interfaces.md lays it down; byte-identical for equal batches."""
    result = batch.result
    return dump({
        "schema": SCHEMA,
        "period": result.period,
        "as_of": result.as_of,
        "policy": {"sha256": result.policy_sha256, "profile": result.profile, "quota_base": result.quota_base},
        "officers": [_officer(item) for item in sorted(result.officers, key=lambda item: item.id)],
        "groups": [_group(item) for item in sorted(result.groups, key=lambda item: item.id)],
        "units": [_unit(item) for item in sorted(result.units, key=lambda item: item.id)],
        "files": [_file(item) for item in sorted(result.files, key=lambda item: item.name)],
        "findings": [_finding(item) for item in result.findings],
        "central": [{"officer": item.officer, "received": item.received, "received_source": item.received_source,
                     "timeliness": item.timeliness, "timeliness_reasons": [_step(step) for step in item.timeliness_steps]}
                    for item in sorted(result.central, key=lambda item: item.officer)],
        "assessments": [_comparison(item) for item in result.comparisons],
    })


def results_csv(batch: Batch) -> bytes:
    """One row per officer, by id; the keys of results.json flattened. A blank is unknown, never 0."""
    rows = [_csv_row(item) for item in sorted(batch.result.officers, key=lambda item: item.id)]
    header = list(_csv_row(_NOBODY))
    target = io.StringIO(newline="")
    writer = csv.writer(target, delimiter=";", lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([[_csv_text(row[key]) for key in header] for row in rows])
    return b"\xef\xbb\xbf" + target.getvalue().encode("utf-8")


def decimal_text(value: Decimal | None) -> str | None:
    """``91.25``: a point, at least two decimals, more only where the figure has more; None stays None."""
    if value is None:
        return None
    places = max(_PLACES, -int(value.normalize().as_tuple().exponent))
    return f"{value:.{places}f}"


def _officer(item: OfficerResult) -> dict[str, Any]:
    return {
        "id": item.id, "name": item.name, "unit": item.unit, "group": item.group, "is_head": item.is_head,
        "authority_class": item.authority_class,
        "status": item.status.value, "scope": item.scope.value,
        "score": _score(item),
        "own_collective": _counts(item.own_collective.scope, item.own_collective.counts)
        if item.own_collective else None,
        "individual": {"assigned": item.individual.assigned, "done": item.individual.done,
                       "excused": item.individual.excused,
                       "short_support_only": item.individual.short_support_only} if item.individual else None,
        "discipline": item.discipline, "remedied": item.remedied,
        "levels": _levels(item.levels),
        "opinions": [{"body": one.body, "kind": "proposal" if one.proposes else "opinion",
                      "score": decimal_text(one.score), "level": one.level} for one in item.opinions],
        "reasons": [_step(step) for step in item.steps],
        "flags": sorted(flag.value for flag in item.flags), "possible": sorted(item.possible),
        "answers": [{"level": answer.level, "choices": [{"rule": choice.rule, "text": choice.text,
                                                         "citation": choice.citation} for choice in answer.choices]}
                    for answer in item.answers],
        "waits_for": sorted(item.waits_for), "rank": item.rank,
        "order": {"score": decimal_text(item.order.score), "exceed": list(item.order.exceed),
                  "products": item.order.products, "work": decimal_text(item.order.work)} if item.order else None,
        "former_opinions": [{"unit": opinion.unit, "months": decimal_text(opinion.months),
                             "score": decimal_text(opinion.score), "level": opinion.level, "comment": opinion.comment}
                            for opinion in item.former_opinions],
    }


def _score(item: OfficerResult) -> dict[str, Any]:
    axes = {axis.axis: axis.points for axis in item.score.axes} if item.score else {}
    return {
        "general": decimal_text(item.score.general) if item.score else None,
        "axes": [decimal_text(axes.get(axis)) for axis in AXES],
        "computed": decimal_text(item.score.total) if item.score else None,
        "workbook": decimal_text(item.workbook_total),
        "unit": decimal_text(item.unit_score),
        "appraised": decimal_text(item.appraised_score),
        "used": decimal_text(item.used_score),
    }


def _levels(levels: Levels) -> dict[str, int | None]:
    return {"self": levels.self, "unit": levels.unit, "computed": levels.computed, "eligible": levels.eligible,
            "proposed": levels.proposed, "btc": levels.btc, "decided": levels.decided}


def _counts(scope: str, counts: Counts) -> dict[str, Any]:
    return {"scope": scope, "assigned": counts.assigned, "planned": counts.planned,
            "planned_done": counts.planned_done, "planned_excused": counts.planned_excused,
            "excused": counts.excused, "done": counts.done, "late": counts.late, "exceeded": counts.exceeded,
            "failed": counts.failed, "quality": counts.quality}


def _step(step: Step) -> dict[str, Any]:
    return {"rule": step.rule, "holds": step.holds, "inputs": dict(step.inputs), "citation": step.citation,
            "text": step.text}


def _group(item: GroupResult) -> dict[str, Any]:
    return {"id": item.id, "name": item.name, "n": item.n, "waiting": item.waiting, "candidates": item.candidates,
            "max_htt_only": item.max_htt_only, "max_htt_plus": item.max_htt_plus, "binding": item.binding,
            "rate": decimal_text(item.rate), "binds": item.binds, "decision": item.decision,
            "cut": sorted(item.cut), "level1": sorted(item.level1), "tied": sorted(item.tied)}


def _unit(item: UnitResult) -> dict[str, Any]:
    return {"id": item.id, "received": item.received, "timeliness": item.timeliness,
            "paper": item.paper, "paper_received": item.paper_at, "status": item.status,
            "findings": {"error": item.errors, "warning": item.warnings},
            "collective": _counts("unit", item.counts) if item.counts else None,
            "discipline": item.discipline, "remedied": item.remedied,
            "dossier_missing": sorted(item.dossier_missing), "received_source": item.received_source,
            "complete_at": item.complete_at, "timeliness_reasons": [_step(step) for step in item.timeliness_steps]}


def _file(item: FileResult) -> dict[str, Any]:
    came = item.delivery
    return {"name": item.name, "sha256": item.sha256, "outcome": item.outcome, "why": item.why,
            "received": came.received.isoformat() if came.received is not None else None,
            "received_source": came.source, "sender": came.sender, "message_id": came.message_id}


def _finding(item: Finding) -> dict[str, Any]:
    where = item.where
    return {"code": item.code, "severity": messages.severity(item).value, "unit": where.unit,
            "officer": where.officer, "file": where.file, "sheet": where.sheet, "cell": where.a1,
            "message": messages.message(item), "citation": messages.citation(item),
            "waived_by": item.waived.by if item.waived else None,
            "waived_reason": item.waived.reason if item.waived else None}


def _comparison(item: AxisComparison) -> dict[str, Any]:
    said, counts = item.assessed, item.declared
    return {"body": said.body, "unit": said.unit, "axis": said.axis, "level": said.level, "comment": said.comment,
            "assessed": {"assigned": said.assigned, "done": said.done, "late": said.late},
            "declared": {"assigned": counts.assigned, "done": counts.done, "late": counts.late} if counts else None,
            "differs": list(item.differs)}


def _csv_row(item: OfficerResult) -> dict[str, Any]:
    full = _officer(item)
    row = {key: full[key] for key in ("id", "name", "unit", "group", "is_head", "authority_class", "status", "scope")}
    score = dict(full["score"])
    axes: Sequence[str | None] = score.pop("axes")
    row["score.general"] = _figure(score.pop("general"))
    row |= {f"score.axis{axis}": _figure(points) for axis, points in zip(AXES, axes, strict=True)}
    row |= {f"score.{key}": _figure(value) for key, value in score.items()}
    row |= {f"own_collective.{key}": (full["own_collective"] or {}).get(key) for key in _counts("", Counts())}
    row |= {f"individual.{key}": (full["individual"] or {}).get(key)
            for key in ("assigned", "done", "excused", "short_support_only")}
    row |= {"discipline": full["discipline"], "remedied": full["remedied"]}
    row |= {f"levels.{key}": value for key, value in full["levels"].items()}
    row |= {key: " ".join(map(str, full[key])) for key in ("flags", "possible", "waits_for")}
    row["rank"] = full["rank"]
    return row


def _figure(text: str | None) -> str | None:
    return None if text is None else text.replace(".", ",")


def _csv_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = " ".join(str(value).split()) if isinstance(value, str) else str(value)
    # A leading apostrophe keeps a spreadsheet from running what a person typed.
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


_NOBODY = OfficerResult("", "", "", None, False, None, Status.MISSING)
