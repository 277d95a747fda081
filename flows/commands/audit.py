"""`audit`: what readers can work out from published editions, or from tables of others."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from flows import console
from flows.commands.session import InSession
from flows.home import AUDIENCES
from transforms.errors import ReleaseRefused, WrongArguments

if TYPE_CHECKING:
    from transforms.attacker.verdict import Verdict

REFUSED = ReleaseRefused.exit_code


def audit(
    *editions: Annotated[str, Parameter(help="annual-2023, quarterly-2021-Q2 or monthly-2021-03; several together.")],
    audience: Annotated[
        str | None, Parameter(help="working-group or public; without it all an edition was published for.")
    ] = None,
    folder: Annotated[Path | None, Parameter(help="Folder of CSV tables from elsewhere, in place of editions.")] = None,
    threshold: Annotated[int | None, Parameter(help="Of the folder's tables: counts below it are small.")] = None,
    width: Annotated[
        int | None, Parameter(help="Of the folder's tables: how uncertain a withheld count must stay.")
    ] = None,
    show_intervals: Annotated[
        bool, Parameter(negative="", help="Also print between what each weak cell of a folder lies.")
    ] = False,
    format: Annotated[Literal["table", "json"], Parameter(help="How to print the verdict.")] = "table",
    session: InSession,
) -> int:
    """Attack what was published together, with what its readers have; 4 where a withheld count can be worked out.

    Readers of the working group have the public editions too. Cells are named by their tables only.

    Example: tip-trends --home my-home audit annual-2023 quarterly-2024-Q1
    """
    from flows.editions.audit import folder_of_tables, published
    from transforms.attacker.audit import audit as attacked

    if bool(editions) == (folder is not None):
        raise WrongArguments("Name editions, or a folder of tables, and not both.", advice="tip-trends audit --help")
    if folder is None:
        if threshold is not None or width is not None or show_intervals:
            raise WrongArguments(
                "--threshold, --width and --show-intervals belong to a folder of tables.",
                advice="An edition carries its own rules, and its withheld counts are not printed.",
            )
        if audience is not None and audience not in AUDIENCES:
            raise WrongArguments(f"'{audience}' is not an audience.", advice=f"Choose from: {', '.join(AUDIENCES)}.")
        found = published(session.home, editions, scope=session.scope, audience=audience)
    else:
        if threshold is None or width is None:
            raise WrongArguments(
                "Tables from elsewhere need the rules they were made by.", advice="Add --threshold 4 --width 4."
            )
        found = [folder_of_tables(folder, threshold=threshold, width=width)]
    with console.working("Attacking what was published"):
        verdict = attacked(found)
    _print(verdict, format, show_intervals)
    return 0 if verdict.is_safe else REFUSED


def _print(verdict: Verdict, how: Literal["table", "json"], show_intervals: bool) -> None:
    if how == "json":
        console.result(json.dumps(verdict.to_json(intervals=show_intervals), ensure_ascii=False, indent=1))
    else:
        rows = [
            (
                one.edition,
                one.audience,
                one.withheld,
                one.width,
                len(one.narrow),
                "yes" if one.narrow and all(cell.leaked_before for cell in one.narrow) else "",
                ", ".join(one.tables),
            )
            for one in verdict.publications
        ]
        columns = ("edition", "audience", "withheld", "width", "weak", "known before", "tables with weak cells")
        console.print_rows(columns, rows)
        if show_intervals:
            console.result("")
            cells = [
                (cell.table, " ".join(cell.at), cell.low, "" if cell.high is None else cell.high)
                for one in verdict.publications
                for cell in one.narrow
            ]
            console.print_rows(("table", "cell", "least", "most"), cells)
    for one in verdict.publications:
        if one.narrow:
            others = sorted({other for cell in one.narrow for other in cell.with_others})
            beside = f", together with {', '.join(others)}" if others else ""
            name = f"{one.edition} ({one.audience})" if one.audience else one.edition
            console.notice(f"{name}: readers can work out withheld counts in {', '.join(one.tables)}{beside}.")
    if verdict.is_safe:
        console.notice("No withheld count can be worked out closer than promised.")


COMMANDS: tuple[Callable[..., int | None], ...] = (audit,)
