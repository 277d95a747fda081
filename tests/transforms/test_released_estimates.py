"""Answers at the gate: made of released cells alone, and what would tell more is cut off."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from tests.transforms.test_studies import CALENDAR, HEADLINE
from transforms.disclosure.cells import CountCell, CountTable, Rollup, TableSet
from transforms.disclosure.release import release
from transforms.disclosure.released import ReleasedCell, ReleasedEdition
from transforms.periods import Period, period, periods_between
from transforms.statistics.hidden_population import table_of_histories
from transforms.statistics.nowcast.building import triangle_from_vintages
from transforms.studies.question import Question

MONTHS = periods_between(period("2018-01"), period("2021-12"))


def edition(counts: Mapping[Period, float], asked: Question) -> ReleasedEdition:
    """One table by month, quarter and year, released to the public."""
    cells: dict[str, float] = {}
    rollups = []
    for year in range(2018, 2022):
        quarters = [period(f"{year}-Q{n}") for n in range(1, 5)]
        for quarter in quarters:
            parts = quarter.parts("month")
            cells |= {part.code: counts[part] for part in parts}
            cells[quarter.code] = sum(counts[part] for part in parts)
            rollups.append(Rollup(dimension="period", parent=quarter.code, parts=tuple(p.code for p in parts)))
        cells[str(year)] = sum(cells[quarter.code] for quarter in quarters)
        rollups.append(Rollup(dimension="period", parent=str(year), parts=tuple(q.code for q in quarters)))
    table = CountTable(
        key=f"{HEADLINE}_by_period",
        indicator=HEADLINE,
        population=HEADLINE,
        dimensions=("period",),
        additive=("period",),
        cells=tuple(CountCell(at=(code,), value=value) for code, value in cells.items()),
        unit="person",
        sources=("case_register",),
    )
    return release(
        TableSet(tables=(table,), rollups=tuple(rollups)),
        audience="public",
        edition="annual-2021",
        scope="XX",
        as_of=date(2022, 1, 31),
        run_id="run",
        code_version="0",
        created_from=(),
        context={},
        languages=("en",),
        question=asked,
    )


def shown(found: ReleasedEdition) -> tuple[ReleasedCell, ...]:
    table = found.table(f"{HEADLINE}_by_period")
    assert table is not None
    return table.cells


def asked(**given: object) -> Question:
    return Question(headline=HEADLINE, calendar=CALENDAR, phase_months={}, **given)  # type: ignore[arg-type]


def slow_register(counts: Mapping[Period, float]) -> Question:
    """Half of a month's cases are registered with the month's end, the others a month later."""
    days = [part.shifted(1).start.replace(day=20) for part in MONTHS]
    vintages = {
        day: {
            part: int(counts[part] if part.shifted(1).end < day else counts[part] // 2)
            for part in MONTHS
            if part.end < day
        }
        for day in days
    }
    triangle = triangle_from_vintages(vintages, maximum_delay=2)
    return asked(triangle=triangle, triangle_source="case_register")


def test_a_withheld_month_makes_the_answer_coarser_and_its_count_stands_nowhere() -> None:
    counts = dict.fromkeys(MONTHS, 30.0) | {period("2018-05"): 3.0}
    found = edition(counts, asked())
    assert [cell.conf_status for cell in shown(found) if cell.at == ("2018-05",)] == ["C"]
    trend = found.estimate(f"trend:{HEADLINE}")
    assert trend is not None and trend.details["frequency"] != "month"


def test_answers_depend_on_released_cells_alone() -> None:
    """Two sets of counts that differ only in what is withheld give the same answers."""
    first = dict.fromkeys(MONTHS, 30.0) | {period("2018-05"): 3.0}
    one = edition(first, asked())
    hidden = [cell.at[0] for cell in shown(one) if cell.conf_status != "F"]
    (other_month,) = [code for code in hidden if code != "2018-05"]
    other = edition(first | {period("2018-05"): 4.0, period(other_month): 29.0}, asked())
    assert shown(one) == shown(other)  # their quarter is released, and so is their sum
    answers = [{key: given.estimate.to_json() for key, given in found.estimates.items()} for found in (one, other)]
    assert answers[0] == answers[1] != {}


def test_a_nowcast_shows_whole_persons_of_released_months_only() -> None:
    counts = dict.fromkeys(MONTHS, 30.0)
    told = edition(counts, slow_register(counts)).estimate(f"nowcast:{HEADLINE}")
    assert told is not None and told.refusal is None
    assert {"delay_distribution", "windows", "level_per_period"}.isdisjoint(told.details)
    for row in told.details["periods"]:
        assert all(float(row[key]).is_integer() for key in ("observed", "expected", "lower", "upper"))
        assert round(row["reported_share"], 2) == row["reported_share"]


def test_a_nowcast_is_withheld_where_a_recent_month_is() -> None:
    counts = dict.fromkeys(MONTHS, 30.0)
    small = counts | {period("2021-12"): 4.0, period("2021-11"): 4.0}
    told = edition(small, slow_register(counts)).estimate(f"nowcast:{HEADLINE}")
    assert told is not None and told.refusal is not None and told.refusal.code == "withheld"
    assert told.estimate is None
    last = period("2021-12")
    for of, is_told in ((counts, True), (small, False)):
        with_persons = replace(slow_register(of), persons={2021: 1e6})
        found = edition({**of, last: of[last] // 2}, with_persons)  # half of December is registered by now
        assert (f"rate:{HEADLINE}:2021" in found.estimates) == is_told
    assert {row["period"] for row in told.details["periods"]}.isdisjoint({"2021-11", "2021-12"})


def test_the_hidden_population_is_rounded_and_its_overlaps_are_left_out() -> None:
    header = ("police", "ngo", "iom", "persons")
    rows = [(1, 0, 0, 120), (0, 1, 0, 90), (0, 0, 1, 60), (1, 1, 0, 23), (1, 0, 1, 17), (0, 1, 1, 11), (1, 1, 1, 4)]
    question = asked(captures=table_of_histories(header, rows))
    told = edition(dict.fromkeys(MONTHS, 30.0), question).estimate("hidden_population")
    assert told is not None and told.estimate is not None
    assert all(value % 10 == 0 for value in (told.estimate, told.lower or 0, told.upper or 0))
    assert {"overlaps", "list_totals", "times_listed"}.isdisjoint(told.details)
    assert told.basis == {"lists": 3}
    assert "23" not in str(told.to_json()).replace("2023", "")


def test_figures_of_the_hidden_population_that_rounding_would_make_false_are_left_out() -> None:
    header = ("police", "ngo", "iom", "persons")
    rows = [(1, 0, 0, 120), (0, 1, 0, 90), (0, 0, 1, 60), (1, 1, 0, 23), (1, 0, 1, 17), (0, 1, 1, 11), (1, 1, 1, 4)]
    told = edition(dict.fromkeys(MONTHS, 30.0), asked(captures=table_of_histories(header, rows)))
    details = told.estimates["hidden_population"].estimate.details
    assert details["threshold"] == 0.02
    assert "spread" not in details
    for model in ("main_effects", "stepwise", "bic"):
        assert {"deviance", "bic", "z0", "acceleration"}.isdisjoint(details[model])
        assert details[model]["estimate"] % 10 == 0


def test_a_refused_hidden_population_does_not_say_how_few_are_on_several_lists() -> None:
    thin = [(1, 0, 0, 120), (0, 1, 0, 90), (0, 0, 1, 60), (1, 1, 0, 7)]
    captures = table_of_histories(("police", "ngo", "iom", "persons"), thin)
    told = edition(dict.fromkeys(MONTHS, 30.0), asked(captures=captures)).estimate("hidden_population")
    assert told is not None and told.refusal is not None and told.refusal.code == "overlaps_too_thin"
    assert "7" not in str(told.to_json())


def test_models_that_disagree_show_no_figure_but_rounded_totals_in_the_reason(shared_fixtures: Path) -> None:
    header, *rows = csv.reader((shared_fixtures / "hidden_population" / "Australia.csv").open(encoding="utf-8"))
    captures = table_of_histories(header, rows)
    told = edition(dict.fromkeys(MONTHS, 30.0), asked(captures=captures)).estimate("hidden_population")
    assert told is not None and told.refusal is not None and told.refusal.code == "models_disagree"
    totals = [told.refusal.reason.params[key] for key in ("smallest", "largest")]
    assert all(isinstance(total, int) and total % 10 == 0 for total in totals)
    assert {"main_effects", "stepwise", "bic", "chao_lower_bound"}.isdisjoint(told.details)


def test_a_refused_nowcast_does_not_tell_how_few_there_are() -> None:
    few = dict.fromkeys(MONTHS, 0.0) | {period("2020-05"): 4.0, period("2021-02"): 3.0}
    told = edition(few, slow_register(few)).estimate(f"nowcast:{HEADLINE}")
    assert told is not None and told.refusal is not None and told.refusal.code == "too_few_reports"
    assert not any(map(str.isdigit, str(told.refusal.reason)))
    assert (dict(told.basis), dict(told.details)) == ({}, {})
