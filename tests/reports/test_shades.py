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
from reports.charts.shades import Field, FieldRow, Tile, classes, crossed, tiles
from reports.charts.svg import drawn
from reports.edition import View
from reports.locale import locale
from reports.sections.corridors import MOST_DESTINATIONS, MOST_ORIGINS, corridor_matrix
from reports.sections.region_map import region_map
from reports.sections.where import section as where
from reports.theme import PAPER, SHADES
from tests.reports.editions import COUNTRY, edition, table
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
    assert made.title == "Sample Country (fictional): 35 of its citizens exploited within it, 39 abroad in 2 countries"
    assert [row.header for row in made.table.rows] == ["Sample Country (fictional)", "Uzbekistan"]
    assert [column.text for column in made.table.columns] == ["Sample Country (fictional)", "Türkiye", "Russia"]
    assert [[cell.text for cell in row.cells] for row in made.table.rows] == [["35", "25", "14"], ["[c]", "", ""]]
    assert not made.notes


@pytest.mark.parametrize("changed", ["C", "D"])
def test_no_sum_is_said_where_one_of_its_corridors_is_withheld(changed: str) -> None:
    made = matrix_of(ALL_SHOWN.replace("2023 | XX>RU    | 14    |", f"2023 | XX>RU    |       | {changed}"))
    assert made is not None
    assert made.title == "Most persons of the corridors shown: within Sample Country (fictional), 35"


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
    assert made.title.endswith("Sample Country (fictional) → Türkiye and Uzbekistan → Russia, 25 each")


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


def test_only_origins_of_corridors_that_are_drawn_have_a_row() -> None:
    ends = ("TR", "RU", "AE", "QA", "SA", "KW")
    lines = [f"2023 | UZ>{end} | {90 - place} |" for place, end in enumerate(ends)]
    lines += [f"2023 | TJ>{end} | {80 - place} |" for place, end in enumerate(ends)]
    made = matrix_of("year | corridor | value | status\n" + "\n".join((*lines, "2023 | PH>MY | 70 |")))
    assert made is not None
    assert [row.header for row in made.table.rows] == ["Uzbekistan", "Tajikistan"]
    assert made.notes, "the table of all corridors holds the one that is left out"


def test_no_sum_is_said_of_corridors_that_are_not_drawn() -> None:
    ends = ("TR", "RU", "AE", "QA", "SA", "KW", "BH")
    lines = [f"2023 | XX>XX | 900 |\n2023 | UZ>{end} | {80 - place} |" for place, end in enumerate(ends)]
    text = "year | corridor | value | status\n" + "\n".join(lines)
    made, cut = matrix_of(text + "\n2023 | XX>TR | 9 |"), matrix_of(text + "\n2023 | XX>OM | 9 |")
    assert made is not None and made.title.endswith("900 of its citizens exploited within it, 9 abroad in 1 country")
    assert (
        cut is not None and cut.title == "Most persons of the corridors shown: within Sample Country (fictional), 900"
    )


@pytest.mark.parametrize("language", ["en", "ru", "tk"])
def test_the_matrix_speaks_every_language(language: str) -> None:
    spoken = locale(language)
    made = corridor_matrix(View(edition([corridors(ALL_SHOWN)]), spoken))
    assert made is not None
    assert "[c]" in made.wide.markup
    assert "[c]" in made.narrow.markup
    assert not spoken.untranslated


