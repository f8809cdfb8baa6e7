"""The draft e-mails: they parse back whole, carry what they should, and no text of a person becomes a header."""

from __future__ import annotations

import dataclasses
import email
import io
from email import policy

import answer_builders as ab
import openpyxl
import pytest
from batch_builders import province
from places import spot

from qeval_batch.model.delivery import Delivery
from qeval_batch.model.findings import Part, Where, finding
from qeval_batch.render.replies.mail import reminder, reminders_table, return_mail
from qeval_batch.render.replies.mime import Attachment, addresses, draft
from qeval_batch.render.replies.plan import answers, base_name, reminded

WRONG = finding("CELL_NOT_NUMBER", Where(Part.OFFICER, ab.UNIT, "CB0024").at(spot(ab.FILE, "CB0024", "F17")),
                label="Hệ số", value="một")
INJECTED = "Sở A\r\nBcc: ai@vidu.example\r\n\r\nthân thư giả \u2028X-Y: z"
_HEADERS = {"Content-Type", "MIME-Version", "X-Unsent", "X-Qeval", "To", "Subject"}


def parsed(data: bytes):
    mail = email.message_from_bytes(data, policy=policy.default)
    assert not mail.defects and not [part for part in mail.walk() if part.defects]
    return mail


def attached(mail) -> dict[str, bytes]:
    return {part.get_filename(): part.get_payload(decode=True) for part in mail.iter_attachments()}


def test_a_returned_units_mail_carries_its_note_and_copies_byte_for_byte():
    _, answers_ = ab.demo_answers()
    for unit, answer in answers_.plan.items():
        mail = parsed(answers_.mail(unit))
        assert attached(mail) == {base_name(answer.note): answers_.note(unit)} | {
            base_name(item.path): answers_.copy(unit, item.path) for item in answer.copies}
        assert mail["To"] == f"{unit.lower()}@vidu.example" and mail["X-Unsent"] == "1"
        assert unit in mail["Subject"] and "quý III năm 2026" in mail["Subject"]


def test_the_body_lists_causes_places_cures_deadline_and_attachments():
    _, answers_ = ab.demo_answers()
    body = parsed(answers_.mail("DV012")).get_body().get_content()
    for text in ("Kính gửi: Sở Giáo dục Thử Nghiệm", "1. «B Chất lượng %»: 150 lớn hơn mức cao nhất 100. (CB0052: K54)",
                 "Cách sửa: Kiểm tra và ghi lại.", "4. Số lượng hoàn thành", "CB0053).",
                 "trước ngày 25/9/2026", "phieu-tra-lai-DV012.docx; can-sua-DV012_2026-Q3.xlsx", "Trần Minh Họa Văn"):
        assert text in body.replace("\r\n", "\n"), text
    assert "Thành phần" not in body, "the register has every part on paper too"
    assert "Cần bổ sung hoặc xem lại (không phải lỗi):" in parsed(answers_.mail("DV009")).get_body().get_content()


def test_a_draft_has_no_sender_day_or_id_and_the_same_bytes_each_time():
    made = draft(["a@vidu.example"], "Thử", "Thân thư", [Attachment("Đơn.docx", b"\0" * 90)])
    assert made == draft(["a@vidu.example"], "Thử", "Thân thư", [Attachment("Đơn.docx", b"\0" * 90)])
    mail = parsed(made)
    assert {"From", "Date", "Message-ID", "Bcc", "Cc"} & set(mail.keys()) == set()
    assert b"\n" not in made.replace(b"\r\n", b"") and max(map(len, made.split(b"\r\n"))) < 998


@pytest.mark.parametrize("name", ["Cần sửa Đạ Tẻh.xlsx", "bản hai.xlsx", "a\"; filename=\"x.exe.xlsx", "dài " * 30 + ".docx"])
def test_a_vietnamese_file_name_comes_back_as_it_was_by_rfc_2231(name):
    made = draft([], "Thử", "Thân", [Attachment(name, b"x")])
    assert list(attached(parsed(made))) == [name] and b"filename*=utf-8''" in made


def test_no_text_becomes_a_header():
    mail = parsed(draft(addresses("a@vidu.example\r\nBcc: b@vidu.example"), INJECTED, INJECTED, [Attachment(INJECTED, b"x")]))
    assert set(mail.keys()) == _HEADERS
    assert mail["Subject"] == "Sở A Bcc: ai@vidu.example thân thư giả X-Y: z"
    assert mail.get_body().get_content().startswith("Sở A")
    part, = mail.iter_attachments()
    assert set(part.keys()) == {"Content-Type", "MIME-Version", "Content-Transfer-Encoding", "Content-Disposition"}


def test_a_body_that_holds_the_boundary_ends_nothing():
    mail = parsed(draft([], "Thử", "--=_qeval_thu--\n--=_qeval_thu\nContent-Type: text/html\n\n<b>x", [Attachment("a.docx", b"x")]))
    assert "--=_qeval_thu--" in mail.get_body().get_content() and list(attached(mail)) == ["a.docx"]


@pytest.mark.parametrize(("cell", "found"), [
    (None, []), ("", []), ("chưa có", []), ("a@vidu.example", ["a@vidu.example"]),
    ("a@vidu.example; b.c@mot.vidu.example", ["a@vidu.example", "b.c@mot.vidu.example"]),
    ("Văn thư <a@vidu.example>", []), ("a@vidu", []), ("a@b@vidu.example", []),
    ("a@vidu.example\r\nBcc:x@y.example", ["a@vidu.example"])])
