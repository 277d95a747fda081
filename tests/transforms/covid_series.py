"""Series that several tests of the COVID effect start from."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from transforms.periods import Phase, PhaseCalendar, period
from transforms.statistics.series import Series, series_from


def reference(folder: Path, name: str) -> dict[str, Any]:
    """One file of reference numbers."""
    found: dict[str, Any] = json.loads((folder / f"reference_{name}.json").read_text("utf-8"))
    return found


def deaths(folder: Path, country: str) -> Series:
    """Monthly deaths of a country from 2015 on."""
    with (folder / "monthly_deaths_neighbours.csv").open(encoding="utf-8") as lines:
        counts = [float(row["deaths"]) for row in csv.DictReader(lines) if row["country"] == country]
    return series_from(period("2015-01"), counts)


def sicily(folder: Path) -> Series:
    """Monthly admissions of Sicily from 2002 on with the standardised population."""
    with (folder / "sicily.csv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    return series_from(period("2002-01"), [float(row["aces"]) for row in rows], [float(row["stdpop"]) for row in rows])


def months(first: str, counts: Sequence[float | None], persons: Sequence[float] | None = None) -> Series:
    """A series from a first period, its counts and population."""
    return series_from(period(first), counts, persons)


def calendar(*phases: tuple[str, str, str | None]) -> PhaseCalendar:
    """A calendar from key, first and last month of each phase."""
    return PhaseCalendar(
        phases=tuple(Phase(key=k, start=period(a), end=period(b) if b else None) for k, a, b in phases),
        source="made up for a test",
    )
