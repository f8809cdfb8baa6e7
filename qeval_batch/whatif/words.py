"""How a trial is worded, once for terminal, workbook and page: policy values, standings, reasons, counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from qeval_batch import messages
from qeval_batch.core.say import say
from qeval_batch.model.batch import Batch
from qeval_batch.model.results import Flag, OfficerResult
from qeval_batch.render import wording
from qeval_batch.render.counting import STATUSES, Tally
from qeval_batch.render.tables.policy_words import value_words
from qeval_batch.spec.load import Spec
from qeval_batch.whatif.compare import OfficerChange, Reason, UnitChange
from qeval_batch.whatif.overlay import Replacement

_ARROW = " → "
_ABSENT = "không có"


def differing(spec: Spec, item: Replacement) -> tuple[str, str]:
    """Both values in the policy's words; of maps only the entries that differ."""
    before, after = item.before, item.after
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        keys = [key for key in (*before, *(key for key in after if key not in before))
                if before.get(key) != after.get(key)]
        if keys:
            before, after = ({key: side[key] for key in keys if key in side} for side in (before, after))
    return value_words(spec, item.key, before, "; "), value_words(spec, item.key, after, "; ")


def standing(batch: Batch, item: OfficerResult) -> str:
    """`HTXS`, or the status in words with what is still possible."""
    if item.levels.proposed is not None:
        return wording.level_short(item.levels.proposed)
    text = wording.standing(batch, item)
    return f"{text} ({wording.levels_either(item.possible)})" if item.possible else text


def outcome(change: OfficerChange, before: Batch, after: Batch) -> str:
    """`HTT → HTXS`; where the proposal stays, what moved below it: the computed or eligible level."""
    one, two = standing(before, change.before), standing(after, change.after)
    if one != two:
        return f"{one}{_ARROW}{two}"
    old, new = change.before.levels, change.after.levels
    moved = [f"{name} {_level(first)}{_ARROW}{_level(second)}" for name, first, second in
             ((say("whatif.words.computed"), old.computed, new.computed),
              (say("whatif.words.eligible"), old.eligible, new.eligible))
             if first != second]
    return say("whatif.words.still", level=one) + (f"; {', '.join(moved)}" if moved else "")


def _level(level: int | None) -> str:
    return say("whatif.words.none") if level is None else str(level)


def units(found: Iterable[UnitChange]) -> str:
    """`DV005: sát hạn → chậm; …`."""
    return "; ".join(f"{item.unit}: {wording.timeliness(item.before).lower()}{_ARROW}"
                     f"{wording.timeliness(item.after).lower()}" for item in found)


def flags(change: OfficerChange) -> list[str]:
    """`thêm: …`, `bớt: …`."""
    signed = (say("whatif.words.flag_gained"), change.flags_gained), (say("whatif.words.flag_lost"), change.flags_lost)
    return [f"{sign}: {_flag(flag)}" for sign, found in signed for flag in found]


def _flag(flag: Flag) -> str:
    text = messages.words()["flag"][flag.value]
    return text[:1].lower() + text[1:]


def reason(item: Reason) -> str:
    """`trước: … → sau: …`, with the clause."""
    return say("whatif.words.step", citation=item.citation, before=item.before or _ABSENT, arrow=_ARROW,
               after=item.after or _ABSENT)


def parts(counts: Tally) -> dict[str, int]:
    """Levels and statuses by their short words, in the order of every table; zeroes too."""
    levels = {wording.level_short(level): number for level, number in counts.by_level.items()}
    return levels | {wording.status_words(status): counts.by_status[status] for status in STATUSES}


def change(before: int | None, after: int | None) -> str:
    """``2 → 3``; one figure where nothing changed; — where a side has none."""
    one, two = ("—" if number is None else str(number) for number in (before, after))
    return one if one == two else f"{one}{_ARROW}{two}"
