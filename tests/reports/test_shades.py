"""Counts as shaded fields: what bears which shade, what is hatched or left out, and what a section draws of it."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Rectangle

from reports.blocks import Chart, Link
from reports.charts.frame import NARROW, WIDE, Size
from reports.charts.shades import Field, FieldRow, classes, crossed
from reports.charts.svg import drawn
from reports.edition import View
from reports.locale import locale
from reports.sections.corridors import MOST_DESTINATIONS, MOST_ORIGINS, corridor_matrix
from reports.theme import PAPER, SHADES
from tests.reports.editions import edition, table
from transforms.disclosure.released import ReleasedTable

SIZES = pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
KEY = "victims_identified_by_period_corridor"


def bounds(low: float, high: float) -> str:
    return f"{low:.0f}–{high:.0f}"


def shade_of(figure: Figure, text: str) -> str:
    """Face of the last rectangle under the middle of a text."""
    label = next(t for t in figure.texts if t.get_text() == text)
    box = label.get_window_extent()
    at = ((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2)
    under = [
        artist
        for artist in figure.artists
        if isinstance(artist, Rectangle) and artist.get_window_extent().contains(*at) and artist.get_facecolor()[3]
    ]
    return to_hex(under[-1].get_facecolor())


def said(figure: Figure) -> set[str]:
    return {text.get_text() for text in figure.texts}


def hatched_of(figure: Figure) -> list[PathPatch]:
    return [artist for artist in figure.artists if isinstance(artist, PathPatch)]


@given(values=st.lists(st.integers(0, 10**7), min_size=1, max_size=30))
def test_every_count_lies_within_the_bounds_of_its_class(values: list[int]) -> None:
    found = classes([float(value) for value in values])
    written = found.bounds()
    assert 1 <= len(written) <= len(SHADES)
    assert all(later[0] == earlier[1] + 1 for earlier, later in pairwise(written))
    for value in filter(None, values):
        low, high = written[found.of(value)]
        assert low <= value <= high


@pytest.mark.parametrize(
    ("highest", "step", "number"),
    [(0, 1, 1), (3, 1, 3), (4, 1, 4), (5, 2, 3), (30, 10, 3), (78, 20, 4), (81, 25, 4), (3280, 1000, 4)],
)
def test_classes_are_round_and_as_narrow_as_the_shades_allow(highest: int, step: int, number: int) -> None:
    found = classes([float(highest), None])
    assert (found.step, found.number) == (step, number)


@SIZES
def test_a_suppressed_field_is_hatched_a_zero_is_paper_and_an_absent_one_is_not_drawn(size: Size) -> None:
    rows = (
        FieldRow(label="Home", fields=(Field(value=40, text="40"), Field(value=None, text="[c]"))),
        FieldRow(label="Elsewhere", fields=(Field(value=0, text="0"), None)),
    )
    figure = drawn(lambda: crossed(rows, ["Türkiye", "Russia"], size, over="Country", bounds=bounds))
    assert len(hatched_of(figure)) == 1
    assert {"40", "[c]", "0"} <= said(figure)
    assert shade_of(figure, "0") == PAPER.light
    assert shade_of(figure, "40") == SHADES[3][0].light
    assert "None" not in said(figure)


@SIZES
def test_a_larger_count_never_has_a_lighter_shade(size: Size) -> None:
    fields = tuple(Field(value=value, text=str(value)) for value in (5, 25, 45, 78))
    figure = drawn(
        lambda: crossed([FieldRow(label="Home", fields=fields)], list("abcd"), size, over="Country", bounds=bounds)
    )
    assert [shade_of(figure, str(value)) for value in (5, 25, 45, 78)] == [face.light for face, _ in SHADES]
    assert {"1–20", "21–40", "41–60", "61–80"} <= said(figure)


@SIZES
def test_long_names_stay_on_the_paper(size: Size) -> None:
    name = "Democratic Republic of the Congo"
    fields = tuple(Field(value=5, text="5") for _ in range(MOST_DESTINATIONS))
    rows = [FieldRow(label=name, fields=fields)] * 3
    figure = drawn(lambda: crossed(rows, [name] * len(fields), size, over="Country", bounds=bounds))
    for text in figure.texts:
        box = text.get_window_extent()
        assert -1 <= box.x0 <= box.x1 <= size.width + 1


def corridors(text: str, **changes: object) -> ReleasedTable:
    return table(text, key=KEY, dimensions=("period", "corridor"), **changes)  # type: ignore[arg-type]


def matrix_of(text: str, language: str = "en", **changes: object) -> Chart | None:
    return corridor_matrix(View(edition([corridors(text)], **changes), locale(language)))


ALL_SHOWN = """
    year | corridor | value | status
    2023 | XX>XX    | 35    |
    2023 | XX>TR    | 25    |
    2023 | XX>RU    | 14    |
    2023 | XX>KZ    | 0     |
    2023 | UZ>XX    |       | C
    2023 | unknown  | 6     |
    2023 | total    |       | C
    """


def test_the_matrix_tells_home_and_abroad_of_the_largest_origin() -> None:
    made = matrix_of(ALL_SHOWN)
    assert made is not None
    assert made.title == "Sample Country (fictional), citizens: 35 exploited within it, 39 abroad in 2 countries"
    assert [row.header for row in made.table.rows] == ["Sample Country (fictional)", "Uzbekistan"]
    assert [column.text for column in made.table.columns] == ["Sample Country (fictional)", "Türkiye", "Russia"]
    assert [[cell.text for cell in row.cells] for row in made.table.rows] == [["35", "25", "14"], ["[c]", "", ""]]
    assert not made.notes


@pytest.mark.parametrize("changed", ["C", "D"])
def test_no_sum_is_said_where_one_of_its_corridors_is_withheld(changed: str) -> None:
    made = matrix_of(ALL_SHOWN.replace("2023 | XX>RU    | 14    |", f"2023 | XX>RU    |       | {changed}"))
    assert made is not None
    assert made.title == "Most persons of the corridors shown: Within Sample Country (fictional) (35)"


def test_no_sum_is_said_of_rounded_counts() -> None:
    made = matrix_of(ALL_SHOWN, policy={"rounding_base": 5})
    assert made is not None
    assert "39" not in made.title


def test_ties_are_all_named() -> None:
    made = matrix_of("""
        year | corridor | value | status
        2023 | XX>TR    | 25    |
        2023 | UZ>RU    | 25    |
        2023 | XX>RU    | 7     |
        """)
    assert made is not None
    assert made.title.endswith("Sample Country (fictional) → Türkiye and Uzbekistan → Russia (25 each)")


@pytest.mark.parametrize(
    "rows",
    [
        "2023 | XX>TR | 25 |\n2023 | XX>RU | 7 |",
        "2023 | XX>TR | 25 |\n2023 | UZ>TR | 7 |",
        "2023 | XX>TR |  | C\n2023 | UZ>RU |  | C",
        "2022 | XX>TR | 25 |\n2022 | UZ>RU | 7 |",
        "2023 | XX>TR | 25 |\n2023 | UZ>RU | 0 |",
        "2023 | XX>TR | 25 |\n2023 | unknown>RU | 9 |",
    ],
    ids=["one origin", "one destination", "nothing shown", "another year", "one without persons", "an end unknown"],
)
def test_there_is_no_matrix_without_two_ends_each_and_a_figure(rows: str) -> None:
    assert matrix_of("year | corridor | value | status\n" + rows) is None


def test_many_countries_leave_the_rest_to_the_table_of_all_corridors() -> None:
    origins = ("UZ", "TJ", "KG", "KZ", "AF", "PK", "IN", "BD", "NP", "PH", "ID", "MM")
    ends = ("TR", "RU", "AE", "QA", "SA", "KW", "BH", "OM")
    lines = [
        f"2023 | {start}>{end} | {300 - 20 * down - across} |"
        for down, start in enumerate(origins)
        for across, end in enumerate(ends)
    ]
    made = matrix_of("year | corridor | value | status\n" + "\n".join(lines))
    assert made is not None
    assert (len(made.table.rows), len(made.table.columns)) == (MOST_ORIGINS, MOST_DESTINATIONS)
    assert made.table.rows[0].cells[0].text == "300"
    assert [part.target for part in made.notes[0] if isinstance(part, Link)] == ["table-corridor"]


@pytest.mark.parametrize("language", ["en", "ru", "tk"])
def test_the_matrix_speaks_every_language(language: str) -> None:
    spoken = locale(language)
    made = corridor_matrix(View(edition([corridors(ALL_SHOWN)]), spoken))
    assert made is not None
    assert "[c]" in made.wide.markup
    assert "[c]" in made.narrow.markup
    assert not spoken.untranslated
