"""What many tests at once do to a p, and an effect among the series of a section."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from transforms.messages import said
from transforms.statistics.estimate import Check, Estimate


def holm(p_values: Sequence[float]) -> list[float]:
    """Adjusted p in the order given (Holm, Scandinavian Journal of Statistics 6, 1979)."""
    p = np.asarray(p_values, dtype=float)
    order = np.argsort(p, kind="stable")
    adjusted = np.empty(len(p))
    adjusted[order] = np.minimum(np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1)), 1.0)
    return [float(value) for value in adjusted]


def benjamini_hochberg(p_values: Sequence[float]) -> list[float]:
    """Adjusted p for the false discovery rate, in the order given (Benjamini and Hochberg, JRSS B 57, 1995)."""
    p = np.asarray(p_values, dtype=float)
    order = np.argsort(p, kind="stable")[::-1]
    adjusted = np.empty(len(p))
    adjusted[order] = np.minimum(np.minimum.accumulate(p[order] * len(p) / np.arange(len(p), 0, -1)), 1.0)
    return [float(value) for value in adjusted]


def section_effects(effects: Mapping[str, Estimate]) -> dict[str, Estimate]:
    """The effects of one section with `p_holm` and `is_effect` in their details, and a check where Holm changes one.

    The phases within an effect are a family of their own and get the same two. Refused effects are no tests and stay
    as they are.
    """
    tested = [key for key, effect in effects.items() if effect.refusal is None]
    adjusted = dict(zip(tested, holm([effects[key].details["p"] for key in tested]), strict=True))
    return {
        key: effect if key not in adjusted else _adjusted(effect, adjusted[key], len(tested))
        for key, effect in effects.items()
    }


def _adjusted(effect: Estimate, p: float, tests: int) -> Estimate:
    allowed = 1 - effect.level
    holds = Check(
        key="holds_among_all_tests",
        is_met=(effect.details["p"] < allowed) == (p < allowed),
        said=said("Among so many series, one such difference is to be expected by chance alone."),
    )
    details = {
        **effect.details,
        "p_holm": p,
        "is_effect": p < allowed,
        "tests": tests,
        "phases": _adjusted_phases(effect.details.get("phases", ()), allowed),
    }
    return replace(effect, checks=(*effect.checks, holds), details=details)


def _adjusted_phases(phases: Sequence[Mapping[str, Any]], allowed: float) -> list[dict[str, Any]]:
    adjusted = holm([phase["p"] for phase in phases])
    return [{**phase, "p_holm": p, "is_effect": p < allowed} for phase, p in zip(phases, adjusted, strict=True)]
