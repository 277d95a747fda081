"""Indicators of context: what went on around the figures."""

from __future__ import annotations

from transforms.indicators.declare import Condition, Indicator
from transforms.indicators.groups import IN_GROUPS

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


def _moves(key: str, label: str, sentence: str) -> Indicator:
    return Indicator(
        key=key,
        label=label,
        subject="observations",
        measure="sum",
        unit="person",
        where=Condition(sql=f"series = '{key}'", sentence=sentence),
        date="time_period",
        date_basis="the period in which the move was registered",
        deduplication=IN_GROUPS,
        sources=("migration_flows",),
        world_sources=(),
        by=("sex", "other_country", "purpose"),
        caveats=("registered_moves_only", "association_is_not_cause"),
        adds_up=True,
        parts=("sex", "other_country", "purpose"),
    )


IMMIGRANTS = _moves("immigrants", "Immigrants", "The office registered that the person moved into the country.")
EMIGRANTS = _moves("emigrants", "Emigrants", "The office registered that the person moved out of the country.")
UNEMPLOYMENT = Indicator(
    key="unemployment_rate",
    label="Unemployment rate",
    subject="observations",
    measure="published",
    unit="pct",
    where=Condition(
        sql="series = 'unemployment_rate'",
        sentence="The office published the percentage of the labour force that is without work and looks for it.",
    ),
    date="time_period",
    date_basis="the year, quarter or month for which the rate was published",
    deduplication="As the office published it; no rate is averaged over periods, sexes or regions.",
    sources=("labour_market",),
    world_sources=(),
    by=("sex", "region"),
    caveats=("survey_estimate", "association_is_not_cause"),
)

CONTEXT: tuple[Indicator, ...] = (STRINGENCY, IMMIGRANTS, EMIGRANTS, UNEMPLOYMENT)
