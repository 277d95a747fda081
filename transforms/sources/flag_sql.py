"""Groups of columns that each say yes or no to one code (1, 0, empty), turned into a list of codes.

While a file is staged, each group becomes one bit mask; the few masks that occur are turned into lists once.
"""

from __future__ import annotations

from transforms.codes import NOT_REPORTED, UNKNOWN
from transforms.messages import said
from transforms.sources.cells import Cells, Fault, FieldSql, code_literal, literal
from transforms.sources.profile import Field
from transforms.sql import quoted
from transforms.tables import Column

MOST_FLAGS = 30
"""Headers in one group: the lower half of a mask holds the answers, the upper half the cells that are none."""
_FOREIGN = 32
FOREIGN = 1 << _FOREIGN
"""A mask that is not below this has a cell that is no flag."""


def flag_bits(item: Field) -> dict[str, int]:
    """Header -> bit of its flag in the mask that is staged for a `flags` field; bit + 32 marks a foreign cell."""
    return {header: number for number, header in enumerate(item.all_headers)}


def flag_lists(item: Field, column: Column, mask: str) -> str:
    """List of codes whose flags are set in a mask. No flag set is `unknown` where the source says that the
    kind was not specified, and else `not_reported`: a zero says what was not found, not what there was."""
    bits = flag_bits(item)

    def any_of(headers: tuple[str, ...]) -> str:
        return f"({mask} & {sum(1 << bits[header] for header in set(headers))}) <> 0"

    picked = ", ".join(
        f"CASE WHEN {any_of(hs)} THEN {code_literal(code, column)} END" for code, hs in item.flags.items()
    )
    chosen = f"list_sort(list_filter([{picked}], lambda x: x IS NOT NULL))"
    every = tuple(header for headers in item.flags.values() for header in headers)
    nothing = literal(NOT_REPORTED, column)
    if item.unspecified:
        nothing = f"CASE WHEN {any_of(item.unspecified)} THEN {literal(UNKNOWN, column)} ELSE {nothing} END"
    return f"CASE WHEN {any_of(every)} THEN {chosen} ELSE {nothing} END"


def flag_mask(item: Field, cells: Cells) -> str:
    """SQL of the mask over the raw cells of a file, empty where it has none of the columns."""
    empty = ", ".join(quoted(text) for text in cells.missing)
    parts = []
    for header, bit in flag_bits(item).items():
        cell = cells.raw(header)
        if cell is None:
            continue
        foreign = f"CASE WHEN {cell} IS NULL OR trim({cell}) IN ('0', {empty}) THEN 0 "
        foreign += f"WHEN trim({cell}) = '1' THEN {1 << bit} ELSE {1 << (bit + _FOREIGN)} END"
        parts.append(f"CASE {cell} WHEN '1' THEN {1 << bit} WHEN '0' THEN 0 WHEN '' THEN 0 ELSE {foreign} END")
    return f"({' | '.join(parts)})::BIGINT" if parts else ""


def flag_field(item: Field, column: Column, cells: Cells) -> FieldSql:
    """Value and faults of a group of flags; without any of its columns the file reports nothing of it."""
    mask = flag_mask(item, cells)
    if not mask:
        return FieldSql(constant=literal(NOT_REPORTED, column))
    faults = tuple(
        Fault(
            rule=f"unknown_code:{header}",
            header=header,
            expected=said("1 for yes, 0 for no, or empty"),
            mask=mask_name(item),
            bit=bit + _FOREIGN,
        )
        for header, bit in flag_bits(item).items()
        if header in cells.places
    )
    return FieldSql(faults=faults)


def mask_name(item: Field) -> str:
    """Column of `staged` that holds the mask."""
    return f"mask_{item.column}"
