"""The effect as an `Estimate`: figures, interval, checks, the other models and their spread, by phase and by period."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from transforms.messages import Message, said
from transforms.periods import Stretch
from transforms.statistics.covid.exact import years_of
from transforms.statistics.covid.forecast import Forecast, Opinion
from transforms.statistics.covid.ladder import Plan
from transforms.statistics.covid.loglinear import Array
from transforms.statistics.covid.recovery import recovery
from transforms.statistics.covid.spread import largest_error, spread_of
from transforms.statistics.covid.sums import Sums
from transforms.statistics.estimate import Check, Estimate, refused

METHOD = "covid_effect"
UNIT = "events"
REPLICATES = 4000
CAVEATS = ("detection_is_not_prevalence",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was asked for, as the answer repeats it; `is_cut` where incomplete periods were left out."""

    pre: Stretch
    post: Stretch
    level: float
    seed: int
    is_cut: bool


def refusal_of(code: str, reason: Message, basis: dict[str, float]) -> Estimate:
    """The effect, refused."""
    return refused(METHOD, UNIT, code, reason, **basis)


def answer(
    plan: Plan, sums: Sums, found: Forecast, told: tuple[Opinion, ...], asked: Asked, drawn: Array | None
) -> Estimate:
    """Put the parts together; `drawn` (replicates, periods) widens the interval by the spread of corrected counts."""
    lower, upper = _excess_bounds(sums, found, asked, drawn)
    figures = [_figures(sums, found, row, lower[row], upper[row]) for row in range(len(sums.matrix))]
    course = recovery(
        sums.periods,
        sums.observed[sums.period_rows],
        found.plain_lower[sums.period_rows],
        found.plain_upper[sums.period_rows],
    )
    periods = [
        {
            "period": part.code,
            **figures[row],
            "plain_lower": float(found.plain_lower[row]),
            "plain_upper": float(found.plain_upper[row]),
        }
        for part, row in zip(sums.periods, sums.period_rows, strict=True)
    ]
    details: dict[str, Any] = {
        **figures[0],
        "model": found.method,
        "phi": found.phi,
        "rung": plan.rung,
        "reason": str(plan.reason),
        "passed_over": [str(message) for message in plan.passed_over],
        "season": plan.season,
        "pre": asked.pre.code,
        "post": asked.post.code,
        "used": f"{plan.post.periods[0].code}:{plan.post.periods[-1].code}",
        "phases": [{"phase": key, **figures[row]} for key, row in zip(sums.phases, sums.phase_rows, strict=True)],
        "by_period": periods,
        **spread_of(found, told, float(sums.observed[0]), asked.level),
        "recovery": {**course.to_json(), "said": str(course.said)},
    }
    if drawn is not None:
        details |= {"seed": asked.seed, "draws": len(drawn)}
    return Estimate(
        method=METHOD,
        estimate=figures[0]["excess"],
        lower=float(lower[0]),
        upper=float(upper[0]),
        level=asked.level,
        unit=UNIT,
        basis=_basis(plan, sums),
        checks=(*_checks(plan, sums, found, told, asked), Check(key="course", is_met=True, said=course.said)),
        caveats=CAVEATS,
        details=details,
    )


def _excess_bounds(sums: Sums, found: Forecast, asked: Asked, drawn: Array | None) -> tuple[Array, Array]:
    excess = sums.observed - found.expected
    if drawn is None:
        return np.minimum(sums.observed - found.upper, excess), np.maximum(sums.observed - found.lower, excess)
    generator = np.random.default_rng(asked.seed)
    chosen = np.resize(np.arange(len(drawn)), max(REPLICATES, len(drawn)))
    differences = np.nan_to_num(drawn)[chosen] @ sums.matrix.T - found.sample(generator, len(chosen))
    tails = np.quantile(differences, [(1 - asked.level) / 2, (1 + asked.level) / 2], axis=0)
    return np.minimum(tails[0], excess), np.maximum(tails[1], excess)


def _figures(sums: Sums, found: Forecast, row: int, lower: float, upper: float) -> dict[str, Any]:
    """Figures of one sum; a ratio to an expectation of nothing is left open."""
    observed, expected = float(sums.observed[row]), float(found.expected[row])
    at_most, at_least = max(float(observed - lower), 0.0), max(float(observed - upper), 0.0)
    return {
        "observed": observed,
        "expected": expected,
        "excess": observed - expected,
        "excess_lower": float(lower),
        "excess_upper": float(upper),
        "expected_lower": float(found.lower[row]),
        "expected_upper": float(found.upper[row]),
        "se_mean": float(found.se_mean[row]),
        "se_pred": float(found.se_pred[row]),
        "rate_ratio": observed / expected if expected > 0 else None,
        "rate_ratio_lower": observed / at_most if at_most > 0 else None,
        "rate_ratio_upper": observed / at_least if at_least > 0 else None,
        "p": float(found.p[row]),
    }


def _basis(plan: Plan, sums: Sums) -> dict[str, float]:
    values = plan.pre.values
    return {
        "pre_events": float(np.nansum(values)),
        "pre_periods": float(np.isfinite(values).sum()),
        "post_events": float(sums.observed[0]),
        "post_periods": float(len(sums.periods)),
    }


def _checks(plan: Plan, sums: Sums, found: Forecast, told: tuple[Opinion, ...], asked: Asked) -> tuple[Check, ...]:
    months = plan.post.periods[0].months
    used = sum(part.months for part in plan.post.periods)
    whole = not asked.is_cut and used == asked.post.months
    can_fall = float(found.lower[0]) > 0
    checks = [
        Check(key="rung", is_met=True, said=plan.reason),
        Check(
            key="whole_period",
            is_met=whole,
            said=said(
                "Part of the period asked for is left out: it is incomplete, or does not fill whole units of time."
            ),
        ),
        Check(
            key="all_reported",
            is_met=len(sums.periods) == used // months,
            said=said("Periods that were not reported are left out on both sides."),
        ),
        Check(
            key="fall_could_show",
            is_met=can_fall,
            said=said("Counts are so small that even none at all would not have been a clear fall."),
        ),
    ]
    if plan.is_model:
        is_robust = _concludes(sums, found, largest_error(found, told)[1], asked.level)
        checks.append(
            Check(
                key="holds_with_largest_error",
                is_met=is_robust,
                said=said("With the largest of the standard errors the conclusion would be another one."),
            )
        )
        checks.append(
            Check(
                key="negative_binomial_fits",
                is_met=any(opinion.model == "negative_binomial" for opinion in told),
                said=said("One of the second opinions, the negative binomial model, has no solution for these counts."),
            )
        )
        checks += [
            Check(key="break_modelled", is_met=True, said=said("A declared break is a step of the model."))
        ] * bool(plan.breaks)
    else:
        checks.append(
            Check(
                key="years_agree",
                is_met=not years_of(plan).differ,
                said=said("The years before differ by more than chance; their own spread is used."),
            )
        )
    return tuple(checks)


def _concludes(sums: Sums, found: Forecast, error: float, level: float) -> bool:
    """Whether an interval stretched to the largest standard error leads to the same conclusion."""
    observed, expected = float(sums.observed[0]), float(found.expected[0])
    stretch = error / float(found.se_pred[0])
    low = expected - stretch * (expected - float(found.lower[0]))
    high = expected + stretch * (float(found.upper[0]) - expected)
    is_inside = float(found.lower[0]) <= observed <= float(found.upper[0])
    return is_inside or not low <= observed <= high
