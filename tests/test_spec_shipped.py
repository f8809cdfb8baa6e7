"""The shipped forms and policy: sound, complete, dated, cited; both score profiles; what an annex inherits."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from spec_forms import DAY, FORMS, Copy, copy_forms

from qeval_batch import messages
from qeval_batch.commands.forms_check import check
from qeval_batch.model.records import AXES
from qeval_batch.spec.keys import UnknownPolicyValue
from qeval_batch.spec.load import Spec, load_spec
from qeval_batch.spec.parts import read_parts
from qeval_batch.spec.policy import KEYS
from qeval_batch.spec.sections import LevelKeys, QuotaKeys
from qeval_batch.spec.yamlio import SpecError

ANNEXES = [f"phu-luc-{number:02d}" for number in range(1, 9)]
VARIANTS = {"phu-luc-03-hoi-quan-chung": "phu-luc-03", "phu-luc-05-su-nghiep": "phu-luc-05"}
PROFILES = {"30+70": 70, "100": 100}
PACKAGE = FORMS.parent / "qeval_batch"
FIRST = date(2026, 4, 1)


@pytest.fixture(scope="module")
def spec() -> Spec:
    return load_spec(FORMS, DAY)


@pytest.fixture
def forms(tmp_path) -> Copy:
    return copy_forms(tmp_path / "forms")


def test_nothing_to_mend():
    assert check(FORMS, None, DAY) == []


# --- Annexes -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("annex", [*ANNEXES, *VARIANTS])
@pytest.mark.parametrize("profile", PROFILES)
def test_default_points_make_the_profile(spec, annex, profile):
    form = spec.forms[annex]
    points = form.axis_points[profile]
    assert tuple(sorted(points)) == AXES and sum(points.values()) == PROFILES[profile]
    assert sum(points.values()) == spec.policy.score.axes_points[profile]
    main = [points[axis] for axis in form.main_axes]
    assert main and min(main) > max(value for axis, value in points.items() if axis not in form.main_axes)


@pytest.mark.parametrize("annex", [*ANNEXES, *VARIANTS])
def test_three_to_six_suggested_criteria_per_axis(spec, annex):
    criteria = spec.forms[annex].criteria
    assert tuple(sorted(criteria)) == AXES
    assert all(3 <= len(texts) <= 6 and len(set(texts)) == len(texts) for texts in criteria.values())


def test_every_annex_has_criteria_of_its_own_and_shares_its_sheets(spec):
    shared = spec.forms["phu-luc-chung"]
    listed = [*ANNEXES, *VARIANTS]
    assert all(spec.forms[annex].sheets == shared.sheets for annex in listed)
    texts = [text for annex in (*listed, "phu-luc-chung") for items in spec.forms[annex].criteria.values() for text in items]
    assert len(set(texts)) == len(texts)


def test_a_variant_is_one_more_file_that_a_unit_may_be_given(spec):
    codes = {option.code for option in spec.lists["annexes"].options}
    assert codes == {*ANNEXES, *VARIANTS}
    for variant, base in VARIANTS.items():
        assert spec.forms[variant].extends == base
        assert spec.annex_of("ubnd", variant, "B") == variant and spec.annex_of("ubnd", variant, "C") == "phu-luc-08"


def test_the_list_of_annexes_follows_the_forms(forms):
    text = "form: phu-luc-07-dao\nversion: 2026-1\nkind: don-vi\nextends: phu-luc-07\ntitle: \"Phụ lục 07\"\n"
    text += "basis: inferred\ncitation: {document: LD, article: X.1}\n"
    (forms.folder / "phu-luc-07-dao.yaml").write_text(text, "utf-8")
    spec = load_spec(forms.folder, DAY)
    added = next(option for option in spec.lists["annexes"].options if option.code == "phu-luc-07-dao")
    assert added.label == "Phụ lục 07 (phu-luc-07-dao)"          # its title is another annex's already
    assert spec.forms["phu-luc-07-dao"].criteria == spec.forms["phu-luc-07"].criteria
    assert check(forms.folder, None, DAY) == []


def test_every_annex_keeps_its_own_title_and_citation(spec):
    assert len({spec.forms[annex].title for annex in ANNEXES}) == len({spec.forms[annex].addressee for annex in ANNEXES}) == 8
    documented = {name for name, form in spec.forms.items() if form.basis == "documented"}
    assert not {*ANNEXES, *VARIANTS} & documented       # whom 01 and 08 are for is; their points and criteria are not
    assert all(form.citation.document in spec.documents for form in spec.forms.values())


def test_an_extended_form_is_read_with_what_it_changes(forms):
    forms.change("phu-luc-08.yaml", "addressee:", 'axis_points:\n  30+70: {"1": 20, "2": 8, "3": 8, "4": 18, "5": 8, "6": 8}\n'
                 '  "100": {"1": 25, "2": 13, "3": 12, "4": 24, "5": 13, "6": 13}\naddressee:')
    changed = load_spec(forms.folder, DAY).forms["phu-luc-08"]
    base = load_spec(FORMS, DAY).forms["phu-luc-08"]
    assert changed.axis_points["30+70"]["1"] == 20
    assert (changed.criteria, changed.main_axes, changed.sheets) == (base.criteria, base.main_axes, base.sheets)


def test_part_a_makes_thirty_in_three_groups(spec):
    rows = spec.forms["phu-luc-chung"].sheet("officer").block("general").fixed
    groups = {row.key: Decimal(row.values["max_points"]) for row in rows if row.heading}
    assert groups == {"1": 18, "2": 4, "3": 8}
    assert sum(not (row.heading or row.total) for row in rows) == 17


def test_the_annex_of_an_officer(spec):
    assert spec.annex_of("xa", None, "A") == "phu-luc-07"
    assert spec.annex_of("xa", "phu-luc-05", "B") == "phu-luc-05"
    assert spec.annex_of("xa", "phu-luc-05", "BCT-BBT") == "phu-luc-01"
    assert spec.annex_of("ubnd", None, "C") == "phu-luc-08"
    assert spec.annex_of("dang", None, None) == "phu-luc-02"


def test_axis_names_are_the_guidance_words(spec):
    assert list(spec.axis_names) == list(AXES)
    assert spec.axis_names["3"] == "(3) Thúc đẩy phát triển khoa học, công nghệ, đổi mới sáng tạo và chuyển đổi số"


# --- Policy ------------------------------------------------------------------------------------------------------------
def test_every_policy_value_is_known_and_the_other_way_round():
    parts = read_parts(FORMS, DAY)
    assert {name: item.type for name, item in parts.parameters.items()} == {name: key.kind for name, key in KEYS.items()}


def test_a_policy_key_is_an_attribute_never_a_text():
    """A key stands once, in its section: elsewhere mypy knows a misspelt one, which a text would hide until it is read."""
    named = {name for name in KEYS if "." in name}
    found = [f"{path.relative_to(PACKAGE)}:{node.lineno} {node.value}" for path in sorted(PACKAGE.rglob("*.py"))
             if path.parent.name != "spec" for node in ast.walk(ast.parse(path.read_text("utf-8")))
             if isinstance(node, ast.Constant) and node.value in named]
    assert found == []
    assert len(named) > 60


def test_a_key_is_read_as_its_type_and_cited_by_its_name(spec):
    assert spec.policy.quota.rate == Decimal(spec.policy.entries["quota.rate"].value)
    assert spec.policy.citation(QuotaKeys.rate) == spec.policy.entries["quota.rate"].citation.text
    assert spec.policy.level.score[2] == Decimal(spec.policy.entries["level.2.score"].value)
    assert spec.policy.of(LevelKeys.late[3]) == spec.policy.level.late[3]
    with pytest.raises(UnknownPolicyValue):
        _ = replace(spec.policy, entries={}).quota.rate


def test_the_first_day_has_every_value_and_the_day_before_none():
    assert load_spec(FORMS, FIRST).policy.quota.rate == Decimal("0.20")
    with pytest.raises(SpecError) as refused:
        load_spec(FORMS, FIRST - timedelta(days=1))
    lacking = [item for item in refused.value.problems if "chưa có giá trị áp dụng" in item.what]
    assert len(lacking) == len(KEYS) + 1    # and the routing


def test_a_new_value_holds_from_its_day(forms):
    forms.change("chinh-sach.yaml", 'xuất sắc nhiệm vụ, type: decimal, minimum: 0, maximum: 1, values: {',
                 'xuất sắc nhiệm vụ, type: decimal, minimum: 0, maximum: 1, values: {2026-10-01: '
                 '{value: 0.15, citation: {document: LD, article: VI.2}}, ')
    before, on = (load_spec(forms.folder, day).policy for day in (date(2026, 9, 30), date(2026, 10, 1)))
    assert (before.quota.rate, on.quota.rate) == (Decimal("0.20"), Decimal("0.15"))
    assert before.sha256 != on.sha256
    assert load_spec(forms.folder, date(2027, 3, 31)).policy.sha256 == on.sha256


def test_a_figure_without_quotes_is_exact(forms):
    forms.change("chinh-sach.yaml", 'value: "0.30"', "value: 0.30")
    spec = load_spec(forms.folder, DAY)
    assert spec.policy.level.exceed[1] == Decimal("0.30")
    assert spec.policy.sha256 == load_spec(FORMS, DAY).policy.sha256


def test_both_profiles_make_a_hundred(spec):
    general, axes = (spec.policy.score.general_points, spec.policy.score.axes_points)
    assert {profile: general[profile] + axes[profile] for profile in PROFILES} == dict.fromkeys(PROFILES, 100)


def test_a_profile_is_one_word_of_the_policy(forms):
    forms.change("chinh-sach.yaml", "      value: 30+70", '      value: "100"')
    assert check(forms.folder, None, DAY) == []
    assert load_spec(forms.folder, DAY).policy.score.profile == "100"


@pytest.mark.parametrize(("key", "value"), [
    ("level.1.score", "90"), ("level.2.score", "70"), ("level.3.score", "50"), ("level.1.exceed", "0.30"),
    ("level.3.late", "0.20"), ("level.4.completion", "0.70"), ("quota.rate", "0.20"), ("quota.raised_rate", "0.25"),
    ("score.tolerance", "0.01"), ("score.explain_difference", "5")])
def test_figures_of_the_guidance(spec, key, value):
    assert spec.policy.of(KEYS[key]) == Decimal(value)


@pytest.mark.parametrize(("key", "day"), [
    ("dossier", 25), ("result_report", 30), ("assessors", 30), ("appraisal", 30), ("centre", 5), ("lower_levels", 20)])
def test_days_of_the_guidance(spec, key, day):
    assert spec.policy.of(KEYS[f"deadline.{key}"]) == day


def test_what_the_text_leaves_open_says_how_it_was_read(spec):
    open_choices = [key for key, read in KEYS.items() if read.kind == "choice"]
    assert {key for key in open_choices if not spec.policy.entries[key].reading} == set()


# --- The guide -----------------------------------------------------------------------------------------------------------
def test_the_guide_speaks_of_what_the_forms_hold(spec):
    blocks = spec.forms["huong-dan"].sheet("guide").blocks
    text = "\n".join(line for block in blocks for line in block.text)
    for name in ("Phụ lục 09", "Tổng hợp", "Hồ sơ"):
        assert name in text
    labels = {field.label for form in ("phu-luc-chung", "phu-luc-09", "tong-hop") for sheet in spec.forms[form].sheets
              for block in sheet.blocks for field in block.fields}
    for label in ("Số lượng hoàn thành", "Ngày hoàn thành", "Hệ số", "Lý do khách quan", "Văn bản xác nhận",
                  "Cơ quan xác nhận", "Không phát sinh trong quý (x)", "Vượt mức (x)", "Tình trạng", "Điểm tự chấm",
                  "Điểm đơn vị thẩm định", "Đơn vị đề xuất mức xếp loại", "Tự đề xuất mức xếp loại",
                  "Tóm tắt căn cứ, lý do", "Khắc phục 100% hạn chế đã chỉ ra", "C Tiến độ %", "B Chất lượng %"):
        assert label in labels and label.removesuffix(" (x)") in text, label
    difference = spec.policy.score.explain_difference
    assert f"chênh từ {difference} điểm trở lên" in text
    for level in ("1", "4"):
        assert f"đề xuất {spec.lists['levels'].label(level)}" in text


# What the guide calls an error or a warning -> the finding that says so.
ERRORS = {
    "thiếu ô bắt buộc": "ROW_REQUIRED_BLANK", "số, ngày, phần trăm không hợp lệ": "CELL_NOT_NUMBER",
    "hoặc không rõ": "CELL_NUMBER_AMBIGUOUS", "giá trị ngoài danh sách": "CELL_NOT_IN_LIST",
    "ô nhập chứa công thức": "CELL_FORMULA", "ngày hoàn thành sau ngày cuối quý": "ROW_COMPLETED_AFTER_QUARTER",
    "không đủ tổng": "AXIS_POINTS_TOTAL", "trục Chính không cao hơn trục Phụ": "AXIS_MAIN_NOT_ABOVE",
    "tình trạng trái với ngày": "TASK_STATUS_DATES", "vượt mức ở việc chưa hoàn thành": "ROW_EXCEEDED_NOT_DONE",
    "số lượng hoàn thành để trống": "PRODUCT_DONE_BLANK", "thiếu B hoặc D": "PRODUCT_PERCENT_BLANK",
    "ghi C khi đã đủ số lượng, đúng hạn": "PRODUCT_PROGRESS_GIVEN", "để trống C khi chậm": "PRODUCT_PROGRESS_BLANK",
    "không đánh Ước": "ROW_NOT_DUE_YET", "trùng mã nhiệm vụ": "TASK_CODE_TWICE",
    "thiếu căn cứ, lý do": "PROPOSAL_REASON_LEVEL",
}
WARNINGS = {
    "thiếu ngày hoàn thành": "ROW_DONE_WITHOUT_DATE", "thời hạn sau ngày cuối quý": "ROW_DEADLINE_AFTER_QUARTER",
    "chưa đủ ba nội dung": "ROW_EXCUSE_INCOMPLETE", "chưa có mức đáp ứng": "ROW_RESPONSE_BLANK",
    "chưa trả lời": "SELF_ANSWER_BLANK", "hệ số khác danh mục chuẩn": "PRODUCT_COEFFICIENT_DIFFERS",
    "hai người Chủ trì": "TASK_LEAD_TWICE", "không có ai": "TASK_LEAD_NONE", "khác số tính lại": "SCORE_DIFFERS",
    "thành phần hồ sơ còn thiếu": "DOSSIER_PART_MISSING",
}
ALSO_ERRORS = {
    "part_a": ("GENERAL_NEITHER", "GENERAL_BOTH"), "part_b1": ("AXIS_WITHOUT_PRODUCTS", "AXIS_NONE_ARISING_WITH_PRODUCTS"),
    "part_b2": ("PRODUCT_DATE_AND_PROGRESS_BLANK", "PRODUCT_ASSIGNED"), "general_rules": ("CELL_PERCENT_FRACTION",),
}


def test_the_guide_calls_errors_and_warnings_what_the_checks_call_them(spec):
    errors, _, warned = spec.forms["huong-dan"].sheet("guide").block("outcome").text
    for line, claims, heavy in ((errors, ERRORS, "error"), (warned, WARNINGS, "warning")):
        for words, code in claims.items():
            assert words in line and messages.catalogue()[code].severity == heavy, code
    for codes in ALSO_ERRORS.values():
        assert {messages.catalogue()[code].severity for code in codes} == {"error"}


def test_part_a_is_explained_only_where_it_is_asked(spec):
    blocks = {block.id: block for block in spec.forms["huong-dan"].sheet("guide").blocks}
    assert blocks["part_a"].profile == "30+70"
    assert [block.id for block in blocks.values() if block.id == "criteria" and not block.text] == ["criteria"]


# --- docs/forms.md -------------------------------------------------------------------------------------------------------
def _examples() -> list[str]:
    return re.findall(r"```yaml\n(.*?)```", (FORMS.parent / "docs" / "forms.md").read_text("utf-8"), re.DOTALL)


def test_the_documented_value_can_be_written(forms):
    old = next(line for line in (FORMS / "chinh-sach.yaml").read_text("utf-8").splitlines() if line.startswith("quota.rate:"))
    forms.change("chinh-sach.yaml", old + "\n", _examples()[0])
    assert check(forms.folder, None, DAY) == []
    assert load_spec(forms.folder, date(2027, 3, 31)).policy.quota.rate == Decimal("0.15")


def test_the_documented_annex_can_be_written(forms):
    example = re.sub(r"criteria:.*", "", _examples()[1], flags=re.DOTALL)
    forms.change("phu-luc-08.yaml", "addressee:", example + "addressee:")
    assert check(forms.folder, None, DAY) == []
    assert load_spec(forms.folder, DAY).forms["phu-luc-08"].main_axes == ("2", "4")


def test_the_documented_choices_are_those_of_the_policy():
    parameters = read_parts(FORMS, DAY).parameters
    text = (FORMS.parent / "docs" / "forms.md").read_text("utf-8")
    rows = re.findall(r"^\| `([a-z0-9_.]+\.[a-z0-9_]+)` \| (.*?) \|", text, re.MULTILINE)
    assert len(rows) >= 8
    for key, cell in rows:
        options = tuple(word.strip("`\" ") for word in cell.split("·"))
        assert options == (parameters[key].options or ("false", "true")), key
