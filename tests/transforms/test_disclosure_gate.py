"""The gate: what it withholds, what it works out from protected counts only, and when it lets nothing out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest
from scipy.stats import chi2, norm

from tests.transforms.count_tables import counts, drawn, phase, population, released, shown, values, withheld
from transforms.disclosure import released as gate_output
from transforms.disclosure import suppression
from transforms.disclosure.audit import interval
from transforms.disclosure.cells import CountCell, CountTable, TableSet
from transforms.disclosure.equations import link
from transforms.disclosure.linked import Builder, LinkedCell
from transforms.disclosure.policy import POLICIES, Policy, policy
from transforms.disclosure.release import release
from transforms.disclosure.released import ReleasedCell, ReleasedEdition, ReleasedTable
from transforms.disclosure.suppression import Protection
from transforms.errors import ProfileInvalid, ReleaseRefused, WrongArguments

BY_PERIOD = "victims_identified_by_period"
BY_SEX = "victims_identified_by_period_sex"
BY_FORM = "victims_identified_by_period_form"

SIX_YEARS = counts("""
    period | persons
    2016   | 0
    2017   | 1
    2018   | 3
    2019   | 4
    2020   | 9
    2021   | 10
    """)
SEXES = counts(
    """
    period | female | male | other | total
    2019   | 33     | 12   | 0     | 45
    2020   | 20     | 3    | 0     | 23
    2021   | 31     | 2    | 6     | 39
    """,
    by="sex",
)
YEARS = counts("""
    period | persons
    2019   | 45
    2020   | 23
    2021   | 39
    """)


def test_the_working_group_sees_no_count_from_one_to_three() -> None:
    assert shown(released(SIX_YEARS), BY_PERIOD) == drawn("""
        period | persons
        2016   | 0
        2017   | C
        2018   | C
        2019   | 4
        2020   | 9
        2021   | 10
        """)


def test_the_public_sees_no_count_from_one_to_nine() -> None:
    assert shown(released(SIX_YEARS, audience="public"), BY_PERIOD) == drawn("""
        period | persons
        2016   | 0
        2017   | C
        2018   | C
        2019   | C
        2020   | C
        2021   | 10
        """)


def test_a_zero_is_not_a_small_count_and_has_a_state_of_its_own() -> None:
    table = released(SIX_YEARS).tables[BY_PERIOD]
    states = {cell.at[0]: cell.state for cell in table.cells}
    assert (states["2016"], states["2017"], states["2019"]) == ("zero", "suppressed", "value")


def test_a_withheld_count_leaves_no_trace_in_its_cell() -> None:
    marked = CountCell(at=("2021",), value=2.0, obs_status="P", lower=2.0, upper=2.0)
    table = replace(SIX_YEARS, cells=(CountCell(at=("2020",), value=8.0, obs_status="P"), marked))
    kept, hidden = released(table).tables[BY_PERIOD].cells
    assert kept == ReleasedCell(at=("2020",), value=8.0, obs_status="P")
    assert hidden == ReleasedCell(at=("2021",), value=None, conf_status="C")


def test_a_small_count_and_the_one_that_protects_it_carry_one_mark() -> None:
    assert shown(released(SEXES), BY_SEX) == drawn("""
        period | female | male | other | total
        2019   | 33     | 12   | 0     | 45
        2020   | C      | C    | 0     | 23
        2021   | 31     | C    | C     | 39
        """)
    assert {cell.conf_status for cell in released(SEXES).tables[BY_SEX].cells} == {"C", "F"}


def test_two_small_counts_that_add_up_to_less_than_the_width_need_a_third() -> None:
    table = counts(
        """
        period | female | male | other | unknown | total
        2021   | 31     | 2    | 1     | 14      | 48
        """,
        by="sex",
    )
    hidden = {code for _, code in withheld(released(table), BY_SEX)}
    assert hidden > {"male", "other"}
    assert len(hidden) == 3


def test_what_one_table_withholds_no_other_table_of_that_population_shows() -> None:
    sexes = counts(
        """
        period | female | male | total
        2020   | 20     | 15   | 35
        2021   | 3      | 0    | 3
        """,
        by="sex",
    )
    years = counts("""
        period | persons
        2020   | 35
        2021   | 3
        """)
    edition = released(sexes, years)
    assert ("2021", "total") in withheld(edition, BY_SEX)
    assert shown(edition, BY_PERIOD) == drawn("""
        period | persons
        2020   | 35
        2021   | C
        """)


def test_a_total_that_another_table_shows_protects_nothing() -> None:
    """The total alone could hide the men, and does where no other table needs it; here the years show it too."""
    edition = released(SEXES, YEARS)
    assert shown(edition, BY_PERIOD) == [["period", "persons"], ["2019", "45"], ["2020", "23"], ["2021", "39"]]
    assert withheld(edition, BY_SEX) == {("2020", "female"), ("2020", "male"), ("2021", "male"), ("2021", "other")}


def test_another_population_of_the_same_size_is_another_quantity() -> None:
    assisted = replace(SIX_YEARS, key="victims_assisted_by_period", population="victims_assisted")
    large = replace(assisted, cells=(CountCell(at=("2017",), value=40.0),))
    edition = released(SIX_YEARS, large)
    assert shown(edition, "victims_assisted_by_period")[1] == ["2017", "40"]
    assert ("2017",) in withheld(edition, BY_PERIOD)


def test_a_small_month_takes_another_month_of_its_quarter_along_and_the_quarter_stays() -> None:
    table = counts("""
        period  | persons
        2021-Q1 | 19
        2021-01 | 2
        2021-02 | 6
        2021-03 | 11
        """)
    assert shown(released(table), BY_PERIOD) == drawn("""
        period  | persons
        2021-Q1 | 19
        2021-01 | C
        2021-02 | C
        2021-03 | 11
        """)


def test_a_year_of_quarters_in_another_table_gives_no_quarter_away() -> None:
    quarters = counts(
        """
        period  | female | male | total
        2021-Q1 | 12     | 2    | 14
        2021-Q2 | 14     | 9    | 23
        2021-Q3 | 16     | 8    | 24
        2021-Q4 | 15     | 7    | 22
        """,
        by="sex",
        key="quarters",
    )
    year = counts(
        """
        period | female | male | total
        2021   | 57     | 26   | 83
        """,
        by="sex",
        key="years",
    )
    hidden = withheld(released(quarters, year), "quarters")
    assert {code for when, code in hidden if when == "2021-Q1"} >= {"female", "male"}
    assert len([at for at in hidden if at[1] == "male"]) >= 2
    assert withheld(released(quarters, year), "years") <= {("2021", "male"), ("2021", "female")}


PHASES = (phase("pre_pandemic", "2019-01", "2020-02"), phase("acute", "2020-03", "2020-12"))


def phases(january_and_february: int) -> CountTable:
    return counts(f"""
        period             | persons
        2019               | 30
        2020               | {38 + january_and_february}
        phase:pre_pandemic | {30 + january_and_february}
        phase:acute        | 38
        """)


@pytest.mark.parametrize("left_over", [1, 2, 3])
def test_two_months_left_over_between_a_phase_and_its_years_are_a_small_group_too(left_over: int) -> None:
    hidden = {at[0] for at in withheld(released(phases(left_over), rollups=PHASES), BY_PERIOD)}
    assert hidden & {"2019", "phase:pre_pandemic"}
    assert hidden & {"2020", "phase:acute"}


@pytest.mark.parametrize("left_over", [0, 4, 9])
def test_a_group_left_over_that_is_empty_or_large_enough_costs_nothing(left_over: int) -> None:
    assert withheld(released(phases(left_over), rollups=PHASES), BY_PERIOD) == set()


def test_the_public_policy_also_holds_for_groups_left_over() -> None:
    assert withheld(released(phases(9), rollups=PHASES, audience="public"), BY_PERIOD) != set()


def test_several_forms_per_person_may_add_up_to_more_than_the_persons() -> None:
    table = counts(
        """
        period | forced_labour | servitude | total
        2021   | 30            | 25        | 40
        """,
        by="form",
        additive=("period",),
    )
    assert withheld(released(table), BY_FORM) == set()


def test_a_small_form_needs_no_complement_where_overlap_hides_it() -> None:
    table = counts(
        """
        period | forced_labour | servitude | total
        2021   | 40            | 2         | 40
        """,
        by="form",
        additive=("period",),
    )
    assert withheld(released(table), BY_FORM) == {("2021", "servitude")}


def test_a_small_form_takes_along_the_unknown_that_would_leave_it_too_little_room() -> None:
    """Of 24 persons 21 have no known form: with both numbers shown, servitude could be three at most."""
    table = counts(
        """
        period | forced_labour | servitude | unknown | total
        2021   | 0             | 3         | 21      | 24
        """,
        by="form",
        additive=("period",),
    )
    assert withheld(released(table), BY_FORM) - {("2021", "servitude")} != set()


def test_a_form_by_phases_and_years_is_protected_along_the_periods() -> None:
    table = counts(
        """
        period             | forced_labour | servitude | total
        2019               | 30            | 12        | 40
        2020               | 35            | 14        | 45
        phase:pre_pandemic | 33            | 14        | 46
        phase:acute        | 32            | 12        | 39
        """,
        by="form",
        additive=("period",),
    )
    hidden = withheld(released(table, rollups=PHASES), BY_FORM)
    assert {at for at in hidden if at[1] == "servitude"} & {("2019", "servitude"), ("phase:pre_pandemic", "servitude")}
    assert {at for at in hidden if at[1] == "servitude"} & {("2020", "servitude"), ("phase:acute", "servitude")}


def test_children_and_age_groups_of_two_tables_protect_each_other() -> None:
    """With 14 children shown and 12 of them aged 9 to 17, at most two are younger."""
    classes = counts(
        """
        period | child | adult | total
        2021   | 14    | 26    | 40
        """,
        by="age_class",
    )
    groups = counts(
        """
        period | 0-8 | 9-17 | 18-20 | 21-23 | total
        2021   | 2   | 12   | 15    | 11    | 40
        """,
        by="age_group",
    )
    edition = released(classes, groups)
    hidden = withheld(edition, "victims_identified_by_period_age_group")
    assert ("2021", "0-8") in hidden
    assert ("2021", "9-17") in hidden or withheld(edition, "victims_identified_by_period_age_class") != set()


def test_corridors_and_the_countries_at_their_ends_protect_each_other() -> None:
    ends = counts(
        """
        period | TM | UZ | total
        2021   | 30 | 12 | 42
        """,
        by="citizenship",
    )
    corridors = counts(
        """
        period | TM>TR | TM>RU | UZ>TR | total
        2021   | 27    | 3     | 12    | 42
        """,
        by="corridor",
    )
    edition = released(ends, corridors)
    hidden = withheld(edition, "victims_identified_by_period_corridor")
    assert {("2021", "TM>RU"), ("2021", "TM>TR")} <= hidden


def test_a_share_is_worked_out_from_shown_counts_and_leaves_the_unknown_out_of_its_base() -> None:
    table = counts(
        """
        period | female | male | unknown | not_reported | total
        2021   | 30     | 10   | 6       | 4            | 50
        """,
        by="sex",
    )
    edition = released(table)
    female = edition.tables[BY_SEX + ".share"].cell("2021", "female")
    assert female is not None
    assert (female.value, female.base, female.note) == (75.0, 40.0, "unknown=10")
    z = norm.ppf(0.975)
    centre, spread = (30 + z * z / 2) / (40 + z * z), z * np.sqrt(30 * 10 / 40 + z * z / 4) / (40 + z * z)
    assert (female.lower, female.upper) == pytest.approx((100 * (centre - spread), 100 * (centre + spread)), abs=1e-9)
    assert edition.tables[BY_SEX + ".share"].codes("sex") == ("female", "male")


@pytest.mark.parametrize(("male", "is_shown"), [(10, True), (7, False)])
def test_published_parts_that_do_not_make_up_their_total_have_no_base_for_a_share(male: int, is_shown: bool) -> None:
    """As UNODC's convictions: 2,267 in all countries together, 1,233 in those that tell women from men."""
    table = counts(
        f"""
        period | female | male   | total
        2021   | 30     | {male} | 40
        """,
        by="sex",
        is_published=True,
        additive=("period", "sex") if is_shown else ("period",),
    )
    assert (BY_SEX + ".share" in released(table).tables) is is_shown


