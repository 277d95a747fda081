"""`ingest` and `withdraw`: what comes in, and what turns out to be wrong later."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from flows import console
from flows.commands.session import InSession
from flows.intake.inbox import Outcome, ingest_each

REJECTED = 3


def ingest(
    file: Annotated[
        Path, Parameter(help="A file as it was received: CSV, XLSX, XLS, ODS, SDMX, PC-Axis, JSON or Parquet.")
    ],
    /,
    *more: Annotated[Path, Parameter(help="Further files.")],
    source: Annotated[str | None, Parameter(help="Source of the files, where their headers do not tell.")] = None,
    dry_run: Annotated[bool, Parameter(negative="", help="Check only; nothing is kept.")] = False,
    may_shrink: Annotated[
        bool, Parameter(negative="", help="Take a file although it has far fewer rows than the extract it replaces.")
    ] = False,
    may_break: Annotated[
        bool, Parameter(negative="", help="Take a file although its figures are in another unit or scale than before.")
    ] = False,
    again: Annotated[
        bool, Parameter(negative="", help="Take a file in again that was loaded and then withdrawn.")
    ] = False,
    reports: Annotated[
        Path | None,
        Parameter(name="--report", help="Folder for the acceptance reports; without it acceptance/ of the home."),
    ] = None,
    session: InSession,
) -> int:
    """Take extracts in; prints an acceptance report per file. Ends with 3 when a file was rejected.

    The same report is written as a page in each language of the home, and as JSON for programs.

    Example: tip-trends --home my-home ingest case_register_MIA_2023-03-31.csv --dry-run --report reports
    """
    if not dry_run:
        session.home.create()
    has_refused = False
    taken = ingest_each(
        session.folder,
        (file, *more),
        source=source,
        dry_run=dry_run,
        may_shrink=may_shrink,
        may_break=may_break,
        may_return=again,
        reports=reports,
        clock=session.clock,
    )
    for path in (file, *more):
        with console.working(f"Reading {path.name}"):
            outcome = next(taken)
        report(outcome, is_trial=dry_run)
        has_refused |= outcome.refusal is not None
    return REJECTED if has_refused else 0


def report(outcome: Outcome, *, is_trial: bool = False) -> None:
    """Print the acceptance report of a file to standard output; a refusal goes to standard error."""
    if outcome.refusal is not None:
        console.notice(f"{outcome.path.name}: rejected\n  {outcome.refusal.message}")
        if outcome.refusal.advice:
            console.notice(f"  {outcome.refusal.advice}")
        _print_place(outcome)
        return
    accepted = outcome.acceptance
    if accepted is None:
        return
    trial = " (dry run, nothing kept)" if is_trial else ""
    console.result(f"{accepted.file_name}: {accepted.verdict}{trial}")
    console.result(
        f"  source {accepted.source}, vintage of {accepted.vintage_date}, sha256 {accepted.sha256[:12]}\n"
        f"  rows read {accepted.rows_read}, accepted {accepted.rows_accepted}, quarantined {accepted.rows_quarantined}"
    )
    for problem in accepted.problems:
        console.result(
            f"  - {problem.count} × {problem.rule} in {problem.column or 'the row'}: {', '.join(problem.cells)}"
        )
        if problem.advice:
            console.result(f"    {problem.advice}")
    for note in accepted.notes:
        console.result(f"  {note}")
    for sentence in accepted.marked_copy:
        console.notice(f"  {sentence}")
    _print_place(outcome)


def _print_place(outcome: Outcome) -> None:
    if outcome.report:
        console.notice(f"  Full report: {outcome.report}")


def withdraw(
    source: Annotated[str, Parameter(help="Key of a source.")],
    which: Annotated[str, Parameter(help="Day that the extract is of, or the beginning of its SHA-256.")],
    /,
    *,
    reason: Annotated[str, Parameter(help="Why, in one sentence; it is kept and shown, so it names no person.")],
    on: Annotated[date | None, Parameter(help="First day on which it does not count; today.")] = None,
    session: InSession,
) -> None:
    """Withdraw one extract that was wrong: from a day on it does not count, and the one before it is current again.

    Nothing is deleted: what is asked as of an earlier day uses it still. `ingest FILE --again` takes it in again.

    Example: tip-trends --home my-home withdraw crime_justice 2021-06-30 --reason "Recalled by the ministry, letter 45"
    """
    from flows.holdings.withdrawals import withdraw as write_down
    from flows.intake.desk import today
    from flows.warehouse import open_warehouse, read_warehouse

    present = today(session.home, session.clock)
    with read_warehouse(session.folder):
        pass  # a home without a warehouse gets none here
    with open_warehouse(session.folder) as con:
        done = write_down(con, source, which, reason=reason, on=on or present, today=present, clock=session.clock)
    console.result(f"Withdrawn from {done.on} on: the extract of {source} of {done.extract}.")
    for stream, day in done.instead:
        instead = f"the extract of {day} is current again" if day else "nothing takes its place: send a right one"
        console.result(f"  {stream}: {instead}")
    if not done.instead:
        console.result("  It was current in nothing any more: later extracts stand in its place.")
    console.notice(f"Editions as of {done.on} or later do without it; publish anew those that used it.")


COMMANDS: tuple[Callable[..., int | None], ...] = (ingest, withdraw)
