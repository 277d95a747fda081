"""What an edition takes into the gate, counted from small warehouses."""

from __future__ import annotations

from datetime import date

import duckdb
import pytest

from flows.counts.estimate import EditionInputs, edition_inputs, indicator_rows, store_counts
from tests.warehouse import add_cases, add_observations, add_population, add_vintage, empty, table
from transforms.disclosure.cells import CountTable, Rollup
from transforms.errors import NoData, WrongArguments

CASES = """
    person_key | registered_date | identified_date | sex    | citizenship | form                         | region
    a          | 2018-03-05      | 2018-03-06      | female | XX          | forced_labour                | XX-1
    b          | 2019-03-05      | 2019-11-06      | male   | XX          | forced_labour;forced_begging | XX-2
    c          | 2020-04-05      | 2020-05-06      | female | UZ          | sexual_exploitation          | XX-1
    d          | 2021-02-05      | 2021-02-06      | female | UZ          | not_reported                 | XX-1
    """
LISTS = [{**row, "country_of_exploitation": "TR", "identification_channel": "police"} for row in table(CASES)]


@pytest.fixture
def con() -> duckdb.DuckDBPyConnection:
    """Lists of two bodies; the NGO's last one came half a year before the ministry's."""
    con = empty()
    add_vintage(con, 1, "case_register", "2022-01-10", "XX MIA", rows_read=5, rows_accepted=4, rows_quarantined=1)
    add_vintage(con, 2, "case_register", "2021-07-10", "XX NGO", rows_read=1, rows_accepted=1)
    add_cases(con, LISTS, vintage_id=1)
    add_cases(con, [{**LISTS[0], "body": "NGO", "sector": "construction"}], vintage_id=2)
    return con


def inputs(con: duckdb.DuckDBPyConnection, edition: str, scope: str = "XX", as_of: date | None = None) -> EditionInputs:
    return edition_inputs(con, edition, scope=scope, as_of=as_of)


def tabled(found: EditionInputs, key: str) -> CountTable:
    return next(t for t in found.table_set.tables if t.key == key)


def drawn(found: EditionInputs, key: str, *codes: str) -> str:
    """Cells whose codes are among `codes`, as `2021 female 1 A`, one a line."""
    return "\n".join(
        " ".join((*cell.at, "–" if cell.value is None else f"{cell.value:g}", cell.obs_status))
        for cell in tabled(found, key).cells
        if all(code in codes for code in cell.at)
    )


def test_zero_is_counted_and_what_no_list_reaches_is_not_reported(con: duckdb.DuckDBPyConnection) -> None:
    key = "victims_identified_by_period"
    found = inputs(con, "annual-2021")
    assert (
        drawn(found, key, "2018", "2018-Q1", "2018-01", "2020-06") == "2018 1 A\n2018-Q1 1 A\n2018-01 0 A\n2020-06 0 A"
    )
    assert drawn(found, key, "2021", "2021-Q1", "2021-Q4") == "2021 1 P\n2021-Q1 1 A\n2021-Q4 0 P"
    by_channel = drawn(found, f"{key}_identification_channel", "2021", "total")  # the channel that was added breaks it
    assert by_channel == "2021 total 1 P"
    early = inputs(con, "annual-2018", as_of=date(2021, 7, 31))
    assert drawn(early, key, "2018", "2018-04") == "2018 1 A\n2018-04 0 A"
    with pytest.raises(NoData, match="nothing for 2022"):
        inputs(con, "annual-2022")
    assert tabled(found, key).additive == ("period",)


def test_a_month_that_lists_only_reach_into_is_not_a_month_without_victims(con: duckdb.DuckDBPyConnection) -> None:
    add_vintage(con, 9, "case_register", "2022-03-10", "XX IOM")
    add_cases(con, [{**LISTS[0], "person_key": "e", "body": "IOM", "identified_date": "2022-01-20"}], vintage_id=9)
    found = inputs(con, "annual-2022")
    shown = ("2022", "2022-Q1", "2022-Q2", "2022-02", "2022-03", "2022-04")
    assert drawn(found, "victims_identified_by_period", *shown) == (
        "2022 1 P\n2022-Q1 1 P\n2022-Q2 – O\n2022-02 0 P\n2022-03 – O\n2022-04 – O"
    )