def test_no_share_is_shown_of_a_withheld_count_or_on_a_withheld_base() -> None:
    edition = released(SEXES)
    assert shown(edition, BY_SEX + ".share") == drawn("""
        period | female  | male    | other
        2019   | 73.3333 | 26.6667 | 0
        2020   | D       | D       | 0
        2021   | 79.4872 | D       | D
        """)


def test_no_share_is_shown_where_the_number_of_unknown_is_withheld() -> None:
    table = counts(
        """
        period | female | male | unknown | total
        2021   | 30     | 12   | 2       | 44
        """,
        by="sex",
    )
    edition = released(table)
    assert ("2021", "unknown") in withheld(edition, BY_SEX)
    assert shown(edition, BY_SEX + ".share") == [["period", "female", "male"], ["2021", "D", "D"]]


@pytest.mark.parametrize(("unknown", "is_shown"), [(6, False), (5, True)])
def test_no_share_is_shown_on_a_base_under_twenty(unknown: int, is_shown: bool) -> None:
    table = counts(
        f"""
        period | female       | male | unknown   | total
        2021   | {20 - unknown} | 5    | {unknown} | 25
        """,
        by="sex",
    )
    share = released(table).tables[BY_SEX + ".share"].cell("2021", "male")
    assert share is not None
    assert share.base == 25 - unknown
    assert (share.value is not None) is is_shown
    assert (share.state, share.note) == (("value", "unknown=5") if is_shown else ("unreliable", "base_below_20"))


