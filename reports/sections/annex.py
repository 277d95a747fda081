"""Methods annex: what papers and other programs found for published cases, and what these methods find for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from reports.blocks import (
    Block,
    Column,
    Details,
    Heading,
    Inline,
    Literally,
    Paragraph,
    Plain,
    Row,
    Table,
    TableCell,
    plain,
)
from reports.edition import View
from reports.locale import N_

ORIGINS = {"paper": N_("the paper"), "program": N_("another program")}


def annex(view: View) -> tuple[Block, ...]:
    """A sentence with the number of figures that agree, and all of them folded; nothing where none was run."""
    found: Sequence[Mapping[str, Any]] = view.context.get("annex") or ()
    if not found:
        return ()
    return (
        Heading(id="annex", text=view.text("Methods annex: the methods on published cases")),
        Paragraph(text=_said(view, found)),
        Details(summary=view.text("Published and obtained figures"), blocks=(_table(view, found),)),
    )


def _said(view: View, found: Sequence[Mapping[str, Any]]) -> Inline:
    differing = [row for row in found if not row["agrees"]]
    cases = view.plural("{n} published case", "{n} published cases", len({row["case"] for row in found}))
    said = view.say(
        "The methods of this edition were run again on {cases} with data and results of others: {agree} of {all} "
        "figures agree. The command is {command}.",
        cases=cases,
        agree=view.locale.number(len(found) - len(differing)),
        all=view.locale.number(len(found)),
        command=Literally("tip-trends methods"),
    )
    if not differing:
        return said
    names = view.locale.listing([f"{view.text(row['title'])} ({view.text(row['figure'])})" for row in differing])
    return (*said, Plain(" "), *view.say("These differ: {names}.", names=names))


def _table(view: View, found: Sequence[Mapping[str, Any]]) -> Table:
    """A row per figure, the case named where it begins; sources as notes, as they are printed."""
    numbered = {key: number for number, key in enumerate(dict.fromkeys(row["case"] for row in found), 1)}
    rows, told = [], ""
    for row in found:
        title = view.text(row["title"])
        head = view.text(row["figure"])
        if row["case"] != told:
            rows.append(Row(header=f"{numbered[row['case']]}. {title}", cells=(TableCell(text=""),) * 4, is_total=True))
            told = row["case"]
        rows.append(
            Row(
                header=head,
                cells=(
                    TableCell(text=view.locale.number(row["published"], row["decimals"])),
                    TableCell(text=view.locale.number(row["obtained"], row["decimals"])),
                    TableCell(text=view.text(ORIGINS[row["origin"]])),
                    TableCell(text=view.text("yes") if row["agrees"] else view.text("no")),
                ),
            )
        )
    sources = {row["case"]: row["source"] for row in found}
    return Table(
        id="table-annex",
        caption=view.text("Published cases run again"),
        stub=view.text("Figure"),
        columns=(
            Column(text=view.text("Published")),
            Column(text=view.text("Obtained")),
            Column(text=view.text("Published by"), is_numeric=False),
            Column(text=view.text("Agrees"), is_numeric=False),
        ),
        rows=tuple(rows),
        notes=tuple(plain(f"{numbered[key]}. {source}.") for key, source in sources.items()),
    )
