"""The Prefect flow of the two keys: it proposes a draft, waits for another person, and does what that person decides.

Parameters are names. What the persons state and decide is asked for while the run waits; it is kept by Prefect as well
as by the ledger, so it names no person beside themselves, and the page on which the second one decides has no figure.
A run of a deployment ends while it waits and holds no worker; it starts again from its beginning, which is safe because
every step done again changes nothing.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal, TypeVar

from prefect import flow, runtime
from prefect.client.schemas.objects import State
from prefect.flow_runs import pause_flow_run, suspend_flow_run
from prefect.input import RunInput
from prefect.states import Completed
from pydantic import Field

from flows.editions.release import approve, approved_before, candidate, propose, refuse
from flows.editions.review import review, told_as_counts
from flows.editions.schedule import home_of_run
from flows.home import Home
from flows.running.at_work import guarded_run
from flows.running.guarded import failed, say
from flows.running.shown_work import show_placed
from transforms.errors import TipTrendsError
from transforms.indicators.windows import edition_period
from transforms.ledger.entries import Entry, Key

Answer = TypeVar("Answer", bound=RunInput)
NOT_APPROVED = "Not approved"
"""Name of the state in which a run ends whose edition the second person refused; `Refused` is said of data."""
WAITS_SECONDS = 3600
"""How long a run without a deployment waits, which keeps its process; one of a deployment waits for ever."""


class Statement(RunInput):
    """What the proposer states."""

    context: str = Field(description="What the edition is for and who will read it. Name no person.")
    controls: str = Field(description="What you checked, and how. Name no person.")


class Decision(RunInput):
    """What the second person decides."""

    name: str = Field(description="Your name; you are not the person who proposed the edition.")
    decision: Literal["approve", "refuse"] = Field(description="Whether readers are to get it.")
    reason: str = Field(default="", description="Of a refusal: why, in one sentence. Name no person.")


@flow(name="release-edition", flow_run_name="{edition}-{audience}", persist_result=False)
def release_edition(
    edition: str,
    audience: Literal["working-group", "public"],
    proposer: str,
    scope: str | None = None,
    home: Path | None = None,
) -> Path | State[Any]:
    """Propose the draft of an edition in the name of `proposer`, wait for another person, then release or refuse it.

    The result is the folder of the edition; a refusal completes the run, and its state says so.

    Args:
        edition: The edition whose draft is proposed, such as annual-2023.
        audience: For whom it is.
        proposer: Name of the person who proposes it; another person decides.
        scope: world or a country code such as TM; without it, the country of the home.
        home: Full path of the home; without it, the folder that TIP_TRENDS_HOME names where the run takes place.
    """
    try:
        place = Home(folder=home_of_run(home))
        edition_period(edition)
        key = Key(scope=place.scope(scope), edition=edition, audience=audience)
    except TipTrendsError as expected:
        return failed(expected)
    done = guarded_run(place.folder, lambda: _answered(place.folder, key, proposer))
    if isinstance(done, Entry):
        return Completed(name=NOT_APPROVED, message=f"{key} was refused by {done.person}: {done.reason}")
    return done


def _answered(home: Path, key: Key, proposer: str) -> Path | Entry:
    """The folder of the released edition, or the entry that refuses it."""
    about = f"{proposer} proposes {key} for release. State what it is for and what was checked."
    stated = _asked(Statement.with_initial_data(description=about), "statement")
    entry, _ = propose(home, key, by=proposer, context=stated.context, controls=stated.controls)
    say(f"{key}: proposed by {entry.person}; waits for another person")
    seen = "\n".join(f"- {line.strip()}" for line in told_as_counts(review(home, candidate(home, key))))
    decided = _asked(Decision.with_initial_data(description=seen), "decision")
    if decided.decision == "refuse":
        answer, _ = refuse(home, key, by=decided.name, reason=decided.reason)
        say(f"{key}: refused by {answer.person}")
        return answer
    if (before := approved_before(home, key)) is not None:
        return before[1].folder
    done = approve(home, candidate(home, key), by=decided.name)
    say(f"{key}: approved by {decided.name}")
    if done.archive_fault:
        say(done.archive_fault)
    show_placed(home, key, done.folder, is_released=True)
    return done.folder


def _asked(what: type[Answer], name: str) -> Answer:
    """The answer of a person, once it is there; until then the run waits, or ends and is started again with it."""
    if runtime.deployment.id is None:
        return pause_flow_run(wait_for_input=what, timeout=WAITS_SECONDS, key=name)
    return suspend_flow_run(wait_for_input=what, key=name)
