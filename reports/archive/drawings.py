"""Charts of histories. A drawing takes a hundred times as long as a table, so languages share one.

It is drawn with the widest of the translations of each of its words, in whose place every language then writes its own;
numbers are shared by the languages that write them alike.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

from markupsafe import escape

from reports.archive.here import Here
from reports.archive.history import Series
from reports.blocks import Chart, Inline, Svg, Table, plain
from reports.charts.frame import NARROW, WIDE, Size, text_width
from reports.charts.svg import drawn, named, unnamed_svg
from reports.charts.timeline import Break
from reports.charts.trend import Line, TrendSpec, trend
from reports.edition import Point
from reports.locale import N_, locale
from reports.printed import DECIMALS
from transforms.periods import Frequency, Period, period, periods_between

_NEWEST, _FIRST, _SYNTHETIC = N_("Newest"), N_("First shown"), N_("SYNTHETIC")
_ALIKE_BELOW = 900
"""Whole numbers are written alike in all languages as long as the axis, which reaches further, ends below 1,000."""


@dataclass(frozen=True, slots=True)
class Drawings:
    """Keeps each drawing by all that is written in it."""

    made: dict[tuple[object, ...], str] = field(default_factory=dict)

    def history(self, here: Here, series: Series, frequency: Frequency, *, id: str, table: Table) -> Chart | None:
        """The newest figures along time and, where some were revised, those first shown; None for too few of them."""
        parts = series.periods(frequency)
        axis = periods_between(parts[0], parts[-1])
        newest = tuple(_newest(series, part) for part in axis)
        shown = [point for point in newest if point.value is not None]
        if len(shown) < 2 or 2 * len(shown) < len(newest):
            return None
        lines = [Line(label=_widest(here, _NEWEST), points=newest)]
        if any(part.frequency == frequency for part in series.revised):
            first = _first(series, axis)
            lines.append(Line(label=_widest(here, _FIRST), points=first, has_marks=False))
        breaks = tuple(Break(label="", at=float(period(gap.period).first_month)) for gap in series.last.breaks)
        spec = TrendSpec(lines=tuple(lines), number=lambda value: here.figure(value, series.unit), breaks=breaks)
        title, about = _title(here, series, axis), _about(here, series, shown, len(newest) - len(shown))
        sources = "; ".join(here.source(name) for name in series.last.sources)
        return Chart(
            id=id,
            title=title,
            subtitle=_subtitle(here, series, frequency, has_first=len(lines) > 1),
            source=here.text("Source: {sources}.", sources=sources),
            description=about,
            wide=self._drawn(here, series, spec, WIDE, id, title, about),
            narrow=self._drawn(here, series, spec, NARROW, id, title, about),
            table=table,
            notes=_notes(here, series),
        )

    def _drawn(self, here: Here, series: Series, spec: TrendSpec, size: Size, id: str, title: str, about: str) -> Svg:
        prefix = f"{id}-{'n' if size.is_narrow else 'w'}"
        is_synthetic = any(shown.is_synthetic for shown in series.shown)
        top = max((point.value or 0.0 for line in spec.lines for point in line.points), default=0.0)
        are_alike = top < _ALIKE_BELOW and not DECIMALS.get(series.unit, 0)
        numbers = "" if are_alike else f"{here.locale.number(12345.5, 1)}"
        key = (series.name, prefix, numbers)
        if key not in self.made:
            watermark = _widest(here, _SYNTHETIC) if is_synthetic else ""
            self.made[key] = unnamed_svg(drawn(lambda: trend(spec, size)), prefix=prefix, watermark=watermark)
        return named(_worded(here, self.made[key]), prefix=prefix, title=title, about=about)


def _widest(here: Here, message: str) -> str:
    """The widest translation, which leaves room for any other."""
    return _widest_of(here.archive.languages, message)


@cache
def _widest_of(languages: tuple[str, ...], message: str) -> str:
    said = {locale(language).text(message) for language in languages}
    return max(said, key=lambda text: (text_width(text), text))


def _worded(here: Here, markup: str) -> str:
    """The drawing with its words in the language of the page."""
    for message in (_NEWEST, _FIRST, _SYNTHETIC):
        markup = markup.replace(f">{escape(_widest(here, message))}<", f">{escape(here.text(message))}<")
    return markup


def _newest(series: Series, part: Period) -> Point:
    found = series.latest(part)
    return Point(period=part, cell=None if found is None else found.cell)


def _first(series: Series, axis: tuple[Period, ...]) -> tuple[Point, ...]:
    """The number shown first of each revised period and of its neighbours, which it is joined to; gaps elsewhere."""
    revised = set(series.revised)
    points = []
    for part in axis:
        is_near = any(part.shifted(step) in revised for step in (-1, 0, 1))
        newest, figures = series.latest(part), series.figures(part)
        is_shown = is_near and figures and newest is not None and newest.cell.value is not None
        points.append(Point(period=part, cell=figures[0].cell if is_shown else None))
    return tuple(points)


def _title(here: Here, series: Series, axis: tuple[Period, ...]) -> str:
    first, last = here.period(axis[0]), here.period(axis[-1])
    return here.text("{indicator}: {first} to {last}", indicator=here.indicator(series.name), first=first, last=last)


def _subtitle(here: Here, series: Series, frequency: Frequency, *, has_first: bool) -> str:
    unit = here.text("Unit: {unit}.", unit=here.unit(series.unit))
    said = here.text("A gap stands where no figure may be shown.")
    more = here.text("Dashed: the number that was shown first.") if has_first else ""
    return " ".join(filter(None, (unit, said, more)))


def _about(here: Here, series: Series, shown: list[Point], gaps: int) -> str:
    """The range with its periods, the last value, and how many periods have no figure."""
    low = min(shown, key=lambda point: point.value or 0.0)
    high = max(shown, key=lambda point: point.value or 0.0)
    last = shown[-1]

    def said(point: Point) -> str:
        return here.figure(point.value or 0.0, series.unit)

    told = here.text(
        "{group}: lowest {low} ({when_low}), highest {high} ({when_high}), last {last} ({when_last}).",
        group=here.indicator(series.name),
        low=said(low),
        when_low=here.period(low.period),
        high=said(high),
        when_high=here.period(high.period),
        last=said(last),
        when_last=here.period(last.period),
    )
    missing = here.text("Periods without a figure: {n}.", n=here.locale.number(gaps))
    return f"{told} {missing}" if gaps else told


def _notes(here: Here, series: Series) -> tuple[Inline, ...]:
    """Why a line is broken."""
    return tuple(plain(here.told(gap.texts)) for gap in series.last.breaks)
