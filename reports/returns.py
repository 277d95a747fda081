"""The page that a supplier gets back: its own figures, whole, beside the national ones it may see."""

from __future__ import annotations

from collections.abc import Sequence

from reports import words
from reports.blocks import Block, Column, Literally, Note, Row, Section, Table, TableCell, Term, plain
from reports.edition import View, plain_period
from reports.locale import locale
from reports.page import environment, page_head, style, translation_notice
from reports.render import Page
from reports.return_texts import delivered, reading
from transforms.codes import TOTAL
from transforms.disclosure.released import ReleasedTable
from transforms.disclosure.returned import ReleasedReturn

_ALONG = {"year": 12, "quarter": 8, "month": 13}
"""The latest periods that the tables along time show."""


def return_page(released: ReleasedReturn, language: str) -> bytes:
    """The page in one language, in UTF-8. Raises WrongArguments for a language without texts."""
    view = View(released.national, locale(language), has_cards=False)
    sections = (
        _focus(view, released),
        delivered(view, released.deliveries),
        _along_time(view, released),
        _groups(view, released),
        reading(view, released),
    )
    html = environment().get_template("report.html.j2").render(page=_page(view, released, sections))
    return html.encode()


def _page(view: View, released: ReleasedReturn, sections: tuple[Section, ...]) -> Page:
    """The frame of the page; the notice on translation is made last, when all texts were asked for."""
    edition = released.national
    body = view.named("body", released.body)
    guarded = Note(
        title=view.text("For {body} only", body=body),
        text=view.say(
            "Your own figures stand here whole, small numbers among them, and can point to a person. Keep this return "
            "inside your office: do not pass it on, publish it or put it together with the return of another body."
        ),
        tone="caution",
    )
    frame = {
        "title": view.text(
            "Your figures beside the national ones: {body}, {period}",
            body=body,
            period=view.locale.period(view.focus.code),
        ),
        "kicker": view.text("Return to a supplier"),
        "standfirst": view.text(
            "What your list holds, what became of your files, and what the whole country counted. Other bodies are not "
            "named. Detection is not prevalence: these figures do not say how many victims there are."
        ),
        "synthetic": view.text("SYNTHETIC") if edition.is_synthetic else "",
        "synthetic_meaning": view.text(
            "Made from invented data. No figure on this page describes a real person or a real country."
        ),
        "skip": view.text("Skip to the content"),
        "contents_title": view.text("Contents"),
        "data_label": view.text("Description and table of this chart"),
        "colophon": view.text(
            "Made with tip-trends {version}, run {run}.", version=edition.code_version, run=edition.run_id
        ),
    }
    return Page(
        language=view.locale.language,
        facts=(
            Term(word=view.text("For"), meaning=plain(body)),
            Term(word=view.text("Edition"), meaning=(Literally(edition.edition),)),
            Term(word=view.text("State of knowledge"), meaning=plain(view.locale.date(edition.as_of))),
            Term(
                word=view.text("Counts of others below this are not told"),
                meaning=plain(str(edition.policy["threshold"])),
            ),
        ),
        sections=sections,
        notices=(guarded, *translation_notice(view.locale)),
        style=style("report.css", extra=page_head("top-right", "SYNTHETIC") if edition.is_synthetic else ""),
        draft="",
        draft_meaning="",
        provisional="",  # a return is made of an edition that was released; its page says what was missing
        provisional_meaning="",
        others=(),
        **frame,
    )


def _focus(view: View, released: ReleasedReturn) -> Section:
    """The indicators in the period of the edition and the one before."""
    periods = (view.year_before.code, view.focus.code)
    totals = _totals(released)
    rows = tuple(
        Row(header=view.indicator(table.indicator), cells=_beside(view, released, table.key, [(p,) for p in periods]))
        for table in totals
    )
    table = Table(
        id="totals",
        caption=view.text("Persons: {before} and {now}", before=_named(view, periods[0]), now=_named(view, periods[1])),
        stub=view.text("Indicator"),
        columns=_columns(view, periods),
        rows=rows,
    )
    return Section(
        id="totals-section",
        title=view.text("Your list and the whole country"),
        summary=view.say(
            "“Your list” is what you delivered, by your own dates. “Whole country” counts each person once, at the "
            "earliest date that any list gives; so a figure of your list can be the greater one."
        ),
        blocks=(table,),
    )


