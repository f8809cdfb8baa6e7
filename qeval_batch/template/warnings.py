"""Cells of a template that turn red while something is missing or contradicts itself: (area, condition) pairs.

Conditions are written for the first row of their area. A rule whose fields a form does not have is left out, so an
office may drop columns. They only warn: what counts is checked when the workbook comes back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from qeval_batch.model.records import AXES
from qeval_batch.spec.form import Source
from qeval_batch.template.facts import MAIN, SECONDARY, UnitFacts
from qeval_batch.template.layout import BlockPlace, SheetPlace, inputs

Warning_ = tuple[str, str]
_MAX_PERCENT = 100
_EXCUSE = ("cause", "confirm_document", "confirm_body")


def of_sheet(sheet: SheetPlace, facts: UnitFacts) -> Iterator[Warning_]:
    """All warnings of a sheet, block by block."""
    for place in sheet.blocks:
        if place.block.kind == "table" and place.rows:
            yield from _required(place)
            yield from _SPECIAL.get(place.block.id, _none)(place, facts)
            yield from _half_excused(place)
        elif place.block.kind == "fields":
            yield from _required_lines(place)


def _none(place: BlockPlace, facts: UnitFacts) -> Iterator[Warning_]:
    return iter(())


def _blank(ref: str) -> str:
    return f"LEN(TRIM({ref}))=0"


def _filled(ref: str) -> str:
    return f"LEN(TRIM({ref}))>0"


def _area(place: BlockPlace, *field_ids: str) -> str:
    return " ".join(f"{place.column(name)}{place.first}:{place.column(name)}{place.last}" for name in field_ids)


def _has(place: BlockPlace, *field_ids: str) -> bool:
    return all(name in place.spans for name in field_ids)


def _started(place: BlockPlace) -> str:
    """Some input cell of the first row is filled."""
    columns = sorted(place.spans[field.id].first for field in inputs(place))
    by_column = {span.first: name for name, span in place.spans.items()}
    runs: list[list[int]] = []
    for column in columns:
        if runs and runs[-1][1] + 1 == column:
            runs[-1][1] = column
        else:
            runs.append([column, column])
    refs = (f"{place.cell(by_column[low], place.first)}:{place.cell(by_column[high], place.first)}" for low, high in runs)
    return f"COUNTA({','.join(refs)})>0"


def _required(place: BlockPlace) -> Iterator[Warning_]:
    """A required cell left blank in a row somebody began."""
    needed = [field.id for field in inputs(place) if field.required]
    if place.block.id == "products" and "done" in place.spans:
        needed.append("done")
    if not needed or not place.block.rows:
        return
    needed.sort(key=lambda name: place.spans[name].first)
    first = place.column(needed[0])
    yield _area(place, *needed), f"AND({_started(place)},{_blank(f'{first}{place.first}')})"


def _required_lines(place: BlockPlace) -> Iterator[Warning_]:
    lines = [row for row in place.rows if row.key and any(
        field.id == row.key and field.source is Source.INPUT for field in place.block.fields)]
    for row in lines:
        field = place.block.field(str(row.key))
        if field.required and len(lines) > 1:
            column = place.column(field.id)
            others = f"${column}${lines[0].row}:${column}${lines[-1].row}"
            yield f"{column}{row.row}:{column}{row.row}", f"AND(COUNTA({others})>0,{_blank(f'${column}${row.row}')})"


def _half_excused(place: BlockPlace) -> Iterator[Warning_]:
    """An objective cause needs all three: cause, document, confirming body (R17)."""
    if not _has(place, *_EXCUSE) or not place.block.rows:
        return
    refs = [place.cell(name, place.first) for name in _EXCUSE]
    some = "+".join(f"({_filled(ref)})" for ref in refs)
    for name, ref in zip(_EXCUSE, refs, strict=True):
        yield _area(place, name), f"AND({some}>0,{_blank(ref)})"


def _general(place: BlockPlace, facts: UnitFacts) -> Iterator[Warning_]:
    """Part A: both boxes; neither, once somebody has begun."""
    if not _has(place, "met", "not_met"):
        return
    criteria = [row for row in place.rows if not row.heading and not row.total]
    met, not_met = (place.cell(name, criteria[0].row) for name in ("met", "not_met"))
    begun = f"COUNTA({place.range('met')},{place.range('not_met')})>0"
    area = " ".join(f"{place.column(name)}{row.row}:{place.column(name)}{row.row}"
                    for name in ("met", "not_met") for row in criteria)
    yield area, f"AND({begun},({_filled(met)})+({_filled(not_met)})<>1)"


def _axes(place: BlockPlace, facts: UnitFacts) -> Iterator[Warning_]:
    """B1: blank points; points that do not add up; a main axis not above every secondary one (R11)."""
    if not _has(place, "role", "max_points"):
        return
    rows = [row.row for row in place.rows if row.key in AXES]
    points, roles = (f"${place.column(name)}${rows[0]}:${place.column(name)}${rows[-1]}" for name in ("max_points", "role"))
    role, own = (place.cell(name, rows[0]) for name in ("role", "max_points"))
    labels = facts.spec.lists["axis_role"]
    main, secondary = labels.label(MAIN), labels.label(SECONDARY)
    area = f"{place.column('max_points')}{rows[0]}:{place.column('max_points')}{rows[-1]}"
    yield area, f"NOT(ISNUMBER({own}))"
    yield area, (f'OR(AND({role}="{main}",SUMPRODUCT(({roles}="{secondary}")*({points}>={own}))>0),'
                 f'AND({role}="{secondary}",SUMPRODUCT(({roles}="{main}")*({points}<={own}))>0))')
    total = place.place("total_b")
    if total is not None:
        wanted = facts.spec.policy.score.axes_points[facts.profile]
        cell = f"{place.column('max_points')}{total.row}"
        yield f"{cell}:{cell}", f"ROUND({cell}-{wanted},9)<>0"


def _products(place: BlockPlace, facts: UnitFacts) -> Iterator[Warning_]:
    """B2: done without date or rates; progress left out when late or short, given when in time (R17)."""
    names = ("assigned", "done", "deadline", "completed", "quality_pct", "progress_pct", "leadership_pct")
    if not _has(place, *names):
        return
    assigned, done, deadline, completed, quality, progress, leadership = (place.cell(n, place.first) for n in names)
    some = f"N({done})>0"
    enough = f"{done}>={assigned}"
    if _has(place, *_EXCUSE):
        excused = ",".join(_filled(place.cell(name, place.first)) for name in _EXCUSE)
        enough = f"OR({enough},AND({excused}))"
    in_time = (f"AND(ISNUMBER({done}),ISNUMBER({assigned}),ISNUMBER({completed}),ISNUMBER({deadline}),"
               f"{enough},{completed}<={deadline})")
    yield _area(place, "completed"), f"AND({some},{_blank(completed)})"
    yield _area(place, "quality_pct"), f"AND({some},{_blank(quality)})"
    if facts.spec.policy.score.kpi_formula == "mean_abcd":
        yield _area(place, "leadership_pct"), f"AND({some},{_blank(leadership)})"
    yield _area(place, "progress_pct"), (
        f"OR(AND({in_time},ISNUMBER({progress}),{progress}<>{_MAX_PERCENT}),"
        f"AND({some},NOT({in_time}),OR({_blank(progress)},N({progress})>={_MAX_PERCENT})))")
    if _has(place, "key", "response"):
        key, response = (place.cell(name, place.first) for name in ("key", "response"))
        yield _area(place, "response"), f"AND({some},{_filled(key)},{_blank(response)})"


def _tasks(place: BlockPlace, facts: UnitFacts) -> Iterator[Warning_]:
    """Phụ lục 09 part II: a status the dates contradict; more than planned on a task not done (rules.md C)."""
    if not _has(place, "deadline", "completed", "status", "exceeded"):
        return
    deadline, completed, status, exceeded = (place.cell(name, place.first)
                                             for name in ("deadline", "completed", "status", "exceeded"))
    words = facts.spec.lists["task_status"]
    on_time, late, not_done = (words.label(code) for code in ("on_time", "late", "not_done"))
    dated = f"ISNUMBER({completed}),ISNUMBER({deadline})"
    yield _area(place, "status"), (
        f'OR(AND({status}="{on_time}",{dated},{completed}>{deadline}),AND({status}="{late}",{dated},{completed}<={deadline}),'
        f'AND({status}="{not_done}",ISNUMBER({completed})))')
    yield _area(place, "completed"), f'AND(OR({status}="{on_time}",{status}="{late}"),{_blank(completed)})'
    yield _area(place, "exceeded"), f'AND({_filled(exceeded)},{status}="{not_done}")'
    if _has(place, "key", "response"):
        key, response = (place.cell(name, place.first) for name in ("key", "response"))
        done = f'OR({status}="{on_time}",{status}="{late}")'
        yield _area(place, "response"), f"AND({_filled(key)},{done},{_blank(response)})"


def _proposals(place: BlockPlace, facts: UnitFacts) -> Iterator[Warning_]:
    """Tổng hợp: a proposal that must say why, and does not (forms.md 4)."""
    names = ("self_score", "self_level", "unit_score", "unit_level", "reason")
    if not _has(place, *names):
        return
    self_score, self_level, unit_score, unit_level, reason = (place.cell(name, place.first) for name in names)
    words = facts.spec.lists["levels"]
    difference = facts.spec.policy.score.explain_difference
    must = (f'OR({unit_level}="{words.label("1")}",{unit_level}="{words.label("4")}",'
            f"AND({_filled(self_level)},{unit_level}<>{self_level}),"
            f"AND(ISNUMBER({unit_score}),ISNUMBER({self_score}),ABS(N({unit_score})-N({self_score}))>={difference}))")
    yield _area(place, "reason"), f"AND({_filled(unit_level)},{_blank(reason)},{must})"


_SPECIAL: dict[str, Callable[[BlockPlace, UnitFacts], Iterator[Warning_]]] = {
    "general": _general, "axes": _axes, "products": _products, "tasks": _tasks, "officers": _proposals}
