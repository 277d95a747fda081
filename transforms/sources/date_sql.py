"""Dates and years."""

from __future__ import annotations

from transforms.sources.cells import Cells, Fault, FieldSql, header_of, with_empty
from transforms.sources.profile import Field, VintageRule
from transforms.sql import quoted
from transforms.tables import Column

_EARLIEST_YEAR = 1900
_LATEST_YEAR = 2199


def extract_date_sql(rule: VintageRule, cells: Cells) -> str:
    """The day in the column that says when the extract was made, null where there is none."""
    return f"try_strptime({cells.trimmed(rule.column)}, {quoted(rule.format)})::DATE"


def extract_date_faults(rule: VintageRule, cells: Cells) -> tuple[Fault, ...]:
    """A row must say when its extract was made."""
    day = extract_date_sql(rule, cells)
    return (
        Fault(
            rule=f"not_a_date:{rule.column}",
            header=rule.column,
            test=f"({day} IS NULL OR year({day}) < {_EARLIEST_YEAR})",
            expected=f"a date written {written(rule.format)}",
        ),
    )


def written(form: str) -> str:
    """How a person would say a date format: YYYY-MM-DD."""
    return form.replace("%Y", "YYYY").replace("%m", "MM").replace("%d", "DD")


def date_field(item: Field, column: Column, cells: Cells) -> FieldSql:
    cell, header = cells.of(item), header_of(item)
    parsed = f"try_strptime({cell}, {quoted(item.format)})::DATE"
    faults = (
        Fault(
            rule=f"not_a_date:{header}",
            header=header,
            test=f"{cell} IS NOT NULL AND ({parsed} IS NULL OR year({parsed}) < {_EARLIEST_YEAR})",
            expected=f"a date written {written(item.format)}",
        ),
        Fault(
            rule=f"future_date:{header}",
            header=header,
            test=f"{parsed} > DATE {quoted(cells.latest)}",
            expected="a date not later than the day the file came",
        ),
    )
    return with_empty(item, column, cell, parsed, *faults)


def year_field(item: Field, column: Column, cells: Cells) -> FieldSql:
    cell, header = cells.of(item), header_of(item)
    last = int(item.max or (int(cells.latest[:4]) if column.type == "DATE" else _LATEST_YEAR))
    first = int(item.min or _EARLIEST_YEAR)
    number = f"TRY_CAST({cell} AS SMALLINT)"
    value = f"make_date({number}, 1, 1)" if column.type == "DATE" else number
    is_year = f"regexp_full_match({cell}, '[0-9]{{4}}') AND {number} BETWEEN {first} AND {last}"
    fault = Fault(
        rule=f"not_a_year:{header}",
        header=header,
        test=f"{cell} IS NOT NULL AND NOT coalesce({is_year}, false)" if column.nullable else "",
        expected=f"a year from {first} to {last} in four digits",
    )
    return FieldSql(value=f"CASE WHEN {is_year} THEN {value} END", faults=(fault,))


def year_of_date_field(item: Field, column: Column, cells: Cells) -> FieldSql:
    parsed = f"try_strptime({cells.of(item)}, {quoted(item.format)})::DATE"
    return FieldSql(value=f"year({parsed})::SMALLINT")
