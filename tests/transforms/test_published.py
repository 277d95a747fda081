"""The methods annex: typed-in data against the fixtures, published figures against obtained ones."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.transforms.covid_series import deaths, sicily
from transforms.errors import WrongArguments
from transforms.messages import said
from transforms.statistics.hidden_population.table import table_of_histories
from transforms.statistics.published import along_time, delays, lists, small_counts
from transforms.statistics.published.annex import CASES, quick_annex
from transforms.statistics.published.case import (
    Comparison,
    PublishedCase,
    by_program,
    compared,
    in_paper,
)

QUICK = tuple(case for case in CASES if not case.is_slow)
SECONDS = ("bootstrap_western", "bootstrap_korea")
"""Slow cases that take two seconds; New Orleans takes twenty and runs with `tip-trends methods --all`."""


def case(*figures: float, gives: Sequence[float]) -> PublishedCase:
    return PublishedCase(
        key="made_up",
        title=said("Estimate"),
        source="made up for a test",
        figures=tuple(by_program(said("Estimate"), value, 3) for value in figures),
        obtained=lambda: gives,
    )


@pytest.mark.parametrize("published", QUICK, ids=lambda published: published.key)
def test_a_published_case_is_found_again(published: PublishedCase) -> None:
    found = compared(published)
    assert len(found) == len(published.figures) > 0
    assert [str(one.figure.name) for one in found if not one.agrees] == []


@pytest.mark.parametrize("key", SECONDS)
def test_a_bootstrap_interval_is_found_again(key: str) -> None:
    found = compared(next(published for published in CASES if published.key == key))
    assert all(one.agrees for one in found), [(one.figure.value, one.obtained) for one in found]


def test_a_figure_agrees_when_ours_rounds_to_it_and_not_otherwise() -> None:
    figure = in_paper(said("Estimate"), 157.2, 1)
    agrees = {
        value: Comparison(case=QUICK[0], figure=figure, obtained=value).agrees
        for value in (157.16, 157.25, 157.26, 157.14, float("nan"), float("inf"))
    }
    assert agrees == {157.16: True, 157.25: True, 157.26: False, 157.14: False} | {
        value: False for value in agrees if not np.isfinite(value)
    }


def test_a_case_that_gives_other_figures_does_not_agree() -> None:
    assert [one.agrees for one in compared(case(1.5, 2.0, gives=(1.5004, 2.0006)))] == [True, False]
    with pytest.raises(WrongArguments, match="made_up"):
        compared(case(1.5, gives=(1.5, 2.0)))


@pytest.mark.parametrize("published", QUICK, ids=lambda published: published.key)
def test_no_tolerance_is_so_wide_that_another_figure_would_pass(published: PublishedCase) -> None:
    for one in (found for found in quick_annex() if found.case is published):
        moved = one.figure.value * 1.05 + 2 * 10.0**-one.figure.decimals
        assert not replace(one, figure=replace(one.figure, value=moved)).agrees, one.figure.name


def test_every_case_has_a_key_of_its_own_and_a_source() -> None:
    assert len({published.key for published in CASES}) == len(CASES)
    assert all(len(published.source) > 20 and str(published.title) for published in CASES)


def test_the_annex_holds_every_quick_figure_and_can_be_written_as_json() -> None:
    found = quick_annex()
    assert len(found) == sum(len(published.figures) for published in QUICK) > 60
    written = json.loads(json.dumps([one.to_json() for one in found], allow_nan=False))
    assert {row["agrees"] for row in written} == {True}
    assert {row["origin"] for row in written} == {"paper", "program"}


def test_the_data_typed_in_are_those_of_the_fixtures(shared_fixtures: Path) -> None:
    trend = json.loads((shared_fixtures / "rates" / "reference_trend.json").read_text("utf-8"))
    assert tuple(trend["nile"]["y"]) == along_time.NILE
    series = sicily(shared_fixtures / "covid")
    assert series.counts == along_time.ADMISSIONS
    assert series.persons == along_time.STANDARD_POPULATION
    for country, typed in (("Kazakhstan", along_time.KAZAKHSTAN), ("Andorra", along_time.ANDORRA)):
        assert typed == deaths(shared_fixtures / "covid", country).counts[: len(typed)]
    assert deaths(shared_fixtures / "covid", "Georgia").counts[: len(along_time.GEORGIA)] == along_time.GEORGIA
    births = [row for row in _rows(shared_fixtures / "rates" / "fay_feuer1997_down.csv") if row[0] == "5+"]
    assert tuple(tuple(float(x) for x in row[2:]) for row in births) == small_counts.FIFTH_OR_LATER
    for name, triangle in (("raa", delays.RAA), ("genins", delays.TAYLOR_ASHE)):
        printed = _rows(shared_fixtures / "nowcast" / f"{name}_cumulative.csv")
        assert triangle == tuple(tuple(float(x) for x in row[1:] if x) for row in printed)
    outbreak = _rows(shared_fixtures / "nowcast" / "husO104_triangle_2011-06-02.csv")
    assert tuple(tuple(float(x) for x in row[1:] if x != "NA") for row in outbreak) == delays.OUTBREAK


@pytest.mark.parametrize(
    ("name", "file"),
    [("united_kingdom", "UKdat"), ("new_orleans", "NewOrl"), ("western", "Western"), ("korea", "Korea")],
)
def test_the_lists_typed_in_are_those_of_the_fixtures(shared_fixtures: Path, name: str, file: str) -> None:
    header, *rows = csv.reader((shared_fixtures / "hidden_population" / f"{file}.csv").open(encoding="utf-8"))
    assert lists.capture_table(name) == table_of_histories(header, rows)


def _rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8") as file:
        return list(csv.reader(file))[1:]
