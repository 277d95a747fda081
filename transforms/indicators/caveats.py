"""The register of caveats: every sentence that must stand beside a figure, by key."""

from __future__ import annotations

from transforms.indicators.declare import Caveat

CAVEATS: tuple[Caveat, ...] = (
    Caveat(
        key="detection_is_not_prevalence",
        text="Counts of victims who came to notice. How many there are, detected or not, is not known from them.",
    ),
    Caveat(
        key="registration_is_not_exploitation",
        text="The year is the one in which the case entered the register, not the year of the exploitation.",
    ),
    Caveat(
        key="one_person_once",
        text="A person who stands in the lists of several bodies is counted once, at the earliest date any list gives.",
    ),
    Caveat(
        key="several_codes_per_person",
        text="A person can be counted under several of these categories, so they add up to more than the persons.",
    ),
    Caveat(
        key="late_reports_follow",
        text="Cases reach the register with a delay: the latest periods rise with later deliveries.",
    ),
    Caveat(
        key="coverage_differs_between_years",
        text="Organisations joined and left the data set, so levels of different years are not comparable as they are.",
    ),
    Caveat(
        key="records_are_persons",
        text="The data set gives no key of a person; each record is counted as one person.",
    ),
    Caveat(
        key="records_are_synthetic",
        text="The records are synthetic: none is a person. Their totals come close to those of the victims registered, "
        "small ones less than large ones.",
    ),
    Caveat(
        key="small_groups_removed",
        text="The publisher took out whatever singled out groups of fewer than eleven persons: a 0 means none, or too "
        "few to show.",
    ),
    Caveat(
        key="small_counts_published_as_bands",
        text="Countries publish counts below five as a band (0 to 4); it is counted as 2, and the bounds stand in the "
        "files.",
    ),
    Caveat(
        key="countries_differ_between_years",
        text="Not the same countries report each year; compare years only over the countries that report both.",
    ),
    Caveat(
        key="justice_counts_its_own_year",
        text=(
            "Convictions of a year mostly belong to offences of earlier years: the stages of one year are not the same "
            "cases."
        ),
    ),
    Caveat(
        key="reported_by_the_responsible_body",
        text="Baseline and latest value are what the responsible body reported, unless an indicator of this edition "
        "measures them; the grade of the evidence says who checked them.",
    ),
    Caveat(
        key="a_stranded_migrant_is_not_a_victim",
        text="A stranded migrant is not a victim of trafficking.",
    ),
    Caveat(
        key="a_contact_is_not_a_victim",
        text="A contact is never a victim: one person can call ten times, one call can be about ten persons, and most "
        "contacts ask for advice.",
    ),
    Caveat(
        key="registered_moves_only",
        text="Only moves that were registered are counted; whoever moves without registering is missing.",
    ),
    Caveat(
        key="survey_estimate",
        text="The rate is estimated from a survey; how exact it is was not delivered with it.",
    ),
    Caveat(
        key="stringency_is_policy_not_behaviour",
        text="The index measures how strict the rules were on paper, not how far they were followed.",
    ),
    Caveat(
        key="association_is_not_cause",
        text="Two figures that move together show an association; what caused it is not known from them.",
    ),
    Caveat(
        key="counts_taken_as_poisson",
        text="The interval takes events as independent of one another; where several come together, it is too narrow.",
    ),
    Caveat(
        key="season_not_separated",
        text="The two parts compared do not hold whole years, so a season can look like a change.",
    ),
    Caveat(
        key="lists_must_match_the_same_persons",
        text="A person must be recognised on every list: one missed or taken for another changes the estimate much.",
    ),
    Caveat(
        key="closed_population",
        text="The method takes it that nobody joined or left the population in the time that the lists cover.",
    ),
    Caveat(
        key="rate_depends_on_population_vintage",
        text="The rate uses the population as known at the date named; a later census can revise it strongly.",
    ),
)


def caveat_text(key: str) -> str:
    """The English sentence of a caveat; raises KeyError."""
    return {caveat.key: caveat.text for caveat in CAVEATS}[key]
