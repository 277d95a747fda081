"""What the SQL of every kind of field is made of: the cells of a file, faults, typed literals.

All of it is evaluated once, while a file is staged. A cell is either raw (`c<n>`, never null but in short rows) or
trimmed (`h<n>`, null when empty). Every expression is deterministic: what a fault selects and what is stored are
complements.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from transforms.codes import NOT_REPORTED, UNKNOWN
from transforms.contracts import code_type, stored_type
from transforms.messages import Message, said
from transforms.sources.profile import Field
from transforms.sql import quoted
from transforms.tables import Column

LONG = 40
"""Codes above which a list is looked up instead of compared."""
JOINER = " | "
"""Stands between the cells of a field that is read from several columns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A rule that one cell of a row can break.

    `test` is SQL over cells, null or false where all is well; without it the fault is that the value is null,
    which only a column that is never null may leave open. `mask` names the bit of a staged mask instead. `family` is
    the kind of rule where its key does not begin with it.
    """

    rule: str
    header: str
    expected: Message
    test: str = ""
    family: str = ""
    mask: str = ""
    bit: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldSql:
    """Value and faults of one core column.

    `value` is SQL over cells, or `constant` is what every row gets, which is not worth staging; `derived`, if there
    is any, is SQL over the values of core columns (its own among them, if it has one) and is what is stored.
    """

    value: str = ""
    constant: str = ""
    derived: str = ""
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """Where the cells of a file stand: header -> place, what counts as empty, and the last day a date may be."""

    places: Mapping[str, int]
    missing: tuple[str, ...]
    latest: str

    def of(self, item: Field) -> str:
        """SQL of the trimmed cell of a field; several headers are joined, absent ones are null."""
        found = [self.trimmed(header) for header in item.headers]
        if len(found) == 1:
            return found[0]
        return f" || {quoted(JOINER)} || ".join(f"coalesce({cell}, '')" for cell in found)

    def trimmed(self, header: str) -> str:
        """SQL of one trimmed cell, null when empty or when the file has no such column."""
        return f"h{self.places[header]}" if header in self.places else "NULL::VARCHAR"

    def raw(self, header: str) -> str | None:
        """The cell as it stands in the file."""
        return f"c{self.places[header]}" if header in self.places else None


def default_sql(column: Column) -> str:
    """What a column holds when no field fills it: `not_reported`, or null where that is allowed."""
    if column.nullable:
        return f"NULL::{column.type}"
    return literal(NOT_REPORTED, column)


def literal(value: str, column: Column) -> str:
    """A typed SQL literal of one code or text; a list column gets a list of one."""
    if column.type == "VARCHAR[]":
        return f"[{quoted(value)}]::{stored_type(column)}"
    return f"{quoted(value)}::{stored_type(column)}"


def header_of(item: Field) -> str:
    return item.headers[0] if item.headers else ""


def _at_empty(item: Field, column: Column, cell: str) -> tuple[str | None, tuple[Fault, ...]]:
    """Stored value of an empty cell, or the fault that an empty cell is."""
    if item.empty is not None:
        return literal(item.empty, column), ()
    if column.nullable:
        return None, ()
    if (column.codes is not None and column.codes.open_to_unknown) or item.kind.startswith("country_"):
        return literal(NOT_REPORTED, column), ()
    header = header_of(item)
    return None, (Fault(rule=f"empty:{header}", header=header, test=f"{cell} IS NULL", expected=said("not empty")),)


def with_empty(item: Field, column: Column, cell: str, value: str, *faults: Fault) -> FieldSql:
    default, missing = _at_empty(item, column, cell)
    stored = value if default is None else f"CASE WHEN {cell} IS NULL THEN {default} ELSE {value} END"
    return FieldSql(value=stored, faults=(*missing, *faults))


def case_of(cell: str, codes: Mapping[str, str], column: Column, otherwise: str = "NULL") -> str:
    if not codes:
        return otherwise
    if len(codes) > LONG:
        return _looked_up(cell, codes, column, otherwise)
    whens = " ".join(f"WHEN {quoted(text)} THEN {code_literal(code, column)}" for text, code in codes.items())
    return f"CASE {cell} {whens} ELSE {otherwise} END"


def _looked_up(cell: str, codes: Mapping[str, str], column: Column, otherwise: str) -> str:
    """The same by dictionary: a chain of several hundred WHENs is compared one by one for every row."""
    key = f"TRY_CAST({cell} AS ENUM({', '.join(quoted(text) for text in codes)}))"
    values = ", ".join(code_literal(code, column) for code in codes.values())
    return f"coalesce(list_extract([{values}], enum_code({key}) + 1), {otherwise})"


def code_literal(value: str, column: Column) -> str:
    return quoted(value) if column.codes is None else f"{quoted(value)}::{code_type(column)}"


def accepted_codes(item: Field, column: Column) -> dict[str, str]:
    """Cell -> code: the field's own, or the values and standard names of the column's code list."""
    if item.codes or column.codes is None:
        return dict(item.codes)
    found: dict[str, str] = {}
    for code in column.codes.by_value.values():
        found[code.value] = code.value
        for name in filter(None, (name.strip() for name in code.standard.split(";"))):
            found.setdefault(name, code.value)
    return found | {"Unknown": UNKNOWN, "NonSpecifiedUnknown": UNKNOWN} if column.codes.open_to_unknown else found


def is_in(cell: str, texts: Mapping[str, str]) -> str:
    return f"{cell} IN ({', '.join(quoted(text) for text in texts)})" if texts else "false"


def shown(codes: Mapping[str, str]) -> Message:
    """What a cell with one code may hold."""
    first, more = _first(codes)
    return said("one of {codes} and {n} more", codes=first, n=more) if more else said("one of {codes}", codes=first)


def shown_several(codes: Mapping[str, str], separator: str) -> Message:
    """What a cell with several codes may hold."""
    first, more = _first(codes)
    if more:
        return said(
            "one of {codes} and {n} more; several are separated by {separator}",
            codes=first,
            n=more,
            separator=separator,
        )
    return said("one of {codes}; several are separated by {separator}", codes=first, separator=separator)


def _first(codes: Mapping[str, str]) -> tuple[str, int]:
    """Codes as a file writes them: our own name of a code only where there is no other."""
    others = {code for text, code in codes.items() if text != code}
    listed = [text for text, code in codes.items() if text != code or code not in others]
    return ", ".join(listed[:_SHOWN]), max(0, len(listed) - _SHOWN)


_SHOWN = 14
