"""Batches for the tests of letters: the shared province with one officer's sheet written out, many names, hard texts."""

from __future__ import annotations

import dataclasses
import io
import re
import zipfile
from datetime import date
from decimal import Decimal

from batch_builders import province

from qeval_batch.core.cells import RowRef
from qeval_batch.model.batch import Batch
from qeval_batch.model.records import AXES, AxisEntry, Criterion, Excuse, OfficerSheet, Product
from qeval_batch.model.results import Flag, Status
from qeval_batch.model.roster import Signature

AT = RowRef("DV030_2026-Q3.xlsx", "CB0021", 20)
# What a person may type and no paper may interpret: a tag, markup, an entity, control characters, breaks, a tab.
HARD = 'Thử {{ 7*7 }} {% for %} <b>đậm</b> & "ngoặc" </w:t> {_{ \x01\x0b\ud800\n dòng hai\r\ndòng ba\tsau'
HARD_LINES = ('Thử {{ 7*7 }} {% for %} <b>đậm</b> & "ngoặc" </w:t> {_{ ', " dòng hai", "dòng ba sau")


def with_sheet(batch: Batch, officer: str, products: int = 8, **texts: str) -> Batch:
    """``batch`` with the whole sheet of one officer: 17 criteria, six axes, ``products`` products, part C."""
    answers = {"overall": "Hoàn thành các nhiệm vụ được giao.", "outstanding": "Giải ngân vượt kế hoạch 12 %.",
               "shortcomings": "Một số báo cáo còn chậm.", "remedy_plan": "Phân công lại, kiểm tra hằng tuần."} | texts
    sheet = OfficerSheet(
        officer, "phu-luc-07", tuple(Criterion(f"1.{n}", Decimal(2), True, AT) for n in range(1, 10)),
        tuple(AxisEntry(axis, "main" if axis in "14" else "secondary", Decimal(15 if axis in "14" else 10), False, AT)
              for axis in AXES),
        tuple(_product(n) for n in range(1, products + 1)), answers["overall"], answers["outstanding"],
        answers["shortcomings"], answers["remedy_plan"], True, False, 1, AT)
    unit = batch.roster.officers[officer].unit
    record = batch.records[unit]
    return dataclasses.replace(batch, records={
        **batch.records, unit: dataclasses.replace(record, sheets={**record.sheets, officer: sheet})})


def with_policy(batch: Batch, **values: object) -> Batch:
    """``batch`` under other policy values; ``__`` in a name stands for the dot."""
    policy = batch.spec.policy
    entries = dict(policy.entries)
    for name, value in values.items():
        key = name.replace("__", ".")
        entries[key] = entries[key].model_copy(update={"value": value})
    return dataclasses.replace(batch, spec=dataclasses.replace(
        batch.spec, policy=dataclasses.replace(policy, entries=entries)))


def with_signatures(batch: Batch, *rows: Signature) -> Batch:
    return dataclasses.replace(batch, roster=dataclasses.replace(batch.roster, signatures=rows))


def without_waiting(batch: Batch) -> Batch:
    """``batch`` with only its graded officers who hold a proposal: nothing provisional, nothing to look at."""
    officers = tuple(item for item in batch.result.officers if item.levels.proposed is not None)
    return dataclasses.replace(batch, result=dataclasses.replace(batch.result, officers=officers))


def _product(number: int) -> Product:
    done = Decimal(1 if number % 3 else 0)
    return Product(number, f"NV{number:02}", None, str(number % 6 + 1),
                   f"Kế hoạch, đề án, báo cáo chuyên đề số {number} về chuyển đổi số và cải cách hành chính", "lead",
                   "planned", Decimal("1.50"), Decimal(1), number == 1, date(2026, 9, 30), done,
                   date(2026, 2, 5) if done else None, number == 2, Decimal(95), None, Decimal(90), number == 1,
                   1 if number == 1 else None, Excuse(None, None, None, False), AT)


def xml(data: bytes, part: str = "word/document.xml") -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return package.read(part).decode()


def texts(data: bytes) -> list[str]:
    """The paragraphs of a paper as a reader sees them, breaks as line feeds."""
    from docx import Document
    from docx.oxml.ns import qn

    found = []
    for paragraph in Document(io.BytesIO(data)).element.body.iter(qn("w:p")):
        pieces = [node.text or "" if node.tag == qn("w:t") else "\n" for node in paragraph.iter(qn("w:t"), qn("w:br"))]
        found.append("".join(pieces))
    return found


def all_text(data: bytes) -> str:
    return "\n".join(texts(data))


def squeezed(text: str) -> str:
    return re.sub(r"\s+", " ", text)


__all__ = ["AT", "HARD", "HARD_LINES", "all_text", "province", "squeezed", "texts", "with_policy", "with_sheet",
           "with_signatures", "without_waiting", "xml"]


def late_and_short(batch: Batch, *flags: Flag) -> Batch:
    """``batch`` in which DV030 sent its dossier late and every graded officer bears ``flags`` (UNIT_SHORT)."""
    units = tuple(dataclasses.replace(item, timeliness="late", complete_at="2026-09-26T10:00:00+07:00") if item.id == "DV030"
                  else item for item in batch.result.units)
    officers = tuple(dataclasses.replace(item, flags=(*item.flags, *(flags or (Flag.UNIT_SHORT,))))
                     if item.status is Status.GRADED else item for item in batch.result.officers)
    return dataclasses.replace(batch, result=dataclasses.replace(batch.result, units=units, officers=officers))
