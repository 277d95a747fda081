"""`methods`: published cases run again by the methods of the editions, published against obtained."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from flows import console

if TYPE_CHECKING:
    from transforms.statistics.published.case import Comparison

DIFFERS = 1
_ORIGIN = {"paper": "paper", "program": "other program"}


def methods(
    *,
    every: Annotated[
        bool, Parameter(name="--all", negative="", help="The cases with 1,000 resamples, too: half a minute more.")
    ] = False,
    format: Annotated[console.Format, Parameter(help="How to print the result.")] = "table",
) -> int:
    """Run published cases again and print what was published beside what these methods give; 1 where one differs.

    Example: tip-trends methods --format csv
    """
    from transforms.statistics.published.annex import quick_annex, whole_annex

    found = whole_annex() if every else quick_annex()
    if format == "table":
        _print_tables(found)
    else:
        rows = [one.to_json() for one in found]
        console.print_rows(tuple(rows[0]), [[_word(value) for value in row.values()] for row in rows], format)
    differing = [one for one in found if not one.agrees]
    cases = len({one.case.key for one in found})
    console.notice(f"Published cases: {cases}. Figures: {len(found)}; of these agree: {len(found) - len(differing)}.")
    for one in differing:
        console.notice(f"Differs: {one.case.key}, {one.figure.name}.")
    return DIFFERS if differing else 0


def _print_tables(found: tuple[Comparison, ...]) -> None:
    """The figures as one table, then where each case is from."""
    columns = ("case", "figure", "published", "obtained", "published by", "agrees")
    rows = [
        (
            one.case.key,
            str(one.figure.name),
            _figure(one.figure.value, one.figure.decimals),
            _figure(one.obtained, one.figure.decimals),
            _ORIGIN[one.figure.origin],
            "yes" if one.agrees else "NO",
        )
        for one in found
    ]
    console.print_rows(columns, rows)
    console.result("")
    cases = {one.case.key: one.case for one in found}
    console.print_rows(("case", "what", "source"), [(key, str(one.title), one.source) for key, one in cases.items()])


def _figure(value: float, decimals: int) -> str:
    return f"{value:,.{decimals}f}"


def _word(value: str | float | bool) -> str | float:
    return ("yes" if value else "no") if isinstance(value, bool) else value
