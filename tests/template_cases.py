"""Units, officers and answers for the tests of templates; and LibreOffice as the judge of live formulas."""

from __future__ import annotations

import io
import random
import re
import shutil
import subprocess
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from qeval_batch.core.cells import RowRef
from qeval_batch.core.period import Period
from qeval_batch.model.records import AXES
from qeval_batch.model.roster import Officer, Unit
from qeval_batch.spec.load import Spec, load_spec
from qeval_batch.template.facts import UnitFacts
from qeval_batch.template.write import workbook_bytes

FORMS = Path(__file__).resolve().parent.parent / "forms"
PERIOD = Period(2026, 3)
KEY, CREATED = b"k" * 32, datetime(2026, 9, 1, 8, 0)
NOWHERE = RowRef("danh-muc.xlsx", "Cán bộ", 2)
EXCUSE = {"cause": "Mưa lũ kéo dài", "confirm_document": "12/TB", "confirm_body": "Ban Thường vụ Tỉnh ủy"}
CRITERIA = [*(f"1.{n}" for n in range(1, 10)), *(f"2.{n}" for n in range(1, 5)), *(f"3.{n}" for n in range(1, 5))]


@cache
def spec(**policy: Any) -> Spec:
    """The shipped forms, with some policy values changed (``score__profile="100"``)."""
    shipped = load_spec(FORMS, PERIOD.end)
    entries = dict(shipped.policy.entries)
    for name, value in policy.items():
        key = name.replace("__", ".")
        entries[key] = entries[key].model_copy(update={"value": value})
    return replace(shipped, policy=replace(shipped.policy, entries=entries))


def unit(**changed: Any) -> Unit:
    return replace(Unit("DV031", "Sở Thử nghiệm", None, "ubnd", None, None, None, None, NOWHERE), **changed)


def officer(number: int, **changed: Any) -> Officer:
    person = Officer(
        f"CB{number:04d}", f"Nguyễn Thử {number}", date(1975, 3, 1), "DV031", None, "Đảng ủy viên", "Phó Giám đốc", None,
        None, number == 1, False, "B", "N05", "Trồng trọt", None, None, None, NOWHERE)
    return replace(person, **changed)


def facts(officers: int = 2, **policy: Any) -> UnitFacts:
    return UnitFacts(spec(**policy), PERIOD, unit(), tuple(officer(n) for n in range(1, officers + 1)))


def built(unit_facts: UnitFacts, **how: Any) -> bytes:
    return workbook_bytes(unit_facts, key=KEY, created=CREATED, **how)


# --- Answers ---------------------------------------------------------------------------------------------------------
KINDS = ("in_time", "beyond", "late", "part", "zero", "excused_part", "excused_nothing", "no_date", "blank_rate")


def product(dice: random.Random, axis: str, kind: str) -> dict[str, Any]:
    """A row of B2 of one kind; ``blank_rate`` lacks its quality and so has no KPI."""
    deadline = date(2026, 7, 10) + timedelta(days=dice.randint(0, 80))
    assigned = Decimal(dice.randint(2, 24)) / 2
    row: dict[str, Any] = {
        "axis": axis, "product": "Báo cáo", "role": dice.choice(["lead", "support"]), "assigned": assigned,
        "deadline": deadline, "quality_pct": Decimal(dice.randint(600, 1000)) / 10,
        "leadership_pct": Decimal(dice.randint(60, 100))}
    if dice.random() < 0.5:
        row["coefficient"] = Decimal(dice.randint(5, 30)) / 10
    before, after = deadline - timedelta(days=dice.randint(0, 3)), deadline + timedelta(days=dice.randint(1, 5))
    short = assigned / 3 if dice.random() < 0.5 else assigned / 2
    partly = Decimal(str(round(short, 2)))
    return row | {
        "in_time": {"done": assigned, "completed": before},
        "beyond": {"done": assigned + 2, "completed": before, "exceeded": True},
        "late": {"done": assigned, "completed": after, "progress_pct": Decimal(dice.randint(10, 99))},
        "part": {"done": partly, "completed": before, "progress_pct": Decimal(dice.randint(10, 99))},
        "zero": {"done": Decimal(0)},
        "excused_part": {"done": partly, "completed": before, **EXCUSE},
        "excused_nothing": {"done": Decimal(0), **EXCUSE},
        "no_date": {"done": assigned, "progress_pct": Decimal(70)},
        "blank_rate": {"done": assigned, "completed": before, "quality_pct": None},
    }[kind]


