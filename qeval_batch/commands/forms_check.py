"""``qeval forms check``: everything ``load_spec`` refuses, and what only the rest of the program can tell."""

from __future__ import annotations

import string
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from qeval_batch.core.say import say
from qeval_batch.spec.check_policy import trial_only_problems, unknown_policy_keys
from qeval_batch.spec.crosscheck import cross_problems
from qeval_batch.spec.form import Block
from qeval_batch.spec.parts import FormParts, read_parts
from qeval_batch.spec.yamlio import Document, SpecProblem, YamlPath

_WORD_LOCK = "~$"      # what Word leaves beside a document that is open
_SHEET_NAME_SLOTS = frozenset({"officer"})


def check(forms_dir: Path, templates_dir: Path | None, day: date) -> list[SpecProblem]:
    """Every fault of forms, policy (as it holds on ``day``) and Word templates, by file and line; empty when clean."""
    parts = read_parts(forms_dir, day)
    found = [*parts.problems, *cross_problems(parts), *trial_only_problems(parts), *unknown_policy_keys(parts),
             *_formulas(parts), *_slots(parts)]
    if templates_dir is not None:
        found += _templates(templates_dir)
    return sorted(set(found))


def _blocks(parts: FormParts) -> Iterator[tuple[Document, YamlPath, Block]]:
    for document, form in parts.written.values():
        for sheet_index, sheet in enumerate(form.sheets):
            for block_index, block in enumerate(sheet.blocks):
                yield document, ("sheets", sheet_index, "blocks", block_index), block


def _formulas(parts: FormParts) -> Iterator[SpecProblem]:
    """A formula is one of the closed set the workbook writer knows."""
    from qeval_batch.template.formulas import FORMULAS

    for document, place, block in _blocks(parts):
        for index, field in enumerate(block.fields):
            if field.formula is not None and field.formula not in FORMULAS:
                yield document.problem([*place, "fields", index, "formula"],
                                       say("commands.forms_check.no_formula", formula=field.formula),
                                       say("commands.forms_check.choose", names=", ".join(sorted(FORMULAS))))


def _slots(parts: FormParts) -> Iterator[SpecProblem]:
    """What stands in braces is something the workbook writer can fill in."""
    from qeval_batch.template.facts import PLACEHOLDERS

    for document, form in parts.written.values():
        for index, sheet in enumerate(form.sheets):
            yield from _text(document, ("sheets", index, "name"), sheet.name, _SHEET_NAME_SLOTS)
            for line, text in enumerate(sheet.title):
                yield from _text(document, ("sheets", index, "title", line), text, PLACEHOLDERS)
    for document, place, block in _blocks(parts):
        texts: list[tuple[YamlPath, str]] = [((*place, "title"), block.title), ((*place, "intro"), block.intro)]
        texts += [((*place, "text", index), text) for index, text in enumerate(block.text)]
        texts += [((*place, "fixed", index, "values", name), text)
                  for index, row in enumerate(block.fixed) for name, text in row.values.items()]
        for at, text in texts:
            yield from _text(document, at, text, PLACEHOLDERS)


def _text(document: Document, place: YamlPath, text: str, allowed: frozenset[str]) -> Iterator[SpecProblem]:
    try:
        names: Sequence[str] = [name for _, name, _, _ in string.Formatter().parse(text) if name is not None]
    except ValueError:
        yield document.problem(place, say("commands.forms_check.braces", text=text),
                               say("commands.forms_check.braces_cure"))
        return
    for name in names:
        if name not in allowed:
            yield document.problem(place, say("commands.forms_check.no_slot", name=name),
                                   say("commands.forms_check.choose", names=", ".join(sorted(allowed))))


def _templates(folder: Path) -> Iterator[SpecProblem]:
    """Every Word template is there, can be filled, and asks only for what the letters give; no other is expected."""
    from qeval_batch.render.letters.letters import TEMPLATE_VARIABLES, check_template

    names = sorted(TEMPLATE_VARIABLES)
    for name in names:
        yield from check_template(folder / name)
    for path in sorted(folder.glob("*.docx")):
        if path.name not in names and not path.name.startswith(_WORD_LOCK):
            yield SpecProblem(f"templates/{path.name}", 0, say("commands.forms_check.unused_template"),
                              say("commands.forms_check.unused_template_cure", names=", ".join(names)))
