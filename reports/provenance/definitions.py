"""Texts of provenance cards: rules, states and questions. English texts are message ids.

Definitions of indicators travel in the manifest (`context.indicators`), so that a card can be made of it alone;
`reports.definitions` has the same sentences for the catalogues.
"""

from __future__ import annotations

from collections.abc import Sequence

from reports.locale import N_
from reports.words import CAVEATS

RULES = {
    "count": N_(
        "Counted or added up from the rows of the sources, then protected together with all other counts of the "
        "edition."
    ),
    "observation": N_("Taken, counted or added up from what its owner published."),
    "share": N_(
        "The count with the same codes as a percentage of the total, less those whose characteristic is unknown or not "
        "reported; Wilson's 95 % interval."
    ),
    "rate": N_(
        "The count with the same codes per 100,000 of the population of that year; Garwood's exact 95 % interval."
    ),
    "phase_mean": N_("The count of the phase divided by its number of months; Garwood's exact 95 % interval."),
    "phase_ratio": N_(
        "The count of the phase a month, divided by that of the phase before the pandemic; exact 95 % interval for two "
        "Poisson counts."
    ),
    "same_period": N_(
        "The count divided by that of the same period of 2019; exact 95 % interval for two Poisson counts."
    ),
    "change": N_(
        "How much the count differs from that of the period before, in per cent, where no break of the series lies "
        "between them; exact 95 % interval for two Poisson counts."
    ),
}
"""How a figure of each measure comes about."""

QUESTIONS = {
    "trend": N_("Trend"),
    "covid": N_("Expected and observed in the COVID period"),
    "calendars": N_("Other beginnings of the pandemic"),
    "stringency": N_("Association with the stringency of measures"),
    "comparators": N_("Comparison with other countries"),
    "detection": N_("What each part adds to the change"),
    "composition": N_("Shift of the mix"),
    "evidence": N_("Sign for or against an explanation"),
    "nowcast": N_("Late registrations"),
    "rate": N_("Rate with late registrations"),
    "hidden_population": N_("Victims on the lists and on none"),
}
"""What each question of `transforms.studies.answers` is called."""

ANSWER_RULES = {
    "nowcast": N_(
        "Calculated from the delays with which records came in; shown for periods whose count is released, in whole "
        "persons."
    ),
    "rate": N_(
        "Calculated from the released count of the year, the delays with which records came in, and the population."
    ),
    "hidden_population": N_(
        "Calculated from which persons stand on which lists; figures of persons are rounded to ten, overlaps are not "
        "shown."
    ),
}
ANSWER_RULE = N_("Calculated from released counts of this edition.")
"""What an answer is made of; most are functions of released counts alone."""


UNKEYED = ("records_are_persons", "records_are_synthetic")
"""Caveats of records without a key of a person: what they say stands in place of the rule against double counting."""


def against_double_counting(declared: str | None, caveats: Sequence[str]) -> str:
    """How persons are kept from being counted twice in a table of these caveats; `declared` is its indicator's rule."""
    unkeyed = next((key for key in UNKEYED if key in caveats), None)
    return (declared or "") if unkeyed is None else CAVEATS[unkeyed]


def answer_rule(question: str) -> str:
    """What the answer to a question is made of."""
    return ANSWER_RULES.get(question, ANSWER_RULE)


def counted_for(key: str, headline: str) -> str:
    """Key of the table of counts that an answer rests on in the first place; empty where it rests on several."""
    question, _, about = key.partition(":")
    first = about.partition(":")[0]
    if question in ("trend", "covid"):
        return f"{first}_by_period"
    if question in ("detection", "composition"):
        return f"{headline}_by_period_{first}"
    return f"{headline}_by_period" if question in ("calendars", "stringency", "nowcast", "rate") else ""


STATES = {
    "value": "The figure is shown.",
    "zero": "The figure is shown: none was recorded.",
    "not_reported": N_("Not reported: the sources say nothing of it."),
    "not_applicable": N_("Not applicable: there is nothing that it could be calculated of."),
    "suppressed": N_(
        "Suppressed: it could point to a person or reveal another suppressed figure. Which of the two is not told, "
        "because that would say how small it is."
    ),
    "unreliable": N_("Too unreliable to show: it would rest on too few persons."),
}
"""Why a cell shows what it shows; of one with a number nothing need be said on a page."""