def test_no_share_is_shown_where_all_are_unknown() -> None:
    table = counts(
        """
        period | female | unknown | total
        2020   | 10     | 14      | 24
        2021   | 0      | 24      | 24
        """,
        by="sex",
    )
    share = released(table).tables[BY_SEX + ".share"].cell("2021", "female")
    assert share is not None
    assert share.state == "not_applicable"


@pytest.mark.parametrize(("persons", "is_shown"), [(9, False), (10, True)])
def test_no_rate_is_shown_from_fewer_than_ten_events(persons: int, is_shown: bool) -> None:
    table = counts(f"period | persons\n2021 | {persons}")
    rate = released(table, denominators=[population({"2021": 2e6})]).tables[BY_PERIOD + ".rate"].cell("2021")
    assert rate is not None
    assert rate.base == 2e6
    if is_shown:
        exact = (chi2.ppf(0.025, 20) / 40, chi2.ppf(0.975, 22) / 40)
        assert (rate.value, rate.lower, rate.upper) == pytest.approx((0.5, *exact), abs=1e-9)
    else:
        assert (rate.value, rate.lower, rate.upper, rate.note) == (None, None, None, "fewer_than_10_events")
        assert rate.state == "unreliable"


def test_a_rate_divides_by_the_population_of_its_own_coordinates_only() -> None:
    public = population({"2021": 6e6, "2021 female": 3e6, "2020 female": 2e6})
    edition = released(SEXES, denominators=[public])
    assert shown(edition, BY_SEX + ".rate") == drawn("""
        period | female  | total
        2020   | D       |
        2021   | 1.03333 | 0.65
        """)


