"""The worksheet templates are written on: xlsxwriter's, without its rewriting of formulas.

xlsxwriter searches every formula for some sixty newer functions; the closed set of ``formulas`` uses none of them, and
the search was half the time of a workbook. Should the method below go away, only speed is lost.
"""

from __future__ import annotations

from xlsxwriter.worksheet import Worksheet


class Page(Worksheet):      # type: ignore[misc]
    """A worksheet that takes formulas as they are."""

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        return formula.removeprefix("{").removeprefix("=").removesuffix("}")
