"""The only door out: every table of an edition at once, protected, audited, and only then turned into released tables.

It fails closed: whatever goes wrong inside ends in ReleaseRefused, whose message names tables and never a value.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np

from transforms.disclosure.across import new_side
from transforms.disclosure.cells import CountTable, TableSet
from transforms.disclosure.derived import Released, derived_tables, months_of_phases
from transforms.disclosure.earlier import Earlier, Known, states
from transforms.disclosure.equations import link
from transforms.disclosure.estimates import released_estimates
from transforms.disclosure.history import History
from transforms.disclosure.knowledge import Readers, protected, readers_of
from transforms.disclosure.linked import LinkedCells, Quantity, inconsistent, protected_tables
from transforms.disclosure.policies import policy_in
from transforms.disclosure.policy import Policy
from transforms.disclosure.progress import progress_table
from transforms.disclosure.released import _SEAL, ReleasedCell, ReleasedEdition, ReleasedTable, SourceUsed
from transforms.disclosure.rounding import refuse_rounding
from transforms.disclosure.submission import submission
from transforms.disclosure.suppression import Protection
from transforms.errors import ReleaseRefused
from transforms.studies.question import Question

SCOPE_OF_AUDIT = (
    "All tables of this edition together, and with every earlier edition that the same readers have: margins, periods "
    "inside periods, COVID phases and what they leave over, several answers per person, nested codes, populations "
    "inside others at the same dates, counts that only grew since an earlier edition."
)


def release(
    table_set: TableSet,
    *,
    audience: str,
    edition: str,
    scope: str,
    as_of: date,
    run_id: str,
    code_version: str,
    created_from: Sequence[SourceUsed],
    context: Mapping[str, Any],
    languages: Sequence[str],
    question: Question | None = None,
    earlier: Sequence[Earlier] = (),
    emptied: frozenset[str] = frozenset(),
    history: History | None = None,
) -> ReleasedEdition:
    """One edition for one audience, ready to be shown; `question` is what statistical methods are to answer in it.

    `earlier` are all editions of the scope that anybody has, whichever the audience; `history` are those of this very
    audience that its pages may compare it with. Of the `emptied` tables, named by key, no count is shown that stands in
    no other. Raises WrongArguments for an audience without a policy and ReleaseRefused, with the names of the tables,
    when counts contradict each other, a withheld cell could be worked out, or the history is that of other readers.
    """
    rules = policy_in(scope, audience)
    if history is not None:
        history.refuse_others(scope, audience)
    refuse_rounding(rules)
    try:
        policies = {one.audience: policy_in(scope, one.audience) for one in earlier} | {audience: rules}
        known = states(table_set.tables, created_from)
        tables, audit = _released_tables(table_set, rules, known, earlier, policies, emptied)
        if (progress := progress_table(context.get("action_plan", ()), {t.key: t for t in tables}, as_of)) is not None:
            tables.append(progress)
        return ReleasedEdition(
            edition=edition,
            scope=scope,
            audience=audience,
            as_of=as_of,
            run_id=run_id,
            code_version=code_version,
            tables={table.key: table for table in tables},
            created_from=tuple(created_from),
            policy=rules.declared(),
            audit=audit,
            context=context,
            languages=tuple(languages),
            estimates={} if question is None else released_estimates(tables, question),
            submission=submission({table.key: table for table in tables}, table_set.denominators, scope),
            rollups=table_set.rollups,
            history=history,
            seal=_SEAL,
        )
    except ReleaseRefused:
        raise
    except Exception as failure:
        names = ", ".join(sorted(table.key for table in table_set.tables))
        raise ReleaseRefused(
            f"Edition {edition} was not released: disclosure control stopped ({type(failure).__name__}). "
            f"Tables: {names}.",
            advice="Nothing was published. Check how these tables are counted and run again.",
        ) from None


def confirmed(edition: ReleasedEdition, verdict: Mapping[str, Any]) -> ReleasedEdition:
    """The edition with the verdict of an attacker in its audit; it is for the caller to refuse a bad one."""
    fields = {name: getattr(edition, name) for name in edition.__dataclass_fields__ if name not in ("seal", "audit")}
    return ReleasedEdition(**fields, audit={**edition.audit, "attack": dict(verdict)}, seal=_SEAL)


def _released_tables(
    table_set: TableSet,
    rules: Policy,
    known: Mapping[str, Known],
    earlier: Sequence[Earlier],
    policies: Mapping[str, Policy],
    emptied: frozenset[str],
) -> tuple[list[ReleasedTable], dict[str, Any]]:
    if len({table.key for table in table_set.tables}) != len(table_set.tables):
        raise inconsistent([table.key for table in table_set.tables], "two tables have one key")
    linked = link(table_set)
    groups = readers_of(new_side(table_set, linked, known), earlier, policies, rules.audience)
    protection = protected(linked, groups, rules, emptied)
    withheld = {linked.cells[place].quantity for place in np.flatnonzero(protection.withheld).tolist()}
    counts = [_counts(table, withheld) for table in table_set.tables]
    told = _audited(table_set, counts, linked, rules, groups)
    released = Released(
        cells=_by_quantity(table_set, counts),
        denominators=table_set.denominators,
        months=months_of_phases(table_set),
        policy=rules,
    )
    tables: list[ReleasedTable] = []
    for source, shown in zip(table_set.tables, counts, strict=True):
        tables += [shown, *derived_tables(source, shown, released)]
    record = _record(linked, protection, rules, groups, told)
    return tables, {**record, "emptied": sorted(emptied)} if emptied else record


def _counts(table: CountTable, withheld: set[Quantity]) -> ReleasedTable:
    """A count table with its withheld cells emptied; one that was public before passes as it is."""
    cells = []
    for cell in table.cells:
        if not table.is_published and (table.population, table.coordinates(cell)) in withheld:
            cells.append(ReleasedCell(at=cell.at, value=None, conf_status="C"))
            continue
        status = "O" if cell.value is None and cell.obs_status == "A" else cell.obs_status
        cells.append(ReleasedCell(at=cell.at, value=cell.value, obs_status=status, lower=cell.lower, upper=cell.upper))
    return ReleasedTable(
        key=table.key,
        indicator=table.indicator,
        kind="observation" if table.is_published else "count",
        dimensions=table.dimensions,
        cells=tuple(cells),
        unit=table.unit,
        sources=table.sources,
        caveats=table.caveats,
        population=table.population,
        additive=table.additive,
        within=table.within,
        seal=_SEAL,
    )


def _by_quantity(table_set: TableSet, counts: list[ReleasedTable]) -> dict[Quantity, ReleasedCell]:
    return {
        (source.population, source.coordinates(cell)): shown_cell
        for source, shown in zip(table_set.tables, counts, strict=True)
        for cell, shown_cell in zip(source.cells, shown.cells, strict=True)
    }


def _audited(
    table_set: TableSet,
    counts: list[ReleasedTable],
    linked: LinkedCells,
    rules: Policy,
    groups: Sequence[Readers],
) -> int:
    """The guard at the door: starts again from what would be published, trusting nothing that suppression said.

    Returns how many counts of earlier editions readers can work out whatever is published now. Raises ReleaseRefused
    naming the tables with a small count in them or a cell that can be worked out.
    """
    withheld = np.ones(len(linked.cells), dtype=bool)
    protected = {table.key for table in protected_tables(table_set)}
    unsafe: set[str] = set()
    for source, shown in zip(table_set.tables, counts, strict=True):
        if source.key not in protected:
            continue
        for cell, shown_cell in zip(source.cells, shown.cells, strict=True):
            if shown_cell.value is None:
                continue
            withheld[linked.place[source.population, source.coordinates(cell)]] = False
            if 0 < shown_cell.value < rules.threshold or shown_cell.value != cell.value:
                unsafe.add(source.key)
    told = 0
    for group in groups:
        found, more = group.exposed(withheld)
        told += more
        for weak in found:
            population = weak.quantity[0].partition("@")[0]
            unsafe |= set(weak.tables) or {t.key for t in table_set.tables if t.population == population}
    if unsafe:
        raise ReleaseRefused(
            f"The audit found withheld counts that a reader could work out in: {', '.join(sorted(unsafe))}.",
            advice="Nothing was published. Publish fewer breakdowns, or report this as a fault of disclosure control.",
        )
    return told


def _record(
    linked: LinkedCells, protection: Protection, rules: Policy, groups: Sequence[Readers], told: int
) -> dict[str, Any]:
    """What the manifest says of the audit; counts of cells only, so that no cell is told apart by it."""
    primary = int(np.count_nonzero(protection.primary))
    return {
        "verdict": "passed",
        "checks": [
            {"key": "small_counts_withheld", "is_met": True},
            {"key": "margins_add_up", "is_met": True},
            {"key": f"width_at_least_{rules.protection_width}", "is_met": True},
            {"key": "derived_from_released_cells_only", "is_met": True},
        ],
        "cells": int(np.count_nonzero(linked.is_tabled)),
        "sums": int(linked.sums.shape[0]),
        "primary": primary,
        "secondary": int(np.count_nonzero(protection.withheld & linked.is_tabled)) - primary,
        "rounds": protection.rounds,
        "is_fallback": protection.is_fallback,
        "attacker": "knows every published cell, every sum, and that counts are whole numbers of zero or more",
        "earlier_editions": max(group.editions for group in groups),
        "exposed_before": sum(group.exposed_before for group in groups) + told,
        "scope_of_audit": SCOPE_OF_AUDIT,
        "solver": "HiGHS through scipy.optimize.milp",
    }
