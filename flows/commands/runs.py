"""`runs`: by which program, libraries, files and persons each edition was made."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Annotated, Literal

from cyclopts import Parameter

from flows import console
from flows.commands.session import InSession
from flows.home import AUDIENCES
from transforms.errors import WrongArguments


def runs(
    edition: Annotated[
        str | None, Parameter(help="annual-2023, quarterly-2021-Q2 or monthly-2021-03; without it all are listed.")
    ] = None,
    /,
    *,
    audience: Annotated[str | None, Parameter(help="working-group or public; without it both.")] = None,
    format: Annotated[Literal["table", "csv", "json"], Parameter(help="How to print what was found.")] = "table",
    session: InSession,
) -> None:
    """Say by which program and libraries, from which files, by whom and when an edition was made; or list all runs.

    The list is kept with the editions and asks no other database. Rows are only ever added; each holds the hash of the
    one before.

    Example: tip-trends --home my-home runs annual-2023
    """
    from flows.editions.run_answers import COLUMNS, answers, overview

    if audience is not None and audience not in AUDIENCES:
        raise WrongArguments(f"'{audience}' is not an audience.", advice=f"Choose from: {', '.join(AUDIENCES)}.")
    if edition is None:
        console.print_rows(COLUMNS, overview(session.home), format)
        return
    from transforms.indicators.windows import edition_period

    edition_period(edition)
    if format == "csv":
        raise WrongArguments("One edition is told as text or as JSON.", advice="Leave --format out, or: --format json")
    found = answers(session.home, edition, session.scope, audience)
    if format == "json":
        console.result(json.dumps([one.to_json() for one in found], ensure_ascii=False, indent=1))
        return
    for one in found:
        for line in one.told():
            console.result(line)


COMMANDS: tuple[Callable[..., int | None], ...] = (runs,)
