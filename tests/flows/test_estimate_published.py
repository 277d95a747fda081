"""Indicators of real files against figures that others published or computed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from flows.counts.estimate import edition_inputs, indicator_rows
from flows.intake.ingest import Acceptance, ingest_file
from flows.warehouse import read_warehouse

CTDC_BY_YEAR = """
    2002 1026 · 2003 357 · 2004 223 · 2005 1455 · 2006 1423 · 2007 1417 · 2008 802 · 2009 587 · 2010 943 ·
    2011 1340 · 2012 1367 · 2013 1832 · 2014 3000 · 2015 4276 · 2016 16399
    """


@pytest.fixture(scope="module")
def con(
    unodc: tuple[Acceptance, Path], shared_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[duckdb.DuckDBPyConnection]:
    """The UNODC workbook, the CTDC file and the stringency index."""
    home = Path(shutil.copytree(unodc[1], tmp_path_factory.mktemp("published") / "home"))
    for name in ("ctdc/ctdc_kanon_2020-04-14_2002-2016.csv", "oxcgrt/central_asia_stringency_long.csv"):
        ingest_file(home, shared_data / name)
    with read_warehouse(home) as opened:
        yield opened


def test_the_ctdc_file_gives_its_rows_by_year(con: duckdb.DuckDBPyConnection) -> None:
    published = [tuple(int(n) for n in pair.split()) for pair in CTDC_BY_YEAR.split("·")]
    assert indicator_rows(con, "victims_registered", ("year",)).rows() == published


def test_unodc_victims_fell_by_a_tenth_over_the_countries_that_reported_both_years(
    con: duckdb.DuckDBPyConnection,
) -> None:
    rows = indicator_rows(con, "victims_detected", ("year",), years=(2019, 2020), matched=True).rows()
    assert rows == [(2019, 48_968, "E"), (2020, 44_198, "E")]
    assert edition_inputs(con, "annual-2020", scope="world", as_of=None).context["matched"] == {
        "years": ["2019", "2020"],
        "countries": 112,
    }


def test_turkmenistan_did_not_report_a_total(con: duckdb.DuckDBPyConnection) -> None:
    rows = indicator_rows(con, "victims_detected", ("year",), scope="TM", years=(2018, 2019, 2020)).rows()
    assert rows == [(2018, None, "O"), (2019, None, "O"), (2020, None, "O")]
    found = edition_inputs(con, "annual-2020", scope="TM", as_of=None)
    (table,) = (t for t in found.table_set.tables if t.key == "victims_detected_by_period")
    assert [(c.value, c.obs_status) for c in table.cells if c.at[0] in ("2018", "2019", "2020")] == [(None, "O")] * 3


def test_stringency_has_the_published_yearly_means(con: duckdb.DuckDBPyConnection) -> None:
    rows = indicator_rows(con, "stringency", ("year",), scope="TM", years=(2020, 2021, 2022)).rows()
    assert [(year, round(value, 1)) for year, value, _ in rows] == [(2020, 40.8), (2021, 61.1), (2022, 44.6)]
