"""How often the COVID effect is right: simulated series, seeded, through the product's own ladder and fit.

`python -m tests.simulation.covid` prints the tables in Markdown. A cell is one monthly mean with one dispersion, 60
months before and 12 after; counts are Poisson, or negative binomial with variance phi times the mean.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from transforms.periods import period
from transforms.statistics.covid.exact import exact_forecast
from transforms.statistics.covid.ladder import Plan, choose
from transforms.statistics.covid.loglinear import Array, fit_poisson
from transforms.statistics.covid.predictive import expectation
from transforms.statistics.estimate import Refusal
from transforms.statistics.multiplicity import holm
from transforms.statistics.series import Series, series_from

SEED = 20_200_311
MEANS = (1, 2, 5, 20, 50)
PHIS = (1, 2)
PRE_MONTHS, POST_MONTHS = 60, 12
SECTION = 10
FIRST = period("2015-01")


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """How the mean moves: factor a year, and height of the yearly wave as a share of the mean."""

    name: str
    yearly: float = 1.0
    wave: float = 0.0

    def means(self, mean: float) -> Array:
        """Means of all months; `mean` is that of the first month after the pre-period, without its wave."""
        month = np.arange(PRE_MONTHS + POST_MONTHS, dtype=float)
        trend = self.yearly ** ((month - PRE_MONTHS) / 12)
        found: Array = mean * trend * (1 + self.wave * np.sin(2 * np.pi * month / 12))
        return found


FLAT = Course(name="level")
MOVING = Course(name="+5 % a year, wave 30 %", yearly=1.05, wave=0.3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcomes:
    """Of each simulated series: whether the total lay inside, below or above the interval, and its p; NaN refused."""

    is_inside: Array
    is_below: Array
    p: Array
    rungs: dict[str, int]

    @property
    def coverage(self) -> float:
        """Share of the answered series whose total lay inside."""
        return float(np.nanmean(self.is_inside))

    @property
    def false_effects(self) -> float:
        """Share of series called an effect after Holm among sections of ten."""
        sections = np.nan_to_num(self.p, nan=1.0)[: len(self.p) // SECTION * SECTION].reshape(-1, SECTION)
        return float(np.mean([[adjusted < 0.05 for adjusted in holm(list(section))] for section in sections]))

    @property
    def false_sections(self) -> float:
        """Share of sections of ten with at least one effect after Holm."""
        sections = np.nan_to_num(self.p, nan=1.0)[: len(self.p) // SECTION * SECTION].reshape(-1, SECTION)
        return float(np.mean(sections.min(axis=1) * SECTION < 0.05))

    @property
    def found_falls(self) -> float:
        """Share of series whose total lay below the interval."""
        return float(np.nanmean(self.is_below))


def simulated(means: Array, phi: float, series: int, generator: np.random.Generator) -> Array:
    """Counts (series, months) with these means and variance phi times the mean."""
    shape = (series, len(means))
    if phi == 1:
        return generator.poisson(means, shape).astype(float)
    return generator.negative_binomial(means / (phi - 1), 1 / phi, shape).astype(float)


def outcomes(
    mean: float, phi: float, *, series: int, course: Course = FLAT, effect: float = 1.0, seed: int = SEED
) -> Outcomes:
    """Simulate and answer; `effect` multiplies the means after the pre-period."""
    generator = np.random.default_rng([seed, round(100 * mean), round(100 * phi), round(100 * effect)])
    means = course.means(mean)
    means[PRE_MONTHS:] *= effect
    counts = simulated(means, phi, series, generator)
    is_inside, is_below, p = (np.full(series, np.nan) for _ in range(3))
    rungs: dict[str, int] = {}
    for key, places, plans in _by_plan(counts):
        rungs[key] = len(places)
        lower, upper, found = _answers(plans)
        total = np.array([plan.post.values.sum() for plan in plans])
        is_inside[places] = (lower <= total) & (total <= upper)
        is_below[places] = total < lower
        p[places] = found
    return Outcomes(is_inside=is_inside, is_below=is_below, p=p, rungs=rungs)


def _by_plan(counts: Array) -> Iterator[tuple[str, list[int], list[Plan]]]:
    """Series by the rung and season that the product's ladder chooses for them, so that each kind is one batch."""
    groups: dict[str, tuple[list[int], list[Plan]]] = defaultdict(lambda: ([], []))
    for place, row in enumerate(counts):
        plan = choose(_series(row[:PRE_MONTHS], 0), _series(row[PRE_MONTHS:], PRE_MONTHS))
        if isinstance(plan, Refusal):
            continue
        places, plans = groups[f"{plan.rung}, {plan.season}" if plan.is_model else plan.rung]
        places.append(place)
        plans.append(plan)
    for key, (places, plans) in sorted(groups.items()):
        yield key, places, plans


def _series(counts: Array, month: int) -> Series:
    return series_from(FIRST.shifted(month), [float(count) for count in counts])


def _answers(plans: list[Plan]) -> tuple[Array, Array, Array]:
    """Bounds and p of the totals of plans with one design, from one batched fit."""
    first = plans[0]
    post = np.array([plan.post.values for plan in plans])
    if not first.is_model:
        answered = [
            exact_forecast(plan, np.ones((1, len(row))), np.array([row.sum()]), 0.95)
            for plan, row in zip(plans, post, strict=True)
        ]
        return tuple(np.array([getattr(found, name)[0] for found in answered]) for name in ("lower", "upper", "p"))  # type: ignore[return-value]  # three of them
    design, ahead = first.terms.matrix(first.pre.periods), first.terms.matrix(first.post.periods)
    fit = fit_poisson(np.array([plan.pre.values for plan in plans]), design, np.zeros(len(design)))
    found = expectation(fit, ahead, np.zeros(len(ahead)), np.ones((1, len(ahead))))
    lower, upper = found.interval(0.95)
    p = found.p_values(post.sum(axis=1, keepdims=True))
    return lower[:, 0], upper[:, 0], np.where(fit.is_found, p[:, 0], np.nan)


def coverage_table(series: int) -> str:
    """Markdown: coverage and false effects by mean, dispersion and course."""
    lines = [
        "| mean a month | φ | course | series | coverage of 95 % | effects after Holm | sections with one | rungs |",
        "|---:|---:|---|---:|---:|---:|---:|---|",
    ]
    for course in (FLAT, MOVING):
        for mean in MEANS:
            for phi in PHIS:
                found = outcomes(mean, phi, series=series, course=course)
                used = "; ".join(f"{key} {count / series:.0%}" for key, count in found.rungs.items())
                lines.append(
                    f"| {mean} | {phi} | {course.name} | {series} | {found.coverage:.1%} | {found.false_effects:.1%} "
                    f"| {found.false_sections:.1%} | {used} |"
                )
    return "\n".join(lines)


def power_table(series: int) -> str:
    """Markdown: how often a fall to one half is found in one series, unadjusted."""
    lines = ["| mean a month | φ | course | a fall by half is found |", "|---:|---:|---|---:|"]
    for course in (FLAT, MOVING):
        for mean in MEANS:
            for phi in PHIS:
                found = outcomes(mean, phi, series=series, course=course, effect=0.5)
                lines.append(f"| {mean} | {phi} | {course.name} | {found.found_falls:.1%} |")
    return "\n".join(lines)


def main(series: int) -> None:
    """Print both tables."""
    sys.stdout.write(f"{coverage_table(series)}\n\n{power_table(series)}\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 4000)
