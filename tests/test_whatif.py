"""`qeval what-if`: only what the replaced value decides changes, with the lines that say why; a bad trial is refused."""

from __future__ import annotations

import functools
import io
from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner
from demo_intake import AS_OF, PERIOD, answered, province

from qeval_batch.cli.cli import cli
from qeval_batch.model.progress import silent
from qeval_batch.model.results import Flag, GroupResult, Status
from qeval_batch.spec.yamlio import SpecError
from qeval_batch.whatif import sheet, words
from qeval_batch.whatif.compare import Comparison, compare_on
from qeval_batch.whatif.overlay import Trial, load_trial
from qeval_batch.whatif.text import lines


def trial(text: str, folder: Path) -> Trial:
    path = folder / "thu.yaml"
    path.write_text(text, "utf-8")
    return load_trial(path, province().workspace.forms, province().batch.spec)


@functools.cache
def tried(text: str) -> Comparison:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        found = trial(text, Path(folder))
    at = answered()       # an open claim would keep the officer at the cut from any level
    return compare_on(at.intake, at.workspace, at.batch, found, silent)


def most(group: GroupResult, plus: bool) -> int:
    """The maximum by trying every number of level 1, on the other way of writing half up."""
    fits = [x for x in range(group.n + 1)
            if 2 * x <= int(2 * (Fraction(group.rate) * (group.n if plus else group.n - x) + Fraction(1, 2))) // 2 * 2]
    return max(fits)


def test_the_two_readings_of_the_quota_move_only_levels_1_and_2_at_the_cut():
    found = tried("quota.base: htt_plus")
    assert found.officers
    for change in found.officers:
        before, after = change.before, change.after
        assert before.levels.computed == after.levels.computed and before.levels.eligible == after.levels.eligible == 1
        assert (before.status, after.status) == (Status.GRADED, Status.GRADED)
        assert (before.levels.proposed, after.levels.proposed) in {(2, 1), (2, None), (None, 1)}
        assert {*change.flags_lost, *change.flags_gained} <= {Flag.QUOTA_CUT, Flag.TIED}
        assert change.reasons and {item.rule for item in change.reasons} <= {"R40", "R43"}
    assert found.scores == found.ranks == found.findings_gained == found.findings_lost == 0


def test_the_readings_agree_with_a_hand_check_of_every_group():
    found = tried("quota.base: htt_plus")
    for change in found.groups:
        before, after = change.before, change.after
        assert before is not None and after is not None and before.n == after.n
        assert (before.max_htt_only, before.max_htt_plus) == (most(before, False), most(before, True))
        if before.binds:
            for group, maximum in ((before, most(before, False)), (after, most(after, True))):
                assert len(group.level1) <= maximum
                if not group.tied:
                    assert len(group.level1) == min(group.candidates, maximum), group.id
    moved = {change.after.id for change in found.officers if change.after.levels.proposed == 1}
    gained = {ident for change in found.groups for ident in set(change.after.level1) - set(change.before.level1)}
    assert moved == gained


def test_the_same_values_change_nothing():
    found = tried('quota.base: htt_only\nquota.rate: "0.20"\nlevel.gap: review')
    assert found.officers == () and not any(group.differs for group in found.groups)
    assert "Không có gì thay đổi" in "\n".join(lines(found))
    assert found.before.result.officers == found.after.result.officers


def test_a_reading_of_the_gap_turns_doubts_into_levels_and_says_so():
    for level in (3, 4):
        found = tried(f'level.gap: "{level}"')
        settled = [item for item in found.officers if item.before.status is Status.REVIEW
                   and item.after.status is Status.GRADED]
        assert settled and all(item.after.levels.computed == level for item in settled)
        for item in settled:
            assert any(why.rule == "gap" and f"mức {level}" in (why.after or "") for why in item.reasons)


@pytest.mark.parametrize("text", [
    "level.band: strict", 'level.1.score: "99"', 'level.1.exceed: "0.5"', "level.excused: {R31: leave_out}",
    'quota.rate: "0.25"', "level.1.clean: false", "deferral.days_reached: 60"])
def test_each_reading_can_be_tried_and_changes_somebody_in_the_demo(text):
    found = tried(text)
    assert found.officers
    assert all(item.reasons for item in found.officers)


def test_a_map_is_tried_entry_by_entry():
    after = tried("level.excused: {R31: leave_out}").after.spec.policy.level.excused
    before = province().batch.spec.policy.level.excused
    assert after == {**before, "R31": "leave_out"}


def test_another_reading_of_the_day_moves_units_and_no_level():
    found = tried("deadline.day_of: late")
    assert [(item.before, item.after) for item in found.units] == [("on_the_day", "late")] and not found.officers
    told = f"{found.units[0].unit}: sát hạn → chậm"
    assert told in " ".join("\n".join(lines(found)).split())
    book = openpyxl.load_workbook(io.BytesIO(sheet.workbook(found)))
    assert any(told in str(cell.value) for row in book["Thay đổi"].iter_rows() for cell in row)
    assert tried("quota.base: htt_plus").units == ()


def test_checks_of_the_roster_follow_the_trial():
    found = tried('quota.raised_rate: "0.20"')
    raised = [group for group in found.groups if group.before.rate > group.after.rate]
    assert raised and found.findings_gained > 0


@pytest.mark.parametrize(("text", "line", "word"), [
    ('score.profile: "100"', 1, "Không thử được"), ("score.axes_points: {30+70: 60}", 1, "Không thử được"),
    ("quota.base: htt_plus\nquota.bas: htt_plus", 2, "quota.base"), ("level.gap: 3", 1, "ngoặc kép"),
    ("quota.base: all", 1, "htt_only, htt_plus"), ('quota.rate: "1.2"', 1, "ra ngoài khoảng"),
    ("level.gap: {value: review, why: x}", 1, "value và reason"), ("level.gap: {reason: x}", 1, "lựa chọn"),
    ("level.gap: {value: review, reason: 3}", 1, "reason"), ("level.excused: {R99: count}", 1, "R99"),
    ("level.excused:\n  R31: never", 1, "never"), ('level.band: strict\nlevel.1.score: "60"', 2, "cao hơn"),
    ('\nlevel.2.score: "95"', 2, "level.1.score"), ("quota.order: [score, name]", 1, "name"), ("{}", 1, "không thay"),
    ("annex_by_block: {dang: phu-luc-99}", 1, "phu-luc-99"), ("level.gap: 4\nlevel.gap: 3", 2, "lặp"),
])
def test_a_trial_the_policy_may_not_hold_is_refused_at_its_line(text, line, word, tmp_path):
    with pytest.raises(SpecError) as refused:
        trial(text, tmp_path)
    assert any(item.file == "thu.yaml" and item.line == line and word in str(item) for item in refused.value.problems)


def test_the_reason_is_kept_and_shown():
    found = tried('level.band: {value: strict, reason: "Văn phòng hỏi ngày 05/10"}')
    assert found.replaced[0].reason in "\n".join(lines(found))
    assert found.after.spec.policy.entries["level.band"].reading == found.replaced[0].reason


def test_the_terminal_stays_within_80_columns():
    for text in ("quota.base: htt_plus", "level.band: strict", 'level.gap: "4"', "score.kpi_formula: mean_abc"):
        assert max(map(len, lines(tried(text)))) <= 80


def test_the_workbook_lists_who_groups_and_values():
    found = tried("quota.base: htt_plus")
    data = sheet.workbook(found)
    assert data == sheet.workbook(found)
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert book.sheetnames == ["Thay đổi", "Theo nhóm", "Chính sách"]
    text = {name: " ".join(str(cell.value) for row in book[name].iter_rows() for cell in row if cell.value is not None)
            for name in book.sheetnames}
    assert all(item.after.id in text["Thay đổi"] for item in found.officers)
    for group in found.groups:
        assert group.id in text["Theo nhóm"]
    labels = found.before.spec.policy.labels["quota.base"]
    assert labels["htt_only"] in text["Chính sách"] and labels["htt_plus"] in text["Chính sách"]
    assert "htt_plus" not in text["Chính sách"] and "quota.base" in text["Chính sách"]


def test_counts_of_the_province_add_up_on_both_sides():
    total = tried('level.gap: "3"').total
    for counts in (total.counts_before, total.counts_after):
        assert sum(words.parts(counts).values()) == counts.total == len(province().batch.result.listed)


def test_the_command_leaves_the_quarter_alone(tmp_path):
    root = province().workspace.root
    kept = root / "outbox" / str(PERIOD)
    kept.mkdir(parents=True)
    (kept / "results.json").write_text("giữ nguyên", "utf-8")
    policy = tmp_path / "thu.yaml"
    policy.write_text("quota.base: htt_plus", "utf-8")
    common = ["--policy", str(policy), "--root", str(root), "--as-of", AS_OF.isoformat(), "--no-progress"]
    try:
        done = CliRunner().invoke(cli, ["what-if", str(PERIOD), *common])
        assert done.exit_code == 0, done.output
        assert [item.name for item in kept.iterdir()] == ["results.json"]
        assert (kept / "results.json").read_text("utf-8") == "giữ nguyên"
        assert (root / "outbox" / f"{PERIOD}-thu-chinh-sach" / sheet.FILE).exists()
        policy.write_text('score.profile: "100"', "utf-8")
        done = CliRunner().invoke(cli, ["what-if", str(PERIOD), *common], standalone_mode=False)
        assert isinstance(done.exception, SpecError)
    finally:
        (kept / "results.json").unlink()
        kept.rmdir()