def test_there_is_no_rate_without_a_population() -> None:
    assert [key for key in released(SEXES, YEARS).tables if key.endswith(".rate")] == []


def test_a_phase_has_a_mean_a_month_and_a_ratio_to_the_phase_before_the_pandemic() -> None:
    edition = released(phases(0), rollups=PHASES)
    mean = edition.tables[BY_PERIOD + ".phase_mean"].cell("phase:acute")
    ratio = edition.tables[BY_PERIOD + ".phase_ratio"].cell("phase:acute")
    assert mean is not None
    assert ratio is not None
    assert (mean.value, mean.base) == (3.8, 10.0)
    assert (ratio.value, ratio.base) == (pytest.approx(38 / 10 / (30 / 14)), 30.0)
    assert ratio.lower is not None
    assert ratio.lower < ratio.value < (ratio.upper or 0.0)  # type: ignore[operator]
    assert edition.tables[BY_PERIOD + ".phase_ratio"].cell("phase:pre_pandemic") is None


def test_a_withheld_phase_has_neither_mean_nor_ratio() -> None:
    table = counts("""
        period             | persons
        2019               | 26
        2020               | 3
        phase:pre_pandemic | 26
        phase:acute        | 3
        """)
    edition = released(table, rollups=PHASES)
    assert shown(edition, BY_PERIOD + ".phase_mean")[2] == ["phase:acute", "D"]
    assert shown(edition, BY_PERIOD + ".phase_ratio")[1] == ["phase:acute", "D"]


