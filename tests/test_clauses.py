"""Clause coverage: every clause has function and test or a reason, every name in the table is real, no value is idle."""

from __future__ import annotations

import ast
import dataclasses
import fnmatch
import functools
import importlib
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import test_rules_law
from batch_builders import province
from law_builders import FORMS, PERIOD, base_policy
from ruamel.yaml import YAML

from qeval_batch.checks.roster import load_roster
from qeval_batch.cli import cli
from qeval_batch.commands.init import create
from qeval_batch.commands.templates import write_templates
from qeval_batch.core.cells import RowRef
from qeval_batch.demo.build import DEMO_AS_OF
from qeval_batch.model.records import Indicator
from qeval_batch.model.results import Scope
from qeval_batch.papers import plan
from qeval_batch.spec.dated import DatedValue
from qeval_batch.spec.keys import PolicyKey, PolicyPart
from qeval_batch.spec.load import Spec, load_spec
from qeval_batch.spec.parts import read_parts
from qeval_batch.spec.policy import Policy
from qeval_batch.spec.sections import WholeKeys

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "qeval_batch"
sys.path.insert(0, str(ROOT / "docs"))
import make_clauses

DATA = make_clauses.load()
CLAUSES = make_clauses.resolved(DATA)
RULES = DATA["rules"]
BUILT, LATER = set("ABCD"), set("EF")
KEYS = {"id", "source", "where", "kind", "rules", "text", "vi", "same_as", "code", "tests", "policy", "forms", "outputs",
        "later", "outside"}
# Clauses the two texts have that bind the software; a lost one must not pass unseen.
EXPECTED = {"LD": 83, "TW": 28}
# What `qeval templates` writes for a unit; one that is written is proved by test_what_goes_out_is_written.
SENT = {"bieu-mau/<đơn vị>/<đơn vị>_<quý>.xlsx", "bieu-mau/<đơn vị>/to-trinh-<đơn vị>.docx",
        "bieu-mau/<đơn vị>/bien-ban-<đơn vị>.docx"}


def _ids(items: list[Any]) -> list[str]:
    return [item["id"] for item in items]


# --- Each clause ------------------------------------------------------------------------------------------------------
def test_every_clause_is_there_once_and_says_only_what_is_known():
    assert Counter(item["source"] for item in CLAUSES) == EXPECTED
    assert len(set(_ids(CLAUSES))) == len(CLAUSES)
    for item in CLAUSES:
        assert item.keys() <= KEYS and {"id", "source", "where", "kind", "text"} <= item.keys(), item["id"]
        assert set(item.get("rules", ())) <= RULES.keys(), item["id"]


@pytest.mark.parametrize("clause", CLAUSES, ids=_ids(CLAUSES))
def test_a_clause_is_carried_or_says_why_not(clause):
    kind = make_clauses.state(clause)
    parts = {RULES[rule]["part"] for rule in clause.get("rules", ())}
    if kind == "outside":
        assert not clause.get("code") and clause["outside"].endswith("."), "outside or carried, not both"
    if clause.get("later"):
        assert parts & LATER, "only what rests on a rule of E or F may be left for later"
    if kind == "carried":
        assert not clause.get("outside")


def test_a_clause_with_neither_is_refused():
    for clause in ({"id": "x"}, {"id": "x", "code": ["a"]}, {"id": "x", "tests": ["a"]}):
        with pytest.raises(ValueError, match="neither function and test nor a reason"):
            make_clauses.state(clause)


def test_the_page_is_what_the_script_makes():
    assert make_clauses.PAGE.read_text("utf-8") == make_clauses.page(DATA), "run: python docs/make_clauses.py"


# --- Each name --------------------------------------------------------------------------------------------------------
def _named(field: str) -> list[str]:
    return sorted({name for item in CLAUSES for name in item.get(field, ())})


@pytest.mark.parametrize("name", _named("code"))
def test_a_named_function_exists(name):
    module, _, path = name.partition(":")
    found = functools.reduce(getattr, path.split("."), importlib.import_module(module))
    assert callable(found) or isinstance(found, type)
    assert str(getattr(found, "__module__", module)).startswith("qeval_batch.")


