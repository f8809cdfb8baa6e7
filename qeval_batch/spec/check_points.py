"""Points that add up: part A and the six axes of every annex against the policy's totals (LD II.4, R11, R17)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from qeval_batch.core.decimals import finite
from qeval_batch.core.say import say
from qeval_batch.spec.form import Block, FixedRow, Form
from qeval_batch.spec.parts import FormParts
from qeval_batch.spec.yamlio import Document, SpecProblem, YamlPath

_AXES_BLOCK = "axes"
_GENERAL_BLOCK = "general"


def points_problems(parts: FormParts) -> Iterator[SpecProblem]:
    """Faults of axis points, main axes, suggested criteria and part A, over every form that asks for them."""
    for form in parts.effective.values():
        for sheet_index, sheet in enumerate(form.sheets):
            for block_index, block in enumerate(sheet.blocks):
                place = ("sheets", sheet_index, "blocks", block_index)
                if block.id == _AXES_BLOCK:
                    yield from _axes(parts, form, [row.key for row in block.fixed if not row.total])
                if block.id == _GENERAL_BLOCK and parts.owner(form.form, "sheets")[1].form == form.form:
                    yield from _general(parts, parts.written[form.form][0], place, block)


def _axes(parts: FormParts, form: Form, axes: list[str]) -> Iterator[SpecProblem]:
    """What this form says itself; what it inherits is the base's to answer for, save where the two do not fit."""
    document = parts.written[form.form][0]
    own = {key for key in ("axis_points", "main_axes", "criteria") if parts.owner(form.form, key)[1].form == form.form}
    if "axis_points" in own:
        yield from _points(document, form, axes, _profile_totals(parts, "score.axes_points"))
    if "main_axes" in own:
        yield from _main(document, form, axes)
    if "axis_points" in own or "main_axes" in own:
        yield from _main_above_secondary(document, form, axes, "axis_points" if "axis_points" in own else "main_axes")
    if "criteria" in own:
        yield from _criteria(document, form, axes)


def _points(document: Document, form: Form, axes: list[str], totals: dict[str, Decimal]) -> Iterator[SpecProblem]:
    for profile in sorted(totals.keys() - form.axis_points.keys()):
        yield document.problem(["axis_points"], say("spec.check_points.no_points", profile=profile),
                               say("spec.check_points.no_points_cure"))
    for profile, points in form.axis_points.items():
        place = ["axis_points", profile]
        if profile not in totals:
            if totals:
                yield document.problem(place, say("spec.check_points.no_profile", profile=profile),
                                       say("spec.check_points.choose", names=", ".join(sorted(totals))))
            continue
        if sorted(points) != sorted(axes):
            yield document.problem(place,
                                   say("spec.check_points.axes", axes=", ".join(axes),
                                       found=", ".join(sorted(points)) or say("spec.check_points.none")),
                                   say("spec.check_points.complete"))
        negative = [axis for axis, value in points.items() if value < 0]
        for axis in negative:
            yield document.problem([*place, axis], say("spec.check_points.negative", axis=axis),
                                   say("spec.check_points.negative_cure"))
        if sum(points.values()) != totals[profile]:
            yield document.problem(place,
                                   say("spec.check_points.axes_total", total=sum(points.values()),
                                       expected=totals[profile], profile=profile),
                                   say("spec.check_points.axes_total_cure"))


def _main(document: Document, form: Form, axes: list[str]) -> Iterator[SpecProblem]:
    for index, axis in enumerate(form.main_axes):
        if axis not in axes:
            yield document.problem(["main_axes", index], say("spec.check_points.no_main_axis", axis=axis),
                                   say("spec.check_points.choose_in", axes=", ".join(axes)))
    if not form.main_axes:
        yield document.problem(["main_axes"], say("spec.check_points.main_axes_empty"),
                               say("spec.check_points.one_axis"))


def _main_above_secondary(document: Document, form: Form, axes: list[str], said: str) -> Iterator[SpecProblem]:
    for profile, points in form.axis_points.items():
        main = [points[axis] for axis in axes if axis in form.main_axes and axis in points]
        secondary = [points[axis] for axis in axes if axis not in form.main_axes and axis in points]
        if sorted(points) == sorted(axes) and main and secondary and min(main) <= max(secondary):
            yield document.problem([said, profile] if said == "axis_points" else [said],
                                   say("spec.check_points.main_below", profile=profile, lowest=min(main),
                                       highest=max(secondary)),
                                   say("spec.check_points.main_below_cure"))


def _criteria(document: Document, form: Form, axes: list[str]) -> Iterator[SpecProblem]:
    for axis in sorted(form.criteria.keys() - set(axes)):
        yield document.problem(["criteria", axis], say("spec.check_points.criteria_axis", axis=axis),
                               say("spec.check_points.choose_in", axes=", ".join(axes)))
    for axis in axes:
        if not form.criteria.get(axis):
            yield document.problem(["criteria"], say("spec.check_points.no_criteria", axis=axis),
                                   say("spec.check_points.no_criteria_cure"))


def _general(parts: FormParts, document: Document, place: YamlPath, block: Block) -> Iterator[SpecProblem]:
    """Part A: each group line bears the sum of its criteria, and all criteria make the policy's total."""
    totals = _profile_totals(parts, "score.general_points")
    rows = [([*place, "fixed", index], row) for index, row in enumerate(block.fixed)]
    group: tuple[YamlPath, FixedRow] | None = None
    total = in_group = Decimal(0)
    for row_place, row in rows:
        if row.heading or row.total:
            yield from _group(document, group, in_group)
            group, in_group = ((row_place, row) if row.heading else None), Decimal(0)
            continue
        points = finite(row.values.get("max_points"))
        if points is None or points < 0:
            yield document.problem([*row_place, "values", "max_points"],
                                   say("spec.check_points.points_not_number", key=row.key),
                                   say("spec.check_points.points_not_number_cure"))
            continue
        total += points
        in_group += points
    yield from _group(document, group, in_group)
    if block.profile is None:
        yield document.problem(place, say("spec.check_points.no_part_profile"), "Ghi profile: 30+70.")
    expected = totals.get(block.profile or "")
    if expected is not None and total != expected:
        yield document.problem([*place, "fixed"],
                               say("spec.check_points.general_total", total=total, expected=expected,
                                   profile=block.profile),
                               say("spec.check_points.general_total_cure"))


def _group(document: Document, group: tuple[YamlPath, FixedRow] | None, points: Decimal) -> Iterator[SpecProblem]:
    if group is None or "max_points" not in group[1].values:
        return
    stated = finite(group[1].values["max_points"])
    if stated != points:
        yield document.problem([*group[0], "values", "max_points"],
                               say("spec.check_points.criteria_group", key=group[1].key,
                                   points=group[1].values["max_points"], total=points),
                               say("spec.check_points.criteria_group_cure"))


def _profile_totals(parts: FormParts, key: str) -> dict[str, Decimal]:
    value = parts.policy[key].value if key in parts.policy else None
    if not isinstance(value, dict):
        return {}
    numbers = {str(profile): finite(points) for profile, points in value.items()}
    return {profile: points for profile, points in numbers.items() if points is not None}
