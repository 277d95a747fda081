"""What flows that look after a home have in common: whose it is, when to stand back, the note of how they ended."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from prefect.client.schemas.objects import State

from flows.editions.schedule import home_of_run
from flows.home import Home
from flows.running.at_work import guarded_run
from flows.running.guarded import failed
from flows.running.missed import stand_back
from flows.running.noted_flow import note_flow
from transforms.errors import TipTrendsError


def looked_after(home: Path | None, what: str, work: Callable[[Home], State[Any]]) -> State[Any]:
    """Do the work of a flow run on its home, unless a newer run of the deployment does it; `what` names it in our log.

    `home` None is the folder that TIP_TRENDS_HOME names where the run takes place.
    """
    try:
        place = Home(folder=home_of_run(home))
    except TipTrendsError as expected:
        return failed(expected)

    def unless_missed() -> State[Any]:
        skipped = stand_back()
        return work(place) if skipped is None else skipped

    done = guarded_run(place.folder, unless_missed)
    note_flow(place, what, done)
    return done
