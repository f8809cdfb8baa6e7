"""xep-hang.xlsx: one sheet per comparable group with the order of proposal, the cut line, ties in words and a chart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from qeval_batch.core.decimals import vi_percent
from qeval_batch.model.batch import Batch
from qeval_batch.model.results import Flag, GroupResult, OfficerResult, Order, Status
from qeval_batch.render import wording
from qeval_batch.render.names import sheet_names
from qeval_batch.render.tables.columns import Column, TableValue, place_of, ratio
from qeval_batch.render.tables.style import SHADE_GOOD, SHADE_LOOK, TableBook, TablePage


@dataclass(frozen=True)
class RankedRow:
    """An officer in the order of proposal of a group."""

    batch: Batch
    group: GroupResult
    officer: OfficerResult


def _ordered(value: Callable[[Order], TableValue]) -> Callable[[RankedRow], TableValue]:
    """A figure of the order; blank for whom no order was made."""
    return lambda row: value(row.officer.order) if row.officer.order else None


def _proposed(row: RankedRow) -> str:
    return wording.level_short(row.officer.levels.proposed) or wording.standing(row.batch, row.officer)


_NAME, _SCORE = "Họ và tên", "Điểm sử dụng"
COLUMNS: tuple[Column[RankedRow], ...] = (
    Column("Thứ tự", 7, "integer", of=lambda row: row.officer.rank),
    Column("Mã", 9, "center", of=lambda row: row.officer.id),
    Column(_NAME, 21, of=lambda row: row.officer.name),
    Column("Chức vụ, đơn vị", 29, of=lambda row: wording.post_and_unit(row.batch, row.officer)),
    Column(_SCORE, 9, "score", of=lambda row: row.officer.used_score),
    Column("Tỷ lệ vượt mức của tập thể, lĩnh vực", 11, "percent", of=_ordered(lambda order: ratio(*order.exceed))),
    Column("Số sản phẩm vượt mức", 9, "integer", of=_ordered(lambda order: order.products)),
    Column("Khối lượng công việc", 9, "figure", of=_ordered(lambda order: order.work)),
    Column("Mức đủ điều kiện", 10, "center", of=lambda row: wording.level_short(row.officer.levels.eligible)),
    Column("Mức đề xuất", 10, "center", of=_proposed),
    Column("Ghi chú", 24, of=lambda row: _note(row.group, row.officer)),
)


@dataclass(frozen=True)
class IndexRow:
    """A group in the list of groups."""

    number: int
    group: GroupResult


_ID = "Mã"
INDEX: tuple[Column[IndexRow], ...] = (
    Column("STT", 5, "integer", of=lambda row: row.number),
    Column(_ID, 8, "center", of=lambda row: row.group.id),
    Column("Nhóm tương đồng", 40, of=lambda row: row.group.name),
    Column("N", 6, "integer", of=lambda row: row.group.n),
    Column("Đủ điều kiện HTXS", 10, "integer", of=lambda row: row.group.candidates),
    Column("Tối đa A (số HTT)", 10, "integer", of=lambda row: row.group.max_htt_only),
    Column("Tối đa B (HTT và HTXS)", 11, "integer", of=lambda row: row.group.max_htt_plus),
    Column("Cơ số áp dụng", 16, "center", of=lambda row: base(row.group)),
    Column("Đề xuất HTXS", 9, "integer", of=lambda row: len(row.group.level1)),
    Column("Ngoài tỷ lệ", 8, "integer", of=lambda row: len(row.group.cut)),
    Column("Bằng nhau", 8, "integer", of=lambda row: len(row.group.tied)),
    Column("Còn chờ", 8, "integer", of=lambda row: row.group.waiting),
)
_INDEX = "Danh sách nhóm"


def base(group: GroupResult) -> str:
    """Which reading of VI.2 binds the group, or that none does."""
    return wording.base_words(group.binding) if group.binds else "Không áp dụng"


def ranking(batch: Batch) -> bytes:
    """Every group of the run, in order of id (LD VI.2; rules.md D). Never decides a tie."""
    groups = sorted(batch.result.groups, key=lambda item: item.id)
    book = TableBook(batch.as_of, f"Xếp thứ tự đề nghị - {batch.period.label}")
    names = sheet_names([_INDEX, *(f"{group.id} {group.name}" for group in groups)])
    _index(book.page(names[0], INDEX), batch, groups, names[1:])
    for group, name in zip(groups, names[1:], strict=True):
        _group(book.page(name, COLUMNS), batch, group, name)
    return book.close()


def _index(page: TablePage[IndexRow], batch: Batch, groups: Sequence[GroupResult], names: Sequence[str]) -> None:
    page.title("THỨ TỰ ĐỀ NGHỊ THEO NHÓM TƯƠNG ĐỒNG", wording.sentence(batch.period.label))
    page.text("N: số đủ điều kiện mức HTXS và HTT của nhóm. Bấm vào mã nhóm để mở trang của nhóm.", italic=True)
    page.header()
    place = place_of(page.columns, _ID)
    link = page.book.look(border=1, align="center", underline=1, font_color="#1F3864")
    for number, (group, name) in enumerate(zip(groups, names, strict=True), start=1):
        at, row = page.row, IndexRow(number, group)
        page.line(row)
        quoted = name.replace("'", "''")
        page.sheet.write_url(at, place, f"internal:'{quoted}'!A1", link, str(page.columns[place].of(row)))
    if not groups:
        page.text("Không có nhóm tương đồng.", italic=True)
    page.done()


def _group(page: TablePage[RankedRow], batch: Batch, group: GroupResult, name: str) -> None:
    page.title(f"THỨ TỰ ĐỀ NGHỊ - {group.name}", wording.sentence(batch.period.label))
    for text in _facts(group):
        page.text(text)
    if group.waiting:
        page.text(f"Tạm tính: còn {group.waiting} cán bộ của nhóm chưa có mức xếp loại.", bold=True,
                  bg_color=SHADE_LOOK)
    page.header()
    members = {item.id: item for item in batch.result.listed if wording.group_of(batch, item) == group.id}
    ranked = [members[item] for item in group.ranked if item in members]
    scored = _table(page, batch, group, ranked)
    if not ranked:
        page.text("Chưa có cán bộ nào của nhóm có mức xếp loại.", italic=True)
    _others(page, [item for item in wording.in_paper_order(batch, members.values()) if item not in ranked])
    if scored:
        _chart(page, name, scored)
    page.done()


def _facts(group: GroupResult) -> list[str]:
    rate = vi_percent(group.rate, 1)
    figures = (f"N = {group.n} (đủ điều kiện HTXS: {group.candidates}). "
               f"Tối đa A (tính trên số HTT): {group.max_htt_only}. "
               f"Tối đa B (tính trên số HTT và HTXS): {group.max_htt_plus}. Tỷ lệ {rate}.")
    facts = [figures]
    decision = f" theo {group.decision}" if group.decision else ""
    if not group.binds:
        facts.append(f"Nhóm không áp dụng tỷ lệ{decision}.")
    else:
        facts.append(f"Cơ số áp dụng {wording.base_words(group.binding)}; tối đa "
                     f"{wording.binding_maximum(group)} cán bộ{decision}.")
    return facts


def candidates_first(group: GroupResult, ranked: Sequence[OfficerResult]) -> list[OfficerResult]:
    """Those eligible for level 1 before the others, each in the order of proposal."""
    return sorted(ranked, key=lambda item: (item.levels.eligible != 1, group.ranked.index(item.id)))


def _table(page: TablePage[RankedRow], batch: Batch, group: GroupResult, ranked: Sequence[OfficerResult]) -> list[int]:
    """Writes the rows and the cut line; gives the rows that carry an officer."""
    rows: list[int] = []
    ordered = candidates_first(group, ranked)
    cut_before = _cut_place(group, ordered)
    for place, officer in enumerate(ordered):
        if place == cut_before:
            _cut_line(page, group)
        rows.append(page.row)
        page.line(RankedRow(batch, group, officer), **_shade(officer))
    if cut_before == len(ordered) and ordered:
        _cut_line(page, group)
    return rows


def _cut_place(group: GroupResult, ordered: Sequence[OfficerResult]) -> int | None:
    """Index of the first officer below the line; with a tie, of the first of the tied. None where no rate binds."""
    if not group.binds:
        return None
    return sum(item.levels.eligible == 1 and item.id not in group.cut and item.id not in group.tied for item in ordered)


def _cut_line(page: TablePage[RankedRow], group: GroupResult) -> None:
    text = f"Ranh giới tỷ lệ {vi_percent(group.rate, 1)}: tối đa {wording.binding_maximum(group)} cán bộ"
    if group.tied:
        text += (f"; {len(group.tied)} đồng chí dưới đây bằng nhau, còn {group.places_left} chỗ, "
                 "cấp có thẩm quyền quyết định")
    page.merged(f"{text}.", bold=True, align="center", top=5, bottom=5, left=1, right=1, font_color="#9C0006",
                bg_color="#FDE9E7")
    page.row += 1


def _note(group: GroupResult, officer: OfficerResult) -> str | None:
    if Flag.TIED in officer.flags:
        return f"Bằng nhau tại ranh giới, còn {group.places_left} chỗ"
    if Flag.QUOTA_CUT in officer.flags:
        return "Ngoài tỷ lệ"
    return None


def _shade(officer: OfficerResult) -> dict[str, str]:
    if Flag.TIED in officer.flags or Flag.PROPOSAL_DIFFERS in officer.flags:
        return {"bg_color": SHADE_LOOK}
    return {"bg_color": SHADE_GOOD} if officer.levels.proposed == 1 else {}


def _others(page: TablePage[RankedRow], officers: Sequence[OfficerResult]) -> None:
    for status in Status:
        names = [f"{item.name} ({item.id})" for item in officers if item.status is status]
        if names:
            page.text(f"{wording.status_words(status)}: {'; '.join(names)}.", font_size=10)


def _chart(page: TablePage[RankedRow], name: str, rows: Sequence[int]) -> None:
    """Scores as columns in the order of the table. Labels only while they can be read."""
    font = {"name": "Times New Roman", "size": 10}
    chart = page.book.workbook.add_chart({"type": "column"})
    first, last, count = rows[0], rows[-1], len(rows)
    who, score = place_of(COLUMNS, _NAME), place_of(COLUMNS, _SCORE)
    labels = {"value": True, "num_format": "[$-42A]0.00", "font": {**font, "size": 9}} if count <= 25 else None
    chart.add_series({
        "name": _SCORE, "categories": [name, first, who, last, who], "values": [name, first, score, last, score],
        "fill": {"color": "#8EA9DB"}, "gap": 40, **({"data_labels": labels} if labels else {})})
    chart.set_title({"name": "Điểm sử dụng theo thứ tự đề nghị", "name_font": {**font, "size": 12}})
    chart.set_legend({"none": True})
    chart.set_y_axis({"min": 0, "max": 100, "num_format": "0", "num_font": font,
                      "major_gridlines": {"visible": True, "line": {"color": "#D9D9D9"}}})
    chart.set_x_axis({"num_font": {**font, "size": 9, "rotation": -45 if count > 6 else 0}})
    # Slanted names take their own room below the columns.
    height, rows_taken = (190, 10) if count <= 6 else (340, 18)
    chart.set_size({"width": 1000, "height": height})
    page.skip()
    page.sheet.insert_chart(page.row, 0, chart,
                            {"y_offset": 8, "object_position": 1, "description": "Biểu đồ điểm của nhóm"})
    page.keep_together(page.row, page.row + rows_taken - 1)
    page.skip(rows_taken)
