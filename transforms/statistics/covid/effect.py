"""Effect of the COVID period on one series of registered counts: observed against what the years before let expect.

The pre-period alone is fitted and then frozen. The figure speaks of what was registered, never of how many victims
there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np

from transforms.errors import WrongArguments
from transforms.messages import said
from transforms.periods import Period, PhaseCalendar, Stretch
from transforms.statistics.covid.answer import Asked, answer, refusal_of
from transforms.statistics.covid.exact import exact_forecast, years_of
from transforms.statistics.covid.forecast import Fitted, Forecast, fitted, loglinear_forecast, opinions
from transforms.statistics.covid.ladder import Plan, choose, choose_exact
from transforms.statistics.covid.loglinear import Array
from transforms.statistics.covid.sums import Sums, sums_of
from transforms.statistics.estimate import Estimate, Refusal
from transforms.statistics.series import Series

SEED = 20_200_311
"""Seed of the draws from the predictive distribution; they are taken only where corrected counts come as draws."""


def covid_effect(
    series: Series,
    *,
    pre: Stretch,
    post: Stretch,
    phases: PhaseCalendar | None = None,
    breaks: Sequence[Period] = (),
    covered_to: date | None = None,
    complete_to: Period | None = None,
    observed_draws: Array | None = None,
    level: float = 0.95,
    seed: int = SEED,
) -> Estimate:
    """Registered counts of the stretch `post` less the expected ones, with a prediction interval.

    The method is the finest that the counts carry (`ladder`), per head where the series has a population. `breaks`:
    first periods after a change of coverage or definition. `covered_to`: last day the data cover, a period still
    running then is left out. `complete_to`: last period that late reports hardly change any more, later ones are
    left out. `observed_draws` (replicates, periods of the series): delay-corrected counts, NaN where the count itself
    stands; their spread widens the interval, and `complete_to` then bounds nothing that has draws.
    `details`: observed, expected, excess, se_pred, phi, rate_ratio and their bounds, by_period, phases, opinions,
    spread, cautious, recovery, rung, reason. Raises WrongArguments where `pre` and `post` overlap or
    draws have a wrong shape.
    """
    if pre.last.first_month + pre.last.months > post.first.first_month:
        raise WrongArguments("The pre-period must end before the period to be compared begins.")
    if observed_draws is not None and (observed_draws.ndim != 2 or observed_draws.shape[1] != len(series.periods)):
        raise WrongArguments("The draws need one column for each period of the series.")
    basis = {"pre_months": float(pre.months), "post_months": float(post.months)}
    parts = _cut(series, pre, post, _limit(series, covered_to, complete_to, observed_draws))
    if isinstance(parts, Refusal):
        return refusal_of(parts.code, parts.reason, basis)
    planned = _planned(parts[0], parts[1], tuple(breaks))
    if isinstance(planned, Refusal):
        return refusal_of(planned.code, planned.reason, basis)
    plan, model = planned
    drawn = _draws_of(plan, series, observed_draws)
    sums = sums_of(plan.post, phases, drawn)
    asked = Asked(pre=pre, post=post, level=level, seed=seed, is_cut=parts[2])
    if model is not None:
        found = loglinear_forecast(model, sums.matrix, sums.observed, level)
        return answer(plan, sums, found, opinions(plan, model, sums.matrix[:1]), asked, drawn)
    found = exact_forecast(plan, sums.matrix, sums.observed, level)
    if years_of(plan).counts.sum() == 0:
        return _nothing_before(plan, sums, found, basis)
    return answer(plan, sums, found, (), asked, drawn)


def _cut(series: Series, pre: Stretch, post: Stretch, limit: date) -> tuple[Series, Series, bool] | Refusal:
    """Pre-period, complete part of the period, and whether an incomplete part was left out."""
    before, after = series.within(pre), series.within(post)
    if before is None or not before.known:
        return Refusal(code="no_pre_period", reason=said("The series has no counts before the period."))
    if before.periods[-1].end > limit:
        return Refusal(code="pre_incomplete", reason=said("The years before are not complete yet."))
    if after is None or not after.known:
        return Refusal(code="no_post_period", reason=said("The series has no counts in the period."))
    usable = after.until(limit)
    if usable is None or not usable.known:
        return Refusal(code="still_incomplete", reason=said("The period is not complete yet: late reports follow."))
    return before, usable, usable.periods != after.periods


def _planned(before: Series, after: Series, breaks: tuple[Period, ...]) -> tuple[Plan, Fitted | None] | Refusal:
    """The rung and, for a model, its fit; the exact comparison where the model has no finite solution."""
    plan = choose(before, after, breaks)
    if isinstance(plan, Refusal) or not plan.is_model:
        return plan if isinstance(plan, Refusal) else (plan, None)
    model = fitted(plan)
    if model is not None:
        return plan, model
    exact = choose_exact(before, after, breaks)
    return exact if isinstance(exact, Refusal) else (exact, None)


def _nothing_before(plan: Plan, sums: Sums, found: Forecast, basis: dict[str, float]) -> Estimate:
    """Refused, but told how many would have been more than none before lets expect."""
    text = said("No event was registered in the years before, so there is nothing to compare with.")
    told = {"observed": float(sums.observed[0]), "predicted_upper": float(found.upper[0]), "rung": plan.rung}
    return replace(refusal_of("no_pre_events", text, basis), details=told)


def _limit(series: Series, covered_to: date | None, complete_to: Period | None, draws: Array | None) -> date:
    """Last day up to which counts may be used."""
    limits = [series.periods[-1].end]
    if covered_to is not None:
        limits.append(covered_to)
    if complete_to is not None:
        drawn = () if draws is None else np.flatnonzero(np.isfinite(draws).all(axis=0))
        reaching = [series.periods[place].end for place in drawn]
        limits.append(max([complete_to.end, *reaching]))
    return min(limits)


def _draws_of(plan: Plan, series: Series, draws: Array | None) -> Array | None:
    """Draws (replicates, periods of the plan's post-period), summed to its frequency; counts fill what has none."""
    if draws is None:
        return None
    filled = np.where(np.isfinite(draws), draws, series.values)
    start = np.array([part.first_month for part in series.periods])
    columns = [
        filled[:, (start >= part.first_month) & (start < part.first_month + part.months)].sum(axis=1)
        for part in plan.post.periods
    ]
    return np.column_stack(columns)
