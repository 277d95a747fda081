"""`pdf`: the report of a released edition on A4, for whoever wants a file to print or to send."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from flows import console
from flows.commands.archive import report_of
from flows.commands.session import InSession
from flows.home import AUDIENCES, LANGUAGES
from transforms.errors import WrongArguments


def pdf(
    edition: Annotated[str, Parameter(help="annual-2023, quarterly-2021-Q2 or monthly-2021-03.")],
    /,
    *,
    output: Annotated[
        Path | None, Parameter(name=["--output", "-o"], help="The file; without it EDITION.AUDIENCE.LANG.pdf here.")
    ] = None,
    lang: Annotated[str | None, Parameter(help="en, ru or tk; without it that of this computer.")] = None,
    audience: Annotated[
        str | None, Parameter(help="working-group or public; without it the first of home.toml that there is.")
    ] = None,
    session: InSession,
) -> None:
    """Print the report of a released edition to a PDF, by the Chromium, Chrome or Edge of this computer.

    The PDF lies beside no edition: it bears the time of its making, so it is no part of what verify compares.

    Example: tip-trends --home my-home pdf annual-2023 --lang ru -o report.pdf
    """
    from flows.printing import print_pdf

    if lang is not None and lang not in LANGUAGES:
        raise WrongArguments(f"'{lang}' is not a language.", advice=f"Choose from: {', '.join(LANGUAGES)}.")
    if audience is not None and audience not in AUDIENCES:
        raise WrongArguments(f"'{audience}' is not an audience.", advice=f"Choose from: {', '.join(AUDIENCES)}.")
    page = report_of(session, edition, lang, audience)
    target = output or Path(f"{edition}.{page.parent.name}.{page.stem.rpartition('.')[2]}.pdf")
    if target.is_dir():
        raise WrongArguments(f"{target} is a folder.", advice="Name the file: -o report.pdf")
    with console.working(f"Printing {page.name}"):
        print_pdf(page, target)
    console.result(str(target))


COMMANDS: tuple[Callable[..., int | None], ...] = (pdf,)
