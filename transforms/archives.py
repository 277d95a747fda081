"""ZIP containers, such as a workbook is, as bytes that depend on their parts alone. Pure."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

_ZIP_DATE = (2000, 1, 1, 0, 0, 0)


def parts_of(container: bytes) -> dict[str, bytes]:
    """The parts by name, in their order. Raises BadZipFile for what is no container."""
    with zipfile.ZipFile(io.BytesIO(container)) as source:
        return {name: source.read(name) for name in source.namelist()}


def stored(parts: Mapping[str, bytes]) -> bytes:
    """The parts as they are, in their order: the same bytes on every machine."""
    return _container(parts, zipfile.ZIP_STORED)


def deflated(parts: Mapping[str, bytes]) -> bytes:
    """The parts compressed: the same bytes on every day, but other ones with another build of zlib."""
    return _container(parts, zipfile.ZIP_DEFLATED)


def _container(parts: Mapping[str, bytes], compression: int) -> bytes:
    """The parts without the hour and the system of their packing."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name, date_time=_ZIP_DATE)
            entry.create_system = 0
            target.writestr(entry, content, compress_type=compression)
    return out.getvalue()
