"""The grid of a sheet: spans, order of columns, rows, heights."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from template_cases import facts, officer, spec, unit

from qeval_batch.template.facts import UnitFacts
from qeval_batch.template.layout import fit, label_span, lay_out
from qeval_batch.template.look import height, lines, text_width

WIDTHS = st.lists(st.integers(3, 60), min_size=1, max_size=16)


@given(WIDTHS, WIDTHS)
def test_spans_follow_one_another_and_cover_the_grid(wanted, grid):
    spans = fit(tuple(map(float, wanted)), tuple(map(float, grid)))
    assert len(spans) == len(wanted) and spans[0][0] == 1
    assert all(first <= last for first, last in spans)
    assert all(left[1] + 1 == right[0] for left, right in pairwise(spans))
    assert spans[-1][1] == max(len(grid), len(wanted))


def test_a_wide_field_takes_the_columns_it_needs():
    assert fit((20.0, 5.0), (5.0, 15.0, 5.0)) == ((1, 2), (3, 3))
    assert fit((5.0, 20.0), (5.0, 15.0, 5.0)) == ((1, 1), (2, 3))


def test_no_two_cells_of_a_sheet_share_a_place():
    for sheet in lay_out(facts(3)).sheets:
        taken: set[tuple[int, int]] = set()
        for place in sheet.blocks:
            rows = [*(row.row for row in place.rows), *([place.header_row] if place.header_row else [])]
            for row in rows if place.block.kind == "table" else ():
                for span in place.spans.values():
                    cells = {(row, column) for column in range(span.first, span.last + 1)}
                    assert not cells & taken
                    taken |= cells
            if place.block.kind == "fields":
                label, value = label_span(place), next(iter(place.spans.values()))
                assert label.last < value.first <= value.last == sheet.printed


def test_blocks_stand_below_one_another_with_a_row_between():
    for sheet in lay_out(facts()).sheets:
        assert all(upper.end + 1 < lower.top for upper, lower in pairwise(sheet.blocks))
        assert sheet.last_row == sheet.blocks[-1].end


def test_open_tables_end_with_a_closing_row_inside_their_ranges():
    sheet = next(item for item in lay_out(facts()).sheets if item.sheet.id == "officer")
    products = sheet.block("products")
    assert products.end == products.last + 1
    assert products.range("done").endswith(f"${products.end}")
    assert sheet.block("axes").end == sheet.block("axes").last


def test_part_a_belongs_to_its_profile_only():
    def blocks(profile):
        sheet = next(item for item in lay_out(facts(1, score__profile=profile)).sheets if item.sheet.id == "officer")
        return [place.block.id for place in sheet.blocks]

    assert "general" in blocks("30+70") and "general" not in blocks("100")


def test_rows_repeat_per_officer_and_per_axis():
    sheet = next(item for item in lay_out(facts(2)).sheets if item.sheet.id == "dossier")
    keys = [row.key for row in sheet.blocks[0].rows]
    assert keys == ["1", "2", "3:CB0001", "3:CB0002", *(f"4:{axis}" for axis in "123456"), "5", "6"]


def test_the_annex_follows_authority_then_unit_then_block():
    people = (officer(1), officer(2, authority="C"), officer(3, authority="BCT-BBT"))
    made = UnitFacts(spec(), facts().period, unit(), people)
    assert [made.annex(person).form for person in people] == ["phu-luc-05", "phu-luc-08", "phu-luc-01"]
    own = UnitFacts(spec(), facts().period, unit(annex="phu-luc-02"), people)
    assert [own.annex(person).form for person in people] == ["phu-luc-02", "phu-luc-08", "phu-luc-01"]


def test_placeholders_are_filled_once_and_unknown_ones_left():
    made = facts(1)
    text = made.text("{unit_name}|{officer}|{axis_name}|{nobody}", spec().forms["ho-so"], officer(1, id="{unit}"), "1")
    assert text == f"Sở Thử nghiệm|{{unit}}|{spec().axis_names['1']}|{{nobody}}"


# --- Heights ---------------------------------------------------------------------------------------------------------
def test_width_counts_base_letters_whatever_the_normal_form():
    assert text_width("đường") == text_width("đường") > text_width("ill")
    assert text_width("0123456789") == 10


def test_lines_break_at_spaces_and_at_line_breaks():
    assert lines("một hai", 40) == 1
    assert lines("một\nhai\nba", 40) == 3
    assert lines("chữ " * 30, 20) > lines("chữ " * 30, 60) > 1
    assert lines("a" * 100, 10) >= 10, "a word longer than the cell is broken"


@given(st.text(alphabet="abc đườ\n", max_size=200), st.integers(4, 90))
def test_a_wider_cell_never_takes_more_lines(text, width):
    assert lines(text, width) >= lines(text, width + 10) >= 1


def test_heights_grow_with_the_text_up_to_what_excel_takes():
    assert height(1) < height(2) < height(10)
    assert height(1000) == 409
