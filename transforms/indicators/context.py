"""Indicators of context: what went on around the figures."""

from __future__ import annotations

from transforms.indicators.declare import Condition, Indicator

STRINGENCY = Indicator(
    key="stringency",
    label="Stringency of COVID-19 measures",
    subject="observations",
    measure="mean",
    unit="index",
    where=Condition(
        sql="series = 'stringency'", sentence="The index has a value for the day; days without are left out."
    ),
    date="time_period",
    date_basis="the day for which the index holds, averaged over the period",
    deduplication="One value a day.",
    sources=("stringency",),
    world_sources=("stringency",),
    by=("country",),
    caveats=("stringency_is_policy_not_behaviour",),
)

CONTEXT: tuple[Indicator, ...] = (STRINGENCY,)
