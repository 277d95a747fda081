"""The status table of the National Action Plan as the warehouse holds it on a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flows.counts.counting import Counter
from transforms.action_plan import POINTS, SOURCE, PlanTables, Row, measures, plan_tables
from transforms.disclosure.cells import CountTable
from transforms.sql import quoted


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What the plan gives to an edition, and the vintages that it comes from."""

    tables: PlanTables
    vintages: frozenset[int]


def plan_of(counter: Counter, tables: Sequence[CountTable], until: date) -> Plan | None:
    """The plan of the country; None for the world and where no status table is known.

    `tables` are those of the edition that measures can be read off, `until` is the end of its period.
    """
    current = counter.current(SOURCE)
    if current is None or counter.area is None:
        return None
    rows = counter.con.execute(
        "SELECT series, time_period, category, unit, value, obs_status, vintage_id FROM core.observations"
        f" WHERE {current} AND ref_area = {quoted(counter.area)} ORDER BY ALL"
    ).fetchall()
    series = {f"{SOURCE}_{point}": point for point in POINTS}
    read = [
        Row(
            point=series[name],
            held=held,
            about=dict(part.split("=", 1) for part in category.split(";") if "=" in part),
            unit=unit,
            value=value,
            obs_status=status,
        )
        for name, held, category, unit, value, status, _ in rows
        if name in series
    ]
    if not read:
        return None
    return Plan(tables=plan_tables(measures(read), tables, until), vintages=frozenset(row[-1] for row in rows))