def officer_answers(dice: random.Random, *, whole: bool) -> dict[str, Any]:
    """One officer's sheet. ``whole``: every axis has a figure; else any row may be missing something."""
    kinds = KINDS[:6] if whole else KINDS
    rows = [product(dice, axis, dice.choice(kinds)) for axis in AXES for _ in range(dice.randint(1, 4))]
    general = []
    for key in CRITERIA:
        met = dice.random() < 0.8
        general.append({"key": key, "met": met, "not_met": not met})
    axes: list[dict[str, Any]] = []
    if not whole:
        rows = [row for row in rows if row["axis"] != dice.choice(AXES)]
        general[0]["not_met"] = general[0]["met"]
        axes = [{"key": dice.choice(AXES), "none_arising": True}]
    dice.shuffle(rows)
    return {"products": rows, "general": general, "axes": axes,
            "self": [{"overall": "Tốt", "self_level": dice.choice("1234")}]}


def tasks(dice: random.Random, count: int = 30) -> list[dict[str, Any]]:
    """Rows of Phụ lục 09 part II: on time, late (by dates, by status), not done, excused, with and without a date."""
    rows = []
    for number in range(1, count + 1):
        deadline = date(2026, 7, 10) + timedelta(days=dice.randint(0, 80))
        row: dict[str, Any] = {
            "code": f"NV{number:02d}", "axis": dice.choice(AXES), "task": "Nhiệm vụ", "deadline": deadline,
            "source": dice.choice(["planned", "planned", "ad_hoc"]), "exceeded": dice.random() < 0.3}
        row |= dice.choice([
            {"status": "on_time", "completed": deadline}, {"status": "late", "completed": deadline + timedelta(days=1)},
            {"status": "on_time"}, {"status": "late"}, {"status": "not_done"}, {"status": "not_done", **EXCUSE},
            {"status": "not_done", **EXCUSE, "confirm_body": "Sở Thử nghiệm"}, {"completed": deadline}, {}])
        rows.append(row)
    return rows


def answers(seed: int, unit_facts: UnitFacts, *, whole: bool = True) -> dict[tuple[str, str | None], Any]:
    dice = random.Random(seed)
    sheets: dict[tuple[str, str | None], Any] = {
        ("officer", person.id): officer_answers(dice, whole=whole) for person in unit_facts.officers}
    sheets["collective", None] = {"tasks": tasks(dice), "status": [{"discipline_collective": "no"}]}
    sheets["proposal", None] = {"officers": [
        {"key": person.id, "unit_level": "2", "reason": "Đủ điều kiện"} for person in unit_facts.officers]}
    return sheets


# --- LibreOffice -----------------------------------------------------------------------------------------------------
def without_cached_values(data: bytes) -> bytes:
    """The workbook with every formula's value taken away, so that whoever opens it has to calculate."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            part = source.read(name)
            if name.startswith("xl/worksheets/sheet"):
                part = re.sub(rb"</f><v>[^<]*</v>|</f><v/>", b"</f>", part)
            target.writestr(name, part)
    return out.getvalue()


def recalculated(files: Mapping[str, bytes], folder: Path) -> dict[str, Any]:
    """Each workbook calculated afresh by LibreOffice, as openpyxl reads its values; skips where there is none."""
    import openpyxl

    program = shutil.which("soffice")
    if program is None:
        pytest.skip("LibreOffice (soffice) is not installed: live formulas were NOT recalculated. "
                    "Install libreoffice-calc (tests/prepare.py) to run this test.")
    source, target = folder / "in", folder / "out"
    source.mkdir()
    for name, data in files.items():
        (source / f"{name}.xlsx").write_bytes(without_cached_values(data))
    subprocess.run([program, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to",
                    "xlsx:Calc MS Excel 2007 XML", "--outdir", str(target),
                    *(str(source / f"{name}.xlsx") for name in files)], check=True, capture_output=True, timeout=300)
    return {name: openpyxl.load_workbook(target / f"{name}.xlsx", data_only=True) for name in files}
