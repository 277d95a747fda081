"""How a sheet of cells becomes rows: title rows, merged headers, footnotes and the unpivoting of wide tables.

The `[layout]` of a profile (all keys optional for a plain table):

    kind = "table"                # one record per row; "crosstab": one figure per cell
    sheet = "regex"               # only sheets whose name it matches; else all that have the header (sheets.py)
    header = ["Регион", "Код"]    # texts of the header row; default: the headers that the profile requires
    header_rows = 2               # crosstab: rows of the header, the upper ones merged over the lower;
                                  # table: the first has the names, the others are for people and are skipped
    is_numbered = true            # table: the first column, without a name, numbers rows in advance; it is no content
    labels = { "Регион" = "region" }      # crosstab: columns that describe the row, and what they are called
    levels = ["measure", "sex"]   # crosstab: what each header row says, one name per row
    value = "figure"              # crosstab: name of the column that takes the figure
    decimal = ","                 # figures typed as text: `1 234,5` becomes `1234.5`; signs stay as they are
    titles = { year = 'за (\\d{4}) год' } # columns whose value stands in the title rows
    footnotes = ['^\\*', '^Примечание']   # rows of one cell that are no data wherever they stand
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import polars as pl

from transforms.errors import ProfileInvalid
from transforms.messages import Message
from transforms.sources.profile import Profile

FOOTNOTES = (r"^\*", r"^Примечани", r"^Условные обозначения", r"^Note", r"^Источник", r"^Source:")
PLACE = ("record_no", "sheet", "cell")
_GROUPED = r"^[+-]?\d{1,3}(?:[\s\u00a0\u202f]\d{3})*(?:,\d+)?$"
_PLAIN = r"^[+-]?\d+(?:,\d+)?$"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """One sheet: row i of `frame` (String columns, empty cells null) is row i + 1 of the spreadsheet.

    `first_column` is the place of the frame's first column, 0 for A.
    """

    sheet: str
    frame: pl.DataFrame
    first_column: int = 0
    is_hidden: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """A profile's `[layout]`, checked; see the module's docstring."""

    kind: str = "table"
    sheet: str = ""
    header: tuple[str, ...] = ()
    header_rows: int = 1
    is_numbered: bool = False
    labels: Mapping[str, str] = field(default_factory=dict)
    levels: tuple[str, ...] = ()
    value: str = "value"
    decimal: str = "."
    titles: Mapping[str, str] = field(default_factory=dict)
    footnotes: tuple[str, ...] = FOOTNOTES
    signs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LaidOut:
    """Rows of one or several sheets with their place.

    `frame`: String columns by header, `record_no` (Int64), `sheet`, and for a crosstab `cell` such as `D9`.
    `letters`: header -> column letter (tables). `titles`: texts above and below the table. `notes`: what a report
    says of sheets that were not read.
    """

    frame: pl.DataFrame
    letters: Mapping[str, str]
    titles: tuple[str, ...]
    notes: tuple[Message, ...] = ()


def column_letter(place: int) -> str:
    """`A` for 0, `Z` for 25, `AA` for 26."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def layout_of(profile: Profile) -> Layout:
    """The checked `[layout]` of a profile. Raises ProfileInvalid."""
    given: dict[str, Any] = dict(profile.layout)
    known = set(Layout.__dataclass_fields__) - {"signs"}
    for key in given:
        if key not in known:
            raise _invalid(profile, key, "is not a key of this table", f"Known keys: {' '.join(sorted(known))}.")
    for key in ("header", "levels", "footnotes"):
        if key in given:
            given[key] = tuple(_texts(profile, key, given[key]))
    for key in ("labels", "titles"):
        if not isinstance(given.get(key, {}), Mapping):
            raise _invalid(profile, key, "is not a table", f'Write {key} = {{ name = "…" }}.')
    if not isinstance(given.get("header_rows", 1), int) or given.get("header_rows", 1) < 1:
        raise _invalid(profile, "header_rows", "is not a number of rows", "Write header_rows = 2.")
    if not isinstance(given.get("is_numbered", False), bool):
        raise _invalid(profile, "is_numbered", "is not true or false", "Write is_numbered = true.")
    for key in ("kind", "sheet", "value", "decimal"):
        if not isinstance(given.get(key, ""), str):
            raise _invalid(profile, key, "is not text", f'Write {key} = "…".')
    header = given.get("header") or tuple(given.get("labels") or ()) or profile.required_headers
    signs = tuple(profile.value.signs) if profile.value else ()
    layout = Layout(**{**given, "header": header, "signs": signs})
    if layout.kind not in ("table", "crosstab"):
        raise _invalid(profile, "kind", f"`{layout.kind}` is not known", "Use table or crosstab.")
    if layout.kind == "crosstab" and (not layout.labels or len(layout.levels) != layout.header_rows):
        advice = "A crosstab needs labels = { … } and one name in levels for each of its header_rows."
        raise _invalid(profile, "levels", "does not fit header_rows", advice)
    for pattern in (layout.sheet, *layout.titles.values(), *layout.footnotes):
        try:
            re.compile(pattern)
        except re.error as problem:
            advice = "Test the pattern first."
            raise _invalid(profile, "titles", f"holds no regular expression ({problem})", advice) from problem
    return layout


