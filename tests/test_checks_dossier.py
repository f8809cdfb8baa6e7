"""Hồ sơ: each part in both forms, what is missing is named, and nobody's grade is blocked (LD VII.2.2, R60)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from sheet_builders import OFFICERS, at, build, clean, context, dossier, found, officer, roster

from qeval_batch.checks.dossier import missing_parts
from qeval_batch.core.cells import RowRef
from qeval_batch.core.period import VIETNAM_TIME
from qeval_batch.model.register import Register, RegisterEntry
from qeval_batch.model.submission import INVALID

NEITHER = {"electronic": False, "paper": False}


@pytest.mark.parametrize("key", ["1", "2", "3:CB0002", "4:6", "5", "6"])
@pytest.mark.parametrize(("values", "expected"), [
    (NEITHER, [("DOSSIER_PART_MISSING", "electronic")]),
    ({"paper": False}, [("DOSSIER_PAPER_MISSING", "paper")]),
    ({"electronic": False}, [("DOSSIER_ELECTRONIC_MISSING", "electronic")]),
    ({"electronic": INVALID, "paper": False}, []),
    ({"number": None, "date": None}, []),
])
def test_copies_of_a_part(key, values, expected):
    sheets = {**clean(), "dossier": dossier({key: values})}
    assert found(sheets) == at(sheets["dossier"], "parts", key, *expected)
    record = build(sheets)[0]
    assert set(record.sheets) == set(OFFICERS) and record.collective is not None


@pytest.mark.parametrize(("changed", "missing"), [
    ({}, ()),
    ({"2": NEITHER}, (2,)),
    ({"4:3": NEITHER, "3:CB0001": NEITHER}, (3, 4)),
    ({"5": {"paper": False}}, ()),
])
def test_missing_parts(changed, missing):
    assert missing_parts(build({**clean(), "dossier": dossier(changed)})[0].dossier) == missing


def test_without_the_sheet_every_part_is_missing():
    sheets = clean()
    del sheets["dossier"]
    assert missing_parts(build(sheets)[0].dossier) == (1, 2, 3, 4, 5, 6)


@pytest.mark.parametrize(("people", "asked"), [
    ({"CB0002": officer("CB0002", standing="deferred")}, False),
    ({"CB0002": officer("CB0002", "DV002")}, False),
    ({"CB0002": officer("CB0002", standing="evaluate")}, True),
])
def test_no_self_assessment_is_owed_by_who_is_not_evaluated_here(people, asked):
    everybody = {item: officer(item) for item in ("CB0001", "CB0003")} | people
    sheets = {"dossier": dossier({"3:CB0002": NEITHER})}
    record, findings = build(sheets, context(roster=roster(officers=everybody)))
    assert bool(findings) is asked and missing_parts(record.dossier) == ((3,) if asked else ())


def test_a_copy_sent_all_the_same_is_kept():
    people = {item: officer(item) for item in OFFICERS} | {"CB0002": officer("CB0002", standing="deferred")}
    for sent in ({"paper": False}, {"electronic": False}):
        record, findings = build({"dossier": dossier({"3:CB0002": sent})}, context(roster=roster(officers=people)))
        assert findings == [] and (3, "CB0002") in {(item.part, item.of) for item in record.dossier}


@pytest.mark.parametrize("key", [None, "7", "total", "một:CB0001"])
def test_a_row_of_no_part_is_nothing(key):
    sheet = dossier()
    rows = tuple(replace(row, key=key) if row.key == "5" else row for row in sheet.rows("parts"))
    record, findings = build([replace(sheet, blocks={"parts": rows})])
    assert [(item.code, item.where.a1) for item in findings] == [("DOSSIER_PART_MISSING", None)]   # part 5 is gone
    assert missing_parts(record.dossier) == (5,)


def test_record_of_parts():
    parts = build({**clean(), "dossier": dossier({"1": {"number": "01-TTr/SN", "note": "gửi sau"}})})[0].dossier
    assert [(item.part, item.of) for item in parts] == [
        (1, None), (2, None), *((3, item) for item in OFFICERS), *((4, axis) for axis in "123456"), (5, None), (6, None)]
    assert (parts[0].number, parts[0].note, parts[0].electronic, parts[0].paper) == ("01-TTr/SN", "gửi sau", True, True)


@pytest.mark.parametrize(("copy", "expected"), [
    ("both", []), ("electronic", [("DOSSIER_PAPER_MISSING", "paper")]), ("paper", [("DOSSIER_ELECTRONIC_MISSING", "electronic")])])
def test_a_copy_the_register_has_is_not_told_missing(copy, expected):
    received = datetime(2026, 9, 24, 9, tzinfo=VIETNAM_TIME)
    entry = RegisterEntry("DV001", frozenset({2}), received, copy, None, RowRef("so-nhan.xlsx", "Sổ nhận", 4))
    sheets = {**clean(), "dossier": dossier({"2": NEITHER})}
    assert found(sheets, context(register=Register((entry,)))) == at(sheets["dossier"], "parts", "2", *expected)
    gone = replace(sheets["dossier"], blocks={"parts": tuple(
        row for row in sheets["dossier"].rows("parts") if row.key != "2")})
    assert build({**clean(), "dossier": gone}, context(register=Register((entry,))))[1] == []
