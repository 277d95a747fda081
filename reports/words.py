"""What keys are called: indicators, dimensions, phases, sources, caveats, units. English texts are message ids.

A key that has no entry is shown as it is, underscores as spaces, so a new indicator is readable at once.
"""

from __future__ import annotations

from collections.abc import Callable

from reports.locale import N_

INDICATORS = {
    "victims_registered": N_("Registered victims"),
    "victims_presumed": N_("Presumed victims"),
    "victims_identified": N_("Identified victims"),
    "victims_assisted": N_("Assisted victims"),
    "victims_detected": N_("Detected victims (UNODC)"),
    "victims_detected_panel": N_("Detected victims (UNODC), the same countries every year"),
    "victims_detected_matched": N_("Detected victims (UNODC), the countries that reported both years"),
    "sdg_16_2_2": N_("Detected victims per 100,000 population (SDG 16.2.2)"),
    "offences_recorded": N_("Offences recorded"),
    "persons_suspected": N_("Persons suspected"),
    "persons_prosecuted": N_("Persons prosecuted"),
    "persons_convicted": N_("Persons convicted"),
    "stringency": N_("Stringency index"),
    "stranded_migrants_registered": N_("Stranded migrants registered"),
    "stranded_migrants_in_need": N_("Stranded migrants in need"),
    "stranded_migrants_wish_return": N_("Stranded migrants who wish to return"),
    "stranded_migrants_returned": N_("Stranded migrants who returned"),
    "hotline_contacts": N_("Hotline contacts"),
    "immigrants": N_("Immigrants"),
    "emigrants": N_("Emigrants"),
    "unemployment_rate": N_("Unemployment rate"),
    "records": N_("Records by source"),
    "action_plan": N_("National Action Plan: baseline and latest value"),
    "action_plan_progress": N_("National Action Plan: progress"),
}

QUANTITIES = {
    "victims_detected_rate": N_("Detected victims per 100,000 population (SDG 16.2.2)"),
    "population": N_("Population"),
    "participation_rate": N_("Labour force participation rate"),
    "action_plan_baseline": N_("Action plan: baseline"),
    "action_plan_target": N_("Action plan: target"),
    "action_plan_latest": N_("Action plan: latest value"),
}
"""What files deliver and no indicator is called after."""

_PLAN, _TARGETS = "action_plan_", "_targets"

VICTIMS_IN_A_SENTENCE = {
    "victims_registered": (N_("{n} registered victim"), N_("{n} registered victims")),
    "victims_presumed": (N_("{n} presumed victim"), N_("{n} presumed victims")),
    "victims_identified": (N_("{n} identified victim"), N_("{n} identified victims")),
    "victims_assisted": (N_("{n} assisted victim"), N_("{n} assisted victims")),
    "victims_detected": (N_("{n} detected victim"), N_("{n} detected victims")),
}

DIMENSIONS = {
    "period": N_("Period"),
    "year": N_("Year"),
    "quarter": N_("Quarter"),
    "month": N_("Month"),
    "citizenship": N_("Citizenship"),
    "country_of_exploitation": N_("Country of exploitation"),
    "corridor": N_("Corridor"),
    "region": N_("Region"),
    "body": N_("Body"),
    "source": N_("Source"),
    "outcome": N_("Outcome"),
    "stranded_in": N_("Where they were stranded"),
    "need": N_("Need"),
    "channel": N_("Way of contact"),
    "topic": N_("Topic"),
    "other_country": N_("Other country"),
    "purpose": N_("Purpose"),
    "measure": N_("Measure of the plan"),
    "figure": N_("Measure, figure and time"),
    "ref_area": N_("Area"),
    "reporting_country": N_("Reporting country"),
}

PHASES = {
    "pre_pandemic": N_("Before the pandemic"),
    "acute": N_("Acute phase"),
    "prolonged_restrictions": N_("Prolonged restrictions"),
    "recovery": N_("Recovery"),
}

CODES = {
    "accepted": N_("Accepted"),
    "quarantined": N_("Set aside"),
    "total": N_("Total"),
    "unknown": N_("Unknown"),
    "not_reported": N_("Not reported"),
    "not_applicable": N_("Not applicable"),
}

NEEDS = {
    "food": N_("Food"),
    "shelter": N_("Shelter"),
    "medical_care": N_("Medical care"),
    "documents": N_("Documents"),
    "transport": N_("Transport"),
    "legal_advice": N_("Legal advice"),
    "work": N_("Work"),
    "protection": N_("Protection"),
    "other": N_("Other"),
}

CHANNELS = {
    "call": N_("Call"),
    "message": N_("Message"),
    "online_form": N_("Online form"),
    "in_person": N_("In person"),
    "other": N_("Other"),
}

