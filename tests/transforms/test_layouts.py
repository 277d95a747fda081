"""Sheets drawn as text tables become rows: title rows, merged headers, footnotes, figures with their cells."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.errors import FileRejected, ProfileInvalid
from transforms.sources.layouts import Grid, LaidOut, column_letter
from transforms.sources.profile import Field, Profile, Recognition, Sign, ValueField
from transforms.sources.sheets import fits, lay_out
from transforms.tables import OBSERVATIONS


def grid(drawing: str, *, sheet: str = "Sheet1", first_column: int = 0) -> Grid:
    """Cells between bars, one line a row; a blank cell is empty."""
    lines = [line.strip().split("|") for line in drawing.strip().splitlines()]
    width = max(len(line) for line in lines)
    rows = [[cell.strip() or None for cell in line] + [None] * (width - len(line)) for line in lines]
    schema = {f"c{place}": pl.String for place in range(width)}
    return Grid(sheet=sheet, frame=pl.DataFrame(rows, schema=schema, orient="row"), first_column=first_column)


def profile(layout: Mapping[str, object], headers: tuple[str, ...] = (), title: str = "") -> Profile:
    return Profile(
        name="drawn",
        title="Drawn",
        version="1",
        table=OBSERVATIONS,
        formats=("xlsx",),
        fields=tuple(Field(column="series", kind="text", headers=(header,)) for header in headers),
        recognition=Recognition(title=title),
        layout=layout,
        value=ValueField(header="figure", signs={"0,0": Sign(value=0.0), "…": Sign(obs_status="O")})
        if layout.get("kind") == "crosstab"
        else None,
        origin="drawn.toml",
    )


JUSTICE = {
    "kind": "crosstab",
    "header_rows": 2,
    "labels": {"Регион": "region", "Код": "code"},
    "levels": ["measure", "sex"],
    "value": "figure",
    "decimal": ",",
    "titles": {"year": r"за (\d{4}) год"},
}

FORM = """
    Сведения          |      |             |          |         |
    за 2020 год       |      |             |          |         |
                      |      |             |          |         |
    Регион            | Код  | Преступлений| Осуждено |         |
                      |      |             | мужчины  | женщины |
    Всего по стране   | XX   | 1 035       | 4,5      | 3.5     |
    Северная          | XX-1 | -           | …        | 0,0     |
                      |      |             |          |         |
    * по приговорам   |      |             |          |         |
    Составил отдел    |      |             |          |         |
    """


def laid_out(drawing: str, layout: Mapping[str, object], headers: tuple[str, ...] = ()) -> LaidOut:
    return lay_out((grid(drawing),), profile(layout, headers))


def test_one_cell_becomes_one_row_with_its_address_and_the_texts_of_its_merged_header() -> None:
    frame = laid_out(FORM, JUSTICE).frame
    assert frame.select("cell", "code", "measure", "sex", "figure", "year").rows() == [
        ("C6", "XX", "Преступлений", None, "1035", "2020"),
        ("D6", "XX", "Осуждено", "мужчины", "4.5", "2020"),
        ("E6", "XX", "Осуждено", "женщины", "3.5", "2020"),
        ("C7", "XX-1", "Преступлений", None, "-", "2020"),
        ("D7", "XX-1", "Осуждено", "мужчины", "…", "2020"),
        ("E7", "XX-1", "Осуждено", "женщины", "0,0", "2020"),
    ]
    assert frame["record_no"].to_list() == [6, 6, 6, 7, 7, 7]


def test_titles_and_footnotes_are_kept_as_texts_and_are_no_rows() -> None:
    assert laid_out(FORM, JUSTICE).titles == ("Сведения", "за 2020 год", "* по приговорам", "Составил отдел")


def test_a_region_without_any_figure_stays_a_row_of_empty_cells() -> None:
    frame = laid_out(
        FORM.replace("XX-1 | -           | …        | 0,0 ", "     |             |          |     "), JUSTICE
    ).frame
    assert frame.filter(region="Северная")["figure"].to_list() == [None, None, None]


def test_a_first_column_that_is_empty_in_the_sheet_still_gives_true_addresses() -> None:
    moved = grid(FORM, first_column=2)
    assert lay_out((moved,), profile(JUSTICE)).frame["cell"][0] == "E6"


def test_a_sheet_with_the_header_is_found_among_several() -> None:
    notes = grid("Источник | Бюро", sheet="Метаданные")
    found = lay_out((notes, grid(FORM, sheet="Форма 1")), profile(JUSTICE))
    assert found.frame["sheet"].unique().to_list() == ["Форма 1"]


TABLE = """
    UNODC |             |
    30/05/2023 |        |
    Code  | Country     | Value
    ABW   | Aruba       | <5
          |             |
    TKM   |             | 1,204
    """


def test_a_plain_table_keeps_the_numbers_of_its_rows_and_the_letters_of_its_columns() -> None:
    found = laid_out(TABLE, {}, ("Code", "Value"))
    assert found.frame.rows() == [(4, "ABW", "Aruba", "<5", "Sheet1"), (6, "TKM", None, "1,204", "Sheet1")]
    assert found.letters == {"Code": "A", "Country": "B", "Value": "C"}
    assert found.titles == ("UNODC", "30/05/2023")


def test_figures_under_a_column_without_a_header_are_kept_under_its_letter() -> None:
    found = laid_out("Code | Value |\nABW | 1 | stray", {}, ("Code",))
    assert found.frame["column C"].to_list() == ["stray"]


def test_a_header_of_three_merged_rows_gives_each_figure_its_year_sex_and_age() -> None:
    layout = {
        "kind": "crosstab",
        "header_rows": 3,
        "labels": {"Регион": "region"},
        "levels": ["year", "sex", "age"],
        "value": "figure",
        "decimal": ",",
    }
    found = laid_out(
        """
        Безработица, тыс. человек |       |      |         |         |       |         |
                                  |       |      |         |         |       |         |
        Регион                    | 2021  |      |         |         | 2022  |         |
                                  | всего | мужчины |      | женщины | всего | мужчины | женщины
                                  |       | 15-24 | 25+    | 15-24   |       | 25+     | 15-24
        Ахал                      | 1 204,5 | 1  | 2       | 3       | 4     | 5       | …
        """,
        layout,
    )
    assert found.frame.select("cell", "year", "sex", "age", "figure").rows() == [
        ("B6", "2021", "всего", None, "1204.5"),
        ("C6", "2021", "мужчины", "15-24", "1"),
        ("D6", "2021", "мужчины", "25+", "2"),
        ("E6", "2021", "женщины", "15-24", "3"),
        ("F6", "2022", "всего", None, "4"),
        ("G6", "2022", "мужчины", "25+", "5"),
        ("H6", "2022", "женщины", "15-24", "…"),
    ]


def test_two_columns_of_one_name_are_told_apart() -> None:
    found = laid_out("Code | Value | Value\nABW | 1 | 2", {}, ("Code",))
    assert found.frame.columns == ["record_no", "Code", "Value", "Value (C)", "sheet"]


def test_a_missing_header_is_named_with_the_row_that_comes_closest() -> None:
    with pytest.raises(FileRejected, match="row 3 looks like the header but lacks “Sex”"):
        laid_out(TABLE, {}, ("Code", "Value", "Sex"))


def test_a_workbook_without_any_of_the_headers_is_told_what_is_looked_for() -> None:
    with pytest.raises(FileRejected, match="No sheet has a header row with “Sex”"):
        laid_out(TABLE, {}, ("Sex",))


@pytest.mark.parametrize(("title", "expected"), [("за \\d{4}", True), ("перевозки", False)])
def test_a_workbook_is_known_by_its_header_and_its_title(title: str, expected: bool) -> None:
    assert fits((grid(FORM),), profile(JUSTICE, title=title)) is expected


@pytest.mark.parametrize(
    ("layout", "said"),
    [
        ({"kind": "pivot"}, "`pivot` is not known"),
        ({"hedaer": ["x"]}, "hedaer: is not a key"),
        ({"header": "x"}, "header: is not a list"),
        ({"kind": "crosstab", "labels": {"a": "b"}, "levels": ["x"], "header_rows": 2}, "levels: does not fit"),
        ({"header_rows": 0}, "header_rows: is not a number of rows"),
        ({"titles": {"year": "("}}, "no regular expression"),
    ],
)
def test_a_mistake_in_a_layout_is_named(layout: dict[str, object], said: str) -> None:
    with pytest.raises(ProfileInvalid, match=said):
        laid_out(TABLE, layout, ("Code",))


@given(st.integers(min_value=0, max_value=16_383))
def test_column_letters_count_like_a_spreadsheet(place: int) -> None:
    number = 0
    for letter in column_letter(place):
        number = number * 26 + ord(letter) - 64
    assert number == place + 1


@given(st.floats(min_value=0, max_value=999_999, allow_nan=False).map(lambda figure: round(figure, 3)))
def test_a_figure_typed_the_russian_way_keeps_its_value(figure: float) -> None:
    typed = f"{figure:,.3f}".replace(",", "\u00a0").replace(".", ",")
    shown = FORM.replace("1 035", typed)
    assert float(laid_out(shown, JUSTICE).frame["figure"][0]) == figure
