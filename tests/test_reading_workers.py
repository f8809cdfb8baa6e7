"""Reading in several processes gives the same values, in the same order, as reading in one."""

from __future__ import annotations

from demo_intake import PERIOD, province

from qeval_batch.intake.reading import distinct, read_all
from qeval_batch.intake.scan import scan
from qeval_batch.pipeline import load_period


def test_two_processes_read_what_one_reads():
    workspace = province().workspace
    spec, key = load_period(workspace, PERIOD), workspace.key.read_bytes()
    arrivals = distinct(scan(workspace.inbox))
    one, two = (read_all(arrivals, spec, key, PERIOD, workers, list) for workers in (1, 2))
    assert len(arrivals) > 8 and [item.file for item in one] == [item.name for item in arrivals]
    assert one == two


def test_each_content_is_read_once():
    names = [item.name for item in distinct(scan(province().workspace.inbox))]
    assert "DV001_2026-Q3.xlsx" in names and not any("DV001" in name and "gửi thêm" in name for name in names)
