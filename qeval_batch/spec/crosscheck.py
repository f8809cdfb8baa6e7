"""What one file says about another: citations, lists, forms and policy must fit together before anything runs."""

from __future__ import annotations

from collections.abc import Iterator

from qeval_batch.core.say import say
from qeval_batch.core.text import match_key
from qeval_batch.spec.check_forms import form_problems, unit_set_problems
from qeval_batch.spec.check_names import name_problems
from qeval_batch.spec.check_points import points_problems
from qeval_batch.spec.check_policy import policy_problems
from qeval_batch.spec.check_routing import routing_problems
from qeval_batch.spec.parts import DOCUMENTS_FILE, LISTS_FILE, FormParts
from qeval_batch.spec.yamlio import SpecProblem, YamlPath, walk


def cross_problems(parts: FormParts) -> Iterator[SpecProblem]:
    """Every contradiction between the files of ``parts``; a file that could not be read is not blamed twice."""
    for check in (_citations, _lists, form_problems, unit_set_problems, points_problems, policy_problems,
                  routing_problems, name_problems):
        yield from check(parts)


def _citations(parts: FormParts) -> Iterator[SpecProblem]:
    """Each ``citation.document`` leads to a document of van-ban.yaml."""
    if DOCUMENTS_FILE not in parts.documents:
        return
    known = {str(key) for key in parts.documents[DOCUMENTS_FILE].data}
    for document in parts.documents.values():
        for path, node in walk(document.data):
            cited = node.get("document") if path and path[-1] == "citation" else None
            if isinstance(cited, str) and cited not in known:
                yield document.problem([*path, "document"],
                                       say("spec.crosscheck.no_document", cited=cited, file=DOCUMENTS_FILE),
                                       say("spec.crosscheck.no_document_cure", names=", ".join(sorted(known)),
                                           file=DOCUMENTS_FILE))


def _lists(parts: FormParts) -> Iterator[SpecProblem]:
    """Options that can stand in a dropdown and cannot be taken for one another."""
    for name, choices in parts.lists.items():
        document = parts.documents[LISTS_FILE]
        taken: dict[str, str] = {}
        for index, option in enumerate(choices.options):
            place: YamlPath = (name, "options", index)
            if "," in option.label:
                yield document.problem([*place, "label"], say("spec.crosscheck.comma", label=option.label),
                                       say("spec.crosscheck.comma_cure"))
            own = {match_key(text) for text in (option.label, *option.aliases)}
            for text in sorted(own & taken.keys()):
                yield document.problem(place,
                                       say("spec.crosscheck.two_options", text=text, first=taken[text],
                                           second=option.code),
                                       say("spec.crosscheck.two_options_cure"))
            taken |= dict.fromkeys(own - taken.keys(), option.code)
        codes = [option.code for option in choices.options]
        for index, code in enumerate(codes):
            if code in codes[:index]:
                yield document.problem([name, "options", index],
                                       say("spec.crosscheck.code_twice", code=code, name=name),
                                       say("spec.crosscheck.code_twice_cure"))
