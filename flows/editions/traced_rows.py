"""The rows of the warehouse behind a released figure: queries that give it again, and how many rows of which file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb

from flows.counts.counting import WORLD
from flows.counts.provenance import POPULATION
from reports.provenance.card import Card
from reports.provenance.formulas import Formula
from reports.provenance.tables import FoundCell
from transforms.action_plan import INDICATOR as PLAN_INDICATOR
from transforms.codes import TOTAL
from transforms.errors import NoData, WrongArguments
from transforms.indicators import editions, tracing
from transforms.indicators.declare import CountedSource, counted_source
from transforms.indicators.population import rows_added
from transforms.indicators.registry import indicator
from transforms.indicators.tracing import Known, Query

MATCHED = (editions.MATCHED_KEY, editions.PANEL_KEY)
_TOLERANCE = 1e-7
_POPULATION = CountedSource(key=POPULATION, frequency="year")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A count or population that a figure takes: its query, what it gives, and the rows by file."""

    role: str
    name: str
    sql: str
    value: float | None
    rows_sql: str = ""
    rows: Mapping[str, int] | None = None

    def to_json(self) -> dict[str, Any]:
        """As it is printed for other programs."""
        return {
            "as": self.role,
            "of": self.name,
            "value": self.value,
            "sql": self.sql,
            "rows": dict(self.rows) if self.rows is not None else None,
            "rows_sql": self.rows_sql,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """The internal view: `sql` gives the figure at once; `agrees` is None where no value was released."""

    sql: str
    value: float | None
    agrees: bool | None
    parts: tuple[Part, ...]

    def to_json(self) -> dict[str, Any]:
        """As it is printed for other programs."""
        return {
            "sql": self.sql,
            "value": self.value,
            "agrees": self.agrees,
            "parts": [part.to_json() for part in self.parts],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Traced:
    """Where to look: the warehouse, the manifest, and what of the warehouse is meant (`tracing.Known`)."""

    con: duckdb.DuckDBPyConnection
    document: Mapping[str, Any]
    as_of: date
    loaded_by: str | None

    def known(self, source: CountedSource) -> Known:
        """Whose rows count."""
        scope = self.document["scope"]
        area = None if scope == WORLD else scope
        return Known(source=source, area=area, as_of=self.as_of, loaded_by=self.loaded_by)

    def number(self, sql: str) -> float | None:
        """What a query of one number gives."""
        value = self.con.execute(sql).fetchall()[0][0]
        return None if value is None else float(value)


def behind(traced: Traced, card: Card) -> Behind:
    """Ask the warehouse for the figure and for what it is made of. Raises NoData where it has lost the population."""
    parts: tuple[Part, ...]
    if card.formula is None:
        parts = (_counted(traced, "count", card.found),)
        sql = parts[0].sql
    else:
        parts = tuple(_counted(traced, one.role, one.found) for one in card.formula.inputs)
        if card.formula.measure == "rate":
            parts = (*parts, _population(traced, card.found))
        sql = calculated(card.formula, parts)
    value, released = traced.number(sql), card.found.cell["value"]
    agrees = None if released is None else value is not None and _is_same(value, float(released))
    return Behind(sql=sql, value=value, agrees=agrees, parts=parts)


def _is_same(value: float, released: float) -> bool:
    """Whether two numbers are one at the nine digits that a manifest carries."""
    return abs(value - released) <= _TOLERANCE * max(1.0, abs(released))


def _counted(traced: Traced, role: str, found: FoundCell) -> Part:
    table = found.table
    at = dict(zip(table.dimensions, found.at, strict=True))
    if table.key == editions.RECORDS_KEY:
        return _records(traced, role, found, at)
    if table.indicator.startswith(PLAN_INDICATOR):
        raise WrongArguments(
            f"{found.address} is a figure of the National Action Plan as its report has it: no rows were counted.",
            advice="Without --rows its card names the file, and tip-trends sources action_plan says how to read it.",
        )
    declared = indicator(table.indicator)
    known = traced.known(counted_source(table.sources[0]))
    codes = {key: code for key, code in at.items() if key != "period" and code != TOTAL}
    if declared.subject == "observations":
        years = table.codes("period") if table.key in MATCHED else ()
        query = tracing.figures_query(declared, known, at["period"], codes, years)
    else:
        phases = {r["parent"]: r["parts"] for r in traced.document["rollups"] if r["parent"].startswith("phase:")}
        query = tracing.persons_query(declared, known, tracing.days_of(at["period"], phases), codes)
    return _part(traced, role, found.address, query)


def _part(traced: Traced, role: str, name: str, query: Query) -> Part:
    by_file = f"SELECT file_name, count(*) FROM ({query.rows}) GROUP BY ALL ORDER BY ALL"
    return Part(
        role=role,
        name=name,
        sql=query.value,
        value=traced.number(query.value),
        rows_sql=query.rows,
        rows=dict(traced.con.execute(by_file).fetchall()),
    )


def _records(traced: Traced, role: str, found: FoundCell, at: Mapping[str, str]) -> Part:
    source = None if at["source"] == TOTAL else at["source"]
    digests = [used["sha256"] for used in traced.document["created_from"].values()]
    sql = tracing.records_query(digests, source, at["outcome"])
    return Part(role=role, name=found.address, sql=sql, value=traced.number(sql))


def _population(traced: Traced, found: FoundCell) -> Part:
    at = dict(zip(found.table.dimensions, found.at, strict=True))
    year, sex = int(at["period"]), at.get("sex", TOTAL)
    known = traced.known(_POPULATION)
    rows = traced.con.execute(
        f"SELECT year, sex, age_group, persons FROM {known.rows('core.population')} WHERE ref_area = ? ORDER BY ALL",
        [known.area],
    ).fetchall()
    added = rows_added(rows, year, sex)
    if added is None:
        raise NoData(
            f"The warehouse does not hold the population of {year} any more that the rate divides by.",
            advice="tip-trends verify tells which extracts of the edition are still there.",
        )
    return _part(traced, "population", POPULATION, tracing.population_query(known, year, *added))


def calculated(made: Formula, parts: tuple[Part, ...]) -> str:
    """The figure as one SELECT, each of its parts a query inside."""

    def taken(role: str) -> str:
        return " - ".join(f"(\n{part.sql}\n)" for part in parts if part.role == role)

    count, before = taken("count"), taken("compared with")
    match made.measure:
        case "share":
            less = taken("less")
            return f"SELECT 100.0 * {count} / ({taken('total')}{f' - {less}' if less else ''}) AS value"
        case "rate":
            return f"SELECT 100000.0 * {count} / {taken('population')} AS value"
        case "phase_mean":
            return f"SELECT {count} / {made.months}.0 AS value"
        case "phase_ratio":
            return f"SELECT ({count} / {made.months}.0) / ({before} / {made.base_months}.0) AS value"
        case "same_period":
            return f"SELECT 1.0 * {count} / {before} AS value"
        case _:
            return f"SELECT 100.0 * (1.0 * {count} / {before} - 1) AS value"
