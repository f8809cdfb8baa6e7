"""danh-muc.xlsx and so-nhan.xlsx from the forms they are read by: headers, lists, prompts; same roster, same bytes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from qeval_batch.core.cells import column_letter
from qeval_batch.core.say import say
from qeval_batch.model.roster import Roster
from qeval_batch.roster import outcomes
from qeval_batch.spec.form import Field, Form, Sheet, Type
from qeval_batch.spec.load import Spec

TITLE_ROW, NOTE_ROW, HEADER_ROW = 0, 1, 2      # 0-based; data follow the header
LISTS_SHEET = "_ds"
POSTS = "loai_chuc_danh"
# Cells that name a key kept on another sheet: (sheet, field) -> the sheet whose first column is the key.
KEPT_ON = {("units", "parent"): "units", ("officers", "unit"): "units", ("officers", "group"): "groups",
           ("changes", "officer"): "officers", ("changes", "former_unit"): "units", ("changes", "place"): "units",
           ("signatures", "unit"): "units"}
_LAST_KEY = 2000                               # rows of the key column a dropdown looks at
_ROOM = 200                                    # rows below the data that still have dropdowns and borders
_LINE = 15                                     # points of one line of text
_FONT = "Times New Roman"
_HEADER_FILL, _INPUT_FILL, _RULE = "#D9E2EF", "#FFFBE6", "#9AA5B1"
_PAGE_CHARACTERS = 190                         # columns wider than this together need a second page to be legible

NOTES: Mapping[str, str] = {
    "units": "Mỗi đơn vị gửi hồ sơ một dòng, một mã riêng. Mã là khóa ở mọi nơi; tên có thể trùng hoặc đổi.",
    "officers": "Mỗi người một dòng, kể cả người giữ nhiều chức vụ (ghi ở vị trí chính, chức vụ khác ghi ở cột riêng). "
                "Mỗi đơn vị đúng một người đứng đầu.",
    "groups": "Nhóm do cấp có thẩm quyền quyết định. Để trống tỷ lệ là theo chính sách; tỷ lệ khác hoặc không áp dụng "
              "phải có số quyết định.",
    "changes": "Ghi theo ngày thật; để trống «Đến ngày» là còn tiếp diễn. «Chưa đánh giá» được tính từ trang này.",
    "opinion_bodies": "Cơ quan được lấy ý kiến hoặc thẩm định, đề xuất; mỗi cơ quan một dòng.",
    "days_off": "Ngày nghỉ lễ, nghỉ bù trong quý; dùng để đánh dấu thời hạn rơi vào ngày nghỉ.",
    "signatures": "Ai ký văn bản nào; để trống «Mã đơn vị» là Ban Tổ chức Tỉnh ủy.",
    "catalogue": "Sản phẩm chuẩn đã được phê duyệt; để trống cả trang thì hệ số do cá nhân ghi được giữ nguyên.",
    "register": "Mỗi lần nhận một dòng, ví dụ 25/9/2026 10:30. Thời điểm ở sổ này được dùng trước giờ của thư và của tệp.",
}


def write_roster(path: Path, spec: Spec, roster: Roster, created: datetime) -> None:
    """Write ``roster`` as a workbook a clerk keeps by hand. ``created`` is the only clock in the file (forms.md)."""
    write_tables(path, spec, spec.forms["danh-muc"], rows_of(roster), created)


def write_tables(path: Path, spec: Spec, form: Form, rows: Mapping[str, Sequence[Mapping[str, Any]]],
                 created: datetime) -> None:
    """Write a workbook of plain tables that a clerk keeps; ``rows`` by sheet id, field by field."""
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False,
                                           "strings_to_numbers": False, "default_date_format": "dd/mm/yyyy"})
    book.set_properties({"title": form.title, "created": created.replace(tzinfo=None), "author": "qeval-batch"})
    book.formats[0].set_font_name(_FONT)
    writer = _Writer(book, spec)
    writer.names = {sheet.id: sheet.name for sheet in form.sheets}
    for sheet in form.sheets:
        writer.sheet(sheet, rows[sheet.id])
    writer.lists()
    book.close()


def rows_of(roster: Roster) -> Mapping[str, list[Mapping[str, Any]]]:
    """The rows of each sheet, field by field, as the form names them."""
    return {
        "units": [{"unit": u.id, "name": u.name, "parent": u.parent, "block": u.block, "annex": u.annex, "area": u.area,
                   "email": u.email, "contact": u.contact} for u in roster.units.values()],
        "officers": [{"officer": o.id, "full_name": o.name, "birth_date": o.birth_date, "unit": o.unit,
                      "post_class": o.post_class, "party_post": o.party_post, "government_post": o.government_post,
                      "union_post": o.union_post, "other_post": o.other_post, "head": o.head,
                      "committee_member": o.committee_member, "authority": o.authority, "group": o.group,
                      "field_in_charge": o.field_in_charge, "standing": o.standing,
                      "standing_document": o.standing_document, "outcomes": outcomes.text_of(o.outcomes),
                      "other_classes": "; ".join(o.other_classes) or None, "standing_board": o.standing_board,
                      "previous_level": str(o.previous_level) if o.previous_level else None}
                     for o in roster.officers.values()],
        "groups": [{"group": g.id, "name": g.name, "authority": g.authority, "binds": "yes" if g.binds else "no",
                    "rate": None if g.rate is None else g.rate * 100, "decision": g.decision}
                   for g in roster.groups.values()],
        "changes": [{"officer": c.officer, "change": c.kind, "start": c.start, "end": c.end,
                     "former_unit": c.former_unit, "place": c.place, "document": c.document,
                     "conclusion": c.conclusion} for c in roster.changes],
        "opinion_bodies": [{"body": b.id, "name": b.name, "role": b.role, "covers": b.covers,
                            "members": "; ".join(b.members) or None, "due": b.due}
                           for b in roster.opinion_bodies],
        "days_off": [{"day": day, "name": name or None} for day, name in roster.days_off.items()],
        "signatures": [{"paper": s.paper, "unit": s.unit, "authority": s.authority, "post": s.post, "name": s.name,
                        "series": s.series, "place": s.place} for s in roster.signatures],
        "catalogue": [{"code": p.code, "axis": p.axis, "product": p.product, "unit_of_measure": p.unit_of_measure,
                       "coefficient": p.coefficient} for p in roster.standards.values()],
    }


class _Writer:
    """One workbook being written: its formats, made once each, and the lists its dropdowns name."""

    def __init__(self, book: Any, spec: Spec) -> None:
        self.book = book
        self.spec = spec
        self.names: Mapping[str, str] = {}
        self.used_lists: dict[str, Sequence[str]] = {POSTS: list(spec.policy.authority_by_post)}
        self._formats: dict[tuple[tuple[str, Any], ...], Any] = {}

    def format(self, **properties: Any) -> Any:
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self.book.add_format({"font_name": _FONT, "font_size": 11, "valign": "top",
                                                       **properties})
        return self._formats[key]

    def sheet(self, sheet: Sheet, rows: Iterable[Mapping[str, Any]]) -> None:
        fields = sheet.blocks[0].fields
        page = self.book.add_worksheet(sheet.name)
        page.write_string(TITLE_ROW, 0, sheet.name.upper(), self.format(bold=True, font_size=14))
        page.write_string(NOTE_ROW, 0, NOTES[sheet.id], self.format(italic=True, font_color="#555555"))
        page.set_row(HEADER_ROW, 48)
        last = HEADER_ROW
        for column, field in enumerate(fields):
            page.write_string(HEADER_ROW, column, field.label,
                              self.format(bold=True, border=1, border_color=_RULE, bg_color=_HEADER_FILL, align="center",
                                          valign="vcenter", text_wrap=True))
            page.set_column(column, column, field.width, self._cell_format(field, boxed=False))
        for last, row in enumerate(rows, start=HEADER_ROW + 1):
            for column, field in enumerate(fields):
                self._write(page, last, column, field, row.get(field.id))
            self._height(page, last, fields, row)
        end = last + _ROOM
        for line in range(last + 1, last + 21):
            for column, field in enumerate(fields):
                page.write_blank(line, column, None, self._cell_format(field))
        for column, field in enumerate(fields):
            self._validate(page, sheet, column, field, end)
        wide = sum(field.width for field in fields) > _PAGE_CHARACTERS
        page.autofilter(HEADER_ROW, 0, last, len(fields) - 1)
        page.freeze_panes(HEADER_ROW + 1, 2 if len(fields) > 6 else 0)
        self._print(page, sheet, last, len(fields), wide)

    def _cell_format(self, field: Field, *, boxed: bool = True) -> Any:
        looks: dict[str, Any] = {"border": 1, "border_color": _RULE, "bg_color": _INPUT_FILL} if boxed else {}
        if field.type in (Type.DATE, Type.BIRTHDAY):
            looks["num_format"] = "dd/mm/yyyy"
        elif field.type is Type.MOMENT:
            looks["num_format"] = "dd/mm/yyyy hh:mm"
        elif field.type in (Type.PERCENT, Type.DECIMAL):
            looks["num_format"] = "General"
        else:
            looks["num_format"] = "@"
        if field.type in (Type.MARK, Type.ID, Type.DATE, Type.BIRTHDAY, Type.MOMENT, Type.PERCENT, Type.DECIMAL):
            looks["align"] = "center"
        if field.type in (Type.TEXT, Type.LONG_TEXT, Type.CHOICE):
            looks["text_wrap"] = True
        return self.format(**looks)

    def _write(self, page: Any, row: int, column: int, field: Field, value: Any) -> None:
        look = self._cell_format(field)
        if field.type is Type.MARK:
            value = "x" if value else None
        elif field.type is Type.CHOICE and value is not None:
            value = self._shown(field, value)
        if value is None:
            page.write_blank(row, column, None, look)
        elif isinstance(value, datetime):
            page.write_datetime(row, column, value.replace(tzinfo=None), look)
        elif isinstance(value, date):
            page.write_datetime(row, column, datetime(value.year, value.month, value.day), look)
        elif isinstance(value, int | Decimal):
            page.write_number(row, column, value, look)
        else:
            page.write_string(row, column, str(value), look)

    def _height(self, page: Any, line: int, fields: Sequence[Field], row: Mapping[str, Any]) -> None:
        """Room for wrapped text: not every program makes it by itself. A column takes 8 letters of text to 7 digits."""
        lines = max(-(-len(self._shown(field, row.get(field.id))) // (field.width * 8 // 7)) for field in fields)
        if lines > 1:
            page.set_row(line, _LINE * lines)

    def _shown(self, field: Field, value: Any) -> str:
        if not isinstance(value, str):
            return ""
        return self.spec.lists[field.choices or ""].label(value) if field.type is Type.CHOICE else value

    def _validate(self, page: Any, sheet: Sheet, column: int, field: Field, end: int) -> None:
        rule: dict[str, Any] = {"validate": "any", "ignore_blank": True}
        if field.type is Type.CHOICE:
            name = field.choices or ""
            self.used_lists[name] = [option.label for option in self.spec.lists[name].options]
            rule |= {"validate": "list", "source": f"=ds_{name}", "error_title": say("roster.write.choose"),
                     "error_message": say("roster.write.choose_cure")}
        elif source := self._known(sheet, field):
            rule |= {"validate": "list", "source": source, "error_type": "warning",
                     "error_title": say("roster.write.not_kept"), "error_message": say("roster.write.not_kept_cure")}
        elif field.type is Type.MARK:
            rule |= {"validate": "list", "source": ["x"], "error_title": say("roster.write.mark"),
                     "error_message": say("roster.write.mark_cure")}
        elif field.type is Type.DATE:
            rule |= {"validate": "date", "criteria": ">=", "value": date(1930, 1, 1), "error_type": "warning",
                     "error_title": say("roster.write.day"), "error_message": say("roster.write.day_cure")}
        prompt = field.hint or {Type.DATE: say("roster.write.day_prompt"), Type.MARK: say("roster.write.mark_prompt"),
                                Type.MOMENT: say("roster.write.moment_prompt")}.get(field.type, "")
        if prompt:
            rule |= {"input_title": field.label[:32], "input_message": prompt[:255]}
        if rule["validate"] != "any" or prompt:
            page.data_validation(HEADER_ROW + 1, column, end, column, rule)

    def _known(self, sheet: Sheet, field: Field) -> str | None:
        """The dropdown of a cell that names something kept on another sheet of the same workbook, or a post class."""
        if (sheet.id, field.id) == ("officers", "post_class"):
            return f"=ds_{POSTS}"
        name = self.names.get(KEPT_ON.get((sheet.id, field.id), ""))
        return None if name is None else f"='{name}'!$A${HEADER_ROW + 2}:$A${_LAST_KEY}"

    def _print(self, page: Any, sheet: Sheet, last: int, columns: int, wide: bool) -> None:
        if sheet.landscape:
            page.set_landscape()
        page.set_paper(9)
        page.set_margins(left=0.5, right=0.4, top=0.6, bottom=0.6)
        page.fit_to_pages(2 if wide else 1, 0)
        if wide:
            page.repeat_columns(0, 1)
        page.repeat_rows(HEADER_ROW)
        page.print_area(0, 0, max(last, HEADER_ROW + 1), columns - 1)
        page.set_footer(f'&L&"{_FONT},Regular"&9&A&C&"{_FONT},Regular"&9Trang &P/&N')

    def lists(self) -> None:
        """The hidden sheet the dropdowns take their values from: labels may hold commas."""
        page = self.book.add_worksheet(LISTS_SHEET)
        page.hide()
        for column, (name, labels) in enumerate(sorted(self.used_lists.items())):
            page.write_column(0, column, labels, self.format(num_format="@"))
            letter = column_letter(column + 1)
            self.book.define_name(f"ds_{name}", f"={LISTS_SHEET}!${letter}$1:${letter}${len(labels)}")
