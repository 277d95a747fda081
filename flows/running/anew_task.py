"""The task of a run that makes editions anew for which deliveries have come, and why a run makes none."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State

from flows.clock import now
from flows.editions.arrived import MadeAnew, make_anew
from flows.editions.held import refuse_held
from flows.editions.lacking import Anew, to_make_anew
from flows.running.guarded import WHILE_IN_USE, guarded, result_of, say
from transforms.errors import EditionHeld


@task(
    name="make-anew",
    task_run_name="make anew {edition}",
    cache_policy=NO_CACHE,
    persist_result=False,
    **WHILE_IN_USE,
)
def _make_anew(
    home: Path, edition: str, anew: Anew, languages: tuple[str, ...]
) -> tuple[MadeAnew, ...] | State[tuple[MadeAnew, ...]]:
    def work() -> tuple[MadeAnew, ...]:
        say(f"{edition}: has come since it was made or held: {', '.join(anew.arrived)}; making it anew")
        return make_anew(home, anew, languages)

    return guarded(home, work)


def all_anew(home: Path, but: str, scope: str, languages: Sequence[str]) -> tuple[MadeAnew, ...]:
    """The editions of a scope, `but` the one just made, that lacked what has come since: made again."""
    found: list[MadeAnew] = []
    for anew in to_make_anew(home, scope):
        if anew.key.edition != but:
            found += result_of(_make_anew(home, anew.key.edition, anew, tuple(languages), return_state=True))
    return tuple(found)


def why_held(home: Path, edition: str, scope: str, as_of: date | None) -> EditionHeld | None:
    """Why an edition is not to be made; None where it is."""
    try:
        refuse_held(home, edition, scope, as_of, now)
    except EditionHeld as held:
        say(held.message)
        return held.bare()
    return None