def test_no_ratio_is_shown_to_fewer_than_ten_events() -> None:
    table = counts("""
        period | persons
        2019   | 9
        2020   | 40
        2021   | 12
        """)
    assert shown(released(table), BY_PERIOD + ".same_period")[1:] == [["2020", "U"], ["2021", "U"]]


def test_each_period_of_the_pandemic_is_compared_with_the_same_one_of_2019() -> None:
    table = counts("""
        period  | persons
        2019    | 80
        2019-Q2 | 20
        2020    | 40
        2020-Q2 | 5
        2021    | 3
        """)
    edition = released(table)
    assert shown(edition, BY_PERIOD + ".same_period")[1:] == [["2020", "0.5"], ["2020-Q2", "0.25"], ["2021", "D"]]
    assert [cell.base for cell in edition.tables[BY_PERIOD + ".same_period"].cells] == [80.0, 20.0, None]


def test_a_change_needs_twenty_persons_before_and_after() -> None:
    table = counts("""
        period | persons
        2016   | 20
        2017   | 25
        2018   | 19
        2019   | 40
        2020   | 3
        2021   | 30
        """)
    assert shown(released(table), BY_PERIOD + ".change") == drawn("""
        period | persons
        2017   | 25
        2018   | U
        2019   | U
        2020   | D
        2021   | D
        """)


def test_no_change_is_shown_across_a_break_of_the_series() -> None:
    table = counts("""
        period | persons
        2014   | 30
        2015   | 90 B
        2016   | 99
        """)
    assert shown(released(table), BY_PERIOD + ".change")[1:] == [["2015", "M"], ["2016", "10"]]


def test_sums_over_other_countries_each_year_are_not_held_against_each_other() -> None:
    years = {"period": "persons", "2019": "400", "2020": "300"}
    key = "victims_detected_by_period"
    summed = counts(
        "\n".join(f"{when} | {written}" for when, written in years.items()),
        key=key,
        population="victims_detected",
        is_published=True,
        caveats=("small_counts_published_as_bands", "countries_differ_between_years"),
    )
    assert {f"{key}.change", f"{key}.same_period"}.isdisjoint(released(summed).tables)
    same = summed.of_the_same_countries()
    assert same.caveats == ("small_counts_published_as_bands",)
    assert shown(released(same), f"{key}.change")[1:] == [["2020", "-25"]]


def test_figures_that_were_public_before_pass_as_they_are() -> None:
    public = counts(
        """
        period | persons
        2020   | 2 E
        2021   | O
        """,
        key="victims_detected_by_period",
        population="victims_detected",
        is_published=True,
    )
    edition = released(public, SIX_YEARS)
    table = edition.tables["victims_detected_by_period"]
    assert table.kind == "observation"
    assert [(cell.value, cell.obs_status, cell.state) for cell in table.cells] == [
        (2.0, "E", "value"), (None, "O", "not_reported"),
    ]  # fmt: skip


def test_a_year_nobody_reported_is_neither_zero_nor_suppressed() -> None:
    table = counts("""
        period | persons
        2019   | O
        2020   | 30
        2021   | M
        """)
    edition = released(table)
    assert shown(edition, BY_PERIOD) == [["period", "persons"], ["2019", "O"], ["2020", "30"], ["2021", "M"]]
    states = [cell.state for cell in edition.tables[BY_PERIOD].cells]
    assert states == ["not_reported", "value", "not_applicable"]
    assert shown(edition, BY_PERIOD + ".change")[1:] == [["2020", "O"], ["2021", "M"]]


def test_flags_stay_beside_the_counts_that_are_shown() -> None:
    table = counts("""
        period | persons
        2020   | 30 B
        2021   | 12 P
        """)
    assert [cell.obs_status for cell in released(table).tables[BY_PERIOD].cells] == ["B", "P"]


def test_the_same_tables_always_give_the_same_edition() -> None:
    assert released(SEXES, YEARS) == released(SEXES, YEARS)


def test_an_edition_says_its_policy_and_that_its_audit_passed() -> None:
    edition = released(SEXES, YEARS)
    assert edition.policy == {
        "audience": "working-group",
        "threshold": 4,
        "protection_width": 4,
        "minimum_share_base": 20,
        "minimum_rate_events": 10,
        "rounding_base": None,
        "zeros": "shown",
    }
    assert edition.audit["verdict"] == "passed"
    assert {check["key"]: check["is_met"] for check in edition.audit["checks"]} == {
        "small_counts_withheld": True,
        "margins_add_up": True,
        "width_at_least_4": True,
        "derived_from_released_cells_only": True,
    }


