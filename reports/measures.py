"""What a released table measures and what it is called, for files that hold every table of an edition."""

from __future__ import annotations

import re
from collections.abc import Sequence

from reports import words
from reports.edition import View
from reports.locale import N_
from transforms.disclosure.released import ReleasedTable

MEASURES = {
    "count": N_("number"),
    "observation": N_("figure as published"),
    "share": N_("share of those whose characteristic is known"),
    "rate": N_("rate per 100,000 population"),
    "phase_mean": N_("mean per month of each COVID phase"),
    "phase_ratio": N_("mean per month, as ratio to the phase before the pandemic"),
    "same_period": N_("ratio to the same period of 2019"),
    "change": N_("change from the period before"),
}
"""Name of each measure; a derived table ends its key with one of the last six."""
_DECIMALS = {"pct": 1, "per_100k": 2, "ratio": 2, "index": 1}
_LEFT_OUT = re.compile(r"unknown=(\d+)")


def measure(table: ReleasedTable) -> str:
    """Key of `MEASURES` for a table: the end of its own key, or else its kind."""
    return table.key.partition(".")[2] or table.kind


def series(table: ReleasedTable) -> str:
    """What the table counts or observes: `victims_identified`, or `victims_detected_panel` for a selection of those."""
    return table.key.partition(".")[0].partition("_by_")[0]


def measure_name(view: View, table: ReleasedTable) -> str:
    """The measure in words."""
    key = measure(table)
    return view.text(MEASURES.get(key, words.readable(key)))


def title(view: View, table: ReleasedTable) -> str:
    """`Identified victims: rate per 100,000 population (Period × Sex)`: no grammar that a language would bend."""
    across = " × ".join(view.dimension(dimension) for dimension in table.dimensions)
    return f"{view.indicator(series(table))}: {measure_name(view, table)} ({across})"


def decimals(table: ReleasedTable) -> int:
    """Decimals that a figure of the table is shown with."""
    return 1 if measure(table) == "phase_mean" else _DECIMALS.get(table.unit, 0)


def note(view: View, said: str) -> str:
    """The note of a cell in words; notes that are no code stay as they are."""
    policy = view.edition.policy
    if found := _LEFT_OUT.fullmatch(said):
        return view.text("left out, characteristic unknown: {n}", n=view.locale.number(int(found[1])))
    if said == "base_below_20":
        return view.text("base below {base}", base=str(policy.get("minimum_share_base", 20)))
    if said == "fewer_than_10_events":
        return view.text("fewer than {events} events", events=str(policy.get("minimum_rate_events", 10)))
    return said


def sheet_names(tables: Sequence[ReleasedTable]) -> tuple[str, ...]:
    """`T007_identified_sex_share`: a number, then the end of the key as far as it fits; alike in all languages."""
    return tuple(f"T{place:03d}_{_end_of(table.key)}" for place, table in enumerate(tables, start=1))


def _end_of(key: str, longest: int = 26) -> str:
    parts = re.sub(r"[^A-Za-z0-9]+", "_", key.replace("victims_", "").replace("_by_period", "")).strip("_").split("_")
    while len("_".join(parts)) > longest and len(parts) > 1:
        parts.pop(0)
    return "_".join(parts)[:longest]
