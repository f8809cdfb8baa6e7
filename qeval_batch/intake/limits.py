"""How much one mail or archive may hold, each bound with its reason. What units send is far below all of them."""

from __future__ import annotations

from qeval_batch.spreadsheet.limits import MAX_FILE_BYTES

# Mail servers commonly end at 25 MB; 20 MB of attachments are 27 MB when coded for the mail.
MAX_CONTAINER_BYTES = 32 * 2**20
# A quarter of all 165 units saved into one archive has some 600 files.
MAX_MEMBERS = 1000
# No member may be larger than a workbook that lies in the inbox by itself.
MAX_MEMBER_BYTES = MAX_FILE_BYTES
# All that is read out of one container, mails in an archive and the workbooks in them counted both: workbooks are
# packed already, so an honest archive unpacks to little more than its own size.
MAX_OPENED_BYTES = 96 * 2**20
# A thousandfold ratio is a bomb; small members cannot hurt.
MAX_RATIO = 300
RATIO_FROM_BYTES = 2**20
# An archive in an archive is common (a unit packs its offices' archives); deeper ones exist only to exhaust the reader.
MAX_ARCHIVES_DEEP = 2
# A mail forwarded as an attachment from office to office.
MAX_MAILS_DEEP = 5
# Directory marks in the bytes, those of packed workbooks too; the reader builds one object per entry of its directory.
MAX_DIRECTORY_MARKS = 50_000
# 25 MB of attachments coded for the mail are 350 000 lines.
MAX_MAIL_LINES = 1_000_000
# The reader of mails tests each line against every part that is open around it: lines times parts is its work, a
# second's for 12 million. 10 MB of mail with 60 forwarded mails in it stay below.
MAX_MAIL_WORK = 40_000_000
# Streams of an Outlook message: some 50 for each attachment or person it went to.
MAX_STREAMS = 10_000
# Of a header: real ones have a few hundred characters.
MAX_HEADER_CHARS = 8192
# Of all headers of an Outlook message, which keeps them as one text.
MAX_HEADERS_CHARS = 128 * 1024
# Of a name: enough for a long Vietnamese title; what is longer is cut.
MAX_NAME_CHARS = 120
