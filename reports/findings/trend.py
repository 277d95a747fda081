"""The sentence on the direction of the headline series."""

from __future__ import annotations

from collections.abc import Iterator

from reports.blocks import plain
from reports.edition import View
from reports.findings.sentence import Finding
from reports.trend_wording import headline_sentence, trends
from transforms.periods import period, periods_between

NEWS_YEARS = 2
"""Years before the edition within which a series must end; one whose registrations still come in ends a year ago."""


def _is_long_over(view: View, last: str) -> bool:
    """Whether the series ended years before the edition: then its direction is no news."""
    return period(last).end.year < view.focus.year - NEWS_YEARS


def direction(view: View) -> Iterator[Finding]:
    """The yearly change of the headline with its interval; no sentence where no direction can be told."""
    found = next((one for one in trends(view) if one.indicator == view.headline), None)
    if found is None or found.refusal or not found.is_told or _is_long_over(view, str(found.details["last"])):
        return
    key = f"{view.headline}_by_period"
    span = periods_between(period(str(found.details["first"])), period(str(found.details["last"])))
    cells = tuple((key, (part.code,)) for part in span if view.cell(key, part.code) is not None)
    yield Finding(key="trend", text=plain(headline_sentence(found)), cells=cells, answer=found.released.key)