def test_phases_are_sums_of_months_and_end_with_the_deliveries(con: duckdb.DuckDBPyConnection) -> None:
    found = inputs(con, "annual-2021")
    phases = ("phase:pre_pandemic", "phase:acute", "phase:prolonged_restrictions", "phase:recovery")
    assert drawn(found, "victims_identified_by_period", *phases) == (
        "phase:pre_pandemic 2 A\nphase:acute 1 A\nphase:prolonged_restrictions 1 A"
    )
    assert [(p["key"], p["start"], p["end"]) for p in found.context["phases"]] == [
        ("pre_pandemic", "2018-01", "2020-02"),
        ("acute", "2020-03", "2020-08"),
        ("prolonged_restrictions", "2020-09", "2021-06"),
    ]
    rollups = {rollup.parent: rollup.parts for rollup in found.table_set.rollups}
    assert rollups["2019"] == ("2019-Q1", "2019-Q2", "2019-Q3", "2019-Q4")
    assert rollups["2019-Q1"] == ("2019-01", "2019-02", "2019-03")
    assert rollups["phase:acute"] == tuple(f"2020-0{month}" for month in range(3, 9))
    assert Rollup(dimension="period", parent="2019-01", parts=("2019-01",)) not in found.table_set.rollups


def test_sex_and_age_are_crossed_in_the_own_period_and_the_one_a_year_before(con: duckdb.DuckDBPyConnection) -> None:
    ages = ("9-17", "18-20", "9-17", "not_reported")
    people = [
        {**LISTS[0], "person_key": f"x{number}", "sex": sex, "age_group": ages[number % 4], "identified_date": day}
        for number, (sex, day) in enumerate(
            (sex, day) for day in ("2019-03-01", "2020-03-01", "2021-03-01") for sex in ("female", "male", "unknown")
        )
    ]
    add_vintage(con, 9, "case_register", "2022-03-10", "XX IOM")
    add_cases(con, [{**row, "body": "IOM"} for row in people], vintage_id=9)
    key = "victims_identified_by_period_sex_age_group"
    found = inputs(con, "annual-2021")
    crossed = tabled(found, key)
    assert {cell.at[0] for cell in crossed.cells} == {"2020", "2021"}
    assert crossed.additive == crossed.dimensions == ("period", "sex", "age_group")
    counts = {cell.at: cell.value or 0 for cell in crossed.cells}
    assert counts["2020", "male", "9-17"] == 1 and counts["2020", "unknown", "18-20"] == 1
    sexes, groups = ({at[place] for at in counts} - {"total"} for place in (1, 2))
    for when in ("2020", "2021"):
        for sex in (*sexes, "total"):
            assert sum(counts[when, sex, group] for group in groups) == counts[when, sex, "total"]
        for group in (*groups, "total"):
            assert sum(counts[when, sex, group] for sex in sexes) == counts[when, "total", group]
    for one, place in (("sex", 1), ("age_group", 2)):
        alone = {cell.at: cell.value for cell in tabled(found, f"victims_identified_by_period_{one}").cells}
        margin = {(at[0], at[place]): n for at, n in counts.items() if at[3 - place] == "total"}
        assert margin == {at: alone[at] for at in margin}


def test_without_ages_there_is_nothing_to_cross(con: duckdb.DuckDBPyConnection) -> None:
    keys = {table.key for table in inputs(con, "annual-2021").table_set.tables}
    assert "victims_identified_by_period_sex" in keys
    assert "victims_identified_by_period_sex_age_group" not in keys


def test_a_breakdown_shows_the_codes_that_occur_and_the_persons_as_total(con: duckdb.DuckDBPyConnection) -> None:
    found = inputs(con, "annual-2021")
    shown = ("2019", "2021", "forced_labour", "forced_begging", "not_reported", "total")
    assert drawn(found, "victims_identified_by_period_form", *shown) == (
        "2019 forced_labour 1 A\n2019 forced_begging 1 A\n2019 not_reported 0 A\n2019 total 1 A\n"
        "2021 forced_labour 0 P\n2021 forced_begging 0 P\n2021 not_reported 1 P\n2021 total 1 P"
    )  # fmt: skip
    form = tabled(found, "victims_identified_by_period_form")
    assert form.additive == ("period",) and "several_codes_per_person" in form.caveats
    assert tabled(found, "victims_identified_by_period_sex").additive == ("period", "sex")
    assert (
        drawn(found, "victims_identified_by_period_corridor", "2018", "XX>TR", "total")
        == "2018 XX>TR 1 A\n2018 total 1 A"
    )
    keys = {t.key for t in found.table_set.tables}
    assert "victims_identified_by_period_means_of_control" not in keys
    assert "victims_identified_by_period_sector" in keys


