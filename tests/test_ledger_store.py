"""The ledger only grows, shows every change made behind its back, and keeps each original once."""

from __future__ import annotations

import os
import sqlite3
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from qeval_batch.ledger.archive import Archive
from qeval_batch.ledger.schema import Event, LedgerEntry, canonical
from qeval_batch.ledger.store import Ledger, LedgerBusy, LedgerDamaged, chain
from qeval_batch.workspace import CannotRun

AT = "2026-09-26T08:00:00+07:00"
_REST = "at,kind,period,unit,officer,subject"


@pytest.fixture
def ledger(tmp_path):
    """Three entries, in a folder whose name means something in an address."""
    made = Ledger(tmp_path / "sổ ? #1" / "so-cai.sqlite3")
    made.append([Event("file", "2026-Q3", subject="a" * 64, body={"name": "Đơn vị.xlsx", "size": 3})], AT)
    made.append([Event("sheet", "2026-Q3", "DV001", "CB0001", "officer", {"digest": "1"}),
                 Event("sheet", "2026-Q3", "DV001", "CB0001", "officer", {"digest": "2"})], AT)
    return made


def test_an_absent_ledger_is_an_empty_one_and_reading_makes_none(tmp_path):
    ledger = Ledger(tmp_path / "so-cai.sqlite3")
    assert ledger.entries() == [] and ledger.latest("file") == {} and ledger.altered() == []
    assert ledger.append([], AT) == 0 and not ledger.path.exists()


def test_entries_come_back_as_they_were_appended(ledger):
    one, two, three = ledger.entries()
    assert [item.seq for item in (one, two, three)] == [1, 2, 3] and one.previous == "" and two.previous == one.hash
    assert one.values == {"name": "Đơn vị.xlsx", "size": 3} and one.at == AT and one.by == "qeval"
    assert ledger.entries("sheet", "2026-Q3") == [two, three] and ledger.entries("sheet", "2026-Q2") == []
    assert list(ledger.latest("sheet").values()) == [three]
    assert chain([one, two, three]) is None


@pytest.mark.parametrize("statement", [
    "UPDATE entry SET body = '{}' WHERE seq = 1", "UPDATE entry SET hash = hash", "DELETE FROM entry WHERE seq = 3",
    "DELETE FROM entry",
    f"REPLACE INTO entry SELECT 3,{_REST},'{{}}',by,reason,previous,'x' FROM entry WHERE seq = 3",
    f"INSERT INTO entry SELECT 9,{_REST},body,by,reason,hash,'x' FROM entry WHERE seq = 3",
    f"INSERT INTO entry SELECT 4,{_REST},body,by,reason,previous,'x' FROM entry WHERE seq = 3",
])
def test_the_file_itself_refuses_to_change_what_stands(ledger, statement):
    before = ledger.entries()
    with sqlite3.connect(ledger.path) as base, pytest.raises(sqlite3.IntegrityError, match="ledger"):
        base.execute(statement)
    assert ledger.entries() == before


@pytest.mark.parametrize("field", ["at", "kind", "period", "unit", "officer", "subject", "body", "by", "reason",
                                   "previous", "hash"])
def test_any_changed_field_breaks_the_chain_where_it_stands(ledger, field):
    entries = ledger.entries()
    entries[1] = replace(entries[1], **{field: "khác"})
    assert chain(entries) is entries[1]


def test_what_is_left_out_put_in_or_rehashed_breaks_the_chain(ledger):
    one, two, three = ledger.entries()
    assert chain([one, three]) is three and chain([two, three]) is two
    forged = replace(two, body='{"digest":"9"}')
    forged = replace(forged, hash=forged.digest())
    assert chain([one, forged, three]) is three


def test_a_block_of_entries_is_appended_whole_or_not_at_all(ledger):
    before = ledger.entries()
    with pytest.raises(TypeError, match="float"):
        ledger.append([Event("sheet", body={"digest": "3"}), Event("sheet", body={"score": 0.5})], AT)
    assert ledger.entries() == before
    assert ledger.append([Event("sheet", body={"digest": "3"})], AT) == 1 and chain(ledger.entries()) is None


def test_dropped_triggers_are_seen(ledger):
    assert ledger.altered() == []
    with sqlite3.connect(ledger.path) as base:
        base.execute("DROP TRIGGER entry_no_update")
        base.execute("CREATE TABLE khac (a)")
    assert ledger.altered() == ["entry_no_update", "khac"]


