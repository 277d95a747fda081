"""Text alternatives of charts: first what the picture shows, then its numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from reports.edition import Point, View
from reports.locale import N_

RANGE = N_("{group}: lowest {low} ({when_low}), highest {high} ({when_high}), last {last} ({when_last}).")
SAME = N_("{group}: {low} wherever it is shown.")


class Valued(Protocol):
    """Anything with a name, a value that may be missing, and the text printed for it."""

    @property
    def label(self) -> str:
        """Name."""

    @property
    def value(self) -> float | None:
        """Value; None where it may not be shown."""

    @property
    def text(self) -> str:
        """As printed."""


class Interval(Valued, Protocol):
    """A ratio with its bounds."""

    @property
    def lower(self) -> float | None:
        """Lower bound."""

    @property
    def upper(self) -> float | None:
        """Upper bound."""


def of_series(view: View, name: str, points: Sequence[Point]) -> str:
    """The range of one series with its periods, its last value and how many values are missing."""
    periods = [view.locale.period(p.period.code) for p in points]
    texts = ["" if p.cell is None else view.counted(p.cell) for p in points]
    return of_values(view, name, periods, [p.value for p in points], texts)


def of_values(
    view: View, name: str, periods: Sequence[str], values: Sequence[float | None], texts: Sequence[str]
) -> str:
    """The range of values along periods as they are printed, the last one, and how many are missing."""
    shown = [found for found in zip(values, periods, texts, strict=True) if found[0] is not None]
    if not shown:
        return view.text("{group}: no value can be shown.", group=name)
    (low, when_low, few), (high, when_high, many) = min(shown, key=_value), max(shown, key=_value)
    said = view.text(
        SAME if low == high else RANGE,
        group=name,
        low=few,
        when_low=when_low,
        high=many,
        when_high=when_high,
        last=shown[-1][2],
        when_last=shown[-1][1],
    )
    gaps = view.locale.number(len(values) - len(shown))
    return said + (" " + view.text("Periods without a value: {gaps}.", gaps=gaps) if len(shown) < len(values) else "")


def _value(found: tuple[float | None, str, str]) -> float:
    return found[0] or 0.0


def of_groups(view: View, named: Sequence[Valued], others: Sequence[Valued]) -> str:
    """The largest and the smallest named group shown, how many are not, then every group."""
    bars = (*named, *others)
    shown = [bar for bar in named if bar.value is not None]
    said = []
    most = max(shown, key=lambda b: b.value or 0, default=None)
    least = min(shown, key=lambda b: b.value or 0, default=None)
    if most and least and most.value != least.value:
        said.append(
            view.text(
                "Largest shown: {most} ({n}). Smallest shown: {least} ({few}).",
                most=most.label,
                n=most.text,
                least=least.label,
                few=least.text,
            )
        )
    if hidden := sum(bar.value is None for bar in bars):
        said.append(view.text("Groups without a value: {n}.", n=view.locale.number(hidden)))
    return " ".join((*said, listed(view, bars)))


def of_ratios(view: View, rows: Sequence[Interval]) -> str:
    """Which ratios differ clearly from 1 and which do not, then every ratio."""
    fewer = [r.label for r in rows if r.value is not None and r.upper is not None and r.upper < 1]
    more = [r.label for r in rows if r.value is not None and r.lower is not None and r.lower > 1]
    hidden = [r.label for r in rows if r.value is None]
    rest = [r.label for r in rows if r.label not in {*fewer, *more, *hidden}]
    said = [
        view.text(message, groups=view.locale.listing(labels))
        for message, labels in (
            (N_("Clearly fewer: {groups}."), fewer),
            (N_("Clearly more: {groups}."), more),
            (N_("No clear difference: {groups}."), rest),
            (N_("Not shown: {groups}."), hidden),
        )
        if labels
    ]
    return " ".join((*said, listed(view, rows)))


def listed(view: View, rows: Sequence[Valued]) -> str:
    """Every name with its text."""
    return " ".join(view.text("{group}: {value}.", group=row.label, value=row.text) for row in rows)
