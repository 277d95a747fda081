"""The Prefect flows: ingest-extracts, estimate, publish-edition, and the run of them all.

Import this module after `flows.running.prefect_setup.prepare`. Parameters and results are paths, keys, digests and
counts: Prefect keeps them. Nothing is retried, because refused data stays refused, and nothing is cached. A failure
ends a flow as Failed with its message; Prefect gets no exception to print, which could quote a cell.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from prefect import flow, runtime, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows.clock import now
from flows.editions.arrived import MadeAnew, make_anew
from flows.editions.held import refuse_held
from flows.editions.lacking import Anew, to_make_anew
from flows.editions.publish import Published, estimate_edition, publish_edition
from flows.editions.schedule import Kind, edition_due, home_of_run
from flows.home import Home
from flows.intake.inbox import Outcome, empty_inbox, ingest_each
from flows.running.guarded import failed, guarded, result_of, say
from flows.running.run_log import note_run, outcome_of
from flows.running.status_pages import refresh
from transforms.countries import country
from transforms.errors import EditionHeld, FileRejected, IdentifierFound, TipTrendsError
from transforms.status import PastRun, RunOutcome

HELD = "Held"
"""Name of the state of a run whose edition waits for deliveries."""


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


@task(name="ingest-file", task_run_name="ingest-file", cache_policy=NO_CACHE, persist_result=False, retries=0)
def _ingest_file(home: Path, path: Path) -> Outcome | State[Outcome]:
    def work() -> Outcome:
        outcome = next(ingest_each(home, [path]))
        accepted = outcome.acceptance
        if isinstance(outcome.refusal, IdentifierFound):
            say("a file that holds identifiers: rejected")  # its name may be one, and Prefect keeps what is said
        elif accepted is None:
            say(f"{path.name}: rejected")
        else:
            say(f"{path.name}: {accepted.verdict}, {accepted.rows_accepted} of {accepted.rows_read} rows")
        return outcome

    return guarded(home, work)


@task(name="estimate", task_run_name="estimate", cache_policy=NO_CACHE, persist_result=False, retries=0)
def _estimate(home: Path, edition: str, scope: str, as_of: date | None) -> str | State[str]:
    def work() -> str:
        say(f"{edition} in scope {scope}: counting")
        return estimate_edition(home, edition, scope=scope, as_of=as_of)

    return guarded(home, work)


@task(name="publish", task_run_name="publish-{audience}", cache_policy=NO_CACHE, persist_result=False, retries=0)
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


@task(name="make-anew", task_run_name="make-anew", cache_policy=NO_CACHE, persist_result=False, retries=0)
def _make_anew(
    home: Path, anew: Anew, languages: tuple[str, ...]
) -> tuple[MadeAnew, ...] | State[tuple[MadeAnew, ...]]:
    def work() -> tuple[MadeAnew, ...]:
        say(f"{anew.key.edition}: has come since it was made or held: {', '.join(anew.arrived)}; making it anew")
        return make_anew(home, anew, languages)

    return guarded(home, work)


@flow(name="ingest-extracts", persist_result=False)
def ingest_extracts(home: Path, inbox: Path | None = None) -> tuple[Outcome, ...] | State[tuple[Outcome, ...]]:
    """Ingest every file of an inbox (by default the home's own); rejected files are outcomes and stop nothing."""

    def settle(path: Path) -> Outcome:
        outcome: Outcome = result_of(_ingest_file(home, path, return_state=True))
        return outcome

    def work() -> tuple[Outcome, ...]:
        return tuple(empty_inbox(home, inbox or Home(folder=home).create().inbox, settle))

    return guarded(home, work)


@flow(name="estimate", persist_result=False)
def estimate(home: Path, edition: str, scope: str, as_of: date | None = None) -> str | State[str]:
    """Count an edition, unprotected and for internal use; the result is the run under which `mart.counts` keeps it."""

    def work() -> str:
        run: str = result_of(_estimate(home, edition, scope, as_of, return_state=True))
        return run

    return guarded(home, work)


@flow(name="publish-edition", persist_result=False)
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
        return tuple(
            result_of(_publish(home, edition, scope, audience, as_of, tuple(languages), return_state=True))
            for audience in audiences
        )

    return guarded(home, work)


@flow(name="run-edition", flow_run_name="{edition}-{scope}", persist_result=False)
def run_edition(
    home: Path,
    edition: str,
    scope: str,
    audiences: list[str],
    languages: list[str],
    inbox: Path | None = None,
    as_of: date | None = None,
) -> RunReport | State[RunReport]:
    """Ingest what waits, then publish; a rejected file does not hold up the edition."""

    def work() -> RunReport:
        started = time.perf_counter()
        outcomes = result_of(ingest_extracts(home, inbox, return_state=True))
        ingested = estimated = time.perf_counter()
        published: tuple[Published, ...] = ()
        held = _held(home, edition, scope, as_of)
        if held is None:
            result_of(estimate(home, edition, scope, as_of, return_state=True))
            estimated = time.perf_counter()
            published = result_of(
                publish_audiences(home, edition, scope, audiences, languages, as_of, return_state=True)
            )
        made = time.perf_counter()
        anew = _all_anew(home, edition, scope, languages) if as_of is None else ()
        seconds = {
            "ingest": ingested - started,
            "estimate": estimated - ingested,
            "publish": made - estimated,
            **({"anew": time.perf_counter() - made} if anew else {}),
        }
        return RunReport(outcomes=outcomes, published=published, started=started, seconds=seconds, held=held, anew=anew)

    return _telling_what_waits(guarded(home, work))


@flow(name="run-scheduled", flow_run_name="{kind}", persist_result=False)
def run_scheduled(kind: Kind, home: Path | None = None, scope: str | None = None) -> RunReport | State[RunReport]:
    """Make the edition of the last complete month, quarter or year before the time the run was scheduled for.

    `home` is the folder TIP_TRENDS_HOME names where the run takes place, unless given; `scope` is the home's country.
    """
    try:
        place = Home(folder=home_of_run(home))
    except TipTrendsError as expected:
        return failed(expected)

    def work() -> RunReport:
        where, settings = place.scope(scope), place.settings()
        edition = edition_due(kind, runtime.flow_run.scheduled_start_time, country(where).time_zone)
        languages = list(settings.languages)
        report: RunReport = result_of(
            run_edition(place.folder, edition, where, list(settings.audiences), languages, return_state=True)
        )
        return report

    done = _telling_what_waits(guarded(place.folder, work))
    _note(place, kind, done)
    refresh(place, scope)
    return done


def _note(home: Home, kind: Kind, done: RunReport | State[RunReport]) -> None:
    """Write down that a scheduled run ended, and how; without Prefect's records too."""
    outcome: RunOutcome = "done"
    if isinstance(done, State) and isinstance(done.data, BaseException):
        outcome = outcome_of(done.data)
    elif isinstance(done, State) and done.name == HELD:
        outcome = "held"
    note_run(home, PastRun(what=kind, ended_at=now(), outcome=outcome))


def _held(home: Path, edition: str, scope: str, as_of: date | None) -> EditionHeld | None:
    """Why the edition is not to be made; None where it is."""
    try:
        refuse_held(home, edition, scope, as_of, now)
    except EditionHeld as held:
        say(held.message)
        return held.bare()
    return None


def _all_anew(home: Path, edition: str, scope: str, languages: list[str]) -> tuple[MadeAnew, ...]:
    """The earlier editions that lacked what has come since, made again."""
    found: list[MadeAnew] = []
    for anew in to_make_anew(home, scope):
        if anew.key.edition != edition:
            found += result_of(_make_anew(home, anew, tuple(languages), return_state=True))
    return tuple(found)


def _telling_what_waits(done: RunReport | State[RunReport]) -> RunReport | State[RunReport]:
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
