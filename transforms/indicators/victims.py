"""Indicators of victims: people in case lists, and people countries report to UNODC as detected."""

from __future__ import annotations

from transforms.indicators.breakdowns import CASE_DIMENSIONS
from transforms.indicators.declare import Condition, Indicator

_WORLD_SOURCES = ("ctdc_synthetic", "ctdc_kanon")
"""Both tell of the same victims and are never added up; the synthetic set is the later and the fuller one."""
_CASE_SOURCES = ("case_register", *_WORLD_SOURCES)
_ONE_PERSON = "One person counts once: records with one pseudonymous key are one person, at the earliest date."
_CAVEATS = ("detection_is_not_prevalence",)

VICTIMS_REGISTERED = Indicator(
    key="victims_registered",
    label="Registered victims",
    subject="cases",
    measure="count",
    unit="person",
    where=Condition(
        sql="status <> 'not_victim'",
        sentence="The person stands in a case list and no decision says that the person is not a victim.",
    ),
    date="registered_date",
    date_basis="the day, or the year, in which the case entered the register",
    deduplication=_ONE_PERSON,
    sources=_CASE_SOURCES,
    world_sources=_WORLD_SOURCES,
    by=CASE_DIMENSIONS,
    caveats=(*_CAVEATS, "registration_is_not_exploitation"),
)
VICTIMS_PRESUMED = Indicator(
    key="victims_presumed",
    label="Presumed victims",
    subject="cases",
    measure="count",
    unit="person",
    where=Condition(
        sql="status = 'presumed'",
        sentence="A list says that the person may be a victim, and no list that a decision was taken.",
    ),
    date="registered_date",
    date_basis="the day the case entered the register",
    deduplication=_ONE_PERSON,
    sources=_CASE_SOURCES,
    world_sources=_WORLD_SOURCES,
    by=CASE_DIMENSIONS,
    caveats=_CAVEATS,
    within="victims_registered",
)
VICTIMS_IDENTIFIED = Indicator(
    key="victims_identified",
    label="Identified victims",
    subject="cases",
    measure="count",
    unit="person",
    where=Condition(
        sql="status = 'identified'",
        sentence="A body entitled to decide confirmed that the person is a victim, and the day is known.",
    ),
    date="identified_date",
    date_basis="the day of the decision",
    deduplication=_ONE_PERSON,
    sources=_CASE_SOURCES,
    world_sources=_WORLD_SOURCES,
    by=CASE_DIMENSIONS,
    caveats=_CAVEATS,
)
VICTIMS_ASSISTED = Indicator(
    key="victims_assisted",
    label="Assisted victims",
    subject="cases",
    measure="count",
    unit="person",
    where=Condition(
        sql="status <> 'not_victim'",
        sentence="The person, identified or not, received a service; the period is that of the first one.",
    ),
    date="assisted_date",
    date_basis="the day of the first service received",
    deduplication=_ONE_PERSON,
    sources=_CASE_SOURCES,
    world_sources=_WORLD_SOURCES,
    by=CASE_DIMENSIONS,
    caveats=_CAVEATS,
)
SDG_16_2_2 = Indicator(
    key="sdg_16_2_2",
    label="Detected victims per 100,000 population (SDG 16.2.2)",
    subject="cases",
    measure="rate",
    unit="per_100k",
    where=VICTIMS_IDENTIFIED.where,
    date="identified_date",
    date_basis=VICTIMS_IDENTIFIED.date_basis,
    deduplication=_ONE_PERSON,
    sources=("case_register",),
    world_sources=(),
    by=("sex",),
    caveats=(*_CAVEATS, "rate_depends_on_population_vintage"),
    numerator="victims_identified",
    denominator="population",
)
VICTIMS_DETECTED = Indicator(
    key="victims_detected",
    label="Detected victims reported to UNODC",
    subject="observations",
    measure="sum",
    unit="person",
    where=Condition(
        sql="series = 'victims_detected'",
        sentence="A country reported the figure to UNODC; regional aggregates are kept apart.",
    ),
    date="time_period",
    date_basis="the year in which the victim came to the attention of the authorities",
    deduplication="As the country reported; a figure given twice counts once.",
    sources=("unodc_tip",),
    world_sources=("unodc_tip",),
    by=("sex", "age_class", "form", "category", "country"),
    caveats=_CAVEATS,
)

VICTIMS: tuple[Indicator, ...] = (
    VICTIMS_REGISTERED,
    VICTIMS_PRESUMED,
    VICTIMS_IDENTIFIED,
    VICTIMS_ASSISTED,
    SDG_16_2_2,
    VICTIMS_DETECTED,
)
