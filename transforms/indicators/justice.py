"""Indicators of criminal justice, from the statistics committee's form or from what countries report to UNODC."""

from __future__ import annotations

from transforms.disclosure.cells import Unit
from transforms.indicators.declare import Condition, Indicator


def _stage(key: str, label: str, unit: Unit, sentence: str, date_basis: str) -> Indicator:
    return Indicator(
        key=key,
        label=label,
        subject="observations",
        measure="sum",
        unit=unit,
        where=Condition(sql=f"series = '{key}'", sentence=sentence),
        date="time_period",
        date_basis=date_basis,
        deduplication="As the office counted; a figure given twice counts once.",
        sources=("crime_justice", "unodc_tip"),
        world_sources=("unodc_tip",),
        by=("sex", "age_class", "form", "category", "country", "region"),
        caveats=("justice_counts_its_own_year",),
    )


JUSTICE: tuple[Indicator, ...] = (
    _stage(
        "offences_recorded",
        "Offences recorded",
        "offence",
        "The offence was recorded as trafficking in persons.",
        "the year in which the offence was recorded",
    ),
    _stage(
        "persons_suspected",
        "Persons suspected",
        "person",
        "The person came into formal contact with the police as a suspect.",
        "the year of the first formal contact",
    ),
    _stage(
        "persons_prosecuted",
        "Persons prosecuted",
        "person",
        "The person was brought before a court.",
        "the year in which the prosecution began",
    ),
    _stage(
        "persons_convicted",
        "Persons convicted",
        "person",
        "A court of first instance convicted the person.",
        "the year of the judgment",
    ),
)
