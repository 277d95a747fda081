"""Compound files, the container of .xls: their numbers are checked before a reader that trusts them sees the file.

Format: [MS-CFB], Compound File Binary File Format. A chain of sectors that leaves the file or runs in a circle, or a
length beyond the file's own, would make the reader fill the memory.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

_HEADER = struct.Struct("<24xHHHHH6x9I")
_ENTRY = struct.Struct("<64sHB49xIQ")
_END = 0xFFFFFFFE
_LAST_SECTOR = 0xFFFFFFF9
"""Greater numbers are marks: end of a chain, unused, part of the allocation table."""
_IN_HEADER = 109
_STREAM, _ROOT = 2, 5


class Damaged(ValueError):
    """A number in the file cannot be true."""


@dataclass(frozen=True, slots=True)
class _Sectors:
    """Pieces of equal size, the last perhaps shorter, and which one follows which."""

    content: bytes
    size: int
    follows: tuple[int, ...] = ()

    def __len__(self) -> int:
        return -(-len(self.content) // self.size)

    def sector(self, number: int) -> bytes:
        if number >= len(self):
            raise Damaged("a sector lies beyond the end")
        return self.content[number * self.size : (number + 1) * self.size]

    def chain(self, first: int) -> bytes:
        """The sectors from the first to the end of their chain."""
        return b"".join(map(self.sector, self._numbers(first)))

    def _numbers(self, number: int) -> Iterator[int]:
        seen = 0
        while number != _END:
            if number >= len(self.follows) or seen > len(self):
                raise Damaged("a chain leaves the file or runs in a circle")
            yield number
            number, seen = self.follows[number], seen + 1


def streams(content: bytes) -> dict[str, bytes]:
    """Name -> content of every stream. Raises Damaged."""
    try:
        return _streams(content)
    except struct.error as problem:
        raise Damaged("a part is shorter than its kind") from problem


def _streams(content: bytes) -> dict[str, bytes]:
    _, version, _, shift, mini_shift, *numbers = _HEADER.unpack_from(content)
    directories, tables, directory, _, cutoff, mini_table, mini_tables, difat, difats = numbers
    if (version, shift) not in ((3, 9), (4, 12)) or mini_shift != 6:
        raise Damaged("sectors of no known size")
    size = 1 << shift
    body = _Sectors(content[size:], size)
    if max(directories, tables, mini_tables, difats) > len(body):
        raise Damaged("more sectors than the file holds")
    body = _Sectors(body.content, size, _allocation(content, body, difat))
    entries = [_ENTRY.unpack(chunk) for chunk in _chunks(body.chain(directory), _ENTRY.size)]
    if not entries or entries[0][2] != _ROOT:
        raise Damaged("no directory")
    mini = _Sectors(b"", 1 << mini_shift)
    if mini_tables:
        _, _, _, root, length = entries[0]
        mini = _Sectors(_cut(body.chain(root), length & 0xFFFFFFFF), mini.size, _numbers_of(body.chain(mini_table)))
    found = {}
    for name, name_length, kind, first, length in entries:
        if kind == _STREAM:
            length &= 0xFFFFFFFF  # the upper half is undefined in version 3, and no workbook is that long
            place = mini if length < cutoff else body
            text = name[: max(0, name_length - 2)].decode("utf-16-le", "replace")
            found[text] = _cut(place.chain(first), length) if length else b""
    return found


def _allocation(content: bytes, body: _Sectors, difat: int) -> tuple[int, ...]:
    """Which sector follows which: the table lies in sectors that the header and further sectors list."""
    listed = list(struct.unpack_from(f"<{_IN_HEADER}I", content, _HEADER.size))
    for _ in range(len(body) + 1):
        if difat > _LAST_SECTOR:
            break
        *more, difat = _numbers_of(body.sector(difat))
        listed += more
    else:
        raise Damaged("a chain runs in a circle")
    return tuple(after for number in listed if number <= _LAST_SECTOR for after in _numbers_of(body.sector(number)))


def _numbers_of(content: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(content) // 4}I", content)


def _chunks(content: bytes, size: int) -> Iterator[bytes]:
    for start in range(0, len(content), size):
        yield content[start : start + size]


def _cut(content: bytes, length: int) -> bytes:
    if length > len(content):
        raise Damaged("a stream is shorter than it says")
    return content[:length]
