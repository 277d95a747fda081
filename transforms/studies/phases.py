"""Each later phase against the one before the pandemic: who detected, and who was detected."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from transforms.codes import TOTAL, UNSPECIFIC
from transforms.messages import said
from transforms.statistics import composition
from transforms.statistics.covid import detection
from transforms.statistics.covid.comparators import BeforeAfter
from transforms.statistics.estimate import Estimate, refused
from transforms.statistics.multiplicity import holm_among
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

REST = "rest"
"""Stands for the codes of which a count is withheld, together."""
FEWEST_CODES = 2

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
            yield f"composition:{table.dimension}:{phase.key}", _composition(table, before, during, question)


def _detection(table: Counts, before: _Counts, during: _Counts, phase: str, question: Question) -> Estimate:
    joined = _joined(before, during)
    if joined is None:
        return _withheld(detection.METHOD, "events")
    codes = [code for code in joined if code != TOTAL]
    groups = {code: group for code, group in GROUPS.get(table.dimension, {}).items() if code in codes}
    return detection.detection_change(
        {code: joined[code] for code in codes},
        total=joined[TOTAL],
        months_before=question.phase_months[BASE],
        months_during=question.phase_months[phase],
        groups=groups,
        level=question.level,
    )


def _composition(table: Counts, before: _Counts, during: _Counts, question: Question) -> Estimate:
    """Among those whose code is known: a shift in how often nothing is known is one of recording."""
    if table.is_several:
        text = said("A person can have several of these; a mix of answers is not a mix of persons.")
        return refused(composition.METHOD, "cramers_v", "several_answers_per_person", text)
    joined = _joined(before, during)
    if joined is None:
        return _withheld(composition.METHOD, "cramers_v")
    left_out = [joined.pop(code) for code in UNSPECIFIC if code in joined]
    total = joined.pop(TOTAL)
    return composition.composition_shift(
        {code: int(pair.before) for code, pair in joined.items()},
        {code: int(pair.during) for code, pair in joined.items()},
        persons_before=int(total.before - sum(pair.before for pair in left_out)),
        persons_during=int(total.during - sum(pair.during for pair in left_out)),
        level=question.level,
    )


def among_all_mixes(answered: Mapping[str, Estimate]) -> dict[str, Estimate]:
    """The composition answers with `p_holm` in their details: their p among all mixes that were compared (Holm).

    Refused ones are no tests and are not among them.
    """
    adjusted = holm_among({key: one for key, one in answered.items() if key.startswith("composition:")})
    return {
        key: replace(answered[key], details={**answered[key].details, "p_holm": p, "tests": len(adjusted)})
        for key, p in adjusted.items()
    }


def _joined(before: _Counts, during: _Counts) -> dict[str, BeforeAfter] | None:
    """Both counts of each code; the codes of which one is withheld together as `REST`, which the total tells.

    What the total leaves over is no secret: it is published. None where the total is withheld, fewer than two codes
    are known, or codes do not add up, as people with several answers make them do.
    """
    totals = before.get(TOTAL), during.get(TOTAL)
    known = {
        code: BeforeAfter(before=first, during=second)
        for code in before
        if code != TOTAL and (first := before[code]) is not None and (second := during.get(code, 0.0)) is not None
    }
    if totals[0] is None or totals[1] is None or len(known) < FEWEST_CODES:
        return None
    total = BeforeAfter(before=totals[0], during=totals[1])
    is_whole = len(known) == len(before) - 1
    rest = BeforeAfter(
        before=total.before - sum(pair.before for pair in known.values()),
        during=total.during - sum(pair.during for pair in known.values()),
    )
    if not is_whole and min(rest.before, rest.during) < 0:
        return None
    return {**known, **({} if is_whole else {REST: rest}), TOTAL: total}


def _withheld(method: str, unit: str) -> Estimate:
    return refused(method, unit, "withheld", said("Too many of its counts are withheld or not reported."))
