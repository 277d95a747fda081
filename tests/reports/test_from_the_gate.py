"""From counts through the real gate to the files: what the gate withholds is in none of them."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest

from reports.render import edition_files
from tests.reports.editions import COUNTRY, PHASES, SOURCES
from transforms.disclosure.cells import CountCell, CountTable, Rollup, TableSet
from transforms.disclosure.release import release

WITHHELD = 2
COUNTS = {
    "2021": {"female": 31, "male": 17, "unknown": 6},
    "2022": {"female": 28, "male": WITHHELD, "unknown": 9},
    "2023": {"female": 40, "male": 22, "unknown": 11},
}


def table_set() -> TableSet:
    """Victims by year and sex; two men in 2022 must not be shown, nor be worked out."""
    cells = [
        CountCell(at=(year, sex), value=float(n))
        for year, row in COUNTS.items()
        for sex, n in {**row, "total": sum(row.values())}.items()
    ]
    years = tuple(CountCell(at=(year,), value=float(sum(row.values()))) for year, row in COUNTS.items())
    shared = {"indicator": "victims_identified", "population": "identified", "unit": "person"}
    by_sex = CountTable(
        key="victims_identified_by_period_sex",
        dimensions=("period", "sex"),
        additive=("period", "sex"),
        cells=tuple(cells),
        sources=("case_register",),
        **shared,  # type: ignore[arg-type]
    )
    total = CountTable(
        key="victims_identified_by_period",
        dimensions=("period",),
        additive=("period",),
        cells=years,
        sources=("case_register",),
        **shared,  # type: ignore[arg-type]
    )
    rollup = Rollup(dimension="sex", parent="total", parts=("female", "male", "unknown"))
    return TableSet(tables=(total, by_sex), rollups=(rollup,))


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    released = release(
        table_set(),
        audience="working-group",
        edition="annual-2023",
        scope="XX",
        as_of=date(2024, 4, 30),
        run_id="run",
        code_version="0",
        created_from=SOURCES,
        context={
            "headline": "victims_identified",
            "finest": "year",
            "edition_period": "2023",
            "country": COUNTRY,
            "phases": list(PHASES),
            "phases_source": "",
            "breaks": [],
        },
        languages=("en",),
    )
    return edition_files(released, ["en", "ru"])


def test_a_withheld_count_is_empty_in_the_csv_and_so_is_what_would_give_it_away(files: dict[str, bytes]) -> None:
    rows = list(csv.DictReader(io.StringIO(files["tables/victims_identified_by_period_sex.csv"].decode())))
    row = [r for r in rows if r["period"] == "2022" and r["sex"] in COUNTS["2022"]]
    hidden = {r["sex"] for r in row if r["conf_status"] != "F"}
    assert "male" in hidden
    assert len(hidden) >= 2
    assert all(r["value"] == "" for r in row if r["sex"] in hidden)


def test_the_page_marks_the_gap_and_shows_the_figures_of_the_gate(files: dict[str, bytes]) -> None:
    html = files["report.en.html"].decode()
    assert "73 identified victims" in html
    assert "<strong>65\u00a0%</strong> of those whose sex is recorded were women or girls" in html
    assert "base 62" in html
    assert '<abbr class="mark" title="suppressed: confidential, because it could reveal a person">[c]</abbr>' in html
