"""Damaged .xls files: a number that cannot be true is found before a reader would make room for what it announces."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.readers.biff import check_records
from flows.readers.compound import Damaged, streams
from flows.readers.workbook import read_grids
from tests.flows.extracts import PEOPLE, Extract, as_xls, figures
from transforms.errors import FileRejected

SOUND = as_xls(figures("VALUE"))
DIFAT, FIRST_TABLE = 68, 76
"""Where the header names the next sector of the list of tables, and the first sector of the table of what follows."""


def with_number(content: bytes, place: int, number: int, form: str = "<I") -> bytes:
    size = struct.calcsize(form)
    return content[:place] + struct.pack(form, number) + content[place + size :]


def in_a_circle(content: bytes) -> bytes:
    """The second sector of the workbook leads back to the first."""
    table = 512 * (1 + struct.unpack_from("<I", content, FIRST_TABLE)[0])
    first, second, *_ = struct.unpack_from("<128I", content, table)
    assert (first, second) == (1, 2)
    return with_number(content, table + 4, 0)


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "a table beyond the end": lambda content: with_number(content, FIRST_TABLE, 0x00FFFFFE),
    "a list beyond the end": lambda content: with_number(content, DIFAT, 0x00FFFFFE),
    "more tables than sectors": lambda content: with_number(content, 44, 0x7FFFFFFF),
    "a chain in a circle": in_a_circle,
    "cut off": lambda content: content[:4000],
    "cut off in its header": lambda content: content[:100] + "Workbook".encode("utf-16-le"),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_container_is_refused_before_it_is_read(tmp_path: Path, damage: str) -> None:
    content = DAMAGE[damage](SOUND) + "Workbook".encode("utf-16-le")
    with pytest.raises(Damaged):
        streams(content)
    path = tmp_path / "old.xls"
    path.write_bytes(content)
    with pytest.raises(FileRejected, match="incomplete or damaged"):
        read_grids(path)


def record(kind: int, content: bytes) -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


EOF = record(0x000A, b"")
RECORDS = {
    "rows that end before they begin": record(0x0200, struct.pack("<IIHHxx", 34, 13, 0, 4)),
    "more rows than a sheet has": record(0x0200, struct.pack("<IIHHxx", 0, 0x7FFFFFFF, 0, 4)),
    "a cell beyond the last column": record(0x0203, struct.pack("<HHHd", 1, 60_000, 0, 1.5)),
    "a row of numbers beyond the last column": record(0x00BD, struct.pack("<HHHIH", 1, 0, 0, 0, 60_000)),
    "more texts than bytes": record(0x00FC, struct.pack("<II", 1, 0x7FFFFFFF)),
    "a record that is too short": record(0x0203, b"\x01"),
    "a record without end": struct.pack("<HH", 0x0203, 500),
}


@pytest.mark.parametrize("what", RECORDS)
def test_a_record_that_cannot_be_true_is_damage(what: str) -> None:
    with pytest.raises(Damaged):
        check_records(RECORDS[what] + EOF)


def test_a_record_of_a_sheet_is_looked_at_too() -> None:
    start = len(record(0x0085, struct.pack("<I", 0)) + EOF)
    book = record(0x0085, struct.pack("<I", start)) + EOF
    check_records(book + EOF)
    with pytest.raises(Damaged):
        check_records(book + RECORDS["a cell beyond the last column"] + EOF)


@pytest.mark.parametrize("extract", [figures("VALUE"), PEOPLE], ids=["figures", "persons"])
def test_a_sound_workbook_passes(tmp_path: Path, extract: Extract) -> None:
    content = as_xls(extract)
    found = streams(content)
    assert list(found) == ["Workbook"]
    check_records(found["Workbook"])
    path = tmp_path / "old.xls"
    path.write_bytes(content)
    assert read_grids(path)[0].frame.row(0) == extract.header
