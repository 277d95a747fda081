"""Charts by their data: what is drawn, and above all what is not."""

from __future__ import annotations

from math import isnan, nan

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from reports.charts.bars import Bar, MatrixRow, Panel, matrix, multiples, ranking
from reports.charts.frame import NARROW, WIDE, Size, rows_without_overlap, spread, wrapped
from reports.charts.ratios import Ratio, ratios
from reports.charts.svg import drawn, held_settings, inline_svg
from reports.charts.timeline import Band, Break
from reports.charts.trend import Line, TrendSpec, trend
from reports.edition import View
from reports.locale import locale
from tests.reports.editions import edition, table

SIZES = pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])


def bars_of(figure: Figure) -> list[Rectangle]:
    """The bars of a drawing that stands on the figure itself."""
    return [artist for artist in figure.artists if isinstance(artist, Rectangle)]


def spec_of(text: str, **parts: object) -> TrendSpec:
    """A trend of the headline drawn as text."""
    released = table(text)
    view = View(edition([released]), locale("en"))
    line = Line(label="Identified victims", points=view.series(released, "year"))
    return TrendSpec(lines=(line,), number=view.locale.number, **parts)  # type: ignore[arg-type]


@SIZES
def test_a_suppressed_year_is_a_gap_and_not_a_zero(size: Size) -> None:
    spec = spec_of("""
        year | value | status
        2019 | 40    |
        2020 |       | C
        2021 | 35    |
        """)
    figure = drawn(lambda: trend(spec, size))
    np.testing.assert_array_equal(figure.axes[0].lines[0].get_ydata(), [40, nan, 35])
    assert [text.get_text() for text in figure.axes[0].texts if text.get_text().startswith("[")] == ["[c]"]


def test_a_zero_is_drawn_as_zero_and_bears_no_mark() -> None:
    spec = spec_of("""
        year | value | status
        2019 | 4     |
        2020 | 0     |
        2021 | 5     |
        """)
    axes = drawn(lambda: trend(spec, WIDE)).axes[0]
    assert list(axes.lines[0].get_ydata()) == [4, 0, 5]
    assert {text.get_text() for text in axes.texts} == {"4", "0", "5"}


def test_each_state_without_a_number_has_its_own_mark() -> None:
    spec = spec_of("""
        year | value | status
        2018 | 7     |
        2019 |       | C
        2020 |       | U
        2021 |       | O
        2022 |       | M
        2023 | 9     |
        """)
    axes = drawn(lambda: trend(spec, WIDE)).axes[0]
    assert [t.get_text() for t in axes.texts if t.get_text().startswith("[")] == ["[c]", "[u]", "[x]", "[z]"]


def test_a_year_the_table_does_not_have_is_a_gap_marked_not_reported() -> None:
    spec = spec_of("""
        year | value | status
        2018 | 7     |
        2020 | 9     |
        """)
    axes = drawn(lambda: trend(spec, WIDE)).axes[0]
    assert isnan(float(axes.lines[0].get_ydata()[1]))
    assert "[x]" in {t.get_text() for t in axes.texts}


def test_a_point_between_two_gaps_keeps_a_marker() -> None:
    text = "year | value | status\n" + "\n".join(
        f"{year} | {'' if year in (1990, 1992) else 5} | {'C' if year in (1990, 1992) else ''}"
        for year in range(1980, 2020)
    )
    line = drawn(lambda: trend(spec_of(text), WIDE)).axes[0].lines[0]
    assert line.get_markevery() == [11]


def test_a_line_does_not_cross_a_break_in_the_series() -> None:
    gap = Break(label="Break: 2016", at=2016 * 12)
    text = """
        year | value | status
        2014 | 3000  |
        2015 | 4276  |
        2016 | 16399 |
        """
    axes = drawn(lambda: trend(spec_of(text, breaks=(gap,)), WIDE)).axes[0]
    np.testing.assert_array_equal(axes.lines[0].get_ydata(), [3000, 4276, nan, 16399])
    assert "Break: 2016" in {t.get_text() for t in axes.texts}


def test_many_gaps_of_one_kind_share_a_mark_where_there_is_no_room() -> None:
    panel = Panel(label="Offences", values=(*[None] * 12, 5.0, None), texts=(*["[x]"] * 12, "5", "[c]"))
    narrow = drawn(lambda: multiples([panel] * 4, [str(y) for y in range(2003, 2017)], WIDE))
    marks = [t.get_text() for t in narrow.texts if t.get_text().startswith("[")]
    assert marks == ["[x]", "[c]"] * 4


@SIZES
def test_phases_are_shaded_and_labelled_without_touching(size: Size) -> None:
    bands = (
        Band(label="Before the pandemic", start=2016 * 12, end=2020 * 12 + 2),
        Band(label="Acute phase", start=2020 * 12 + 2, end=2020 * 12 + 8),
        Band(label="Prolonged restrictions", start=2020 * 12 + 8, end=2022 * 12),
        Band(label="Recovery", start=2022 * 12, end=9999 * 12),
    )
    text = "year | value | status\n" + "\n".join(f"{year} | 10 |" for year in range(2016, 2024))
    figure = drawn(lambda: trend(spec_of(text, bands=bands), size))
    labels = [t for t in figure.axes[0].texts if t.get_text() in {b.label for b in bands}]
    boxes = [label.get_window_extent() for label in labels]
    assert len(boxes) == 4
    assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[i + 1 :])
    assert len(figure.axes[0].patches) == 3


