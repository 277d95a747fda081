"""The corridors of the edition's period as a matrix: citizenship down, country of exploitation across."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reports import alternatives
from reports.blocks import Chart, Column, Inline, Link, Row, Table, TableCell
from reports.charts import chart
from reports.charts.bars import Bar
from reports.charts.shades import Field, FieldRow, crossed
from reports.edition import View
from reports.locale import N_
from reports.sections.parts import class_bounds, known_of_all
from reports.tables import notes
from reports.wording import group
from transforms.codes import TOTAL, UNSPECIFIC
from transforms.disclosure.released import ReleasedCell, ReleasedTable

MOST_ORIGINS = 10
MOST_DESTINATIONS = 6
"""What a phone has room for; the table of all corridors holds the rest."""
ALL_CORRIDORS = "table-corridor"
MOST = N_("Most persons of the corridors shown: {corridors}, {n}")
MOST_EACH = N_("Most persons of the corridors shown: {corridors}, {n} each")


@dataclass(frozen=True, slots=True, kw_only=True)
class Corridors:
    """The released cells of one period by origin and destination, and the places that are drawn, largest first."""

    cells: dict[tuple[str, str], ReleasedCell]
    origins: tuple[str, ...]
    destinations: tuple[str, ...]
    are_all: bool

    @property
    def drawn(self) -> list[tuple[str, str]]:
        """Pairs of the matrix that the table has, row by row."""
        return [pair for o in self.origins for d in self.destinations if (pair := (o, d)) in self.cells]


def corridor_matrix(view: View) -> Chart | None:
    """Origins by destinations; None where there are not at least two of each, or no count can be shown."""
    table = view.breakdown("corridor")
    if table is None:
        return None
    found = _corridors(table, view.focus.code)
    if min(len(found.origins), len(found.destinations)) < 2 or not any(found.cells[p].value for p in found.drawn):
        return None
    rows = tuple(
        FieldRow(
            label=view.country(origin),
            fields=tuple(_field(view, table, found, (origin, destination)) for destination in found.destinations),
        )
        for origin in found.origins
    )
    columns = [view.country(code) for code in found.destinations]
    over = view.dimension("country_of_exploitation")
    bars = [_bar(view, table, found, pair) for pair in found.drawn if found.cells[pair].state != "zero"]
    return chart(
        view,
        id="corridor-matrix",
        title=_title(view, found),
        subtitle=_subtitle(view, table, found),
        description=alternatives.of_groups(view, bars, ()),
        source=view.sources(table),
        draw=lambda size: crossed(rows, columns, size, over=over, bounds=class_bounds(view)),
        table=_table(view, table, found),
        notes=() if found.are_all else (_rest(view),),
    )


def _corridors(table: ReleasedTable, at: str) -> Corridors:
    """Corridors with two known ends; places without a person are left out, as are those beyond what can be drawn."""
    cells: dict[tuple[str, str], ReleasedCell] = {}
    for cell in table.cells:
        start, arrow, end = cell.at[1].partition(">")
        if cell.at[0] == at and arrow and not {start, end} & {TOTAL, *UNSPECIFIC}:
            cells[start, end] = cell
    some = {pair: cell for pair, cell in cells.items() if cell.state not in {"zero", "not_reported"}}
    destinations = _largest(some, 1, MOST_DESTINATIONS)
    origins = _largest({pair: cell for pair, cell in some.items() if pair[1] in destinations}, 0, MOST_ORIGINS)
    are_all = all(o in origins and d in destinations for o, d in some)
    return Corridors(cells=cells, origins=origins, destinations=destinations, are_all=are_all)


def _largest(cells: dict[tuple[str, str], ReleasedCell], end: int, most: int) -> tuple[str, ...]:
    """Places by the persons shown at this end of their corridors, then by their code."""
    persons: dict[str, float] = {}
    for pair, cell in cells.items():
        persons[pair[end]] = persons.get(pair[end], 0.0) + (cell.value or 0.0)
    return tuple(sorted(persons, key=lambda code: (-persons[code], code))[:most])


def _field(view: View, table: ReleasedTable, found: Corridors, pair: tuple[str, str]) -> Field | None:
    cell = found.cells.get(pair)
    if cell is None:
        return None
    return Field(value=cell.value, text=view.printed(cell, table.unit).text, is_framed=pair[0] == pair[1])


def _bar(view: View, table: ReleasedTable, found: Corridors, pair: tuple[str, str]) -> Bar:
    cell = found.cells[pair]
    return Bar(label=view.corridor(">".join(pair)), value=cell.value, text=view.printed(cell, table.unit).text)


def _title(view: View, found: Corridors) -> str:
    """At home and abroad for the largest origin where all its corridors are drawn; else the largest that is."""
    origin = found.origins[0]
    home = found.cells.get((origin, origin))
    abroad = {pair: cell for pair, cell in found.cells.items() if pair[0] == origin != pair[1] and cell.state != "zero"}
    is_drawn = abroad.keys() <= set(found.drawn)
    if home is not None and abroad and is_drawn and _is_exact(view, [home, *abroad.values()]):
        return view.plural(
            "{country}: {home} of its citizens exploited within it, {away} abroad in {n} country",
            "{country}: {home} of its citizens exploited within it, {away} abroad in {n} countries",
            len(abroad),
            country=view.country(origin),
            home=view.locale.number(home.value or 0),
            away=view.locale.number(sum(cell.value or 0 for cell in abroad.values())),
        )
    most = max(found.cells[pair].value or 0 for pair in found.drawn)
    names = [group(view, "corridor", ">".join(pair)) for pair in found.drawn if found.cells[pair].value == most]
    return view.text(
        MOST if len(names) == 1 else MOST_EACH,
        corridors=view.locale.listing(names),
        n=view.locale.number(most),
    )


def _is_exact(view: View, cells: Sequence[ReleasedCell]) -> bool:
    """Whether all are counts as they are: what is withheld, rounded or a band cannot be added up."""
    is_rounded = bool(view.edition.policy.get("rounding_base"))
    return not is_rounded and all(cell.value is not None and cell.obs_status != "E" for cell in cells)


def _subtitle(view: View, table: ReleasedTable, found: Corridors) -> str:
    said = [
        view.text(
            "{indicator} by citizenship (down) and country of exploitation (across), {period}, persons.",
            indicator=view.indicator(table.indicator),
            period=view.locale.period(view.focus.code),
        ),
        known_of_all(view, table, view.focus.code),
    ]
    if any(start == end for start, end in found.drawn):
        said.append(view.text("Framed: within one country."))
    if any(found.cells[pair].value is None for pair in found.drawn):
        said.append(view.text("Hatched: no figure can be shown."))
    if len(found.drawn) < len(found.origins) * len(found.destinations):
        said.append(view.text("Empty: not among the corridors of this edition."))
    return " ".join(filter(None, said))


def _table(view: View, table: ReleasedTable, found: Corridors) -> Table:
    def cell(pair: tuple[str, str]) -> TableCell:
        return view.printed(found.cells[pair], table.unit) if pair in found.cells else TableCell(text="")

    rows: Sequence[Row] = [
        Row(header=view.country(o), cells=tuple(cell((o, d)) for d in found.destinations)) for o in found.origins
    ]
    return Table(
        id="table-corridor-matrix",
        caption=view.text(
            "{indicator} by citizenship and country of exploitation", indicator=view.indicator(table.indicator)
        ),
        stub=view.dimension("citizenship"),
        columns=tuple(Column(text=view.country(code)) for code in found.destinations),
        rows=tuple(rows),
        notes=notes(view, table),
    )


def _rest(view: View) -> Inline:
    """Where the corridors are that the matrix leaves out."""
    link = Link(text=view.text("the table of corridors"), target=ALL_CORRIDORS)
    return view.say(
        "Not every corridor has a place in the drawing: {link} holds more of them, the table files all.", link=link
    )
