"""Make the Word templates beside this file: `python templates/make_templates.py`. Twice gives the same bytes.

An office may edit the .docx files in Word afterwards; what may stand between the braces is listed in
qeval_batch/render/letters/letters.py (TEMPLATE_VARIABLES) and checked by `qeval forms check`.
"""

from __future__ import annotations

from pathlib import Path

from party_format import LEFT, Paper, by_hand, recipients, signer

BLANK = "…"
BASIS = ("{%p for line in basis %}", "- Căn cứ {{ line }},", "{%p endfor %}")


def to_trinh_btv() -> Paper:
    """Ban Tổ chức's Tờ trình to Ban Thường vụ: body of about three pages, lists as annexes."""
    p = Paper("Tờ trình Ban Thường vụ Tỉnh ủy")
    p.heading()
    p.title("TỜ TRÌNH", "về kết quả tổng hợp, dự kiến đề xuất mức xếp loại {{ period }}",
            "đối với cán bộ thuộc diện Ban Thường vụ Tỉnh ủy xếp loại")
    p.add("Kính trình: Ban Thường vụ Tỉnh ủy", "Đầu văn bản", bold=True, before=6, after=12)
    p.lines(*BASIS)
    p.add("Trên cơ sở hồ sơ đề xuất của các địa phương, cơ quan, đơn vị, {{ head.issuer_name }} kính trình "
          "Ban Thường vụ Tỉnh ủy kết quả tổng hợp, dự kiến đề xuất mức xếp loại {{ period }} như sau:")
    p.lines("{%p if provisional %}", "{{ provisional }}", "{%p endif %}")
    p.document.paragraphs[-2].runs[0].italic = True

    p.add("I. Tình hình tổ chức thực hiện", "Đề mục")
    p.add("1. Về hồ sơ: Tổng số {{ intake.units }} địa phương, cơ quan, đơn vị; đã nhận "
          "{{ intake.received }}, trong đó đạt {{ intake.accepted }}, trả lại để bổ sung, hoàn thiện "
          "{{ intake.returned }}; chưa nộp {{ intake.missing }}.")
    p.lines("{%p if intake.returned_names %}", "- Đã trả lại để bổ sung, hoàn thiện: {{ intake.returned_names }}.",
            "{%p endif %}", "{%p if intake.missing_names %}", "- Chưa nộp hồ sơ: {{ intake.missing_names }}.",
            "{%p endif %}")
    p.lines("{%p if intake.punctuality %}", "- {{ intake.punctuality }}", "{%p endif %}",
            "{%p if late.rows %}", "- Hồ sơ gửi chậm, đề nghị xem xét: danh sách tại Phụ lục {{ late.annex }}.",
            "{%p endif %}")
    p.add("2. Về cán bộ: {{ scope.text }}")

    p.add("II. Kết quả tổng hợp và dự kiến đề xuất mức xếp loại", "Đề mục")
    p.add("1. Đối với {{ scope.own }} cán bộ thuộc diện Ban Thường vụ Tỉnh ủy xếp loại:", keep=True)
    p.table([95, 35, 35], ["Mức xếp loại, tình trạng", "Số lượng", "Tỷ lệ"],
            ["{%tr for row in levels %}", ["{{ row.label }}", "{{ row.count }}", "{{ row.share }}"], "{%tr endfor %}",
             ["**Cộng số đã có mức dự kiến đề xuất", "**{{ totals.graded }}", "**{{ totals.graded_share }}"],
             "{%tr for row in statuses %}", ["{{ row.label }}", "{{ row.count }}", ""], "{%tr endfor %}",
             ["**Tổng số", "**{{ totals.all }}", ""]], "lcc", together=True)
    p.add("Tỷ lệ tính trên tổng số cán bộ đã có mức dự kiến đề xuất.", "Ghi chú bảng", italic=True)
    p.add("2. Tỷ lệ xếp loại “{{ quota.level }}” theo nhóm có vị trí, vai trò, chức năng, nhiệm vụ tương đồng: "
          "{{ quota.text }}")
    p.lines("{%p if groups %}")
    p.table([9, 43, 20, 20, 14, 14, 21, 34],
            ["TT", "Nhóm tương đồng", "Đủ điều kiện Tốt trở lên", "Đủ điều kiện Xuất sắc", "Tối đa (a)", "Tối đa (b)",
             "Dự kiến đề xuất Xuất sắc", "Ghi chú"],
            ["{%tr for row in groups %}", ["{{ row.no }}", "{{ row.name }}", "{{ row.n }}", "{{ row.candidates }}",
             "{{ row.max_a }}", "{{ row.max_b }}", "{{ row.level1 }}", "{{ row.note }}"], "{%tr endfor %}"],
            "clcccccl", size=11)
    p.add("", "Ghi chú bảng")
    p.lines("{%p else %}", "Không có.", "{%p endif %}")
    p.add("3. Dự kiến đề xuất xếp loại “{{ level1.level }}”: {{ level1.summary }}")
    p.add("4. Dự kiến đề xuất xếp loại “{{ level4.level }}”: {{ level4.summary }}")
    p.add("5. Đủ điều kiện xếp loại “{{ level1.level }}” nhưng vượt tỷ lệ của nhóm, dự kiến đề xuất xếp loại "
          "“{{ cut.level }}”: {{ cut.summary }}")
    p.add("6. Trường hợp cần xem xét, chưa dự kiến đề xuất mức xếp loại: {{ review.summary }}")
    p.add("7. Chưa đánh giá tại thời điểm đánh giá quý: {{ deferred.summary }}")
    p.add("8. Chưa nộp hồ sơ, chưa đủ dữ liệu hoặc đang chờ: {{ waiting.summary }}")
    p.add("9. Cán bộ thuộc diện Bộ Chính trị, Ban Bí thư quản lý: {{ central.summary }}")

    p.add("III. Nội dung cần lưu ý", "Đề mục")
    p.lines("{%p for line in notes %}", "- {{ line }}", "{%p endfor %}")
    p.add("IV. Nội dung đề nghị", "Đề mục")
    p.add("{{ head.issuer_name }} kính trình Ban Thường vụ Tỉnh ủy xem xét:", keep=True)
    p.lines("{%p for line in asks %}", "{{ line }}", "{%p endfor %}")
    p.lines("Hồ sơ kèm theo gồm:", "{%p for line in enclosures %}", "- {{ line }}", "{%p endfor %}", keep=True)
    p.signature(recipients("Như kính trình,", "Lãnh đạo Ban,", "Lưu hồ sơ."), signer())

    _annex(p, "level1", "cán bộ dự kiến đề xuất xếp loại|“{{ level1.level }}”")
    _annex(p, "level4", "cán bộ dự kiến đề xuất xếp loại|“{{ level4.level }}”")
    _annex(p, "cut", "cán bộ đủ điều kiện xếp loại “{{ level1.level }}”|nhưng vượt tỷ lệ của nhóm, "
                     "dự kiến đề xuất xếp loại|“{{ cut.level }}”")
    _annex(p, "review", "cán bộ cần xem xét, chưa dự kiến đề xuất mức xếp loại", "Các khả năng xếp loại", "outcomes")
    _annex(p, "deferred", "cán bộ chưa đánh giá tại thời điểm đánh giá quý", None, "")
    _annex_open(p, "waiting", "cán bộ chưa nộp hồ sơ, chưa đủ dữ liệu hoặc đang chờ")
    p.table([9, 44, 26, 15, 71], ["TT", "Địa phương, cơ quan, đơn vị", "Tình trạng", "Số người", "Họ và tên; nội dung đang chờ"],
            ["{%tr for row in waiting.rows %}", ["{{ row.no }}", "{{ row.unit }}", "{{ row.status }}", "{{ row.count }}",
             "{{ row.names }}"], "{%tr endfor %}"], "clccl")
    p.tag("{%p endif %}")
    _annex(p, "late", "tập thể, cá nhân liên quan của đơn vị gửi hồ sơ chậm,|đề nghị xem xét", "Đủ hồ sơ lúc")
    _annex(p, "named", "cán bộ nêu tại mục III", None, "")
    return p


