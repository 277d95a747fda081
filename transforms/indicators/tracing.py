"""SQL by which an analyst finds one figure again in the warehouse: its value, and the rows that it counts.

Written as a person would ask for the one figure, from the declaration of its indicator; the compiler, which counts
whole tables at once, has no part in it. The rows are those current on the as-of, by `core.cases_as_of` and its like.
Each query is a SELECT without a semicolon, so that one can stand inside another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from transforms.codes import TOTAL
from transforms.errors import WrongArguments
from transforms.indicators.as_of import rows_as_loaded_by
from transforms.indicators.breakdowns import OBSERVED_DIMENSIONS
from transforms.indicators.compiler import FREQUENCY_OF_CODE
from transforms.indicators.declare import CountedSource, Indicator
from transforms.indicators.groups import GROUPED
from transforms.indicators.persons import consolidated, corridor
from transforms.indicators.registry import breakdown
from transforms.indicators.tracing_groups import groups_chosen
from transforms.periods import FREQUENCIES, MONTHS, period
from transforms.sql import quoted

_PLACES = "list({'vintage_id': vintage_id, 'record_no': record_no}) AS records"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Whose rows count: of a source, in a country or the world (None), as of a day.

    `loaded_by`: an instant after which something of that day was loaded or withdrawn, which is left out.
    """

    source: CountedSource
    area: str | None
    as_of: date
    loaded_by: str | None = None

    def rows(self, table: str) -> str:
        """The rows of a core table, as what stands after FROM."""
        if self.loaded_by is None:
            return f"{table}_as_of(DATE '{self.as_of}')"
        return f"({rows_as_loaded_by(table, self.as_of, self.loaded_by)})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """`value` gives one number; `rows` the places of what it counts, as file and row."""

    value: str
    rows: str


Days = tuple[date, date]


def days_of(code: str, phases: Mapping[str, Sequence[str]]) -> Days:
    """First and last day of a period, or of a phase given the periods it consists of."""
    parts = [period(part) for part in phases.get(code, (code,))]
    return min(part.start for part in parts), max(part.end for part in parts)


def persons_query(declared: Indicator, known: Known, days: Days, codes: Mapping[str, str]) -> Query:
    """Persons in lists of cases: `codes` by breakdown, those at their total left out."""
    place = "reporting_country" if known.source.is_keyed else "country_of_exploitation"
    of_source = f"source = {quoted(known.source.key)}"
    if known.area is not None:
        of_source += f" AND {place} = {quoted(known.area)}"
    cases = known.rows("core.cases")
    if known.source.is_keyed:
        needed = _needed(declared, codes)
        persons = f"(\n  {consolidated(of_source, cases, only=needed)}\n)"
        with_places = f"(\n  {consolidated(of_source, cases, only=needed, besides=[_PLACES])}\n)"
        where = ""
    else:
        persons = cases
        with_places = f"(SELECT *, [{{'vintage_id': vintage_id, 'record_no': record_no}}] AS records FROM {cases})"
        where = f"{of_source} AND "
    first, last = days
    where += f"({declared.where.sql})\n  AND {declared.date} BETWEEN DATE '{first}' AND DATE '{last}'"
    for key, code in codes.items():
        where += f"\n  AND {_has_code(declared, known.source, key, code)}"
    places = f"SELECT unnest(records, recursive := true) FROM {with_places} AS person\nWHERE {where}"
    return Query(value=f"SELECT count(*) AS value FROM {persons} AS person\nWHERE {where}", rows=_rows(places))


def _needed(declared: Indicator, codes: Mapping[str, str]) -> set[str]:
    """Columns of a person that the conditions speak of; whether a border was crossed is told by both countries."""
    columns = {column for key in codes for column in breakdown(declared, key).columns}
    if "crossing" in columns:
        columns |= {"citizenship", "country_of_exploitation"}
    return {"status", declared.date} | columns


def _has_code(declared: Indicator, source: CountedSource, key: str, code: str) -> str:
    by = breakdown(declared, key)
    if by.is_several or (key == "body" and source.is_keyed):
        return f"list_contains({key}::VARCHAR[], {quoted(code)})"
    if len(by.columns) == 2:
        return f"{corridor(*by.columns)} = {quoted(code)}"
    return f"{by.columns[0]}::VARCHAR = {quoted(code)}"


def figures_query(
    declared: Indicator, known: Known, when: str, codes: Mapping[str, str], years: Sequence[str] = ()
) -> Query:
    """Figures that others counted, added up over countries, or an index averaged over days.

    `years`: only countries that report each of them.
    """
    conditions = [f"source = {quoted(known.source.key)}", f"({declared.where.sql})", *_area(known, codes.get("region"))]
    if declared.parts:
        return _groups_query(declared, known, when, codes, conditions)
    if declared.measure == "mean":
        first, last = days_of(when, {})
        conditions.append(f"time_period BETWEEN '{first:%Y}{'' if len(when) == 4 else f'-{first:%m}'}' AND '{last}'")
    elif declared.adds_up:
        conditions.append(_finest_inside(when, known.rows("core.observations"), conditions))
    else:
        conditions.append(f"time_period = {quoted(when)}")
    stands_at = dict(codes)
    for key, code in codes.items():
        if part := breakdown(declared, key).part:
            stands_at["category"] = f"{part}={code}"
    conditions += [f"{column} = {quoted(stands_at.get(column, TOTAL))}" for column in OBSERVED_DIMENSIONS]
    figures = known.rows("core.observations")
    if years:
        whole = " AND ".join(f"{column} = {quoted(TOTAL)}" for column in OBSERVED_DIMENSIONS)
        listed = ", ".join(quoted(year) for year in years)
        conditions.append(
            f"ref_area IN (SELECT ref_area FROM {figures} WHERE {conditions[0]} AND {conditions[1]} AND {whole}"
            f" AND ref_area_type = 'country' AND time_period IN ({listed}) AND value IS NOT NULL"
            f" GROUP BY ref_area HAVING count(DISTINCT time_period) = {len(years)})"
        )
    value = "round(avg(value), 4)" if declared.measure == "mean" else "sum(value)"
    chosen = f"FROM {figures}\nWHERE " + "\n  AND ".join(conditions)
    return Query(value=f"SELECT {value} AS value {chosen}", rows=_rows(f"SELECT vintage_id, record_no {chosen}"))


def _groups_query(
    declared: Indicator, known: Known, when: str, codes: Mapping[str, str], conditions: Sequence[str]
) -> Query:
    """Figures delivered by several breakdowns at once, and perhaps without a total."""
    figures = known.rows("core.observations")
    whole = [f"{column} = {quoted(TOTAL)}" for column in OBSERVED_DIMENSIONS if column not in GROUPED]
    among = [*conditions, *whole]
    by = {key: code for key, code in codes.items() if key != "region"}
    inside = _finest_inside(when, figures, among)
    value, places = groups_chosen(declared, f"{figures} WHERE {' AND '.join(among)}", inside, by)
    return Query(value=value, rows=_rows(places))


def _finest_inside(when: str, figures: str, conditions: Sequence[str]) -> str:
    """Figures of the periods inside one, of the shortest periods that any figure of the kind is delivered of."""
    inside = [
        part.code
        for frequency in FREQUENCIES
        if period(when).months % MONTHS[frequency] == 0
        for part in period(when).parts(frequency)
    ]
    ranks = ", ".join(f"'{frequency}'" for frequency in FREQUENCIES)
    finest = f"list_position([{ranks}], {FREQUENCY_OF_CODE})"
    return (
        f"time_period IN ({', '.join(quoted(code) for code in inside)})"
        f"\n  AND {finest} = (SELECT min({finest}) FROM {figures} WHERE {' AND '.join(conditions)})"
    )


def _area(known: Known, region: str | None) -> list[str]:
    if region is not None:
        return ["ref_area_type = 'region'", f"ref_area = {quoted(region)}"]
    return ["ref_area_type = 'country'", *([f"ref_area = {quoted(known.area)}"] if known.area else [])]


def population_query(known: Known, year: int, sexes: Sequence[str], age_groups: Sequence[str]) -> Query:
    """Persons of the country in a year: the rows of these sexes and age groups added up."""
    if known.area is None:
        raise WrongArguments("A population belongs to one country.", advice="Narrow it with --scope CODE.")
    chosen = (
        f"FROM {known.rows('core.population')}\nWHERE ref_area = {quoted(known.area)} AND year = {year}"
        f" AND sex IN ({', '.join(quoted(sex) for sex in sexes)})"
        f"\n  AND age_group IN ({', '.join(quoted(group) for group in age_groups)})"
    )
    return Query(value=f"SELECT sum(persons) AS value {chosen}", rows=_rows(f"SELECT vintage_id, record_no {chosen}"))


def records_query(sha256: Sequence[str], source: str | None, outcome: str) -> str:
    """Rows of extracts that were accepted, set aside, or both; `source` None: of all."""
    column = {"accepted": "rows_accepted", "quarantined": "rows_quarantined"}.get(outcome, "rows_read")
    of_source = "" if source is None else f" AND source = {quoted(source)}"
    listed = ", ".join(quoted(digest) for digest in sha256)
    return f"SELECT sum({column}) AS value FROM raw.vintages\nWHERE sha256 IN ({listed}){of_source}"


def _rows(places: str) -> str:
    return (
        f"SELECT v.file_name, p.record_no FROM (\n{places}\n) AS p JOIN raw.vintages AS v USING (vintage_id)"
        "\nORDER BY ALL"
    )