SEAL_FREE: dict[str, Any] = {
    "key": BY_PERIOD,
    "indicator": "victims_identified",
    "kind": "count",
    "dimensions": ("period",),
    "cells": (ReleasedCell(at=("2021",), value=2.0),),
    "unit": "person",
    "sources": (),
}


@pytest.mark.parametrize("seal", [None, object(), "_SEAL", True])
def test_nobody_else_can_build_a_released_table(seal: object) -> None:
    with pytest.raises(ReleaseRefused, match=f"{BY_PERIOD} did not pass"):
        ReleasedTable(**SEAL_FREE, seal=seal)


def test_nobody_else_can_build_a_released_edition() -> None:
    made = released(YEARS)
    fields = {name: getattr(made, name) for name in ReleasedEdition.__slots__}
    with pytest.raises(ReleaseRefused, match="annual-2021 did not pass"):
        ReleasedEdition(**fields, seal=object())
    with pytest.raises(TypeError, match="seal"):
        ReleasedEdition(**fields)


def test_a_released_table_cannot_be_replaced_by_one_that_says_more() -> None:
    table = released(SIX_YEARS).tables[BY_PERIOD]
    told = tuple(replace(cell, value=2.0, conf_status="F") for cell in table.cells)
    with pytest.raises(ValueError, match="seal"):
        replace(table, cells=told)
    with pytest.raises(ReleaseRefused):
        replace(table, cells=told, seal=object())
    with pytest.raises(AttributeError):
        table.cells = told  # type: ignore[misc]


def test_a_released_edition_cannot_be_replaced_by_one_that_says_more() -> None:
    edition = released(YEARS)
    with pytest.raises(ValueError, match="seal"):
        replace(edition, audience="public")
    with pytest.raises(ReleaseRefused):
        replace(edition, audience="public", seal=object())
    with pytest.raises(AttributeError):
        edition.tables = {}  # type: ignore[misc]


def test_the_seal_is_not_kept_in_what_it_sealed() -> None:
    edition = released(YEARS)
    for sealed in (edition, edition.tables[BY_PERIOD]):
        kept = [getattr(sealed, name) for name in type(sealed).__slots__]
        assert all(value is not gate_output._SEAL for value in kept)


CONTRADICTIONS: dict[str, tuple[CountTable, ...]] = {
    "a total that is not the sum of its codes": (
        counts("period | female | male | total\n2021 | 7919 | 104729 | 112647", by="sex", key="wrong_sum"),
    ),
    "a quarter that is not the sum of its months": (
        counts("period | persons\n2021-Q1 | 7919\n2021-01 | 31\n2021-02 | 31\n2021-03 | 31", key="wrong_quarter"),
    ),
    "a month that is larger than its year": (
        counts("period | persons\n2021 | 7919\n2021-01 | 104729", key="wrong_year"),
    ),
    "a form that has more persons than there are": (
        counts("period | servitude | total\n2021 | 104729 | 7919", by="form", additive=("period",), key="wrong_part"),
    ),
    "one count with two values": (
        counts("period | persons\n2021 | 7919", key="one_value"),
        counts("period | female | total\n2021 | 104729 | 104729", by="sex", key="other_value"),
    ),
    "a count below zero": (counts("period | persons\n2021 | -7919", key="negative"),),
    "half a person": (counts("period | persons\n2021 | 7919.5", key="fraction"),),
    "a count that is not a number": (counts("period | persons\n2021 | nan", key="not_a_number"),),
    "a count without end": (counts("period | persons\n2021 | inf", key="infinite"),),
    "a count too large to be one": (counts("period | persons\n2021 | 1e300", key="too_large"),),
    "one cell twice": (counts("period | persons\n2021 | 7919\n2021 | 7919", key="twice"),),
    "a cell with a code too many": (
        replace(YEARS, key="too_many", cells=(CountCell(at=("2021", "female"), value=7919.0),)),
    ),
    "an additive dimension that the table does not have": (replace(YEARS, key="stranger", additive=("sex",)),),
    "a period that no rollup explains": (counts("period | persons\nphase:acute | 7919", key="unexplained"),),
    "two tables with one key": (replace(YEARS, key="same_key"), replace(SIX_YEARS, key="same_key", population="x")),
    "a dimension that adds up in one table and not in the other": (
        replace(SEXES, key="adds_up"),
        replace(SEXES, key="overlaps", additive=("period",)),
    ),
}