def _annex_open(p: Paper, name: str, title: str) -> None:
    p.tag("{%p if " + name + ".rows %}")
    p.add("PHỤ LỤC {{ " + name + ".annex }}", "Trích yếu", page_break=True)
    p.lines(*("Danh sách " + title).split("|"), style="Trích yếu")
    p.add("(kèm theo Tờ trình {{ head.cited }} của {{ head.issuer_name }})", "Đầu văn bản", italic=True, size=12)
    p.add("-----", "Đầu văn bản", after=8)


def _annex(p: Paper, name: str, title: str, figure: str | None = "Điểm", field: str = "score") -> None:
    """An annex of persons; `figure` heads the column before the reason, None leaves it out."""
    _annex_open(p, name, title)
    widths, header = [9.0, 29, 34], ["TT", "Họ và tên", "Chức vụ, đơn vị công tác"]
    cells, align = ["{{ row.no }}", "{{ row.name }}", "{{ row.post }}"], "cll"
    if figure:
        widths, header, align = [*widths, 14 if field == "score" else 26], [*header, figure], align + "c"
        cells.append("{{ row." + field + " }}")
    p.table([*widths, 165 - sum(widths)], [*header, "Căn cứ, lý do"],
            ["{%tr for row in " + name + ".rows %}", [*cells, "{{ row.reason }}"], "{%tr endfor %}"], align + "l")
    p.tag("{%p endif %}")


