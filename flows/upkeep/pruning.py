"""Old backups removed by a declared rule and no other way: the last of so many days, weeks and months stays.

The newest backup always stays, and of those whose ledger was not sound none takes the place of a sound one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from flows.clock import Clock, now
from flows.home import BackupSettings, Home
from flows.upkeep.encryption import Damaged
from flows.upkeep.place import place_of, store_to_write
from flows.upkeep.snapshot import Snapshot
from flows.upkeep.store import Store, alone_in
from transforms.errors import NoData, TipTrendsError, WrongArguments
from transforms.ledger.entries import instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Pruned:
    """Names of the backups that were removed, how many stay, and the pieces and bytes that nobody needed any more."""

    removed: tuple[str, ...]
    kept: int
    pieces: int
    freed_bytes: int


def prune_backups(home: Path, *, backups: Path | None = None, clock: Clock = now) -> Pruned:
    """Remove what the rule under [backup] in `home.toml` does not keep, and write down what and why.

    Raises WrongArguments where there is no rule, NoData, TipTrendsError for a damaged store, WarehouseInUse.
    """
    rule = Home(folder=home).settings().backup
    if not rule.has_rule:
        raise WrongArguments(
            "home.toml has no rule which backups stay, so all of them do.",
            advice="Write under the line [backup], for instance: keep_daily = 14, keep_weekly = 8, keep_monthly = 24.",
        )
    place = place_of(home, backups)
    if not place.folder.is_dir():
        raise NoData(f"There are no backups in {place.folder}.", advice="Make one with: tip-trends backup --to DIR")
    with alone_in(place.made()):
        store = store_to_write(place, may_be_open=True)
        snapshots = _all_of(store)
        kept = kept_by(rule, {name: snapshot for name, snapshot in snapshots.items() if snapshot.is_sound})
        kept |= set(list(snapshots)[-1:])
        removed = tuple(name for name in snapshots if name not in kept)
        if removed:
            told = {key: value for key, value in asdict(rule).items() if key.startswith("keep_")}
            store.note({"at": instant(clock()), "act": "removed", "backups": list(removed), "rule": told})
        for name in removed:
            store.forget(name)
        used = frozenset(piece for name in kept for piece in snapshots[name].pieces)
        pieces, freed = store.remove_unused(used)
    return Pruned(removed=removed, kept=len(kept), pieces=pieces, freed_bytes=freed)


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
