"""Figures delivered by several breakdowns at once, perhaps without a total: which of them make up a count.

A hotline delivers `channel=call;topic=trafficking` for every pair and no sum; another one only its sum; a third both.
The figures of an area and period that name the same parts are one *group*, and each group divides the same contacts or
persons, of whom each has one code of a part. Asked for some breakdowns, or none, one group counts: the one that names
exactly these, as delivered; else, of those that name more, the one with the greatest sum, since a group can leave
something out and none can hold more than there was. Two groups are never added: that would count twice. Where bodies
deliver each for itself (`apart`), each has its group, and the bodies are added; figures of all bodies together count in
their place where they are delivered as asked, or where their sum is as great.

A figure that is missing in a group makes its sum provisional; so does a body that told of an earlier period, or of a
longer one, and tells nothing here. A group without any figure is not reported.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from transforms.codes import TOTAL
from transforms.indicators.declare import Breakdown, Indicator
from transforms.periods import FREQUENCIES, MONTHS, Frequency
from transforms.sql import quoted

IN_GROUPS = (
    "Figures that name the same breakdowns form a group, and one group counts for what is asked: the one that names "
    "just that, else the one with the greatest sum, because a group can leave something out. Groups are never added "
    "together. Only the finest periods that a delivery holds are counted; longer ones are their sums."
)
"""How nothing is counted twice, for readers."""
GROUPED = ("sex", "category")
"""Columns by which figures can name parts; in the others they stand at their total."""
_STARTS = (
    "(year * 12 + CASE WHEN length(time_period) = 4 THEN 0 WHEN time_period LIKE '%-Q%'"
    " THEN 3 * (substr(time_period, 7, 1)::INTEGER - 1) ELSE substr(time_period, 6, 2)::INTEGER - 1 END)"
)
"""SQL of the first month of a figure's period, counted from year 0."""
_FLAGS = ("E", "R", "B")


def part_of(breakdown: Breakdown) -> str:
    """SQL of the code that a figure names of a breakdown, null where it names none."""
    if not breakdown.part:
        return f"nullif({breakdown.columns[0]}, {quoted(TOTAL)})"
    return f"nullif(regexp_extract(category, '(?:^|;){breakdown.part}=([^;]*)', 1), '')"


def names_of(apart: str) -> str:
    """SQL of the names of the parts that a figure names, sorted, without the one that is kept apart."""
    sex = f"CASE WHEN sex = {quoted(TOTAL)} THEN []::VARCHAR[] ELSE ['sex'] END"
    named = "list_transform(string_split(category, ';'), lambda part: split_part(part, '=', 1))"
    return (
        f"list_sort(list_concat({sex}, list_filter({named}, lambda name: name NOT IN ({quoted(TOTAL)},"
        f" {quoted(apart)}))))"
    )


def apart_of(apart: str) -> str:
    """SQL of the code of the part that is kept apart, empty where a figure is of all of them together."""
    return f"regexp_extract(category, '(?:^|;){apart}=([^;]*)', 1)" if apart else "''"