def to_trinh_unit() -> Paper:
    """A unit's Tờ trình, part 1 of its dossier; sent out blank, or filled with what the unit declared."""
    p = Paper("Tờ trình của đơn vị")
    p.heading()
    p.title("TỜ TRÌNH", "về kết quả đánh giá, đề xuất mức xếp loại {{ period }}",
            "đối với cán bộ thuộc diện Ban Thường vụ Tỉnh ủy xếp loại")
    p.add("Kính trình: Ban Thường vụ Tỉnh ủy", "Đầu văn bản", bold=True, before=6)
    p.add("(qua Ban Tổ chức Tỉnh ủy)", "Đầu văn bản", italic=True, after=12)
    p.lines(*BASIS)
    p.add("- Căn cứ Biên bản họp đánh giá, đề xuất mức xếp loại {{ period }},")
    p.add("{{ unit }} kính trình Ban Thường vụ Tỉnh ủy kết quả đánh giá, đề xuất mức xếp loại {{ period }} như sau:")
    p.add("1. Tình hình tổ chức đánh giá", "Đề mục")
    p.add("{{ staff }}")
    p.add("2. Kết quả thực hiện nhiệm vụ của tập thể (Phụ lục 09)", "Đề mục")
    p.table([105, 30, 30], ["Nội dung", "Số nhiệm vụ", "Tỷ lệ"],
            ["{%tr for row in collective %}", ["{{ row.label }}", "{{ row.count }}", "{{ row.share }}"], "{%tr endfor %}"],
            "lcc", together=True)
    p.add("{{ collective_note }}", "Ghi chú bảng", italic=True)
    p.add("3. Kết quả đề xuất mức xếp loại", "Đề mục")
    p.table([105, 30, 30], ["Mức xếp loại", "Số lượng", "Tỷ lệ"],
            ["{%tr for row in levels %}", ["{{ row.label }}", "{{ row.count }}", "{{ row.share }}"], "{%tr endfor %}"], "lcc",
            together=True)
    p.add("Danh sách và mức đề xuất cụ thể:", before=6, keep=True)
    p.table([9, 29, 33, 14, 23, 23, 39], ["TT", "Họ và tên", "Chức vụ", "Điểm", "Cá nhân tự đề xuất", "Đơn vị đề xuất",
                                         "Tóm tắt căn cứ, lý do"],
            ["{%tr for row in officers %}", ["{{ row.no }}", "{{ row.name }}", "{{ row.post }}", "{{ row.score }}",
             "{{ row.self }}", "{{ row.level }}", "{{ row.reason }}"], "{%tr endfor %}"], "cllclll", size=11)
    p.add("4. Trường hợp đặc biệt", "Đề mục", before=12)
    p.lines("{%p for line in special %}", "{{ line }}", "{%p endfor %}")
    p.add("5. Nội dung đề nghị", "Đề mục")
    p.add("{{ unit }} kính trình Ban Thường vụ Tỉnh ủy xem xét, quyết định mức xếp loại {{ period }} đối với các đồng chí "
          "nêu trên và chịu trách nhiệm về nội dung đề xuất của mình.")
    p.lines("Hồ sơ kèm theo gồm:", "{%p for line in enclosures %}", "- {{ line }}", "{%p endfor %}", keep=True)
    p.signature(recipients("Như kính trình,", "Ban Tổ chức Tỉnh ủy,", "Lưu hồ sơ."), signer())
    return p


