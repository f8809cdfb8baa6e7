"""Word papers of a run and the blank ones that go out: bytes in, nothing written; same values, same bytes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from qeval_batch.core.files import Barred, read_file
from qeval_batch.core.period import VIETNAM_TIME, Period
from qeval_batch.core.say import say
from qeval_batch.model.batch import Batch
from qeval_batch.model.results import OfficerResult
from qeval_batch.model.roster import Officer, Signature, Unit
from qeval_batch.render.letters import context, forms
from qeval_batch.render.letters.forms import LetterStage
from qeval_batch.spec.load import Spec
from qeval_batch.spec.yamlio import SpecError, SpecProblem
from qeval_batch.spreadsheet.limits import MAX_FILE_BYTES

if TYPE_CHECKING:
    from qeval_batch.procedure.ask import Inquiry

BTV, UNIT, MINUTES, MAU_8, MAU_7, RETURN = (
    "to-trinh-ban-thuong-vu.docx", "to-trinh-don-vi.docx", "bien-ban-don-vi.docx", "mau-8.docx", "mau-7.docx",
    "phieu-tra-lai.docx")
INQUIRY = "phieu-xin-y-kien.docx"
_UNIT_PAPER = {"head", "sign", "basis", "period", "unit"}

# What each template may name at its top level; `qeval forms check` refuses anything else.
TEMPLATE_VARIABLES: Mapping[str, frozenset[str]] = MappingProxyType({
    BTV: frozenset({"head", "sign", "basis", "period", "provisional", "intake", "scope", "levels", "statuses", "totals",
                    "quota", "groups", "level1", "level4", "cut", "review", "deferred", "waiting", "late", "named", "central",
                    "notes", "asks", "enclosures"}),
    UNIT: frozenset(_UNIT_PAPER | {"staff", "collective", "collective_note", "levels", "officers", "special", "enclosures"}),
    MINUTES: frozenset({"head", "basis", "period", "unit", "year", "short", "officers"}),
    MAU_8: frozenset({"head", "sign", "form_name", "period", "scope", "provisional", "proposal_label", "rows", "summary"}),
    MAU_7: frozenset({"head", "sign", "form_name", "period_title", "person", "general", "axes", "totals",
                      "texts", "authority", "products", "product_note"}),
    RETURN: frozenset({"head", "sign", "period", "title", "unit", "intro", "errors", "waits", "awaited", "warnings", "rest",
                       "consequence", "deadline", "how"}),
    INQUIRY: frozenset({"head", "sign", "period", "body", "opinions", "proposals", "own", "deadline"}),
})


class Letters:
    """The papers from the templates of one workspace; each template is compiled when first needed, then kept."""

    def __init__(self, templates_dir: Path) -> None:
        self._folder = templates_dir
        self._compiled: dict[str, Any] = {}

    def to_trinh_btv(self, batch: Batch) -> bytes:
        """Ban Tổ chức's Tờ trình to Ban Thường vụ (LD VII.2.2). SpecError when the template is missing or wrong."""
        return self._render(BTV, context.to_trinh_btv(batch), say("letters.letters.committee_letter"), batch.as_of)

    def to_trinh_unit(self, batch: Batch, unit_id: str) -> bytes:
        """A unit's Tờ trình filled with its own declarations. KeyError for a unit the roster does not hold."""
        return self._render(UNIT, forms.to_trinh_unit(batch, unit_id), say("letters.letters.unit_letter"), batch.as_of)

    def mau8(self, batch: Batch, officers: Sequence[OfficerResult], scope_title: str, stage: LetterStage = "proposed") -> bytes:
        """Mẫu 8 (Mẫu 6) of ``officers``, in the order given; ``stage`` "unit" shows the unit's own proposal."""
        return self._render(MAU_8, forms.mau8(batch, officers, scope_title, stage),
                            say("letters.letters.summary_table"), batch.as_of)

    def mau7(self, batch: Batch, officer: OfficerResult) -> bytes:
        """An officer's own Mẫu 7 (Mẫu 5 for class BCT-BBT)."""
        return self._render(MAU_7, forms.mau7(batch, officer), say("letters.letters.self_assessment"), batch.as_of)

    def inquiry(self, batch: Batch, asked: Inquiry) -> bytes:
        """The letter to a body asked for its opinion or its proposal (LD IX.1.1)."""
        from qeval_batch.render.letters.inquiry import inquiry

        return self._render(INQUIRY, inquiry(batch, asked), say("letters.letters.inquiry"), batch.as_of)

    def return_note(self, context: Mapping[str, Any], when: datetime) -> bytes:
        """The one-page note to a unit whose dossier goes back (LD VII.2.2), as ``render.replies.note`` words it."""
        return self._render(RETURN, context, say("letters.letters.return_note"), when)

    def blank_to_trinh(self, spec: Spec, period: Period, unit: Unit, officers: Sequence[Officer],
                       signatures: Sequence[Signature], units: Mapping[str, Unit] | None = None) -> bytes:
        """A unit's Tờ trình to be filled in; ``units`` names the body above where the roster gives one."""
        blank = forms.blank_to_trinh(spec, period, unit, officers, signatures, dict(units or {}))
        return self._render(UNIT, blank, say("letters.letters.unit_letter"), _first_moment(period))

    def blank_bien_ban(self, spec: Spec, period: Period, unit: Unit, officers: Sequence[Officer],
                       signatures: Sequence[Signature], units: Mapping[str, Unit] | None = None) -> bytes:
        """Minutes of the unit's evaluation meeting to be filled in by hand."""
        blank = forms.blank_bien_ban(spec, period, unit, officers, signatures, dict(units or {}))
        return self._render(MINUTES, blank, say("letters.letters.minutes"), _first_moment(period))

    def _render(self, name: str, context: Mapping[str, Any], title: str, when: datetime) -> bytes:
        return bytes(self._template(name).render(context, title, when))

    def _template(self, name: str) -> Any:
        if name not in self._compiled:
            from qeval_batch.render.letters.word import WordTemplate

            self._compiled[name] = WordTemplate(name, _read(self._folder / name))
        return self._compiled[name]


def check_template(path: Path) -> list[SpecProblem]:
    """What is wrong with one template of TEMPLATE_VARIABLES before any run needs it: unreadable, tags, unknown names."""
    from qeval_batch.render.letters.trial import trial_problems
    from qeval_batch.render.letters.word import WordTemplate

    try:
        template = WordTemplate(path.name, _read(path))
        asked = template.variables()
    except SpecError as error:
        return list(error.problems)
    known = TEMPLATE_VARIABLES[path.name]
    if asked <= known:
        cure = say("letters.word.not_filled_cure")
        return [*(SpecProblem(f"templates/{path.name}", 0, what, cure) for what in template.lost_words()),
                *trial_problems(template)]
    return [SpecProblem(f"templates/{path.name}", 0, say("letters.letters.unknown_name", name=name),
                        say("letters.letters.known_names", names=", ".join(sorted(known))))
            for name in sorted(asked - known)]


def _read(path: Path) -> bytes:
    try:
        return read_file(path, MAX_FILE_BYTES)
    except Barred as error:
        raise SpecError([SpecProblem(f"templates/{path.name}", 0, str(error))]) from error
    except OSError as error:
        raise SpecError([SpecProblem(f"templates/{path.name}", 0, say("letters.letters.template_missing"),
                                     say("letters.letters.template_missing_cure"))]) from error


def _first_moment(period: Period) -> datetime:
    return datetime(period.start.year, period.start.month, period.start.day, tzinfo=VIETNAM_TIME)
