"""Each later phase against the one before the pandemic: who detected, and who was detected."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from transforms.codes import TOTAL, UNSPECIFIC
from transforms.messages import said
from transforms.statistics import composition
from transforms.statistics.covid import detection
from transforms.statistics.covid.comparators import BeforeAfter
from transforms.statistics.estimate import Estimate, refused
from transforms.studies.question import Counts, Question

BASE = "pre_pandemic"
DETECTION = ("identification_channel", "identified_by")
"""Breakdowns whose codes are those who detected."""
COMPOSITION = ("sex", "age_class", "form", "identification_channel")
"""Breakdowns whose mix is compared."""
GROUPS: Mapping[str, Mapping[str, str]] = {
    "identification_channel": {
        "self_report": "self_report",
        "tip": "tip",
        "police": "inspection",
        "border": "inspection",
        "labour_inspection": "inspection",
    }
}
"""Channels that mean the same when they fall: fewer self-reports are not fewer tips, nor fewer inspections."""

_Counts = Mapping[str, float | None]


def phase_answers(table: Counts, question: Question) -> Iterator[tuple[str, Estimate]]:
    """`detection:<dimension>:<phase>` and `composition:<dimension>:<phase>` of a table of the headline."""
    months = question.phase_months
    if table.indicator != question.headline or BASE not in months:
        return
    before = table.by_code(BASE)
    for phase in question.calendar.phases[1:]:
        during = table.by_code(phase.key)
        if not (before and during) or phase.key not in months:
            continue
        if table.dimension in DETECTION:
            yield f"detection:{table.dimension}:{phase.key}", _detection(table, before, during, phase.key, question)
        if table.dimension in COMPOSITION:
            yield f"composition:{table.dimension}:{phase.key}", _composition(before, during, question)


def _detection(table: Counts, before: _Counts, during: _Counts, phase: str, question: Question) -> Estimate:
    if _is_withheld(before, during):
        return _withheld(detection.METHOD, "events")
    codes = [code for code in before if code != TOTAL]
    groups = {code: group for code, group in GROUPS.get(table.dimension, {}).items() if code in codes}
    return detection.detection_change(
        {code: _pair(before, during, code) for code in codes},
        total=_pair(before, during, TOTAL),
        months_before=question.phase_months[BASE],
        months_during=question.phase_months[phase],
        groups=groups,
        level=question.level,
    )


def _composition(before: _Counts, during: _Counts, question: Question) -> Estimate:
    """Among those whose code is known: a shift in how often nothing is known is one of recording."""
    if _is_withheld(before, during):
        return _withheld(composition.METHOD, "cramers_v")
    known = [
        {code: int(n or 0) for code, n in side.items() if code not in (TOTAL, *UNSPECIFIC)} for side in (before, during)
    ]
    unknown = [sum(int(side.get(code) or 0) for code in UNSPECIFIC) for side in (before, during)]
    return composition.composition_shift(
        *known,
        persons_before=int(before[TOTAL] or 0) - unknown[0],
        persons_during=int(during[TOTAL] or 0) - unknown[1],
        level=question.level,
    )


def _specific(side: _Counts) -> dict[str, int]:
    return {code: int(count or 0) for code, count in side.items() if code not in (TOTAL, *UNSPECIFIC)}


def _is_withheld(*sides: _Counts) -> bool:
    return any(None in side.values() or TOTAL not in side for side in sides)


def _withheld(method: str, unit: str) -> Estimate:
    return refused(method, unit, "withheld", said("Some of its counts are withheld or not reported."))


def _pair(before: _Counts, during: _Counts, code: str) -> BeforeAfter:
    return BeforeAfter(before=before.get(code) or 0.0, during=during.get(code) or 0.0)
