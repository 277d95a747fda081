"""What each indicator counts, in the words of its declaration (`transforms.indicators`), ready for translation.

A test holds these texts against the declarations, so that neither can change alone.
"""

from __future__ import annotations

from dataclasses import dataclass

from reports.locale import N_


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """What is counted, which date puts it into a period, and how nothing is counted twice; English message ids."""

    counted: str
    date_basis: str
    once: str


_PERSON = N_("One person counts once: records with one pseudonymous key are one person, at the earliest date.")
_OFFICE = N_("As the office counted; a figure given twice counts once.")
_REGISTERED = N_("the day of registration")
_BODY = N_(
    "As the body counted: a person registered again counts again. Only the finest periods that a delivery holds are "
    "counted; longer ones are their sums."
)
_IN_GROUPS = N_(
    "Figures that name the same breakdowns form a group, and one group counts for what is asked: the one that names "
    "just that, else the one with the greatest sum, because a group can leave something out. Groups are never added "
    "together. Only the finest periods that a delivery holds are counted; longer ones are their sums."
)
_MOVED = N_("the period in which the move was registered")
_DECIDED = N_("A body entitled to decide confirmed that the person is a victim, and the day is known.")
_DECISION = N_("the day of the decision")

DEFINITIONS = {
    "victims_registered": Definition(
        counted=N_("The person stands in a case list and no decision says that the person is not a victim."),
        date_basis=N_("the day, or the year, in which the case entered the register"),
        once=_PERSON,
    ),
    "victims_presumed": Definition(
        counted=N_("A list says that the person may be a victim, and no list that a decision was taken."),
        date_basis=N_("the day the case entered the register"),
        once=_PERSON,
    ),
    "victims_identified": Definition(counted=_DECIDED, date_basis=_DECISION, once=_PERSON),
    "victims_assisted": Definition(
        counted=N_("The person, identified or not, received a service; the period is that of the first one."),
        date_basis=N_("the day of the first service received"),
        once=_PERSON,
    ),
    "sdg_16_2_2": Definition(counted=_DECIDED, date_basis=_DECISION, once=_PERSON),
    "victims_detected": Definition(
        counted=N_("A country reported the figure to UNODC; regional aggregates are kept apart."),
        date_basis=N_("the year in which the victim came to the attention of the authorities"),
        once=N_("As the country reported; a figure given twice counts once."),
    ),
    "offences_recorded": Definition(
        counted=N_("The offence was recorded as trafficking in persons."),
        date_basis=N_("the year in which the offence was recorded"),
        once=_OFFICE,
    ),
    "persons_suspected": Definition(
        counted=N_("The person came into formal contact with the police as a suspect."),
        date_basis=N_("the year of the first formal contact"),
        once=_OFFICE,
    ),
    "persons_prosecuted": Definition(
        counted=N_("The person was brought before a court."),
        date_basis=N_("the year in which the prosecution began"),
        once=_OFFICE,
    ),
    "persons_convicted": Definition(
        counted=N_("A court of first instance convicted the person."),
        date_basis=N_("the year of the judgment"),
        once=_OFFICE,
    ),
    "stringency": Definition(
        counted=N_("The index has a value for the day; days without are left out."),
        date_basis=N_("the day for which the index holds, averaged over the period"),
        once=N_("One value a day."),
    ),
    "stranded_migrants_registered": Definition(
        counted=N_("The person registered as a migrant who can neither go on nor go home."),
        date_basis=_REGISTERED,
        once=_BODY,
    ),
    "stranded_migrants_in_need": Definition(
        counted=N_("The person registered in the period and named the need; one person can have several."),
        date_basis=_REGISTERED,
        once=_BODY,
    ),
    "stranded_migrants_wish_return": Definition(
        counted=N_("The person registered in the period and wishes to return."),
        date_basis=_REGISTERED,
        once=_BODY,
    ),
    "stranded_migrants_returned": Definition(
        counted=N_("The person returned in the period."),
        date_basis=N_("the day of return"),
        once=_BODY,
    ),
    "hotline_contacts": Definition(
        counted=N_("The hotline noted a call, a message or a visit, whatever it was about and whoever made it."),
        date_basis=N_("the day of the contact"),
        once=N_(
            "Each hotline for itself, then all together; where a hotline that told before tells nothing, the sum is "
            "provisional. Figures that name the same breakdowns form a group, and one group counts for what is asked: "
            "the one that names just that, else the one with the greatest sum, because a group can leave something "
            "out. Groups are never added together. Only the finest periods that a delivery holds are counted; longer "
            "ones are their sums."
        ),
    ),
    "immigrants": Definition(
        counted=N_("The office registered that the person moved into the country."),
        date_basis=_MOVED,
        once=_IN_GROUPS,
    ),
    "emigrants": Definition(
        counted=N_("The office registered that the person moved out of the country."),
        date_basis=_MOVED,
        once=_IN_GROUPS,
    ),
    "unemployment_rate": Definition(
        counted=N_("The office published the percentage of the labour force that is without work and looks for it."),
        date_basis=N_("the year, quarter or month for which the rate was published"),
        once=N_("As the office published it; no rate is averaged over periods, sexes or regions."),
    ),
}
RECORDS = Definition(
    counted=N_("The row stands in an extract that the edition was made from; accepted, or set aside by a rule."),
    date_basis=N_("all of the extract, whatever the dates in it"),
    once=N_("Each row of an extract once."),
)
"""The table of rows read, which is no indicator."""
PLAN = Definition(
    counted=N_("The body that coordinates the plan reported the figure for the measure."),
    date_basis=N_("the day or the year that the report names"),
    once=N_("As the body reported; the newest report counts."),
)
"""The tables of the National Action Plan, which belong to no one indicator."""
DEFINED = frozenset(
    text for one in (*DEFINITIONS.values(), RECORDS, PLAN) for text in (one.counted, one.date_basis, one.once)
)
"""Every sentence of these that can be translated."""
