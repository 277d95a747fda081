"""Shifts among people who can have several answers each, such as forms of exploitation: by person, never by answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from transforms.messages import said
from transforms.statistics.composition import SEED, shares_compared
from transforms.statistics.contingency import Whole, fisher_p
from transforms.statistics.estimate import Check, Estimate, refused
from transforms.statistics.multiplicity import holm
from transforms.statistics.rates import SMALLEST_BASE
from transforms.statistics.series import Numbers

METHOD = "shift_by_person"
DRAWS = 20_000
SEVERAL = "several"
Patterns = Mapping[frozenset[str], int]
"""How many persons have each set of answers; the empty set holds those without any."""


def counted_once(patterns: Patterns) -> dict[str, int]:
    """Each person once: under the only answer, under `several`, or under the empty name for none."""
    found: dict[str, int] = {}
    for answers, persons in patterns.items():
        name = SEVERAL if len(answers) > 1 else next(iter(answers), "")
        found[name] = found.get(name, 0) + persons
    return found


def shift_by_person(
    before: Patterns, during: Patterns, *, level: float = 0.95, draws: int = DRAWS, seed: int = SEED
) -> Estimate:
    """Mean absolute difference between two periods, in percentage points, of the shares of people with each answer.

    The interval resamples persons within each period, the test shuffles persons between them; both keep each person's
    answers together. The distance of two samples is never zero, so it is read beside `expected_by_chance`, its mean
    under shuffling, and p. Details: shares by answer with Newcombe's interval and exact p, Holm's correction.
    Refused on fewer than 20 persons in a period or without any answer.
    """
    persons = (sum(before.values()), sum(during.values()))
    basis = {"persons_before": float(persons[0]), "persons_during": float(persons[1])}
    answers = sorted(frozenset().union(*before, *during))
    if min(persons) < SMALLEST_BASE:
        reason = said("A period has fewer than 20 people: a mix cannot be compared.")
        return refused(METHOD, "pct_points", "small_base", reason, **basis)
    if not answers:
        return refused(METHOD, "pct_points", "no_answers", said("No answer is recorded for anybody."), **basis)
    patterns = sorted(set(before) | set(during), key=sorted)
    has = np.array([[answer in pattern for answer in answers] for pattern in patterns], dtype=float)
    counts: Whole = np.array([[side.get(pattern, 0) for pattern in patterns] for side in (before, during)])
    generator = np.random.default_rng(seed)
    value = float(_distance(counts[0], counts[1], has))
    first, second = (generator.multinomial(row.sum(), row / row.sum(), size=draws) for row in counts)
    lower, upper = np.quantile(_distance(first, second, has), [(1 - level) / 2, (1 + level) / 2]).tolist()
    shuffled = generator.multivariate_hypergeometric(counts.sum(axis=0), persons[0], size=draws)
    by_chance = _distance(shuffled, counts.sum(axis=0) - shuffled, has)
    return Estimate(
        method=METHOD,
        estimate=value,
        lower=min(lower, value),
        upper=max(upper, value),
        level=level,
        unit="pct_points",
        basis=basis,
        checks=(
            Check(
                key="beyond_chance",
                is_met=value > float(np.quantile(by_chance, level)),
                said=said("A difference of this size is common between two samples of the same mix."),
            ),
        ),
        caveats=("detection_is_not_prevalence",),
        details={
            "p": (1 + int((by_chance >= value - 1e-9).sum())) / (draws + 1),
            "expected_by_chance": float(by_chance.mean()),
            "answers_per_person": [float((row @ has).sum() / row.sum()) for row in counts],
            "draws": draws,
            "seed": seed,
            "answers": _by_answer(answers, counts @ has, persons, level),
        },
    )


def _distance(before: Whole, during: Whole, has: Numbers) -> Numbers:
    """Mean absolute difference of the shares, in percentage points, over the last axis of patterns."""
    shares = [side @ has / side.sum(axis=-1, keepdims=True) for side in (before, during)]
    distance: Numbers = 100 * np.abs(shares[1] - shares[0]).mean(axis=-1)
    return distance


def _by_answer(answers: list[str], counts: Numbers, persons: tuple[int, int], level: float) -> list[dict[str, Any]]:
    """Every answer as a yes-or-no question to each person, which makes its exact test valid."""
    pairs = [(int(a), int(b)) for a, b in counts.T]
    p = [fisher_p((a, persons[0] - a), (b, persons[1] - b)) for a, b in pairs]
    return [
        {
            "answer": answer,
            **shares_compared(a, persons[0], b, persons[1], level),
            "p": raw,
            "p_holm": corrected,
        }
        for answer, (a, b), raw, corrected in zip(answers, pairs, p, holm(p), strict=True)
    ]
