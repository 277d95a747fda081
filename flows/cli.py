"""The command `tip-trends`: finds home and scope, runs a command, and turns every failure into a message and a code."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

from cyclopts import App, CycloptsError, Parameter

from flows import console
from flows.clock import Clock, now
from flows.commands import (
    archive,
    audit,
    backup,
    contracts,
    editions,
    estimates,
    intake,
    methods,
    notices,
    records,
    release,
    retention,
    returns,
    runs,
    status,
    trace,
    upkeep,
    verify,
    views,
)
from flows.commands.session import Session
from flows.failures import write_failure
from flows.home import DEFAULT_FOLDER, ENVIRONMENT, Home
from flows.private import keep_private
from flows.running.run_log import noted
from transforms.errors import TipTrendsError

NOTED = (
    "demo", "run", "publish", "ingest", "withdraw", "propose", "approve", "refuse", "notices", "backup", "restore",
)  # fmt: skip
"""Commands that change a home: `status` says when they ran and how they ended."""
ONLY_LOOKS = ("dry_run", "review")
"""Options with which they change nothing."""
SHOWN_AFTER = ("demo", "run", "notices")
"""Commands after which the status page is made anew."""
WRONG_ARGUMENTS = 2
STOPPED = 130

app = App(
    name="tip-trends",
    help="Trafficking-in-persons case records and statistics in, indicators and reports out. Try: tip-trends demo",
    version=lambda: version("tip-trends"),
    help_format="plaintext",
    result_action="return_value",
    suppress_keyboard_interrupt=False,
)
app.meta.suppress_keyboard_interrupt = False  # `run` says what a stop means
for _command in (
    *editions.COMMANDS,
    *intake.COMMANDS,
    *contracts.COMMANDS,
    *views.COMMANDS,
    *status.COMMANDS,
    *records.COMMANDS,
    *returns.COMMANDS,
    *upkeep.COMMANDS,
    *backup.COMMANDS,
    *retention.COMMANDS,
    *audit.COMMANDS,
    *verify.COMMANDS,
    *trace.COMMANDS,
    *archive.COMMANDS,
    *runs.COMMANDS,
    *notices.COMMANDS,
):
    app.command(_command)
app.command(estimates.estimate)
app.command(methods.methods)
app.command(release.release)


@dataclass(slots=True)
class _Place:
    """Where the command runs, known once its arguments are read, needed when it fails; and by which clock."""

    home: Path = DEFAULT_FOLDER
    clock: Clock = now


_place = _Place()


@app.meta.default
def _launch(
    *tokens: Annotated[str, Parameter(show=False, allow_leading_hyphen=True)],
    home: Annotated[
        Path,
        Parameter(env_var=ENVIRONMENT, help="Folder that holds everything a run keeps; before or after the command."),
    ] = DEFAULT_FOLDER,
    scope: Annotated[
        str | None, Parameter(help="world or a country code; without it the home's country, else world.")
    ] = None,
) -> int:
    _place.home = home
    command, bound, unparsed = app.parse_args(tokens, exit_on_error=False)
    if "session" in unparsed:
        bound.arguments["session"] = Session(home=Home(folder=home), asked_scope=scope, clock=_place.clock)
    if command.__name__ not in NOTED or any(bound.arguments.get(name) for name in ONLY_LOOKS):
        done = command(*bound.args, **bound.kwargs)
        return done if isinstance(done, int) else 0
    place = Home(folder=home)
    try:
        with noted(place, command.__name__, str(bound.arguments.get("edition", "")), _place.clock) as ended:
            done = command(*bound.args, **bound.kwargs)
            code = done if isinstance(done, int) else 0
            ended(code)
    finally:
        if command.__name__ in SHOWN_AFTER and place.folder.is_dir():
            from flows.running.status_pages import refresh

            refresh(place, scope, _place.clock)
    return code


def run(arguments: Sequence[str] | None = None, *, clock: Clock = now) -> int:
    """Run one command line and return its exit code (PRODUCT.md: 0, 1, 2, 3, 4 or 5; 130 after Ctrl-C)."""
    _place.clock = clock
    keep_private()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a console that lacks a letter gets all the others
    try:
        done = app.meta(arguments, exit_on_error=False)
        sys.stdout.flush()
    except CycloptsError:
        return WRONG_ARGUMENTS  # Cyclopts has printed it already
    except TipTrendsError as expected:
        console.notice(f"tip-trends: {expected.message}")
        if expected.advice:
            console.notice(expected.advice)
        return expected.exit_code
    except KeyboardInterrupt:
        console.notice("Stopped. What was finished is kept; nothing is half-written.")
        return STOPPED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # else Python complains when it exits
        return 0
    except Exception as unexpected:  # the last line of defence: no stack trace, which could hold a row
        console.notice(f"tip-trends: {write_failure(unexpected, Home(folder=_place.home))}")
        return 1
    return done if isinstance(done, int) else 0


def main() -> None:
    """Entry point of the installed command."""
    sys.exit(run())


if __name__ == "__main__":
    main()
