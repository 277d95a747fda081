"""Figures: plain numbers, and cells that may hold a statistical office's sign instead."""

from __future__ import annotations

from collections.abc import Mapping

from transforms.messages import Message, said
from transforms.sources.cells import Cells, Fault, FieldSql, header_of, is_in, literal, with_empty
from transforms.sources.profile import Field, ValueField
from transforms.sources.status_sql import with_status
from transforms.sql import quoted
from transforms.tables import Column


def number_sql(cell: str, decimal: str, thousands: str, scale: float) -> tuple[str, str]:
    """(value as DOUBLE or null, condition that is true for text which is not such a number)."""
    plain = cell
    for mark in thousands:
        plain = f"replace({plain}, {quoted(mark)}, '')"
    if decimal != ".":
        plain = f"replace({plain}, {quoted(decimal)}, '.')"
    value = f"TRY_CAST({plain} AS DOUBLE)"
    scaled = value if scale == 1.0 else f"round({value} * {scale!r}, 6)"
    return scaled, f"NOT regexp_full_match({plain}, '[+-]?[0-9]{{1,15}}(\\.[0-9]{{1,15}})?')"


def number_field(item: Field, column: Column, cells: Cells) -> FieldSql:
    cell, header = cells.of(item), header_of(item)
    value, misfit = number_sql(cell, item.decimal, item.thousands, item.scale)
    if item.kind == "integer":
        misfit = f"NOT regexp_full_match({cell}, '[+-]?[0-9]{{1,15}}')"
    faults = [Fault(rule=f"not_a_number:{header}", header=header, test=misfit, expected=said("a number"))]
    for limit, sign in ((item.min, "<"), (item.max, ">")):
        if limit is not None:
            condition = f"{value} {sign} {limit * item.scale!r}"
            expected = _not_below(limit) if sign == "<" else said("not above {limit}", limit=f"{limit:g}")
            faults.append(Fault(rule=f"out_of_range:{header}", header=header, test=condition, expected=expected))
    return with_empty(item, column, cell, f"CAST({value} AS {column.type})", *faults)


def _not_below(limit: float) -> Message:
    return said("not below {limit}", limit=f"{limit:g}")


def observed_sql(item: ValueField, cells: Cells, columns: Mapping[str, Column]) -> dict[str, FieldSql]:
    """SQL of value, lower, upper, obs_status and conf_status from the cell of the figure and its status columns."""
    cell = cells.trimmed(item.header)
    number, misfit = number_sql(cell, item.decimal, item.thousands, item.scale)
    signs = {text: sign for text, sign in item.signs.items() if text}
    blank = item.signs.get("")

    def figure(part: str, otherwise: str) -> str:
        whens = [
            f"WHEN {cell} = {quoted(text)} THEN {_number_or_null(getattr(sign, part))}" for text, sign in signs.items()
        ]
        if blank is not None:
            whens.append(f"WHEN {cell} IS NULL THEN {_number_or_null(getattr(blank, part))}")
        return f"CASE {' '.join(whens)} ELSE {otherwise} END" if whens else otherwise

    def status(name: str, empty: str, normal: str) -> str:
        column = columns[name]
        whens = [
            f"WHEN {cell} = {quoted(text)} THEN {literal(getattr(sign, name), column)}" for text, sign in signs.items()
        ]
        at_empty = getattr(blank, name) if blank is not None else empty
        whens.append(f"WHEN {cell} IS NULL THEN {literal(at_empty, column)}")
        return f"CASE {' '.join(whens)} ELSE {literal(normal, column)} END"

    known = dict.fromkeys(signs, "")
    expected = said("a number, or one of the signs {signs}", signs=" ".join(signs)) if signs else said("a number")
    faults = [
        Fault(
            rule=f"not_a_number:{item.header}",
            header=item.header,
            test=f"NOT ({is_in(cell, known)}) AND {misfit}",
            expected=expected,
        )
    ]
    if item.min is not None:
        low = f"NOT ({is_in(cell, known)}) AND {number} < {item.min!r}"
        faults.append(
            Fault(
                rule=f"out_of_range:{item.header}",
                header=item.header,
                test=low,
                expected=_not_below(item.min),
            )
        )
    fields = {
        "value": FieldSql(value=figure("value", number), faults=tuple(faults)),
        "lower": FieldSql(value=figure("lower", "NULL::DOUBLE")),
        "upper": FieldSql(value=figure("upper", "NULL::DOUBLE")),
        "obs_status": FieldSql(value=status("obs_status", "O", "A")),
        "conf_status": FieldSql(value=status("conf_status", "F", "F")),
    }
    is_number = f"({cell} IS NOT NULL AND NOT ({is_in(cell, known)}))"
    return with_status(item, fields, cells, columns, is_number)


def _number_or_null(value: float | None) -> str:
    return "NULL::DOUBLE" if value is None else f"{value!r}::DOUBLE"