@pytest.mark.parametrize("tables", CONTRADICTIONS.values(), ids=CONTRADICTIONS)
def test_contradictory_tables_are_refused_by_name_and_without_a_value(tables: tuple[CountTable, ...]) -> None:
    with pytest.raises(ReleaseRefused) as refused:
        released(*tables, replace(YEARS, key="innocent", population="other"))
    said = refused.value.message + refused.value.advice
    assert all(table.key in said for table in tables)
    assert not any(f"{value:.0f}" in said for value in values(tables) if 1000 < abs(value) < np.inf)
    assert refused.value.exit_code == 4


def test_only_the_tables_that_contradict_each_other_are_named() -> None:
    wrong = counts("period | female | male | total\n2021 | 20 | 20 | 41", by="sex", key="wrong_sum", population="x")
    with pytest.raises(ReleaseRefused) as refused:
        released(wrong, YEARS)
    assert BY_PERIOD not in refused.value.message


def nothing_withheld(linked: Any, primary: np.ndarray, rules: Policy, *_: Any) -> Protection:
    return Protection(withheld=~linked.is_tabled, primary=primary, rounds=1, is_fallback=False)


def small_counts_withheld(linked: Any, primary: np.ndarray, rules: Policy, *_: Any) -> Protection:
    return Protection(withheld=primary | ~linked.is_tabled, primary=primary, rounds=1, is_fallback=False)


