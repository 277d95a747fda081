"""Trends of series in words: the figure with its interval, what may be read from it, and what it rests on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any

from reports.edition import View
from reports.locale import N_, NO_BREAK
from reports.printed import LARGE_BASE
from transforms.disclosure.released import ReleasedEstimate

SMALLEST_BASE = 20
"""No percentage stands on fewer."""
PREFIX = "trend:"
LEVELS = "trend_log_linear_levels"

READINGS = {
    "rise": N_("the count rises"),
    "fall": N_("the count falls"),
    "no_clear_change": N_("no direction can be told"),
}
AMONG = {
    "rise": N_("a rise that can be chance among so many series"),
    "fall": N_("a fall that can be chance among so many series"),
}
ERRORS = {
    "poisson": N_("errors of Poisson counts"),
    "quasi_poisson": N_("errors widened by the dispersion"),
    "newey_west": N_("errors that allow for dependence between periods (Newey and West)"),
}


@dataclass(frozen=True)
class Trend:
    """The released answer for one series, in the words of one language."""

    view: View
    released: ReleasedEstimate

    @property
    def indicator(self) -> str:
        """Key of the series."""
        return self.released.key.removeprefix(PREFIX)

    @property
    def name(self) -> str:
        """Name of the series."""
        return self.view.indicator(self.indicator)

    @property
    def details(self) -> Mapping[str, Any]:
        """Figures beside the estimate."""
        return self.released.estimate.details

    @property
    def basis(self) -> Mapping[str, float]:
        """Counts and periods that went in."""
        return self.released.estimate.basis

    @property
    def refusal(self) -> str:
        """Why there is no figure, in words; empty where there is one."""
        refused = self.released.estimate.refusal
        return "" if refused is None else self.view.locale.message(refused.reason)

    @property
    def is_model(self) -> bool:
        """Whether a model of the whole series was fitted, and not two halves compared."""
        return self.released.estimate.unit == "pct_per_year"

    @property
    def is_percentage(self) -> bool:
        """Whether the counts bear a percentage."""
        return self.is_model or min(self.basis.get("count", 0), self.basis.get("base_count", 0)) >= SMALLEST_BASE

    @property
    def change(self) -> str:
        """The percentage with its sign, and a decimal where the base bears one."""
        return self._pct(self.released.estimate.estimate)

    @property
    def interval(self) -> str:
        """`−13 % to +12 %`."""
        lower, upper = self.released.estimate.lower, self.released.estimate.upper
        if upper is None or not isfinite(upper):
            return self.view.text("{lower} or more", lower=self._pct(lower))
        return self.view.text("{lower} to {upper}", lower=self._pct(lower), upper=self._pct(upper))

    @property
    def reading(self) -> str:
        """What may be read from it, as its interval and the number of series allow; a step is no steady course."""
        if changes := self.details.get("change_points"):
            steps = [self.view.locale.period(str(change["at"])) for change in changes]
            return self.view.text(
                "a change of level in {periods} rather than a steady course", periods=self.view.locale.listing(steps)
            )
        direction = str(self.details.get("direction", "no_clear_change"))
        if direction == "no_clear_change" and self._is_apart_from_zero:
            return self.view.text("no direction can be told, since it is not known how complete the counts are")
        is_lost = direction in AMONG and not self.details.get("is_trend", True)
        return self.view.text(AMONG[direction] if is_lost else READINGS[direction])

    @property
    def _is_apart_from_zero(self) -> bool:
        """Whether the interval alone would tell a direction, so that another reason must be given for none."""
        lower, upper = self.released.estimate.lower, self.released.estimate.upper
        return (lower is not None and lower > 0) or (upper is not None and upper < 0)

    @property
    def is_told(self) -> bool:
        """Whether a direction or a change of level can be told at all."""
        direction = str(self.details.get("direction", "no_clear_change"))
        return bool(self.details.get("change_points")) or (direction in AMONG and self.details.get("is_trend", True))

    @property
    def span(self) -> str:
        """`2017 to 2022`."""
        label = self.view.locale.period
        return self.view.text(
            "{first} to {last}", first=label(str(self.details["first"])), last=label(str(self.details["last"]))
        )

    @property
    def rests_on(self) -> str:
        """`1,075 in 30 quarters`."""
        count, periods = self.basis.get("count", 0), self.basis.get("periods", 0)
        count += self.basis.get("base_count", 0)
        periods += self.basis.get("base_periods", 0)
        return self.counted(count, periods)

    def counted(self, count: float, periods: float) -> str:
        """A count with the number of periods it is of."""
        return self.view.text(
            "{count} in {periods}",
            count=self.view.locale.number(count),
            periods=_periods(self.view, str(self.details["frequency"]), periods),
        )

    def p(self, value: float) -> str:
        """`p = 0.03` or `p < 0.001`."""
        if value < 0.001:
            return f"p{NO_BREAK}<{NO_BREAK}{self.view.locale.number(0.001, 3)}"
        return f"p{NO_BREAK}={NO_BREAK}{self.view.locale.number(value, 3 if value < 0.1 else 2)}"

    def _pct(self, value: float | None) -> str:
        is_large = self.basis.get("count", 0) >= LARGE_BASE
        return "–" if value is None else self.view.locale.signed_percent(value, 1 if is_large else 0)


def _periods(view: View, frequency: str, number: float) -> str:
    if frequency == "month":
        return view.plural("{n} month", "{n} months", number)
    if frequency == "quarter":
        return view.plural("{n} quarter", "{n} quarters", number)
    return view.plural("{n} year", "{n} years", number)


def trends(view: View) -> tuple[Trend, ...]:
    """Every trend that was asked for, the headline first."""
    found = [Trend(view, one) for key, one in view.edition.estimates.items() if key.startswith(PREFIX)]
    return tuple(sorted(found, key=lambda one: one.indicator != view.headline))


def headline_sentence(trend: Trend) -> str:
    """The figure, its interval and what may be read from it, in one sentence; the series is named."""
    view = trend.view
    if trend.refusal:
        return view.text("{series}: no trend is estimated. {reason}", series=trend.name, reason=trend.refusal)
    if not trend.is_model:
        return _of_halves(trend)
    return view.text(
        "{series}, {span}: {change} a year (95 % interval {interval}); {reading}.",
        series=trend.name,
        span=trend.span,
        change=trend.change,
        interval=trend.interval,
        reading=trend.reading,
    )


def _of_halves(trend: Trend) -> str:
    view, basis = trend.view, trend.basis
    now = trend.counted(basis.get("count", 0), basis.get("periods", 0))
    before = trend.counted(basis.get("base_count", 0), basis.get("base_periods", 0))
    if not trend.is_percentage:
        return view.text(
            "{series}, {span}: {now} after {before}, too few for a percentage; {reading}.",
            series=trend.name,
            span=trend.span,
            now=now,
            before=before,
            reading=trend.reading,
        )
    return view.text(
        "{series}, {span}: {now} after {before}, a change of the rate by {change} (95 % interval {interval}); "
        "{reading}.",
        series=trend.name,
        span=trend.span,
        now=now,
        before=before,
        change=trend.change,
        interval=trend.interval,
        reading=trend.reading,
    )