@functools.cache
def _tests() -> frozenset[str]:
    """Every law case and every test function, as the data file names them."""
    names = set()
    for path in sorted((ROOT / "tests" / "law").rglob("*.yaml")):
        stem = path.relative_to(ROOT / "tests" / "law").with_suffix("").as_posix()
        names |= {f"{stem}: {case['name']}" for case in YAML(typ="safe", pure=True).load(path.read_text("utf-8"))}
    for path in sorted((ROOT / "tests").glob("test_*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        names |= {f"{path.name}::{node.name}" for node in tree.body
                  if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}
    return frozenset(names)


def test_named_tests_exist():
    wanted = {*_named("tests"), *(name for rule in RULES.values() for name in rule.get("tests", ()))}
    assert sorted(wanted - _tests()) == []


def test_names_of_law_cases_are_told_apart():
    for path in (ROOT / "tests" / "law").rglob("*.yaml"):
        names = [case["name"] for case in YAML(typ="safe", pure=True).load(path.read_text("utf-8"))]
        assert len(names) == len(set(names)), path.name


@functools.cache
def _spec() -> Spec:
    return load_spec(FORMS, PERIOD.end)


@pytest.mark.parametrize("name", _named("forms"))
def test_a_named_form_exists(name):
    spec = _spec()
    form, *rest = name.split("/")
    if form == "danh-sach":
        assert rest[0] in spec.lists
        return
    node: Any = spec.forms[form]
    if rest:
        node = node.sheet(rest[0])
    if rest[1:]:
        node = node.block(rest[1])
    if rest[2:]:
        assert node.field(rest[2]).label


def test_named_policy_values_exist():
    assert set(_named("policy")) - base_policy().entries.keys() == set()


def test_named_outputs_are_written_by_a_run_or_sent_out():
    batch = province()
    # With what the builders' province has none of: somebody the lower levels decide on, an assessing body's figures.
    first, *others = batch.result.officers
    officers = (dataclasses.replace(first, authority_class="C", scope=Scope.LOWER), *others)
    indicator = Indicator("DU-UBND", "Chỉ tiêu", "1", "1", RowRef("truc.xlsx", "Chỉ tiêu", 1))
    listed = dataclasses.replace(batch.result, officers=officers, indicators=(indicator,))
    planned = {job.path for job in plan(dataclasses.replace(batch, result=listed), "all")}
    commands = {f"qeval {name}" for name in cli.cli.commands}
    for name in _named("outputs"):
        pattern = re.sub(r"<[^>]*>", "*", name)
        assert name in SENT or name in commands or fnmatch.filter(planned, pattern), name


def test_what_goes_out_is_written(tmp_path):
    workspace = create(tmp_path / "w", created=DEMO_AS_OF)
    roster, _ = load_roster(workspace.roster, _spec(), PERIOD)
    unit = next(iter(roster.units))
    folder = write_templates(workspace, PERIOD, DEMO_AS_OF, only=unit).folder
    written = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    for name in SENT:
        assert name.removeprefix("bieu-mau/").replace("<đơn vị>", unit).replace("<quý>", str(PERIOD)) in written, name


# --- Each rule --------------------------------------------------------------------------------------------------------
def test_every_rule_of_parts_a_to_d_has_a_case():
    built = {ident for ident, rule in RULES.items() if rule["part"] in BUILT}
    assert built == {f"R{number:02d}" for number in (*range(1, 4), *range(10, 18), *range(20, 24), *range(30, 38),
                                                     *range(40, 44))}
    assert {ident for ident in built if not RULES[ident].get("tests")} == set()


def test_every_rule_is_the_rule_of_a_clause_or_of_what_holds_beside_it():
    of_clauses = {rule for item in CLAUSES for rule in item.get("rules", ())}
    # A tie (R43) and the explanation of a difference (R57) are readings no clause words; R16 to R37 are all worded.
    assert RULES.keys() - of_clauses == {"R43", "R57"}


# --- Each policy value --------------------------------------------------------------------------------------------------
class _Watched:
    """An entry of the policy that remembers its value was read; a citation alone is no reading."""

    def __init__(self, key: str, entry: DatedValue) -> None:
        self.key, self.entry = key, entry
        self.citation = entry.citation

    @property
    def value(self) -> Any:
        _READ.add(self.key)
        return self.entry.value


_READ: set[str] = set()


def _asked_in_code() -> frozenset[str]:
    """Keys some module reads: as an attribute of the policy, or chosen as a key (``QuotaKeys.rate``) and not cited."""
    return frozenset().union(*(_keys_in(path, cited=False) for path in PACKAGE.rglob("*.py")))


def _keys_in(path: Path, cited: bool) -> set[str]:
    """Where nothing is read by key (``policy.of``), a key that is named is only cited."""
    source = path.read_text("utf-8")
    tree = ast.parse(source)
    citing = {id(node) for call in _calls(tree, {"citation", "cite", "Line"}) for argument in call.args
              for node in ast.walk(argument)}
    return {key for node in ast.walk(tree) if isinstance(node, ast.Attribute)
            for key in _named_keys().get((ast.unparse(node.value).rpartition(".")[2], node.attr), ())
            if cited or (id(node) not in citing and (ast.unparse(node.value)[0].islower() or ".of(" in source))}


@functools.cache
def _named_keys() -> dict[tuple[str, str], frozenset[str]]:
    """How each key is written where it is read (``policy.quota.rate``) and where it is chosen (``QuotaKeys.rate``)."""
    parts = {name: part.section for name, part in vars(Policy).items() if isinstance(part, PolicyPart)}
    found = {}
    for part, section in {"policy": WholeKeys, **parts}.items():
        for name in section.__annotations__:
            key = getattr(section, name)
            keys = frozenset({key.name} if isinstance(key, PolicyKey) else {item.name for item in key.values()})
            found[part, name] = found[section.__name__, name] = keys
    return found


def _calls(tree: ast.AST, names: set[str]) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in names:
            yield node


@pytest.fixture(scope="module")
def read_by_rules() -> frozenset[str]:
    """Keys whose values the rules read while the law tables are decided."""
    return frozenset().union(*(item.read for item in _decided()))


def test_every_policy_value_is_read_somewhere(read_by_rules):
    parameters = read_parts(FORMS, PERIOD.end).parameters
    clauses = {key for key, parameter in parameters.items() if parameter.type == "clause"}
    read = read_by_rules | _asked_in_code()
    idle = parameters.keys() - read - clauses
    assert idle == DATA["later_policy"].keys(), "a value nobody reads is listed with what will read it, no other is"
    followed = set().union(*(_keys_in(path, cited=True) for path in (PACKAGE / "rules").glob("*.py")))
    assert clauses <= followed, "a clause that is only followed is cited at least"
    assert not clauses & read


def test_every_value_the_rules_read_decides_something(read_by_rules):
    """Put another value in its place and a law case comes out differently: no value is read for nothing."""
    parameters = read_parts(FORMS, PERIOD.end).parameters
    assert len(read_by_rules) > 30
    idle = [key for key in sorted(read_by_rules) if not _decides(key, parameters[key])]
    assert idle == []


def test_every_entry_of_the_excused_readings_decides_something():
    parameter = read_parts(FORMS, PERIOD.end).parameters["level.excused"]
    shipped = base_policy().level.excused
    for rule, now in shipped.items():
        others = [{**shipped, rule: option} for option in parameter.options if option != now]
        assert all(_differs("level.excused", other) for other in others), rule


def _decides(key: str, parameter: Any) -> bool:
    return any(_differs(key, other) for other in _others(key, parameter))


def _others(key: str, parameter: Any) -> Iterator[Any]:
    """Other values the policy could hold, far ones first: they show soonest."""
    value = base_policy().entries[key].value
    if parameter.type in ("decimal", "integer"):
        kind = int if parameter.type == "integer" else Decimal
        step = Decimal(1) if parameter.type == "integer" or (parameter.maximum or 0) > 1 else Decimal("0.01")
        for other in (parameter.minimum, parameter.maximum, Decimal(str(value)) + step, Decimal(str(value)) - step):
            if parameter.minimum <= other <= parameter.maximum and other != Decimal(str(value)):
                yield kind(other) if kind is int else str(other)
    elif parameter.type == "flag":
        yield not value
    elif parameter.type == "choice":
        yield from (option for option in parameter.options if option != value)
    elif parameter.type == "list":
        yield list(reversed(value))
        yield from ([item for item in value if item != gone] for gone in value)
    elif parameter.type == "map":
        names = list(value.values())
        for name, now in value.items():
            yield from ({**value, name: other} for other in (parameter.options or names) if other != now)
    else:
        yield "B" if key.startswith(("central", "authority")) else f"{value} khác"


def _differs(key: str, other: Any) -> bool:
    def changed(policy: Policy) -> Policy:
        entries = dict(policy.entries)
        entries[key] = entries[key].model_copy(update={"value": other})
        return dataclasses.replace(policy, entries=entries)

    return any(_outcome(item.case, changed) != item.outcome for item in _decided()
               if key in item.read and key not in item.case.get("policy", {}))


@functools.cache
def _law() -> tuple[Any, ...]:
    return tuple(test_rules_law.cases())


@dataclasses.dataclass(frozen=True)
class _Decided:
    """A law case as it stands: what comes out, and which values were read on the way."""

    case: Mapping[str, Any]
    outcome: Any
    read: frozenset[str]


@functools.cache
def _decided() -> tuple[_Decided, ...]:
    """The law tables, small cases first: most values show in one of those."""
    found = []
    for case in sorted(_law(), key=lambda item: _size(item["input"])):
        _READ.clear()
        outcome = _outcome(case, _watched)
        found.append(_Decided(case, outcome, frozenset(_READ)))
    return tuple(found)


def _watched(policy: Policy) -> Policy:
    return dataclasses.replace(policy, entries={key: _Watched(key, entry) for key, entry in policy.entries.items()})


def _size(given: Mapping[str, Any]) -> int:
    tasks = (given.get("collective") or {}).get("tasks", ())
    return sum(task.get("n", 1) for task in tasks) + given.get("fill", 0)


def _outcome(case: Mapping[str, Any], change: Any) -> Any:
    """What a law case comes out as under a changed policy; a policy that cannot be decided on is a difference too."""
    real = test_rules_law.policy_with
    try:
        test_rules_law.policy_with = lambda values=None: change(real(values))
        return test_rules_law.outcome(case)
    except (ValueError, KeyError) as refused:
        return repr(refused)
    finally:
        test_rules_law.policy_with = real
