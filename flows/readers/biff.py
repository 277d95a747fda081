"""Records of an .xls workbook: what they say of its size is checked before a reader makes room for it.

Format: [MS-XLS], Excel Binary File Format, and its forerunner BIFF5. A damaged number of rows, columns or texts would
make the reader ask for more memory than there is.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from flows.readers.compound import Damaged

_EOF, _SHEET, _DIMENSIONS, _TEXTS, _ROW_OF_NUMBERS = 0x000A, 0x0085, 0x0200, 0x00FC, 0x00BD
_CELLS = frozenset({0x0006, 0x00BD, 0x00D6, 0x00FD, 0x0201, 0x0203, 0x0204, 0x0205, 0x027E})
"""Formula, numbers of a row, rich text, shared text, blank, number, text, truth value or error, short number."""
_RANGES = {10: struct.Struct("<HHHH"), 14: struct.Struct("<IIHH")}
"""First and last row and column in a record of this length, before and since 1997."""
OLD_STREAMS = ("Workbook", "Book")
"""Names of the stream that holds the cells of an .xls, since 1997 and before."""
MOST_ROWS = 65_536
MOST_COLUMNS = 256
_SHORTEST_TEXT = 3


def check_records(stream: bytes) -> None:
    """Raise Damaged where a record says what cannot be: a place beyond the last column, more texts than bytes."""
    try:
        for start in _check_part(stream, 0):
            _check_part(stream, start)
    except struct.error as problem:
        raise Damaged("a record is shorter than its kind") from problem


def _check_part(stream: bytes, start: int) -> list[int]:
    """Check the records to the end of a part; returns where the parts of the sheets begin."""
    sheets = []
    for kind, record in records(stream, start):
        if kind in _CELLS:
            row_and_column = struct.unpack_from("<HH", record)
            last = struct.unpack_from("<H", record, len(record) - 2)[0] if kind == _ROW_OF_NUMBERS else 0
            if max(row_and_column[1], last) >= MOST_COLUMNS:
                raise Damaged("a cell lies beyond the last column")
        elif kind == _DIMENSIONS:
            _check_dimensions(record)
        elif kind == _TEXTS:
            if struct.unpack_from("<4xI", record)[0] * _SHORTEST_TEXT > len(stream):
                raise Damaged("more texts than bytes")
        elif kind == _SHEET:
            sheets.append(struct.unpack_from("<I", record)[0])
    return sheets


def _check_dimensions(record: bytes) -> None:
    if len(record) not in _RANGES:
        raise Damaged("a range of no known form")
    top, bottom, left, right = _RANGES[len(record)].unpack_from(record)
    is_empty = bottom == 0 or right == 0
    if not is_empty and not (top < bottom <= MOST_ROWS and left < right <= MOST_COLUMNS):
        raise Damaged("a range that no sheet has")


def records(stream: bytes, start: int) -> Iterator[tuple[int, bytes]]:
    """(kind, content) of each record from there to the end of its part. Raises Damaged, and struct.error at the end."""
    place = start
    while True:
        kind, length = struct.unpack_from("<HH", stream, place)
        record = stream[place + 4 : place + 4 + length]
        if len(record) < length:
            raise Damaged("a record reaches beyond the end")
        if kind == _EOF:
            return
        yield kind, record
        place += 4 + length
