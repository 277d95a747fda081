"""Whether parts add up to their totals: what was compared, and where they do not agree."""

from __future__ import annotations

from reports import words
from reports.blocks import Block, Column, Paragraph, Row, Table, TableCell, plain
from reports.locale import MINUS, N_, Locale
from transforms.acceptance import Acceptance, Mismatch, Sums
from transforms.codes import AGE_CLASS, SEX
from transforms.errors import WrongArguments

DIMENSIONS = {
    "sex": SEX.label,
    "age_class": AGE_CLASS.label,
    "age_group": N_("Age group"),
    "ref_area": N_("Region"),
}
_CODES = {"sex": SEX, "age_class": AGE_CLASS}
_COUNTRY = 2
"""Letters of the code of a country; what is longer is a region and has no name here."""


def sums(report: Acceptance, here: Locale) -> tuple[Block, ...]:
    """How many totals were compared with their parts, and those that do not agree."""
    found = report.sums
    if found is None:
        return ()
    said = [
        here.plural(
            "{n} total was compared with its parts: by sex, by age, and the country with its regions.",
            "{n} totals were compared with their parts: by sex, by age, and the country with its regions.",
            found.checked,
        )
    ]
    if found.partial:
        said.append(
            here.plural(
                "For {n} of them not all parts are reported; those parts must not exceed the total.",
                "For {n} of them not all parts are reported; those parts must not exceed the total.",
                found.partial,
            )
        )
    if found.rounded_to:
        step = here.number(found.rounded_to, 0 if found.rounded_to >= 1 else 3)
        said.append(
            here.text("The figures are rounded to {step}: half of that per figure is no difference.", step=step)
        )
    if not found.mismatches:
        said.append(here.text("All of them agree."))
    lead = Paragraph(text=plain(" ".join(said)))
    return (lead, _mismatches(found, here)) if found.mismatches else (lead,)


def _mismatches(found: Sums, here: Locale) -> Table:
    notes = [
        plain(here.text("In brackets: by what the total is divided.")),
        plain(here.text("Which of the figures is wrong, only who made the file can tell.")),
    ]
    if found.more:
        notes.append(plain(here.plural("{n} more line is not listed.", "{n} more lines are not listed.", found.more)))
    return Table(
        id="mismatches",
        caption=here.text("Totals that do not agree with their parts"),
        stub=here.text("Quantity"),
        columns=(
            Column(text=here.text("Total")),
            Column(text=here.text("Sum of the parts")),
            Column(text=here.text("Difference")),
        ),
        rows=tuple(
            Row(header=_whose(line, here), cells=tuple(TableCell(text=text) for text in _cells(line, here)))
            for line in found.mismatches
        ),
        notes=tuple(notes),
    )


def _whose(line: Mismatch, here: Locale) -> str:
    """`Persons convicted: Peru, 2019, Adults (Sex)`: what, where, when, of whom if not of all, and how divided.

    In one cell, so that the table fits a narrow screen.
    """
    known = words.quantity(line.series)
    series = here.text(known) if known else words.readable(line.series)
    area = here.territory(line.area) if len(line.area) == _COUNTRY else line.area
    group = [_code(column, code, here) for column, code in line.within]
    told = ", ".join(filter(None, [area, _period(line.period, here), *group, line.category]))
    return f"{series}: {told} ({here.text(DIMENSIONS[line.dimension])})"


def _cells(line: Mismatch, here: Locale) -> tuple[str, ...]:
    decimals = 0 if all(value == round(value) for value in (*line.total, *line.parts)) else 1

    def figure(bounds: tuple[float, float]) -> str:
        least, most = bounds
        return here.number(least, decimals) if least == most else here.range(least, most, decimals)

    sign = "+" if line.difference > 0 else MINUS
    return (
        figure(line.total),
        figure(line.parts),
        sign + here.number(abs(line.difference), decimals),
    )


def _period(code: str, here: Locale) -> str:
    try:
        return here.period(code)
    except WrongArguments:  # a day
        return code


def _code(column: str, code: str, here: Locale) -> str:
    known = _CODES[column].by_value.get(code) if column in _CODES else None
    return here.text(known.label) if known else code.replace("-", "–")