def bien_ban_unit() -> Paper:
    """Minutes of a unit's evaluation meeting, part 2 of its dossier: a draft to be filled by hand."""
    p = Paper("Biên bản họp đánh giá")
    p.heading()
    p.title("BIÊN BẢN", "họp đánh giá, đề xuất mức xếp loại {{ period }}",
            "đối với cán bộ lãnh đạo, quản lý của {{ unit }}")
    p.dotted(f"Thời gian: hồi {BLANK} giờ {BLANK} phút, ngày {BLANK} tháng {BLANK} năm {{{{ year }}}}. Địa điểm: ")
    p.add("I. Thành phần", "Đề mục")
    p.add(f"1. Triệu tập: {BLANK}{BLANK} đồng chí; có mặt: {BLANK}{BLANK} đồng chí; vắng mặt: {BLANK}{BLANK} đồng chí.")
    p.table([9, 46, 60, 18, 32], ["TT", "Họ và tên", "Chức vụ", "Có mặt (x)", "Vắng mặt (lý do)"],
            ["{%tr for row in officers %}", ["{{ row.no }}", "{{ row.name }}", "{{ row.post }}", "", ""], "{%tr endfor %}",
             *[[" ", "", "", "", ""]] * 3], "cllcl", height=7)
    p.add("", "Ghi chú bảng")
    p.dotted("2. Chủ trì: Đồng chí ")
    p.dotted("3. Thư ký, người ghi biên bản: Đồng chí ")
    p.dotted("4. Đại biểu dự (nếu có): ")
    p.add("II. Nội dung", "Đề mục")
    p.add("1. Chủ trì nêu mục đích, yêu cầu; công bố các căn cứ đánh giá, xếp loại, gồm:")
    p.lines("{%p for line in basis %}", "- {{ line }};", "{%p endfor %}")
    p.add("2. Kết quả thực hiện nhiệm vụ của tập thể trong {{ period }} (theo Phụ lục 09):")
    p.table([33, 33, 33, 33, 33], ["Tổng số nhiệm vụ được giao", "Đã hoàn thành", "Trong đó: chậm", "Vượt mức",
                                   "Chưa hoàn thành"], [[" "] * 5], "ccccc", height=8)
    p.add("", "Ghi chú bảng")
    p.dotted("Ý kiến thảo luận: ", rows=2)
    p.add("3. Từng đồng chí trình bày bản tự đánh giá, tự đề xuất mức xếp loại; hội nghị nhận xét, đánh giá:")
    p.lines("{%p for row in officers %}", "{{ row.no }}. Đồng chí {{ row.name }}{{ row.post_after }}:")
    p.document.paragraphs[-1].paragraph_format.keep_with_next = True
    p.dotted("- Ưu điểm, kết quả nổi bật: ", rows=1)
    p.dotted("- Hạn chế, khuyết điểm: ")
    p.dotted("- Nhận xét của người đứng đầu: ")
    p.tag("{%p endfor %}")
    p.add("4. Biểu quyết, bỏ phiếu đề xuất mức xếp loại:", keep=True)
    p.add(f"Số phiếu phát ra: {BLANK}{BLANK}; thu về: {BLANK}{BLANK}; hợp lệ: {BLANK}{BLANK}; không hợp lệ: {BLANK}{BLANK} phiếu. "
          "Kết quả phiếu để tham khảo, ghi nhận trong biên bản; hội nghị thống nhất mức đề xuất.")
    p.table([9, 38, 14, 21, 16, 13, 17, 19, 18],
            ["TT", "Họ và tên", "Điểm", "Tự đề xuất", "{{ short.l1 }}", "{{ short.l2 }}", "{{ short.l3 }}", "{{ short.l4 }}",
             "Mức đề xuất"],
            ["{%tr for row in officers %}", ["{{ row.no }}", "{{ row.name }}", "", "", "", "", "", "", ""], "{%tr endfor %}"],
            "clccccccc", height=8)
    p.add("{{ short.legend }}", "Ghi chú bảng", italic=True)
    p.add("III. Kết luận", "Đề mục")
    p.dotted("Chủ trì kết luận: ", rows=3)
    p.add(f"Hội nghị kết thúc hồi {BLANK} giờ {BLANK} phút cùng ngày. Biên bản đã đọc cho các thành viên dự họp cùng nghe, "
          f"nhất trí thông qua và được lập thành {BLANK} bản có giá trị như nhau.", keep=True)
    p.signature(by_hand("NGƯỜI GHI BIÊN BẢN"), by_hand("CHỦ TRÌ"))
    return p


