"""Nhận xét of a former unit: written for whoever moved away, read back, held to its duty (R21)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import kind_builders as kb
import pytest
import read_builders as rb

from qeval_batch import messages
from qeval_batch.checks.build import CheckContext, build_unit
from qeval_batch.model.findings import Part

TWO_MONTHS, A_DAY_LESS = date(2026, 9, 1), date(2026, 8, 31)
SAID = {"months": Decimal(2), "score": Decimal("84.5"), "level": "2", "comment": "Hoàn thành tốt"}


def built(moved: date, said: dict | None, roster=None):
    """The unit's record and findings, with the opinion ``said`` typed into the former unit's workbook."""
    roster = roster or kb.roster(moved)
    facts = kb.facts(kb.roster(moved))
    answers = {("comment", kb.GONE): {"opinion": [said]}} if said else None
    read = rb.read(kb.built(facts, answers=answers))
    context = CheckContext(rb.spec(), roster, rb.PERIOD, date(2026, 9, 26), {})
    sheets = [sheet for sheet in read.sheets if sheet.sheet == "comment"]
    record, found = build_unit(facts.unit, sheets, (), context)
    mine = [item for item in found if item.where.part is Part.OPINION]
    return record, [(item.code, item.where.officer, item.where.a1) for item in mine], sheets, mine


def test_one_sheet_for_each_officer_who_served_here_in_the_quarter():
    facts = kb.facts(kb.roster(TWO_MONTHS))
    names = [name for name, place in rb.read(kb.built(facts)).stamp.sheets.items() if place[1] == "comment"]
    assert names == [f"Nhận xét {kb.GONE}"]
    assert kb.facts(kb.roster(None)).moved == () and kb.facts(kb.roster(rb.PERIOD.start)).moved == ()
    assert facts.moved[0].stay == "01/7/2026 – 31/8/2026" and facts.moved[0].new_unit == kb.OTHER.name


def test_the_sheet_says_whom_it_is_about():
    import io

    import openpyxl

    page = openpyxl.load_workbook(io.BytesIO(kb.built(kb.facts(kb.roster(TWO_MONTHS)))))[f"Nhận xét {kb.GONE}"]
    shown = [cell.value for row in page.iter_rows() for cell in row if cell.value]
    assert {"Nguyễn Văn Thử 9", kb.GONE, kb.OTHER.name, "01/7/2026 – 31/8/2026"} <= set(shown)


@pytest.mark.parametrize(("part", "with_comment"), [("all", True), ("collective", True)])
def test_the_sheet_goes_with_the_unit_not_with_an_officer(part, with_comment):
    facts = kb.facts(kb.roster(TWO_MONTHS))
    sheets = rb.read(kb.built(facts, part=part)).stamp.sheets.values()
    assert (("nhan-xet", "comment", kb.GONE) in sheets) is with_comment
    own = rb.read(kb.built(facts, part="officer", officer="CB0001")).stamp.sheets.values()
    assert all(place[1] != "comment" for place in own)


def test_an_opinion_is_read_back():
    record, found, _, _ = built(TWO_MONTHS, SAID)
    opinion = record.opinions[kb.GONE]
    assert (opinion.unit, opinion.comment, opinion.score, opinion.level, opinion.months) == (
        "DV031", "Hoàn thành tốt", Decimal("84.5"), 2, Decimal(2))
    assert found == []


def test_a_blank_sheet_is_an_error_only_where_the_opinion_is_mandatory():
    record, found, sheets, _ = built(TWO_MONTHS, None)
    cell = sheets[0].rows("opinion")[0].at.cell("comment").a1
    assert found == [("OPINION_MISSING", kb.GONE, cell)] and record.opinions == {}
    record, found, _, _ = built(A_DAY_LESS, None)
    assert found == [("OPINION_MISSING_OPTIONAL", kb.GONE, cell)] and record.opinions == {}


def test_a_comment_without_score_and_level_counts_with_a_warning_for_each():
    record, found, _, _ = built(TWO_MONTHS, {"comment": "Tốt"})
    assert [code for code, *_ in found] == ["OPINION_PART_BLANK"] * 2 and record.opinions[kb.GONE].comment == "Tốt"
    record, found, _, mine = built(TWO_MONTHS, {"level": "2"})
    assert [code for code, *_ in found] == ["OPINION_MISSING"] and messages.is_error(mine[0]) and record.opinions == {}


def test_months_that_lead_to_another_duty_are_named():
    assert built(TWO_MONTHS, SAID | {"months": Decimal("1.9")})[1][0][0] == "OPINION_MONTHS_DIFFER"
    assert built(TWO_MONTHS, SAID | {"months": Decimal("2.5")})[1] == []
    assert built(A_DAY_LESS, SAID)[1][0][0] == "OPINION_MONTHS_DIFFER"
    assert built(A_DAY_LESS, SAID | {"months": Decimal("1.9")})[1] == []


def test_an_opinion_of_somebody_who_did_not_move_from_here_is_refused():
    record, found, _, mine = built(TWO_MONTHS, SAID, roster=kb.roster(TWO_MONTHS, former="DV032"))
    assert [code for code, *_ in found] == ["OPINION_NOT_MOVED"] and record.opinions == {}
    assert all(messages.message(item) for item in mine)


def test_a_faulty_cell_withholds_the_opinion_alone():
    facts = kb.facts(kb.roster(TWO_MONTHS))
    answers = {("comment", kb.GONE): {"opinion": [SAID | {"score": Decimal(184)}]}}
    read = rb.read(kb.built(facts, answers=answers))
    context = CheckContext(rb.spec(), kb.roster(TWO_MONTHS), rb.PERIOD, date(2026, 9, 26), {})
    record, _ = build_unit(facts.unit, read.sheets, read.findings, context)
    assert record.opinions == {}
    assert [(item.where.part, item.where.officer) for item in read.findings
            if item.code == "CELL_ABOVE_MAXIMUM" or item.where.part is Part.OPINION] == [(Part.OPINION, kb.GONE)]
