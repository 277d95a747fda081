"""The history of indicators shows what editions showed: nothing else, nothing calculated, nothing brought back."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.archive.csv_file import HEADER, history_csv
from reports.archive.history import Series, SeriesShown, gathered, listed, shown_in
from tests.reports.archives import counts, document, small
from tests.reports.editions import edition, sealed
from transforms.disclosure.released import ReleasedCell
from transforms.errors import ReleaseRefused
from transforms.periods import period

Values = dict[str, float | None]
PERIODS = ("2020", "2021", "2022", "2021-Q1", "2021-Q2")
KNOWN = st.dictionaries(st.sampled_from(PERIODS), st.none() | st.integers(0, 60).map(float), min_size=1)


def shown(manifest: dict[str, Any], name: str, day: date = date(2024, 5, 1)) -> tuple[SeriesShown, ...]:
    return shown_in({**manifest, "as_of": day.isoformat()}, edition=name, released_on=day)


def history(*editions: Values, same_day: bool = False) -> Series:
    """Editions e0, e1, … of successive days with these counts."""
    days = [date(2024, 1, 1 if same_day else 1 + place) for place in range(len(editions))]
    parts = [shown(counts(values), f"e{place}", days[place]) for place, values in enumerate(editions)]
    (series,) = gathered(parts)
    return series


@given(st.lists(KNOWN, min_size=1, max_size=6))
def test_the_newest_edition_that_has_a_period_has_the_last_word(editions: list[Values]) -> None:
    series = history(*editions)
    for code in PERIODS:
        having = [place for place, values in enumerate(editions) if code in values]
        found = series.latest(period(code))
        if not having:
            assert found is None
            continue
        assert found is not None
        assert (found.edition, found.cell.value) == (f"e{having[-1]}", editions[having[-1]][code])


@given(st.lists(KNOWN, min_size=1, max_size=6))
def test_the_numbers_of_a_period_are_those_shown_without_repeats_and_without_what_is_withheld(
    editions: list[Values],
) -> None:
    series = history(*editions)
    for code in PERIODS:
        expected: list[float] = []
        for values in editions:
            number = values.get(code)
            if number is not None and expected[-1:] != [number]:
                expected.append(number)
        assert [figure.cell.value for figure in series.figures(period(code))] == expected
        assert (period(code) in series.revised) == (len(expected) > 1)


@given(st.lists(KNOWN, min_size=1, max_size=5))
def test_the_file_holds_each_cell_of_each_edition_once_and_no_other_number(editions: list[Values]) -> None:
    series = history(*editions)
    rows = list(csv.DictReader(io.StringIO(history_csv((series,)).decode("utf-8"), newline="")))
    found = [(row["edition"], row["period"], float(row["value"]) if row["value"] else None) for row in rows]
    given_out = [(f"e{place}", code, value) for place, values in enumerate(editions) for code, value in values.items()]
    assert sorted(found, key=str) == sorted(given_out, key=str)
    assert {row["conf_status"] for row in rows if not row["value"]} <= {"C"}


def test_what_the_newest_edition_withholds_is_not_taken_from_an_older_one() -> None:
    series = history({"2021": 17.0}, {"2021": None})
    found = series.latest(period("2021"))
    assert found is not None
    assert (found.edition, found.cell.state) == ("e1", "suppressed")


def test_of_two_editions_of_one_state_of_knowledge_the_one_with_a_number_speaks() -> None:
    series = history({"2021": 17.0}, {"2021": None}, same_day=True)
    found = series.latest(period("2021"))
    assert found is not None
    assert (found.edition, found.cell.value) == ("e0", 17.0)


def test_a_number_that_came_back_is_shown_as_often_as_it_changed() -> None:
    series = history({"2021": 17.0}, {"2021": 18.0}, {"2021": 18.0}, {"2021": 17.0})
    figures = series.figures(period("2021"))
    assert [(one.edition, one.cell.value) for one in figures] == [("e0", 17.0), ("e1", 18.0), ("e3", 17.0)]


def test_totals_stand_for_an_indicator_without_a_table_by_period_alone() -> None:
    def manifest(*tables: Any) -> dict[str, Any]:
        return document(edition(tables))

    by_sex = sealed(
        "sdg_16_2_2_by_period_sex.rate",
        ("period", "sex"),
        [ReleasedCell(at=("2023", "female"), value=1.5), ReleasedCell(at=("2023", "total"), value=2.25)],
        kind="rate",
        unit="per_100k",
    )
    alone = sealed(
        "sdg_16_2_2_by_period.rate", ("period",), [ReleasedCell(at=("2023",), value=2.5)], kind="rate", unit="per_100k"
    )
    for tables, value in (((by_sex,), 2.25), ((by_sex, alone), 2.5), ((alone, by_sex), 2.5)):
        ((key, found),) = shown(manifest(*tables), "annual-2023")
        assert key == ("sdg_16_2_2", "sdg_16_2_2", "rate", "per_100k")
        assert [cell.value for cell in found.cells.values()] == [value]


def test_phases_shares_changes_and_tables_without_period_have_no_history() -> None:
    cells = [ReleasedCell(at=("phase:acute",), value=9.0)]
    tables = (
        sealed("victims_identified_by_period", ("period",), cells),
        sealed("victims_identified_by_period.change", ("period",), [ReleasedCell(at=("2023",), value=4.0)], unit="pct"),
        sealed("records_by_source_outcome", ("source",), [ReleasedCell(at=("case_register",), value=4.0)]),
    )
    assert shown(document(edition(tables)), "annual-2023") == ()


def test_series_stand_in_the_order_of_the_newest_edition() -> None:
    def manifest(*names: str) -> dict[str, Any]:
        cells = [ReleasedCell(at=("2023",), value=9.0)]
        return document(edition([sealed(f"{name}_by_period", ("period",), cells) for name in names]))

    old = shown(manifest("persons_suspected", "victims_identified", "offences_recorded"), "e0")
    new = shown(manifest("victims_identified", "persons_suspected"), "e1")
    names = [one.name for one in gathered([old, new])]
    assert names == ["victims_identified", "persons_suspected", "offences_recorded"]


def test_breaks_of_the_series_come_along_and_those_of_a_breakdown_do_not() -> None:
    breaks = [
        {"source": "case_register", "period": "2021", "key": "a", "texts": {"en": "Wider"}},
        {"source": "case_register", "period": "2022", "key": "b", "texts": {"en": "Channel"}, "dimensions": ["form"]},
        {"source": "crime_justice", "period": "2022", "key": "c", "texts": {"en": "Other"}},
    ]
    manifest = small("annual-2023", date(2024, 1, 1), "period | value |\n2023 | 12 |")
    manifest["context"]["breaks"] = breaks
    ((_, found),) = shown(manifest, "annual-2023")
    assert [(gap.period, gap.texts["en"]) for gap in found.breaks] == [("2021", "Wider")]


@pytest.mark.parametrize("key", ["../evil", "a b", "=1+1", "<b>"])
def test_a_table_whose_name_is_none_of_ours_is_refused(key: str) -> None:
    manifest = small("annual-2023", date(2024, 1, 1), "period | value |\n2023 | 12 |")
    manifest["tables"][0]["key"] = key
    with pytest.raises(ReleaseRefused, match="has a name that none of ours has"):
        listed(manifest)


def test_the_file_says_synthetic_in_every_row_and_has_the_columns_it_promises() -> None:
    text = history_csv((history({"2021": 17.0, "2022": None}),)).decode("utf-8")
    header, *rows = csv.reader(io.StringIO(text, newline=""))
    assert tuple(header) == HEADER
    assert {row[-1] for row in rows} == {"SYNTHETIC"}
    assert text.endswith("\r\n")
