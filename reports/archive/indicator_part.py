"""The page of one indicator: its definition, its whole history as pictures and tables, and how figures were revised."""

from __future__ import annotations

from collections.abc import Iterator

from reports.archive.drawings import Drawings
from reports.archive.here import Here, history_file
from reports.archive.history import Series
from reports.archive.parts import ArchiveBlock, PageSection
from reports.archive.start import newest_tables
from reports.blocks import (
    Bullets,
    Column,
    Definitions,
    Details,
    Inline,
    Paragraph,
    Reference,
    Row,
    Table,
    TableCell,
    Term,
    plain,
)
from reports.definitions import DEFINITIONS
from transforms.periods import FREQUENCIES, Frequency, Period

_SCREEN = 16
"""Rows of a table without chart that a screen holds; a longer one is folded."""


def indicator_parts(here: Here, series: tuple[Series, ...], drawings: Drawings) -> tuple[PageSection, ...]:
    """The sections of the page; `series` are the measures of one indicator."""
    histories = (
        _history(here, one, frequency, drawings)
        for one in series
        for frequency in reversed(FREQUENCIES)
        if one.periods(frequency)
    )
    return (_definition(here, series), *histories, _files(here, series))


def facts(here: Here, series: tuple[Series, ...]) -> tuple[Term, ...]:
    """What stands at the head of the page."""
    units = dict.fromkeys(here.unit(one.unit) for one in series)
    editions = {shown.edition for one in series for shown in one.shown}
    last = max((one.last for one in series), key=lambda shown: shown.as_of)
    return (
        Term(word=here.text("Unit"), meaning=plain(", ".join(units))),
        Term(word=here.text("Editions"), meaning=plain(here.locale.number(len(editions)))),
        Term(word=here.text("State of knowledge"), meaning=plain(here.locale.date(last.as_of))),
    )


def _definition(here: Here, series: tuple[Series, ...]) -> PageSection:
    first = series[0]
    declared = DEFINITIONS.get(first.indicator)
    terms = []
    if declared is not None:
        terms = [
            Term(word=here.text("What is counted"), meaning=plain(here.text(declared.counted))),
            Term(word=here.text("Date that counts"), meaning=plain(here.text(declared.date_basis))),
            Term(word=here.text("Nothing twice"), meaning=plain(here.text(declared.once))),
        ]
    units = dict.fromkeys(here.unit(one.unit) for one in series)
    terms.append(Term(word=here.text("Unit"), meaning=plain("; ".join(units))))
    sources = dict.fromkeys(here.source(name) for one in series for name in one.last.sources)
    if sources:
        terms.append(Term(word=here.text("Sources"), meaning=plain("; ".join(sources))))
    caveats = dict.fromkeys(here.caveat(key) for one in series for key in one.last.caveats)
    breaks = dict.fromkeys(here.told(gap.texts) for one in series for gap in one.last.breaks)
    listed = (*caveats, *breaks)
    cautions = (Paragraph(text=here.say("To be read with care:")), Bullets(items=tuple(map(plain, listed))))
    return PageSection(
        id="definition",
        title=here.text("Definition"),
        blocks=(Definitions(terms=tuple(terms)), *(cautions if listed else ())),
    )


def _history(here: Here, series: Series, frequency: Frequency, drawings: Drawings) -> PageSection:
    id = f"{series.measure}-{frequency}"
    title = _by(here, frequency)
    if series.measure != "count":
        title = f"{title}: {here.measure(series.measure)}"
    table = _table(here, series, frequency, id=f"table-{id}", title=title)
    chart = drawings.history(here, series, frequency, id=f"chart-{id}", table=table)
    shown: ArchiveBlock = table
    if chart is not None:
        shown = chart
    elif len(table.rows) > _SCREEN:
        shown = Details(summary=table.caption, blocks=(table,))
    return PageSection(id=id, title=title, blocks=(shown, *_revisions(here, series, frequency, id=id, title=title)))


def _by(here: Here, frequency: Frequency) -> str:
    told = {"year": here.text("By year"), "quarter": here.text("By quarter"), "month": here.text("By month")}
    return told[frequency]


