"""What a file changed against the one before it, and what its empty cells were taken for."""

from __future__ import annotations

from reports import words
from reports.blocks import Block, Column, Paragraph, Row, Table, TableCell, plain
from reports.edition import CODE_LABELS, plain_period
from reports.locale import MINUS, Locale
from transforms.acceptance import Acceptance, Comparison, Revision, Total

RATES = ("index", "per_100k", "pct", "ratio")


def changes(report: Acceptance, here: Locale) -> tuple[Block, ...]:
    """Rows added, gone and changed; of figures also which ones and their totals, of records of cases the years."""
    if report.verdict == "rejected":
        return ()
    found = report.comparison
    if found is None:
        first = here.text("There is no earlier delivery to compare with.")
        return (Paragraph(text=plain(first)),)
    lead = here.text("Compared with the file of {day}, over what both files report on.", day=here.date(found.earlier))
    blocks: list[Block] = [Paragraph(text=plain(lead)), _rows(report, found, here)]
    if found.gone:
        gone = here.text("Please check that what is gone was meant to go.")
        if report.rows_quarantined:
            gone = here.text(
                "What was set aside now counts as gone until it is corrected. Please check that the rest was meant "
                "to go."
            )
        blocks.append(Paragraph(text=plain(gone)))
    if found.revised or found.flagged:
        blocks += _revised(found, here)
    if found.years:
        blocks.append(_years(found, here))
    if found.totals:
        blocks.append(_totals(found, here))
    return tuple(blocks)


def _rows(report: Acceptance, found: Comparison, here: Locale) -> Table:
    is_figures = report.unit == "figure"
    lines = [
        (here.text("Before"), found.before),
        (here.text("Added"), found.added),
        (here.text("Gone"), found.gone),
    ]
    if found.changed is not None:
        lines.append((here.text("Changed"), found.changed))
    lines.append((here.text("Now"), found.before + found.added - found.gone))
    return Table(
        id="compared",
        caption=here.text("Accepted figures before and now")
        if is_figures
        else here.text("Accepted rows before and now"),
        stub=here.text("Figures") if is_figures else here.text("Rows"),
        columns=(Column(text=here.text("Number")),),
        rows=tuple(
            Row(header=label, cells=(TableCell(text=here.number(n)),), is_total=place == len(lines) - 1)
            for place, (label, n) in enumerate(lines)
        ),
    )


def _revised(found: Comparison, here: Locale) -> list[Block]:
    flagged = here.plural(
        "{n} figure kept its value and changed only its status, such as provisional.",
        "{n} figures kept their value and changed only their status, such as provisional.",
        found.flagged,
    )
    if not found.revised:
        return [Paragraph(text=plain(flagged))]
    notes = [
        plain(
            here.text(
                "The greatest relative changes come first, cells that were or are without a figure (–) come last."
            )
        )
    ]
    if found.more_revised:
        notes.append(
            plain(
                here.plural(
                    "{n} more revised figure is not listed.",
                    "{n} more revised figures are not listed.",
                    found.more_revised,
                )
            )
        )
    if found.flagged:
        notes.append(plain(flagged))
    table = Table(
        id="revised",
        caption=here.text("Revised figures, before and now"),
        stub=here.text("Quantity"),
        columns=(
            Column(text=here.text("Where and when"), is_numeric=False),
            Column(text=here.text("Before")),
            Column(text=here.text("Now")),
        ),
        rows=tuple(_revision(figure, here) for figure in found.revised),
        notes=tuple(notes),
    )
    return [table]


def _revision(figure: Revision, here: Locale) -> Row:
    """Few columns on purpose: the table is read on a telephone as well."""
    name = _quantity(figure.series, here)
    if figure.breakdown:
        name += f" ({', '.join(_part(dimension, code, here) for dimension, code in figure.breakdown)})"
    period = figure.period if plain_period(figure.period) is None else here.period(figure.period)
    told = (
        f"{here.territory(figure.area)}, {period}",
        *("–" if value is None else here.figure(value) for value in (figure.before, figure.now)),
    )
    return Row(header=name, cells=tuple(TableCell(text=text) for text in told))


