"""A batch in which hardly two figures of a row are alike, and its tables: a value under another heading shows."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import batch_builders

from qeval_batch.core.cells import RowRef
from qeval_batch.model.acts import Acts, Waiver
from qeval_batch.model.batch import Batch
from qeval_batch.model.delivery import Delivery
from qeval_batch.model.records import Assessment, DossierPart, FormerOpinion, Indicator, UnitRecord
from qeval_batch.model.results import AxisComparison, CentralDossier, Counts, Flag, OfficerResult, Order
from qeval_batch.model.submission import Row, SheetData
from qeval_batch.model.trace import Step
from qeval_batch.model.version import Replaced, Version
from qeval_batch.render import wording
from qeval_batch.render.letters import forms
from qeval_batch.render.tables.axes import axes
from qeval_batch.render.tables.changed import changed
from qeval_batch.render.tables.counts import counts
from qeval_batch.render.tables.dossiers import dossiers
from qeval_batch.render.tables.lists import lists
from qeval_batch.render.tables.mau7 import mau7
from qeval_batch.render.tables.mau8 import mau8
from qeval_batch.render.tables.ranking import ranking
from qeval_batch.render.tables.report import report_xlsx

_AT = RowRef("tep.xlsx", "Trang", 9, {"code": 2})


def varied(batch: Batch | None = None) -> Batch:
    """The hand-made province, its figures told apart; timeliness, axes, waivers, two versions of a sheet."""
    batch = batch or batch_builders.province()
    result = batch.result
    batch = dataclasses.replace(
        batch,
        result=dataclasses.replace(
            result, officers=tuple(_officer(place, item) for place, item in enumerate(result.officers)),
            groups=tuple(dataclasses.replace(item, max_htt_plus=item.max_htt_plus + 3) for item in result.groups),
            findings=tuple(dataclasses.replace(item, where=dataclasses.replace(item.where, officer="CB0001"))
                           for item in result.findings[:2]) + result.findings[2:],
            units=tuple(dataclasses.replace(item, **_UNITS.get(item.id, {})) for item in result.units),
            files=tuple(dataclasses.replace(item, delivery=_DELIVERY) for item in result.files),
            comparisons=(_COMPARED, dataclasses.replace(_COMPARED, declared=None, differs=())),
            indicators=(Indicator("BXD", "Giải ngân vốn đầu tư công", "95 %", "97 %", _AT),),
            central=(CentralDossier("CB0001", "2026-09-20T08:00:00+07:00", "mail", "in_time",
                                    (Step("R61", None, {}, "LD VII.1.1", "Đến trước hạn."),)),)),
        acts=Acts(waived=(_WAIVER,)), replaced=(_replaced(batch),), records={
            **batch.records, "DV001": _record(batch.records["DV001"])})
    return batch_builders.timed(batch, {
        "DV020": ("late", "2026-09-20T09:15:00+07:00", "2026-09-27T10:30:00+07:00", "register"),
        "DV002": ("on_the_day", "2026-09-25T07:45:00+07:00", "2026-09-25T08:00:00+07:00", "mail")})


def _record(record: UnitRecord) -> UnitRecord:
    proposal = dataclasses.replace(record.proposals["CB0001"], personnel="Đề nghị bổ nhiệm lại")
    return dataclasses.replace(record, dossier=_DOSSIER, proposals={**record.proposals, "CB0001": proposal})


def _officer(place: int, item: OfficerResult) -> OfficerResult:
    if item.score is None:
        return item
    step = Decimal(place) / 100
    held = item.levels
    return dataclasses.replace(
        item, authority_class="ABCD"[place % 4] if item.group else item.authority_class,
        workbook_total=item.score.total - 1 - step, unit_score=item.score.total - 2 - step,
        appraised_score=item.score.total - 3 - step, used_score=item.score.total - step / 10,
        score=dataclasses.replace(item.score, axes=tuple(
            dataclasses.replace(axis, points=axis.points + Decimal(index) / 100)
            for index, axis in enumerate(item.score.axes))),
        own_collective=dataclasses.replace(item.own_collective, counts=Counts(
            assigned=20 + place, excused=2, done=17, exceeded=7, late=3)),
        order=Order(item.score.total, (7, 20 + place), 5 + place, Decimal(27) + step) if item.order else None,
        levels=dataclasses.replace(held, self=1 + place % 4, btc=1 + (place + 1) % 4, decided=1 + (place + 2) % 4),
        flags=tuple(sorted({*item.flags, Flag.BAND})) if place == 2 else item.flags,
        former_opinions=(FormerOpinion(item.id, "DV010", "Làm tốt", Decimal("88.5"), 2, Decimal("1.5"), _AT),)
        if place == 2 else ())


_UNITS: Mapping[str, Mapping[str, Any]] = {
    "DV001": {"dossier_missing": (2, 3)}, "DV002": {"status": "returned", "errors": 5, "warnings": 1}}
# Of thirteen copies of each part as many are there as no other part has: 1/13 … 12/13.
_DOSSIER = tuple(DossierPart(part, None, None, None, place < 2 * part - 1, place < 2 * part, None, _AT)
                 for part in range(1, 7) for place in range(13))
_DELIVERY = Delivery(batch_builders.AS_OF.replace(day=21), "mail", "can.bo@mau.example", "<1@mau.example>")
_COMPARED = AxisComparison(Assessment("BXD", "DV001", "2", 11, 9, 4, 3, "Còn chậm", _AT),
                           Counts(assigned=12, done=10, late=5), ("assigned", "late"))
_WAIVER = Waiver("Nguyễn Văn Trực", "Đã kiểm tra bản giấy", "2026-09-25T14:05:00+07:00", "DV032", "CELL_FORMULA",
                 "CB0025", "Biểu 1", "F18", (("label", "Điểm"),))


def _replaced(batch: Batch) -> Replaced:
    def version(file: str, text: str, row: int, day: int) -> Version:
        at = RowRef(file, "CB0001", row, {"product": 5})
        sheet = SheetData("phu-luc-07", "officer", "CB0001", "CB0001",
                          {"products": (Row({"product": text}, at),)})
        came = Delivery(batch_builders.AS_OF.replace(day=day), "mail", "a@mau.example", "<2@mau.example>")
        stamped = SimpleNamespace(file=file, stamp=SimpleNamespace(unit="DV001"))
        return Version(stamped, sheet, (came,))

    return Replaced(version("cu.xlsx", "Báo cáo cũ", 55, 21), version("moi.xlsx", "Báo cáo mới", 56, 22))


def _summary(batch: Batch, stage: str, unit: str | None = None) -> bytes:
    officers = [item for item in batch.result.officers if unit in (None, item.unit)]
    words = forms.mau8(batch, wording.graded_scope(officers), "Phạm vi mẫu", stage)
    return mau8(batch, officers, words, by_unit=stage == "unit")


TABLES: Mapping[str, Callable[[Batch], bytes]] = {
    "mau-8": lambda batch: _summary(batch, "proposed"),
    "mau-8-don-vi": lambda batch: _summary(batch, "unit", "DV030"),
    "mau-7": mau7, "xep-hang": ranking, "thong-ke-nhom": counts, "danh-sach": lists, "ho-so": dossiers,
    "doi-chieu-truc": axes, "thay-doi": changed, "bao-cao-chay": report_xlsx,
}
