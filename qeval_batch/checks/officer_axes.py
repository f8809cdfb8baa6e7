"""B1: roles and points of the six axes (R11), and whether each axis with points has something to be scored (R17)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from qeval_batch.checks.scope import (
    SheetScope,
    blank,
    mark,
    number,
    readable,
    text,
    vi_figure,
)
from qeval_batch.checks.topics import OFFICER
from qeval_batch.core.say import say
from qeval_batch.model.findings import Finding, finding
from qeval_batch.model.records import AXES
from qeval_batch.model.submission import Row

_TOTAL = "total_b"


def axis_rows(scope: SheetScope) -> dict[str, Row]:
    """The rows of the six axes by code, in the form's order."""
    rows = {row.key: row for row in scope.sheet.rows("axes")}
    return {axis: rows[axis] for axis in AXES if axis in rows}


def role_of(row: Row) -> str | None:
    return text(row, "role")


def points_of(row: Row) -> Decimal | None:
    """Maximum points of an axis; an axis nobody answers for has none when the cell is blank."""
    if role_of(row) == "none" and blank(row, "max_points"):
        return Decimal(0)
    return number(row, "max_points")


def products_by_axis(scope: SheetScope) -> dict[str, int] | None:
    """How many products each axis has; None while a product's axis is blank or unreadable, or rows may be missing."""
    if not scope.whole:
        return None
    counts = dict.fromkeys(AXES, 0)
    for row in scope.sheet.rows("products"):
        axis = text(row, "axis")
        if axis not in counts:
            return None
        counts[axis] += 1
    return counts


@OFFICER.check("FIXED_ROW_MISSING")
def axes_present(scope: SheetScope) -> Iterator[Finding]:
    """All six axes stand in the sheet (R10)."""
    rows = axis_rows(scope)
    for axis in AXES:
        if axis not in rows and scope.whole:
            yield finding("FIXED_ROW_MISSING", scope.where, row=say("checks.officer_axes.axis", axis=axis))


@OFFICER.check("ROW_REQUIRED_BLANK")
def axes_filled(scope: SheetScope) -> Iterator[Finding]:
    """Every axis has its role and its points (R11)."""
    for axis, row in axis_rows(scope).items():
        for field in ("role", "max_points"):
            if blank(row, field) and not (field == "max_points" and role_of(row) == "none"):
                yield scope.found("ROW_REQUIRED_BLANK", row, field, name=say("checks.officer_axes.of_axis", axis=axis),
                                  label=scope.label("axes", field))


@OFFICER.check("AXIS_NO_ROLE_REFUSED", "AXIS_NO_ROLE_POINTS", "AXIS_ZERO_POINTS")
def no_role(scope: SheetScope) -> Iterator[Finding]:
    """`Không phụ trách` only where the policy allows it, and then without points; a role has points (R11, R17)."""
    for axis, row in axis_rows(scope).items():
        role, points = role_of(row), points_of(row)
        if role == "none" and not scope.ctx.allow_no_role:
            yield scope.found("AXIS_NO_ROLE_REFUSED", row, "role", axis=axis)
        elif role == "none" and points:
            yield scope.found("AXIS_NO_ROLE_POINTS", row, "max_points", axis=axis, points=vi_figure(points))
        elif points == 0 and (role == "main" or (role == "secondary" and not scope.ctx.allow_no_role)):
            yield scope.found("AXIS_ZERO_POINTS", row, "max_points", axis=axis)


@OFFICER.check("AXIS_POINTS_TOTAL")
def points_total(scope: SheetScope) -> Iterator[Finding]:
    """The points of the six axes add up to the part's maximum in the profile that holds (R11, R17)."""
    rows = axis_rows(scope)
    points = [points_of(row) for row in rows.values()]
    known = [item for item in points if item is not None]
    if len(known) != len(AXES) or sum(known) == scope.ctx.axes_points:
        return
    total = next((row for row in scope.sheet.rows("axes") if row.key == _TOTAL), rows[AXES[0]])
    yield scope.found("AXIS_POINTS_TOTAL", total, "max_points", total=vi_figure(sum(known, Decimal(0))),
                      expected=vi_figure(scope.ctx.axes_points), parts=" + ".join(vi_figure(item) for item in known))


@OFFICER.check("AXIS_NO_MAIN")
def has_main(scope: SheetScope) -> Iterator[Finding]:
    """At least one axis is `Chính` (R11)."""
    rows = axis_rows(scope)
    roles = [role_of(row) for row in rows.values()]
    if len(rows) == len(AXES) and None not in roles and "main" not in roles:
        yield scope.found("AXIS_NO_MAIN", rows[AXES[0]], "role")


@OFFICER.check("AXIS_MAIN_NOT_ABOVE")
def main_above_secondary(scope: SheetScope) -> Iterator[Finding]:
    """EVERY main axis has strictly more points than EVERY secondary one (LD II.4); the worst pair is named."""
    mains: list[tuple[Decimal, str]] = []
    secondaries: list[tuple[Decimal, str]] = []
    rows = axis_rows(scope)
    for axis, row in rows.items():
        points = points_of(row)
        if points is not None:
            {"main": mains, "secondary": secondaries}.get(role_of(row) or "", []).append((points, axis))
    if not mains or not secondaries:
        return
    low, main_axis = min(mains)
    high = max(points for points, _ in secondaries)
    secondary_axis = min(axis for points, axis in secondaries if points == high)
    if low <= high:
        yield scope.found("AXIS_MAIN_NOT_ABOVE", rows[main_axis], "max_points", main=main_axis, points=vi_figure(low),
                          secondary=secondary_axis, other_points=vi_figure(high),
                          other_cell=rows[secondary_axis].at.cell("max_points").a1)


@OFFICER.check("AXIS_WITHOUT_PRODUCTS", "AXIS_NONE_ARISING_WITH_PRODUCTS", "AXIS_NO_ROLE_WITH_PRODUCTS")
def axis_has_products(scope: SheetScope) -> Iterator[Finding]:
    """An axis with points has products, or says that nothing arose (R17).

    A tick beside products is an error: read one way the axis is scored, read the other the officer has no total,
    and the program may not choose between the two.
    """
    counts = products_by_axis(scope)
    if counts is None or not any(counts.values()):
        return
    for axis, row in axis_rows(scope).items():
        role, points = role_of(row), points_of(row)
        if role == "none":
            if counts[axis]:
                yield scope.found("AXIS_NO_ROLE_WITH_PRODUCTS", row, "role", axis=axis, count=counts[axis])
        elif mark(row, "none_arising"):
            if counts[axis]:
                yield scope.found("AXIS_NONE_ARISING_WITH_PRODUCTS", row, "none_arising", axis=axis,
                                  count=counts[axis])
        elif points and not counts[axis] and readable(row, "none_arising"):
            yield scope.found("AXIS_WITHOUT_PRODUCTS", row, "none_arising", axis=axis, points=vi_figure(points))


@OFFICER.check("OFFICER_NO_PRODUCTS", kept=True)
def has_products(scope: SheetScope) -> Iterator[Finding]:
    """B2 without a single product is said once, not axis by axis (R17)."""
    counts = products_by_axis(scope)
    owed = [axis for axis, row in axis_rows(scope).items()
            if points_of(row) and role_of(row) != "none" and not mark(row, "none_arising")]
    if counts is not None and not any(counts.values()) and owed:
        yield finding("OFFICER_NO_PRODUCTS", scope.where, axes=", ".join(owed))
