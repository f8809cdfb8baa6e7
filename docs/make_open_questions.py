"""Write docs/cau-hoi-van-phong.md: the open questions, with what each other answer would change in the demo province.

Nothing about the outcomes is written by hand: every trial runs `what-if` on the fictional province.
Usage: python docs/make_open_questions.py [--units 20] [--out FILE]
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from qeval_batch.commands.init import create
from qeval_batch.demo.build import DEMO_AS_OF, DEMO_PERIOD, build_demo
from qeval_batch.intake.take import Intake
from qeval_batch.model.batch import Batch
from qeval_batch.model.progress import silent
from qeval_batch.pipeline import decide, load_period, take
from qeval_batch.render import wording
from qeval_batch.spec.load import Spec
from qeval_batch.spec.yamlio import Document, parse
from qeval_batch.whatif import words
from qeval_batch.whatif.compare import Comparison, GroupChange, compare_on, moves
from qeval_batch.whatif.overlay import build_trial
from qeval_batch.workspace import Workspace

HERE = Path(__file__).resolve().parent
QUESTIONS = HERE / "open-questions.yaml"
PAGE = HERE / "cau-hoi-van-phong.md"
UNITS = 20
_NAMED = 6
_HEAD = """# Câu hỏi gửi văn phòng

Trang này do `docs/make_open_questions.py` viết từ `docs/open-questions.yaml`; không sửa bằng tay. Mỗi câu nêu chỗ văn
bản bỏ ngỏ hoặc mâu thuẫn, cách hiểu đang dùng, khóa chính sách (`forms/chinh-sach.yaml`) đổi cách hiểu đó, và điều sẽ
khác đi ở tỉnh giả định {units} đơn vị, {officers} cán bộ, {quarter}. Tự thử trên hồ sơ thật:

```sh
qeval what-if 2026-Q3 --policy thu.yaml     # thu.yaml: quota.base: htt_plus
```

Phần «Thử» đếm theo mức dự kiến đề xuất, sau khi xét tỷ lệ.
"""


def questions() -> Mapping[str, Mapping[str, Any]]:
    """The questions by their id, in the order of the file."""
    found: Mapping[str, Mapping[str, Any]] = parse(QUESTIONS, QUESTIONS.name).data
    return found


def page(units: int, root: Path) -> str:
    """The whole page, from a province of ``units`` units built in ``root`` (an empty folder)."""
    workspace = create(root, sample_roster=False, created=DEMO_AS_OF)
    spec = load_period(workspace, DEMO_PERIOD)
    build_demo(workspace.root, units, spec, DEMO_PERIOD, DEMO_AS_OF)
    intake = take(workspace, spec, DEMO_PERIOD, DEMO_AS_OF)
    before = decide(intake, spec, DEMO_PERIOD, DEMO_AS_OF)
    lines = [_HEAD.format(units=units, officers=len(intake.roster.officers), quarter=DEMO_PERIOD.label)]
    for number, (ident, item) in enumerate(questions().items(), start=1):
        lines += _question(number, ident, item, before, workspace, intake)
    return "\n".join(lines).rstrip() + "\n"


def _question(number: int, ident: str, item: Mapping[str, Any], before: Batch, workspace: Workspace,
              intake: Intake) -> Iterator[str]:
    spec = before.spec
    yield from (f"## {number}. {item['question']}", "", f"<!-- {ident} -->", f"- **Căn cứ:** {item['basis']}")
    yield f"- **Cách hiểu mặc định:** {item.get('default') or _default(item['keys'], spec)}"
    standing = {key: spec.policy.entries[key] for key in item["keys"]}
    keys = "; ".join(f"`{key}: {_yaml(entry.value)}` ({entry.citation.text})" if not isinstance(entry.value, dict)
                     else f"`{key}` ({entry.citation.text})" for key, entry in standing.items())
    yield f"- **Khóa chính sách:** {keys or 'chưa có'}"
    for trial in item.get("trials", ()):
        asked = build_trial(Document(ident, trial["policy"]), workspace.forms, spec)
        found = compare_on(intake, workspace, before, asked, silent)
        tried = "; ".join(f"`{key}: {_yaml(value)}`" for key, value in trial["policy"].items())
        yield f"- **Thử:** {trial['label']} ({tried}). {_outcome(found)}"
    if item.get("note"):
        yield f"- **Ghi chú:** {item['note']}"
    yield ""


def _default(keys: list[str], spec: Spec) -> str:
    """What the policy itself says was chosen; the bare value only where it says nothing."""
    said = [_sentence(spec.policy.entries[key].reading) for key in keys if spec.policy.entries[key].reading]
    return " ".join(dict.fromkeys(said)) or "; ".join(f"{_yaml(spec.policy.entries[key].value)}" for key in keys) + "."


def _yaml(value: Any) -> str:
    """A value as it is typed in a policy file, so that a line of the page can be copied into one."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_yaml(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_yaml, value)) + "]"
    return f'"{value}"' if isinstance(value, str) and value.replace(".", "", 1).isdigit() else str(value)


def _sentence(text: str) -> str:
    return text if text.endswith(".") else f"{text}."


def _outcome(found: Comparison) -> str:
    """What the trial changed, in words; from the comparison alone."""
    parts = []
    if found.officers:
        parts.append(f"{len(found.officers)} cán bộ đổi mức, tình trạng hoặc lưu ý")
        parts += [f"{before} → {after}: {number} người" for (before, after), number in sorted(moves(found).items())]
        # Whose proposal stays what it was: another computed level, a flag, fewer outcomes.
        still = len(found.officers) - sum(moves(found).values())
        parts += [f"giữ mức dự kiến, đổi mức tính lại, lưu ý hoặc khả năng: {still} người"] if still else []
        ids = [item.after.id for item in found.officers]
        more = f" và {len(ids) - _NAMED} người nữa" if len(ids) > _NAMED else ""
        parts.append(f"gồm {', '.join(ids[:_NAMED])}{more}")
    if found.scores:
        parts.append(f"{found.scores} người đổi điểm mà không đổi mức")
    if found.ranks:
        parts.append(f"{found.ranks} người chỉ đổi thứ tự")
    groups = [_group(group) for group in found.groups if group.differs]
    if groups:
        parts.append(f"nhóm khác đi: {', '.join(groups)}")
    if found.units:
        parts.append(f"{len(found.units)} đơn vị đổi thời hạn nộp hồ sơ ({words.units(found.units)})")
    if found.findings_gained or found.findings_lost:
        parts.append(f"thêm {found.findings_gained}, bớt {found.findings_lost} phát hiện")
    return f"{_upper('; '.join(parts))}." if parts else "Không có gì thay đổi ở tỉnh giả định."


def _group(group: GroupChange) -> str:
    assert group.before is not None and group.after is not None
    most = words.change(wording.binding_maximum(group.before), wording.binding_maximum(group.after))
    one, two = words.parts(group.counts_before)["HTXS"], words.parts(group.counts_after)["HTXS"]
    return f"{group.id} (N {words.change(group.before.n, group.after.n)}, tối đa {most}, HTXS {words.change(one, two)})"


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def main() -> None:
    """Write the page."""
    arguments = argparse.ArgumentParser(description="Write docs/cau-hoi-van-phong.md")
    arguments.add_argument("--units", type=int, default=UNITS)
    arguments.add_argument("--out", type=Path, default=PAGE)
    asked = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        asked.out.write_text(page(asked.units, Path(folder) / "tinh"), "utf-8")


if __name__ == "__main__":
    main()
