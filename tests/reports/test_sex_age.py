"""Sex by age as a pyramid: where the bars stand, what has none, what the words may say."""

from __future__ import annotations

import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from reports.blocks import Chart
from reports.charts.bars import Bar
from reports.charts.frame import NARROW, WIDE, Size
from reports.charts.pyramid import PyramidRow, pyramid
from reports.charts.svg import drawn
from reports.edition import View
from reports.locale import locale
from reports.sections.parts import Withheld
from reports.sections.sex_age import sex_age_pyramid
from reports.sections.who import section as who
from reports.theme import BLUE, VERMILION
from tests.reports.editions import edition, table
from transforms.disclosure.released import ReleasedTable

SIZES = pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
HEADS = ("Female", "Male")


def bar(value: float | None, text: str, before: float | None = None) -> Bar:
    return Bar(label="", value=value, text=text, before=before)


def drawing(rows: list[PyramidRow], size: Size = WIDE) -> Figure:
    return drawn(lambda: pyramid(rows, HEADS, size, before_label="Vertical line: 2022"))


def bars_of(figure: Figure) -> list[Rectangle]:
    return [artist for artist in figure.artists if isinstance(artist, Rectangle)]


@SIZES
def test_bars_stand_back_to_back_on_one_scale(size: Size) -> None:
    figure = drawing([PyramidRow(label="18–20", left=bar(20, "20"), right=bar(10, "10"))], size)
    left, right = bars_of(figure)
    assert left.get_width() == pytest.approx(2 * right.get_width())
    assert left.get_x() + left.get_width() < size.width / 2 < right.get_x()
    assert [to_hex(one.get_facecolor()) for one in (left, right)] == [VERMILION.light, BLUE.light]
    assert not any(text.get_text().startswith("Vertical") for text in figure.texts)


@SIZES
def test_a_suppressed_group_has_a_mark_and_no_bar_and_a_zero_has_its_number(size: Size) -> None:
    figure = drawing([PyramidRow(label="0–8", left=bar(None, "[c]"), right=bar(0, "0"))], size)
    assert bars_of(figure) == []
    assert {"[c]", "0"} <= {text.get_text() for text in figure.texts}


@SIZES
def test_every_text_stays_on_the_paper(size: Size) -> None:
    rows = [PyramidRow(label="48 years and over", left=bar(12345, "12,345"), right=bar(99, "99", before=12345))] * 3
    figure = drawing(rows, size)
    boxes = [text.get_window_extent() for text in figure.texts]
    assert all(box.x0 >= -1 and box.x1 <= size.width + 1 for box in boxes)
    assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[i + 1 :])


def crossed(text: str) -> ReleasedTable:
    return table(text, key="victims_identified_by_period_sex_age_group", dimensions=("period", "sex", "age_group"))


def made_of(text: str, language: str = "en") -> Chart | Withheld | None:
    return sex_age_pyramid(View(edition([crossed(text)]), locale(language)))


SHOWN = """
    year | sex     | age          | value | status
    2022 | female  | 9-17         | 9     |
    2022 | female  | 18-20        | 31    |
    2023 | female  | 9-17         | 12    |
    2023 | female  | 18-20        | 20    |
    2023 | female  | unknown      |       | C
    2023 | female  | total        | 35    |
    2023 | male    | 9-17         |       | C
    2023 | male    | 18-20        | 14    |
    2023 | unknown | 18-20        | 40    |
    2023 | total   | total        | 95    |
    """


def test_the_pyramid_tells_the_largest_of_the_groups_that_are_drawn() -> None:
    made = made_of(SHOWN)
    assert isinstance(made, Chart)
    assert made.title == "Sex and age: female 18–20 years most often of those shown (20 persons)"
    assert "Line across: 18 years" in made.subtitle
    assert [row.header for row in made.table.rows] == ["9–17 years", "18–20 years", "Unknown", "Total"]
    assert [column.text for column in made.table.columns][:4] == [
        "Female, 2022", "Female, 2023", "Male, 2022", "Male, 2023"
    ]  # fmt: skip
    assert [cell.text for cell in made.table.rows[0].cells][:4] == ["9", "12", "[x]", "[c]"]


def test_without_children_no_line_is_spoken_of() -> None:
    made = made_of("year | sex | age | value | status\n2023 | female | 18-20 | 9 |\n2023 | male | 18-20 | 7 |")
    assert isinstance(made, Chart)
    assert "Line across" not in made.subtitle


def test_nothing_larger_can_be_hidden_where_all_is_shown() -> None:
    made = made_of(SHOWN.replace("2023 | male    | 9-17         |       | C", "2023 | male | 9-17 | 20 |"))
    assert isinstance(made, Chart)
    assert made.title == "Sex and age: female 18–20 years and male 9–17 years most often (20 persons each)"


def test_where_most_is_withheld_nothing_is_drawn() -> None:
    hidden = SHOWN.replace("| 12    |", "|       | C").replace("| 14    |", "|       | C")
    made = made_of(hidden)
    assert isinstance(made, Withheld)


@pytest.mark.parametrize(
    "rows",
    [
        "2022 | female | 9-17 | 12 |",
        "2023 | female | 9-17 | 0 |\n2023 | male | 9-17 | 0 |",
    ],
    ids=["another year", "nobody"],
)
def test_without_persons_of_the_period_there_is_no_pyramid(rows: str) -> None:
    assert made_of("year | sex | age | value | status\n" + rows) is None


def test_the_pyramid_stands_after_the_ages() -> None:
    ages = table(
        "year | age | value | status\n2023 | 9-17 | 12 |\n2023 | 18-20 | 34 |",
        key="victims_identified_by_period_age_group",
        dimensions=("period", "age_group"),
    )
    made = who(View(edition([ages, crossed(SHOWN)]), locale("en")))
    assert [block.id for block in made.blocks if isinstance(block, Chart)] == ["by-age-group", "sex-age"]


@pytest.mark.parametrize("language", ["en", "ru", "tk"])
def test_the_pyramid_speaks_every_language(language: str) -> None:
    spoken = locale(language)
    made = sex_age_pyramid(View(edition([crossed(SHOWN)]), spoken))
    assert isinstance(made, Chart)
    assert "[c]" in made.narrow.markup
    assert not spoken.untranslated
