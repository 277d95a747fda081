"""What a published case is: its data within a function, the figures others have for it, and how close ours must be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from transforms.errors import WrongArguments
from transforms.messages import Message, said

Origin = Literal["paper", "program"]
"""Whether a figure stands in the paper, or another program computed it from the published data."""

_ROUNDING = 1e-9
_ITERATIONS = 1e-5
"""Relative distance that iterated fits are compared within."""
ESTIMATE, LOWER, UPPER = said("Estimate"), said("Lower bound"), said("Upper bound")


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedFigure:
    """One figure of a case: `value` with the `decimals` it is printed with, and how far ours may lie from it."""

    name: Message
    value: float
    decimals: int
    origin: Origin
    tolerance: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedCase:
    """A case with its source; `obtained` gives our figures in the order of `figures`.

    `is_slow` marks those that resample for seconds and are run when all are asked for.
    """

    key: str
    title: Message
    source: str
    figures: tuple[PublishedFigure, ...]
    obtained: Callable[[], Sequence[float]]
    is_slow: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One figure of a case as it was published and as the methods of this program find it."""

    case: PublishedCase
    figure: PublishedFigure
    obtained: float

    @property
    def agrees(self) -> bool:
        """Whether the two are as close as the figure allows; nothing agrees with what is no number."""
        return abs(self.obtained - self.figure.value) <= self.figure.tolerance

    def to_json(self) -> dict[str, Any]:
        """The public JSON form; ours with two decimals more than theirs, so that it is the same on every machine."""
        return {
            "case": self.case.key,
            "title": str(self.case.title),
            "source": self.case.source,
            "figure": str(self.figure.name),
            "published": self.figure.value,
            "obtained": round(self.obtained, self.figure.decimals + 2),
            "decimals": self.figure.decimals,
            "tolerance": self.figure.tolerance,
            "origin": self.figure.origin,
            "agrees": self.agrees,
        }


def compared(case: PublishedCase) -> tuple[Comparison, ...]:
    """Run a case; raises WrongArguments where it does not give a figure for each published one."""
    found = case.obtained()
    if len(found) != len(case.figures):
        raise WrongArguments(f"The case {case.key} gives {len(found)} figures for {len(case.figures)} published ones.")
    return tuple(
        Comparison(case=case, figure=figure, obtained=float(value))
        for figure, value in zip(case.figures, found, strict=True)
    )


def in_paper(name: Message, value: float, decimals: int = 0) -> PublishedFigure:
    """A figure as a paper prints it: ours must round to it."""
    tolerance = 0.5 * 10.0**-decimals + _ROUNDING
    return PublishedFigure(name=name, value=value, decimals=decimals, origin="paper", tolerance=tolerance)


def in_paper_within(name: Message, value: float, tolerance: float, decimals: int = 0) -> PublishedFigure:
    """A figure of a paper that rests on random numbers or rounding on the way, with the distance that allows for it."""
    return PublishedFigure(name=name, value=value, decimals=decimals, origin="paper", tolerance=tolerance)


def by_program(name: Message, value: float, decimals: int = 6) -> PublishedFigure:
    """A figure that another program computed: ours must round to it."""
    tolerance = 0.5 * 10.0**-decimals + _ROUNDING
    return PublishedFigure(name=name, value=value, decimals=decimals, origin="program", tolerance=tolerance)


def by_iterations(name: Message, value: float, decimals: int) -> PublishedFigure:
    """A figure at the end of another program's iterations, which end a little before the maximum."""
    return PublishedFigure(
        name=name, value=value, decimals=decimals, origin="program", tolerance=abs(value) * _ITERATIONS
    )


def numbers(text: str) -> tuple[float, ...]:
    """Numbers typed in with blanks between."""
    return tuple(float(part) for part in text.split())


def rows(text: str) -> tuple[tuple[float, ...], ...]:
    """Rows of numbers, one a line."""
    return tuple(numbers(line) for line in text.strip().splitlines())