def mau_8() -> Paper:
    """Mẫu 8 (Mẫu 6 for class BCT-BBT): the seven-column summary, landscape."""
    p = Paper("Bảng tổng hợp kết quả đánh giá, xếp loại", landscape=True)
    p.heading(mark="{{ form_name }}")
    p.title("BẢNG TỔNG HỢP", "kết quả đánh giá và đề xuất mức xếp loại {{ period }}", "{{ scope }}")
    p.lines("{%p if provisional %}", "{{ provisional }}", "{%p endif %}")
    p.document.paragraphs[-2].runs[0].italic = True
    p.table([10, 33, 40, 25, 28, 91, 25],
            ["STT", "Họ và tên", "Chức vụ, đơn vị công tác", "Cá nhân tự đề xuất mức xếp loại", "{{ proposal_label }}",
             "Tóm tắt căn cứ, lý do", "Đề xuất nội dung công tác cán bộ"],
            ["{%tr for row in rows %}", ["{{ row.no }}", "{{ row.name }}", "{{ row.post }}", "{{ row.self }}",
             "{{ row.proposed }}", "{{ row.reason }}", "{{ row.personnel }}"], "{%tr endfor %}"],
            "cllllll", numbered=True, size=11)
    p.lines("{%p if not rows %}", "Không có.", "{%p endif %}")
    p.add("{{ summary }}", before=8, keep=True)
    p.signature(by_hand("NGƯỜI LẬP BIỂU"), signer())
    return p


