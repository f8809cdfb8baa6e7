"""Human acts: recorded with who, why and when, taken back by one more entry, read as what holds now."""

from __future__ import annotations

from dataclasses import replace

import pytest
from places import spot

from qeval_batch import messages
from qeval_batch.core.period import Period
from qeval_batch.ledger import acts
from qeval_batch.ledger.acts import load_acts
from qeval_batch.ledger.schema import Event
from qeval_batch.ledger.store import Ledger, LedgerDamaged
from qeval_batch.model.act import Act
from qeval_batch.model.acts import Acts, Assignment, Waiver
from qeval_batch.model.findings import Part, Where, finding, in_order
from qeval_batch.workspace import Workspace

Q3, Q4 = Period(2026, 3), Period(2026, 4)
AT, LATER = "2026-09-27T09:00:00+07:00", "2026-09-28T09:00:00+07:00"
CLERK = Act("Người Trực Mẫu", "Đơn vị gọi điện xác nhận", AT)
ONE, TWO = "a" * 64, "b" * 64
FAULT = finding("AXIS_NO_MAIN", Where(Part.OFFICER, "DV031", "CB0002").at(spot("a.xlsx", "CB0002", "E30")), axes="6")


@pytest.fixture
def workspace(tmp_path):
    return Workspace(tmp_path)


def _record(workspace, *events, at=AT):
    Ledger(workspace.ledger).append(events, at)


def test_nothing_done_is_nothing_held(workspace):
    assert load_acts(workspace, Q3) == Acts() and not workspace.ledger.exists()


def test_each_act_holds_for_its_quarter_with_who_why_and_when(workspace):
    _record(workspace, acts.assigning(Q3, ONE, "x.xlsx", "DV031", None, CLERK),
            acts.assigning(Q3, TWO, "y.xlsx", "DV031", "CB0002", CLERK),
            acts.invalidating(Q3, TWO, "y.xlsx", CLERK), acts.waiving(Q3, FAULT, CLERK))
    held = load_acts(workspace, Q3)
    told = CLERK.by, CLERK.reason, AT
    assert held.assigned == {ONE: Assignment(*told, "DV031"), TWO: Assignment(*told, "DV031", "CB0002")}
    assert held.invalidated == {TWO: CLERK}
    assert held.waived == (Waiver(*told, "DV031", "AXIS_NO_MAIN", "CB0002", "CB0002", "E30", FAULT.params),)
    assert load_acts(workspace, Q4) == Acts()


def test_the_last_word_on_a_file_holds_and_every_word_stays(workspace):
    taken_out = acts.invalidating(Q3, ONE, "x.xlsx", CLERK)
    _record(workspace, taken_out, acts.assigning(Q3, ONE, "x.xlsx", "DV031", None, CLERK))
    _record(workspace, acts.undoing(taken_out), acts.assigning(Q3, ONE, "x.xlsx", "DV032", None, CLERK), at=LATER)
    held = load_acts(workspace, Q3)
    assert held.invalidated == {} and held.assigned[ONE].unit == "DV032" and held.assigned[ONE].at == LATER
    _record(workspace, acts.invalidating(Q3, ONE, "x.xlsx", replace(CLERK, reason="Gửi nhầm")), at=LATER)
    assert load_acts(workspace, Q3).invalidated[ONE].reason == "Gửi nhầm"
    assert len(Ledger(workspace.ledger).entries()) == 5


def test_a_waiver_is_taken_back_whatever_was_done_between(workspace):
    other = replace(FAULT, where=replace(FAULT.where, cell=spot("a.xlsx", "CB0002", "E31")))
    _record(workspace, acts.waiving(Q3, FAULT, CLERK), acts.waiving(Q3, other, CLERK))
    first, second = load_acts(workspace, Q3).waived
    _record(workspace, acts.unwaiving(Q3, first, replace(CLERK, by="Người Khác Mẫu")), at=LATER)
    assert load_acts(workspace, Q3).waived == (second,)
    assert Ledger(workspace.ledger).entries()[-1].by == "Người Khác Mẫu"


def test_a_lifted_finding_is_told_and_blocks_nothing(workspace):
    _record(workspace, acts.waiving(Q3, FAULT, CLERK))
    held = load_acts(workspace, Q3)
    lifted, = held.lift([FAULT])
    assert messages.is_error(FAULT) and not messages.is_error(lifted)
    assert messages.severity(lifted) == "note" and lifted.waived == CLERK and in_order([FAULT, lifted]) == [FAULT]
    assert held.idle([FAULT]) == ()


@pytest.mark.parametrize("changed", [
    replace(FAULT, code="AXIS_POINTS_TOTAL"), replace(FAULT, params=(("axes", "5"),)),
    *(replace(FAULT, where=replace(FAULT.where, **{level: "Z9"})) for level in ("unit", "officer", "sheet")),
    replace(FAULT, where=replace(FAULT.where, cell=spot("a.xlsx", "CB0002", "Z9")))])
def test_another_fault_is_not_lifted_with_it(workspace, changed):
    _record(workspace, acts.waiving(Q3, FAULT, CLERK))
    held = load_acts(workspace, Q3)
    assert list(held.lift([changed])) == [changed] and next(held.lift([changed])).waived is None
    assert held.idle([changed]) == held.waived


def test_the_same_fault_in_a_copy_under_another_name_is_the_same_fault(workspace):
    _record(workspace, acts.waiving(Q3, FAULT, CLERK))
    copy = replace(FAULT, where=replace(FAULT.where, file="b.xlsx"))
    assert next(load_acts(workspace, Q3).lift([copy])).waived == CLERK


@pytest.mark.parametrize("event", [Event(acts.ASSIGN, str(Q3), subject=ONE, by="x", reason="y"),
                                   Event(acts.WAIVE, str(Q3), "DV031", subject="phải là JSON", by="x", reason="y"),
                                   Event(acts.WAIVE, str(Q3), "DV031", subject="[]", by="x", reason="y")])
def test_an_act_nobody_can_read_stops_the_command(workspace, event):
    _record(workspace, event)
    with pytest.raises(LedgerDamaged, match="2026-Q3"):
        load_acts(workspace, Q3)
