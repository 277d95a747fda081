"""Every question of an edition put to its counts; keys of the answers name the question and the series.

    trend:<series>                         covid:<series>               calendars:<indicator>
    detection:<dimension>:<phase>          composition:<dimension>:<phase>
    stringency:<indicator>                 comparators:<country>        evidence:<explanation>:<sign>
    nowcast:<indicator>                    rate:<indicator>:<year>      hidden_population

An answer is an estimate or a refusal with its reason; what cannot be asked at all, because the edition has no such
table, is not there. The answers are functions of the counts given: of released cells within an edition, of unprotected
ones for the analyst.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

import numpy as np

from transforms.errors import WrongArguments
from transforms.indicators.editions import MATCHED_KEY
from transforms.messages import said
from transforms.periods import Period, period
from transforms.statistics.covid.answer import METHOD, UNIT
from transforms.statistics.covid.calendars import calendar_sensitivity, stretches_of
from transforms.statistics.covid.comparators import PLACEBO_METHOD, placebo_ratio
from transforms.statistics.covid.effect import covid_effect
from transforms.statistics.covid.loglinear import Array
from transforms.statistics.covid.multiplicity import section_effects
from transforms.statistics.covid.stringency import stringency_association
from transforms.statistics.estimate import Check, Estimate, refused
from transforms.statistics.hidden_population import hidden_population
from transforms.statistics.nowcast.answer import nowcast
from transforms.statistics.nowcast.carrying import carrying
from transforms.statistics.nowcast.draws import final_count_draws
from transforms.statistics.series import Series
from transforms.statistics.trend import TREND, trend
from transforms.statistics.trend_family import section_trends
from transforms.studies.completeness import complete_until
from transforms.studies.explanations import evidence
from transforms.studies.late import corrected_rate
from transforms.studies.phases import BASE, among_all_mixes, phase_answers
from transforms.studies.question import Counts, Question
from transforms.studies.series_of_counts import finest_series

Answers = dict[str, Estimate]


def answers(tables: Sequence[Counts], question: Question) -> Answers:
    """All answers for these tables, in the order in which an edition tells them."""
    totals = [table for table in tables if table.dimensions == ("period",) and table.key != MATCHED_KEY]
    series = {
        table.key.removesuffix("_by_period"): (table, found)
        for table in totals
        if (found := finest_series(table)) is not None
    }
    effects = _effects(series, question)
    answered = _trends(series, question)
    answered |= {f"covid:{key}": effect for key, effect in section_effects(effects).items()}
    answered |= dict(_around_the_headline(series, effects, question))
    for table in tables:
        answered |= dict(phase_answers(table, question))
    answered |= among_all_mixes(answered)
    answered |= evidence(tables, question)
    if question.comparators:
        answered[f"comparators:{question.unit}"] = _against_others(question)
    if question.triangle is not None:
        answered[f"nowcast:{question.headline}"] = nowcast(question.triangle)
        answered |= {
            f"rate:{question.headline}:{late[0].code}": late[1]
            for table in totals
            if table.indicator == question.headline and (late := corrected_rate(table, question)) is not None
        }
    if question.captures is not None:
        answered["hidden_population"] = hidden_population(question.captures, level=question.level)
    return answered


def _against_others(question: Question) -> Estimate:
    """The country's detected victims before and during, against those of the countries that reported both years."""
    if question.unit not in question.comparators:
        text = said("The country itself did not report both years, so it cannot be set against others.")
        return refused(PLACEBO_METHOD, "ratio", "not_reported", text, comparators=float(len(question.comparators)))
    return placebo_ratio(question.unit, question.comparators, level=question.level)


def answers_by_code(tables: Sequence[Counts], question: Question) -> Answers:
    """Trend and COVID effect of every code of every breakdown, as `covid:victims_identified:form=forced_labour`.

    P is adjusted within each breakdown.
    """
    answered: Answers = {}
    for table in (table for table in tables if table.dimension):
        series = {
            f"{table.indicator}:{table.dimension}={code}": (table, found)
            for code in table.codes
            if (found := finest_series(table, code)) is not None
        }
        answered |= _trends(series, question)
        answered |= {f"covid:{key}": one for key, one in section_effects(_effects(series, question)).items()}
    return answered


def _trends(series: Mapping[str, tuple[Counts, Series]], question: Question) -> Answers:
    found = {key: _trend(table, one, question) for key, (table, one) in series.items()}
    return {f"trend:{key}": one for key, one in section_trends(found).items()}


def _trend(table: Counts, series: Series, question: Question) -> Estimate:
    """The trend, refused of sums over other countries or other organisations in each period."""
    if table.is_unsteady:
        return _other_countries(TREND, "pct_per_year")
    if table.is_uneven:
        text = said("Organisations joined and left the data set, so its years cannot be read as a trend.")
        return refused(TREND, "pct_per_year", "coverage_differs", text)
    return trend(series, breaks=table.breaks, complete_until=_complete_until(table, question))


