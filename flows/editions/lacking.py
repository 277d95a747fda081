"""Editions whose last run lacked deliveries that are there now; told by the run ledger and what was delivered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from flows.editions.runs import runs_in
from flows.holdings.status import Coverage, coverage_of, of_period
from flows.holdings.withdrawals import latest_vintage
from flows.warehouse import read_warehouse
from transforms.countries import Country, country
from transforms.errors import NoData, WrongArguments
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