TOPICS = {
    "trafficking": N_("Trafficking in persons"),
    "labour_rights": N_("Labour rights"),
    "migration_advice": N_("Advice on migration"),
    "missing_person": N_("Missing person"),
    "violence": N_("Violence"),
    "other": N_("Other"),
}

SOURCES = {
    "ctdc_kanon": N_("CTDC k-anonymised global data set"),
    "ctdc_synthetic": N_("CTDC synthetic global data set"),
    "htcds": N_("HTCDS case template"),
    "unodc_tip": N_("UNODC trafficking-in-persons data"),
    "case_register": N_("National case register"),
    "crime_justice": N_("Crime and justice form of the statistics committee"),
    "population": N_("Population by sex and age"),
    "stringency": N_("COVID-19 stringency index (OxCGRT)"),
    "action_plan": N_("Status of the National Action Plan"),
    "migrant_registrations": N_("Registrations of stranded migrants"),
    "hotline_contacts": N_("Contacts of hotlines"),
    "migration_flows": N_("Migration flows"),
    "labour_market": N_("Labour market indicators"),
}

SUPPLIERS = {
    "case_register": N_("the case-holding bodies (interior ministry, prosecutor, migration service, NGOs, IOM)"),
    "crime_justice": N_("the State Statistics Committee with the interior ministry and the courts"),
    "population": N_("the State Statistics Committee"),
    "stringency": N_("the national authority that keeps the record of COVID measures, or OxCGRT"),
    "ctdc_kanon": N_("the organisations that share their case records through CTDC"),
    "unodc_tip": N_("UNODC, from the country's answers to its questionnaire"),
    "unodc_world": N_("UNODC, from the answers of countries to its questionnaire"),
    "action_plan": N_("the body that coordinates the National Action Plan"),
    "migrant_registrations": N_("the migration service, consulates and organisations that register stranded migrants"),
}

PLAN_FIGURES = {
    "baseline": N_("baseline"),
    "target": N_("target"),
    "latest": N_("latest value"),
    "change": N_("change since the baseline"),
}
PLAN_STATES = {
    "reached": N_("Reached"),
    "on_track": N_("On track"),
    "behind": N_("Behind"),
    "overdue": N_("Overdue"),
    "no_data": N_("No data"),
    "withheld": N_("Suppressed"),
    "not_assessed": N_("Not assessed"),
}
"""In the order in which they are counted."""
EVIDENCE = {
    "A": N_("checked by others than the responsible body"),
    "B": N_("shown by documents"),
    "C": N_("the responsible body's own word"),
    "D": N_("an estimate without documents"),
}
WHY_MISSING = {
    "not_measured": N_("it was not measured"),
    "not_delivered": N_("the responsible body did not deliver it"),
    "not_started": N_("the work has not begun"),
    "being_defined": N_("how to measure it is still being defined"),
    "confidential": N_("the responsible body holds it confidential"),
    "units_differ": N_("baseline, target and latest value are not of one unit"),
    "": N_("no reason was given"),
}

CAVEATS = {
    "reported_by_the_responsible_body": N_(
        "Baseline and latest value are what the responsible body reported, unless an indicator of this edition "
        "measures them; the grade of the evidence says who checked them."
    ),
    "a_stranded_migrant_is_not_a_victim": N_("A stranded migrant is not a victim of trafficking."),
    "detection_is_not_prevalence": N_(
        "Counts of victims who came to notice. How many there are, detected or not, is not known from them."
    ),
    "registration_is_not_exploitation": N_(
        "The year is the one in which the case entered the register, not the year of the exploitation."
    ),
    "one_person_once": N_(
        "A person who stands in the lists of several bodies is counted once, at the earliest date any list gives."
    ),
    "several_codes_per_person": N_(
        "A person can be counted under several of these categories, so they add up to more than the persons."
    ),
    "late_reports_follow": N_("Cases reach the register with a delay: the latest periods rise with later deliveries."),
    "coverage_differs_between_years": N_(
        "Organisations joined and left the data set, so levels of different years are not comparable as they are."
    ),
    "records_are_persons": N_("The data set gives no key of a person; each record is counted as one person."),
    "records_are_synthetic": N_(
        "The records are synthetic: none is a person. Their totals come close to those of the victims registered, "
        "small ones less than large ones."
    ),
    "small_groups_removed": N_(
        "The publisher took out whatever singled out groups of fewer than eleven persons: a 0 means none, or too "
        "few to show."
    ),
    "small_counts_published_as_bands": N_(
        "Countries publish counts below five as a band (0 to 4); it is counted as 2, and the bounds stand in the files."
    ),
    "countries_differ_between_years": N_(
        "Not the same countries report each year; compare years only over the countries that report both."
    ),
    "justice_counts_its_own_year": N_(
        "Convictions of a year mostly belong to offences of earlier years: the stages of one year are not the same "
        "cases."
    ),
    "a_contact_is_not_a_victim": N_(
        "A contact is never a victim: one person can call ten times, one call can be about ten persons, and most "
        "contacts ask for advice."
    ),
    "registered_moves_only": N_(
        "Only moves that were registered are counted; whoever moves without registering is missing."
    ),
    "survey_estimate": N_("The rate is estimated from a survey; how exact it is was not delivered with it."),
    "stringency_is_policy_not_behaviour": N_(
        "The index measures how strict the rules were on paper, not how far they were followed."
    ),
    "association_is_not_cause": N_(
        "Two figures that move together show an association; what caused it is not known from them."
    ),
    "counts_taken_as_poisson": N_(
        "The interval takes events as independent of one another; where several come together, it is too narrow."
    ),
    "season_not_separated": N_("The two parts compared do not hold whole years, so a season can look like a change."),
    "lists_must_match_the_same_persons": N_(
        "A person must be recognised on every list: one missed or taken for another changes the estimate much."
    ),
    "closed_population": N_(
        "The method takes it that nobody joined or left the population in the time that the lists cover."
    ),
    "rate_depends_on_population_vintage": N_(
        "The rate uses the population as known at the date named; a later census can revise it strongly."
    ),
}
"""The sentence of each caveat key that an indicator or an estimate carries."""