def mau_7() -> Paper:
    """Mẫu 7 (Mẫu 5 for class BCT-BBT): an officer's self-assessment with the score by axis and the product list."""
    p = Paper("Bản tự đánh giá, xếp loại của cá nhân")
    p.heading(mark="{{ form_name }}")
    p.title("BẢN TỰ ĐÁNH GIÁ, XẾP LOẠI CỦA CÁ NHÂN", "{{ period_title }}")
    for label, name in (("Họ và tên", "name"), ("Ngày sinh", "birth"), ("Chức vụ Đảng", "party"),
                        ("Chức vụ chính quyền", "government"), ("Chức vụ đoàn thể", "union"),
                        ("Đơn vị công tác", "unit"), ("Lĩnh vực phụ trách", "field")):
        p.add(f"{label}: {{{{ person.{name} }}}}", align=LEFT, after=0)
    p.add("I. Tự đánh giá kết quả thực hiện nhiệm vụ", "Đề mục", before=8)
    p.add("1. Kết quả tự chấm điểm", keep=True)
    p.table([10, 84, 20, 17, 17, 17], ["TT", "Tiêu chí, trục kết quả", "Vai trò", "Điểm tối đa", "KPI %", "Điểm đạt"],
            ["{%tr if general %}", ["A", "Tiêu chí chung", "", "{{ general.max }}", "", "{{ general.points }}"],
             "{%tr endif %}",
             "{%tr for row in axes %}", ["{{ row.no }}", "{{ row.name }}", "{{ row.role }}", "{{ row.max }}",
                                         "{{ row.kpi }}", "{{ row.points }}"], "{%tr endfor %}",
             ["", "**Tổng các trục", "", "**{{ totals.axes_max }}", "", "**{{ totals.axes }}"],
             ["", "**Tổng điểm", "", "**{{ totals.max }}", "", "**{{ totals.all }}"]], "cllccc", size=11)
    p.add("Danh mục sản phẩm, công việc của từng trục tại bảng kèm theo.", "Ghi chú bảng", italic=True)
    for label, name in (("2. Kết quả chung", "overall"), ("3. Kết quả nổi bật", "outstanding"),
                        ("4. Hạn chế, khuyết điểm và nguyên nhân", "shortcomings"),
                        ("5. Phương hướng khắc phục", "remedy_plan")):
        p.add(f"{label}: {{{{ texts.{name} }}}}")
    p.add("6. Khắc phục 100% hạn chế đã chỉ ra: {{ texts.remedied }}. Kỷ luật trong quý: {{ texts.discipline }}.")
    p.add("II. Tự đề xuất mức xếp loại: {{ texts.self_level }}", "Đề mục")
    p.signature([], by_hand("CÁ NHÂN TỰ ĐÁNH GIÁ", "{{ person.name }}"))
    p.add("III. Nhận xét, đánh giá của cấp có thẩm quyền", "Đề mục", before=12)
    p.add("1. Điểm thẩm định: {{ authority.score }}")
    p.add("2. Mức độ đáp ứng yêu cầu của nhiệm vụ trọng tâm, then chốt: {{ authority.response }}")
    p.add("3. Đề xuất mức xếp loại: {{ authority.level }}")
    p.add("4. Nhận xét, căn cứ, lý do: {{ authority.reason }}", keep=True)
    p.signature([], signer())
    p.add("DANH MỤC SẢN PHẨM, CÔNG VIỆC", "Trích yếu", page_break=True)
    p.add("{{ period_title }} - {{ person.name }}", "Đầu văn bản", italic=True, after=8)
    p.table([8, 11, 43, 15, 14, 14, 19, 19, 12, 10],
            ["TT", "Trục", "Nhiệm vụ, sản phẩm", "Vai trò", "Số lượng giao", "Hoàn thành", "Thời hạn", "Ngày hoàn thành",
             "Vượt mức", "Mức đáp ứng"],
            ["{%tr for row in products %}", ["{{ row.no }}", "{{ row.axis }}", "{{ row.text }}", "{{ row.role }}",
             "{{ row.assigned }}", "{{ row.done }}", "{{ row.deadline }}", "{{ row.completed }}", "{{ row.exceeded }}",
             "{{ row.response }}"], "{%tr endfor %}"], "cclccccccc", size=10)
    p.lines("{%p if not products %}", "Không có.", "{%p endif %}")
    p.lines("{%p if product_note %}", "{{ product_note }}", "{%p endif %}", style="Ghi chú bảng")
    return p


