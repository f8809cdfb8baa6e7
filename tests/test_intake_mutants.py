"""Mails, archives and messages changed at random: whatever becomes of them is a value, never an exception.

``QEVAL_MUTANTS`` sets how many are tried (60 000 take half a minute of processor time).
"""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest
from mail_builders import forwarded, mail, opened, part, workbook, zipped
from msg_builders import Attachment, Message, msg
from mutants import scarred

from qeval_batch.intake.container import open_container

MUTANTS = int(os.environ.get("QEVAL_MUTANTS", "2000"))
LETTER = mail(part(workbook(), "attachment; filename*=UTF-8''B%C3%A1o.xlsx"), forwarded(mail(part(workbook()))),
              part(b"\x89PNG", 'inline; filename="=?utf-8?B?xJE=?="', "image/png"))
SEEDS = {
    "mail": LETTER,
    "archive": zipped([("Sở A/a.xlsx", workbook()), ("t.eml", LETTER), ("z.zip", zipped([("b.xlsx", workbook())]))]),
    "message": msg(Message(attachments=(Attachment("a.xlsx", workbook()), Attachment("t", message=Message())))),
    "message of another program": (Path(__file__).parent / "fixtures" / "chuyen-tiep.msg").read_bytes(),
}
PIECES = [b"\r\n", b"--", b"=?utf-8?B?", b"?=", b"filename*0*=", b"boundary=", b"message/rfc822", b"base64",
          b"PK\x01\x02", b"Content-Type: multipart/mixed; boundary=x\r\n\r\n", b"\xff" * 8, b"\0" * 8, b"\x80", b'"',
          b";", b"\xfe\xff\xff\xff"]


@pytest.mark.parametrize("name", SEEDS)
def test_mutants_end_in_a_value(name):
    chance = random.Random(name)
    for _ in range(MUTANTS // len(SEEDS)):
        data = scarred(SEEDS[name], chance, PIECES)
        if open_container(data) is not None:
            opened(data)
