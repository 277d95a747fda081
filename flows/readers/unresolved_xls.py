"""Cells of an .xls with an error, or with a formula that nothing has computed.

Format: [MS-XLS], BoolErr, Formula and FormulaValue. A formula always stores eight bytes of result; programs that do not
compute leave an empty text in each. Where no formula of the workbook has another result, none was computed; else an
empty text is what the formula gave.
"""

from __future__ import annotations

import codecs
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from flows.readers.biff import records
from flows.readers.staged import NO_RESULT

_BOUND_SHEET, _CODE_PAGE, _BEGIN, _FORMULA, _TRUTH_OR_ERROR = 0x0085, 0x0042, 0x0809, 0x0006, 0x0205
_BIFF8 = 0x0600
_ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}
_ERROR, _EMPTY_TEXT = 2, 3
_NO_NUMBER = 0xFFFF
_WESTERN = "cp1252"
Found = dict[str, dict[tuple[int, int], str]]


@dataclass(frozen=True, slots=True)
class _Formula:
    """A formula whose result is an empty text (`is_empty`), or something else that is no error."""

    sheet: str
    place: tuple[int, int]
    is_empty: bool


def unresolved_xls(stream: bytes) -> Found:
    """Sheet -> (row, column), both from 0 -> the error, or `NO_RESULT`; of a stream that `check_records` let pass."""
    found: Found = {}
    formulas: list[_Formula] = []
    for name, start in _sheets(stream):
        for kind, record in records(stream, start):
            if kind == _TRUTH_OR_ERROR and len(record) >= 8 and record[7]:
                found.setdefault(name, {})[struct.unpack_from("<HH", record)] = _error(record[6])
            elif kind == _FORMULA and len(record) >= 14:
                place, (code, mark) = struct.unpack_from("<HH", record), struct.unpack_from("<B5xH", record, 6)
                if mark == _NO_NUMBER and code == _ERROR:
                    found.setdefault(name, {})[place] = _error(record[8])
                else:
                    is_empty = mark == _NO_NUMBER and code == _EMPTY_TEXT
                    formulas.append(_Formula(name, place, is_empty))
    if all(formula.is_empty for formula in formulas):
        for formula in formulas:
            found.setdefault(formula.sheet, {})[formula.place] = NO_RESULT
    return found


def _error(code: int) -> str:
    return _ERRORS.get(code, "#REF!")


def _sheets(stream: bytes) -> Iterator[tuple[str, int]]:
    """(name, where its records begin) of each sheet."""
    is_new, encoding = True, _WESTERN
    for kind, record in records(stream, 0):
        if kind == _BEGIN:
            is_new = struct.unpack_from("<H", record)[0] == _BIFF8
        elif kind == _CODE_PAGE:
            encoding = _known(struct.unpack_from("<H", record)[0])
        elif kind == _BOUND_SHEET:
            yield _name(record, encoding, is_new=is_new), struct.unpack_from("<I", record)[0]


def _known(code_page: int) -> str:
    try:
        return codecs.lookup(f"cp{code_page}").name
    except LookupError:
        return _WESTERN


def _name(record: bytes, encoding: str, *, is_new: bool) -> str:
    """Since 1997 two bytes a letter, or one where the upper one is zero throughout; before that the code page."""
    length = record[6]
    if not is_new:
        return record[7 : 7 + length].decode(encoding, "replace")
    if record[7] & 1:
        return record[8 : 8 + 2 * length].decode("utf-16-le", "replace")
    return record[8 : 8 + length].decode("latin-1")
