"""Parts of a return around its figures: what became of the body's files, and how the return is to be read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reports import words
from reports.blocks import (
    Block,
    Column,
    Definitions,
    Heading,
    Inline,
    Literally,
    Paragraph,
    Row,
    Section,
    Table,
    TableCell,
    Term,
)
from reports.edition import View
from reports.rules import rule_words
from reports.sections.methods import signs
from reports.tables import words_column
from transforms.disclosure.returned import Delivered, ReleasedReturn


def delivered(view: View, deliveries: Sequence[Delivered]) -> Section:
    """Every file of the body with its rows received, accepted and set aside, and the rules that were broken."""
    rows = tuple(
        Row(
            header=one.file_name,
            cells=(
                TableCell(text=view.locale.date(one.vintage_date)),
                _number(view, one.rows_read),
                _number(view, one.rows_accepted),
                _number(view, None if one.rows_read is None else one.rows_read - one.rows_accepted),
                TableCell(text=view.locale.date(one.withdrawn_from) if one.withdrawn_from else "–"),
            ),
        )
        for one in deliveries
    )
    table = Table(
        id="deliveries-table",
        caption=view.text("Every file of yours that is known, the oldest first"),
        stub=view.text("File"),
        columns=(
            words_column(view.text("State of the data on")),
            Column(text=view.text("Rows received")),
            Column(text=view.text("Rows accepted")),
            Column(text=view.text("Rows set aside")),
            words_column(view.text("Withdrawn from")),
        ),
        rows=rows,
        notes=_of_mixed_files(view, deliveries),
    )
    return Section(
        id="deliveries",
        title=view.text("What you delivered and what became of it"),
        blocks=(table, *_broken_rules(view, deliveries)),
    )


def _of_mixed_files(view: View, deliveries: Sequence[Delivered]) -> tuple[Inline, ...]:
    if all(one.rows_read is not None for one in deliveries):
        return ()
    return (
        view.say(
            "Of a file that held lists of other bodies too only your accepted rows are told: whose rows were set aside "
            "is not known."
        ),
    )


def _number(view: View, count: int | None) -> TableCell:
    if count is None:
        mark, meaning = words.MARKS["not_applicable"]
        return TableCell(text=mark, meaning=view.text(meaning))
    return TableCell(text=view.locale.number(count))


def _broken_rules(view: View, deliveries: Sequence[Delivered]) -> Iterator[Block]:
    """Rows set aside by file and rule; which rows and cells the acceptance report of each file says."""
    broken = [(one, rule) for one in deliveries for rule in one.rules]
    if not broken:
        yield Paragraph(text=view.say("No row of these files broke a rule."))
        return
    yield Table(
        id="rules",
        caption=view.text("Rows set aside, by file and rule"),
        stub=view.text("File"),
        columns=(
            words_column(view.text("Rule")),
            words_column(view.text("Column")),
            Column(text=view.text("Rows")),
        ),
        rows=tuple(
            Row(
                header=one.file_name,
                cells=(
                    TableCell(text=view.text(rule_words(rule.family).title)),
                    TableCell(text=rule.column or "–", is_code=bool(rule.column)),
                    TableCell(text=view.locale.number(rule.rows)),
                ),
            )
            for one, rule in broken
        ),
        notes=(
            view.say(
                "A row can break several rules. Which rows and cells they are, and what a right value looks like, says "
                "the acceptance report of each file."
            ),
        ),
    )


def reading(view: View, released: ReleasedReturn) -> Section:
    """Signs, protection and provenance."""
    policy = released.national.policy
    public = view.context["public_edition"]
    return Section(
        id="reading",
        title=view.text("How to read this return"),
        blocks=(
            Heading(id="signs", text=view.text("Signs")),
            signs(view),
            Heading(id="protection", text=view.text("Protection of persons")),
            Paragraph(
                text=view.say(
                    "A national figure less your own part of it tells how many persons stand in lists of others only. "
                    "So a national figure is left out where that number is from 1 to {most}, and so are enough others "
                    "that sums leave it open by {width} persons or more.",
                    most=str(policy["threshold"] - 1),
                    width=str(policy["protection_width"]),
                )
            ),
            Paragraph(
                text=view.say(
                    "No national figure is shown here that the public edition does not show, and each is the same."
                )
            ),
            Paragraph(
                text=view.say(
                    "Your part of a national figure is not shown: it would tell what other lists say of persons who "
                    "stand in yours."
                )
            ),
            Heading(id="provenance", text=view.text("Where the figures come from")),
            Definitions(
                terms=(
                    Term(word=view.text("Public edition, run"), meaning=(Literally(str(public["run_id"])),)),
                    Term(word=view.text("SHA-256"), meaning=(Literally(str(public["manifest_sha256"])),)),
                )
            ),
        ),
    )
