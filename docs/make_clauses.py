"""Write docs/clauses.md from docs/clauses.yaml: from every clause to rule, function, test and output, or why not.

Usage: python docs/make_clauses.py [--out FILE]
"""

from __future__ import annotations

import argparse
import itertools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

HERE = Path(__file__).resolve().parent
DATA = HERE / "clauses.yaml"
PAGE = HERE / "clauses.md"
SOURCES = {"LD": "LD: the Lâm Đồng guidance", "TW": "TW: Hướng dẫn 02-HD/BTCTW"}
STATES = {"carried": "carried", "in part": "carried in part, the rest later", "later": "later",
          "outside": "outside the software"}
_LISTS = ("code", "tests", "policy", "forms", "outputs")


def load() -> Mapping[str, Any]:
    """The data file: ``rules``, ``later_policy``, ``clauses``."""
    found: Mapping[str, Any] = YAML(typ="safe", pure=True).load(DATA.read_text("utf-8"))
    return found


def resolved(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every clause with the coverage of those it is the same as. KeyError for one that is not there."""
    by_id = {item["id"]: item for item in data["clauses"]}
    return [_resolve(item, by_id) for item in data["clauses"]]


def state(clause: Mapping[str, Any]) -> str:
    """One of ``STATES``; ValueError for a clause with neither coverage nor reason."""
    if clause.get("outside"):
        return "outside"
    if clause.get("code") and clause.get("tests"):
        return "in part" if clause.get("later") else "carried"
    if clause.get("later"):
        return "later"
    raise ValueError(f"{clause['id']}: neither function and test nor a reason")


def page(data: Mapping[str, Any]) -> str:
    """The whole of clauses.md."""
    clauses = resolved(data)
    counts = Counter((item["source"], state(item)) for item in clauses)
    lines = ["# Clause coverage", "",
             "Written by `docs/make_clauses.py` from `docs/clauses.yaml`; do not edit. `tests/test_clauses.py` holds every name",
             "below to the code. A law case reads `R31: 90 exactly`: that case of `tests/law/R31.yaml`.", "",
             "| | " + " | ".join([*STATES.values(), "all"]) + " |", "|---|" + "---:|" * (len(STATES) + 1)]
    for source, name in SOURCES.items():
        row = [counts[source, key] for key in STATES]
        lines.append(f"| {name} | " + " | ".join(map(str, [*row, sum(row)])) + " |")
    whole = [sum(counts[source, key] for source in SOURCES) for key in STATES]
    lines += ["| together | " + " | ".join(map(str, [*whole, sum(whole)])) + " |", ""]
    for (source, section), group in itertools.groupby(clauses, key=lambda item: (item["source"], _section(item))):
        lines += [f"## {source} {section}", "", "| clause | says | rule | carried by | shown by | where it shows |",
                  "|---|---|---|---|---|---|"]
        lines += [_row(item) for item in group]
        lines.append("")
    lines += ["## Rules and the case that holds each", "", "| rule | what | case |", "|---|---|---|"]
    lines += [f"| {ident} | {rule['what']} | {_names(rule.get('tests', ())) or 'see its clauses'} |"
              for ident, rule in data["rules"].items()]
    lines += ["", "## Policy values still to be read", "", "| value | by what |", "|---|---|"]
    lines += [f"| `{key}` | {why} |" for key, why in data["later_policy"].items()]
    return "\n".join(lines).rstrip() + "\n"


def _resolve(item: Mapping[str, Any], by_id: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    found = dict(item)
    for other in item.get("same_as", ()):
        source = _resolve(by_id[other], by_id)
        for name in _LISTS:
            found[name] = list(dict.fromkeys([*found.get(name, ()), *source.get(name, ())]))
        for name in ("later", "outside"):
            if source.get(name) and not found.get(name):
                found[name] = source[name]
    return found


def _section(item: Mapping[str, Any]) -> str:
    """``VI`` of ``VI.1.4``, ``4`` of ``4 step 3``."""
    return str(item["where"]).replace(" ", ".").split(".")[0]


def _row(item: Mapping[str, Any]) -> str:
    says = item["text"] + (f"<br>*{item['vi']}*" if item.get("vi") else "")
    if item.get("same_as"):
        says += f"<br>As {', '.join(item['same_as'])}."
    code = _names(name.removeprefix("qeval_batch.") for name in item.get("code", ()))
    shown = _names(item.get("tests", ()))
    where = "<br>".join(_where(item))
    kind = state(item)
    if kind in ("later", "outside"):
        reason = f"{STATES[kind].capitalize()}: {item[kind]}"
        return f"| {item['id']} | {says} | {' '.join(item.get('rules', ()))} | {reason} | | {where} |"
    code += f"<br>Later: {item['later']}" if kind == "in part" else ""
    return f"| {item['id']} | {says} | {' '.join(item.get('rules', ()))} | {code} | {shown} | {where} |"


def _where(item: Mapping[str, Any]) -> Iterator[str]:
    for name, label in (("policy", "policy"), ("forms", "form"), ("outputs", "")):
        if item.get(name):
            yield f"{label} {_names(item[name], ', ')}".strip()


def _names(names: Any, between: str = "<br>") -> str:
    return between.join(f"`{name}`" for name in names)


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=PAGE)
    parser.parse_args(arguments).out.write_text(page(load()), "utf-8")


if __name__ == "__main__":
    main()
