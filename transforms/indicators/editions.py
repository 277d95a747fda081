"""Which tables an edition has: declared once, so that release and reports agree on their keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Periods = Literal["every", "main", "own"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSpec:
    """One table: an indicator by period and by further dimensions.

    `every` period of the window down to the month, the `main` ones of the edition (years of an annual edition, the
    latest quarters of a quarterly one), or its `own` and the same one of the year before: a table of two dimensions
    has small counts, and over many periods they would cost other tables theirs. `has_phases` adds the COVID phases.
    """

    indicator: str
    by: tuple[str, ...] = ()
    periods: Periods = "main"
    has_phases: bool = False

    @property
    def key(self) -> str:
        """`victims_identified_by_period_sex`."""
        return "_".join((self.indicator, "by_period", *self.by))

    @property
    def dimensions(self) -> tuple[str, ...]:
        """Dimensions of the table, period first."""
        return ("period", *self.by)


def _broken_down(indicator: str, plain: tuple[str, ...], with_phases: tuple[str, ...]) -> tuple[TableSpec, ...]:
    return (
        *(TableSpec(indicator=indicator, by=(key,), has_phases=True) for key in with_phases),
        *(TableSpec(indicator=indicator, by=(key,)) for key in plain),
    )


REGISTER_HEADLINE = "victims_identified"
GLOBAL_HEADLINE = "victims_registered"

REGISTER_TABLES: tuple[TableSpec, ...] = (
    TableSpec(indicator=REGISTER_HEADLINE, periods="every", has_phases=True),
    TableSpec(indicator="victims_registered", periods="every", has_phases=True),
    TableSpec(indicator="victims_presumed", periods="every", has_phases=True),
    TableSpec(indicator="victims_assisted", periods="every", has_phases=True),
    *_broken_down(
        REGISTER_HEADLINE,
        (
            "age_class",
            "age_group",
            "citizenship",
            "sector",
            "means_of_control",
            "recruiter_relation",
            "recruitment_channel",
            "country_of_exploitation",
            "crossing",
            "corridor",
            "region",
        ),
        ("sex", "form", "identification_channel", "identified_by"),
    ),
    TableSpec(indicator=REGISTER_HEADLINE, by=("sex", "age_group"), periods="own"),
    TableSpec(indicator=REGISTER_HEADLINE, by=("identification_channel", "identified_by"), periods="own"),
)
"""Tables of a country that keeps a case register."""

GLOBAL_TABLES: tuple[TableSpec, ...] = (
    TableSpec(indicator=GLOBAL_HEADLINE, periods="every", has_phases=True),
    *_broken_down(
        GLOBAL_HEADLINE,
        (
            "age_class",
            "age_group",
            "citizenship",
            "sector",
            "means_of_control",
            "recruiter_relation",
            "country_of_exploitation",
            "crossing",
            "corridor",
        ),
        ("sex", "form", "identification_channel"),
    ),
)
"""Tables of the global case data, whole or those of one country of exploitation."""

RATE_TABLE = TableSpec(indicator="sdg_16_2_2", by=("sex",))
"""Identified victims by year and sex, to be divided by the population at release."""

JUSTICE_TABLES: tuple[TableSpec, ...] = (
    TableSpec(indicator="offences_recorded"),
    TableSpec(indicator="offences_recorded", by=("region",)),
    TableSpec(indicator="persons_suspected"),
    TableSpec(indicator="persons_prosecuted"),
    TableSpec(indicator="persons_prosecuted", by=("sex",)),
    TableSpec(indicator="persons_convicted"),
    TableSpec(indicator="persons_convicted", by=("sex",)),
)
STRANDED_TABLES: tuple[TableSpec, ...] = (
    TableSpec(indicator="stranded_migrants_registered", periods="every"),
    TableSpec(indicator="stranded_migrants_registered", by=("stranded_in",)),
    TableSpec(indicator="stranded_migrants_in_need", by=("need",)),
    TableSpec(indicator="stranded_migrants_wish_return", periods="every"),
    TableSpec(indicator="stranded_migrants_returned", periods="every"),
)
CONTACT_TABLES: tuple[TableSpec, ...] = (
    TableSpec(indicator="hotline_contacts", periods="every"),
    TableSpec(indicator="hotline_contacts", by=("topic",)),
    TableSpec(indicator="hotline_contacts", by=("channel",)),
)
MOVE_TABLES: tuple[TableSpec, ...] = tuple(
    TableSpec(indicator=key, by=by) for key in ("immigrants", "emigrants") for by in ((), ("other_country",))
)
UNEMPLOYMENT_TABLE = TableSpec(indicator="unemployment_rate", periods="every")
DETECTED_TABLE = TableSpec(indicator="victims_detected")
STRINGENCY_TABLE = TableSpec(indicator="stringency", periods="every")
MATCHED_KEY = "victims_detected_matched"
PANEL_KEY = "victims_detected_panel"
PANEL_FROM = 2015
"""First year of the panel: five years before the pandemic, enough for a comparison and few enough for countries."""
RECORDS_KEY = "records_by_source_outcome"
RECORDS_DIMENSIONS = ("source", "outcome")