@pytest.mark.parametrize("spoil", [
    lambda path: path.write_bytes(b"khong phai so cai" * 300),
    lambda path: sqlite3.connect(path).executescript("PRAGMA user_version = 7"),
    lambda path: (path.unlink(), sqlite3.connect(path).executescript("CREATE TABLE t (a)")),
])
def test_what_is_no_ledger_of_ours_is_said_plainly(ledger, spoil):
    spoil(ledger.path)
    for act in (ledger.entries, lambda: ledger.append([Event("file")], AT)):
        with pytest.raises(LedgerDamaged, match="bản sao lưu"):
            act()


def test_the_empty_file_of_a_crash_is_an_empty_ledger(tmp_path):
    ledger = Ledger(tmp_path / "so-cai.sqlite3")
    ledger.path.touch()
    assert ledger.entries() == [] and ledger.append([Event("file")], AT) == 1 and len(ledger.entries()) == 1


def test_a_ledger_somebody_holds_can_be_tried_again(ledger, monkeypatch):
    monkeypatch.setattr(sqlite3, "connect", lambda *a, connect=sqlite3.connect, **k: connect(*a, **k, timeout=0.05))
    with sqlite3.connect(ledger.path) as base:
        base.execute("BEGIN EXCLUSIVE")
        with pytest.raises(LedgerBusy, match="chạy lại") as refused:
            ledger.append([Event("file")], AT)
    assert isinstance(refused.value, CannotRun) and len(ledger.entries()) == 3


@pytest.mark.skipif(os.name != "posix", reason="Windows knows no such rights")
def test_nobody_else_may_read_it(ledger, tmp_path):
    assert ledger.path.stat().st_mode & 0o777 == 0o600
    archive = Archive(tmp_path / "ban-goc")
    place = archive.place(archive.put(b"x", ".xlsx"), ".xlsx")
    assert place.stat().st_mode & 0o777 == 0o400 and place.parent.stat().st_mode & 0o777 == 0o700


def test_figures_and_days_are_text_and_the_order_of_keys_is_nothing():
    value = {"b": Decimal("8.50"), "a": (date(2026, 9, 1), True, None, 3)}
    assert canonical(value) == '{"a":["2026-09-01",true,null,3],"b":"8.50"}'
    assert canonical({"a": 1, "b": 2}) == canonical({"b": 2, "a": 1})
    assert canonical("\ud800 ặ").isascii()
    with pytest.raises(TypeError):
        canonical(1.5)


def test_an_entry_without_a_mapping_has_no_values():
    assert LedgerEntry(1, AT, "k", "", "", "", "", "[1]", "", "", "", "").values == {}


# --- Originals -------------------------------------------------------------------------------------------------------
def test_an_original_is_kept_once_under_its_hash(tmp_path):
    archive = Archive(tmp_path / "ban-goc")
    name = archive.put(b"noi dung", ".XLSX")
    place = archive.place(name, ".XLSX")
    assert place == tmp_path / "ban-goc" / name[:2] / f"{name}.xlsx" and place.read_bytes() == b"noi dung"
    before = place.stat()
    assert archive.put(b"noi dung", ".XLSX") == name
    assert (place.stat().st_ino, place.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert [path for path in (tmp_path / "ban-goc").rglob("*") if path.is_file()] == [place]


def test_a_changed_or_lost_original_is_seen(tmp_path):
    archive = Archive(tmp_path)
    name = archive.put(b"noi dung", ".xlsx")
    assert archive.fault(name, ".xlsx") is None
    place = archive.place(name, ".xlsx")
    place.chmod(0o600)
    place.write_bytes(b"noi dunh")
    assert archive.fault(name, ".xlsx") == "changed"
    place.unlink()
    assert archive.fault(name, ".xlsx") == "missing"


@pytest.mark.parametrize("sha256", ["", "../../etc", "A" * 64, "a" * 63, "a" * 64 + "\n"])
def test_only_a_hash_names_a_place(tmp_path, sha256):
    with pytest.raises(ValueError, match="sha256"):
        Archive(tmp_path).place(sha256, ".xlsx")


def test_an_extension_is_never_a_path(tmp_path):
    assert Archive(tmp_path).place("a" * 64, "./../x").name == "a" * 64


def test_a_write_that_fails_leaves_nothing(tmp_path, monkeypatch):
    archive = Archive(tmp_path)
    monkeypatch.setattr(os, "replace", lambda *_: (_ for _ in ()).throw(OSError("full")))
    with pytest.raises(OSError, match="full"):
        archive.put(b"x", ".xlsx")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
