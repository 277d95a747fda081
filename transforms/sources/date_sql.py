"""Dates and years."""

from __future__ import annotations

from transforms.messages import said
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
            expected=said("a date written {format}", format=written(rule.format)),
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
            expected=said("a date written {format}", format=written(item.format)),
        ),
        Fault(
            rule=f"future_date:{header}",
            header=header,
            test=f"{parsed} > DATE {quoted(cells.latest)}",
            expected=said("a date not later than the day the file came"),
        ),
    )
    return with_empty(item, column, cell, parsed, *faults)


def _bare(cell: str) -> str:
    """A year or period without the word for year that tables write beside it."""
    return f"CASE WHEN length({cell}) > 4 THEN regexp_replace({cell}, {quoted(_YEAR_WORD)}, '') ELSE {cell} END"


_YEAR_WORD = r"\s*(?:года?|г\.?|ýyly?|ý\.)$"


def year_field(item: Field, column: Column, cells: Cells) -> FieldSql:
    cell, header = f"({_bare(cells.of(item))})", header_of(item)
    last = int(item.max or (int(cells.latest[:4]) if column.type == "DATE" else _LATEST_YEAR))
    first = int(item.min or _EARLIEST_YEAR)
    number = f"TRY_CAST({cell} AS SMALLINT)"
    value = f"make_date({number}, 1, 1)" if column.type == "DATE" else number
    is_year = f"regexp_full_match({cell}, '[0-9]{{4}}') AND {number} BETWEEN {first} AND {last}"
    fault = Fault(
        rule=f"not_a_year:{header}",
        header=header,
        test=f"{cell} IS NOT NULL AND NOT coalesce({is_year}, false)" if column.nullable else "",
        expected=said("a year from {first} to {last} in four digits", first=str(first), last=str(last)),
    )
    careful = f"CASE WHEN {is_year} THEN {value} END"
    plain = _plain_year(cells.raw(header), column, first, last)
    return FieldSql(value=f"coalesce({plain}, {careful})" if plain else careful, faults=(fault,))


def _plain_year(raw: str | None, column: Column, first: int, last: int) -> str:
    """The same for four digits and nothing else, by dictionary: nearly every cell, and far quicker than patterns."""
    if raw is None:
        return ""
    years = ", ".join(quoted(str(year)) for year in range(first, last + 1))
    number = f"(enum_code(TRY_CAST(CASE WHEN length({raw}) = 4 THEN {raw} END AS ENUM({years})))::INTEGER + {first})"
    return f"make_date({number}, 1, 1)" if column.type == "DATE" else f"{number}::SMALLINT"


def year_of_date_field(item: Field, column: Column, cells: Cells) -> FieldSql:
    parsed = f"try_strptime({cells.of(item)}, {quoted(item.format)})::DATE"
    return FieldSql(value=f"year({parsed})::SMALLINT")


_PERIOD = r"([0-9]{4})(?:-?(?:Q[1-4]|M[0-9]{1,2})|-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12][0-9]|3[01]))?)?"


def period_field(item: Field, column: Column, cells: Cells) -> FieldSql:
    """2021, 2021-Q2, 2021-03 or 2021-03-15, from what offices write: 2021Q2, 2021-M03, 2021-M3, a Cyrillic М."""
    cell, header = cells.of(item), header_of(item)
    plain = f"replace(upper({_bare(cell)}), 'М', 'M')"  # the Cyrillic letter looks like the Latin one
    month = f"TRY_CAST(regexp_extract({plain}, 'M([0-9]{{1,2}})$', 1) AS SMALLINT)"
    value = (
        f"CASE WHEN NOT regexp_full_match({plain}, {quoted(_PERIOD)}) THEN NULL "
        f"WHEN contains({plain}, 'Q') THEN left({plain}, 4) || '-' || right({plain}, 2) "
        f"WHEN contains({plain}, 'M') THEN CASE WHEN {month} BETWEEN 1 AND 12 "
        f"THEN left({plain}, 4) || '-' || lpad({month}::VARCHAR, 2, '0') END "
        f"WHEN length({plain}) = 10 AND try_strptime({plain}, '%Y-%m-%d') IS NULL THEN NULL ELSE {plain} END"
    )
    fault = Fault(
        rule=f"not_a_period:{header}",
        header=header,
        expected=said("a year, quarter, month or day such as 2021, 2021-Q2, 2021-03 or 2021-03-15"),
    )
    return with_empty(item, column, cell, value, fault)


def year_of_period_field(item: Field, column: Column, cells: Cells) -> FieldSql:
    """The year with which a period begins; that it is a period, the field of the period itself checks."""
    return FieldSql(value=f"coalesce(TRY_CAST(left({cells.of(item)}, 4) AS SMALLINT), 0::SMALLINT)")