def test_every_region_of_the_country_has_its_row_zero_or_not(con: duckdb.DuckDBPyConnection) -> None:
    region = tabled(inputs(con, "annual-2021"), "victims_identified_by_period_region")
    assert {cell.at[1] for cell in region.cells} == {"XX-1", "XX-2", "XX-3", "XX-4", "XX-5", "XX-6", "total"}


def test_a_quarterly_edition_shows_eight_quarters_and_the_one_of_2019(con: duckdb.DuckDBPyConnection) -> None:
    found = inputs(con, "quarterly-2021-Q4")
    region = tabled(found, "victims_identified_by_period_region")
    assert list(dict.fromkeys(cell.at[0] for cell in region.cells)) == [
        "2019-Q4", "2020-Q1", "2020-Q2", "2020-Q3", "2020-Q4", "2021-Q1", "2021-Q2", "2021-Q3", "2021-Q4",
    ]  # fmt: skip
    assert drawn(found, "victims_identified_by_period_region", "2019-Q4", "2020-Q1", "total") == (
        "2019-Q4 total 1 A\n2020-Q1 total 0 A"
    )


def test_the_rate_takes_its_denominator_and_the_date_it_is_of(con: duckdb.DuckDBPyConnection) -> None:
    assert inputs(con, "annual-2021").context["refused"][0]["what"] == "sdg_16_2_2"
    with pytest.raises(NoData, match="no population"):
        indicator_rows(con, "sdg_16_2_2", ("year",), scope="XX")
    add_vintage(con, 7, "population", "2021-03-01", "XX")
    add_population(
        con,
        """
        year | sex    | age_group | persons
        2019 | male   | 0-79      | 40000
        2019 | male   | 80-84     | 9999
        2019 | male   | 80+       | 10000
        2019 | female | total     | 50000
        """,
        vintage_id=7,
    )
    found = inputs(con, "annual-2021")
    (population,) = found.table_set.denominators
    assert population.vintage == "2021-03-01"
    assert population.persons == {
        frozenset({("period", "2019"), ("sex", "male")}): 50_000,
        frozenset({("period", "2019"), ("sex", "female")}): 50_000,
        frozenset({("period", "2019")}): 100_000,
    }
    rate = tabled(found, "sdg_16_2_2_by_period_sex")
    assert (rate.population, rate.unit) == ("victims_identified", "person")
    assert indicator_rows(con, "sdg_16_2_2", ("year", "sex"), scope="XX").rows()[:2] == [
        (2018, "female", None), (2019, "male", 2.0),
    ]  # fmt: skip
    with pytest.raises(WrongArguments, match="rate of a year"):
        indicator_rows(con, "sdg_16_2_2", ("quarter",), scope="XX")


def test_figures_of_others_keep_their_own_totals_and_signs(con: duckdb.DuckDBPyConnection) -> None:
    add_vintage(con, 4, "crime_justice", "2022-02-01", "XX 2019", "XX 2020")
    add_observations(
        con,
        """
        time_period | series             | ref_area | ref_area_type | sex    | value
        2019        | persons_prosecuted | XX       | country       | total  | 12
        2019        | persons_prosecuted | XX       | country       | female | 4
        2019        | persons_prosecuted | XX       | country       | male   | 8
        2020        | persons_prosecuted | XX       | country       | total  |
        2019        | offences_recorded  | XX       | country       | total  | 30
        2019        | offences_recorded  | XX-1     | region        | total  | 20
        """,
        vintage_id=4, source="crime_justice",
    )  # fmt: skip
    found = inputs(con, "annual-2021")
    assert drawn(found, "persons_prosecuted_by_period_sex", "2019", "2020", "female", "male", "total") == (
        "2019 female 4 A\n2019 male 8 A\n2019 total 12 A\n2020 female – O\n2020 male – O\n2020 total – O"
    )
    assert tabled(found, "persons_prosecuted_by_period_sex").additive == ("period", "sex")
    assert drawn(found, "offences_recorded_by_period_region", "2019", "XX-1", "XX-2", "total") == (
        "2019 XX-1 20 A\n2019 XX-2 – O\n2019 total 30 A"
    )
    assert not tabled(found, "offences_recorded_by_period").is_published


