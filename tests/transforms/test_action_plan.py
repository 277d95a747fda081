"""The National Action Plan: what of it goes into the gate, what comes out, and what is said of each measure."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.reports.followed import ASSISTED, PLAN, followed, rows_of
from transforms.action_plan import ABOUT_THINGS, PlanTables, Row, measures, plan_tables
from transforms.disclosure.cells import CountCell, CountTable
from transforms.disclosure.progress import PROGRESS_KEY, TOLERANCE_PCT, Standing, standings
from transforms.disclosure.released import ReleasedEdition

HEAD = "number | unit | body | grade | baseline | target | latest | more\n"
THRESHOLDS = {"working-group": 4, "public": 10}


def tables_of(*lines: str, tables: tuple[CountTable, ...] = ()) -> PlanTables:
    return plan_tables(measures(rows_of(HEAD + "\n".join(lines))), tables, date(2023, 12, 31))


def standing(edition: ReleasedEdition, number: str) -> Standing:
    found = standings(edition.context["action_plan"], edition.tables, edition.as_of)
    return next(one for one in found if one.measure["number"] == number)


def one(line: str, as_of: date = date(2024, 1, 25), **more: str) -> Standing:
    edition = followed(HEAD + line, tables=(ASSISTED,), as_of=as_of, **more)
    return standing(edition, line.split("|")[0].strip())


def test_figures_of_persons_are_counts_and_all_else_is_public() -> None:
    found = {table.key: table.is_published for table in tables_of(
        "1.1 | person | MIA | A | 2019: 10 | 2025: 40 | 2023: 30 |",
        "1.2 | event  | MIA | A | 2019: 1  | 2025: 40 | 2023: 3  |",
    ).tables}  # fmt: skip
    assert found == {"action_plan_person": False, "action_plan_person_targets": True, "action_plan_event": True}


@pytest.mark.parametrize("unit", ["person", "case", "offence", "contact", "something_new"])
def test_a_unit_that_is_not_known_to_be_about_things_is_protected(unit: str) -> None:
    edition = followed(HEAD + f"1.1 | {unit} | MIA | A | 2019: 2 | 2025: 40 | 2023: 3 |", tables=())
    assert standing(edition, "1.1").state == "withheld"
    table = edition.tables[f"action_plan_{unit}"]
    assert [cell.value for cell in table.cells] == [None, None, None]


@pytest.mark.parametrize("unit", sorted(ABOUT_THINGS))
def test_small_figures_about_things_are_shown(unit: str) -> None:
    edition = followed(HEAD + f"1.1 | {unit} | MIA | A | 2019: 0 | 2025: 1 | 2023: 1 |", tables=())
    assert [cell.value for cell in edition.tables[f"action_plan_{unit}"].cells] == [0, 1, 1]


def test_a_percentage_of_persons_is_never_shown_and_its_target_is() -> None:
    for more in ("", "percentage_of=person", "percentage_of=case"):
        found = one(f"1.1 | pct | MIA | A | 2019: 33 | 2025: 90 | 2023: 50 | {more}")
        assert found.state == "withheld"
        assert (found.baseline and found.baseline.state, found.latest and found.latest.state) == ("unreliable",) * 2
        assert found.target is not None and found.target.value == 90
    assert one("1.1 | pct | MIA | A | 2019: 20 | 2025: 90 | 2023: 85 | percentage_of=event").state == "on_track"


@pytest.mark.parametrize("value", ["2.5", "0.1"])
def test_half_a_person_is_no_count_and_stops_no_edition(value: str) -> None:
    found = one(f"1.1 | person | MIA | A | 2019: 10 | 2025: 90 | 2023: {value} |")
    assert found.latest is not None and found.latest.state == "unreliable"


def test_a_yes_of_seven_is_none() -> None:
    found = one("1.1 | yes_no | MIA | A | 2019: 0 | 2025: 1 | 2023: 7 |")
    assert found.latest is not None and found.latest.value is None


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 30), st.integers(0, 30), st.sampled_from(sorted(THRESHOLDS)))
def test_no_small_count_of_persons_and_no_small_change_can_be_read_off(old: int, new: int, audience: str) -> None:
    line = f"1.1 | person | MIA | A | 2019: {old} | 2025: 90 | 2023: {new} |"
    edition = followed(HEAD + line, tables=(), audience=audience)
    shown = [cell.value for cell in edition.tables["action_plan_person"].cells]
    threshold = THRESHOLDS[audience]
    assert all(value is None or value == 0 or value >= threshold for value in shown)
    if shown[0] is not None and shown[1] is not None:
        assert abs(shown[1] - shown[0]) == 0 or abs(shown[1] - shown[0]) >= threshold
    progress = edition.tables[PROGRESS_KEY].cells[0]
    assert (progress.value is None) == (None in shown[:2])


def test_a_later_edition_with_another_latest_value_gives_nothing_of_the_earlier_one_away() -> None:
    first = tables_of("1.1 | person | MIA | A | 2019: 12 | 2025: 40 | 2022: 14 |")
    second = tables_of("1.1 | person | MIA | A | 2019: 12 | 2025: 40 | 2023: 30 |")
    codes = [[cell.at[0] for t in made.tables if not t.is_published for cell in t.cells] for made in (first, second)]
    assert codes[0][0] == codes[1][0] == "1.1 baseline 2019"  # one number, one cell, in every edition
    assert set(codes[0][1:]).isdisjoint(codes[1][1:])


def test_a_fall_is_bound_the_other_way_round() -> None:
    rollup = tables_of("1.1 | person | MIA | A | 2019: 30 | 2025: 5 | 2023: 20 |").rollups[0]
    assert (rollup.parent, rollup.parts) == (
        "1.1 baseline 2019", ("1.1 latest 2023", "1.1 change 2019/2023"),
    )  # fmt: skip
    assert one("1.1 | person | MIA | A | 2019: 30 | 2025: 5 | 2023: 20 |").progress_pct == pytest.approx(40)


def test_a_measure_that_the_edition_measures_takes_its_figures_from_released_cells() -> None:
    line = "3.1 | person | NGO | A | 2019: 7777 | 2025: 130 | 2023: 8888 | measured_by=victims_assisted"
    found = one(line)
    assert found.baseline is not None and found.baseline.value == 100
    assert found.latest is not None and found.latest.value == 117
    made = tables_of(line, tables=(ASSISTED,))
    values = {cell.value for table in made.tables for cell in table.cells}
    assert values == {130}, "what the plan says of it is not even counted"


def test_what_the_edition_withholds_is_withheld_of_the_plan_too() -> None:
    table = replace(ASSISTED, cells=(*ASSISTED.cells[:2], CountCell(at=("2023",), value=3)))
    line = "3.1 | person | NGO | A | 2019: | 2025: 130 | 2023: 3 | measured_by=victims_assisted"
    found = standing(followed(HEAD + line, tables=(table,)), "3.1")
    assert (found.state, found.progress_pct) == ("withheld", None)


def test_an_indicator_that_the_edition_does_not_have_gives_no_value() -> None:
    line = "3.1 | person | NGO | A | 2019: 10 | 2025: 130 | 2023: 99 | measured_by=persons_convicted"
    found = one(line)
    assert (found.state, found.latest) == ("no_data", None)


def test_an_indicator_of_another_unit_gives_no_value() -> None:
    line = "3.1 | event | NGO | A | 2019: 10 | 2025: 130 | 2023: 99 | measured_by=victims_assisted"
    assert one(line).latest is None


def test_only_whole_years_up_to_the_end_of_the_edition_are_taken() -> None:
    line = "3.1 | person | NGO | A | 2019: | 2025: 130 | 2023: | measured_by=victims_assisted"
    made = plan_tables(measures(rows_of(HEAD + line)), (ASSISTED,), date(2023, 6, 30))
    assert made.context[0]["figures"]["latest"]["at"] == ["2022"]


def test_a_figure_that_stands_twice_with_two_values_is_none() -> None:
    rows = rows_of(HEAD + "1.1 | event | MIA | A | 2019: 1 | 2025: 9 | 2023: 5 |")
    doubled = [*rows, Row(point="latest", held="2023", about=rows[0].about, unit="event", value=6.0, obs_status="A")]
    found = measures(doubled)[0].figures["latest"]
    assert (found.value, found.obs_status) == (None, "O")
    assert measures(rows + rows)[0].figures["latest"].value == 5, "one row twice is one row"


def test_figures_of_two_units_are_not_compared() -> None:
    rows = rows_of(HEAD + "1.1 | event | MIA | A | 2019: 1 | 2025: 9 | 2023: 5 |")
    mixed = [*rows[:2], Row(point="latest", held="2023", about=rows[0].about, unit="person", value=3.0, obs_status="A")]
    found = measures(mixed)[0]
    assert (found.unit, found.figures["latest"].value, found.why_missing) == ("event", None, "units_differ")


def test_rows_in_another_order_give_the_same_measures() -> None:
    rows = rows_of(PLAN)
    assert measures(reversed(rows)) == measures(rows)


def test_measures_stand_in_the_order_of_their_numbers() -> None:
    lines = [
        f"{number} | event | MIA | A | 2019: 1 | 2025: 9 | 2023: 5 |" for number in ("2.10", "2.9", "10.1", "2.9a")
    ]
    assert [m.number for m in measures(rows_of(HEAD + "\n".join(lines)))] == ["2.9", "2.9a", "2.10", "10.1"]


def test_a_title_that_names_a_person_is_not_taken() -> None:
    about = {"indicator": "1.1", "title": "Compensation for Aman Orazow, +99312345678", "title_ru": "Возмещение"}
    row = Row(point="target", held="2025", about=about, unit="person", value=9.0, obs_status="A")
    assert measures([row])[0].titles == {"ru": "Возмещение"}


def test_a_table_of_the_first_version_is_read_as_before() -> None:
    about = {"indicator": "2.1", "body": "MIA", "evidence": "C", "title": "Staff trained"}
    rows = [
        Row(point=point, held=held, about=about, unit="person", value=value, obs_status="A")
        for point, held, value in (("baseline", "2019", 0.0), ("target", "2025", 400.0), ("latest", "2023-Q4", 261.0))
    ]  # type: ignore[arg-type]
    found = measures(rows)[0]  # type: ignore[arg-type]
    assert (found.goal, found.body, found.goal_titles, found.figures["latest"].value) == ("2", "MIA", {}, 261)


STATES = """
    number | unit  | body | grade | baseline | target        | latest     | more
    1.1    | event | MIA  | A     | 2019: 0  | 2025: 10      | 2023: 10   |
    1.2    | event | MIA  | A     | 2019: 0  | 2025: 10      | 2023: 12   |
    1.3    | event | MIA  | A     | 2019: 10 | 2025: 4       | 2023: 3    |
    2.1    | event | MIA  | A     | 2019: 0  | 2025: 60      | 2023: 40   |
    2.2    | event | MIA  | A     | 2019: 0  | 2025: 60      | 2023: 34   |
    2.3    | event | MIA  | A     | 2019: 0  | 2025: 60      | 2023: 33   |
    3.1    | event | MIA  | A     | 2019: 0  | 2024-01-24: 60| 2023: 59   |
    3.2    | event | MIA  | A     | 2019: 0  | 2024-01-25: 60| 2023: 59   |
    4.1    | event | MIA  | A     | 2019: 0  | 2023: 60      | 2023:      |
    4.2    | event | MIA  | A     | 2019:    | 2023: 60      | 2023: 5    |
    4.3    | event | MIA  | A     | 2019: 5  | 2025: 5       | 2023: 4    |
    4.4    | event | MIA  | A     | 2019: 5  | 2025:         | 2023: 4    |
    4.5    | event | MIA  | A     | 2025: 0  | 2024: 9       | 2025: 4    |
    """
EXPECTED = {
    "1.1": "reached", "1.2": "reached", "1.3": "reached", "2.1": "on_track", "2.2": "on_track", "2.3": "behind",
    "3.1": "overdue", "3.2": "on_track", "4.1": "no_data", "4.2": "not_assessed", "4.3": "not_assessed",
    "4.4": "not_assessed", "4.5": "not_assessed",
}  # fmt: skip


def test_states_follow_the_declared_rule() -> None:
    edition = followed(STATES, tables=())
    found = standings(edition.context["action_plan"], edition.tables, edition.as_of)
    assert {one.measure["number"]: one.state for one in found} == EXPECTED
    assert TOLERANCE_PCT == 10


def test_the_deadline_is_held_against_the_day_of_the_edition_and_not_the_clock() -> None:
    line = "1.1 | event | MIA | A | 2019: 0 | 2025-06: 10 | 2023: 5 |"
    last = date(2025, 6, 30)
    assert [one(line, as_of=last + timedelta(days=more)).state for more in (0, 1)] == ["behind", "overdue"]


@given(
    st.integers(0, 60), st.integers(0, 60), st.integers(0, 60), st.integers(0, 5000), st.integers(0, 5000),
)  # fmt: skip
def test_states_agree_with_progress_and_time(start: int, end: int, now: int, passed: int, more: int) -> None:
    held = date(2019, 12, 31) + timedelta(days=passed)
    deadline = date(2020, 1, 1) + timedelta(days=more)
    line = f"1.1 | event | MIA | A | 2019: {start} | {deadline}: {end} | {held}: {now} |"
    made = tables_of(line)
    figures = {cell.at: cell for table in made.tables for cell in table.cells}
    assert len(figures) == 3
    edition = followed(HEAD + line, tables=())
    found = standing(edition, "1.1")
    if start == end:
        assert found.progress_pct is None
        assert found.state == ("reached" if now == end else "not_assessed")
        return
    assert found.progress_pct == pytest.approx(100 * (now - start) / (end - start))
    assert (found.state == "reached") == ((now - end) * (end - start) >= 0)
    assert (found.state == "overdue") == (found.state != "reached" and deadline < edition.as_of)
    if found.state in ("on_track", "behind"):
        assert found.elapsed_pct is not None
        assert (found.state == "on_track") == (found.progress_pct >= found.elapsed_pct - TOLERANCE_PCT)


def test_progress_is_a_table_of_the_edition_made_of_released_cells() -> None:
    edition = followed()
    cells = {cell.at[0]: cell for cell in edition.tables[PROGRESS_KEY].cells}
    assert cells["1.1"].value == pytest.approx(60)
    assert (cells["3.2"].value, cells["3.2"].conf_status) == (None, "D")
    assert (cells["3.3"].value, cells["3.3"].obs_status) == (None, "O")
    assert set(edition.tables[PROGRESS_KEY].sources) == {"action_plan", "case_register"}
    assert PROGRESS_KEY not in followed("number|unit|body|grade|baseline|target|latest|more", tables=(ASSISTED,)).tables
