"""What a supplier may be shown beside its own figures: national ones that do not tell how few stand in others' lists.

The reader knows who is in its own list, so a national count tells it national minus own: the persons in lists of others
alone. With two bodies that is the other body. So it is *their* counts that are protected: small ones are withheld, and
then enough others that none can be worked out from sums, as in every edition. The own part of each national count is
taken as known to the reader, exactly and at the national place and date: it knows less, so this is on the safe side.
Own counts need no protection from their owner, and nothing that the public edition withholds is shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np

from transforms.disclosure import suppression
from transforms.disclosure.audit import Ranges, checked_cells, exposed
from transforms.disclosure.cells import CountCell, CountTable, TableSet
from transforms.disclosure.equations import link
from transforms.disclosure.linked import LinkedCells, inconsistent
from transforms.disclosure.policy import Policy
from transforms.disclosure.released import _SEAL, ReleasedCell, ReleasedEdition, ReleasedTable, SourceUsed
from transforms.disclosure.returned import Delivered, ReleasedReturn
from transforms.disclosure.rounding import refuse_rounding
from transforms.errors import ReleaseRefused

Places = Mapping[str, Mapping[tuple[str, ...], float | None]]
"""Values of tables by key and place."""
SCOPE_OF_AUDIT = (
    "All national figures of this return together with the body's own part of each, which it is taken to know. "
    "Earlier returns, editions for other audiences and what several bodies tell one another are not covered."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What a return compares: `within` is the body's part of each national count, `delivered` its own figures.

    `public` holds the cells of the public edition, None where it shows none.
    """

    national: TableSet
    within: Places
    delivered: tuple[CountTable, ...]
    public: Places


def release_return(
    compared: Compared,
    rules: Policy,
    *,
    body: str,
    edition: str,
    scope: str,
    as_of: date,
    run_id: str,
    code_version: str,
    created_from: Sequence[SourceUsed],
    context: Mapping[str, Any],
    languages: Sequence[str],
    deliveries: Sequence[Delivered],
) -> ReleasedReturn:
    """The return of one body, ready to be shown.

    Raises ReleaseRefused, naming tables, when the public edition is not what these counts give, when counts contradict
    each other, or when a count of others could be worked out.
    """
    refuse_rounding(rules)
    try:
        _check_public(compared)
        linked = link(others(compared))
        public = _shown_by_public(compared, linked)
        tables = _national(compared, linked, public, rules)
        national = ReleasedEdition(
            edition=edition,
            scope=scope,
            audience=rules.audience,
            as_of=as_of,
            run_id=run_id,
            code_version=code_version,
            tables={table.key: table for table in tables},
            created_from=tuple(created_from),
            policy=rules.declared(),
            audit={"verdict": "passed", "scope_of_audit": SCOPE_OF_AUDIT},
            context=context,
            languages=tuple(languages),
            rollups=compared.national.rollups,
            seal=_SEAL,
        )
        return ReleasedReturn(
            body=body,
            national=national,
            own={table.key: _table(table, None) for table in compared.delivered},
            deliveries=tuple(deliveries),
            given_away=_given_away(linked, public, rules),
            seal=_SEAL,
        )
    except ReleaseRefused:
        raise
    except Exception as failure:
        raise ReleaseRefused(
            f"The return of {body} for {edition} was not released: disclosure control stopped "
            f"({type(failure).__name__}).",
            advice="Nothing was written. Check how its tables are counted and run again.",
        ) from None


def others(compared: Compared) -> TableSet:
    """The persons in lists of others alone, at every place of the national tables.

    Raises ReleaseRefused naming tables where the body's part is larger than the whole.
    """
    tables = []
    for table in compared.national.tables:
        own = compared.within[table.key]
        cells = tuple(
            cell if cell.value is None else replace(cell, value=cell.value - (own.get(cell.at) or 0.0))
            for cell in table.cells
        )
        if any(cell.value is not None and cell.value < 0 for cell in cells):
            raise inconsistent([table.key], "the part of one body is larger than the whole")
        tables.append(replace(table, cells=cells))
    return replace(compared.national, tables=tuple(tables), denominators=())