def _table(here: Here, series: Series, frequency: Frequency, *, id: str, title: str) -> Table:
    """Every period with the newest figure and the edition it is of, the newest period first."""
    has_bounds = any(
        (found := series.latest(part)) is not None and found.cell.lower is not None
        for part in series.periods(frequency)
    )
    return Table(
        id=id,
        caption=f"{title}. {here.indicator(series.name)}, {here.unit(series.unit)}",
        stub=here.text("Period"),
        columns=(
            Column(text=here.text("Newest figure")),
            *((Column(text=here.text("95 % interval")),) if has_bounds else ()),
            Column(text=here.text("In edition"), is_numeric=False),
        ),
        rows=tuple(_row(here, series, part, has_bounds) for part in reversed(series.periods(frequency))),
    )


def _row(here: Here, series: Series, part: Period, has_bounds: bool) -> Row:
    found = series.latest(part)
    if found is None:
        raise KeyError(part)
    cell = found.cell
    bounds = ""
    if cell.value is not None and cell.lower is not None and cell.upper is not None:
        bounds = f"{here.figure(cell.lower, series.unit)}–{here.figure(cell.upper, series.unit)}"
    return Row(
        header=here.period(part),
        cells=(
            here.printed(cell, series.unit),
            *((TableCell(text=bounds),) if has_bounds else ()),
            TableCell(text=found.edition, path=here.edition_page(found.edition)),
        ),
    )


def _revisions(here: Here, series: Series, frequency: Frequency, *, id: str, title: str) -> Iterator[ArchiveBlock]:
    """Each number of each revised period with the edition that first showed it; nothing is calculated from them."""
    revised = [part for part in series.revised if part.frequency == frequency]
    if len(series.shown) < 2:
        yield Paragraph(text=here.say("Only one edition shows these figures, so none was revised."))
        return
    if not revised:
        yield Paragraph(text=here.say("No edition showed another number for a period than the edition before it."))
        return
    of_edition = {one.edition: one for one in series.shown}
    rows = []
    for part in reversed(revised):
        for place, figure in enumerate(series.figures(part)):
            printed = here.printed(figure.cell, series.unit)
            shown = of_edition[figure.edition]
            rows.append(
                Row(
                    header=here.period(part),
                    cells=(
                        TableCell(text=f"▴ {printed.text}" if place else printed.text),
                        TableCell(text=figure.edition, path=here.edition_page(figure.edition)),
                        TableCell(text=here.locale.date(shown.as_of)),
                    ),
                )
            )
    about = here.say(
        "Each number as an edition first showed it; ▴ marks one that took the place of the number above it. Figures "
        "are revised when cases are reported late or corrected."
    )
    table = Table(
        id=f"revised-{id}",
        caption=". ".join((title, here.text("How figures were revised"))),
        stub=here.text("Period"),
        columns=(
            Column(text=here.text("Number shown")),
            Column(text=here.text("First shown in"), is_numeric=False),
            Column(text=here.text("State of knowledge"), is_numeric=False),
        ),
        rows=tuple(rows),
    )
    yield Details(
        summary=here.text("Revised periods: {n}", n=here.locale.number(len(revised))),
        blocks=(Paragraph(text=about), table),
    )


def _files(here: Here, series: tuple[Series, ...]) -> PageSection:
    name = series[0].name
    own = Reference(history_file(name).rpartition("/")[2], here.to(history_file(name)))
    tables: tuple[Inline, ...] = tuple(
        (Reference(here.table(table), here.file(edition, f"tables/{table.key}.csv")), *plain(f" · {edition}"))
        for table, edition in newest_tables(here.archive).values()
        if table.series == name
    )
    return PageSection(
        id="files",
        title=here.text("Files"),
        blocks=(
            Paragraph(text=here.say("{file}: what each edition showed for each period, as CSV in UTF-8.", file=own)),
            *(
                (Details(summary=here.text("Tables of this indicator"), blocks=(Bullets(items=tables),)),)
                if tables
                else ()
            ),
        ),
    )
