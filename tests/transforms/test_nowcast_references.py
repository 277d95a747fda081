"""Nowcasts against the reference numbers: Mack's chain ladder and the Hamburg outbreak of 2011."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from transforms.errors import WrongArguments
from transforms.statistics.nowcast.answer import nowcast
from transforms.statistics.nowcast.building import triangle_from_cumulative, triangle_from_line_list
from transforms.statistics.nowcast.delays import chain_ladder_finals, delay_distribution
from transforms.statistics.nowcast.mack import log_linear_tail, mack_chain_ladder
from transforms.statistics.nowcast.triangle import ReportingTriangle


@pytest.fixture(scope="module")
def folder(shared_fixtures: Path) -> Path:
    return shared_fixtures / "nowcast"


@pytest.fixture(scope="module")
def reference(folder: Path) -> dict[str, Any]:
    """Numbers that R computes."""
    found: dict[str, Any] = json.loads((folder / "reference_chainladder.json").read_text("utf-8"))
    return found


@pytest.fixture(scope="module")
def outbreak(folder: Path) -> ReportingTriangle:
    """Hospital admissions with haemolytic uraemic syndrome, as seen on 2 June 2011 with delays of up to 15 days."""
    rows = records(folder / "husO104Hosp_linelist.csv")
    return triangle_from_line_list(
        [date.fromisoformat(row["dHosp"]) for row in rows],
        [date.fromisoformat(row["dReport"]) for row in rows],
        step="day",
        as_of=date(2011, 6, 2),
        maximum_delay=15,
    )


def records(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def printed(path: Path) -> ReportingTriangle:
    with path.open(encoding="utf-8") as file:
        _, *rows = csv.reader(file)
    counts = [[float(cell) if cell else None for cell in row[1:]] for row in rows]
    return triangle_from_cumulative(counts, first=date.fromisoformat(rows[0][0]), step="year")


def near(numbers: float | Sequence[float]) -> Any:
    return pytest.approx(numbers, rel=1e-9)


@pytest.mark.parametrize("name", ["raa", "genins"])
def test_mack_is_r_s_chain_ladder(folder: Path, reference: dict[str, Any], name: str) -> None:
    triangle, expected = printed(folder / f"{name}_cumulative.csv"), reference[name]
    found = mack_chain_ladder(triangle)
    assert found.factors.tolist() == near(expected["ldf"])
    assert found.finals.tolist() == near(expected["ultimate"])
    assert found.outstanding[1:].tolist() == near(expected["ibnr"][1:])
    assert found.total_outstanding == near(expected["ibnr_total"])
    assert found.total_standard_error == near(expected["mack_se_total"])
    by_line = mack_chain_ladder(triangle, tail=log_linear_tail)
    assert by_line.total_standard_error == near(expected["mack_se_total_loglinear_default"])


def test_mack_gives_the_numbers_of_the_method_paper(folder: Path) -> None:
    assert mack_chain_ladder(printed(folder / "raa_cumulative.csv")).total_standard_error == near(26909.01115564366)
    taylor_ashe = mack_chain_ladder(printed(folder / "genins_cumulative.csv"))
    # Mack 1993, table 2: standard errors of the reserves in percent, periods 2 to 10
    percent = 100 * taylor_ashe.standard_errors[1:] / taylor_ashe.outstanding[1:]
    assert np.round(percent).tolist() == [80, 26, 19, 27, 29, 26, 22, 23, 29]


@pytest.mark.parametrize("name", ["abc", "mortgage", "ukmotor"])
def test_the_total_varies_more_than_independent_periods_would(folder: Path, name: str) -> None:
    found = mack_chain_ladder(printed(folder / f"{name}_cumulative.csv"))
    assert np.linalg.norm(found.standard_errors) < found.total_standard_error < found.standard_errors.sum()
    assert found.standard_errors[0] == 0


def test_mack_refuses_a_delay_with_nothing_to_develop_from() -> None:
    with pytest.raises(WrongArguments, match="no case registered"):
        mack_chain_ladder(triangle_from_cumulative([[0, 3], [0, None]], first=date(2021, 1, 1), step="year"))


def test_the_triangle_of_the_outbreak_is_the_published_one(folder: Path, outbreak: ReportingTriangle) -> None:
    with (folder / "husO104_triangle_2011-06-02.csv").open(encoding="utf-8") as file:
        _, *rows = csv.reader(file)
    expected = [[np.nan if cell == "NA" else float(cell) for cell in row[1:]] for row in rows]
    assert outbreak.codes == tuple(row[0] for row in rows)
    assert np.array_equal(outbreak.increments, expected, equal_nan=True)


def test_the_delay_distribution_of_the_outbreak_is_the_published_one(folder: Path, outbreak: ReportingTriangle) -> None:
    expected = [float(row["F"]) for row in records(folder / "husO104_delay_cdf_expected.csv")]
    found = delay_distribution(outbreak)
    assert found.tolist() == near(expected)
    assert np.round(found[:4], 4).tolist() == [0.0034, 0.0270, 0.0760, 0.1379]


def test_the_chain_ladder_of_the_outbreak_is_the_published_one(folder: Path, outbreak: ReportingTriangle) -> None:
    finals = dict(zip(outbreak.codes, chain_ladder_finals(outbreak), strict=True))
    observed = dict(zip(outbreak.codes, outbreak.observed, strict=True))
    for row in records(folder / "husO104_chainladder_expected.csv"):
        assert finals[row["date"]] == pytest.approx(float(row["chainladder_ultimate"]), abs=5e-4)
        assert observed[row["date"]] == float(row["observed"])


def test_the_nowcast_of_the_outbreak_holds_what_came_and_agrees_with_the_published_ones(
    folder: Path, outbreak: ReportingTriangle
) -> None:
    found = nowcast(outbreak)
    assert found.refusal is None
    periods = {one["period"]: one for one in found.details["periods"]}
    rows = records(folder / "reference_husO104_nowcast_2011-06-02.csv")
    held = [periods[row["date"]]["lower"] <= float(row["truth"]) <= periods[row["date"]]["upper"] for row in rows]
    assert sum(held) >= len(rows) - 1
    for row in rows[:8]:  # half of the registrations are in: the models of the reference agree there
        assert periods[row["date"]]["expected"] == pytest.approx(float(row["bayes.trunc_med"]), rel=0.08)
    last = periods["2011-06-01"]
    assert last["observed"] == 0
    assert last["expected"] > 1
    assert last["rests_on"] == "level_of_series"


def test_dengue_of_a_year_as_seen_in_autumn_holds_what_came_by_the_end(folder: Path) -> None:
    rows = records(folder / "denguedat_1990_counts.csv")
    events = [date.fromisoformat(row["onset_week"]) for row in rows]
    reports = [date.fromisoformat(row["report_week"]) for row in rows]
    counts = [int(row["n"]) for row in rows]

    def seen(as_of: date) -> ReportingTriangle:
        return triangle_from_line_list(events, reports, step="week", as_of=as_of, maximum_delay=8, counts=counts)

    found = nowcast(seen(date(1990, 9, 30)))
    final = dict(zip(seen(date(1991, 6, 30)).codes, seen(date(1991, 6, 30)).observed, strict=True))
    periods = found.details["periods"]
    held = [one["lower"] <= final[one["period"]] <= one["upper"] for one in periods]
    assert len(held) == 8
    assert sum(held) >= 6
    assert found.details["backtest"]["error_pct"] < found.details["backtest"]["uncorrected_error_pct"]