def _check_public(compared: Compared) -> None:
    """Refuse counts that are not those of the public edition: the one would tell of the other."""
    differ = [
        table.key
        for table in compared.national.tables
        if any(compared.public.get(table.key, {}).get(cell.at) not in (None, cell.value) for cell in table.cells)
    ]
    if differ:
        raise ReleaseRefused(
            f"The public edition is not what the warehouse gives as of its day: {', '.join(sorted(differ))}.",
            advice="Publish the public edition again, then make the returns.",
        )


def _shown_by_public(compared: Compared, linked: LinkedCells) -> np.ndarray:
    """Which of the linked cells the public edition shows."""
    shown = np.zeros(len(linked.cells), dtype=bool)
    for table in compared.national.tables:
        public = compared.public.get(table.key, {})
        for cell in table.cells:
            if cell.value is not None and public.get(cell.at) is not None:
                shown[linked.place[table.population, table.coordinates(cell)]] = True
    return shown


def _given_away(linked: LinkedCells, shown: np.ndarray, rules: Policy) -> int:
    """Small counts of others that the public edition shows, or lets be worked out, to whoever knows the own ones."""
    small = (linked.values > 0) & (linked.values < rules.threshold) & linked.is_group
    checked = checked_cells(linked, ~shown, rules.threshold) & small
    told = exposed(linked, ~shown, checked, rules.protection_width, Ranges(linked.values))
    return int(np.count_nonzero(small & shown)) + sum(1 for _ in told)


def _national(compared: Compared, linked: LinkedCells, public: np.ndarray, rules: Policy) -> tuple[ReleasedTable, ...]:
    """The national tables with what small counts of others need withheld, and all that is not public."""
    primary = suppression.primary_cells(linked, rules) | (linked.is_tabled & ~public)
    shown = ~suppression.complements(linked, primary, rules).withheld
    tables = []
    for table in compared.national.tables:
        kept = {
            cell.at
            for cell in table.cells
            if cell.value is not None and shown[linked.place[table.population, table.coordinates(cell)]]
        }
        tables.append(_table(table, kept))
    _audit(compared, tables, linked, rules)
    return tuple(tables)


def _table(table: CountTable, kept: set[tuple[str, ...]] | None) -> ReleasedTable:
    """A table of which only the places kept have a value; None keeps all, as of figures that are the reader's own."""
    return ReleasedTable(
        key=table.key,
        indicator=table.indicator,
        kind="count",
        dimensions=table.dimensions,
        cells=tuple(_cell(cell, kept is None or cell.value is None or cell.at in kept) for cell in table.cells),
        unit=table.unit,
        sources=table.sources,
        caveats=table.caveats,
        population=table.population,
        additive=table.additive,
        within=table.within,
        seal=_SEAL,
    )


def _cell(cell: CountCell, is_kept: bool) -> ReleasedCell:
    if not is_kept:
        return ReleasedCell(at=cell.at, value=None, conf_status="C")
    status = "O" if cell.value is None and cell.obs_status == "A" else cell.obs_status
    return ReleasedCell(at=cell.at, value=cell.value, obs_status=status)


def _audit(compared: Compared, tables: Sequence[ReleasedTable], linked: LinkedCells, rules: Policy) -> None:
    """Start again from what would be written: no count that is not public, none of others that can be worked out."""
    withheld = np.ones(len(linked.cells), dtype=bool)
    unsafe: set[str] = set()
    for source, table in zip(compared.national.tables, tables, strict=True):
        public = compared.public.get(source.key, {})
        own = compared.within[source.key]
        for cell in table.cells:
            if cell.value is None:
                continue
            withheld[linked.place[source.population, source.coordinates(CountCell(at=cell.at, value=None))]] = False
            if public.get(cell.at) != cell.value or 0 < cell.value - (own.get(cell.at) or 0.0) < rules.threshold:
                unsafe.add(source.key)
    checked = checked_cells(linked, withheld, rules.threshold)
    for place in exposed(linked, withheld, checked, rules.protection_width, Ranges(linked.values)):
        unsafe |= set(linked.cells[place].tables) or {linked.cells[place].quantity[0]}
    if unsafe:
        raise ReleaseRefused(
            f"The audit found counts of others that the body could work out in: {', '.join(sorted(unsafe))}.",
            advice="Nothing was written. Report this as a fault of disclosure control.",
        )
