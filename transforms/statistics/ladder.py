"""The small-number ladder: the finest period and the strongest method that the counts of a series support.

    every period has at least 5 events on average, and there are at least
        36 months, else 12 quarters, else 5 years          a model of the trend
    fewer than 5 events a year, 10 or more in all          rare events: exact rate, exact test of a change of rate
    fewer periods than that, 10 events or more in all      exact comparison of two halves
    anything else                                          no trend can be estimated

Five events is where METHODS draws the line to rare events; the numbers of periods give each month and quarter three
years, so that season and trend can be told apart, and leave a line through years three degrees of freedom.

The COVID effect has a ladder of its own (`covid.ladder`) because it asks another question. Here the yearly change
itself is told, with bounds from its standard error and a dispersion from Pearson's residuals: both go wrong where
periods are nearly empty, so every period needs its five events, and a monthly series may always pass to years.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from transforms.messages import Message, said
from transforms.periods import Frequency, no_finer_than
from transforms.statistics.rates import FEWEST_EVENTS
from transforms.statistics.series import Series, coarser

Support = Literal["model", "rare", "comparison", "nothing"]

FEWEST_PER_PERIOD = 5
FEWEST_QUARTERS = 12
"""Three of each quarter, so that what recurs every year is not taken for a change; the COVID effect keeps to it too."""
FEWEST_PERIODS: dict[Frequency, int] = {"month": 36, "quarter": FEWEST_QUARTERS, "year": 5}

_FINEST: dict[Frequency, Message] = {
    "month": said("Months are used: each has at least 5 events on average, over at least 36 months."),
    "quarter": said("Quarters are used: each has at least 5 events on average, over at least 12 quarters."),
    "year": said("Years are used: each has at least 5 events on average, over at least 5 years."),
}
_COARSER: dict[Frequency, Message] = {
    "quarter": said("Quarters are used: months are too few or have fewer than 5 events on average."),
    "year": said("Years are used: shorter periods are too few or have fewer than 5 events on average."),
}
_RARE = said("The events are rare, fewer than 5 a year: their rate is estimated, and no model is fitted.")
_COMPARISON = said("There are too few periods for a model: the two halves of the series are compared.")
_NO_EVENTS = said("No events were registered, so no trend can be estimated.")
_FEW_EVENTS = said("Fewer than 10 events were registered, so no trend can be estimated.")
_ONE_PERIOD = said("There are fewer than two complete periods, so no trend can be estimated.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """What the counts support: `series` in the periods to use, the kind of method, and the reason in words.

    `is_finest` says whether the periods are those in which the data came.
    """

    support: Support
    series: Series
    reason: Message
    is_finest: bool

    @property
    def frequency(self) -> Frequency:
        """Length of the periods to use."""
        return self.series.frequency


def finest_period(counts: Series) -> Rung:
    """The rung of the ladder on which a series of complete periods stands, by the rules above."""
    for frequency in no_finer_than(counts.frequency):
        found = coarser(counts, frequency)
        if found is not None and carries_a_model(found):
            reasons = _FINEST if frequency == counts.frequency else _COARSER
            return _rung("model", found, reasons[frequency], counts)
    if len(counts.known) < 2:
        return _rung("nothing", counts, _ONE_PERIOD, counts)
    if counts.total < FEWEST_EVENTS:
        return _rung("nothing", counts, _FEW_EVENTS if counts.total else _NO_EVENTS, counts)
    span = len(counts.known) * counts.periods[0].months / 12
    if counts.total / span < FEWEST_PER_PERIOD:
        return _rung("rare", counts, _RARE, counts)
    return _rung("comparison", counts, _COMPARISON, counts)


def carries_a_model(series: Series) -> bool:
    """Whether periods of this length are many and full enough for a model."""
    number = len(series.known)
    return number >= FEWEST_PERIODS[series.frequency] and series.total >= FEWEST_PER_PERIOD * number


def _rung(support: Support, series: Series, reason: Message, given: Series) -> Rung:
    return Rung(support=support, series=series, reason=reason, is_finest=series.frequency == given.frequency)