def test_the_world_sums_countries_and_matches_the_last_two_years() -> None:
    con = empty()
    add_vintage(con, 1, "unodc_tip", "2023-05-30", "all")
    add_observations(
        con,
        """
        ref_area | ref_area_type | time_period | value | lower | upper | obs_status
        KZ       | country       | 2019        | 10    |       |       | A
        KZ       | country       | 2020        | 2     | 0     | 4     | E
        UZ       | country       | 2020        | 50    |       |       | A
        MCN      | aggregate     | 2020        | 99    |       |       | A
        """,
        vintage_id=1,
    )
    found = inputs(con, "annual-2020", scope="world")
    (before, after) = tabled(found, "victims_detected_by_period").cells
    assert (before.value, after.value, after.lower, after.upper, after.obs_status) == (10, 52, 50, 54, "E")
    assert drawn(found, "victims_detected_matched", "2019", "2020") == "2019 10 A\n2020 2 E"
    assert found.context["matched"] == {"years": ["2019", "2020"], "countries": 1}
    assert tabled(found, "victims_detected_by_period").is_published
    with pytest.raises(NoData, match="reach from 2019 to 2020"):
        inputs(con, "annual-2022", scope="world")


def test_a_total_that_a_country_does_not_give_is_not_reported() -> None:
    con = empty()
    add_vintage(con, 1, "unodc_tip", "2023-05-30", "all")
    add_observations(
        con, "time_period | form | value\n2020 | servitude | 2", ref_area="TM", obs_status="E", vintage_id=1
    )
    add_vintage(con, 2, "stringency", "2023-03-01", "TM")
    add_observations(
        con, "time_period | value\n2020-01-01 | 10",
        ref_area="TM", series="stringency", source="stringency", vintage_id=2,
    )  # fmt: skip
    found = inputs(con, "annual-2020", scope="TM")
    assert drawn(found, "victims_detected_by_period", "2020") == "2020 – O"
    assert [cell.at for cell in tabled(found, "stringency_by_period").cells][:1] == [("2020-01",)]


def test_the_global_file_has_years_and_its_break_is_flagged() -> None:
    con = empty()
    add_vintage(con, 1, "ctdc_kanon", "2020-04-14", "all")
    add_cases(
        con,
        "registered_date | sex\n2014-01-01 | female\n2016-01-01 | male",
        vintage_id=1, source="ctdc_kanon", stream="all", reporting_country="world", status="registered",
    )  # fmt: skip
    found = inputs(con, "annual-2016", scope="world")
    assert drawn(found, "victims_registered_by_period", "2014", "2015", "2016") == "2014 1 A\n2015 0 B\n2016 1 B"
    assert (found.context["headline"], found.context["finest"]) == ("victims_registered", "year")
    assert [b["period"] for b in found.context["breaks"]] == ["2015", "2016"]


def test_extracts_of_one_day_are_named_in_an_order_that_does_not_depend_on_loading() -> None:
    con = empty()
    for number, body, digest in ((1, "MIA", "f" * 64), (2, "NGO", "0" * 64)):
        add_vintage(con, number, "case_register", "2022-01-10", f"XX {body}", sha256=digest, rows_accepted=1)
        add_cases(con, [{**LISTS[0], "body": body}], vintage_id=number)
    found = inputs(con, "annual-2021")
    assert [(s.number, s.sha256[0]) for s in found.created_from] == [(1, "0"), (2, "f")]
    assert [d["sha256"][0] for d in found.context["deliveries"]] == ["0", "f"]


def test_an_edition_names_its_vintages_and_forgets_what_came_later(con: duckdb.DuckDBPyConnection) -> None:
    found = inputs(con, "annual-2021")
    assert [(s.number, s.source, s.vintage_date.year, s.is_synthetic) for s in found.created_from] == [
        (1, "case_register", 2021, True),
        (2, "case_register", 2022, True),
    ]
    assert drawn(found, "records_by_source_outcome", "case_register", "accepted", "quarantined", "total") == (
        "case_register accepted 5 A\ncase_register quarantined 1 A\ncase_register total 6 A\n"
        "total accepted 5 A\ntotal quarantined 1 A\ntotal total 6 A"
    )
    early = inputs(con, "quarterly-2018-Q1", as_of=date(2021, 12, 31))
    assert [(s.number, s.vintage_date.year) for s in early.created_from] == [(1, 2021)]
    assert [d["vintage_date"] for d in early.context["deliveries"]] == ["2021-07-10"]
    with pytest.raises(WrongArguments, match="not an edition"):
        inputs(con, "annual-2021-Q1")


def test_the_counts_of_a_run_are_kept_once(con: duckdb.DuckDBPyConnection) -> None:
    found = inputs(con, "annual-2021")
    kept = store_counts(con, "run", found.table_set)
    assert store_counts(con, "run", found.table_set) == kept
    rows = con.execute("SELECT count(*), count(DISTINCT table_key) FROM mart.counts").fetchall()
    assert rows == [(kept, len(found.table_set.tables))]
