"""`ingest` and `sources`: what comes in, and what may come in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from flows import console
from flows.commands.session import InSession
from flows.inbox import Outcome, ingest_each

if TYPE_CHECKING:
    from transforms.codes import CodeList
    from transforms.sources.profile import Field, Profile

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
    session: InSession,
) -> int:
    """Take extracts in; prints an acceptance report per file. Ends with 3 when a file was rejected.

    Example: tip-trends --home my-home ingest case_register_MIA_2023-03-31.csv --dry-run
    """
    if not dry_run:
        session.home.create()
    has_refused = False
    taken = ingest_each(session.folder, (file, *more), source=source, dry_run=dry_run, may_shrink=may_shrink)
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


def sources(
    name: Annotated[str | None, Parameter(help="Key of a source; without it all are listed.")] = None,
    /,
    *,
    session: InSession,
) -> None:
    """List the sources that can be ingested, or say in words what one of them must look like.

    Example: tip-trends sources case_register
    """
    from transforms.sources.registry import named, profiles

    folder = session.home.profiles
    if name is None:
        rows = [
            (known.name, known.title, " ".join(known.formats), known.table.name, known.licence)
            for known in profiles(folder)
        ]
        console.print_rows(("source", "title", "formats", "becomes", "licence"), rows)
        return
    for known in named(name, folder):
        _print_contract(known)


def _print_contract(known: Profile) -> None:
    console.result(f"{known.name}: {known.title} (contract version {known.version})")
    for label, text in (("Publisher", known.publisher), ("Licence", known.licence), ("About", known.doc)):
        if text:
            console.result(f"{label}: {text}")
    console.result(f"Formats: {', '.join(known.formats)}. Each row becomes {known.table.row_is} ({known.table.name}).")
    console.result(f"Day from which a file counts as known: {_vintage(known)}.")
    parts = ", ".join(known.stream) or "the whole source"
    console.result(f"A later file replaces what an earlier one said about: {parts}.")
    missing = ", ".join(f"`{sign}`" if sign else "an empty cell" for sign in known.missing)
    console.result(f"Means not reported: {missing}.\n\nColumns of the file:")
    for field in known.fields:
        if field.all_headers:
            console.result(f"  {', '.join(field.all_headers)}{' (may be absent)' if field.optional else ''}")
            console.result(f"      {_said(known, field)}")
    if known.value is not None:
        signs = "; ".join(f"`{sign}`" for sign in known.value.signs)
        console.result(
            f"  {known.value.header}\n      The figure.{f' Signs that are understood: {signs}.' if signs else ''}"
        )
    for rule in known.rules:
        console.result(f"Rule {rule.key}: {rule.advice or f'{rule.kind} of ' + ', '.join(rule.columns)}.")
    for header, reason in known.ignored.items():
        console.result(f"Not taken: {header} ({reason}).")


def _vintage(known: Profile) -> str:
    match known.vintage.source:
        case "column":
            return f"the latest date in column {known.vintage.column}"
        case "file_name":
            return "the date in the name of the file"
        case "title":
            return "the date in the title of the sheet"
        case "receipt":
            return "the day it is ingested"


def _said(known: Profile, field: Field) -> str:
    """What a column holds: its documentation and the values it may have."""
    declared = known.table.column(field.column)
    values = list(field.codes)
    if field.kind in ("code", "codes") and not values and declared.codes:
        values = _written(declared.codes)
    about = field.doc or declared.doc
    if not values:
        return about
    lead = {"code": "One of", "codes": f"One or several, separated by `{field.separator}`, of"}.get(field.kind, "Also")
    return f"{about} {lead}: {', '.join(values)}."


def _written(codes: CodeList) -> list[str]:
    """How a file writes each code: the name in the standard, or ours where two codes share one or there is none."""
    names = [code.standard for code in codes.by_value.values()]
    return [code.standard if names.count(code.standard) == 1 else code.value for code in codes.by_value.values()]


COMMANDS = (ingest, sources)