def _part(dimension: str, code: str, here: Locale) -> str:
    """A code in words where a list has them; a breakdown of a profile (`residence=urban`) as it is written there."""
    label = CODE_LABELS.get(dimension, {}).get(code)
    if label:
        named = here.text(label)
        return named[:1].lower() + named[1:]
    return code.replace("=", ": ").replace(";", ", ")


def _years(found: Comparison, here: Locale) -> Table:
    """Which records is not said, and no line is of few of them."""
    columns = [here.text("Added"), here.text("Gone")]
    if found.changed is not None:
        columns.append(here.text("Changed"))
    rows = []
    for years in found.years:
        counts = (years.added, years.gone, years.changed)[: len(columns)]
        name = str(years.first) if years.first == years.last else f"{years.first}–{years.last}"
        rows.append(Row(header=name, cells=tuple(TableCell(text=here.number(n)) for n in counts)))
    joined = here.text(
        "What was added to past years came late. Years with few such records are joined with older ones, so that no "
        "line points to a person."
    )
    return Table(
        id="years",
        caption=here.text("Added, gone and changed by year of registration"),
        stub=here.text("Year of registration"),
        columns=tuple(Column(text=text) for text in columns),
        rows=tuple(rows),
        notes=(plain(joined),),
    )


def _totals(found: Comparison, here: Locale) -> Table:
    note = here.text("The years that changed come first. Of indices and rates the mean is shown.")
    notes = [plain(note)]
    if found.more_totals:
        notes.append(
            plain(here.plural("{n} more line is not listed.", "{n} more lines are not listed.", found.more_totals))
        )
    return Table(
        id="totals",
        caption=here.text("Totals by year, before and now"),
        stub=here.text("Quantity"),
        columns=(
            Column(text=here.text("Year")),
            Column(text=here.text("Before")),
            Column(text=here.text("Now")),
            Column(text=here.text("Change")),
        ),
        rows=tuple(
            Row(
                header=_quantity(total.series, here),
                cells=tuple(TableCell(text=text) for text in _written(total, here)),
            )
            for total in found.totals
        ),
        notes=tuple(notes),
    )


def _quantity(series: str, here: Locale) -> str:
    known = words.quantity(series)
    return here.text(known) if known else words.readable(series)


def _written(total: Total, here: Locale) -> tuple[str, ...]:
    decimals = 1 if total.unit in RATES else 0

    def figure(value: float | None) -> str:
        return "–" if value is None else here.number(value, decimals)

    if total.before is None or total.now is None:
        change = "–"
    else:
        difference = round(total.now - total.before, decimals) + 0.0
        sign = "+" if difference > 0 else MINUS if difference < 0 else ""
        change = sign + here.number(abs(difference), decimals)
    return (str(total.year), figure(total.before), figure(total.now), change)


def zeros(report: Acceptance, here: Locale) -> tuple[Block, ...]:
    """How many cells held a zero and how many nothing; a reader must not take one for the other."""
    found = report.blanks
    if found is None:
        return ()
    lines = (
        (here.text("Cells with a figure"), found.figures),
        (here.text("of them zeros"), found.zeros),
        (here.text("Cells without a figure: not reported"), found.not_reported),
        (here.text("Cells marked as confidential"), found.confidential),
    )
    table = Table(
        id="blanks",
        caption=here.text("What the accepted cells hold"),
        stub=here.text("Cells"),
        columns=(Column(text=here.text("Number")),),
        rows=tuple(Row(header=label, cells=(TableCell(text=here.number(n)),)) for label, n in lines),
    )
    said = here.text("An empty cell is taken as “not reported”, never as zero. Where there was none, write 0.")
    return (Paragraph(text=plain(said)), table)
