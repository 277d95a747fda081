"""How long registrations take: the delay distribution, estimated backwards from the maximum delay.

Everything here takes cumulative tables of shape (…, event periods, delays), so that many series go through at once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from transforms.errors import WrongArguments
from transforms.statistics.nowcast.triangle import Floats, ReportingTriangle

FEWEST_COMPLETE_PERIODS = 3
"""Event periods that must have reached the maximum delay before a delay distribution is believed."""

PRIOR_REPORTS = 1.0
"""Weight of the prior of the delay distribution, in registrations, spread evenly over the delays (Perks)."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Hazards:
    """For each delay 1 … maximum: cases newly registered at it, out of those registered by then; `dispersion` of both.

    `registered / by_then` is the reversed hazard; shapes (…, maximum delay), dispersion (…), at least 1.
    """

    registered: Floats
    by_then: Floats
    dispersion: Floats


def settled(cumulative: Floats) -> Floats:
    """Cumulative counts that never fall: a case withdrawn later is taken from where it was registered last before.

    The latest count of each period stays as it is. NaN stays NaN.
    """
    filled = np.where(np.isnan(cumulative), np.inf, cumulative)
    smallest_ahead = np.minimum.accumulate(filled[..., ::-1], axis=-1)[..., ::-1]
    return np.where(np.isnan(cumulative), np.nan, smallest_ahead)


def reversed_hazards(cumulative: Floats) -> Hazards:
    """The sums that the reversed hazards rest on and their dispersion, from settled cumulative counts.

    Given the cases registered by a delay, those registered exactly then are binomial, whatever the number of events
    (Lawless, Canadian Journal of Statistics 22, 1994). The dispersion is Pearson's, pooled over all cells with their
    variances as weights, so that cells of one or two cases do not decide it.
    """
    both = ~np.isnan(cumulative[..., 1:]) & ~np.isnan(cumulative[..., :-1])
    until = np.where(both, cumulative[..., 1:], 0.0)
    new = until - np.where(both, cumulative[..., :-1], 0.0)
    registered, by_then = new.sum(axis=-2), until.sum(axis=-2)
    share = _ratio(registered, by_then)
    squares = ((new - until * share[..., None, :]) ** 2).sum(axis=(-1, -2))
    own = by_then - _ratio((until**2).sum(axis=-2), by_then)  # what fitting the share leaves of the variance
    expected = (share * (1 - share) * own).sum(axis=-1)
    return Hazards(
        registered=registered, by_then=by_then, dispersion=np.maximum(_ratio(squares, expected, empty=1.0), 1.0)
    )


def cumulative_distribution(shares: Floats) -> Floats:
    """Share registered by each delay 0 … maximum, where it is 1, from reversed hazards 1 … maximum."""
    ahead = np.cumprod((1 - shares)[..., ::-1], axis=-1)[..., ::-1]
    return np.concatenate((ahead, np.ones((*shares.shape[:-1], 1))), axis=-1)


def hazard_draws(hazards: Hazards, replicates: int, random: np.random.Generator) -> Floats:
    """Plausible reversed hazards, shape (replicates, …, maximum delay), each from its beta posterior.

    The prior is a Dirichlet on the delays with the weight of one registration in all; counts are divided by the
    dispersion. A delay never seen keeps a small chance, and a long tail of such delays does not add up to much.
    """
    delays = hazards.registered.shape[-1]
    each = PRIOR_REPORTS / (delays + 1)
    scale = hazards.dispersion[..., None]
    exactly = each + hazards.registered / scale
    earlier = each * np.arange(1, delays + 1) + (hazards.by_then - hazards.registered) / scale
    return random.beta(exactly, earlier, size=(replicates, *exactly.shape))


def recent_rows(cumulative: Floats, window: int | None) -> Floats:
    """The last `window` event periods, all of them for None; raises WrongArguments for a window too short to use."""
    fewest = cumulative.shape[-1] - 1 + FEWEST_COMPLETE_PERIODS
    if window is not None and window < fewest:
        raise WrongArguments(
            f"A window of {window} periods is too short for this maximum delay.",
            advice=f"Use at least {fewest} periods: the maximum delay and {FEWEST_COMPLETE_PERIODS} complete ones.",
        )
    return cumulative if window is None else cumulative[..., -window:, :]


def delay_distribution(triangle: ReportingTriangle, *, window: int | None = None) -> Floats:
    """Share of the registrations within the maximum delay that have come by each delay; length maximum delay + 1.

    Reverse-hazard estimate from the last `window` event periods (all without one). At a delay that no case was
    registered by, the share is zero. Raises WrongArguments for a window shorter than the maximum delay needs.
    """
    hazards = reversed_hazards(settled(recent_rows(triangle.cumulative, window)))
    return cumulative_distribution(_ratio(hazards.registered, hazards.by_then))


def chain_ladder_finals(triangle: ReportingTriangle, *, window: int | None = None) -> Floats:
    """Observed cases over the share reported by now: the plain chain ladder, zero where nothing was registered yet."""
    place = np.minimum(triangle.ages, triangle.maximum_delay)
    return _ratio(triangle.observed, delay_distribution(triangle, window=window)[place])


def _ratio(over: Floats, under: Floats, *, empty: float = 0.0) -> Floats:
    shape = np.broadcast(over, under).shape
    quotient: Floats = np.divide(over, under, out=np.full(shape, empty), where=np.asarray(under) > 0)
    return quotient


def complete_periods(triangle: ReportingTriangle) -> NDArray[np.bool_]:
    """Which event periods have reached the maximum delay."""
    found: NDArray[np.bool_] = triangle.ages >= triangle.maximum_delay
    return found