def _other_countries(method: str, unit: str) -> Estimate:
    text = said("The sums are over other countries in each period, so they cannot be compared along time.")
    return refused(method, unit, "countries_differ", text)


def _complete_until(table: Counts, question: Question) -> date | None:
    """Day up to which late registrations hardly change the counts any more; None where nothing is known of them."""
    return complete_until(question.triangle) if question.triangle is not None and table.is_delayed else None


def _effects(series: Mapping[str, tuple[Counts, Series]], question: Question) -> Answers:
    found: Answers = {}
    for key, (table, counts) in series.items():
        if _reaches(counts, question) and table.is_unsteady:
            found[key] = _other_countries(METHOD, UNIT)
        elif _reaches(counts, question):
            pre, post = stretches_of(question.calendar, counts)
            inside = [b for b in table.breaks if b.first_month > post.first.first_month and post.holds(b)]
            found[key] = covid_effect(
                _until(counts, inside),
                pre=pre,
                post=post,
                phases=question.calendar,
                breaks=table.breaks,
                complete_to=_complete_to(counts, _complete_until(table, question)),
                observed_draws=_corrected(counts, question) if key == question.headline and not inside else None,
                level=question.level,
            )
            if inside:
                found[key] = _cut_at(found[key], min(inside))
    return found


def _until(counts: Series, breaks: Sequence[Period]) -> Series:
    """The series up to the first of these breaks: what comes after cannot be told from an effect."""
    kept = counts.until(min(breaks).start - timedelta(days=1)) if breaks else counts
    return kept or counts


def _cut_at(effect: Estimate, first: Period) -> Estimate:
    check = Check(
        key="no_break_inside",
        is_met=False,
        said=said("The series breaks in {period}; only the time before that is compared.", period=first.code),
    )
    return replace(effect, checks=(*effect.checks, check))


def _complete_to(counts: Series, last: date | None) -> Period | None:
    """Last period of the series that ended by that day; the one before the series where none did."""
    if last is None:
        return None
    ended = [part for part in counts.periods if part.end <= last]
    return ended[-1] if ended else counts.periods[0].shifted(-1)


def _corrected(counts: Series, question: Question) -> Array | None:
    """Draws of the final counts of the months that are still coming in, one column per period of the series.

    Only months of the series itself are corrected: one that is withheld or not reported has no column to fill.
    """
    triangle = question.triangle
    if triangle is None or triangle.step != counts.frequency or carrying(triangle) is not triangle:
        return None
    try:
        drawn = final_count_draws(triangle)
    except WrongArguments:
        return None
    places = {code: place for place, code in enumerate(triangle.codes)}
    found = np.full((len(drawn), len(counts.periods)), np.nan)
    for column, (part, count) in enumerate(zip(counts.periods, counts.counts, strict=True)):
        if count is not None and part.end > complete_until(triangle) and part.code in places:
            found[:, column] = drawn[:, places[part.code]]
    return found if np.isfinite(found).any() else None


def _around_the_headline(
    series: Mapping[str, tuple[Counts, Series]], effects: Mapping[str, Estimate], question: Question
) -> Iterator[tuple[str, Estimate]]:
    """Other calendars, and the strictness of measures, beside the effect on the headline."""
    effect = effects.get(question.headline)
    if effect is None or effect.refusal is not None:
        return
    counts = series[question.headline][1]
    if question.calendars:
        every = {BASE: question.calendar, **question.calendars}
        yield f"calendars:{question.headline}", calendar_sensitivity(counts, every, level=question.level)
    if question.stringency:
        rows = [row for row in effect.details["by_period"] if row["expected"] > 0]
        parts = [(row, _mean(question.stringency, row["period"])) for row in rows]
        known = [(row, index) for row, index in parts if index is not None]
        yield (
            f"stringency:{question.headline}",
            stringency_association(
                [row["observed"] for row, _ in known],
                [row["expected"] for row, _ in known],
                [index for _, index in known],
                level=question.level,
            ),
        )


def _reaches(counts: Series, question: Question) -> bool:
    """Whether the counts begin before the pandemic and go on after it began."""
    first = question.calendar.phases[0]
    if first.end is None:
        return False
    end = counts.periods[-1]
    return counts.periods[0].first_month <= first.end.first_month < end.first_month + end.months - 1


def _mean(index: Mapping[Period, float], code: str) -> float | None:
    months = [index.get(month) for month in period(code).parts("month")]
    known = [value for value in months if value is not None]
    return sum(known) / len(known) if len(known) == len(months) else None
