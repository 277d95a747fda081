"""Compiled counting queries, run on a DuckDB connection: which rows an indicator counts, as of a date, in a scope."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import duckdb

from transforms.errors import NoData, WrongArguments
from transforms.indicators.as_of import current_predicate, current_vintages
from transforms.indicators.compiler import FREQUENCY_OF_CODE, Relation, compile_indicator
from transforms.indicators.declare import COUNTED_SOURCES, CountedSource, Indicator, counted_source
from transforms.indicators.persons import consolidated
from transforms.periods import FREQUENCIES, Frequency
from transforms.sql import quoted

WORLD = "world"
PERSONS = "temp.main.counted_persons"
"""Temporary table of one row per person; made once, it serves every query of a run."""


@dataclass(slots=True)
class Counter:
    """Counts in one scope as of one date on one connection (a read-only one will do).

    A run makes one: vintages are resolved and persons consolidated once. `standing_on` is a later day: what was
    withdrawn until then does not count, although it was known on the date (None: it does). Raises WrongArguments for
    a scope that is neither `world` nor a country code.
    """

    con: duckdb.DuckDBPyConnection
    scope: str
    as_of: date | None
    standing_on: date | None = None
    _current: dict[str, str] = field(init=False, default_factory=dict)
    _relations: dict[str, Relation | None] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        if self.scope != WORLD and not re.fullmatch(r"[A-Z]{2}", self.scope):
            raise WrongArguments(
                f"'{self.scope}' is not a scope.",
                advice="Write world, or a country as two capital letters, such as TM.",
            )
        whole: dict[str, list[int]] = {}
        partial: dict[str, list[int]] = {}
        for source, vintage, is_whole in self.con.execute(current_vintages(self.as_of, self.standing_on)).fetchall():
            (whole if is_whole else partial).setdefault(source, []).append(vintage)
        self._current = {
            source: current_predicate(whole.get(source, ()), partial.get(source, ()), self.as_of, self.standing_on)
            for source in {*whole, *partial}
        }

    @property
    def area(self) -> str | None:
        """The country meant, None for the world."""
        return None if self.scope == WORLD else self.scope

    def current(self, source: str) -> str | None:
        """Condition that keeps the current rows of a source, None where nothing of it is known."""
        return self._current.get(source)

    def relation(self, indicator: Indicator) -> Relation | None:
        """What the indicator counts over here: its first source that has rows in the scope, or None."""
        among = indicator.world_sources if self.area is None else indicator.sources
        for key in among:
            if (relation := self._relation(counted_source(key), indicator)) is not None:
                return relation
        return None

    def persons_of(self, source: str) -> Relation | None:
        """One row per person of a source of cases here, or None where it has none; also of one nothing counts."""
        known = next((item for item in COUNTED_SOURCES if item.key == source), None)
        if known is None and (current := self.current(source)) is not None:
            is_keyed = self._has_rows("core.cases", f"{current} AND person_key IS NOT NULL")
            known = CountedSource(key=source, frequency="month", is_keyed=is_keyed)
        return None if known is None else self._cases(known)

    def list_of(self, persons: Relation, body: str) -> Relation | None:
        """The rows of one body's list, as it delivered them, of those that persons were made of; None without any."""
        origin = f"{persons.origin} AND body = {quoted(body)}"
        if not self.con.execute(f"SELECT 1 {origin} LIMIT 1").fetchall():
            return None
        return replace(persons, table=f"(SELECT * {origin})", where="true", origin=origin, body_is_several=False)

    def rows(
        self,
        indicator: Indicator,
        by: Sequence[str],
        *,
        years: Sequence[int] | None = None,
        matched: bool = False,
    ) -> list[tuple[Any, ...]]:
        """Tuples of the codes of `by`, then the value (for figures: bounds and status), sorted.

        Raises NoData where no source of the indicator has rows.
        """
        relation = self.relation(indicator)
        if relation is None:
            raise no_data(indicator, self.scope)
        sql = compile_indicator(indicator, relation, by, years=years, matched=matched)
        return self.con.execute(sql).fetchall()

    def codes_ever(self, indicator: Indicator, by: str) -> set[str]:
        """Codes of a breakdown in all that was known of the indicator's records by the day, superseded or not.

        Raises NoData where no source of the indicator has rows.
        """
        relation = self.relation(indicator)
        if relation is None:
            raise no_data(indicator, self.scope)
        until = "" if self.as_of is None else f" AND vintage_date <= DATE '{self.as_of}'"
        origin = (
            f"FROM core.cases WHERE source = {quoted(relation.source.key)} AND {self._in_scope(relation.source)}"
            f" AND vintage_id IN (SELECT vintage_id FROM raw.vintages WHERE true{until})"
        )
        known = replace(relation, table=f"(SELECT * {origin})", where="true", origin=origin, body_is_several=False)
        return {row[0] for row in self.con.execute(compile_indicator(indicator, known, (by,))).fetchall()}

    def vintages(self, relation: Relation) -> tuple[int, ...]:
        """Numbers of the vintages whose rows the relation counts."""
        rows = self.con.execute(f"SELECT DISTINCT vintage_id {relation.origin} ORDER BY ALL").fetchall()
        return tuple(row[0] for row in rows)

    def reach(self, relation: Relation) -> tuple[date, ...]:
        """For each list (stream) of the relation the day its latest delivery reaches to."""
        rows = self.con.execute(
            "SELECT max(v.vintage_date) FROM"
            f" (SELECT DISTINCT vintage_id, stream {relation.origin}) AS c JOIN raw.vintages AS v USING (vintage_id)"
            " GROUP BY c.stream ORDER BY ALL"
        ).fetchall()
        return tuple(row[0] for row in rows)

    def close(self) -> None:
        """Drop what the run kept in temporary tables."""
        self.con.execute(f"DROP TABLE IF EXISTS {PERSONS}")

    def _relation(self, source: CountedSource, indicator: Indicator) -> Relation | None:
        cached = f"{source.key} {indicator.subject} {indicator.key if indicator.subject == 'observations' else ''}"
        if cached not in self._relations:
            is_cases = indicator.subject == "cases"
            self._relations[cached] = self._cases(source) if is_cases else self._observations(source, indicator)
        return self._relations[cached]

    def _cases(self, source: CountedSource) -> Relation | None:
        if (current := self.current(source.key)) is None:
            return None
        where = f"{current} AND {self._in_scope(source)}"
        if not self._has_rows("core.cases", where):
            return None
        origin = f"FROM core.cases WHERE {where}"
        if not source.is_keyed:
            return Relation(source=source, table="core.cases", where=where, origin=origin, area=self.area)
        self.con.execute(f"CREATE OR REPLACE TEMP TABLE {PERSONS} AS {consolidated(where)}")
        return Relation(source=source, table=PERSONS, where="true", origin=origin, area=self.area, body_is_several=True)

    def _in_scope(self, source: CountedSource) -> str:
        if self.area is None:
            return "true"
        return f"{'reporting_country' if source.is_keyed else 'country_of_exploitation'} = {quoted(self.area)}"

    def _observations(self, source: CountedSource, indicator: Indicator) -> Relation | None:
        if (current := self.current(source.key)) is None:
            return None
        scope = "true"
        if self.area is not None:
            scope = f"(ref_area = {quoted(self.area)} OR starts_with(ref_area, {quoted(self.area + '-')}))"
        where = f"{current} AND {scope} AND {indicator.where.sql}"
        if not self._has_rows("core.observations", where):
            return None
        if indicator.adds_up:
            source = replace(source, frequency=self._finest(where))
        return Relation(
            source=source,
            table="core.observations",
            where=current,
            origin=f"FROM core.observations WHERE {where}",
            area=self.area,
        )

    def _finest(self, where: str) -> Frequency:
        """The shortest periods that figures are delivered of."""
        rows = self.con.execute(f"SELECT DISTINCT {FREQUENCY_OF_CODE} FROM core.observations WHERE {where}").fetchall()
        found = {row[0] for row in rows}
        return next((frequency for frequency in FREQUENCIES if frequency in found), "year")

    def _has_rows(self, table: str, where: str) -> bool:
        return bool(self.con.execute(f"SELECT 1 FROM {table} WHERE {where} LIMIT 1").fetchall())


def no_data(indicator: Indicator, scope: str) -> NoData:
    """The refusal that names what would have to be ingested."""
    among = indicator.world_sources if scope == WORLD else indicator.sources
    if not among:
        return NoData(
            f"Indicator {indicator.key} is not defined for scope {scope}.",
            advice="Narrow it to one country with --scope CODE.",
        )
    return NoData(
        f"The warehouse holds nothing for indicator {indicator.key} in scope {scope}.",
        advice=f"Ingest an extract of {' or '.join(among)}, or choose another --scope or --as-of.",
    )
