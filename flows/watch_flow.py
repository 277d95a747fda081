"""The Prefect flow of the inbox: every few minutes it takes in what lies there complete.

A look at an inbox with nothing new costs a process and a few questions, and ends as `Nothing new`; what takes in files
is imported when there are some.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed
from pydantic import Field

from flows.editions.schedule import home_of_run
from flows.home import Home
from flows.intake.arrivals import QUIET_SECONDS, Arrivals, arrivals
from flows.running.at_work import bury_the_dead, guarded_run
from flows.running.guarded import NOTHING_NEW, REFUSED, TAKEN_IN, failed, say
from flows.running.missed import stand_back
from flows.running.noted_flow import note_flow
from transforms.errors import TipTrendsError

if TYPE_CHECKING:
    from flows.intake.inbox import Outcome


@flow(name="watch-inbox", flow_run_name="inbox", persist_result=False)
def watch_inbox(
    home: Path | None = None, quiet_seconds: Annotated[float, Field(ge=0, le=3600)] = QUIET_SECONDS
) -> State[Any]:
    """Take in every file of the inbox that is complete and was not refused before.

    The state says what came of it: `Nothing new`, `Taken in`, or Failed and `Refused` where a file was; the others of
    that look are taken in all the same.

    Args:
        home: Full path of the home; without it, the folder that TIP_TRENDS_HOME names where the run takes place.
        quiet_seconds: A file that changed within so many seconds waits for the next look.
    """
    try:
        place = Home(folder=home_of_run(home)).create()
    except TipTrendsError as expected:
        return failed(expected)

    def work() -> State[Any]:
        if (skipped := stand_back()) is not None:
            return skipped
        if buried := bury_the_dead(place):
            say(f"Runs that had ended without a word and are marked as crashed: {buried}")
        found = arrivals(place, quiet_seconds=quiet_seconds)
        if not found.complete:
            return Completed(name=NOTHING_NEW, message=f"In the inbox: {found.left or 'nothing'}.")
        return _taken_in(place, found)

    done = guarded_run(place.folder, work)
    note_flow(place, "inbox", done)
    return done


def _taken_in(home: Home, found: Arrivals) -> State[Any]:
    from flows.intake.inbox import empty_inbox
    from flows.running.ingest_task import ingest_file, outcome_of
    from flows.running.shown import key_of, name_run, progress_bar, reached
    from flows.running.shown_work import show_answers, sources_told

    total = len(found.complete)
    done: list[Outcome] = []

    def settle(path: Path) -> Outcome:
        return outcome_of(ingest_file(home.folder, path, len(done) + 1, total, return_state=True))

    with progress_bar(key_of("progress", "inbox"), f"{total} files of the inbox"):
        for outcome in empty_inbox(home.folder, home.inbox, settle, found.complete):
            done.append(outcome)
            reached(100 * len(done) / total)
    show_answers(home.folder, done)
    name_run(f"inbox: {sources_told(done)}")
    refused = sum(1 for outcome in done if outcome.refusal is not None)
    left = f" In the inbox besides: {found.left}." if found.left else ""
    if refused:
        return Failed(
            name=REFUSED,
            message=f"{refused} of {total} files were refused; why is in the note beside each.{left}",
        )
    return Completed(name=TAKEN_IN, message=f"{total} files were taken in.{left}")