def compile_groups(
    indicator: Indicator,
    rows: str,
    counted: str,
    base: Frequency,
    dimensions: Sequence[Breakdown],
    times: Mapping[str, str],
    by: Sequence[str],
) -> str:
    """SQL of the columns of `by`, then value, bounds and status, counted from the groups that `rows` hold.

    `rows` is what stands after FROM, of one kind of area; `counted` the condition on those that count, which are of
    frequency `base`; `times` the SQL of each time asked.
    """
    asked = [b for b in dimensions if b.key in indicator.parts]
    inside = sorted(b.key for b in asked if b.key != indicator.apart)
    by_apart = any(b.key == indicator.apart for b in asked)
    columns = {b.key: part_of(b) if b in asked else b.columns[0] for b in dimensions}
    columns = {**columns, **times}
    chosen = [f"{columns[key]} AS {key}" for key in by]
    kept = f"f.apart <> '' AND {_holds(inside)}" if by_apart else _holds(inside)
    together = "SELECT * FROM best" if by_apart or not indicator.apart else _TOGETHER_OR_EACH
    short = _SHORT.format(starts=_STARTS) if indicator.apart and not by_apart else _NEVER_SHORT
    grouped = " GROUP BY ALL ORDER BY ALL" if by else ""
    return f"""WITH delivered AS (
  SELECT *, {apart_of(indicator.apart)} AS apart, {names_of(indicator.apart)} AS names FROM {rows}
), figures AS (SELECT * FROM delivered WHERE {counted}
), best AS (
  SELECT ref_area, time_period, apart, names, any_value(year) AS year, sum(value) AS whole, count(value) AS told,
    count(*) AS held, len(names) = {len(inside)} AS is_as_asked
  FROM figures AS f WHERE {kept} GROUP BY ref_area, time_period, apart, names
  QUALIFY row_number() OVER (PARTITION BY ref_area, time_period, apart
    ORDER BY told > 0 DESC, is_as_asked DESC, whole DESC NULLS LAST, held - told, len(names), names) = 1
), chosen AS ({together}
), short AS ({short}
)
SELECT {", ".join([*chosen, *_figures(base, times)])}
FROM figures AS f SEMI JOIN chosen USING (ref_area, time_period, apart, names)
LEFT JOIN short USING (ref_area, time_period){grouped}"""


_TOGETHER_OR_EACH = """
  SELECT best.* FROM best JOIN (
    SELECT ref_area, time_period, bool_or(apart = '' AND ((is_as_asked AND told > 0)
        OR coalesce(whole, -1) >= coalesce(added, -1))) AS is_together
    FROM best LEFT JOIN (SELECT ref_area, time_period, sum(whole) AS added FROM best WHERE apart <> '' GROUP BY ALL)
      USING (ref_area, time_period) GROUP BY ALL
  ) USING (ref_area, time_period) WHERE (apart = '') = is_together"""
_SHORT = """
  SELECT DISTINCT ref_area, time_period, true AS is_short
  FROM (SELECT DISTINCT ref_area, time_period, {starts} AS starts FROM chosen WHERE apart <> '') AS p
  JOIN (SELECT ref_area, apart, min({starts}) AS since FROM delivered WHERE apart <> '' GROUP BY ALL) AS s
    USING (ref_area)
  ANTI JOIN (SELECT ref_area, time_period, apart FROM chosen WHERE told > 0) AS t USING (ref_area, time_period, apart)
  WHERE s.since <= p.starts"""
_NEVER_SHORT = "SELECT '' AS ref_area, '' AS time_period, false AS is_short WHERE false"


def _holds(names: Sequence[str]) -> str:
    """Whether a group names all of these."""
    listed = ", ".join(quoted(name) for name in names)
    return f"list_has_all(names, [{listed}]::VARCHAR[])"


def _figures(base: Frequency, times: Collection[str]) -> tuple[str, ...]:
    """Value, the least and greatest it can be, and its status: provisional where anything is missing in it."""
    missing = "count(value) < count(*) OR coalesce(bool_or(is_short), false) OR bool_or(obs_status = 'P')"
    if lengths := [MONTHS[frequency] for frequency in FREQUENCIES if frequency in times]:
        periods = min(lengths) // MONTHS[base]
        missing += f" OR count(DISTINCT time_period) FILTER (value IS NOT NULL) < {periods}"
    flags = " ".join(f"WHEN bool_or(obs_status = '{flag}') THEN '{flag}'" for flag in _FLAGS)
    return (
        "sum(value)::BIGINT AS value",
        "CASE WHEN count(lower) > 0 THEN sum(coalesce(lower, value)) END AS lower",
        "CASE WHEN count(upper) > 0 THEN sum(coalesce(upper, value)) END AS upper",
        f"CASE WHEN count(value) = 0 THEN 'O' WHEN {missing} THEN 'P' {flags} ELSE 'A' END AS obs_status",
    )
