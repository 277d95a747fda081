"""When a home was last backed up, as the folder of its backups tells."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flows.clock import Clock
from flows.home import Home
from flows.running.check import Check, unwell, well
from flows.warehouse import read_warehouse
from transforms.errors import TipTrendsError
from transforms.messages import counted, said

OVERDUE = timedelta(days=8)
"""A home in use is backed up every night, or at least every week."""
_SNAPSHOT = re.compile(r"\d{6,}-(\d{8}T\d{6}Z)")


def last_backup(home: Home) -> datetime | None:
    """The moment of the newest backup in the folder that home.toml names, else in the one beside the home."""
    try:
        names = [path.name for path in (_folder(home) / "snapshots").iterdir()]
    except (OSError, TipTrendsError):
        return None
    moments = [
        datetime.strptime(found[1], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        for name in names
        if (found := _SNAPSHOT.fullmatch(name))
    ]
    return max(moments, default=None)


def backup(home: Home, clock: Clock) -> Check:
    """Whether there is a backup that is not older than a week; a home of a few days may have none yet."""
    label = said("Backup")
    made, present = last_backup(home), clock()
    if made is not None:
        days = (present - made).days
        told = said("the last one is of {moment} UTC", moment=f"{made:%Y-%m-%d %H:%M}")
        if present - made <= OVERDUE:
            return well("backup", label, told)
        late = counted("{n} day ago", "{n} days ago", days)
        return unwell("backup", label, (told, late), _MAKE)
    first = _first_extract(home)
    if first is None or present - first <= OVERDUE:
        return well("backup", label, said("no backup yet"))
    return unwell(
        "backup",
        label,
        counted("no backup yet, and data for {n} day", "no backup yet, and data for {n} days", (present - first).days),
        _MAKE,
    )


_MAKE = said("Make one now, onto another disk: tip-trends backup. The schedule makes one every night.")


def _folder(home: Home) -> Path:
    said_there = getattr(getattr(home.settings(), "backup", None), "folder", "")
    whole = home.folder.resolve()
    return home.folder / Path(said_there).expanduser() if said_there else whole.with_name(f"{whole.name}-backups")


def _first_extract(home: Home) -> datetime | None:
    """When the first extract was loaded; None for a home without data."""
    try:
        with read_warehouse(home.folder) as con:
            (row,) = con.execute("SELECT min(loaded_at) FROM raw.vintages").fetchall()
    except TipTrendsError:
        return None
    return None if row[0] is None else datetime.fromisoformat(row[0])
