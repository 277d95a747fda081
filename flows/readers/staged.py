"""What every reader hands to ingest: rows of text with their place in the file, nothing interpreted yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from transforms.messages import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetRows:
    """Rows of a workbook as a frame of strings.

    `frame`: one String column per header, `record_no` (Int64, row number as the spreadsheet shows it), `sheet`
    (String), and, where one spreadsheet cell became one row, `cell` (String, such as `D12`). Empty cells are null.
    `letters` maps a header to its column letter where it has one. `titles` are the texts above and below the
    table (title, date stamp, footnotes): the vintage date and a SYNTHETIC mark are looked for in them. `row_word` is
    what one of the rows is called where the file is no spreadsheet, `notes` what a report says of the file.
    """

    frame: pl.DataFrame
    letters: Mapping[str, str] = field(default_factory=dict)
    titles: tuple[str, ...] = ()
    row_word: str = "row"
    notes: tuple[Message, ...] = ()

    @property
    def headers(self) -> tuple[str, ...]:
        """Names of the columns that came from the file."""
        return tuple(name for name in self.frame.columns if name not in ("record_no", "sheet", "cell"))


NO_RESULT = "=?"
"""What a reader puts where a formula has no result: no number, no date and no code."""
PLACE = ("record_no", "sheet", "cell")


def numbered(columns: Mapping[str, Sequence[str | None]], titles: Sequence[str], row_word: str) -> SheetRows:
    """Rows of a file that is no spreadsheet, counted from 1; a column named as a place is gets a mark."""
    named = {f"{name} (column)" if name in PLACE else name: list(cells) for name, cells in columns.items()}
    frame = pl.DataFrame(named, schema=dict.fromkeys(named, pl.String())).with_columns(
        record_no=pl.int_range(1, pl.len() + 1, dtype=pl.Int64), sheet=pl.lit("", dtype=pl.String)
    )
    return SheetRows(frame=frame, titles=tuple(titles), row_word=row_word)