def _invalid(profile: Profile, key: str, problem: str, advice: str) -> ProfileInvalid:
    return ProfileInvalid(f"{profile.origin}: [layout] {key}: {problem}.", advice=advice)


def _texts(profile: Profile, key: str, value: object) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise _invalid(profile, key, "is not a list of texts", f'Write {key} = ["…", "…"].')
    return value


def lay_out_sheet(grid: Grid, top: int, layout: Layout) -> LaidOut:
    """Rows of one sheet whose header begins in the 0-based row `top`."""
    if layout.is_numbered:
        grid = _without_numbers(grid, top)
    body, notes = _body(grid, top + layout.header_rows, layout)
    above = [text for row in grid.frame.head(top).rows() for text in row if text]
    titles = tuple(" ".join(text.split()) for text in (*above, *notes))
    table = _crosstab(grid, top, body, layout) if layout.kind == "crosstab" else _table(grid, top, body)
    frame, letters = table
    taken = [pl.lit(_from_titles(titles, pattern), pl.String).alias(name) for name, pattern in layout.titles.items()]
    return LaidOut(frame=frame.with_columns(taken), letters=letters, titles=titles)


def _without_numbers(grid: Grid, top: int) -> Grid:
    """The sheet without the numbers that a form prints in its first column: a row with nothing else is empty."""
    first = grid.frame.columns[0]
    names = grid.frame.row(top)
    cells = grid.frame[first].slice(top).drop_nulls()
    if names[0] is not None or not cells.str.contains(r"^\d+$").all():
        return grid
    return replace(grid, frame=grid.frame.with_columns(pl.lit(None, pl.String).alias(first)))


def squeezed(text: str) -> str:
    """A text of a header as it is compared: whatever its case, spaces and line ends."""
    return " ".join(text.split()).casefold()


def _body(grid: Grid, start: int, layout: Layout) -> tuple[pl.DataFrame, list[str]]:
    """Data rows with `record_no`, and the texts of footnotes.

    A row with a single filled cell is a footnote when it matches `footnotes` or stands after an empty row that
    follows the data; empty rows are nothing.
    """
    columns = grid.frame.columns
    numbered = (
        grid.frame.with_row_index("record_no", offset=1).slice(start).with_columns(pl.col("record_no").cast(pl.Int64))
    )
    filled = pl.sum_horizontal(pl.col(columns).is_not_null().cast(pl.Int32)).alias("filled")
    text = pl.coalesce(columns)
    is_note = pl.lit(value=False)
    for pattern in layout.footnotes:
        is_note = is_note | text.str.contains(pattern)
    marked = numbered.with_columns(filled).with_columns(
        after_gap=(pl.col("filled") == 0).cum_max(),
        is_note=is_note.fill_null(value=False),
    )
    lonely = (pl.col("filled") == 1) & (pl.col("is_note") | (pl.col("after_gap") & (len(columns) > 1)))
    notes = marked.filter(lonely).select(text).to_series().to_list()
    body = marked.filter((pl.col("filled") > 0) & ~lonely).select("record_no", *columns)
    return body, notes