UNITS = {
    "person": N_("persons"),
    "case": N_("cases"),
    "offence": N_("offences"),
    "contact": N_("contacts"),
    "record": N_("records"),
    "index": N_("index, 0 to 100"),
    "per_100k": N_("per 100,000 population"),
    "pct": N_("per cent"),
    "ratio": N_("ratio"),
    "body": N_("bodies, regions"),
    "event": N_("activities"),
    "document": N_("documents"),
    "place": N_("places"),
    "yes_no": N_("yes (1) or no (0)"),
}

MARKS = {
    "suppressed": ("[c]", N_("suppressed: confidential, because it could reveal a person")),
    "not_reported": ("[x]", N_("not reported")),
    "not_applicable": ("[z]", N_("not applicable")),
    "unreliable": ("[u]", N_("too unreliable to show")),
}
FLAGS = {
    "P": ("p", N_("provisional")),
    "R": ("r", N_("revised")),
    "E": ("e", N_("estimated")),
    "B": ("b", N_("break in series")),
}
STATES = {
    "suppressed": N_("suppressed"),
    "not_reported": N_("not reported"),
    "not_applicable": N_("not applicable"),
    "unreliable": N_("too unreliable to show"),
}
"""The same states in a word, for sentences."""

VERDICTS = {"passed": N_("passed")}

DECLARED = frozenset(
    {
        N_("confidential; for the statistics of the reporting country"),
        N_("as agreed with the committee"),
        N_("CTDC terms of use"),
        N_("United Nations terms of use"),
        N_("Fictional dates made for the sample data (SYNTHETIC)."),
        N_(
            "WHO: public health emergency of international concern, 30 January 2020 to 5 May 2023; rounded to "
            "calendar years because the global data sets have no months."
        ),
        N_(
            "WHO emergency 30 January 2020 to 5 May 2023; border closures from public knowledge, to be confirmed by "
            "the Working Group; compared with the monthly mean of the Oxford stringency index for TKM."
        ),
        N_(
            "All tables of this edition together, and with every earlier edition that the same readers have: margins, "
            "periods inside periods, COVID phases and what they leave over, several answers per person, nested codes, "
            "populations inside others at the same dates, counts that only grew since an earlier edition."
        ),
    }
)
"""Texts of profiles and of the gate that the catalogues translate; any other is printed as it stands."""


def quantity(series: str) -> str | None:
    """The name of what a series of a file measures; None for one that only a profile of one's own knows."""
    return INDICATORS.get(series) or QUANTITIES.get(series)


def indicator(key: str, text: Callable[[str], str]) -> str:
    """Name of an indicator, or of those figures of the National Action Plan that stand in one table for their unit."""
    if key in INDICATORS:
        return text(INDICATORS[key])
    unit = key.removeprefix(_PLAN)
    if unit.removesuffix(_TARGETS) not in UNITS or unit == key:
        return text(readable(key))
    named = QUANTITIES["action_plan_target"] if unit.endswith(_TARGETS) else INDICATORS["action_plan"]
    return f"{text(named)} ({text(UNITS[unit.removesuffix(_TARGETS)])})"


def readable(key: str) -> str:
    """A key without entry, as words."""
    return key.replace("_", " ").capitalize()
