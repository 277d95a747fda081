"""The tables of a page read back: which cell of the edition each of their cells is, and what is printed there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

from reports.edition import View
from transforms.disclosure.released import ReleasedCell, ReleasedTable


@dataclass
class Printed:
    """One table as it stands on a page: its column heads, and its rows by their heads."""

    heads: list[str] = field(default_factory=list)
    rows: list[tuple[str, list[str]]] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One cell of a page, what stands there, and what the released cell that belongs there is printed as."""

    table: str
    row: str
    column: str
    printed: str
    expected: str
    is_withheld: bool


class _Tables(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, Printed] = {}
        self._table = Printed()
        self._cell: list[str] | None = None
        self._is_flag = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag == "table":
            self._table = self.found.setdefault(named.get("id") or "", Printed())
        elif tag in ("th", "td"):
            self._cell = []
        elif tag == "abbr":
            self._is_flag = named.get("class") == "flag"

    def handle_data(self, data: str) -> None:
        if self._cell is not None and not self._is_flag:
            self._cell.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "abbr":
            self._is_flag = False
        if tag not in ("th", "td") or self._cell is None:
            return
        text, self._cell = " ".join("".join(self._cell).replace("\u2060", "").split()), None
        if tag == "td":
            self._table.rows[-1][1].append(text)
        elif not self._is_in_body:
            self._table.heads.append(text)
        else:
            self._table.rows.append((text, []))

    @property
    def _is_in_body(self) -> bool:
        return str(self.get_starttag_text()).startswith('<th scope="row"')


def tables_of(page: str) -> Mapping[str, Printed]:
    """Tables of a page by their ids, without flags."""
    parser = _Tables()
    parser.feed(page)
    return parser.found


def places_of(page: Mapping[str, Printed], view: View) -> list[Place]:
    """Every cell of these tables whose place in the edition is known."""
    return [
        place
        for name, table in page.items()
        for place in (*_by_code(name, table, view), *_by_period(table, view), *_by_month(name, table, view))
    ]


def _by_code(name: str, printed: Printed, view: View) -> Iterator[Place]:
    """Codes down, periods across; then the share of the last period, and its interval."""
    if (table := _broken_down(name, view)) is None:
        return
    dimension = table.dimensions[-1]
    codes = {_tidy(view.label(dimension, code)): code for code in table.codes(dimension)}
    periods = {_tidy(view.period_label(code)): code for code in table.codes("period")}
    shares = view.table(f"{table.key}.share")
    last = ""
    for place, head in enumerate(printed.heads[1:]):
        is_period = head in periods
        last = periods.get(head, last)
        for row, cells in printed.rows:
            if row not in codes or (not is_period and shares is None):
                continue
            found = view.cell(table.key if is_period or shares is None else shares.key, last, codes[row])
            if found is None:
                continue
            if (
                not is_period and found.conf_status == "F"
            ):  # how a share and its interval are written is tested elsewhere
                continue
            yield _place(name, row, head, cells[place], view, table, found)


def _by_period(printed: Printed, view: View) -> Iterator[Place]:
    """Periods down, indicators across."""
    totals = {_tidy(view.indicator(t.indicator)): t for t in view.edition if t.key == f"{t.indicator}_by_period"}
    for place, head in enumerate(printed.heads[1:]):
        if (table := totals.get(head)) is None:
            continue
        periods = {_tidy(view.period_label(code)): code for code in table.codes("period")}
        for row, cells in printed.rows:
            found = view.cell(table.key, periods.get(row, ""))
            if found is not None:
                yield _place(table.key, row, head, cells[place], view, table, found)


def _by_month(name: str, printed: Printed, view: View) -> Iterator[Place]:
    """Years down, months across, of the victims that the edition counts by."""
    table = view.table(f"{view.headline}_by_period")
    if name != "table-trend-month" or table is None:
        return
    for place, head in enumerate(printed.heads[1:]):
        for year, cells in printed.rows:
            if (found := view.cell(table, f"{year}-{place + 1:02d}")) is not None:
                yield _place(name, year, head, cells[place], view, table, found)


def _place(
    name: str, row: str, column: str, printed: str, view: View, table: ReleasedTable, cell: ReleasedCell
) -> Place:
    return Place(
        table=name,
        row=row,
        column=column,
        printed=printed,
        expected=_tidy(view.printed(cell, table.unit).text),
        is_withheld=cell.conf_status != "F",
    )


def _broken_down(name: str, view: View) -> ReleasedTable | None:
    """The table of counts that a table of the page shows, told by its id."""
    words = name.removeprefix("table-").removeprefix("panels-").split("-")
    keys = [
        f"{'_'.join(words[:place]) or view.headline}_by_period_{'_'.join(words[place:])}" for place in range(len(words))
    ]
    return next((table for key in keys if (table := view.table(key)) is not None), None)


def _tidy(text: str) -> str:
    return " ".join(text.replace("\u2060", "").split())
