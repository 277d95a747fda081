"""The Prefect flows of an edition: ingest-extracts, estimate, publish-edition, and the run of them all.

Import this module after `flows.running.prefect_setup.prepare`. Parameters and results are paths, keys, digests and
counts: Prefect keeps them. Nothing is cached. Tried again is only what found the warehouse in use; what was refused
stays refused. A failure ends a flow as Failed with its message and a name that says who can act; Prefect gets no
exception to print, which could quote a cell.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from prefect import flow, runtime, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.states import Completed
from pydantic import Field

from flows.editions.arrived import MadeAnew
from flows.editions.publish import Published, estimate_edition, publish_edition
from flows.editions.schedule import Kind, edition_due, home_of_run
from flows.home import Home
from flows.intake.arrivals import QUIET_SECONDS, arrivals
from flows.intake.inbox import Outcome, empty_inbox, waiting
from flows.running.anew_task import all_anew, why_held
from flows.running.at_work import guarded_run
from flows.running.guarded import WHILE_IN_USE, failed, guarded, result_of, say
from flows.running.ingest_task import ingest_file, outcome_of
from flows.running.missed import stand_back
from flows.running.noted_flow import HELD, note_flow
from flows.running.shown import key_of, name_run, progress_bar, reached
from flows.running.shown_work import show_answers, show_edition, sources_told
from transforms.countries import country
from transforms.errors import EditionHeld, FileRejected, TipTrendsError, WrongArguments

INGESTED_PCT, ESTIMATED_PCT = 40.0, 50.0
"""Where the bar of an edition's progress stands after its first two steps."""

EditionName = Annotated[str, Field(pattern="^(annual-[0-9]{4}|quarterly-[0-9]{4}-Q[1-4]|monthly-[0-9]{4}-[0-9]{2})$")]
Quiet = Annotated[float, Field(ge=0, le=3600)]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunReport:
    """What a run did: the outcome of each file, the editions published, and seconds by step.

    `held` says why the edition was not made where home.toml holds it for a delivery that is missing; `anew` are earlier
    editions that were made again because deliveries have come. `started` is the reading of `time.perf_counter` when
    Prefect handed over to our code.
    """

    outcomes: tuple[Outcome, ...]
    published: tuple[Published, ...]
    started: float
    seconds: Mapping[str, float]
    held: EditionHeld | None = None
    anew: tuple[MadeAnew, ...] = ()

    @property
    def refusals(self) -> tuple[FileRejected, ...]:
        """Why files were rejected, in the order of the files."""
        return tuple(outcome.refusal for outcome in self.outcomes if outcome.refusal is not None)


@task(name="estimate", task_run_name="estimate {edition}", cache_policy=NO_CACHE, persist_result=False, **WHILE_IN_USE)
def _estimate(home: Path, edition: str, scope: str, as_of: date | None) -> str | State[str]:
    def work() -> str:
        say(f"{edition} in scope {scope}: counting")
        return estimate_edition(home, edition, scope=scope, as_of=as_of)

    return guarded(home, work)


@task(
    name="publish",
    task_run_name="publish {edition} for {audience}",
    cache_policy=NO_CACHE,
    persist_result=False,
    **WHILE_IN_USE,
)
def _publish(
    home: Path, edition: str, scope: str, audience: str, as_of: date | None, languages: tuple[str, ...]
) -> Published | State[Published]:
    def work() -> Published:
        say(f"{edition} for {audience}: protecting, rendering")
        done = publish_edition(home, edition, scope=scope, audience=audience, as_of=as_of, languages=languages)
        if done.archive_fault:
            say(done.archive_fault)
        return done

    return guarded(home, work)


