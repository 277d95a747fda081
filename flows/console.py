"""What the command line prints: results to standard output, everything else to standard error."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Literal

from rich.console import Console
from rich.table import Table

Format = Literal["table", "csv", "json"]
Value = str | int | float | None

_WIDE = 200
"""Columns of a table that goes into a file or a pipe, where nothing wraps."""


class _Console(Console):
    def on_broken_pipe(self) -> None:
        raise BrokenPipeError  # the reader has seen enough, as of `| head`; rich would end with code 1


def _console(is_error: bool) -> Console:
    stream = sys.stderr if is_error else sys.stdout
    width = None if stream.isatty() else _WIDE
    return _Console(file=stream, width=width, highlight=False, markup=False, emoji=False, soft_wrap=True)


def notice(text: str) -> None:
    """One line to standard error."""
    _console(is_error=True).print(text)


def result(text: str) -> None:
    """One line of the result to standard output."""
    _console(is_error=False).print(text)


@contextmanager
def working(label: str) -> Iterator[Callable[[str], None]]:
    """Say on standard error that something is under way: a spinner for people, plain lines for a log.

    Yields what takes the next line.
    """
    console = _console(is_error=True)
    if not console.is_terminal:
        console.print(f"{label} ...")
        yield console.print
        return
    with console.status(label) as status:
        yield status.update


def print_rows(columns: Sequence[str], rows: Sequence[Sequence[Value]], how: Format = "table") -> None:
    """Print a result as a table for people, or as CSV or JSON for other programs; whole numbers without `.0`."""
    tidy = [[_tidy(value) for value in row] for row in rows]
    if how == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(tidy)
    elif how == "json":
        result(json.dumps([dict(zip(columns, row, strict=True)) for row in tidy], ensure_ascii=False, indent=1))
    else:
        _console(is_error=False).print(_table(columns, tidy), soft_wrap=False)


def _tidy(value: Value) -> Value:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _table(columns: Sequence[str], rows: Sequence[Sequence[Value]]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for place, column in enumerate(columns):
        numbers = bool(rows) and all(isinstance(row[place], int | float | None) for row in rows)
        table.add_column(column, justify="right" if numbers else "left", overflow="fold")
    for row in rows:
        table.add_row(*("" if value is None else str(value) for value in row))
    return table
