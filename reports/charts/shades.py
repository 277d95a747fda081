"""Counts as shaded fields: a matrix of origins by destinations, and a map of regions as tiles.

Each field bears its number; the shade only helps the eye. A field without a figure is hatched and bears the mark of
its state, one that the table does not have is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from math import ceil

from matplotlib.figure import Figure

from reports.charts.frame import (
    HEAD_ROW,
    WATERMARK,
    Size,
    box,
    canvas,
    column_heads,
    hatched,
    legend_rows,
    text_width,
    wrapped,
    write,
)
from reports.theme import FONT_PX, INK, MUTED, PAPER, RULE, SHADES, SMALL_PX

Range = Callable[[float, float], str]
"""Writes the bounds of a class."""

GAP = 3.0
LEGEND_ROW = 22.0
WIDEST_TILE = 150.0
TILE_HEIGHT = 78.0
TILE_PX = SMALL_PX - 1
_STEPS = (2, 3, 4, 5, 6, 8, 10)
"""Halves, so that 15 and 25 are round as well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One count: `value` None leaves the field hatched with the mark in `text`; `is_framed` sets it apart."""

    value: float | None
    text: str
    is_framed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRow:
    """One row of a matrix of fields, None where the table has no such cell."""

    label: str
    fields: tuple[Field | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One region at its place, column and row from 1 at the top left; `short` stands where the name has no room."""

    at: tuple[int, int]
    label: str
    short: str
    field: Field


@dataclass(frozen=True, slots=True)
class Classes:
    """Classes of one width, as many as there are shades at most: 1 to `step`, then the next, up to the highest."""

    step: int
    number: int

    def of(self, value: float) -> int:
        """Number of the class of a value above zero, from 0."""
        return min(self.number, max(1, ceil(value / self.step))) - 1

    def bounds(self) -> list[tuple[int, int]]:
        """Lowest and highest whole number of each class."""
        return [(place * self.step + 1, (place + 1) * self.step) for place in range(self.number)]


