"""Names the program asks for by name: an office may add to forms, but not take these away."""

from __future__ import annotations

from collections.abc import Mapping

# Form, sheet, block -> fields the program reads or computes from.
FIELDS: Mapping[tuple[str, str, str], str] = {
    ("phu-luc-chung", "officer", "header"): "full_name unit_name period",
    ("phu-luc-chung", "officer", "general"): "criterion met not_met max_points points",
    ("phu-luc-chung", "officer", "axes"): "axis role max_points none_arising kpi points",
    ("phu-luc-chung", "officer", "products"):
        "task_code standard_code axis product role source document unit_of_measure assigned coefficient key deadline done "
        "completed projected quantity_pct quality_pct progress_pct leadership_pct kpi exceeded response cause "
        "confirm_document confirm_body note",
    ("phu-luc-chung", "officer", "self"): "overall outstanding shortcomings remedy_plan remedied discipline self_level",
    ("phu-luc-09", "collective", "counts"):
        "axis planned ad_hoc assigned done on_time exceeded late excused failed completion_pct exceed_pct late_pct",
    ("phu-luc-09", "collective", "tasks"):
        "code axis task source document in_charge key deadline completed status exceeded response projected cause "
        "confirm_document confirm_body",
    ("phu-luc-09", "collective", "status"):
        "discipline_collective discipline_member discipline_subordinate remedied collective_level",
    ("tong-hop", "proposal", "officers"): "officer unit_score unit_level proposer reason personnel",
    ("ho-so", "dossier", "parts"): "part number date electronic paper note",
    ("danh-muc", "units", "units"): "unit name parent block annex area email contact",
    ("danh-muc", "officers", "officers"):
        "officer full_name birth_date unit post_class party_post government_post union_post other_post head "
        "committee_member authority group field_in_charge standing standing_document previous_level outcomes other_classes "
        "standing_board",
    ("danh-muc", "groups", "groups"): "group name authority binds rate decision",
    ("danh-muc", "changes", "changes"): "officer change start end former_unit document",
    ("danh-muc", "opinion_bodies", "bodies"): "body name role covers due",
    ("danh-muc", "days_off", "days"): "day name",
    ("danh-muc", "signatures", "signatures"): "paper unit authority post name series place",
    ("danh-muc", "catalogue", "standards"): "code axis product unit_of_measure coefficient",
    ("so-nhan", "register", "register"): "unit part received copy number",
}

# Form, sheet, block -> keys of fixed rows the program asks for.
ROWS: Mapping[tuple[str, str, str], str] = {
    ("phu-luc-chung", "officer", "axes"): "1 2 3 4 5 6 total_b total_ab",
    ("phu-luc-09", "collective", "counts"): "1 2 3 4 5 6 total",
    ("ho-so", "dossier", "parts"): "1 2 3 4 5 6",
}

# List -> codes the rules distinguish.
CODES: Mapping[str, str] = {
    "axes": "1 2 3 4 5 6",
    "axis_role": "main secondary none",
    "product_role": "lead support",
    "task_source": "planned ad_hoc",
    "task_status": "on_time late not_done",
    "response": "1 2 3",
    "yes_no": "yes no",
    "yes_no_none": "yes no none",
    "levels": "1 2 3 4",
    "authority": "BCT-BBT A B C",
    "standing": "evaluate excluded deferred other",
    "register_parts": "all 1 2 3 4 5 6",
    "register_copies": "electronic paper both",
    "change_kind": "training leave inspection first_appointment transfer discipline",
}
