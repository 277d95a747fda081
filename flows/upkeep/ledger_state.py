"""Where the ledger of a home stands, whatever state the home is in, and how two such states fit together."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb

from flows.editions.ledger import chain_of
from flows.home import Home
from flows.upkeep.snapshot import LedgerState
from flows.warehouse import has_table, warehouse_as_it_is
from transforms.errors import NoData, ReleaseRefused, TipTrendsError, WarehouseInUse
from transforms.ledger.entries import Entry, entry_of, first_broken
from transforms.tables import ENTRIES


def ledger_state(home: Path) -> LedgerState:
    """The chain in both copies, or why it is not sound; changes nothing. Raises WarehouseInUse.

    A home of a version that had no ledger has an empty one.
    """
    has_copy = Home(folder=home).ledger.exists()
    try:
        with warehouse_as_it_is(home) as con:
            if has_table(con, ENTRIES):
                return LedgerState(hashes=tuple(entry.hash for entry in chain_of(con, Home(folder=home)).entries))
        return LedgerState(fault="The ledger in warehouse.duckdb is missing." if has_copy else "")
    except WarehouseInUse:
        raise
    except NoData:
        return LedgerState(fault="warehouse.duckdb is missing, although there is a ledger.jsonl." if has_copy else "")
    except TipTrendsError as problem:
        return LedgerState(fault=problem.message)
    except duckdb.Error:  # its message could quote what it read
        return LedgerState(fault="The ledger in warehouse.duckdb cannot be read.")


def entries_in(copy: bytes) -> tuple[Entry, ...]:
    """The entries of a `ledger.jsonl` up to the first line that is altered or does not follow from those before it."""
    found: list[Entry] = []
    for line in copy.decode("utf-8", "replace").splitlines():
        try:
            found.append(entry_of(line))
        except ReleaseRefused:
            break
    broken = first_broken(found)
    return tuple(found if broken is None else found[: broken - 1])


def parts_at(earlier: Sequence[str], later: Sequence[str]) -> int | None:
    """The first entry, counted from 1, in which two chains differ; None where the earlier one begins the later."""
    for place, (one, other) in enumerate(zip(earlier, later, strict=False), start=1):
        if one != other:
            return place
    return len(later) + 1 if len(earlier) > len(later) else None
