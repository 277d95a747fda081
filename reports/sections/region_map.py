"""The regions of the edition's period as a map of tiles, where the country profile says where each stands."""

from __future__ import annotations

from dataclasses import dataclass

from reports import alternatives
from reports.blocks import Chart, Column, Row, Table
from reports.charts import chart
from reports.charts.bars import Bar
from reports.charts.shades import Field, Tile, tiles
from reports.edition import View
from reports.findings.groups import MOST_TIES
from reports.locale import N_
from reports.sections.parts import class_bounds, known_of_all
from reports.tables import notes
from transforms.disclosure.released import ReleasedCell, ReleasedTable

NAMED = N_("Regions: from {low} ({least}) to {high} ({most}) persons")
NAMED_SHOWN = N_("Regions: from {low} ({least}) to {high} ({most}) persons among those shown")
RANGE = N_("Regions: from {low} to {high} persons")
RANGE_SHOWN = N_("Regions: from {low} to {high} persons among those shown")
SAME = N_("Regions: {high} persons in each")
SAME_SHOWN = N_("Regions: {high} persons in each that can be shown")


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """One region that existed in the period, with its place and its released cell."""

    code: str
    name: str
    at: tuple[int, int]
    cell: ReleasedCell


def region_map(view: View) -> Chart | None:
    """One tile per region; None without places in the profile, or where no count can be shown."""
    table = view.breakdown("region")
    placed = _placed(view, table) if table else ()
    if table is None or len(placed) < 2 or not any(region.cell.value for region in placed):
        return None
    drawing = [
        Tile(
            at=region.at,
            label=region.name,
            short=region.code,
            field=Field(value=region.cell.value, text=view.printed(region.cell, table.unit).text),
        )
        for region in placed
    ]
    bars = [Bar(label=tile.label, value=tile.field.value, text=tile.field.text) for tile in drawing]
    return chart(
        view,
        id="region-map",
        title=_title(view, placed),
        subtitle=_subtitle(view, table, placed),
        description=alternatives.of_groups(view, bars, ()),
        source=view.sources(table),
        draw=lambda size: tiles(drawing, size, bounds=class_bounds(view)),
        table=_table(view, table, placed),
    )


def _placed(view: View, table: ReleasedTable) -> tuple[Placed, ...]:
    """Regions with a tile, from north to south and west to east, which is the order a reader is told them in."""
    listed = (view.context.get("country") or {}).get("regions") or ()
    found = []
    for region in listed:
        cell = view.cell(table, view.focus.code, region["code"])
        if region.get("tile") and cell is not None and cell.state != "not_applicable":
            column, row = region["tile"]
            found.append(
                Placed(code=region["code"], name=view.label("region", region["code"]), at=(column, row), cell=cell)
            )
    return tuple(sorted(found, key=lambda region: region.at[::-1]))


def _title(view: View, placed: tuple[Placed, ...]) -> str:
    """Lowest and highest of the regions that are shown, by name where few tie."""
    shown = [region for region in placed if region.cell.value is not None]
    low, high = (choose(region.cell.value or 0 for region in shown) for choose in (min, max))
    least, most = ([region.name for region in shown if region.cell.value == value] for value in (low, high))
    if low == high:
        message = SAME if len(shown) == len(placed) else SAME_SHOWN
    elif max(len(least), len(most)) > MOST_TIES:
        message = RANGE if len(shown) == len(placed) else RANGE_SHOWN
    else:
        message = NAMED if len(shown) == len(placed) else NAMED_SHOWN
    listing, number = view.locale.listing, view.locale.number
    return view.text(message, low=number(low), high=number(high), least=listing(least), most=listing(most))


def _subtitle(view: View, table: ReleasedTable, placed: tuple[Placed, ...]) -> str:
    said = [
        view.text(
            "{indicator} by region, {period}, persons; a count, not a rate.",
            indicator=view.indicator(table.indicator),
            period=view.locale.period(view.focus.code),
        ),
        known_of_all(view, table, view.focus.code),
        view.text("Tiles stand roughly as the regions do; size and form mean nothing."),
    ]
    if any(region.cell.value is None for region in placed):
        said.append(view.text("Hatched: no figure can be shown."))
    return " ".join(filter(None, said))


def _table(view: View, table: ReleasedTable, placed: tuple[Placed, ...]) -> Table:
    return Table(
        id="table-region-map",
        caption=view.text("{indicator} by region", indicator=view.indicator(table.indicator)),
        stub=view.dimension("region"),
        columns=(Column(text=view.locale.period(view.focus.code)),),
        rows=tuple(Row(header=region.name, cells=(view.printed(region.cell, table.unit),)) for region in placed),
        notes=notes(view, table),
    )
