"""Names of countries as cells hold them, in any language of the region."""

from __future__ import annotations

from transforms.contracts import stored_type
from transforms.country_names import alpha2_by_name, name_key_sql
from transforms.messages import said
from transforms.sources.cells import Cells, Fault, FieldSql, case_of, header_of, with_empty
from transforms.sources.profile import Field
from transforms.sql import quoted
from transforms.tables import Column

NAMED = said("the name of one country in Turkmen, Russian or English, or its ISO 3166 code such as TM")


def country_name_field(item: Field, column: Column, cells: Cells) -> FieldSql:
    """Alpha-2 of a country by name or code; a name that is not known, or belongs to several, is a fault."""
    cell = cells.of(item)
    one = f"trim(string_split({cell}, {quoted(item.separator)})[1])" if item.first_of_several else cell
    code = f"CAST({case_of(cell, item.codes, column, country_sql(one, column))} AS {stored_type(column)})"
    fault = Fault(rule=f"unknown_code:{header_of(item)}", header=header_of(item), expected=NAMED)
    return with_empty(item, column, cell, code, fault)


def country_sql(cell: str, column: Column) -> str:
    """SQL of the alpha-2 code that a cell names, null where it names none."""
    return case_of(f"({name_key_sql(cell)})", alpha2_by_name(), column)
