"""What a unit's files brought that was new, what is expected of it, and so whether its dossier was in time."""

from __future__ import annotations

import dataclasses
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from law_builders import FORMS, PERIOD, UNIT, at, change, officer, unit

from qeval_batch.checks.dossiers import Dossiers, Timely, days
from qeval_batch.core.period import VIETNAM_TIME
from qeval_batch.model.delivery import CLOCK, MAIL, REGISTER, Delivery
from qeval_batch.model.register import Register, RegisterEntry
from qeval_batch.model.roster import Roster
from qeval_batch.model.submission import Row, SheetData, Stamp, Submission
from qeval_batch.rules.asked import Asked
from qeval_batch.spec.load import load_spec

SPEC = load_spec(FORMS, PERIOD.end)
AS_OF = datetime(2026, 9, 28, 8, 0, tzinfo=VIETNAM_TIME)
HEAD, DEPUTY = "CB0001", "CB0002"
PARTS = ("1", "2", f"3:{HEAD}", f"3:{DEPUTY}", "4:1", "4:2", "5", "6")
WHOLE = {"T": "1", HEAD: "1", DEPUTY: "1", "D": "1"}


def roster(*more: Any, **changes: Any) -> Roster:
    people = [officer(HEAD, {}, True), officer(DEPUTY, {}, False), *more]
    return Roster({UNIT: unit(UNIT), "DV002": unit("DV002")}, {item.id: item for item in people}, {}, **changes)


def asking(people: Roster, register: Register | None = None) -> Dossiers:
    return Dossiers(SPEC, Asked(people, PERIOD, SPEC.policy), register or Register())


def sheet(name: str, version: str) -> SheetData:
    ident, who = {"T": ("collective", None), "D": ("proposal", None)}.get(name, ("officer", name))
    return SheetData("phu-luc", ident, name, who, {}, digest=version)


def dossier(*parts: str, paper: tuple[str, ...] = ()) -> SheetData:
    rows = tuple(Row({"part": key, "electronic": key in parts, "paper": key in paper}, at("Hồ sơ", 5 + number), key)
                 for number, key in enumerate(PARTS))
    return SheetData("ho-so", "dossier", "Hồ sơ", None, {"parts": rows}, digest=f"{parts}{paper}")


def file(name: str, sheets: dict[str, str], *more: SheetData, owner: str = UNIT, kind: str = "don-vi") -> Submission:
    stamp = Stamp(kind, owner, str(PERIOD), "30+70", {}, {}, "", "")
    return Submission(name, name, stamp, (*(sheet(key, version) for key, version in sheets.items()), *more))


def came(day: int | None, source: str = CLOCK) -> Delivery:
    return Delivery(datetime(2026, 9, day, 10, tzinfo=VIETNAM_TIME), source) if day else Delivery()


def judged(dossiers: Dossiers, *files: tuple[Submission, tuple[Delivery, ...]]) -> Timely:
    return dossiers.judge(dossiers.brought([item for item, _ in files], {item.file: moments for item, moments in files}),
                          AS_OF)


def state(files: list[tuple[Submission, int | None]], **options: Any) -> tuple[str, int | None]:
    people = options.pop("people", None) or roster()
    away = tuple(change({"officer": who, "kind": "training", "start": PERIOD.start}, 9)
                 for who in options.pop("deferred", ()))
    people = dataclasses.replace(people, changes=(*people.changes, *away))
    dossiers = asking(people, options.pop("register", Register()))
    found = judged(dossiers, *((item, (came(day),)) for item, day in files[::-1]))
    one = found.units[UNIT]
    return one.state, one.complete_at.day if one.complete_at else None


def test_one_file_with_everything():
    assert state([(file("a.xlsx", WHOLE, dossier(*PARTS)), 20)]) == ("in_time", 20)
    assert state([(file("a.xlsx", WHOLE, dossier(*PARTS)), None)]) == ("unknown", None)
    assert state([]) == ("missing", None)


def test_a_part_asked_of_several_is_there_when_all_are_sent_electronically():
    most = tuple(key for key in PARTS if key != f"3:{DEPUTY}")
    assert state([(file("a.xlsx", WHOLE, dossier(*most)), 20)]) == ("late", None)
    assert state([(file("a.xlsx", WHOLE, dossier(*most, paper=(f"3:{DEPUTY}",))), 20)]) == ("late", None)
    assert state([(file("a.xlsx", WHOLE, dossier(*most)), 20), (file("b.xlsx", {}, dossier(*PARTS)), 22)]) == ("in_time", 22)
    assert state([(file("a.xlsx", WHOLE, dossier(*most)), 20)], deferred=(DEPUTY,)) == ("in_time", 20)


