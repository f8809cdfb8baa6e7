"""The demo's workspace: the planted faults are those that are found, everything else reads clean, twice the same."""

from __future__ import annotations

import hashlib
from collections import Counter

import pytest
from roster_builders import FORMS, PERIOD, spec

from qeval_batch import messages
from qeval_batch.commands.init import create
from qeval_batch.demo.build import DEMO_AS_OF, DEMO_PERIOD, build_demo, clear_demo
from qeval_batch.demo.faults import FAULT_OF_UNIT, Fault, fault_of, hostile_workbook
from qeval_batch.demo.plan import Played, case_of
from qeval_batch.model.findings import Part
from qeval_batch.model.results import Flag, Status
from qeval_batch.pipeline import run
from qeval_batch.workspace import CannotRun, open_workspace

KEY = bytes(range(32))


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """One built demo of the default size, and the run over it."""
    root = tmp_path_factory.mktemp("demo") / "w"
    workspace = create(root, sample_roster=False, created=DEMO_AS_OF)
    summary = build_demo(root, 20, spec(), DEMO_PERIOD, DEMO_AS_OF)
    return workspace, summary, run(workspace, DEMO_PERIOD, DEMO_AS_OF)


def _tree(root):
    return {str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(root.rglob("*")) if path.is_file()}


def _small(root, units=5):
    (root / "data").mkdir(parents=True)
    (root / "data" / "khoa-ky.bin").write_bytes(KEY)
    build_demo(root, units, spec(), DEMO_PERIOD, DEMO_AS_OF)
    return _tree(root)


def test_twice_the_same_bytes_under_one_key(tmp_path):
    one, two = _small(tmp_path / "one"), _small(tmp_path / "two")
    assert one == two and len(one) >= 5


def test_the_summary_says_what_was_planted(demo):
    workspace, summary, batch = demo
    assert (summary.units, summary.officers) == (20, len(batch.roster.officers))
    assert summary.files == sum(path.is_file() for path in workspace.inbox.rglob("*")) == len(batch.result.files)
    assert Counter(item.fault for item in summary.planted) == Counter([*FAULT_OF_UNIT.values(), Fault.FOREIGN, Fault.HOSTILE])
    text = str(summary)
    assert "20 đơn vị" in text and all(item.where in text and item.fault.value in text for item in summary.planted)


EXPECTED = {
    Fault.TRUNCATED: ("rejected", {"FILE_TRUNCATED"}), Fault.LAST_QUARTER: ("returned", {"STAMP_PERIOD"}),
    Fault.FORGED: ("rejected", {"STAMP_FORGED"}), Fault.FOREIGN: ("rejected", {"STAMP_MISSING"}),
    Fault.HOSTILE: ("rejected", {"FILE_SHEET_TOO_BIG"}), Fault.DUPLICATE: ("duplicate", set()),
    Fault.TYPED: ("accepted", set()), Fault.TWO_VERSIONS: ("returned", {"SHEET_CONFLICT"}),
    Fault.CELLS: ("returned", {"CELL_ABOVE_MAXIMUM", "CELL_PERCENT_FRACTION", "ROW_REQUIRED_BLANK", "PRODUCT_DONE_BLANK"}),
}


def _blank_of_absent(item, roster):
    """The blank sheet of somebody whose quarter is not evaluated: no fault of the demo's."""
    officer = roster.officers.get(item.where.officer or "")
    return item.code == "SHEET_BLANK" and officer is not None and officer.standing is not None


def test_each_planted_fault_is_found_and_nothing_else(demo):
    _, summary, batch = demo
    files = {item.name: item for item in batch.result.files}
    found = [item for item in batch.result.findings if messages.is_error(item) and not _blank_of_absent(item, batch.roster)]
    planted = {item.where: item.fault for item in summary.planted}
    for where, fault in planted.items():
        if fault in (Fault.SILENT, Fault.BLANK):
            continue
        outcome, codes = EXPECTED[fault]
        errors = {item.code for item in found if item.where.file == where}
        assert errors == codes, fault
        assert files[where].outcome == outcome, fault
    blank = next(where for where, fault in planted.items() if fault is Fault.BLANK)
    assert {item.code for item in found if item.where.file == blank} == {"FILE_BLANK_TEMPLATE"}
    silent = next(where for where, fault in planted.items() if fault is Fault.SILENT)
    assert next(item for item in batch.result.units if item.id == silent).status == "missing"
    others = [item for item in found if item.where.file not in planted and item.code != "SHEET_CONFLICT"]
    assert [item for item in others if item.where.file is not None] == []


