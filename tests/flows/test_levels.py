"""New periods against the last ones held: another unit or scale is stopped, ordinary change is not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sample_data
from flows.holdings.replaced import Vintage
from flows.home import Home, Settings, write_settings
from flows.intake.break_words import sentences
from flows.intake.ingest import ingest_file
from flows.intake.levels import level_shifts
from flows.warehouse import create_schema
from tests.flows.test_breaks import FORM, refusal, scaled, vintages
from transforms.tables import OBSERVATIONS

FORMS = [path for path in sample_data.files() if path.name.startswith("crime_justice_")]
NEW = Vintage(table=OBSERVATIONS, vintage_id=2, source="own", date=date(2024, 1, 1))
Line = tuple[Sequence[object], Sequence[object]]
"""Figures of one region held, from 2000 on, and the new ones of the years after them; None is a year without one."""


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as made:
        create_schema(made)
        made.execute("INSERT INTO raw.vintages VALUES (1, 'own', '', '', 0, '2023-01-01', '', '1', 1, 1, 0, 'no')")
        made.execute("INSERT INTO raw.vintage_streams VALUES (1, 'old', 1)")
        yield made


def told(con: duckdb.DuckDBPyConnection, *lines: Line, unit: str = "person", unit_now: str = "") -> list[str]:
    """What is said of figures of so many regions, held and new."""
    con.execute("DELETE FROM core.observations")
    found = [
        (region, 2000 + place, place >= len(held), float(str(value)))
        for region, (held, new) in enumerate(lines)
        for place, value in enumerate([*held, *new])
        if value is not None
    ]
    con.execute(
        "INSERT INTO core.observations SELECT CASE WHEN is_new THEN 2 ELSE 1 END, 1, 'own', "
        "CASE WHEN is_new THEN 'new' ELSE 'old' END, 'persons_convicted', CASE region WHEN 0 THEN 'XX' ELSE 'XX-' || "
        "region END, CASE region WHEN 0 THEN 'country' ELSE 'region' END, year::VARCHAR, year, 'total', 'total', "
        "'total', 'total', CASE WHEN is_new THEN $6 ELSE $5 END, value, NULL, NULL, 'A', 'F' FROM (SELECT "
        "unnest($1::INTEGER[]) AS region, unnest($2::INTEGER[]) AS year, unnest($3::BOOLEAN[]) AS is_new, "
        "unnest($4::DOUBLE[]) AS value)",
        [*map(list, zip(*found, strict=True)), unit, unit_now or unit],
    )
    return [str(sentence) for sentence in sentences(level_shifts(con, NEW))]


def test_yearly_forms_in_another_scale_are_stopped_though_they_share_no_year(tmp_path: Path) -> None:
    home = tmp_path / "home"
    write_settings(Home(folder=home).create(), Settings(country="XX"))
    for path in FORMS[-4:-1]:
        assert ingest_file(home, path, received_on=date(2024, 2, 1)).verdict == "accepted"
    said = refusal(home, scaled(tmp_path / "form.xlsx", 1 / 60))
    assert "Offences recorded (cases): the figures held are whole numbers, the new ones are not." in said
    assert "in 2022, 1.06667 in 2023" in said
    assert "new figures are about" in refusal(home, scaled(tmp_path / "form.xlsx", 1000))
    assert ingest_file(home, FORM).verdict == "accepted"
    assert vintages(home) == 4


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ([([50, 60, 55], [5500])] * 5, "about 100 times as large as those held of the periods next to them"),
        ([([5500], [55])] * 5, "about 100 times smaller than those held of the periods next to them"),
        ([([400, 500], [5000, 5200])], "about 11 times as large"),
        ([([5_654_000], [5654])], "about 1000 times smaller"),
        ([([1, 2, 3], [250]), ([900, 800, 850], [90_000])], "about 120 times as large"),
        ([([64, 61], [1.07]), ([30, 20], [0.5])], "the figures held are whole numbers, the new ones are not"),
    ],
    ids=["five regions", "five regions, one year each", "two years of one", "one year of one", "two regions", "rates"],
)
def test_what_moved_tenfold_is_said(con: duckdb.DuckDBPyConnection, lines: list[Line], says: str) -> None:
    (sentence,) = told(con, *lines)
    assert says in sentence


@pytest.mark.parametrize(
    "lines",
    [
        [([100, 100, 100], [49])] * 6,
        [([8, 3, 2], [0])] * 6,
        [([1, 2, 1], [19])] * 6,
        [([3, 0, 2], [40, 45])],
        [([64], [6400 - 1])],
        [([0, 0, 0], [5000])] * 6,
        [([50, 60], [600]), ([50, 60], [50])],
        [([5, 4], [4.5])],
        [([12, 14, 10, 9], [11, 12.5, 9])],
        [([1.5, 2, 2.5], [3, 2.5])],
        [([], [5000])] * 6,
        [([None] * 9 + [100, 110, 120], [130])],
    ],
    ids=[
        "halved", "nobody any more", "few cases", "few cases of a country for years", "one figure, not a hundredfold",
        "from nothing", "one of two regions", "too few whole numbers to tell", "one slip of many", "halves before",
        "nothing held", "gaps before",
    ],
)  # fmt: skip
def test_ordinary_change_is_no_break(con: duckdb.DuckDBPyConnection, lines: list[Line]) -> None:
    assert told(con, *lines) == []


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    typical=st.floats(0.2, 60),
    change=st.floats(0.25, 3),
    regions=st.integers(1, 8),
    held=st.integers(1, 6),
    new=st.integers(1, 3),
)
def test_small_counts_that_halve_or_double_by_chance_never_break(
    con: duckdb.DuckDBPyConnection, seed: int, typical: float, change: float, regions: int, held: int, new: int
) -> None:
    chance = np.random.default_rng(seed)
    levels = typical * chance.lognormal(0, 1, regions)
    lines = [(chance.poisson(level, held).tolist(), chance.poisson(level * change, new).tolist()) for level in levels]
    assert told(con, *lines) == []


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    typical=st.floats(300, 20_000),
    factor=st.sampled_from((0.001, 0.01, 60, 100, 1000)),
    regions=st.integers(5, 12),
    new=st.integers(1, 3),
)
def test_a_change_of_scale_of_larger_counts_always_breaks(
    con: duckdb.DuckDBPyConnection, seed: int, typical: float, factor: float, regions: int, new: int
) -> None:
    chance = np.random.default_rng(seed)
    lines = [
        (chance.poisson(typical, 4).tolist(), (chance.poisson(typical, new) * factor).tolist()) for _ in range(regions)
    ]
    assert len(told(con, *lines)) == 1


def test_a_unit_that_is_new_in_new_periods_is_said_of_a_single_figure(con: duckdb.DuckDBPyConnection) -> None:
    (sentence,) = told(con, ([64, 61], [60]), unit="person", unit_now="per_100k")
    assert sentence == (
        "Persons convicted: the unit was “persons” until 2001 and is “per 100,000 population” in 2002. Example, XX: 61 "
        "in 2001, 60 in 2002."
    )


def test_an_index_may_move_within_its_range(con: duckdb.DuckDBPyConnection) -> None:
    assert told(con, *[([2, 3, 2], [80, 90])] * 6, unit="index") == []


def test_a_year_that_comes_late_is_held_against_the_years_after_it(con: duckdb.DuckDBPyConnection) -> None:
    lines = [([None, 5000, 5100, 5200], [])] * 5
    told(con, *lines)
    con.execute(
        "INSERT INTO core.observations SELECT * REPLACE (2 AS vintage_id, '2000' AS time_period, 2000 AS year, "
        "5 AS value) FROM core.observations WHERE year = 2001"
    )
    (sentence,) = [str(text) for text in sentences(level_shifts(con, NEW))]
    assert "about 1000 times smaller" in sentence and "5000 in 2001, 5 in 2000." in sentence


@pytest.mark.parametrize(("factor", "is_said"), [(1, False), (1000, True)])
def test_months_are_held_against_the_same_ones_so_that_a_season_is_no_break(
    con: duckdb.DuckDBPyConnection, factor: int, is_said: bool
) -> None:
    con.execute("DELETE FROM core.observations")
    con.execute(
        "INSERT INTO core.observations SELECT CASE WHEN month > 24 THEN 2 ELSE 1 END, month, 'own', "
        "CASE WHEN month > 24 THEN 'new' ELSE 'old' END, 'migrants', 'XX-' || n, 'region', "
        "printf('%d-%02d', 2020 + (month - 1) // 12, (month - 1) % 12 + 1), 2020 + (month - 1) // 12, 'total', "
        "'total', 'total', 'total', 'person', CASE WHEN (month - 1) % 12 < 6 THEN 120 ELSE 3000 END "
        "* CASE WHEN month > 24 THEN $1 ELSE 1 END, NULL, NULL, 'A', 'F' "
        "FROM range(6) AS r(n), range(1, 27) AS m(month)",
        [factor],
    )
    assert bool(level_shifts(con, NEW)) is is_said