def place_of(figure: Figure, text: str) -> tuple[float, float]:
    """Middle of a text, from the bottom left."""
    box = next(t for t in figure.texts if t.get_text() == text).get_window_extent()
    return (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2


def tile(at: tuple[int, int], label: str, value: float | None, text: str) -> Tile:
    return Tile(at=at, label=label, short=label[:2].upper(), field=Field(value=value, text=text))


@SIZES
def test_tiles_stand_where_the_profile_puts_them(size: Size) -> None:
    figure = drawn(
        lambda: tiles(
            [
                tile((2, 1), "North", 12, "12"),
                tile((1, 2), "West", 30, "30"),
                tile((2, 2), "Middle", None, "[c]"),
                tile((3, 2), "East", 0, "0"),
            ],
            size,
            bounds=bounds,
        )
    )
    north, west, middle, east = (place_of(figure, text) for text in ("12", "30", "[c]", "0"))
    assert north[0] == pytest.approx(middle[0], abs=2)
    assert north[1] > middle[1] == pytest.approx(west[1], abs=2)
    assert west[0] < middle[0] < east[0]
    assert len(hatched_of(figure)) == 1
    assert shade_of(figure, "0") == shade_of(figure, "[c]") == PAPER.light
    assert {"North", "West", "Middle", "East"} <= said(figure)


def test_the_map_begins_with_the_first_tile_in_use() -> None:
    def drawing(left: int) -> Figure:
        regions = [tile((left, 5), "A", 5, "5"), tile((left + 1, 5), "B", 6, "6")]
        return drawn(lambda: tiles(regions, WIDE, bounds=bounds))

    assert place_of(drawing(1), "5") == place_of(drawing(4), "5")


def test_names_without_room_stand_below_by_their_codes() -> None:
    regions = [tile((column, 1), f"Region{column}ofalongname", 5, "5") for column in range(1, 9)]
    wide, narrow = (drawn(lambda size=size: tiles(regions, size, bounds=bounds)) for size in (WIDE, NARROW))  # type: ignore[misc]
    for figure in (wide, narrow):
        assert "RE: Region8ofalongname" in said(figure)
        assert "Region8ofalongname" not in said(figure)


REGIONS = """
    year | region | value | status
    2023 | XX-1   | 23    |
    2023 | XX-2   |       | C
    2023 | XX-3   | 11    |
    2023 | XX-4   | 14    |
    2023 | XX-5   |       | M
    2023 | XX-6   | 30    |
    2023 | total  | 125   |
    """


def map_of(text: str, **changes: object) -> Chart | None:
    regions = table(text, key="victims_identified_by_period_region", dimensions=("period", "region"))
    return region_map(View(edition([regions], **changes), locale("en")))


def test_the_map_tells_lowest_and_highest_and_holds_what_existed() -> None:
    made = map_of(REGIONS)
    assert made is not None
    assert made.title == "Regions: from 11 (Mountain Region) to 30 (Capital City) persons among those shown"
    assert [(row.header, row.cells[0].text) for row in made.table.rows] == [
        ("Northern Region", "23"),
        ("Mountain Region", "11"),
        ("Lake Region", "[c]"),
        ("Capital City", "30"),
        ("River Region", "14"),
    ]
    assert "Southern Region" not in made.wide.markup


@pytest.mark.parametrize(
    ("counts", "title"),
    [
        ((9, 9, 9, 9), "Regions: 9 persons in each that can be shown"),
        ((0, 9, 9, 9), "Regions: from 0 (Northern Region) to 9 (Mountain Region, Capital City and River Region)"),
        ((9, 0, 0, 0), "Regions: from 0 (Mountain Region, Capital City and River Region) to 9 (Northern Region)"),
    ],
)
def test_regions_that_tie_are_all_named(counts: tuple[int, ...], title: str) -> None:
    text = REGIONS
    for old, new in zip(("23 ", "11 ", "14 ", "30 "), counts, strict=True):
        text = text.replace(f"| {old}", f"| {new} ")
    made = map_of(text)
    assert made is not None
    assert made.title.startswith(title)


def test_without_tiles_in_the_profile_there_is_no_map() -> None:
    bare = [{"code": region["code"], "names": region["names"]} for region in COUNTRY["regions"]]  # type: ignore[index]
    assert map_of(REGIONS, context={"country": {**COUNTRY, "regions": bare}}) is None
    assert map_of(REGIONS, context={"country": None}) is None


def test_without_any_figure_there_is_no_map() -> None:
    assert map_of("year | region | value | status\n2023 | XX-1 |  | C\n2023 | XX-2 |  | C") is None
    assert map_of("year | region | value | status\n2022 | XX-1 | 8 |\n2022 | XX-2 | 9 |") is None


def test_drawings_follow_the_rankings_of_the_same_counts() -> None:
    regions = table(REGIONS, key="victims_identified_by_period_region", dimensions=("period", "region"))
    made = where(View(edition([regions, corridors(ALL_SHOWN)]), locale("en")))
    ids = [block.id for block in made.blocks if isinstance(block, Chart)]
    assert ids == ["by-corridor", "corridor-matrix", "by-region", "region-map"]