def _table(grid: Grid, top: int, body: pl.DataFrame) -> tuple[pl.DataFrame, dict[str, str]]:
    """One record per row; a column without a header is kept under its letter unless it is empty."""
    names: dict[str, str] = {}
    letters: dict[str, str] = {}
    for place, (column, text) in enumerate(zip(grid.frame.columns, grid.frame.row(top), strict=True)):
        letter = column_letter(grid.first_column + place)
        header = " ".join((text or "").split())
        if not header and body[column].null_count() == body.height:
            continue
        header = header or f"column {letter}"
        names[column] = header if header not in letters and header not in PLACE else f"{header} ({letter})"
        letters[names[column]] = letter
    frame = body.select("record_no", *names).rename(names)
    return frame.with_columns(sheet=pl.lit(grid.sheet)), letters


def _crosstab(grid: Grid, top: int, body: pl.DataFrame, layout: Layout) -> tuple[pl.DataFrame, dict[str, str]]:
    """One row per figure, in reading order: labels of its row, texts of its header levels, the figure, its cell."""
    levels = _header_levels(grid.frame.slice(top, layout.header_rows).rows())
    labels = {squeezed(text): name for text, name in layout.labels.items()}
    stub: dict[str, str] = {}
    letters: dict[str, str] = {}
    parts: list[pl.DataFrame] = []
    figures: list[tuple[int, str, tuple[str | None, ...]]] = []
    for place, column in enumerate(grid.frame.columns):
        path = tuple(level[place] for level in levels)
        named = next((labels[squeezed(text)] for text in path if text and squeezed(text) in labels), None)
        if named is not None and named not in stub.values():
            stub[column] = named
            letters[named] = column_letter(grid.first_column + place)
        elif any(path) or body[column].null_count() < body.height:
            figures.append((place, column, path))
    for place, column, path in figures:
        said = [pl.lit(text, pl.String).alias(name) for name, text in zip(layout.levels, path, strict=True)]
        cell = pl.concat_str(pl.lit(column_letter(grid.first_column + place)), pl.col("record_no"))
        figure = _figure(pl.col(column), layout).alias(layout.value)
        parts.append(body.select("record_no", *(pl.col(c).alias(n) for c, n in stub.items()), *said, figure, cell=cell))
    long = pl.concat(parts) if parts else body.select("record_no").clear()
    return long.sort("record_no", maintain_order=True).with_columns(sheet=pl.lit(grid.sheet)), letters


def _header_levels(rows: Sequence[tuple[str | None, ...]]) -> list[list[str | None]]:
    """Texts of merged header cells spread over the columns they cover.

    A blank in an upper row continues the text to its left only where a lower row has a text of its own:
    a cell merged downwards has blanks below it and continues nothing.
    """
    levels: list[list[str | None]] = []
    for number, row in enumerate(rows):
        below = rows[number + 1 :]
        level: list[str | None] = []
        for place, text in enumerate(row):
            covered = text is None and place > 0 and any(lower[place] for lower in below)
            level.append(" ".join(text.split()) if text else level[place - 1] if covered else None)
        levels.append(level)
    return levels


def _figure(cell: pl.Expr, layout: Layout) -> pl.Expr:
    """A figure typed as text with a decimal comma, written with a point; declared signs stay as they are."""
    if layout.decimal != ",":
        return cell
    is_number = cell.str.contains(_GROUPED) | cell.str.contains(_PLAIN)
    plain = cell.str.replace_all(r"[\s\u00a0\u202f]", "").str.replace(",", ".", literal=True)
    return pl.when(is_number & ~cell.is_in(list(layout.signs))).then(plain).otherwise(cell)


def _from_titles(titles: Sequence[str], pattern: str) -> str | None:
    for text in titles:
        if found := re.search(pattern, text):
            return found[1] if found.groups() else found[0]
    return None
