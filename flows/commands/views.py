"""`indicators` and `revisions`: what the warehouse holds, for the analyst's eyes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from flows import console
from flows.commands.session import InSession, Session
from flows.home import WORLD
from transforms.errors import NoData, WrongArguments

if TYPE_CHECKING:
    import polars as pl

INTERNAL = "Internal, unprotected figures: not for publication."


def indicators(
    key: Annotated[str | None, Parameter(help="Key of an indicator; without it all are listed.")] = None,
    /,
    *,
    by: Annotated[str, Parameter(help="Breakdowns with commas between: year, quarter, month and others.")] = "year",
    format: Annotated[Literal["table", "csv", "json"], Parameter(help="How to print the result.")] = "table",
    years: Annotated[str | None, Parameter(help="Only these years, with commas between.")] = None,
    matched: Annotated[
        bool, Parameter(negative="", help="Only countries that report each of the years (aggregates).")
    ] = False,
    as_of: Annotated[date | None, Parameter(help="Use what was known on that day, as 2021-03-31.")] = None,
    session: InSession,
) -> None:
    """Print an indicator from the warehouse: the columns asked for, then value. Internal: nothing is suppressed.

    Of published figures the SDMX status follows, such as B where the series breaks.

    Example: tip-trends --home my-home indicators victims_registered --by year,sex --format csv
    """
    if key is None:
        _list_indicators(format)
        return
    from flows.counts.estimate import indicator_rows
    from flows.warehouse import read_warehouse
    from transforms.indicators.registry import breakdowns, indicator

    columns = tuple(part.strip() for part in by.split(",") if part.strip())
    breakdowns(indicator(key), columns)  # what is wrong is wrong in an empty home too
    wanted = _years(years)

    def rows_in(scope: str) -> pl.DataFrame:
        with read_warehouse(session.folder) as con:
            return indicator_rows(con, key, columns, scope=scope, as_of=as_of, years=wanted, matched=matched)

    rows = _first_with_data(session, key, rows_in)
    console.notice(INTERNAL)
    console.print_rows(rows.columns, rows.rows(), format)


def _first_with_data(session: Session, key: str, rows_in: Callable[[str], pl.DataFrame]) -> pl.DataFrame:
    """Rows of the session's scope; where none was asked for and it has no data, of the other scope the home knows."""
    try:
        return rows_in(session.scope)
    except NoData:
        country = session.home.settings().country
        other = WORLD if session.scope != WORLD else country
        if session.asked_scope is not None or other is None:
            raise
        rows = rows_in(other)
        console.notice(f"Scope {session.scope} has no data for {key}: this is scope {other}.")
        return rows


def _list_indicators(how: console.Format) -> None:
    from transforms.indicators.registry import INDICATORS

    rows = [(known.key, known.label, known.unit, " ".join(known.by)) for known in INDICATORS]
    console.print_rows(("indicator", "label", "unit", "by, besides year quarter month"), rows, how)


def revisions(
    source: Annotated[str, Parameter(help="Key of a source.")],
    /,
    *,
    earlier: Annotated[date | None, Parameter(name="--from", help="Compare with what was known on this day.")] = None,
    later: Annotated[date | None, Parameter(name="--to", help="Day of the later state; the latest extract.")] = None,
    history: Annotated[
        bool, Parameter(negative="", help="Instead list every figure that several extracts gave, by extract.")
    ] = False,
    records: Annotated[
        bool, Parameter(negative="", help="List records of cases by file and row, with the columns that changed.")
    ] = False,
    format: Annotated[Literal["table", "csv", "json"], Parameter(help="How to print the result.")] = "table",
    session: InSession,
) -> None:
    """Print what changed in what was known of a source between two days; by default the last two on which it changed.

    Those are days of its extracts and of withdrawals; which extracts are withdrawn, and why, is said beside. Internal.

    Example: tip-trends --home my-home revisions case_register --from 2023-04-30 --to 2023-07-31
    """
    from flows.holdings import revisions as compared
    from flows.holdings.withdrawals import extracts
    from flows.warehouse import read_warehouse
    from transforms.sources.registry import named

    table = compared.table_of([profile.table for profile in named(source, session.home.profiles)], source)
    with read_warehouse(session.folder) as con:
        gone = [one for one in extracts(con, source) if one.withdrawn_from is not None]
        if history:
            columns, rows = compared.history(con, source, table)
        else:
            compare = compared.changed_records if records else compared.revisions
            found = compare(con, source, table, earlier, later)
            columns, rows = found.columns, found.rows
            console.notice(f"What was known of {source} on {found.earlier}, against {found.later}.")
    for one in gone:
        console.notice(f"Withdrawn from {one.withdrawn_from} on: the extract of {one}: {one.reason}")
    console.notice(INTERNAL)
    console.print_rows(columns, rows, format)


def _years(text: str | None) -> tuple[int, ...] | None:
    if text is None:
        return None
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if not parts or not all(part.isdigit() and len(part) == 4 for part in parts):
        raise WrongArguments(f"'{text}' is not a list of years.", advice="Write --years 2019,2020.")
    return tuple(int(part) for part in parts)


COMMANDS: tuple[Callable[..., int | None], ...] = (indicators, revisions)