@flow(name="ingest-extracts", flow_run_name="ingest", persist_result=False)
def ingest_extracts(
    home: Path,
    inbox: Path | None = None,
    quiet_seconds: Quiet = 0,
) -> tuple[Outcome, ...] | State[tuple[Outcome, ...]]:
    """Ingest every file of an inbox (by default the home's own); rejected files are outcomes and stop nothing.

    With `quiet_seconds` files of the home's own inbox that are still being copied are left there.
    """

    def work() -> tuple[Outcome, ...]:
        place = Home(folder=home).create()
        if inbox is None and quiet_seconds:
            found = arrivals(place, quiet_seconds=quiet_seconds)
            paths = tuple(sorted((*found.complete, *found.refused)))
            if found.arriving:
                say(f"{len(found.arriving)} files are still being copied and wait for the next run")
        else:
            paths = waiting(inbox or place.inbox)
        done = []
        for outcome in empty_inbox(home, inbox or place.inbox, _settled(home, len(paths)), paths):
            done.append(outcome)
            reached(INGESTED_PCT * len(done) / len(paths))
        if done:
            name_run(f"ingest {sources_told(done)}")
        return tuple(done)

    return guarded_run(home, work)


def _settled(home: Path, total: int) -> Any:
    numbers = iter(range(1, total + 1))

    def settle(path: Path) -> Outcome:
        return outcome_of(ingest_file(home, path, next(numbers), total, return_state=True))

    return settle


@flow(name="estimate", flow_run_name="estimate {edition}-{scope}", persist_result=False)
def estimate(home: Path, edition: str, scope: str, as_of: date | None = None) -> str | State[str]:
    """Count an edition, unprotected and for internal use; the result is the run under which `mart.counts` keeps it."""

    def work() -> str:
        run: str = result_of(_estimate(home, edition, scope, as_of, return_state=True))
        return run

    return guarded_run(home, work)


@flow(name="publish-edition", flow_run_name="publish {edition}-{scope}", persist_result=False)
def publish_audiences(
    home: Path,
    edition: str,
    scope: str,
    audiences: list[str],
    languages: list[str],
    as_of: date | None = None,
) -> tuple[Published, ...] | State[tuple[Published, ...]]:
    """Publish one edition for each audience."""

    def work() -> tuple[Published, ...]:
        done: list[Published] = []
        for audience in audiences:
            done.append(result_of(_publish(home, edition, scope, audience, as_of, tuple(languages), return_state=True)))
            reached(ESTIMATED_PCT + (100 - ESTIMATED_PCT) * len(done) / len(audiences))
        return tuple(done)

    return guarded_run(home, work)


@flow(name="run-edition", flow_run_name="{edition}-{scope}", persist_result=False)
def run_edition(
    home: Path,
    edition: str,
    scope: str,
    audiences: list[str],
    languages: list[str],
    inbox: Path | None = None,
    as_of: date | None = None,
    quiet_seconds: Quiet = 0,
) -> RunReport | State[RunReport]:
    """Ingest what waits, then publish; a rejected file does not hold up the edition."""

    def work() -> RunReport:
        return _edition_made(home, edition, scope, audiences, languages, inbox, as_of, quiet_seconds)

    return _telling_what_waits(guarded_run(home, work))


def _edition_made(
    home: Path,
    edition: str,
    scope: str,
    audiences: list[str],
    languages: list[str],
    inbox: Path | None,
    as_of: date | None,
    quiet_seconds: float,
) -> RunReport:
    """The work of a run, whose page in Prefect gets all that is shown of it."""
    started = time.perf_counter()
    with progress_bar(key_of("progress", edition.partition("-")[0]), f"{edition}, scope {scope}"):
        outcomes = result_of(ingest_extracts(home, inbox, quiet_seconds, return_state=True))
        show_answers(home, outcomes)
        ingested = estimated = time.perf_counter()
        published: tuple[Published, ...] = ()
        held = why_held(home, edition, scope, as_of)
        if held is None:
            result_of(estimate(home, edition, scope, as_of, return_state=True))
            reached(ESTIMATED_PCT)
            estimated = time.perf_counter()
            published = result_of(
                publish_audiences(home, edition, scope, audiences, languages, as_of, return_state=True)
            )
        made = time.perf_counter()
        anew = all_anew(home, edition, scope, languages) if as_of is None else ()
        for one in (*published, *(one.published for one in anew if one.published is not None)):
            show_edition(home, one)
    seconds = {
        "ingest": ingested - started,
        "estimate": estimated - ingested,
        "publish": made - estimated,
        **({"anew": time.perf_counter() - made} if anew else {}),
    }
    return RunReport(outcomes=outcomes, published=published, started=started, seconds=seconds, held=held, anew=anew)


