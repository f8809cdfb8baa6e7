"""Word templates that can be filled: each one there, its tags well written, asking only for what the program gives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from qeval_batch.spec.yamlio import SpecError, SpecProblem


def template_problems(templates_dir: Path, provided: Mapping[str, frozenset[str]] | None = None) -> Iterator[SpecProblem]:
    """Faults of the .docx files in ``templates_dir``; ``provided``: file name -> top-level names it may use
    (default: what ``render.letters`` provides). Word's own lock files are passed over."""
    from qeval_batch.render.word import WordTemplate

    if provided is None:
        from qeval_batch.render.letters import TEMPLATE_VARIABLES

        provided = TEMPLATE_VARIABLES
    for name in sorted(provided):
        path, shown = templates_dir / name, f"templates/{name}"
        if not path.is_file():
            yield SpecProblem(shown, 0, "Thiếu mẫu văn bản này.", "Chép lại từ bộ mẫu gốc (qeval init).")
            continue
        try:
            used = WordTemplate(name, path.read_bytes()).variables()
        except SpecError as error:
            yield from error.problems
            continue
        for variable in sorted(used - provided[name]):
            yield SpecProblem(shown, 0, f"Mẫu dùng biến «{variable}» mà chương trình không cung cấp.",
                              f"Chọn một trong: {', '.join(sorted(provided[name]))}.")
    known = sorted(provided)
    for path in sorted(templates_dir.glob("*.docx")):
        if path.name not in provided and not path.name.startswith("~$"):
            yield SpecProblem(f"templates/{path.name}", 0, "Chương trình không dùng mẫu có tên này.",
                              f"Đổi tên thành một trong: {', '.join(known)}; hoặc chuyển tệp đi nơi khác.")
