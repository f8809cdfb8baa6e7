"""Which version of a sheet counts, and the one outcome of every path under the inbox."""

from __future__ import annotations

from pathlib import Path

from qeval_batch.core.cells import RowRef
from qeval_batch.findings import Part, Where, finding
from qeval_batch.intake.resolve import outcomes, resolve
from qeval_batch.intake.scan import Arrival
from qeval_batch.submission import Row, SheetData, Stamp, Submission


def sheet(name: str, value: str | None, officer: str | None = "CB0001") -> SheetData:
    rows = (Row({"overall": value}, RowRef("", name, 3)),)
    return SheetData("phu-luc-05", "officer", name, officer, {"self": rows}, blank=value is None, digest=str(value))


def sent(file: str, *sheets: SheetData, findings=(), unit: str = "DV001", refused: bool = False) -> Submission:
    stamp = Stamp("don-vi", unit, "2026-Q3", "30+70", {}, {}, "", "")
    return Submission(file, file, stamp, tuple(sheets), tuple(findings), refused)


def arrival(name: str, sha256: str | None = None, **more) -> Arrival:
    return Arrival(name, Path(name), 1, sha256 or name, **more)


def test_sheets_of_several_files_are_merged():
    units = resolve([sent("a.xlsx", sheet("CB0001", "x")), sent("b.xlsx", sheet("CB0002", "y", "CB0002"))])
    assert [item.officer for item in units["DV001"].sheets] == ["CB0001", "CB0002"]
    assert units["DV001"].files == ("a.xlsx", "b.xlsx") and units["DV001"].findings == ()


def test_two_different_versions_name_both_files_and_neither_counts():
    units = resolve([sent("b.xlsx", sheet("CB0001", "x")), sent("a.xlsx", sheet("CB0001", "y"))])
    assert units["DV001"].sheets == ()
    assert [item.code for item in units["DV001"].findings] == ["SHEET_CONFLICT"] * 2
    assert {item.where.file for item in units["DV001"].findings} == {"a.xlsx", "b.xlsx"}
    assert all("«a.xlsx» và «b.xlsx»" in dict(item.params)["files"] for item in units["DV001"].findings)


def test_equal_versions_count_once_and_a_blank_one_gives_way_with_its_findings():
    blank = finding("SHEET_BLANK", Where(Part.OFFICER, "DV001", "CB0001", "blank.xlsx", "CB0001"), sheet="CB0001")
    units = resolve([sent("a.xlsx", sheet("CB0001", "x")), sent("again.xlsx", sheet("CB0001", "x")),
                     sent("blank.xlsx", sheet("CB0001", None), findings=[blank])])
    assert len(units["DV001"].sheets) == 1 and units["DV001"].findings == ()


def test_a_blank_sheet_alone_keeps_its_finding():
    blank = finding("SHEET_BLANK", Where(Part.OFFICER, "DV001", "CB0001", "a.xlsx", "CB0001"), sheet="CB0001")
    units = resolve([sent("a.xlsx", sheet("CB0001", None), findings=[blank])])
    assert units["DV001"].sheets[0].blank and units["DV001"].findings == (blank,)


def test_refused_files_give_no_sheets():
    assert resolve([sent("a.xlsx", sheet("CB0001", "x"), refused=True)]) == {}


def test_every_path_has_one_outcome_and_a_reason():
    error = finding("SHEET_BLANK", Where(Part.OFFICER, "DV002", "CB0002", "sai.xlsx", "CB0002"), sheet="CB0002")
    unknown = finding("UNIT_UNKNOWN", Where(Part.FILE, file="lạ.xlsx"), unit="DV999")
    arrivals = [arrival("a-tốt.xlsx", "1"), arrival("b-trùng.xlsx", "1"), arrival("sai.xlsx"), arrival("lạ.xlsx"),
                arrival("~$khóa.xlsx", outcome="ignored", why="Tệp khóa của Excel.")]
    submissions = {
        "a-tốt.xlsx": sent("a-tốt.xlsx"), "sai.xlsx": sent("sai.xlsx", unit="DV002", findings=[error]),
        "lạ.xlsx": Submission("lạ.xlsx", "lạ.xlsx", None, (), (unknown,), refused=True),
    }
    results = {item.name: item for item in outcomes(arrivals, submissions, [error, unknown])}
    assert {name: item.outcome for name, item in results.items()} == {
        "a-tốt.xlsx": "accepted", "b-trùng.xlsx": "duplicate", "sai.xlsx": "returned", "lạ.xlsx": "rejected",
        "~$khóa.xlsx": "ignored"}
    assert results["sai.xlsx"].unit == "DV002" and "CB0002" in results["sai.xlsx"].why
    assert "«a-tốt.xlsx»" in results["b-trùng.xlsx"].why
    assert all(item.why for item in results.values())


def test_missing_sheets_are_named_but_deferred_officers_are_spared():
    from qeval_batch.pipeline import _asked_only
    from qeval_batch.results import OfficerResult, Status

    def officer(ident: str, status: Status) -> OfficerResult:
        return OfficerResult(ident, ident, "DV001", None, False, "B", status)

    found = [finding("UNIT_SHEET_MISSING", Where(Part.OFFICER, "DV001", ident), sheet="x") for ident in ("CB1", "CB2")]
    kept = _asked_only(found, [officer("CB1", Status.DEFERRED), officer("CB2", Status.MISSING)])
    assert [item.where.officer for item in kept] == ["CB2"]


def test_a_sheet_that_came_twice_is_not_missing_as_well():
    from sheet_builders import context, roster, unit

    from qeval_batch.intake.resolve import UnitSheets
    from qeval_batch.pipeline import _missing_sheets

    twice = [finding("SHEET_TWICE", Where(Part.OFFICER, "DV001", "CB0001", "a.xlsx", name), names="x")
             for name in ("CB0001", "CB0001 (2)")]
    found = _missing_sheets(unit(), UnitSheets("DV001", (), tuple(twice), ("a.xlsx",)), roster(), context())
    missing = {item.where.officer for item in found if item.where.part is Part.OFFICER}
    assert "CB0001" not in missing and "CB0002" in missing
