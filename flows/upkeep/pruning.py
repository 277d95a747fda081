"""Old backups removed by a declared rule and no other way.

Two rules there are. The one of `home.toml` says of how many days, weeks and months the last backup stays. The one of
retention says after how many days no backup may hold what was deleted from the home. The newest backup always stays,
and of those whose ledger was not sound none takes the place of a sound one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

from flows.clock import Clock, now
from flows.editions.deleted import Deleted, deleted
from flows.editions.ledger import chain_of
from flows.home import BackupSettings, Home
from flows.upkeep.encryption import Damaged
from flows.upkeep.place import place_of, store_to_read
from flows.upkeep.snapshot import Snapshot
from flows.upkeep.store import Store, alone_in, has_store
from flows.warehouse import look_into_warehouse
from transforms.errors import NoData, TipTrendsError, WrongArguments
from transforms.ledger.entries import instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Pruned:
    """Names of the backups that were removed, how many stay, and the pieces and bytes that nobody needed any more.

    `after_retention` are those among the removed that held what was deleted from the home; `is_newest_overdue` is true
    where the newest one still does, which stays until there is a newer one.
    """

    removed: tuple[str, ...]
    after_retention: tuple[str, ...]
    is_newest_overdue: bool
    kept: int
    pieces: int
    freed_bytes: int


def prune_backups(home: Path, *, backups: Path | None = None, clock: Clock = now) -> Pruned:
    """Remove what the rules do not keep, and write down what and why.

    Raises WrongArguments where there is no rule, NoData, ReleaseRefused for a home whose ledger is not sound,
    TipTrendsError for a damaged store, WarehouseInUse.
    """
    rule = Home(folder=home).settings().backup
    gone = _deleted_from(home)
    if not rule.has_rule and not gone:
        raise WrongArguments(
            "home.toml has no rule which backups stay, so all of them do.",
            advice="Write under the line [backup], for instance: keep_daily = 14, keep_weekly = 8, keep_monthly = 24.",
        )
    place = place_of(home, backups)
    if not has_store(place.folder):
        raise NoData(f"There are no backups in {place.folder}.", advice="Make one with: tip-trends backup --to DIR")
    with alone_in(place.folder):
        store = store_to_read(place)
        snapshots, moment = _all_of(store), clock()
        sound = {name: snapshot for name, snapshot in snapshots.items() if snapshot.is_sound}
        newest = set(list(snapshots)[-1:])
        overdue = {name for name, snapshot in snapshots.items() if _is_overdue(snapshot, gone, moment)}
        kept = ((kept_by(rule, sound) if rule.has_rule else set(snapshots)) - overdue) | newest
        removed = tuple(name for name in snapshots if name not in kept)
        after_retention = tuple(name for name in removed if name in overdue)
        if removed:
            numbers = {key: value for key, value in asdict(rule).items() if key.startswith("keep_")}
            told = {"backups": list(removed), "rule": numbers, "after_retention": list(after_retention)}
            store.note({"at": instant(moment), "act": "removed", **told})
        for name in removed:
            store.forget(name)
        used = frozenset(piece for name in kept for piece in snapshots[name].pieces)
        pieces, freed = store.remove_unused(used)
    return Pruned(
        removed=removed,
        after_retention=after_retention,
        is_newest_overdue=bool(newest & overdue),
        kept=len(kept),
        pieces=pieces,
        freed_bytes=freed,
    )


def _deleted_from(home: Path) -> tuple[Deleted, ...]:
    """What the ledger of the home says was deleted after its time."""
    try:
        with look_into_warehouse(home) as con:
            return deleted(con, chain_of(con, Home(folder=home)).entries)
    except NoData:
        return ()


def _is_overdue(snapshot: Snapshot, gone: Iterable[Deleted], moment: datetime) -> bool:
    """Whether a backup of before a deletion holds something of that extract, and the days for that are over."""
    extracts = snapshot.extracts
    return any(
        one.sha256 in extracts
        and snapshot.moment < datetime.fromisoformat(one.at)
        and moment >= datetime.fromisoformat(one.at) + timedelta(days=one.backups_days)
        for one in gone
    )


def kept_by(rule: BackupSettings, snapshots: Mapping[str, Snapshot]) -> set[str]:
    """Names of the snapshots (oldest first) that a rule keeps: the last of each of the last days, weeks and months.

    Days are those of UTC; only days on which a backup was made count.
    """
    periods: tuple[tuple[int, Callable[[datetime], str]], ...] = (
        (rule.keep_daily, lambda moment: f"{moment:%Y-%m-%d}"),
        (rule.keep_weekly, lambda moment: f"{moment:%G-%V}"),
        (rule.keep_monthly, lambda moment: f"{moment:%Y-%m}"),
    )
    kept: set[str] = set()
    for number, period_of in periods:
        last = {period_of(snapshot.moment): name for name, snapshot in snapshots.items()}
        kept |= set(_last(last.values(), number))
    return kept


def _last(names: Iterable[str], number: int) -> list[str]:
    return list(names)[-number:] if number else []


def _all_of(store: Store) -> dict[str, Snapshot]:
    """Every snapshot; raises TipTrendsError where one cannot be read, because nobody knows what it needs."""
    found = {}
    for name in store.names():
        try:
            found[name] = store.snapshot(name)
        except Damaged:
            raise TipTrendsError(
                f"The list of files of backup {name} is damaged, so nothing was removed.",
                advice=f"Move {store.folder / 'snapshots' / name} away, then run it again; that backup cannot be used.",
            ) from None
    return found