def _named(view: View, code: str) -> str:
    return view.locale.period(code)


def _totals(released: ReleasedReturn) -> tuple[ReleasedTable, ...]:
    return tuple(table for table in released.own.values() if table.dimensions == ("period",))


def _columns(view: View, periods: Sequence[str]) -> tuple[Column, ...]:
    """Two columns a period: the list and the country."""
    return tuple(
        Column(text=head)
        for code in periods
        for head in (
            view.text("{period}, your list", period=view.period_label(code)),
            view.text("{period}, whole country", period=view.period_label(code)),
        )
    )


def _beside(view: View, released: ReleasedReturn, key: str, places: Sequence[tuple[str, ...]]) -> tuple[TableCell, ...]:
    """For each place the body's own cell and the national one."""
    unit = released.own[key].unit
    own = {cell.at: cell for cell in released.own[key].cells}
    return tuple(
        printed
        for at in places
        for printed in (view.printed(own.get(at), unit), _national_cell(view, released, key, at))
    )


def _national_cell(view: View, released: ReleasedReturn, key: str, at: tuple[str, ...]) -> TableCell:
    """The national cell as printed; a row that only the body's list has does not apply to the country."""
    found = view.cell(key, *at)
    if found is None:
        mark, meaning = words.MARKS["not_applicable"]
        return TableCell(text=mark, meaning=view.text(meaning))
    return view.printed(found, released.own[key].unit)


def _along_time(view: View, released: ReleasedReturn) -> Section:
    blocks: list[Block] = []
    for table in _totals(released):
        periods = _latest(view, table)
        blocks.append(
            Table(
                id=f"along-{table.key}",
                caption=view.indicator(table.indicator),
                stub=view.text("Period"),
                columns=(Column(text=view.text("Your list")), Column(text=view.text("Whole country"))),
                rows=tuple(
                    Row(header=view.period_label(code), cells=_beside(view, released, table.key, [(code,)]))
                    for code in periods
                ),
            )
        )
    return Section(id="time", title=view.text("Along time"), blocks=tuple(blocks))


def _latest(view: View, table: ReleasedTable) -> tuple[str, ...]:
    """The latest periods of the edition's own length."""
    wanted = view.focus.frequency
    found = [code for code in table.codes("period") if (p := plain_period(code)) and p.frequency == wanted]
    return tuple(found[-_ALONG[wanted] :])


def _groups(view: View, released: ReleasedReturn) -> Section:
    periods = (view.year_before.code, view.focus.code)
    blocks: list[Block] = []
    for table in released.own.values():
        if table.dimensions == ("period",):
            continue
        (dimension,) = table.dimensions[1:]
        codes = (*view.codes(table, dimension), TOTAL)
        caveats = [words.CAVEATS[key] for key in table.caveats]
        blocks.append(
            Table(
                id=f"by-{dimension}",
                caption=view.text(
                    "{indicator} by {dimension}",
                    indicator=view.indicator(table.indicator),
                    dimension=view.inside(view.dimension(dimension)),
                ),
                stub=view.dimension(dimension),
                columns=_columns(view, periods),
                rows=tuple(
                    Row(
                        header=view.label(dimension, code),
                        cells=_beside(view, released, table.key, [(p, code) for p in periods]),
                        is_total=code == TOTAL,
                    )
                    for code in codes
                ),
                notes=tuple(plain(view.text(caveat)) for caveat in caveats),
            )
        )
    return Section(id="groups", title=view.text("By group"), blocks=tuple(blocks))