@pytest.mark.parametrize("careless", [nothing_withheld, small_counts_withheld])
def test_the_audit_refuses_what_a_careless_suppression_would_publish(
    careless: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(suppression, "complements", careless)
    assisted = replace(YEARS, key="victims_assisted_by_period", population="victims_assisted")
    with pytest.raises(ReleaseRefused) as refused:
        released(SEXES, YEARS, assisted)
    assert BY_SEX in refused.value.message
    assert "victims_assisted" not in refused.value.message
    assert not any(str(value) in refused.value.message for value in (2, 3, 20, 31))


def test_the_audit_passes_a_safe_pattern_that_suppression_did_not_choose(monkeypatch: pytest.MonkeyPatch) -> None:
    def everything(linked: Any, primary: np.ndarray, rules: Policy, *_: Any) -> Protection:
        return Protection(withheld=np.ones(len(linked.cells), dtype=bool), primary=primary, rounds=1, is_fallback=True)

    monkeypatch.setattr(suppression, "complements", everything)
    edition = released(SEXES, YEARS)
    assert all(cell.conf_status == "C" for cell in edition.tables[BY_SEX].cells)
    assert edition.audit["is_fallback"] is True


@pytest.mark.parametrize("where", ["complements", "primary_cells"])
def test_an_unexpected_failure_inside_lets_nothing_out_and_repeats_nothing(
    where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> None:
        raise RuntimeError("person 104729 stood in row 7919")

    monkeypatch.setattr(suppression, where, broken)
    with pytest.raises(ReleaseRefused) as refused:
        released(SEXES, YEARS)
    assert "RuntimeError" in refused.value.message
    assert BY_SEX in refused.value.message
    assert "104729" not in refused.value.message
    assert refused.value.__cause__ is None


def test_an_unknown_audience_gets_nothing_and_is_told_which_there_are() -> None:
    with pytest.raises(WrongArguments, match="'press' is not an audience") as wrong:
        released(YEARS, audience="press")
    assert wrong.value.advice == "Choose one of: working-group, public."


def test_every_audience_has_the_policy_that_was_agreed() -> None:
    assert [(p.audience, p.threshold, p.protection_width, p.minimum_share_base, p.minimum_rate_events)
            for p in POLICIES] == [("working-group", 4, 4, 20, 10), ("public", 10, 10, 20, 10)]  # fmt: skip
    assert policy("public") is POLICIES[1]


@pytest.mark.parametrize(
    ("audience", "field", "value"),
    [
        ("working-group", "threshold", 3),
        ("working-group", "threshold", True),
        ("working-group", "threshold", 4.0),
        ("working-group", "protection_width", 3),
        ("public", "threshold", 9),
        ("public", "protection_width", 9),
        ("public", "minimum_share_base", 19),
        ("public", "minimum_rate_events", 9),
        ("public", "rounding_base", 2),
        ("public", "rounding_base", 5.0),
        ("public", "dominance_percent", 0),
        ("public", "dominance_percent", 51),
        ("working-group", "dominance_percent", 10.0),
    ],
)
def test_a_policy_that_protects_less_than_promised_cannot_be_declared(audience: str, field: str, value: Any) -> None:
    lowest = {p.audience: p for p in POLICIES}[audience]
    with pytest.raises(ProfileInvalid, match=f"'{audience}': {field}"):
        replace(lowest, **{field: value})


def test_a_higher_threshold_needs_at_least_that_width() -> None:
    with pytest.raises(ProfileInvalid, match="protection_width"):
        Policy(audience="ministry", threshold=6, protection_width=5)
    assert Policy(audience="ministry", threshold=6, protection_width=6).declared()["threshold"] == 6


def test_zeros_are_shown_and_nothing_else_can_be_declared() -> None:
    with pytest.raises(ProfileInvalid, match="zeros can only be shown"):
        replace(policy("public"), zeros="hidden")


def test_how_near_an_estimate_may_come_is_in_no_manifest() -> None:
    assert "dominance_percent" not in policy("public").declared()
    assert replace(policy("public"), rounding_base=3).declared()["rounding_base"] == 3


def test_the_gate_has_no_switch_that_turns_it_off() -> None:
    with pytest.raises(TypeError):
        release(  # type: ignore[call-arg]
            TableSet(tables=(YEARS,), rollups=()),
            audience="public", edition="annual-2021", scope="XX", as_of=date(2022, 4, 30), run_id="run",
            code_version="0", created_from=(), context={}, languages=("en",), protect=False,
        )  # fmt: skip


def test_what_a_phase_leaves_over_of_a_form_bounds_what_it_leaves_over_of_all_persons() -> None:
    """Of its 142 persons 30 were in forced labour late in 2020, so no more than 112 of them stand in 2021."""
    totals = counts("period | persons\n2020-Q4 | 30\n2021 | 112\nphase:long | 142")
    text = "period | forced_labour | sexual_exploitation\n2021 | 111 | 40\nphase:long | 141 | 45"
    forms = counts(text, by="form", additive=("period",))
    linked = link(TableSet(tables=(totals, forms), rollups=(phase("long", "2020-10", "2021-12"),)))
    hidden = linked.is_hidden.copy()
    places = {when: linked.place[totals.population, frozenset({("period", when)})] for when in ("2020-Q4", "2021")}
    hidden[list(places.values())] = True
    assert interval(linked, hidden, places["2021"]) == (111, 112)


def test_a_count_that_can_grow_only_a_little_is_protected_by_what_it_can_fall(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 5 withheld before, no more than 7 are possible; one cell beside it is enough to make them 0 to 7."""
    monkeypatch.setattr(suppression, "LARGEST_TRIMMED", 0)
    system, at = Builder(), frozenset[tuple[str, str]]()
    known = {name: system.add_cell(LinkedCell(quantity=(name, at), value=n, standing="known")) for name, n in
             {"total": 75, "most": 7, "other total": 90}.items()}  # fmt: skip
    guarded = system.add_cell(LinkedCell(quantity=("guarded", at), value=5, tables=("t",), standing="withheld"))
    dear, cheap, far = (
        system.add_cell(LinkedCell(quantity=(name, at), value=n, tables=("t",)))
        for name, n in {"dear": 50, "cheap": 20, "far": 40}.items()
    )
    system.add_sum(known["total"], [guarded, dear, cheap])
    system.add_sum(known["other total"], [dear, far])
    system.add_bound([guarded], [known["most"]], "part")
    linked = system.finished()
    nothing = np.zeros(len(linked.cells), dtype=bool)
    monkeypatch.setattr(suppression, "covered", lambda linked, withheld, *_: withheld.copy())
    found = suppression.complements(linked, nothing, policy("working-group")).withheld
    assert found[[guarded, cheap]].all()
    assert not found[[dear, far]].any()