def classes(values: Sequence[float | None]) -> Classes:
    """The narrowest round classes that hold every value."""
    highest = max((value for value in values if value is not None), default=0.0)
    round_numbers = (first * 10**power // 2 for power in count() for first in _STEPS if first * 10**power % 2 == 0)
    step = next(number for number in round_numbers if number * len(SHADES) >= highest)
    return Classes(step, max(1, ceil(highest / step)))


def crossed(rows: Sequence[FieldRow], columns: Sequence[str], size: Size, *, over: str, bounds: Range) -> Figure:
    """Rows by columns, `over` written above the column heads; on a narrow page each row has its name above it."""
    shown = classes([f.value for row in rows for f in row.fields if f])
    label_width = 0.0 if size.is_narrow else min(190.0, max(text_width(row.label) for row in rows) + 10)
    width = (size.width - label_width) / len(columns)
    lefts = [label_width + place * width for place in range(len(columns))]
    heads = column_heads(columns, lefts, width - 6, size)
    key = _key_height(shown, size, bounds)
    top = key + 20.0 + HEAD_ROW * (1 + max(row for _, _, row in heads))
    name, field = (18.0, 28.0) if size.is_narrow else (0.0, 32.0)
    figure = canvas(size, top + (name + field) * len(rows) + WATERMARK + 4)
    _key(figure, shown, size, bounds)
    write(figure, label_width, key + 8, over)
    for left, (_, _, row) in zip(lefts, heads, strict=True):
        if row:  # a narrow box and no line: what is drawn later covers it
            above = top - 6 - HEAD_ROW * row
            box(figure, left, above, 0.8, top - 2 - above, face=MUTED.light)
    for text, start, row in heads:
        middle = top - 18 - HEAD_ROW * row
        box(figure, start - 1, middle - HEAD_ROW / 2, text_width(text) + 1, HEAD_ROW - 2, face=PAPER.light)
        write(figure, start, middle, text, colour=INK.light)
    for number, line in enumerate(rows):
        floor = top + (number + 1) * (name + field)
        for left, one in zip(lefts, line.fields, strict=True):
            if one is not None:
                place = (left, floor - field, width - GAP, field - GAP)
                _field(figure, one, place, shown)
                _figure(figure, one, (left + (width - GAP) / 2, floor - (field + GAP) / 2), shown)
        if size.is_narrow:
            write(figure, 0, floor - field - 9, wrapped(line.label, size.width, lines=1), colour=INK.light)
        else:
            label = wrapped(line.label, label_width - 8)
            write(figure, label_width - 8, floor - (field + GAP) / 2, label, colour=INK.light, anchor="right")
    return figure


def tiles(regions: Sequence[Tile], size: Size, *, bounds: Range) -> Figure:
    """Regions as tiles of one size at their places; where a name has no room, all have their short ones, told below."""
    shown = classes([region.field.value for region in regions])
    first = min(region.at[0] for region in regions), min(region.at[1] for region in regions)
    across = 1 + max(region.at[0] for region in regions) - first[0]
    down = 1 + max(region.at[1] for region in regions) - first[1]
    width = min(WIDEST_TILE, size.width / across)
    room = width - GAP - 6
    has_names = all(text_width(word, TILE_PX) <= room for region in regions for word in region.label.split())
    told = [] if has_names else [f"{region.short}: {region.label}" for region in regions]
    top = _key_height(shown, size, bounds) + 4
    floor = top + TILE_HEIGHT * down
    figure = canvas(size, floor + LEGEND_ROW * len(told) + WATERMARK + 4)
    _key(figure, shown, size, bounds)
    for region in regions:
        left = (region.at[0] - first[0]) * width
        above = top + (region.at[1] - first[1]) * TILE_HEIGHT
        _field(figure, region.field, (left, above, width - GAP, TILE_HEIGHT - GAP), shown)
        middle = left + (width - GAP) / 2
        name = wrapped(region.label, room, size=TILE_PX) if has_names else region.short
        _plated(figure, name, (middle, above + 24), _ink(region.field, shown), TILE_PX, is_plated=_is_gap(region.field))
        _figure(figure, region.field, (middle, above + 57), shown, size=FONT_PX + 3)
    for number, line in enumerate(told):
        write(figure, 0, floor + LEGEND_ROW * (number + 0.5), wrapped(line, size.width, lines=1))
    return figure


def _is_gap(field: Field) -> bool:
    return field.value is None


def _field(figure: Figure, field: Field, place: tuple[float, float, float, float], shown: Classes) -> None:
    """The rectangle of a count; `place` is left, top, width and height."""
    if field.value is None:
        hatched(figure, *place)
    else:
        face = SHADES[shown.of(field.value)][0].light if field.value > 0 else PAPER.light
        box(figure, *place, face=face, edge="none" if field.value > 0 else RULE.light)
    if field.is_framed:
        box(figure, *place, face="none", edge=INK.light)


def _ink(field: Field, shown: Classes) -> str:
    return SHADES[shown.of(field.value)][1].light if field.value else INK.light


def _figure(
    figure: Figure, field: Field, middle: tuple[float, float], shown: Classes, *, size: float = FONT_PX
) -> None:
    """The number of a field, or its mark on a plate that keeps the hatching away."""
    is_plated = _is_gap(field)
    _plated(figure, field.text, middle, MUTED.light if is_plated else _ink(field, shown), size, is_plated=is_plated)


def _plated(
    figure: Figure, text: str, middle: tuple[float, float], colour: str, size: float, *, is_plated: bool
) -> None:
    x, y = middle
    if is_plated:
        wide, high = text_width(text, size) + 6, size * 1.3 * (1 + text.count("\n"))
        box(figure, x - wide / 2, y - high / 2, wide, high, face=PAPER.light)
    write(figure, x, y, text, size=size, colour=colour, anchor="center")


def _key_labels(shown: Classes, bounds: Range) -> list[str]:
    return [bounds(low, high) for low, high in shown.bounds()]


def _key_height(shown: Classes, size: Size, bounds: Range) -> float:
    return LEGEND_ROW * (1 + legend_rows(_key_labels(shown, bounds), size)[-1][0])


def _key(figure: Figure, shown: Classes, size: Size, bounds: Range) -> None:
    """The classes at the top: a sample of each shade with its bounds."""
    labels = _key_labels(shown, bounds)
    for number, (label, (row, left)) in enumerate(zip(labels, legend_rows(labels, size), strict=True)):
        middle = LEGEND_ROW * row + 9
        box(figure, left, middle - 7, 24, 14, face=SHADES[number][0].light)
        write(figure, left + 30, middle, label)