@pytest.mark.parametrize(("size", "stands_on_paper"), [(WIDE, False), (NARROW, True)], ids=["wide", "narrow"])
def test_a_break_does_not_run_through_a_value(size: Size, stands_on_paper: bool) -> None:
    text = "year | value | status\n" + "\n".join(f"{year} | {1000 * (year - 2001)} |" for year in range(2002, 2017))
    figure = drawn(lambda: trend(spec_of(text, breaks=(Break(label="Break: 2016", at=2016 * 12),)), size))
    value = next(t for t in figure.axes[0].texts if t.get_text() == "15,000")
    line = min(figure.axes[0].lines, key=lambda one: one.get_zorder())
    assert (value.get_bbox_patch() is not None) is stands_on_paper
    assert value.get_zorder() > line.get_zorder()


@SIZES
def test_a_suppressed_group_has_no_bar(size: Size) -> None:
    bars = (Bar(label="Forced labour", value=12, text="12"), Bar(label="Servitude", value=None, text="[c]"))
    figure = drawn(lambda: ranking(bars, size))
    assert len(bars_of(figure)) == 1
    assert "[c]" in {t.get_text() for t in figure.texts}


def test_panels_share_one_scale() -> None:
    panels = (
        Panel(label="Large", values=(100.0, 90.0), texts=("100", "90")),
        Panel(label="Small", values=(None, 4.0), texts=("[c]", "4")),
    )
    figure = drawn(lambda: multiples(panels, ["2022", "2023"], WIDE))
    heights = [patch.get_height() for patch in bars_of(figure)]
    assert [height / heights[0] for height in heights] == pytest.approx([1, 0.9, 0.04])


def test_the_last_value_stands_above_the_bars_that_it_covers() -> None:
    panel = Panel(label="Prosecuted", values=(90.0, 20.0, 95.0, 100.0, 70.0, 10.0), texts=("",) * 5 + ("10.000",))
    figure = drawn(lambda: multiples([panel] * 4, [str(y) for y in range(2011, 2017)], WIDE))
    written = next(t.get_window_extent() for t in figure.texts if t.get_text() == "10.000")
    assert not any(written.overlaps(bar.get_window_extent()) for bar in bars_of(figure))


def test_a_matrix_leaves_a_suppressed_share_empty() -> None:
    rows = (MatrixRow(label="Hotline", values=(40.0, None), texts=("40 %", "[c]")),)
    figure = drawn(lambda: matrix(rows, ["Before", "Acute"], WIDE))
    assert len(bars_of(figure)) == 1
    assert "[c]" in {t.get_text() for t in figure.texts}


def test_a_suppressed_ratio_has_neither_dot_nor_interval() -> None:
    rows = (
        Ratio(label="Acute", value=0.5, lower=0.3, upper=0.8, text="0.5"),
        Ratio(label="Recovery", value=None, lower=None, upper=None, text="[c]"),
    )
    axes = drawn(lambda: ratios(rows, WIDE, number=str, same="as before")).axes[0]
    assert [list(line.get_xdata()) for line in axes.lines[1:]] == [[0.3, 0.8], [0.5]]


def test_a_ratio_of_zero_and_an_infinite_bound_stay_on_the_paper() -> None:
    rows = (Ratio(label="Acute", value=0.0, lower=0.0, upper=1.8, text="0"),)
    low, high = drawn(lambda: ratios(rows, WIDE, number=str, same="as before")).axes[0].get_xlim()
    assert 0 < low < 1 < high


def test_labels_that_look_like_formulas_stay_text() -> None:
    bars = (Bar(label="$x_1$ <b>&", value=1, text="1"),)
    svg = inline_svg(drawn(lambda: ranking(bars, WIDE)), prefix="p", title="<t>", description="d")
    assert "$x_1$ &lt;b&gt;&amp;" in svg.markup
    assert '<title id="p-title">&lt;t&gt;</title>' in svg.markup


def test_drawings_have_no_foreign_addresses_metadata_or_global_styles() -> None:
    svg = inline_svg(
        drawn(lambda: ranking((Bar(label="a", value=1, text="1"),), WIDE)), prefix="p", title="t", description="d"
    )
    for forbidden in ("http", "<style", "<metadata", "<!--", "xmlns", "DejaVu"):
        assert forbidden not in svg.markup
    assert 'role="img"' in svg.markup


def test_the_users_own_matplotlib_settings_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    import matplotlib as mpl

    spec = spec_of("year | value | status\n2019 | 4 |\n2020 | 5 |\n2021 | 6 |")

    def draw() -> str:
        figure = drawn(lambda: trend(spec, WIDE))  # its markers have ids, which the salt decides on
        return str(inline_svg(figure, prefix="p", title="t", description="d").markup)

    before = draw()
    with held_settings():
        assert draw() == before
    for name, value in (("lines.linewidth", 9), ("font.size", 30), ("svg.fonttype", "path"), ("axes.grid", True)):
        monkeypatch.setitem(mpl.rcParams, name, value)
    assert draw() == before
    theirs = dict(mpl.rcParams)
    with held_settings():
        assert draw() == before
    assert dict(mpl.rcParams) == theirs


def test_words_are_wrapped_cut_and_kept_apart() -> None:
    assert wrapped("Agriculture, forestry and fishing", 110) == "Agriculture,\nforestry and…"
    assert wrapped("Восстановление", 60, lines=1) == "Восста…"
    assert spread([10, 11, 30], 5) == pytest.approx([8.67, 13.67, 28.67], abs=0.01)
    assert rows_without_overlap([(0, 50), (40, 90), (60, 100)]) == [0, 1, 0]
