"""How a home stands, gathered from its warehouse, ledger, logs and disk; nothing in it is changed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb

from flows.check import Check, Checker, unwell, well
from flows.clock import Clock, day_in, day_of, now
from flows.editions.lacking import to_make_anew
from flows.editions.ledger import chain_alone
from flows.editions.manifests import MANIFEST, folder_of, manifests_under
from flows.editions.runs import runs_in
from flows.holdings.status import delivered, expected
from flows.home import Home
from flows.notices.due import due_notices
from flows.notices.journal import Journal, read_journal
from flows.running import home_checks
from flows.running.next_runs import next_runs
from flows.running.run_log import last_runs
from flows.running.schema_check import schema_found
from flows.upkeep.health import quick_findings
from flows.warehouse import read_warehouse
from transforms.countries import Country, country
from transforms.errors import TipTrendsError
from transforms.indicators.as_of import withdrawn
from transforms.ledger.entries import Entry, Key
from transforms.ledger.states import EditionState, keys_of, state_of
from transforms.messages import counted, said
from transforms.status import (
    Arrived,
    BackTest,
    DueDelivery,
    EditionLine,
    Health,
    HomeStatus,
    NoticeState,
)
from transforms.status import EditionState as Standing

MOST_RUNS = 8
MOST_RELEASED = 3
"""Released editions of each kind and audience that are listed; the archive has all."""
QUICK: tuple[Checker, ...] = (
    home_checks.access,
    home_checks.disk,
    home_checks.settings,
    home_checks.left_overs,
    home_checks.clock_check,
)
"""Checks that take no time; doctor has all, and reads every released manifest besides."""


def home_status(home: Home, scope: str, clock: Clock = now) -> HomeStatus:
    """The state of a home; raises NoData for an empty one, WarehouseInUse while another process writes."""
    profile = country(scope)
    moment = clock().astimezone(ZoneInfo(profile.time_zone))
    today = moment.date()
    with read_warehouse(home.folder) as con:
        arrived = tuple(_arrived(con, scope))
        due = tuple(_due(con, profile, today))
        notices = tuple(_notices(con, home, profile, today))
        backtests = tuple(_backtests(con, scope))
        entries, ledger = _ledger(con, home)
        schema = schema_found(con, home)
        held = _held(con, scope)
    anew = tuple(_anew(home, scope))
    held = tuple(one for one in held if one.edition not in {other.edition for other in anew})
    editions = (*anew, *held, *_editions(home, scope, entries))
    checks = (*(check(home, clock) for check in QUICK), *quick_findings(home, clock=clock), schema, ledger)
    return HomeStatus(
        scope=scope,
        at=moment,
        time_zone=profile.time_zone,
        names=_names(profile),
        is_fictional=profile.is_fictional,
        has_deadlines=bool(profile.deadlines),
        arrived=arrived,
        due=due,
        notices=notices,
        editions=editions,
        last_runs=last_runs(home, MOST_RUNS),
        next_runs=next_runs(moment, profile.time_zone),
        health=tuple(_health(check) for check in checks),
        backtests=backtests,
    )


def _arrived(con: duckdb.DuckDBPyConnection, scope: str) -> Iterator[Arrived]:
    loaded = dict(
        con.execute(
            "SELECT source, arg_max(loaded_at, (vintage_date, vintage_id)) FROM raw.vintages "
            f"WHERE vintage_id NOT IN ({withdrawn('')}) GROUP BY source"
        ).fetchall()
    )
    for one in delivered(con):
        at = loaded.get(one.source)
        yield Arrived(
            source=one.source,
            extracts=one.vintages,
            withdrawn=one.withdrawn,
            latest=one.latest,
            loaded_on=None if at is None else day_in(scope, datetime.fromisoformat(at)),
        )


def _due(con: duckdb.DuckDBPyConnection, profile: Country, today: date) -> Iterator[DueDelivery]:
    for one in expected(con, profile, as_of=today):
        yield DueDelivery(
            source=one.source,
            body=one.body,
            period=one.period.code,
            due=one.due,
            received=one.received,
            state=one.state(today),
        )


def _notices(con: duckdb.DuckDBPyConnection, home: Home, profile: Country, today: date) -> Iterator[NoticeState]:
    journal = Journal()
    with suppress(TipTrendsError):  # doctor says what is wrong with it
        journal = read_journal(home.notices)
    for one in due_notices(con, profile, today):
        last = {
            (sending.channel, sending.address): sending for sending in journal.sendings if sending.notice == one.name
        }
        yield NoticeState(
            to=one.to,
            source=one.source,
            period=one.period,
            stage=one.stage,
            is_written=journal.is_written(one.name),
            unsent=sum(1 for sending in last.values() if sending.outcome != "sent"),
        )


def _ledger(con: duckdb.DuckDBPyConnection, home: Home) -> tuple[tuple[Entry, ...], Check]:
    """The entries as far as they can be read, and whether both copies agree; documents are left to doctor."""
    label = said("Ledger")
    try:
        entries = chain_alone(con, home).entries
    except TipTrendsError as problem:
        return (), unwell("ledger", label, problem.reason, problem.remedy)
    if not entries:
        return entries, well("ledger", label, said("nothing was published yet"))
    told = counted("{n} entry in two copies that agree", "{n} entries in two copies that agree", len(entries))
    return entries, well("ledger", label, told)


def _editions(home: Home, scope: str, entries: tuple[Entry, ...]) -> Iterator[EditionLine]:
    """What waits, and of each kind and audience the last ones that were released."""
    drafts = {key for key, _ in manifests_under(home.drafts) if key.scope == scope}
    keys = [key for key in keys_of(entries) if key.scope == scope]
    states = {key: state_of(entries, key) for key in sorted({*keys, *drafts}, key=str)}
    yield from (line for key, state in states.items() for line in _waiting(home, state, has_draft=key in drafts))
    released: dict[tuple[str, str], list[EditionState]] = {}
    for key, state in states.items():
        if state.released is not None:
            released.setdefault((key.kind, key.audience), []).append(state)
    for listed in released.values():
        youngest = sorted(listed, key=lambda one: one.released.acted_at if one.released else "")[-MOST_RELEASED:]
        yield from (_released(home, one) for one in reversed(youngest))


def _waiting(home: Home, state: EditionState, *, has_draft: bool) -> Iterator[EditionLine]:
    missing = _missing(home.drafts, state.key)
    if state.proposal is not None:
        yield _line(state.key, "proposed: waits for approval", state.proposal, missing)
    elif state.refusal is not None:
        yield _line(state.key, "refused", state.refusal, missing)
    elif has_draft:
        yield _line(state.key, "draft: not proposed", None, missing)


def _released(home: Home, state: EditionState) -> EditionLine:
    if state.withdrawal is not None:
        return _line(state.key, "withdrawn", state.withdrawal, ())
    return _line(state.key, "released", state.released, _missing(home.editions, state.key))


def _line(key: Key, state: Standing, entry: Entry | None, missing: tuple[str, ...]) -> EditionLine:
    return EditionLine(
        edition=key.edition,
        scope=key.scope,
        audience=key.audience,
        state=state,
        as_of=None if entry is None else date.fromisoformat(entry.as_of),
        on=None if entry is None else day_of(entry),
        by="" if entry is None else entry.person,
        awaited=missing,
    )


def _missing(under: Path, key: Key) -> tuple[str, ...]:
    """The deliveries that an edition in a folder was made without, by the manifest there."""
    try:
        document = json.loads((folder_of(under, key) / MANIFEST).read_bytes())
        awaited = (document.get("provisional") or {}).get("awaited") or ()
        return tuple(f"{one['source']} {one['body'] or '-'} {one['period']}" for one in awaited)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return ()


def _held(con: duckdb.DuckDBPyConnection, scope: str) -> tuple[EditionLine, ...]:
    """Editions that were held and not made since."""
    last: dict[str, EditionLine] = {}
    for run in runs_in(con):
        if run.scope != scope:
            continue
        last.pop(run.edition, None)
        if run.act == "held":
            last[run.edition] = EditionLine(
                edition=run.edition,
                scope=scope,
                audience="",
                state="held",
                as_of=date.fromisoformat(run.as_of),
                on=day_in(scope, datetime.fromisoformat(run.made_at)),
                awaited=run.awaited,
            )
    return tuple(last.values())


def _anew(home: Home, scope: str) -> Iterator[EditionLine]:
    for one in to_make_anew(home.folder, scope):
        yield EditionLine(
            edition=one.key.edition,
            scope=scope,
            audience=one.key.audience,
            state="to be made anew",
            awaited=one.arrived,
        )


def _backtests(con: duckdb.DuckDBPyConnection, scope: str) -> Iterator[BackTest]:
    """Of the last run whose answers are kept."""
    kept = {run_id for (run_id,) in con.execute("SELECT DISTINCT run_id FROM mart.estimates").fetchall()}
    run = next((run for run in reversed(runs_in(con)) if run.scope == scope and run.counts_id in kept), None)
    if run is None:
        return
    answers = con.execute(
        "SELECT estimate_key, answer FROM mart.estimates WHERE run_id = ? AND starts_with(estimate_key, 'nowcast:') "
        "ORDER BY estimate_key",
        [run.counts_id],
    ).fetchall()
    for key, answer in answers:
        tested = (json.loads(answer).get("details") or {}).get("backtest")
        if tested and tested["nowcasts"]:
            yield _backtest(key.partition(":")[2], tested)


def _backtest(series: str, tested: Mapping[str, float | None]) -> BackTest:
    def percent(share: float | None) -> float | None:
        return None if share is None else 100 * share

    return BackTest(
        series=series,
        periods=int(tested["nowcasts"] or 0),
        level_pct=100 * (tested["level"] or 0),
        covered_pct=percent(tested["covered"]),
        error_pct=tested["error_pct"],
        uncorrected_error_pct=tested["uncorrected_error_pct"],
    )


def _health(check: Check) -> Health:
    return Health(name=check.name, label=check.label, is_well=check.is_well, told=check.told, mend=check.mend)


def _names(profile: Country) -> dict[str, dict[str, str]]:
    """Names of the scope and of its bodies, by code and language."""
    named = {profile.code: profile.names, **{body.code: body.names for body in profile.bodies}}
    return {code: {str(language): text for language, text in names.items()} for code, names in named.items()}
