"""An effect among the effects of a section."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from transforms.messages import said
from transforms.statistics.estimate import Check, Estimate
from transforms.statistics.multiplicity import holm, holm_among


def section_effects(effects: Mapping[str, Estimate]) -> dict[str, Estimate]:
    """The effects of one section with `p_holm` and `is_effect` in their details, and a check where Holm changes one.

    The phases within an effect are a family of their own and get the same two. Refused effects are no tests and stay
    as they are.
    """
    adjusted = holm_among(effects)
    return {
        key: effect if key not in adjusted else _adjusted(effect, adjusted[key], len(adjusted))
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