def test_the_roster_is_clean(demo):
    assert [item.code for item in demo[2].result.findings if item.where.part is Part.ROSTER] == []


def test_every_status_and_level_is_shown(demo):
    result = demo[2].result
    assert {item.status for item in result.officers} == set(Status)
    assert {item.levels.computed for item in result.officers} >= {1, 2, 3, 4}
    levels = Counter(item.levels.computed for item in result.officers)
    assert levels[2] > levels[1] > 0


def test_a_cut_a_tie_and_the_flags_are_shown(demo):
    result = demo[2].result
    assert any(group.cut for group in result.groups) and any(group.level1 for group in result.groups)
    (tied,) = [group for group in result.groups if group.tied]
    keys = {next(item.order for item in result.officers if item.id == who) for who in tied.tied}
    assert len(tied.tied) > 1 and len(keys) == 1
    flags = {flag for item in result.officers for flag in item.flags}
    assert flags >= {Flag.BAND, Flag.PROJECTED, Flag.PRODUCT_3, Flag.QUOTA_CUT, Flag.R36_JUDGE,
                     Flag.SELF_ABOVE_COMPUTED, Flag.TIED}
    assert any("claim_check" in item.waits_for and len(item.possible) > 1 for item in result.officers)


def test_the_units_own_score_is_used_where_it_changed_one(demo):
    changed = [item for item in demo[2].result.officers if item.unit_score is not None]
    assert changed and all(item.used_score == item.unit_score for item in changed)
    assert {item.status for item in changed} <= {Status.GRADED, Status.REVIEW}


def test_the_program_agrees_with_what_the_units_expected(demo):
    """The workbook's total is the engine's, where no claim of one's own is open: the unit takes it for accepted."""
    graded = [item for item in demo[2].result.officers if item.score is not None and item.workbook_total is not None
              and not any(claim.place.officer for claim in item.claims)]
    assert len(graded) > 40 and all(item.score.total == item.workbook_total for item in graded)


def test_the_failed_collective_is_graded_as_the_law_says(demo):
    batch = demo[2]
    unit = list(batch.roster.units)[next(index for index in range(20) if case_of(index) is Played.FAILED)]
    head = batch.roster.heads_of(unit)[0].id
    assert batch.result.officer(head).levels.computed == 4
    assert all(item.levels.computed != 1 for item in batch.result.officers if item.unit == unit)


def test_an_earlier_demo_makes_room_and_nothing_else_does(tmp_path):
    made = tmp_path / "demo"
    clear_demo(made)
    _small(made, 1)
    clear_demo(made)
    assert not made.exists()
    made.mkdir()
    (made / "ghi chép.txt").write_text("của tôi", "utf-8")
    with pytest.raises(CannotRun, match="không phải của"):
        clear_demo(made)
    assert (made / "ghi chép.txt").exists()


def test_an_empty_folder_may_be_used(tmp_path):
    clear_demo(tmp_path)
    assert open_workspace(create(tmp_path, created=DEMO_AS_OF).root).roster.exists()


def test_a_big_province_has_more_silent_units():
    assert sum(fault_of(index) is Fault.SILENT for index in range(165)) >= 3
    assert Counter(fault_of(index) for index in range(165))[None] > 140


def test_the_hostile_file_is_small():
    assert len(hostile_workbook()) <= 2048 and hostile_workbook() == hostile_workbook()


def test_the_demo_quarter_is_one_the_policy_knows():
    assert PERIOD == DEMO_PERIOD and DEMO_PERIOD.start <= DEMO_AS_OF.date() <= DEMO_PERIOD.end and FORMS.is_dir()
