"""How far the models differ: every opinion beside the main one, the range of their excesses, the largest error."""

from __future__ import annotations

from typing import Any

from scipy.stats import norm

from transforms.statistics.covid.forecast import Forecast, Opinion

_SAME_MEAN = ("negative_binomial", "newey_west")
"""Models whose standard error can replace the main one: they differ in the variance, not in what is expected."""


def largest_error(found: Forecast, told: tuple[Opinion, ...]) -> tuple[str, float]:
    """Model and size of the largest standard error among the main model, negative binomial and Newey-West."""
    errors = [(float(found.se_pred[0]), found.method)]
    errors += [(float(opinion.se_pred[0]), opinion.model) for opinion in told if opinion.model in _SAME_MEAN]
    size, model = max(errors, key=lambda pair: pair[0])
    return model, size


def spread_of(found: Forecast, told: tuple[Opinion, ...], observed: float, level: float) -> dict[str, Any]:
    """`opinions`, `spread` and `cautious` as plain JSON.

    Bounds of an opinion are normal ones around its excess. `spread`: lowest and highest excess of all models, and
    whether they agree on its sign. `cautious`: the largest standard error, its model and the normal bounds with it.
    """
    wide = float(norm.ppf((1 + level) / 2))
    opinions = [_told(opinion, observed, wide) for opinion in told]
    excesses = [observed - float(found.expected[0]), *(float(opinion["excess"]) for opinion in opinions)]
    model, error = largest_error(found, told)
    return {
        "opinions": opinions,
        "spread": {
            "excess_lowest": min(excesses),
            "excess_highest": max(excesses),
            "agree_on_sign": min(excesses) > 0 or max(excesses) < 0,
            "models": len(excesses),
        },
        "cautious": {
            "model": model,
            "se_pred": error,
            "excess_lower": excesses[0] - wide * error,
            "excess_upper": excesses[0] + wide * error,
        },
    }


def _told(opinion: Opinion, observed: float, wide: float) -> dict[str, Any]:
    expected, error = float(opinion.expected[0]), float(opinion.se_pred[0])
    return {
        "model": opinion.model,
        "expected": expected,
        "excess": observed - expected,
        "se_pred": error,
        "excess_lower": observed - expected - wide * error,
        "excess_upper": observed - expected + wide * error,
        "rate_ratio": observed / expected if expected > 0 else None,
    }
