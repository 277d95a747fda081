"""Whether what is registered rises or falls: one answer for a series, by the strongest method its counts carry.

The answer speaks of registered events. It never reads a period that was not over as a fall, looks across a declared
break only with a level for each side, and turns to exact comparisons, or to none, where a model has too little to hold.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import log
from typing import Any, Literal

from transforms.messages import said
from transforms.periods import Period, no_finer_than
from transforms.statistics.annual_change import AnnualChange, annual_change
from transforms.statistics.change_points import SEED, ChangePoint, change_points, deviance_of_levels
from transforms.statistics.estimate import Check, Estimate, refused
from transforms.statistics.ladder import FEWEST_PER_PERIOD, FEWEST_PERIODS, Rung, finest_period
from transforms.statistics.rare_events import change_between_halves, rare_rate
from transforms.statistics.series import Series, coarser, complete, segments
from transforms.statistics.yearly_ranks import ranks_of_years

TREND = "trend_log_linear"
TREND_LEVELS = "trend_log_linear_levels"
Direction = Literal["rise", "fall", "no_clear_change"]

_FEWEST_OF_A_LEVEL = 3
_LEVELS = said("Too little follows the last break: one trend is estimated, with a level of its own for each part.")
_AFTER_A_BREAK = said(
    "After the last declared break there are fewer than two complete periods, so no trend can be estimated."
)
_NOT_INDEPENDENT = 1.96


@dataclass(frozen=True, slots=True, kw_only=True)
class _Model:
    """A fitted trend and the parts of the series it rests on."""

    method: str
    parts: tuple[Series, ...]
    fit: AnnualChange
    level: float

    def without_last(self) -> AnnualChange | None:
        """The same model without the last period."""
        *earlier, last = self.parts
        shorter = last.until(last.periods[-1].shifted(-1).end)
        return None if shorter is None else annual_change((*earlier, shorter), self.level)

    def changes_of_level(self, seed: int) -> tuple[ChangePoint, ...]:
        """Changes within the last part that describe it better than a steady change does.

        Both are compared by Bayes' information criterion, the deviance divided by the dispersion.
        """
        counts, exposure = self.parts[-1].events(), self.fit.relative_exposure[-len(self.parts[-1].known) :]
        found = change_points(counts.tolist(), exposure.tolist(), seed=seed) if len(self.parts) == 1 else ()
        gain = self.fit.deviance - deviance_of_levels(counts, exposure, found)
        price = (2 * len(found) + 1 - 2) * log(len(counts))
        return found if found and gain / max(self.fit.phi, 1.0) > price else ()


def trend(
    series: Series,
    *,
    breaks: Sequence[Period] = (),
    complete_until: date | None = None,
    level: float = 0.95,
    seed: int = SEED,
) -> Estimate:
    """Percentage change a year of what is registered; an exact comparison of halves, or a refusal, where that is all.

    `breaks` are the first periods of new definitions or coverages, `complete_until` the last day on which everything
    is known to be registered: later periods are left out. Without it the answer says so, and a direction that only the
    last period shows is not called one. Details hold the rule chosen, the exact rank test and median slope, changes
    of level and their tests (permuted from `seed`), the model's dispersion, and the figure without the last period.
    """
    kept, dropped = complete(series, complete_until)
    if kept is None:
        reason = said("No period of the series was over, so no trend can be estimated.")
        return refused(TREND, "pct_per_year", "no_complete_period", reason)
    parts = segments(kept, breaks)
    if not parts:
        reason = said("Breaks leave no whole period, so no trend can be estimated.")
        return refused(TREND, "pct_per_year", "no_complete_period", reason)
    rung = finest_period(parts[-1])
    model = _fitted(rung, parts, level)
    if model is not None and model.method == TREND_LEVELS:
        rung = replace(rung, reason=_LEVELS, support="model")
    context = _Context(
        rung=rung, parts=parts, dropped=dropped, is_known=complete_until is not None, level=level, seed=seed
    )
    return context.of_model(model) if model is not None else context.without_model()


def _fitted(rung: Rung, parts: tuple[Series, ...], level: float) -> _Model | None:
    """The trend of the last part alone, or, where that is too short, of all parts with a level each."""
    if rung.support == "model":
        fit = annual_change((rung.series,), level)
        return None if fit is None else _Model(method=TREND, parts=(rung.series,), fit=fit, level=level)
    if len(parts) > 1:
        for frequency in no_finer_than(parts[0].frequency):
            found = [coarser(part, frequency) for part in parts]
            usable = tuple(part for part in found if part is not None and len(part.known) >= _FEWEST_OF_A_LEVEL)
            number = sum(len(part.known) for part in usable)
            is_carried = (
                len(usable) == len(parts)
                and number >= FEWEST_PERIODS[frequency] + len(parts) - 1
                and all(part.total >= FEWEST_PER_PERIOD * len(part.known) for part in usable)
            )
            if is_carried and (fit := annual_change(usable, level)) is not None:
                return _Model(method=TREND_LEVELS, parts=usable, fit=fit, level=level)
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Context:
    """What every form of the answer reports beside its figure."""

    rung: Rung
    parts: tuple[Series, ...]
    dropped: tuple[Period, ...]
    is_known: bool
    level: float
    seed: int

    def of_model(self, model: _Model) -> Estimate:
        """The yearly change, with what speaks for and against reading it as a trend."""
        fit, shorter = model.fit, model.without_last()
        changes = model.changes_of_level(self.seed)
        is_robust = shorter is not None and _sign(shorter.lower, shorter.upper) == _sign(fit.lower, fit.upper)
        direction = _sign(fit.lower, fit.upper) if self.is_known or is_robust else "no_clear_change"
        return Estimate(
            method=model.method,
            estimate=fit.value,
            lower=fit.lower,
            upper=fit.upper,
            level=self.level,
            unit="pct_per_year",
            basis={"count": sum(part.total for part in model.parts), "periods": fit.points},
            checks=(*self._checks(), *_model_checks(model, changes, is_robust)),
            caveats=("detection_is_not_prevalence",),
            details={
                **self._details(model.parts[-1], model.parts[0]),
                "direction": direction,
                "p": fit.p,
                "se_log": fit.se,
                "phi": fit.phi,
                "errors": fit.errors,
                "profile": None if fit.profile is None else list(fit.profile),
                "without_last": None if shorter is None else [shorter.value, shorter.lower, shorter.upper],
                "change_points": [_described(change, model.parts[-1]) for change in changes],
                **ranks_of_years(self.parts[-1], self.level),
            },
        )

    def without_model(self) -> Estimate:
        """The comparison of halves where the events allow one, else the refusal, each with the exact rate."""
        series, rate = self.rung.series, rare_rate(self.rung.series, level=self.level)
        rates = {"rate_per_year": rate.estimate, "rate_lower": rate.lower, "rate_upper": rate.upper}
        details = {**self._details(series, series), **rates, **ranks_of_years(series, self.level)}
        if self.rung.support == "nothing":
            code = "few_periods" if len(series.known) < 2 else "few_events" if series.total else "no_events"
            is_cut = code == "few_periods" and len(self.parts) > 1
            reason = _AFTER_A_BREAK if is_cut else self.rung.reason
            found = refused(TREND, "pct_per_year", code, reason, count=series.total, periods=len(series.known))
        else:
            found = change_between_halves(series, level=self.level)
        direction = _sign(found.lower, found.upper) if self.is_known else "no_clear_change"
        return replace(
            found,
            checks=(
                *self._checks(),
                Check(
                    key="model_exists",
                    is_met=self.rung.support != "model",
                    said=said("All events lie at one end of the series: a yearly change cannot be estimated."),
                ),
                *found.checks,
            ),
            caveats=("detection_is_not_prevalence", *found.caveats),
            details={**details, **found.details, "direction": direction},
        )

    def _checks(self) -> tuple[Check, ...]:
        left_out = ", ".join(period.code for period in self.dropped)
        return (
            Check(key="finest_period", is_met=self.rung.is_finest, said=self.rung.reason),
            Check(
                key="last_period_complete",
                is_met=not self.dropped,
                said=said("Not over when the counts were taken, and left out: {periods}.", periods=left_out),
            ),
            Check(
                key="completeness_known",
                is_met=self.is_known,
                said=said("It is not known up to which day the counts are complete: a low end may be a late one."),
            ),
            Check(
                key="no_declared_break",
                is_met=len(self.parts) == 1,
                said=said("A declared break of coverage or definition parts the series; it is not read as a change."),
            ),
        )

    def _details(self, used: Series, earliest: Series) -> dict[str, Any]:
        return {
            "support": self.rung.support,
            "reason": str(self.rung.reason),
            "frequency": used.frequency,
            "first": earliest.periods[0].code,
            "last": used.periods[-1].code,
            "left_out": [period.code for period in self.dropped],
            "gaps": [p.code for p, count in zip(used.periods, used.counts, strict=True) if count is None],
            "seed": self.seed,
        }


def _model_checks(model: _Model, changes: Sequence[ChangePoint], is_robust: bool) -> tuple[Check, ...]:
    last, fit = model.parts[-1], model.fit
    codes = ", ".join(last.periods[last.known[change.at]].code for change in changes)
    return (
        Check(
            key="no_change_of_level",
            is_met=not changes,
            said=said(
                "The level changed at {periods}: find out first whether coverage or definitions changed.",
                periods=codes,
            ),
        ),
        Check(
            key="independent_errors",
            is_met=abs(fit.autocorrelation) <= _NOT_INDEPENDENT / fit.points**0.5,
            said=said("Neighbouring periods are alike beyond the trend: tests of a change of level are too eager."),
        ),
        Check(
            key="not_only_the_last_period",
            is_met=is_robust,
            said=said("Without its last period the series shows another direction."),
        ),
    )


def _described(change: ChangePoint, series: Series) -> dict[str, Any]:
    """A change of level for readers: periods, the ratio of the levels, p."""
    codes = [series.periods[series.known[at]].code for at in (change.at, change.earliest, change.latest)]
    ratio = change.after / change.before if change.before > 0 else None
    return {"at": codes[0], "earliest": codes[1], "latest": codes[2], "ratio": ratio, "p": change.p}


def _sign(lower: float | None, upper: float | None) -> Direction:
    if lower is not None and lower > 0:
        return "rise"
    return "fall" if upper is not None and upper < 0 else "no_clear_change"