def phieu_tra_lai() -> Paper:
    """Ban Tổ chức's note with a dossier returned or to be completed: one page, whatever stands in it."""
    p = Paper("Phiếu trả lại hồ sơ")
    p.heading()
    p.title("{{ title }}", "để sửa, bổ sung hồ sơ đánh giá, xếp loại {{ period }}")
    p.add("Kính gửi: {{ unit }}", "Đầu văn bản", bold=True, after=8)
    p.add("{{ intro }}")
    cause = ["{{ row.no }}", "{{ row.text }}", "{{ row.places }}"]
    p.table([9, 108, 48], ["TT", "Nội dung, cách sửa", "Trang tính, ô"],
            ["{%tr for row in errors %}", cause, "{%tr endfor %}",
             "{%tr if waits %}", ["", "**Chưa có hoặc để trống, cần để xếp mức", ""], "{%tr endif %}",
             "{%tr for row in waits %}", cause, "{%tr endfor %}",
             "{%tr if awaited %}", ["", "**Còn phải gửi", ""], "{%tr endif %}",
             "{%tr for row in awaited %}", cause, "{%tr endfor %}",
             "{%tr if warnings %}", ["", "**Cần bổ sung hoặc xem lại (không phải lỗi)", ""], "{%tr endif %}",
             "{%tr for row in warnings %}", cause, "{%tr endfor %}"],
            "cll")
    p.lines("{%p if rest %}", "{{ rest }}", "{%p endif %}", style="Ghi chú bảng")
    p.document.paragraphs[-2].runs[0].italic = True
    p.add("{{ consequence }}", before=6)
    p.add("{{ deadline }}", bold=True)
    p.add("{{ how }}")
    p.signature(recipients("Như trên,", "Lưu hồ sơ."), signer())
    return p


def phieu_xin_y_kien() -> Paper:
    """Ban Tổ chức's letter to a body: whom it comments on, whom it proposes for, until when."""
    p = Paper("Phiếu xin ý kiến")
    p.heading()
    p.title("PHIẾU XIN Ý KIẾN", "cho ý kiến, đề xuất mức xếp loại {{ period }}")
    p.add("Kính gửi: {{ body }}", "Đầu văn bản", bold=True, after=8)
    p.add("Trên cơ sở kết quả tự đánh giá của cá nhân và đề xuất của các địa phương, cơ quan, đơn vị, "
          "{{ head.issuer_name }} gửi danh sách cán bộ và đề nghị {{ body }} cho ý kiến như sau:")
    _asked(p, "opinions", "1. Đề nghị cho ý kiến về mức xếp loại đối với các đồng chí:")
    _asked(p, "proposals", "{{ '2' if opinions else '1' }}. Đề nghị thẩm định, đề xuất mức xếp loại và chịu trách nhiệm "
           "về đề xuất đối với các đồng chí:")
    p.lines("{%p if own %}", "{{ own }}", "{%p endif %}")
    p.add("Ý kiến ghi vào tệp bảng tính gửi kèm. Người chưa có ý kiến thì để trống; để trống không được hiểu là đồng ý.")
    p.add("{{ deadline }}", bold=True)
    p.signature(recipients("Như trên,", "Lưu hồ sơ."), signer())
    return p


def _asked(p: Paper, name: str, title: str) -> None:
    p.tag("{%p if " + name + " %}")
    p.add(title, before=6, keep=True)
    p.table([9, 40, 52, 32, 32], ["TT", "Họ và tên", "Chức vụ, đơn vị công tác", "Cá nhân tự đề xuất", "Đơn vị đề xuất"],
            ["{%tr for row in " + name + " %}", ["{{ row.no }}", "{{ row.name }}", "{{ row.post }}", "{{ row.self }}",
             "{{ row.unit }}"], "{%tr endfor %}"], "cllll")
    p.tag("{%p endif %}")


PAPERS = {
    "to-trinh-ban-thuong-vu.docx": to_trinh_btv,
    "to-trinh-don-vi.docx": to_trinh_unit,
    "bien-ban-don-vi.docx": bien_ban_unit,
    "mau-8.docx": mau_8,
    "mau-7.docx": mau_7,
    "phieu-tra-lai.docx": phieu_tra_lai,
    "phieu-xin-y-kien.docx": phieu_xin_y_kien,
}


def make(name: str) -> bytes:
    """The bytes of one template."""
    return PAPERS[name]().save()


def main() -> None:
    for name in PAPERS:
        (Path(__file__).parent / name).write_bytes(make(name))


if __name__ == "__main__":
    main()