def _scheduled_name() -> str:
    """The edition that a scheduled run makes and its scope, or only what kind where that cannot be told."""
    given = runtime.flow_run.parameters
    kind: Kind = given["kind"]
    try:
        scope = Home(folder=home_of_run(given.get("home"))).scope(given.get("scope"))
        return f"{_edition_of(kind, given.get('edition'), scope)}-{scope}"
    except TipTrendsError:
        return kind  # the run itself says what is wrong


def _edition_of(kind: Kind, edition: str | None, scope: str) -> str:
    """The edition that was asked for, else the one that was due when the run was; raises WrongArguments for another."""
    if edition is None:
        return edition_due(kind, runtime.flow_run.scheduled_start_time, country(scope).time_zone)
    if edition.partition("-")[0] != kind:
        raise WrongArguments(
            f"This deployment makes {kind} editions, and {edition} is none.",
            advice=f"Start the deployment of that name: run-scheduled/{edition.partition('-')[0]}.",
        )
    return edition


@flow(name="run-scheduled", flow_run_name=_scheduled_name, persist_result=False)
def run_scheduled(
    kind: Kind,
    edition: EditionName | None = None,
    home: Path | None = None,
    scope: str | None = None,
    quiet_seconds: Quiet = QUIET_SECONDS,
) -> RunReport | State[Any]:
    """Make the edition of the last complete month, quarter or year before the time the run was scheduled for.

    Of several that were missed only the newest is made; the others end as Skipped.

    Args:
        kind: Which edition: of the last complete month, quarter or year.
        edition: An edition to make, such as annual-2023, in place of the one that is due.
        home: Full path of the home; without it, the folder that TIP_TRENDS_HOME names where the run takes place.
        scope: world or a country code such as TM; without it, the country of the home.
        quiet_seconds: A file of the inbox that changed within so many seconds waits for the next run.
    """
    try:
        place = Home(folder=home_of_run(home))
    except TipTrendsError as expected:
        return failed(expected)

    named: list[str] = []

    def work() -> RunReport | State[Any]:
        if (skipped := stand_back()) is not None:
            return skipped
        where, settings = place.scope(scope), place.settings()
        named.append(_edition_of(kind, edition, where))
        return _edition_made(
            place.folder,
            named[0],
            where,
            list(settings.audiences),
            list(settings.languages),
            None,
            None,
            quiet_seconds,
        )

    done = _telling_what_waits(guarded_run(place.folder, work))
    note_flow(place, kind, done, edition=named[0] if named else "")
    return done


def _telling_what_waits(done: RunReport | State[Any]) -> RunReport | State[Any]:
    """A run in which files were rejected or drafts were made is complete, and its state says how many.

    One whose edition waits for deliveries is complete under the name Held, and its state says for which.
    """
    if isinstance(done, RunReport):
        published = (*done.published, *(one.published for one in done.anew if one.published is not None))
        drafts = sum(1 for one in published if not one.is_released)
        refused = [one for one in done.anew if one.refusal is not None]
        told = [done.held.message] if done.held else []
        told += [f"{len(done.refusals)} of {len(done.outcomes)} files were rejected"] if done.refusals else []
        told += [f"{drafts} of {len(published)} editions are drafts that wait for two persons"] if drafts else []
        told += [f"{one.key} could not be made anew: {one.refusal.message}" for one in refused if one.refusal]
        if told:
            return Completed(name=HELD if done.held else "Completed", message="; ".join(told), data=done)
    return done
