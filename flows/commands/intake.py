"""`ingest`: what comes in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from flows import console
from flows.commands.session import InSession
from flows.inbox import Outcome, ingest_each

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
        reports=reports,
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


COMMANDS = (ingest,)
