"""How large a returned workbook may be, each bound with its reason. A unit's real workbook is far below all of them."""

from __future__ import annotations

# A unit of 40 officers is below 1 MB; pictures pasted by mistake still pass.
MAX_FILE_BYTES = 20 * 2**20
# A template has about 20 parts; archives with many thousands of entries exist only to exhaust memory.
MAX_ENTRIES = 2000
# Excel lets 31 characters in a sheet name; decomposed Vietnamese may take three code points a letter.
MAX_NAME_CHARS = 31 * 4
# One sheet or the shared texts. An officer's sheet has 150 KB, a roster of 5000 persons 4 MB.
MAX_PART_BYTES = 8 * 2**20
# All parts that are read: 60 officers' sheets have 9 MB. A second's work each 4 MB at worst.
MAX_READ_BYTES = 24 * 2**20
# Workbook list and relations: parsed whole before anything else is known.
MAX_SMALL_PART_BYTES = 2 * 2**20
# All parts unpacked, pictures too.
MAX_TOTAL_BYTES = 64 * 2**20
# Repeated blank rows compress about 60:1; a thousandfold ratio is a bomb. Small parts cannot hurt.
MAX_RATIO = 300
RATIO_FROM_BYTES = 2**20
# One sheet per officer plus five; the largest bodies have some 60 officers.
MAX_SHEETS = 200
# Filled cells beyond these are never a form's (Excel ends at 1 048 576 rows, 16 384 columns).
MAX_ROW = 20_000
MAX_COLUMN = 512
# The reader stores the rectangle around all filled cells, 32 bytes each: 2 million are 64 MB.
MAX_AREA = 2_000_000
MAX_CELLS = 200_000
# Cells of all sheets together: a workbook of 60 officers has some 60 000 filled ones.
MAX_BOOK_CELLS = 500_000
# The reader copies a shared text once per cell that shows it.
MAX_SHEET_TEXT_BYTES = 24 * 2**20
MAX_MERGES = 5_000
# More characters in one answer are cut: Excel itself ends at 32 767, a paper at far less.
MAX_TEXT = 10_000
# Records of .xls and .xlsb, XML elements of .ods, all parts together: 60 officers' sheets have 400 000 at most.
MAX_RECORDS = 1_500_000