def test_of_whom_nothing_is_asked_nothing_is_expected():
    away = officer(DEPUTY, {"standing": "excluded"}, False)
    without = {key: version for key, version in WHOLE.items() if key != DEPUTY}
    files = [(file("a.xlsx", without, dossier(*PARTS)), 20)]
    assert state(files) == ("late", None)
    assert state(files, people=roster(away)) == state(files, deferred=(DEPUTY,)) == ("in_time", 20)


def test_a_mandatory_opinion_on_who_moved_away_is_expected():
    moved = dataclasses.replace(officer("CB0009", {}, False), unit="DV002")
    gone = change({"officer": "CB0009", "kind": "transfer", "start": date(2026, 9, 10), "former": UNIT}, 5)
    people = roster(moved, changes=(gone,))
    whole = file("a.xlsx", WHOLE, dossier(*PARTS))
    assert state([(whole, 20)], people=people) == ("late", None)
    opinion = SheetData("nhan-xet", "comment", "Nhận xét", "CB0009", {}, digest="1")
    assert state([(dataclasses.replace(whole, sheets=(*whole.sheets, opinion)), 20)], people=people) == ("in_time", 20)


def test_sent_again_as_it_was_is_no_mending():
    first = file("a.xlsx", WHOLE, dossier(*PARTS))
    again = dataclasses.replace(first, file="b.xlsx", sha256="b")
    assert state([(first, 20), (again, 27)]) == ("in_time", 20)
    mended = file("c.xlsx", {**WHOLE, HEAD: "2"}, dossier(*PARTS))
    assert state([(first, 20), (mended, 27)]) == ("in_time_mended_late", 20)
    assert state([(first, 20), (file("d.xlsx", {HEAD: "1"}), 27)]) == ("in_time", 20)


def test_the_first_delivery_of_equal_contents_counts():
    whole = file("a.xlsx", WHOLE, dossier(*PARTS))
    found = judged(asking(roster()), (whole, (came(27), came(21, MAIL))))
    assert (found.units[UNIT].state, found.units[UNIT].source) == ("in_time", MAIL)


def test_files_of_other_units_and_kinds_bring_nothing():
    whole = file("a.xlsx", WHOLE, dossier(*PARTS))
    others = [dataclasses.replace(whole, stamp=None), file("b.xlsx", WHOLE, dossier(*PARTS), owner="DV002"),
              file("c.xlsx", WHOLE, dossier(*PARTS), kind="bao-cao-ket-qua")]
    assert all(state([(item, 20)]) == ("missing", None) for item in others)


def test_a_refused_file_and_a_blank_one_are_deliveries_that_complete_nothing():
    whole = file("a.xlsx", WHOLE, dossier(*PARTS))
    refused = dataclasses.replace(whole, sheets=(), refused=True)
    blank = dataclasses.replace(whole, sheets=tuple(dataclasses.replace(item, blank=True) for item in whole.sheets))
    for item in (refused, blank):
        assert state([(item, 20)]) == ("late", None) and state([(item, None)]) == ("unknown", None)


def test_the_register_is_weighed_in():
    row = RegisterEntry(UNIT, frozenset(range(1, 7)), came(24).received, "both", None, at("Sổ nhận", 4))
    found = state([(file("a.xlsx", WHOLE, dossier()), 27)], register=Register((row,)))
    assert found == ("in_time", 24)
    late = asking(roster(), Register((row,)))
    brought = late.brought([file("a.xlsx", WHOLE, dossier())], {"a.xlsx": (came(27),)})
    assert days(brought)["a.xlsx"] == date(2026, 9, 24)
    dossiers = asking(roster(), Register((row,)))
    one = judged(dossiers).units[UNIT]
    assert (one.state, one.source, one.complete_at) == ("unknown", REGISTER, None)   # ours to find (R80)
    on_paper = asking(roster(), Register((replace(row, copy="paper"),)))
    assert judged(on_paper).units[UNIT].state == "missing"                           # papers came, no workbook did