def test_only_addresses_are_taken_from_the_roster(cell, found):
    assert addresses(cell) == found


def test_the_answer_goes_to_the_units_own_address_and_only_without_one_to_who_mailed_it():
    def heads(sender: str | None, email: str | None) -> tuple[str | None, str | None]:
        batch = ab.returned(WRONG, email=email)
        files = tuple(dataclasses.replace(item, delivery=dataclasses.replace(item.delivery, sender=sender))
                      if item.unit == ab.UNIT else item for item in batch.result.files)
        batch = dataclasses.replace(batch, result=dataclasses.replace(batch.result, files=files))
        mail = parsed(return_mail(batch, answers(batch)[ab.UNIT], []))
        return mail["To"], mail["Cc"]

    assert heads("gui@vidu.example", "Van-thu@vidu.example") == ("Van-thu@vidu.example", None)
    assert heads("van-thu@vidu.example", "Van-thu@vidu.example") == ("Van-thu@vidu.example", None)
    assert heads(None, "van-thu@vidu.example") == ("van-thu@vidu.example", None)
    assert heads("gui@vidu.example", None) == ("gui@vidu.example", None)
    assert heads("a@vidu.example\r\nBcc: b@vidu.example", "không có") == ("a@vidu.example", None)
    assert heads(None, "không có") == (None, None)


def test_no_answer_goes_to_an_address_that_sent_several_units_dossiers():
    """The office that forwards what it received would otherwise write to itself."""
    batch = ab.returned(WRONG, email=None)
    files = tuple(dataclasses.replace(item, delivery=dataclasses.replace(item.delivery, sender="Ban@tinh.example"))
                  if item.unit else item for item in batch.result.files)
    assert len({item.unit for item in files if item.unit}) > 1
    batch = dataclasses.replace(batch, result=dataclasses.replace(batch.result, files=files))
    assert parsed(return_mail(batch, answers(batch)[ab.UNIT], []))["To"] is None


def test_of_several_mails_the_newest_is_answered():
    batch = ab.returned(WRONG)
    first = next(item for item in batch.result.files if item.unit == ab.UNIT)
    files = [dataclasses.replace(first, name=name, delivery=Delivery(batch.as_of.replace(day=day), "mail", sender))
             for name, day, sender in (("b.xlsx", 20, "cu@vidu.example"), ("a.xlsx", 22, "moi@vidu.example"))]
    kept = [item for item in batch.result.files if item.unit != ab.UNIT]
    batch = dataclasses.replace(batch, result=dataclasses.replace(batch.result, files=(*kept, *files)))
    assert answers(batch)[ab.UNIT].sender == "moi@vidu.example"


def test_a_unit_named_by_an_attacker_stays_text_in_every_line():
    batch = ab.returned(WRONG, name=INJECTED, email="a@vidu.example\nBcc:x@vidu.example")
    mail = parsed(return_mail(batch, answers(batch)[ab.UNIT], []))
    assert set(mail.keys()) == _HEADERS and mail["To"] == "a@vidu.example"


def test_a_reminder_tells_days_left_and_who_waits_and_attaches_nothing():
    batch = ab.on_day(province(), 2026, 9, 21)
    unit = next(iter(reminded(batch)))
    mail = parsed(reminder(batch, unit))
    body = mail.get_body().get_content()
    assert "còn 03 ngày" in body and batch.roster.units[unit].name in body and "đồng chí" in body
    assert not list(mail.iter_attachments()) and unit in mail["Subject"]


def test_a_unit_that_sent_a_part_is_told_what_is_still_to_come():
    lacking = finding("UNIT_SHEET_MISSING", Where(Part.OFFICER, ab.UNIT, "CB0025"), sheet="biểu của CB0025")
    batch = ab.on_day(ab.returned(lacking), 2026, 9, 21)
    mail = parsed(reminder(batch, ab.UNIT))
    body = mail.get_body().get_content()
    assert "1. Đơn vị chưa gửi biểu của CB0025." in body and "còn 03 ngày" in body and "chưa nhận được" not in body
    assert mail["Subject"].startswith("Nhắc bổ sung hồ sơ")
    page = openpyxl.load_workbook(io.BytesIO(reminders_table(batch, {ab.UNIT: "nhac-nop/nhac.eml"}))).worksheets[0]
    assert "biểu của CB0025" in [cell.value for row in page.iter_rows() for cell in row]


def test_the_list_of_reminders_names_unit_contact_address_and_draft():
    batch = province()
    paths = reminded(batch)
    unit = next(iter(paths))
    batch = dataclasses.replace(batch, roster=dataclasses.replace(batch.roster, units={
        **batch.roster.units, unit: dataclasses.replace(batch.roster.units[unit], email=None, contact="=Ông Thử")}))
    page = openpyxl.load_workbook(io.BytesIO(reminders_table(batch, paths))).worksheets[0]
    rows = [[cell.value for cell in row] for row in page.iter_rows()]
    row = next(row for row in rows if unit in row)
    assert row[4] == "=Ông Thử" and row[5] == "Chưa có" and row[6] == "Toàn bộ hồ sơ" and row[8] == f"nhac-{unit}.eml"
    assert sum(str(row[0]).isdigit() for row in rows) == len(paths)
