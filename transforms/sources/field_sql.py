"""How each kind of field becomes SQL over staged cells: the value it stores and the faults that keep a row out.

A staged cell is trimmed text, or null when it is empty. Every expression is deterministic, so the rows that a
fault selects and the rows that are stored are complements of each other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from transforms.areas import CodeSystem, alpha2_by_code
from transforms.codes import CHILD_AGE_GROUPS, NOT_REPORTED, UNKNOWN, UNSPECIFIC
from transforms.contracts import stored_type
from transforms.messages import Message, said
from transforms.sources.cells import (
    LONG,
    Cells,
    Fault,
    FieldSql,
    accepted_codes,
    case_of,
    header_of,
    is_in,
    literal,
    shown,
    shown_several,
    with_empty,
)
from transforms.sources.country_sql import NAMED, country_name_field, country_sql
from transforms.sources.date_sql import (
    date_field,
    period_field,
    year_field,
    year_of_date_field,
    year_of_period_field,
)
from transforms.sources.figure_sql import number_field
from transforms.sources.flag_sql import flag_field
from transforms.sources.profile import Field
from transforms.sql import quoted
from transforms.tables import Column

_OLDEST = 120
_EXAMPLES = {"country_alpha2": "TM", "country_alpha3": "TKM", "country_numeric": "795"}
_BANDS = (
    ("0-8", 8), ("9-17", 17), ("18-20", 20), ("21-23", 23),
    ("24-26", 26), ("27-29", 29), ("30-38", 38), ("39-47", 47),
)  # fmt: skip
"""CTDC age bands by their last completed year; beyond them comes 48+."""


def field_sql(item: Field, column: Column, cells: Cells) -> FieldSql:
    """SQL of one field for the column it fills."""
    return _BUILDERS[item.kind](item, column, cells)


def _constant(item: Field, column: Column, cells: Cells) -> FieldSql:
    return FieldSql(constant=literal(item.constant or "", column))


def _text(item: Field, column: Column, cells: Cells) -> FieldSql:
    cell = cells.of(item)
    faults: tuple[Fault, ...] = ()
    if item.pattern:
        misfit = f"NOT regexp_full_match({cell}, {quoted(item.pattern)})"
        if item.codes:
            misfit += f" AND NOT ({is_in(cell, item.codes)})"
        expected = Message(id=item.doc) if item.doc else said("text of the form {pattern}", pattern=item.pattern)
        faults = (Fault(rule=f"pattern:{header_of(item)}", header=header_of(item), test=misfit, expected=expected),)
    kept = cell if item.present is None else literal(item.present, column)
    value = f"CAST({case_of(cell, item.codes, column, kept)} AS {stored_type(column)})"
    return with_empty(item, column, cell, value, *faults)


def _code(item: Field, column: Column, cells: Cells) -> FieldSql:
    cell, codes = cells.of(item), accepted_codes(item, column)
    fault = Fault(
        rule=f"unknown_code:{header_of(item)}",
        header=header_of(item),
        test=f"NOT ({is_in(cell, codes)})" if column.nullable or len(codes) > LONG else "",
        expected=shown(codes),
    )
    careful = with_empty(item, column, cell, case_of(cell, codes, column), fault)
    raw = cells.raw(item.headers[0]) if len(item.headers) == 1 else None
    if raw is None or len(codes) > LONG:
        return careful
    return replace(careful, value=case_of(raw, codes, column, careful.value))


def _codes(item: Field, column: Column, cells: Cells) -> FieldSql:
    cell, codes = cells.of(item), accepted_codes(item, column)
    parts = f"list_filter(string_split({cell}, {quoted(item.separator)}), lambda x: trim(x) <> '')"
    mapped = f"list_transform({parts}, lambda x: {case_of('trim(x)', codes, column)})"
    value = f"list_sort(list_distinct({mapped}))::{stored_type(column)}"
    fault = Fault(
        rule=f"unknown_code:{header_of(item)}",
        header=header_of(item),
        test=f"len(list_filter({parts}, lambda x: NOT ({is_in('trim(x)', codes)}))) > 0",
        expected=shown_several(codes, item.separator),
    )
    nothing = literal(item.empty or NOT_REPORTED, column)
    return FieldSql(value=f"CASE WHEN len({parts}) > 0 THEN {value} ELSE {nothing} END", faults=(fault,))


def _country(item: Field, column: Column, cells: Cells) -> FieldSql:
    system: CodeSystem = item.kind  # type: ignore[assignment]  # the table below calls this for country kinds only
    cell, known = cells.of(item), alpha2_by_code(system)
    # A cast that fails is slow: cells of a length no code has are not tried.
    lengths = ", ".join(str(length) for length in sorted({len(code) for code in known}))
    keys = f"TRY_CAST(CASE WHEN length({cell}) IN ({lengths}) THEN {cell} END AS {system})"
    value = keys if system == "country_alpha2" else _pick(keys, list(known.values()))
    fault = Fault(
        rule=f"unknown_code:{header_of(item)}",
        header=header_of(item),
        expected=said(
            "an ISO 3166 code ({system}) such as {example}",
            system=system.removeprefix("country_").replace("alpha", "alpha-"),
            example=_EXAMPLES[system],
        ),
    )
    typed = f"CAST({case_of(cell, item.codes, column, f'{value}::{stored_type(column)}')} AS {stored_type(column)})"
    careful = with_empty(item, column, cell, typed, fault)
    raw = cells.raw(item.headers[0]) if len(item.headers) == 1 else None
    if raw is None or system != "country_alpha2" or not known.keys().isdisjoint(item.codes):
        return careful
    plain = f"TRY_CAST(CASE WHEN length({raw}) = 2 AND {raw} >= 'A' THEN {raw} END AS {system})::VARCHAR"
    return replace(careful, value=f"coalesce({plain}, {careful.value})")


def _pick(enum: str, values: list[str]) -> str:
    return f"list_extract([{', '.join(quoted(value) for value in values)}], enum_code({enum}) + 1)"


def _country_key(cell: str) -> tuple[str, Mapping[str, str]]:
    """(SQL of the ISO code in a cell, null where it is none; alpha-2 by code)."""
    known = alpha2_by_code("country_alpha3") | alpha2_by_code("country_alpha2")
    return f"TRY_CAST({cell} AS ENUM({_listed(tuple(known))}))", known


def _area_type(item: Field, column: Column, cells: Cells) -> FieldSql:
    cell = cells.of(item)
    is_country = f"{_country_key(cell)[0]} IS NOT NULL"
    return with_empty(item, column, cell, f"CASE WHEN {is_country} THEN 'country' ELSE 'region' END")


def _area(item: Field, column: Column, cells: Cells) -> FieldSql:
    cell = cells.of(item)
    keys, known = _country_key(cell)
    pattern = item.pattern or r"[A-Za-z0-9][A-Za-z0-9_\-]*"
    fault = Fault(
        rule=f"unknown_code:{header_of(item)}",
        header=header_of(item),
        test=f"{keys} IS NULL AND NOT regexp_full_match({cell}, {quoted(pattern)}) AND NOT ({is_in(cell, item.codes)})",
        expected=said("an ISO 3166 code, or the code of a region or aggregate"),
    )
    value = case_of(cell, item.codes, column, f"coalesce({_pick(keys, list(known.values()))}, {cell})")
    return with_empty(item, column, cell, value, fault)


def _breakdown(item: Field, column: Column, cells: Cells) -> FieldSql:
    """`age=Y15T24;residence=urban` of several columns whose blanks mean all of them together, else `total`."""
    parts, faults = [], []
    for header, dimension in item.dimensions.items():
        cell = cells.trimmed(header)
        is_total = is_in(cell, dict.fromkeys(item.totals, ""))
        code, fault = _part(item, column, header, cell)
        parts.append(f"CASE WHEN {cell} IS NOT NULL AND NOT ({is_total}) THEN {quoted(dimension + '=')} || {code} END")
        faults.append(replace(fault, test=f"{fault.test} AND NOT ({is_total})"))
    return FieldSql(value=f"coalesce(nullif(concat_ws(';', {', '.join(parts)}), ''), 'total')", faults=tuple(faults))


def _part(item: Field, column: Column, header: str, cell: str) -> tuple[str, Fault]:
    """SQL of the code in one column of a breakdown, and the fault that another cell is."""
    code = case_of(cell, item.codes, column, cell)
    rule = f"unknown_code:{header}"
    if header in item.countries:
        code = country_sql(cell, column)
        return code, Fault(rule=rule, header=header, expected=NAMED, test=f"{cell} IS NOT NULL AND ({code}) IS NULL")
    if header in item.lists:
        listed = dict.fromkeys(item.lists[header], "")
        return code, Fault(rule=rule, header=header, expected=shown(listed), test=f"NOT ({is_in(f'({code})', listed)})")
    expected = said("a short text without ; = and |, or an empty cell for all together")
    misfit = f"NOT regexp_full_match({cell}, {quoted(item.pattern or _CODE)})"
    return code, Fault(rule=f"pattern:{header}", header=header, expected=expected, test=misfit)


_CODE = "[^;=|]{1,80}"


def _projection(item: Field, column: Column, cells: Cells) -> FieldSql:
    late = f"TRY_CAST({cells.of(item)} AS SMALLINT) >= {int(item.min or 0)}"
    return FieldSql(value=f"CASE WHEN {late} THEN {literal('E', column)} ELSE {literal('A', column)} END")


def _age(item: Field, column: Column, cells: Cells) -> FieldSql:
    cell, header = cells.of(item), header_of(item)
    years = f"TRY_CAST({cell} AS SMALLINT)"
    whens = " ".join(f"WHEN {years} <= {last} THEN {literal(band, column)}" for band, last in _BANDS)
    is_age = f"regexp_full_match({cell}, '[0-9]{{1,3}}') AND {years} <= {_OLDEST}"
    value = f"CASE WHEN NOT ({is_age}) THEN NULL {whens} ELSE {literal('48+', column)} END"
    expected = said("completed years, 0 to {oldest}, or empty", oldest=str(_OLDEST))
    fault = Fault(rule=f"not_an_age:{header}", header=header, expected=expected)
    return with_empty(item, column, cell, case_of(cell, item.codes, column, value), fault)


def _age_class(item: Field, column: Column, cells: Cells) -> FieldSql:
    child, adult = literal("child", column), literal("adult", column)
    own = _code(item, column, cells) if item.headers else FieldSql()
    unspecific = "age_class" if own.value else f"age_group::VARCHAR::{stored_type(column)}"
    return FieldSql(
        value=own.value,
        derived=f"CASE WHEN age_group IN ({_listed(CHILD_AGE_GROUPS)}) THEN {child} "
        f"WHEN age_group IN ({_listed(UNSPECIFIC)}) THEN {unspecific} ELSE {adult} END",
        faults=own.faults,
    )


def _listed(codes: tuple[str, ...]) -> str:
    return ", ".join(quoted(code) for code in codes)


def _crossing(item: Field, column: Column, cells: Cells) -> FieldSql:
    pair = "citizenship", "country_of_exploitation"
    whens = " ".join(
        f"WHEN {quoted(code)} IN ({', '.join(pair)}) THEN {literal(code, column)}" for code in (UNKNOWN, NOT_REPORTED)
    )
    same = f"WHEN {pair[0]} = {pair[1]} THEN {literal('domestic', column)}"
    return FieldSql(derived=f"CASE {whens} {same} ELSE {literal('cross_border', column)} END")


_BUILDERS: Mapping[str, Callable[[Field, Column, Cells], FieldSql]] = {
    "text": _text,
    "code": _code,
    "codes": _codes,
    "flags": flag_field,
    "country_alpha2": _country,
    "country_alpha3": _country,
    "country_numeric": _country,
    "country_name": country_name_field,
    "area": _area,
    "area_type": _area_type,
    "date": date_field,
    "year": year_field,
    "year_of_date": year_of_date_field,
    "period": period_field,
    "year_of_period": year_of_period_field,
    "breakdown": _breakdown,
    "projection": _projection,
    "integer": number_field,
    "number": number_field,
    "age": _age,
    "age_class": _age_class,
    "crossing": _crossing,
    "constant": _constant,
}
