"""Which version of a sheet counts, and the one outcome of every path under the inbox."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from places import spot

from qeval_batch.core.cells import RowRef
from qeval_batch.core.period import VIETNAM_TIME
from qeval_batch.intake.outcomes import outcomes
from qeval_batch.intake.reading import Taken
from qeval_batch.intake.resolve import outdated, resolve
from qeval_batch.model.arrival import Arrival
from qeval_batch.model.delivery import Delivery
from qeval_batch.model.findings import Part, Where, finding
from qeval_batch.model.submission import Row, SheetData, Stamp, Submission


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


def at(day: int, hour: int = 9, **more) -> Delivery:
    return Delivery(datetime(2026, 9, day, hour, tzinfo=VIETNAM_TIME), "mail", **more)


def test_the_newest_delivery_of_each_sheet_decides():
    first = sent("b.xlsx", sheet("CB0001", "x"), sheet("CB0002", "y", "CB0002"))
    second = sent("a.xlsx", sheet("CB0001", "x2"))
    unit = resolve([second, first], {"b.xlsx": (at(23),), "a.xlsx": (at(24),)})["DV001"]
    assert [(item.officer, item.digest) for item in unit.sheets] == [("CB0001", "x2"), ("CB0002", "y")]
    assert [(item.old.file, item.new.file) for item in unit.replaced] == [("b.xlsx", "a.xlsx")]
    assert unit.findings == () and unit.aside == {}


def test_what_an_older_version_was_told_of_is_told_no_more():
    fault = finding("CELL_NOT_NUMBER", Where(Part.OFFICER, "DV001", "CB0001").at(spot("a.xlsx", "CB0001", "F9")),
                    value="x", label="y")
    old, new = sent("a.xlsx", sheet("CB0001", "x"), findings=[fault]), sent("b.xlsx", sheet("CB0001", "x2"))
    unit = resolve([old, new], {"a.xlsx": (at(23),), "b.xlsx": (at(24),)})["DV001"]
    assert unit.findings == () and unit.aside == {"a.xlsx": ("b.xlsx", False)}


def test_a_newer_blank_sheet_takes_nothing_away():
    old, new = sent("a.xlsx", sheet("CB0001", "x")), sent("b.xlsx", sheet("CB0001", None))
    unit = resolve([old, new], {"a.xlsx": (at(23),), "b.xlsx": (at(24),)})["DV001"]
    assert [item.digest for item in unit.sheets] == ["x"] and unit.replaced == ()


def test_a_faulty_newest_version_is_not_replaced_by_the_sound_one_before():
    fault = finding("SHEET_TWICE", Where(Part.OFFICER, "DV001", "CB0001", "b.xlsx", "CB0001"), names="x")
    old, new = sent("a.xlsx", sheet("CB0001", "x")), sent("b.xlsx", sheet("CB0001", ""), findings=[fault])
    unit = resolve([old, new], {"a.xlsx": (at(23),), "b.xlsx": (at(24),)})["DV001"]
    assert [item.digest for item in unit.sheets] == [""] and unit.findings == (fault,)


def test_an_unchanged_sheet_sent_again_stands_as_it_first_came():
    first, again = sent("b.xlsx", sheet("CB0001", "x")), sent("a.xlsx", sheet("CB0001", "x"))
    unit = resolve([again, first], {"b.xlsx": (at(23),), "a.xlsx": (at(24),)})["DV001"]
    assert unit.aside == {"a.xlsx": ("b.xlsx", True)} and unit.replaced == ()


def test_the_first_word_said_again_last_is_the_newest_word():
    first, second = sent("a.xlsx", sheet("CB0001", "x")), sent("b.xlsx", sheet("CB0001", "x2"))
    again = sent("c.xlsx", sheet("CB0001", "x"))
    when = {"a.xlsx": (at(22),), "b.xlsx": (at(23),), "c.xlsx": (at(24),)}
    unit = resolve([first, second, again], when)["DV001"]
    assert [item.new.file for item in unit.replaced] == ["c.xlsx"]
    assert unit.aside == {"a.xlsx": ("c.xlsx", True), "b.xlsx": ("c.xlsx", False)}
    # The same bytes sent a second time are the same file: its last delivery decides.
    unit = resolve([first, second], {"a.xlsx": (at(22), at(24)), "b.xlsx": (at(23),)})["DV001"]
    assert [item.digest for item in unit.sheets] == ["x"] and unit.aside == {"b.xlsx": ("a.xlsx", False)}


def test_what_no_run_has_seen_came_after_what_one_has():
    files = [sent("a.xlsx", sheet("CB0001", "x")), sent("b.xlsx", sheet("CB0001", "y"))]
    unit = resolve(files, {"a.xlsx": (Delivery(),), "b.xlsx": (at(24, seen_before=True),)})["DV001"]
    assert [item.digest for item in unit.sheets] == ["x"]


def test_versions_whose_order_nobody_can_tell_stay_a_question():
    files = [sent("a.xlsx", sheet("CB0001", "x")), sent("b.xlsx", sheet("CB0001", "y")), sent("c.xlsx", sheet("CB0001", "z"))]
    for when in ({}, {"a.xlsx": (at(23),), "b.xlsx": (at(23),), "c.xlsx": (at(22),)}):
        unit = resolve(files, when)["DV001"]
        assert unit.sheets == () and {item.code for item in unit.findings} == {"SHEET_CONFLICT"}
        assert {item.where.file for item in unit.findings} >= {"a.xlsx", "b.xlsx"}
    assert {item.where.file for item in unit.findings} == {"a.xlsx", "b.xlsx"}


def test_a_refused_file_is_outdated_by_a_newer_usable_one_of_its_sender():
    refused, good = sent("a.xlsx", refused=True), sent("b.xlsx", sheet("CB0001", "x"))
    other = sent("c.xlsx", sheet("CB0009", "x"), unit="DV002")
    when = {"a.xlsx": (at(23),), "b.xlsx": (at(24),), "c.xlsx": (at(25),)}
    assert outdated(refused, [refused, good, other], when) == "b.xlsx"
    assert outdated(refused, [refused, other], when) is None
    assert outdated(refused, [refused, good], {"a.xlsx": (at(24),), "b.xlsx": (at(23),)}) is None


def test_every_path_has_one_outcome_and_a_reason():
    error = finding("SHEET_BLANK", Where(Part.OFFICER, "DV002", "CB0002", "sai.xlsx", "CB0002"), sheet="CB0002")
    unknown = finding("UNIT_UNKNOWN", Where(Part.FILE, file="lạ.xlsx"), unit="DV999")
    arrivals = [arrival("a-tốt.xlsx", "1"), arrival("b-trùng.xlsx", "1"), arrival("sai.xlsx"), arrival("lạ.xlsx"),
                arrival("~$khóa.xlsx", outcome="ignored", why="Tệp khóa của Excel."), 
                arrival("cũ.xlsx"), arrival("như trước.xlsx"), arrival("thư.eml"), arrival("thư.eml/a.xlsx", "1"),
                arrival("thư.eml/ảnh.png", outcome="ignored", why="x"), arrival("gói.zip"),
                arrival("gói.zip/x.xlsx", outcome="rejected", why="x"), arrival("rỗng.zip")]
    submissions = {
        "a-tốt.xlsx": sent("a-tốt.xlsx"), "sai.xlsx": sent("sai.xlsx", unit="DV002", findings=[error]),
        "lạ.xlsx": Submission("lạ.xlsx", "lạ.xlsx", None, (), (unknown,), refused=True),
        "cũ.xlsx": sent("cũ.xlsx"), "như trước.xlsx": sent("như trước.xlsx"),
    }
    inside = {"thư.eml": ("thư.eml/a.xlsx", "thư.eml/ảnh.png"), "gói.zip": ("gói.zip/x.xlsx",), "rỗng.zip": ()}
    taken = Taken(tuple(arrivals), submissions, {item.sha256: name for name, item in submissions.items()} | {
        "1": "a-tốt.xlsx"}, inside)
    aside = {"cũ.xlsx": ("a-tốt.xlsx", False), "như trước.xlsx": ("a-tốt.xlsx", True)}
    results = {item.name: item for item in outcomes(taken, [error, unknown], aside)}
    assert {name: item.outcome for name, item in results.items()} == {
        "a-tốt.xlsx": "accepted", "b-trùng.xlsx": "duplicate", "sai.xlsx": "returned", "lạ.xlsx": "rejected",
        "~$khóa.xlsx": "ignored", "cũ.xlsx": "superseded", "như trước.xlsx": "duplicate",
        "thư.eml": "accepted", "thư.eml/a.xlsx": "duplicate", "thư.eml/ảnh.png": "ignored", "gói.zip": "rejected",
        "gói.zip/x.xlsx": "rejected", "rỗng.zip": "ignored"}
    assert results["sai.xlsx"].unit == "DV002" and "CB0002" in results["sai.xlsx"].why
    assert "«a-tốt.xlsx»" in results["b-trùng.xlsx"].why and "không đổi" in results["như trước.xlsx"].why
    assert results["thư.eml"].why == "Đã mở: trùng 1, bỏ qua 1."
    assert all(item.why for item in results.values())


def test_missing_sheets_are_named_but_deferred_officers_are_spared():
    from qeval_batch.model.results import OfficerResult, Status
    from qeval_batch.pipeline import _asked_only

    def officer(ident: str, status: Status) -> OfficerResult:
        return OfficerResult(ident, ident, "DV001", None, False, "B", status)

    found = [finding("UNIT_SHEET_MISSING", Where(Part.OFFICER, "DV001", ident), sheet="x") for ident in ("CB1", "CB2")]
    kept = _asked_only(found, [officer("CB1", Status.DEFERRED), officer("CB2", Status.MISSING)])
    assert [item.where.officer for item in kept] == ["CB2"]


def test_a_sheet_that_came_twice_is_not_missing_as_well():
    from sheet_builders import context, unit

    from qeval_batch.model.version import UnitSheets
    from qeval_batch.pipeline import _missing_sheets

    twice = [finding("SHEET_TWICE", Where(Part.OFFICER, "DV001", "CB0001", "a.xlsx", name), names="x")
             for name in ("CB0001", "CB0001 (2)")]
    found = _missing_sheets(unit(), UnitSheets("DV001", (), tuple(twice), ("a.xlsx",)), context())
    missing = {item.where.officer for item in found if item.where.part is Part.OFFICER}
    assert "CB0001" not in missing and "CB0002" in missing
