"""Rates that allow for age: directly standardised with two intervals, indirectly standardised ratio and rate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite, sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.stats import gamma

from transforms.errors import WrongArguments
from transforms.messages import said
from transforms.statistics.estimate import Check, Estimate, refused
from transforms.statistics.rates import FEWEST_EVENTS, PER_100K, byar_interval, poisson_interval

DOBSON = "standardised_dobson"
FAY_FEUER = "standardised_fay_feuer"
REPEATED = "standardised_dobson_repeated"
INDIRECT_RATIO = "indirect_ratio"
INDIRECT_RATE = "indirect_rate"

_ENOUGH = said("A standardised rate needs at least 10 events.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stratum:
    """Events and persons of one age group, and the persons of the same group in the standard population."""

    count: float
    persons: float
    standard: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceStratum:
    """Events and persons of one age group, and those of the same group in the reference population."""

    count: float
    persons: float
    reference_count: float
    reference_persons: float


def standardised_rate(strata: Sequence[Stratum], *, per: float = PER_100K, level: float = 0.95) -> Estimate:
    """Directly standardised rate with Dobson's interval around Byar's (Dobson et al., Statistics in Medicine 10, 1991).

    As English public-health bodies print it: refused below ten events, and for an age group without population.
    """
    return _dobson(DOBSON, strata, [stratum.count for stratum in strata], per, level)


def standardised_rate_of_repeated(
    strata: Sequence[Stratum], persons_with: Sequence[Sequence[float]], *, per: float = PER_100K, level: float = 0.95
) -> Estimate:
    """Directly standardised rate where one person can have several events.

    `persons_with[i][k]` is the number of persons of stratum i with k + 1 events; the variance of its count is then
    the sum of their squared numbers of events (Stukel et al., Statistics in Medicine 13, 1994).
    Raises WrongArguments where those persons do not add up to the events.
    """
    if len(persons_with) != len(strata) or not all(
        sum(k * n for k, n in enumerate(of, start=1)) == stratum.count
        for of, stratum in zip(persons_with, strata, strict=True)
    ):
        raise WrongArguments("Persons by number of events do not add up to the events of their group.")
    variances = [float(sum(k * k * n for k, n in enumerate(of, start=1))) for of in persons_with]
    return _dobson(REPEATED, strata, variances, per, level)


def _dobson(method: str, strata: Sequence[Stratum], variances: Sequence[float], per: float, level: float) -> Estimate:
    unit = _unit(per)
    if (problem := _unusable(method, unit, strata)) is not None:
        return problem
    count, weights = _weighted(strata)
    total = float(count.sum())
    if total < FEWEST_EVENTS:
        return refused(method, unit, "few_events", _ENOUGH, count=total)
    value = float(weights @ count)
    spread = sqrt(float(weights**2 @ np.array(variances)) / total)
    lower, upper = (value + spread * (bound - total) for bound in byar_interval(total, level))
    return _rate(method, strata, value, (lower, upper), per, level)


def standardised_rate_fay_feuer(strata: Sequence[Stratum], *, per: float = PER_100K, level: float = 0.95) -> Estimate:
    """Directly standardised rate with the gamma interval (Fay and Feuer, Statistics in Medicine 16, 1997).

    It keeps its level where few events carry large weights, and is given, flagged, below ten events too.
    """
    unit = _unit(per)
    if (problem := _unusable(FAY_FEUER, unit, strata)) is not None:
        return problem
    count, weights = _weighted(strata)
    value, variance, largest = float(weights @ count), float(weights**2 @ count), float(weights.max())
    tail = (1 - level) / 2
    lower = 0.0 if value == 0 else float(gamma.ppf(tail, value**2 / variance, scale=variance / value))
    above, wider = value + largest, variance + largest**2
    upper = float(gamma.ppf(1 - tail, above**2 / wider, scale=wider / above))
    return _rate(FAY_FEUER, strata, value, (lower, upper), per, level)


def indirect_ratio(strata: Sequence[ReferenceStratum], *, level: float = 0.95) -> Estimate:
    """Events observed over those expected at the rates of a reference population.

    The interval of the events is exact below ten and Byar's from ten on; basis: `observed`, `expected`.
    Refused where nothing is expected or a number is negative.
    """
    return _indirect(INDIRECT_RATIO, "ratio", strata, 1.0, level)


def indirect_rate(strata: Sequence[ReferenceStratum], *, per: float = PER_100K, level: float = 0.95) -> Estimate:
    """The indirectly standardised ratio times the rate of the reference population (basis `reference_rate`)."""
    persons = sum(stratum.reference_persons for stratum in strata)
    crude = sum(stratum.reference_count for stratum in strata) / persons * per if persons > 0 else 0.0
    return _indirect(INDIRECT_RATE, _unit(per), strata, crude, level)


def _indirect(method: str, unit: str, strata: Sequence[ReferenceStratum], factor: float, level: float) -> Estimate:
    numbers = [(s.count, s.persons, s.reference_count, s.reference_persons) for s in strata]
    if not all(value >= 0 and isfinite(value) for row in numbers for value in row):
        return refused(method, unit, "negative", said("Counts and populations cannot be negative."))
    if not all(s.reference_persons > 0 for s in strata):
        return refused(method, unit, "no_reference", said("An age group of the reference population has no persons."))
    observed = float(sum(s.count for s in strata))
    expected = float(sum(s.persons * s.reference_count / s.reference_persons for s in strata))
    if expected <= 0:
        return refused(method, unit, "nothing_expected", said("No events are expected, so no ratio can be formed."))
    is_enough = observed >= FEWEST_EVENTS
    lower, upper = byar_interval(observed, level) if is_enough else poisson_interval(observed, level)
    basis = {"observed": observed, "expected": expected}
    return Estimate(
        method=method,
        estimate=observed / expected * factor,
        lower=lower / expected * factor,
        upper=upper / expected * factor,
        level=level,
        unit=unit,
        basis=basis if unit == "ratio" else {**basis, "reference_rate": factor},
        checks=(_enough(observed),),
    )


def _unusable(method: str, unit: str, strata: Sequence[Stratum]) -> Estimate | None:
    """The refusal of strata that carry no standardised rate."""
    numbers = [value for s in strata for value in (s.count, s.persons, s.standard)]
    if not all(value >= 0 and isfinite(value) for value in numbers):
        return refused(method, unit, "negative", said("Counts and populations cannot be negative."))
    if not all(stratum.persons > 0 for stratum in strata):
        return refused(method, unit, "no_denominator", said("An age group has no population to divide by."))
    if not sum(stratum.standard for stratum in strata) > 0:
        return refused(method, unit, "no_standard", said("The standard population has no persons."))
    return None


def _weighted(strata: Sequence[Stratum]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Counts, and the weight of one event of each stratum in the standardised rate of one person."""
    count = np.array([stratum.count for stratum in strata], dtype=float)
    standard = np.array([stratum.standard for stratum in strata], dtype=float)
    return count, standard / standard.sum() / np.array([stratum.persons for stratum in strata], dtype=float)


def _rate(
    method: str, strata: Sequence[Stratum], value: float, interval: tuple[float, float], per: float, level: float
) -> Estimate:
    count, persons = sum(s.count for s in strata), sum(s.persons for s in strata)
    return Estimate(
        method=method,
        estimate=value * per,
        lower=max(interval[0], 0.0) * per,
        upper=interval[1] * per,
        level=level,
        unit=_unit(per),
        basis={"count": count, "persons": persons, "strata": len(strata)},
        checks=(_enough(count),),
        details={"crude_rate": count / persons * per},
    )


def _enough(count: float) -> Check:
    return Check(
        key="enough_events", is_met=count >= FEWEST_EVENTS, said=said("A rate from fewer than 10 events is unreliable.")
    )


def _unit(per: float) -> str:
    return "per_100k" if per == PER_100K else f"per_{per:.0f}"
