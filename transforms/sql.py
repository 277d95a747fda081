"""Text that becomes part of a SQL statement."""

from __future__ import annotations

import re


def quoted(text: str) -> str:
    """A SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def identifier(name: str) -> str:
    """A quoted SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def file_literal(path: str) -> str:
    """A SQL string literal of the name of one file: DuckDB takes `*`, `?` and `[` in names for patterns."""
    return quoted(re.sub(r"([*?\[])", r"[\1]", path))
