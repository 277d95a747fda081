"""How a sign of an explanation is read off counts: levels and their ratios by phase, shares by whole years."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from transforms.codes import TOTAL, UNSPECIFIC
from transforms.messages import said
from transforms.periods import Period, Phase
from transforms.statistics.covid.comparators import BeforeAfter, ratio_of_ratios
from transforms.statistics.estimate import Check, Estimate, refused
from transforms.statistics.rates import SMALLEST_BASE, rate_ratio
from transforms.studies.phases import BASE
from transforms.studies.question import PHASE, Counts, Question

METHOD = "explanation_evidence"
RESTRICTIONS = "restrictions"
RECOVERY = "recovery"
Direction = Literal["fall", "rise"]
SURE = 20
"""From this count on, a withheld count of the same code was withheld to protect another one, not because it is small.

Twice the largest threshold of the audiences. Below it, a year without the count cannot be left out: it is the small
counts that are missing, and what remains would be too high.
"""


def level_in_phases(table: Counts, codes: tuple[str, ...], question: Question) -> Estimate:
    """Persons a month of these codes under restrictions divided by those before, exact interval and p."""
    phases = _shown_phases(table, codes, question)
    if not phases:
        return _withheld()
    before, during = (_sum(table, places, codes) for places in ((BASE,), phases))
    if before == 0:
        return refused(METHOD, "ratio", "none_before", said("Before the pandemic there was none to compare with."))
    added = _across_break(table, codes, phases, question)
    if isinstance(added, Estimate):
        return added
    months = sum(question.phase_months[key] for key in phases)
    months_before = question.phase_months[BASE]
    found = [
        rate_ratio(count, months, before, months_before, level=question.level)
        for count in dict.fromkeys((during, during + added))
    ]
    return _told(found, table, codes, phases, is_broken=bool(added))


def ratio_in_phases(table: Counts, codes: tuple[str, ...], against: tuple[str, ...], question: Question) -> Estimate:
    """Change of these codes divided by the change of the others, from before to under restrictions."""
    every = (*codes, *against)
    phases = _shown_phases(table, every, question)
    if not phases:
        return _withheld()
    added = _across_break(table, every, phases, question)
    if isinstance(added, Estimate):
        return added
    unit, control = (
        BeforeAfter(before=_sum(table, (BASE,), part), during=_sum(table, phases, part)) for part in (codes, against)
    )
    pairs = [(unit, control)]
    if added:
        pairs += [(_with(unit, added), control), (unit, _with(control, added))]
    found = [ratio_of_ratios(one, other, level=question.level) for one, other in pairs]
    return _told(found, table, every, phases, is_broken=bool(added))


def share_in_years(table: Counts, code: str, times: tuple[str, str], question: Question) -> Estimate:
    """Odds of a code among the persons, whole years of the second time divided by those of the first.

    Several codes of one person do no harm: each person counts once, with the code or without it. A year counts to what
    held in more than half of its months. Persons of whom the characteristic is unknown are left out where their number
    is shown, else counted as without.
    """
    then, now = _years(table, times, question)
    if not then or not now:
        text = said("No whole years of both times are there to be compared.")
        return refused(METHOD, "ratio", "no_whole_years", text)
    cut = _within_breaks(then, now, table.breaks)
    if cut is None:
        return _broken()
    then, now = cut
    unspecific = _unspecific(table, (*then, *now))
    sides = []
    for years in (then, now):
        rows = [(year, _cell(table, year, code), _cell(table, year, TOTAL)) for year in years]
        shown = [(year, count, total) for year, count, total in rows if count is not None and total is not None]
        if not shown or (len(shown) < len(rows) and min(count for _, count, _ in shown) < SURE):
            return _withheld()
        unknown = sum(_cell(table, year, one) or 0 for year, _, _ in shown for one in unspecific)
        sides.append((shown, sum(r[1] for r in shown), sum(r[2] for r in shown) - unknown))
    if min(side[2] for side in sides) < SMALLEST_BASE:
        return refused(METHOD, "ratio", "small_base", said("Fewer than 20 persons stand behind one of the two."))
    (first, with_then, all_then), (second, with_now, all_now) = sides
    found = ratio_of_ratios(
        BeforeAfter(before=with_then, during=with_now),
        BeforeAfter(before=all_then - with_then, during=all_now - with_now),
        level=question.level,
    )
    if found.refusal is not None:
        return replace(found, method=METHOD)
    places = [year.code for year, _, _ in (*first, *second)]
    checks = Check(
        key="unknown_left_out",
        is_met=bool(unspecific) or not any(one in table.codes for one in UNSPECIFIC),
        said=said("Persons of whom it is not known are counted with the others."),
    )
    return replace(
        found,
        method=METHOD,
        checks=(*found.checks, checks),
        details={
            "p": found.details["p"],
            "then": [year.code for year, _, _ in first],
            "now": [year.code for year, _, _ in second],
            "cells": [[table.key, [place, one]] for place in places for one in (code, TOTAL, *unspecific)],
        },
    )


def _shown_phases(table: Counts, codes: Sequence[str], question: Question) -> tuple[str, ...]:
    """All phases of restrictions where all their counts are shown, else the longest single one; none at all: empty."""
    if any(table.by_code(BASE).get(code) is None for code in codes):
        return ()
    every = [phase.key for phase in _restrictions(question) if phase.key in question.phase_months]
    shown = [key for key in every if all(table.by_code(key).get(code) is not None for code in codes)]
    if not shown or len(shown) == len(every):
        return tuple(shown)
    return (max(shown, key=lambda key: question.phase_months[key]),)


def _restrictions(question: Question) -> tuple[Phase, ...]:
    return tuple(phase for phase in question.calendar.phases[1:] if phase.key != RECOVERY)


def _sum(table: Counts, phases: Sequence[str], codes: Sequence[str]) -> float:
    return float(sum(table.by_code(phase)[code] or 0 for phase in phases for code in codes))


def _across_break(table: Counts, codes: Sequence[str], phases: Sequence[str], question: Question) -> float | Estimate:
    """Persons of codes that are new since a break in the series, who may have stood under these codes before.

    0 without a break; a refusal where the break has left no new code behind, or their number is withheld.
    """
    calendar = {phase.key: phase for phase in question.calendar.phases}
    ends = [end for key in phases if (end := calendar[key].end) is not None]
    last = max((end.first_month for end in ends), default=12 * 9999)
    start = calendar[BASE].start.first_month
    if not any(start < step.first_month <= last for step in table.breaks):
        return 0.0
    before = table.by_code(BASE)
    new = [code for code, count in before.items() if count == 0 and code not in (TOTAL, *UNSPECIFIC, *codes)]
    counts = [table.by_code(phase).get(code, 0.0) for phase in phases for code in new]
    if not any(counts) or any(count is None for count in counts):
        return _broken()
    return float(sum(count or 0 for count in counts))


def _with(pair: BeforeAfter, added: float) -> BeforeAfter:
    return BeforeAfter(before=pair.before, during=pair.during + added)


def _told(
    found: Sequence[Estimate], table: Counts, codes: Sequence[str], phases: tuple[str, ...], *, is_broken: bool
) -> Estimate:
    """The first reading, with the bounds and the p of the least favourable one; p is 1 where they contradict."""
    first = found[0]
    failed = next((one for one in found if one.refusal is not None), None)
    if failed is not None:
        return replace(failed, method=METHOD)
    agree = len({(one.estimate or 0) < 1 for one in found}) == 1
    check = Check(
        key="break_looked_at",
        is_met=not is_broken,
        said=said("The series breaks in between: persons under codes that are new since are counted both ways."),
    )
    return replace(
        first,
        method=METHOD,
        lower=min(one.lower or 0.0 for one in found),
        upper=max(one.upper or 0.0 for one in found),
        checks=(*first.checks, check),
        details={
            "p": max(one.details["p"] for one in found) if agree else 1.0,
            "then": [BASE],
            "now": list(phases),
            "cells": [[table.key, [PHASE + phase, code]] for phase in (BASE, *phases) for code in codes],
        },
    )


def _years(table: Counts, times: tuple[str, str], question: Question) -> tuple[tuple[Period, ...], ...]:
    """Years of the table that count to each time."""
    held = {year: _held(year, question) for year in table.by_period("year")}
    return tuple(tuple(year for year, time in held.items() if time == wanted) for wanted in times)


def _held(year: Period, question: Question) -> str | None:
    """What held in more than half of the months of a year; None where the calendar does not say."""
    months: dict[str, int] = {}
    for month in year.parts("month"):
        key = question.calendar.phase_of(month)
        time = key if key in (None, BASE, RECOVERY) else RESTRICTIONS
        if time is not None:
            months[time] = months.get(time, 0) + 1
    return next((time for time, count in months.items() if 2 * count > year.months), None)


def _within_breaks(
    then: tuple[Period, ...], now: tuple[Period, ...], breaks: Sequence[Period]
) -> tuple[tuple[Period, ...], tuple[Period, ...]] | None:
    """The years between the last break before and the first one after; None where one lies between the two times."""
    at = [step.first_month for step in breaks]
    end, start = then[-1].first_month + 12, now[0].first_month
    if any(end <= month <= start for month in at):
        return None
    opened = max((month for month in at if month < end), default=0)
    closed = min((month for month in at if month > start), default=12 * 9999)
    kept = tuple(y for y in then if y.first_month >= opened), tuple(y for y in now if y.first_month + 12 <= closed)
    return kept if all(kept) else None


def _unspecific(table: Counts, years: Sequence[Period]) -> tuple[str, ...]:
    """Codes that name nothing, where their counts are shown in all these years; else none of them."""
    present = tuple(one for one in UNSPECIFIC if one in table.codes)
    return present if all(_cell(table, year, one) is not None for year in years for one in present) else ()


def _cell(table: Counts, year: Period, code: str) -> float | None:
    return table.cells.get((year.code, code))


def _withheld() -> Estimate:
    return refused(METHOD, "ratio", "withheld", said("Too many of its counts are withheld or not reported."))


def _broken() -> Estimate:
    text = said("The way of recording changed in between, so the two times cannot be compared.")
    return refused(METHOD, "ratio", "break_between", text)