def test_the_same_mail_is_the_same_whenever_the_paper_comes():
    whole = file("a.xlsx", WHOLE, dossier(*PARTS))
    seen = {}
    for day in (None, 19, 25, 28):
        rows = (RegisterEntry(UNIT, frozenset(range(1, 7)), came(day).received, "paper", None, at("Sổ nhận", 4)),) if day else ()
        others = (RegisterEntry("DV002", frozenset(range(1, 7)), came(20).received, "paper", None, at("Sổ nhận", 5)),)
        found = judged(asking(roster(), Register((*rows, *others))), (whole, (came(22, MAIL),)))
        assert (found.units[UNIT].state, found.late) == ("in_time", frozenset())
        seen[day] = found.paper[UNIT].state
    assert seen == {None: "paper_missing", 19: "in_time", 25: "on_the_day", 28: "paper_late"}


def test_late_units_are_named():
    found = judged(asking(roster()), (file("a.xlsx", WHOLE, dossier(*PARTS)), (came(26),)))
    assert found.late == {UNIT}


def test_officers_of_the_centre_are_judged_by_their_own_day_and_hold_nobody_up():
    central = officer("CB0003", {"post_class": "Lãnh đạo chủ chốt diện Trung ương"}, False)
    people = roster(central)
    files = [file("a.xlsx", WHOLE, dossier(*PARTS)), file("b.xlsx", {"CB0003": "1"})]
    found = judged(asking(people), (files[0], (came(20),)), (files[1], (came(28),)))
    assert found.units[UNIT].state == "in_time" and found.central["CB0003"].state == "in_time"
    assert set(found.central) == {"CB0003"} and found.central["CB0003"].complete_at == came(28).received
    alone = Roster({UNIT: unit(UNIT)}, {"CB0003": central}, {})
    only = Asked(alone, PERIOD, SPEC.policy).dossier_of(UNIT)
    assert 3 not in only.parts and ("officer", "CB0003") not in only.sheets


def test_an_acting_head_by_document_owes_what_any_head_owes():
    acting = officer(HEAD, {"standing": "other", "document": "12-QĐ/TU"}, True)
    without = {key: version for key, version in WHOLE.items() if key != HEAD}
    files = [(file("a.xlsx", without, dossier(*PARTS)), 20)]
    assert state(files, people=roster(acting)) == ("late", None)
    by_hand = officer(HEAD, {"standing": "other", "document": "12-QĐ/TU"}, False)
    assert state(files, people=roster(by_hand)) == ("in_time", 20)


# --- The whole way, on the demo province ------------------------------------------------------------------------------
def test_the_demo_shows_every_state_and_lowers_nobody():
    from demo_intake import province

    result = province().batch.result
    states = {item.timeliness for item in result.units}
    assert states == {"in_time", "in_time_mended_late", "on_the_day", "late", "missing", "unknown"}
    assert all((item.timeliness == "missing") <= (item.status == "missing") for item in result.units)
    for item in result.units:
        assert item.timeliness_steps and (item.received_source == "unknown") == (item.received is None), item.id
    # What the clerk entered is there, whatever the unit's own list says.
    entered = {item.id: item for item in result.units if item.received_source == "register"}
    assert entered and not any(item.dossier_missing for item in entered.values())
    late = {item.id for item in result.units if item.timeliness == "late"}
    graded = [item for item in result.officers if item.unit in late and item.levels.eligible is not None]
    assert graded and all(item.levels.proposed in (item.levels.eligible, 2, None) for item in graded)
    assert not any(step.rule == "R62" for item in result.officers for step in item.steps)


def test_a_downgrade_on_trial_lowers_the_late_units_officers_by_one_and_nobody_else(tmp_path):
    from demo_intake import province

    from qeval_batch.model.progress import silent
    from qeval_batch.whatif.compare import compare_on
    from qeval_batch.whatif.overlay import load_trial

    at_ = province()
    path = tmp_path / "thu.yaml"
    path.write_text("late.downgrade: applied", "utf-8")
    found = compare_on(at_.intake, at_.workspace, at_.batch, load_trial(path, at_.workspace.forms, at_.batch.spec), silent)
    late = {item.id for item in at_.batch.result.units if item.timeliness == "late"}
    concerned = {item.id for item in at_.batch.result.officers
                 if item.unit in late and item.levels.proposed is not None and item.levels.proposed < 4}
    assert concerned and {item.after.id for item in found.officers} == concerned
    for item in found.officers:
        assert item.after.levels.proposed == item.before.levels.proposed + 1
        assert item.after.levels.eligible == item.before.levels.eligible and item.after.rank == item.before.rank
        assert [why.rule for why in item.reasons] == ["R62"]
    assert [group.after for group in found.groups] == [group.before for group in found.groups]
