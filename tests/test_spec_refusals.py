"""Every refusal of ``qeval forms check``: one malformed file each, the line it must name, the words it must contain."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from spec_forms import DAY, FORMS, Copy, copy_forms

from qeval_batch.commands.forms_check import check
from qeval_batch.spec.load import load_spec
from qeval_batch.spec.yamlio import SpecError, parse


class Case(NamedTuple):
    """Replace ``old`` by ``new`` in ``file``: one problem, on the line of ``mark`` (0: the whole file)."""

    id: str
    file: str
    old: str
    new: str
    mark: str | None
    words: str
    alone: bool = True      # the only problem of the file


SHAPE = [
    Case("unknown key", "ho-so.yaml", "basis: documented", "basis: documented\ncolour: red", "colour", "Khóa lạ «colour»"),
    Case("unknown key, guessed", "tong-hop.yaml", "label: Mã cán bộ", "lable: Mã cán bộ, label: Mã", "lable",
         "Có phải «label»?"),
    Case("duplicate key", "ho-so.yaml", "kind: don-vi", "kind: don-vi\nkind: danh-muc", "kind: danh-muc",
         "Khóa «kind» bị lặp; đã có ở dòng 3"),
    Case("duplicate policy key", "chinh-sach.yaml", "quota.base:",
         "deadline.dossier: {}\nquota.base:", "deadline.dossier: {description",
         "Khóa «deadline.dossier» bị lặp"),
    Case("missing citation of a form", "ho-so.yaml", "citation: {document: LD, article: VII.2.2}\n", "", "form: ho-so",
         "Thiếu khóa «citation». Mỗi biểu mẫu, mỗi giá trị phải ghi căn cứ"),
    Case("missing citation of a value", "chinh-sach.yaml",
         '{value: 25, citation: {document: LD, article: VII.2.2}}', "{value: 25}", "deadline.dossier",
         "Thiếu khóa «citation»"),
    Case("missing citation on a line of its own", "chinh-sach.yaml",
         "    2026-04-01:\n      value: [score, exceed, products, work]\n      citation: {document: LD, article: II.3}\n",
         "    2026-05-01:\n      value: [score, exceed, products, work]\n", "2026-05-01",
         "Thiếu khóa «citation»"),
    Case("citation without article", "ho-so.yaml", "{document: LD, article: VII.2.2}", "{document: LD}",
         "citation: {document: LD}", "Ghi điều, khoản, điểm được dẫn"),
    Case("missing basis", "ho-so.yaml", "basis: documented\n", "", "form: ho-so", "Thiếu khóa «basis»"),
    Case("wrong basis", "ho-so.yaml", "basis: documented", "basis: sure", "basis: sure",
         "Chọn một trong: documented, inferred"),
    Case("no such date", "chinh-sach.yaml",
         "deadline.dossier: {description: \"Hồ sơ đơn vị: trước ngày này của tháng cuối quý\", type: integer, "
         "minimum: 1, maximum: 31, values: {2026-04-01:",
         "deadline.dossier: {description: Hồ sơ, type: integer, minimum: 1, maximum: 31, values: {2026-04-31:",
         "deadline.dossier", "Ngày không hợp lệ: «2026-04-31»"),
    Case("date on a line of its own", "chinh-sach.yaml",
         "    2026-04-01: {value: htt_only", "    2026-02-30: {value: htt_only", "2026-02-30",
         "Viết ngày có thật, dạng năm-tháng-ngày"),
    Case("date in words", "chinh-sach.yaml", "    2026-04-01: {value: htt_only", "    ngày 1/4: {value: htt_only",
         "ngày 1/4", "Ngày không hợp lệ"),
    Case("text where a list belongs", "phu-luc-02.yaml", 'main_axes: ["2", "4"]', "main_axes: '24'", "main_axes",
         "phải là một danh sách"),
    Case("number where text belongs", "ho-so.yaml", "version: 2026-1", "version: 1", "version: 1",
         "phải là chữ. Đặt giá trị trong ngoặc kép"),
    Case("text where a number belongs", "phu-luc-02.yaml", '"1": 10, "2": 15', '"1": mười, "2": 15', "mười", "phải là số"),
    Case("half a point", "phu-luc-02.yaml", '"1": 10, "2": 15', '"1": 10.5, "2": 15', "10.5", "phải là số"),
    Case("no switch", "chinh-sach.yaml", "2026-04-01: {value: false", "2026-04-01: {value: không", "value: không",
         "phải là true hoặc false"),
    Case("unknown type", "ho-so.yaml", "type: date", "type: day", "type: day", "Chọn một trong: text, long_text"),
    Case("date that is a number", "chinh-sach.yaml", "    2026-04-01: {value: htt_only", "    20260401: {value: htt_only",
         "20260401", "Ngày không hợp lệ: «20260401»"),
    Case("no values", "chinh-sach.yaml", "scope.first_quarter:", "x: {description: x, type: text, values: {}}\n"
         "scope.first_quarter:", "x: {description", "để trống. Khai ít nhất một mục"),
]
SYNTAX = [
    Case("colon in a value", "ho-so.yaml", "title: Danh mục thành phần hồ sơ", "title: Danh mục: hồ sơ",
         "title: Danh mục: hồ sơ", "đặt trong ngoặc kép"),
    Case("tab", "ho-so.yaml", "    landscape: false", "\tlandscape: false", "\tlandscape", "Không đọc được YAML"),
    Case("open quote", "ho-so.yaml", "title: Danh mục thành phần hồ sơ", 'title: "Danh mục', None, "ngoặc kép"),
    Case("alias", "ho-so.yaml", "version: 2026-1\nkind: don-vi", "version: &v 2026-1\nkind: *v", "version",
         "Không dùng neo và tham chiếu"),
    Case("tag", "ho-so.yaml", "version: 2026-1", "version: !!python/name:os.system 2026-1", "version", "nhãn kiểu"),
    Case("two documents", "ho-so.yaml", "version: 2026-1", "---\nversion: 2026-1", None, "tách tệp thành hai phần"),
]
FORM = [
    Case("unknown document", "ho-so.yaml", "document: LD", "document: LDX", "LDX", "«LDX» không có trong van-ban.yaml"),
    Case("unknown document of a value", "chinh-sach.yaml", "citation: {document: LD, article: II.3}",
         "citation: {document: TU, article: II.3}", "document: TU", "«TU» không có trong van-ban.yaml"),
    Case("unknown choice list", "tong-hop.yaml", "choices: levels", "choices: muc", "choices: muc",
         "Không có danh sách chọn «muc»"),
    Case("choice without list", "tong-hop.yaml", "type: choice, choices: levels,", "type: choice,", "unit_level",
         "phải đi cùng nhau"),
    Case("unknown formula", "tong-hop.yaml", "formula: officer_total", "formula: officer_sum", "officer_sum",
         "Không có công thức «officer_sum»"),
    Case("formula of an input", "tong-hop.yaml", "source: formula, formula: officer_total", "formula: officer_total",
         "officer_total", "source: formula và formula phải đi cùng nhau"),
    Case("required prefill", "ho-so.yaml", "source: prefill, width: 46", "source: prefill, required: true, width: 46",
         "required", "không thể bắt buộc"),
    Case("bounds of a text", "ho-so.yaml", "label: Ghi chú,", "label: Ghi chú, minimum: 1,", "minimum", "không phải số"),
    Case("bounds crossed", "tong-hop.yaml", "minimum: 0, maximum: 100", "minimum: 100, maximum: 10", "maximum: 10",
         "minimum lớn hơn maximum"),
    Case("field id twice", "ho-so.yaml", "{id: note,", "{id: paper,", "label: Ghi chú", "Mã cột «paper» bị lặp", alone=False),
    Case("label twice", "ho-so.yaml", "label: Ghi chú", "label: ngày", "label: ngày", "Nhãn cột «ngày» bị lặp"),
    Case("label twice under another spelling", "ho-so.yaml", "label: Ghi chú", 'label: "Bản giấy  (X)"', "(X)", "bị lặp"),
    Case("alias is another's label", "ho-so.yaml", "label: Ghi chú", "label: Ghi chú, aliases: [Ngày]", "aliases: [Ngày]",
         "«Ngày» bị lặp"),
    Case("block id twice", "phu-luc-09.yaml", "      - id: status\n", "      - id: tasks # III\n", "# III",
         "Mã phần «tasks» bị lặp", alone=False),
    Case("block title twice", "phu-luc-09.yaml", 'title: "II. Danh mục nhiệm vụ, chỉ tiêu"',
         "title: I. Tổng hợp theo trục ", "title: I. Tổng hợp theo trục ", "Tên phần «I. Tổng hợp theo trục» bị lặp"),
    Case("table without title", "phu-luc-09.yaml", '        title: "II. Danh mục nhiệm vụ, chỉ tiêu"\n', "", "id: tasks",
         "Phần «tasks» không có tên"),
    Case("text with columns", "ho-so.yaml", "kind: table", "kind: text", "kind: text", "không được có cột"),
    Case("unknown profile", "phu-luc-chung.yaml", "profile: 30+70", "profile: 40+60", "profile: 40+60",
         "Cơ cấu điểm «40+60» không có"),
    Case("no such key field", "ho-so.yaml", "key_field: part", "key_field: muc", "key_field: muc", "không phải cột"),
    Case("key field that is filled in", "ho-so.yaml", "key_field: part", "key_field: note", "key_field: note",
         "phải là cột điền sẵn"),
    Case("fixed rows without key field", "ho-so.yaml", "        key_field: part\n", "", "id: parts", "không có key_field"),
    Case("row key twice", "ho-so.yaml", '{key: "6",', '{key: "5",', "(6) Phụ lục 09", "Mã dòng «5» bị lặp", alone=False),
    Case("row text twice", "ho-so.yaml", "(6) Phụ lục 09", "(1) Tờ trình của đơn vị", '{key: "6"',
         "Chữ nhận dòng «(1) Tờ trình của đơn vị» bị lặp"),
    Case("row of no column", "ho-so.yaml", '{key: "6", values: {part: (6) Phụ lục 09}}',
         '{key: "6", values: {part: (6) Phụ lục 09, phan: x}}', "phan: x", "cột «phan» không có"),
    Case("unknown slot", "ho-so.yaml", '"{unit_name} - {period_label}"', '"{unit_nane} - {period_label}"', "unit_nane",
         "Không có chỗ điền «{unit_nane}»"),
    Case("brace left open", "ho-so.yaml", '"{unit_name} - {period_label}"', '"{unit_name - {period_label}"', "{unit_name -",
         "chỗ điền"),
    Case("sheet name too long", "ho-so.yaml", "name: Hồ sơ", "name: " + "Hồ sơ " * 6, "name: Hồ sơ", "Tối đa 31 ký tự"),
    Case("sheet name Excel refuses", "ho-so.yaml", "name: Hồ sơ", 'name: "Hồ sơ: 6"', "name:", "không dùng được trong Excel"),
    Case("no such base", "phu-luc-03.yaml", "extends: phu-luc-chung", "extends: phu-luc", "extends",
         "Không có biểu mẫu gốc «phu-luc»"),
    Case("form id twice", "phu-luc-04.yaml", "form: phu-luc-04", "form: phu-luc-02", "form:", "đã khai ở forms/phu-luc-02"),
    Case("unit set of no form", "bo-don-vi.yaml", "tong-hop", "tong-ket", "tong-ket", "«tong-ket» không có"),
    Case("unit set of another kind", "bo-don-vi.yaml", "ho-so]", "ho-so, danh-muc]", "danh-muc", "thuộc loại «danh-muc»"),
    Case("unit set without annex", "bo-don-vi.yaml", "$annex, ", "", "forms:", "thiếu $annex"),
    Case("sheet twice in a set", "ho-so.yaml", "name: Hồ sơ", "name: TỔNG HỢP", None, "trùng với"),
    Case("block the program needs", "phu-luc-09.yaml", "- id: status", "- id: phan-iii", "sheets:", "Thiếu phần «status»"),
    Case("column the program needs", "phu-luc-chung.yaml", "{id: coefficient,", "{id: he_so,", None,
         "thiếu cột «coefficient»"),
    Case("row the program needs", "ho-so.yaml", "          - {key: \"6\", values: {part: (6) Phụ lục 09}}\n", "", "fixed:",
         "thiếu dòng «6»"),
    Case("total row the program needs", "phu-luc-chung.yaml", "key: total_ab", "key: tong", None, "thiếu dòng «total_ab»"),
    Case("block without title after a table", "phu-luc-chung.yaml", "        title: C. Tự đánh giá\n", "", "- id: self",
         "Phần «self» không có tên"),
    Case("key field without rows", "tong-hop.yaml", "        rows_from: officers\n", "", "key_field", "không có dòng cố định",
         alone=False),
    Case("annex nobody can fill", "phu-luc-chung.yaml", "        rows: 24\n", "", "- id: products",
         "không có dòng nào để điền"),
    Case("table nobody can fill", "phu-luc-09.yaml", "        rows: 40\n", "", None, "không có dòng nào để điền"),
    Case("part A in every profile", "phu-luc-chung.yaml", "        profile: 30+70\n", "", "- id: general", "Phần A chưa ghi"),
    Case("annex without a form", "danh-sach.yaml", "{code: phu-luc-08,", "{code: phu-luc-18,", "phu-luc-18",
         "không có biểu mẫu"),
]
LISTS = [
    Case("comma in a label", "danh-sach.yaml", "label: Hoàn thành chậm", 'label: "Hoàn thành, chậm"', "Hoàn thành, chậm",
         "có dấu phẩy"),
    Case("label twice", "danh-sach.yaml", "label: Phối hợp", "label: chủ  trì", "chủ  trì", "vừa chỉ «lead» vừa chỉ «support»"),
    Case("alias is another's label", "danh-sach.yaml", "aliases: [ĐX]", "aliases: [KH]", "aliases: [KH]",
         "vừa chỉ «planned» vừa chỉ «ad_hoc»"),
    Case("code twice", "danh-sach.yaml", "{code: support,", "{code: lead, label: Cùng làm}\n    - {code: support,",
         "Cùng làm", "Mã «lead» bị lặp"),
    Case("code the program needs", "danh-sach.yaml", "{code: late,", "{code: cham,", None, "thiếu mã «late»"),
    Case("list the program needs", "danh-sach.yaml", "yes_no_none:", "co_khong:", None, "Thiếu danh sách «yes_no_none»"),
]
POINTS = [
    Case("axes do not add up", "phu-luc-02.yaml", '"1": 10, "2": 15', '"1": 9, "2": 15', '"1": 9',
         "cộng lại là 69, chính sách quy định 70"),
    Case("axes of the other profile", "phu-luc-07.yaml", '"100": {"1": 25', '"100": {"1": 26', '"1": 26',
         "cộng lại là 101, chính sách quy định 100"),
    Case("shared axes do not add up", "phu-luc-chung.yaml", '30+70: {"1": 15', '30+70: {"1": 16', '"1": 16',
         "cộng lại là 71"),
    Case("an axis left out", "phu-luc-02.yaml", '"5": 7, "6": 8}', '"5": 15}', '"5": 15', "phải khai đúng các trục"),
    Case("an axis too many", "phu-luc-02.yaml", '"5": 7, "6": 8}', '"5": 7, "6": 8, "7": 0}', '"7": 0',
         "phải khai đúng các trục"),
    Case("a profile left out", "phu-luc-02.yaml", '  "100": {"1": 15, "2": 20, "3": 15, "4": 28, "5": 10, "6": 12}\n', "",
         "axis_points", "Chưa có điểm các trục theo cơ cấu điểm «100»"),
    Case("a profile of no policy", "phu-luc-02.yaml", '  "100": {"1": 15',
         '  "90": {"1": 15, "2": 20, "3": 15, "4": 28, "5": 10, "6": 12}\n  "100": {"1": 15', '"90"',
         "Cơ cấu điểm «90» không có"),
    Case("main axis equal to a secondary one", "phu-luc-02.yaml", '"1": 10, "2": 15, "3": 10', '"1": 13, "2": 12, "3": 10',
         '"1": 13', "trục chính thấp nhất 12 điểm, không cao hơn trục phụ cao nhất 13 điểm"),
    Case("main axis that is none", "phu-luc-02.yaml", 'main_axes: ["2", "4"]', 'main_axes: ["4", "8"]', "main_axes",
         "Trục chính «8» không có"),
    Case("own main axes over shared points", "phu-luc-08.yaml", "addressee:", 'main_axes: ["2"]\naddressee:', "main_axes",
         "không cao hơn trục phụ"),
    Case("criteria of no axis", "phu-luc-07.yaml", 'criteria:\n  "1":', 'criteria:\n  "9": [x]\n  "1":', '"9"',
         "Tiêu chí của trục «9»"),
    Case("part A does not add up", "phu-luc-chung.yaml", '"Chủ động tự phê bình, cầu thị", max_points: "2"',
         '"Chủ động tự phê bình, cầu thị", max_points: "3"', "fixed:",
         "Điểm tối đa phần A cộng lại là 31, chính sách quy định 30", alone=False),
    Case("a group of part A does not add up", "phu-luc-chung.yaml", '"Chủ động tự phê bình, cầu thị", max_points: "2"',
         '"Chủ động tự phê bình, cầu thị", max_points: "3"', "khắc phục hạn chế",
         "Nhóm tiêu chí «3» ghi 8 điểm, các tiêu chí cộng lại là 9", alone=False),
    Case("part A without a number", "phu-luc-chung.yaml", '"Chủ động tự phê bình, cầu thị", max_points: "2"',
         '"Chủ động tự phê bình, cầu thị", max_points: hai', "hai}",
         "Tiêu chí «3.1» chưa có điểm tối đa là số", alone=False),
]
POLICY = [
    Case("key nobody reads", "chinh-sach.yaml", "quota.base:", "quota.bases: {description: x, type: text, values: {2026-04-01: "
         '{value: x, citation: {document: LD, article: VI.2}}}}\nquota.base:', "quota.bases", "Khóa lạ «quota.bases»"),
    Case("key the code needs", "chinh-sach.yaml", "papers.secrecy: {", "papers.mat: {", None, "Thiếu chính sách «papers.secrecy»"),
    Case("another type than the code needs", "chinh-sach.yaml", "Hồ sơ đơn vị: trước ngày này của tháng cuối quý\", type: integer",
         "Hồ sơ đơn vị: trước ngày này của tháng cuối quý\", type: decimal", "deadline.dossier", "phải khai type: integer"),
    Case("decimal that is none", "chinh-sach.yaml", 'value: "0.30"', 'value: "30 %"', "30 %", "phải là số"),
    Case("decimal with a comma", "chinh-sach.yaml", 'value: "0.30"', 'value: "0,30"', "0,30", "phải là số"),
    Case("integer that is text", "chinh-sach.yaml", "{value: 25,", '{value: "25",', '"25", citation: {document: LD',
         "phải là số nguyên"),
    Case("choice outside its options", "chinh-sach.yaml", "value: htt_only", "value: all_rated", "all_rated",
         "«all_rated» không phải lựa chọn"),
    Case("unquoted number as choice", "chinh-sach.yaml", "{value: review, citation: {document: LD, article: VI.1}",
         "{value: 3, citation: {document: LD, article: VI.1}", "value: 3,", "đặt trong ngoặc kép nếu là số"),
    Case("option the program does not know", "chinh-sach.yaml", "options: [htt_only, htt_plus]",
         "options: [htt_only, htt_plus, all_rated]", "htt_plus, all_rated",
         "Chương trình không biết lựa chọn «all_rated»"),
    Case("part of a map that is not what is read there", "chinh-sach.yaml", 'axes: ["3"]', "axes: 3", "axes: 3",
         "«assessors»: Giá trị không hợp lệ ở «axes»"),
    Case("list entry outside its options", "chinh-sach.yaml", "value: [score, exceed,", "value: [score, rank,", "rank",
         "«rank» không phải lựa chọn"),
    Case("list entry twice", "chinh-sach.yaml", "value: [score, exceed,", "value: [score, score,", "score, score",
         "có mục lặp lại"),
    Case("map entry outside its options", "chinh-sach.yaml", "R30: leave_out", "R30: ignore", "ignore",
         "«ignore» không phải lựa chọn"),
    Case("share beyond one", "chinh-sach.yaml", '{value: "0.20", citation: {document: LD, article: VI.2}}',
         '{value: "20", citation: {document: LD, article: VI.2}}', "quota.rate", "ra ngoài khoảng 0–1"),
    Case("floors out of order", "chinh-sach.yaml", 'value: "90"', 'value: "60"', "level.1.score", "phải cao hơn"),
    Case("annex that does not exist", "chinh-sach.yaml", "dang: phu-luc-02", "dang: phu-luc-12", "phu-luc-12",
         "Phụ lục «phu-luc-12» không có"),
    Case("block that does not exist", "chinh-sach.yaml", "{dang: phu-luc-02,", "{dang: phu-luc-02, quoc-hoi: phu-luc-01,",
         "quoc-hoi", "Khối «quoc-hoi» không có"),
    Case("block without annex", "chinh-sach.yaml", "dang: phu-luc-02, ", "", "mttq: phu-luc-03", "Khối «dang» chưa được khai"),
    Case("annex by authority", "chinh-sach.yaml", "C: phu-luc-08", "C: phu-luc-80", "phu-luc-80", "«phu-luc-80» không có"),
    Case("unknown authority class", "chinh-sach.yaml", "Tỉnh ủy viên: A", "Tỉnh ủy viên: AA", "Tỉnh ủy viên: AA",
         "Diện quản lý «AA» không có"),
    Case("paper of a block left out", "chinh-sach.yaml", '{dang: "{unit}", ', "{", 'value: {mttq: "{unit}"',
         "Khối «dang» chưa được khai"),
    Case("basis that is no document", "chinh-sach.yaml", 'value: ["366", HD43', 'value: ["367", HD43', "367",
         "Văn bản «367» không có"),
    Case("decision of no authority class", "chinh-sach.yaml", "C: Cấp dưới", "D: Cấp dưới", "D: Cấp dưới",
         "Diện quản lý «D» không có"),
    Case("quarter that is none", "chinh-sach.yaml", "value: 2026-Q2", "value: quý II", "quý II", "2026-Q3"),
    Case("lowered before the decision", "chinh-sach.yaml", "{value: shown,", "{value: applied,", "{value: applied,",
         "Ban Thường vụ quyết định rồi mới hạ"),
    Case("not yet in force", "chinh-sach.yaml", "    2026-04-01: {value: htt_only", "    2027-01-01: {value: htt_only", None,
         "«quota.base» chưa có giá trị áp dụng cho ngày 30/09/2026"),
]
# What the workbook writer alone can tell, and a key nobody reads, stop `forms check` but no run.
LINT_ONLY = {"unknown formula", "unknown slot", "brace left open", "key nobody reads"}


@pytest.fixture
def forms(tmp_path) -> Copy:
    return copy_forms(tmp_path / "forms")


def _params(cases: list[Case]) -> list[object]:
    return [pytest.param(case, id=case.id) for case in cases]


@pytest.mark.parametrize("case", _params(SHAPE + SYNTAX + FORM + LISTS + POINTS + POLICY))
def test_refused_at_its_line_with_words(forms, case):
    forms.change(case.file, case.old, case.new)
    problems = check(forms.folder, None, DAY)
    assert any(case.words in f"{item.what} {item.cure}" for item in problems), [str(item) for item in problems]
    found = [item for item in problems if case.words in f"{item.what} {item.cure}"]
    assert all(item.what.endswith((".", "?")) and item.cure for item in problems)
    assert {item.file for item in found} <= {f"forms/{case.file}", "forms/bo-don-vi.yaml"}
    if case.mark is not None:
        assert {(item.file, item.line) for item in found} == {(f"forms/{case.file}", forms.line(case.file, case.mark))}
        assert problems == found or not case.alone, [str(item) for item in problems]


@pytest.mark.parametrize("case", _params([case for case in SHAPE + SYNTAX + FORM + LISTS + POINTS + POLICY
                                          if case.id not in LINT_ONLY]))
def test_a_run_refuses_the_same(forms, case):
    forms.change(case.file, case.old, case.new)
    with pytest.raises(SpecError) as refused:
        load_spec(forms.folder, DAY)
    assert case.words in str(refused.value)


@pytest.mark.parametrize("case", _params([case for case in SYNTAX if case.mark]))
def test_the_slow_reader_names_the_same_lines(forms, case):
    forms.change(case.file, case.old, case.new)
    lines = []
    for pure in (True, False):
        with pytest.raises(SpecError) as refused:
            parse(forms.folder / case.file, case.file, pure=pure)
        lines.append([item.line for item in refused.value.problems])
    assert lines[0] == lines[1]


def test_both_readers_read_the_shipped_forms_alike():
    for path in sorted(FORMS.glob("*.yaml")):
        assert parse(path, path.name, pure=True).data == parse(path, path.name).data


def test_every_fault_is_told_at_once(forms):
    forms.change("ho-so.yaml", "basis: documented", "basis: sure")
    forms.change("tong-hop.yaml", "choices: levels", "choices: muc")
    forms.change("chinh-sach.yaml", "{value: 25,", '{value: "25",')
    assert [item.file for item in check(forms.folder, None, DAY)] == [
        "forms/chinh-sach.yaml", "forms/ho-so.yaml", "forms/tong-hop.yaml"]


def test_a_missing_file_is_named_without_a_line(forms):
    (forms.folder / "danh-sach.yaml").unlink()
    problems = check(forms.folder, None, DAY)
    assert [str(item) for item in problems] == ["forms/danh-sach.yaml: Thiếu tệp này. Chép lại từ bộ biểu gốc (qeval init)."]


def test_a_missing_form_is_named(forms):
    (forms.folder / "tong-hop.yaml").unlink()
    assert {item.file for item in check(forms.folder, None, DAY)} == {"forms/tong-hop.yaml", "forms/bo-don-vi.yaml"}


def test_bytes_that_are_no_text(forms):
    (forms.folder / "ho-so.yaml").write_bytes("form: hồ sơ".encode("utf-16"))
    problems = check(forms.folder, None, DAY)
    assert [(item.file, item.line) for item in problems] == [("forms/ho-so.yaml", 0)]
    assert "UTF-8" in problems[0].what


def test_a_byte_order_mark_is_no_fault(forms):
    path = forms.folder / "ho-so.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert check(forms.folder, None, DAY) == []
