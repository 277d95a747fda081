"""Editions that were made, or held, without deliveries that have come since: they are made anew.

A draft is made; the edition that readers have stays as it is until two persons release the new one.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from flows.clock import Clock, now
from flows.editions.manifests import MANIFEST, folder_of
from flows.editions.planned import latest_vintage
from flows.editions.publish import Published, publish_edition
from flows.editions.runs import runs_in
from flows.holdings.status import Coverage, coverage_of, of_period
from flows.home import Home
from flows.warehouse import read_warehouse
from transforms.countries import Country, country
from transforms.errors import NoData, TipTrendsError, WrongArguments
from transforms.ledger.entries import Key
from transforms.ledger.runs import MadeRun
from transforms.periods import period


@dataclass(frozen=True, slots=True, kw_only=True)
class Anew:
    """One edition that was made without deliveries, as `source body period`, which have come since.

    `key` has no audience where it was held for all.
    """

    key: Key
    arrived: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeAnew:
    """What became of one of them: where it lies, or why it could not be made."""

    anew: Anew
    key: Key
    published: Published | None = None
    refusal: TipTrendsError | None = None


def to_make_anew(home: Path, scope: str) -> tuple[Anew, ...]:
    """Editions of a scope whose last run lacked deliveries that are there now, in the order in which they were made."""
    try:
        with read_warehouse(home) as con:
            last = _last_runs(runs_in(con), scope)
            if not any(run.awaited for run in last):
                return ()
            profile = country(scope)
            held = coverage_of(con, scope, latest_vintage(con))
    except NoData:
        return ()
    found = (Anew(key=run.key, arrived=_arrived(run, profile, held)) for run in last)
    return tuple(one for one in found if one.arrived)


def make_anew(home: Path, anew: Anew, languages: Sequence[str], clock: Clock = now) -> tuple[MadeAnew, ...]:
    """Make an edition again for the audience it was made for, or for those of the home where it was held.

    In the languages that it had, else in those given. What is refused is told and stops nothing else.
    """
    place = Home(folder=home)
    audiences = (anew.key.audience,) if anew.key.audience else place.settings().audiences
    return tuple(
        _made(home, anew, Key(scope=anew.key.scope, edition=anew.key.edition, audience=audience), languages, clock)
        for audience in audiences
    )


def _made(home: Path, anew: Anew, key: Key, languages: Sequence[str], clock: Clock) -> MadeAnew:
    try:
        published = publish_edition(
            home,
            key.edition,
            scope=key.scope,
            audience=key.audience,
            as_of=None,
            languages=_languages(Home(folder=home), key) or languages,
            clock=clock,
        )
    except TipTrendsError as refusal:
        return MadeAnew(anew=anew, key=key, refusal=refusal.bare())
    return MadeAnew(anew=anew, key=key, published=published)


def _last_runs(runs: Sequence[MadeRun], scope: str) -> tuple[MadeRun, ...]:
    """The last run of each edition; one that was held counts until the edition was made for some audience."""
    last: dict[Key, MadeRun] = {}
    for run in runs:
        if run.scope != scope:
            continue
        last.pop(run.key, None)
        if run.audience:
            last.pop(Key(scope=scope, edition=run.edition, audience=""), None)
        last[run.key] = run
    return tuple(last.values())


def _arrived(run: MadeRun, profile: Country, held: Coverage) -> tuple[str, ...]:
    return tuple(one for one in run.awaited if _has_come(one, profile, held))


def _has_come(awaited: str, profile: Country, held: Coverage) -> bool:
    source, body, code = awaited.split(" ")
    try:
        covered = period(code)
    except WrongArguments:
        return False
    deadlines = [
        d for d in profile.deadlines if (d.source, d.body or "-", d.frequency) == (source, body, covered.frequency)
    ]
    return any(of_period(deadline, held, covered).received is not None for deadline in deadlines)


def _languages(home: Home, key: Key) -> tuple[str, ...]:
    """The languages in which an edition was drafted or released last; empty where it never was."""
    for under in (home.drafts, home.editions):
        try:
            return tuple(json.loads((folder_of(under, key) / MANIFEST).read_bytes())["languages"])
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return ()
