"""`tables.<language>.xlsx`: every table of an edition on a sheet of its own, after a cover, contents and notes.

A workbook per language, like the pages: a sheet that repeats each label in three languages cannot be read aloud. The
sheets of the tables have the same names and the same cells in all of them, so that a link or a formula made with one
works with the others. One table a sheet, nothing merged, nothing empty, figures as numbers, and what is withheld as its
sign with its state in words beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from reports import masthead, measures, provisional, revision_sheet, words
from reports.blocks import Definitions, Inline, plain_text
from reports.edition import View
from reports.numbers import number
from reports.page import translation_notice
from reports.revision_sheet import revision_sheets
from reports.sections.methods import calculation, disclosure, glossary, licences, released_by, signs
from reports.spreadsheet import Book, Content, Figure, Link, Sheet, Sign, workbook
from transforms.codes import OBS_STATUS
from transforms.disclosure.released import ReleasedCell, ReleasedTable

_SIGNS = {state: sign for state, (sign, _) in words.MARKS.items()}
_NOT_APPLICABLE = _SIGNS["not_applicable"]
_NARROWEST, _WIDEST = 14, 46
_NO_SHEET_NAME = re.compile(r"[\[\]:*?/\\]")


def tables_workbook(view: View) -> bytes:
    """The workbook in the language of the view."""
    tables = tuple(view.edition)
    names = measures.sheet_names(tables)
    caveats = tuple(dict.fromkeys(caveat for table in tables for caveat in table.caveats))
    sheets = tuple(
        _table_sheet(view, table, name, [caveats.index(caveat) + 1 for caveat in table.caveats])
        for table, name in zip(tables, names, strict=True)
    )
    contents = Link(text=view.text("Contents"), sheet=_front(view.text("Contents")))
    revised = revision_sheets(view, (_state(view), contents))
    front = (_contents(view, tables, names, revised), _notes(view, caveats), *revised)
    cover = _cover(view)  # after all the rest, so that texts without translation are counted
    draft = "" if view.approval else view.text("DRAFT")
    title = masthead.title(view)
    return workbook(
        Book(
            title=f"{draft}: {title}" if draft else title,
            subject=masthead.kicker(view),
            language=view.locale.language,
            made_on=view.edition.as_of,
            status="Draft" if draft else "Final",
            head=" · ".join(
                filter(
                    None,
                    (draft, provisional.word(view), "SYNTHETIC" if view.edition.is_synthetic else "", title),
                )
            ),
            sheets=(cover, *front, *sheets),
        )
    )


def _state(view: View) -> str:
    """The line under the title of every sheet."""
    word = provisional.word(view)
    before = f"{word}. " if word else ""
    if view.approval is None:
        return f"{before}{masthead.draft(view)}. {masthead.draft_meaning(view)}"
    return before + view.text(
        "Released on {date}; state of knowledge: {as_of}.",
        date=view.locale.date(view.approval.approved_on),
        as_of=view.locale.date(view.edition.as_of),
    )


def _front(text: str) -> str:
    """A text as the name of a sheet."""
    return _NO_SHEET_NAME.sub(" ", text)[:31]


def _cover(view: View) -> Sheet:
    facts = [f"{fact.word}: {plain_text(fact.meaning)}" for fact in masthead.facts(view)]
    synthetic = (f"{view.text('SYNTHETIC')}. {masthead.synthetic_meaning(view)}",) if view.edition.is_synthetic else ()
    lines: tuple[Content, ...] = (
        masthead.title(view),
        _state(view),
        *((provisional.meaning(view),) if provisional.awaited(view) else ()),
        *synthetic,
        masthead.kicker(view),
        masthead.standfirst(view),
        *facts,
        plain_text(released_by(view)),
        view.text(
            "One table a sheet. Numbers are the same in all languages and in {manifest}.", manifest="edition.json"
        ),
        Link(text=view.text("Contents"), sheet=_front(view.text("Contents"))),
        Link(text=view.text("Notes"), sheet=_front(view.text("Notes"))),
        *licences(view),
        masthead.colophon(view),
    )
    notices = tuple(plain_text(notice.text) for notice in translation_notice(view.locale))
    return Sheet(name=_front(view.text("Cover")), lead=(*lines[:2], *notices, *lines[2:]))


def _contents(view: View, tables: Sequence[ReleasedTable], names: Sequence[str], revised: Sequence[Sheet]) -> Sheet:
    rows: list[tuple[Content, ...]] = [
        (Link(text=sheet.name, sheet=sheet.name), revision_sheet.title(view), _NOT_APPLICABLE, _NOT_APPLICABLE)
        for sheet in revised
    ]
    rows += [
        (
            Link(text=name, sheet=name),
            measures.title(view, table),
            view.text(words.UNITS.get(table.unit, table.unit)),
            "; ".join(view.source(source) for source in table.sources) or _NOT_APPLICABLE,
        )
        for table, name in zip(tables, names, strict=True)
    ]
    return Sheet(
        name=_front(view.text("Contents")),
        lead=(view.text("Contents"), _state(view), Link(text=view.text("Notes"), sheet=_front(view.text("Notes")))),
        header=(view.text("Sheet"), view.text("Table"), view.text("Unit"), view.text("Source")),
        rows=tuple(rows),
        widths=(34, 90, 26, 50),
    )


def _notes(view: View, caveats: Sequence[str]) -> Sheet:
    return Sheet(
        name=_front(view.text("Notes")),
        lead=(
            view.text("Notes"),
            _state(view),
            Link(text=view.text("Contents"), sheet=_front(view.text("Contents"))),
        ),
        header=(view.text("Subject"), view.text("Word or sign"), view.text("Meaning")),
        rows=tuple(_note_rows(view, caveats)),
        widths=(30, 30, 110),
    )


def _note_rows(view: View, caveats: Sequence[str]) -> Iterator[tuple[Content, ...]]:
    def defined(subject: str, terms: Definitions) -> Iterator[tuple[Content, ...]]:
        return ((subject, term.word, plain_text(term.meaning)) for term in terms.terms)

    def counted(subject: str, lines: Sequence[Inline]) -> Iterator[tuple[Content, ...]]:
        return ((subject, str(n), plain_text(line)) for n, line in enumerate(lines, start=1))

    cautions = view.text("Cautions")
    for n, caveat in enumerate(caveats, start=1):
        said = view.text(words.CAVEATS[caveat]) if caveat in words.CAVEATS else words.readable(caveat)
        yield cautions, view.text("note {n}", n=str(n)), said
    yield from defined(view.text("Signs"), signs(view))
    yield (
        view.text("Signs"),
        "… х –",
        view.text(
            "In the yearbooks of CIS statistical offices … stands for not reported, х for not applicable and – for "
            "zero. They have no common sign for suppressed or unreliable."
        ),
    )
    columns = view.text("Columns")
    yield (
        columns,
        f"{view.text('Lower bound')}, {view.text('Upper bound')}",
        view.text("95 % interval of a calculated figure; of a count that its source gives as a band, the band."),
    )
    yield (
        columns,
        view.text("Base"),
        view.text("The number that a share, rate, mean, ratio or change is calculated on."),
    )
    yield from defined(view.text("Words"), glossary(view))
    yield from counted(view.text("How figures are calculated"), calculation(view))
    yield from counted(view.text("Protection of persons"), disclosure(view))


def _table_sheet(view: View, table: ReleasedTable, name: str, caveats: Sequence[int]) -> Sheet:
    unit = view.text(words.UNITS.get(table.unit, table.unit))
    notes = ", ".join(map(str, caveats)) or _NOT_APPLICABLE
    rows = tuple(_row(view, table, cell) for cell in table.cells)
    optional = (
        (view.text("Lower bound"), 16, any(cell.lower is not None for cell in table.cells)),
        (view.text("Upper bound"), 16, any(cell.upper is not None for cell in table.cells)),
        (view.text("Base"), 16, any(cell.base is not None for cell in table.cells)),
        (view.text("Note"), 44, any(cell.note for cell in table.cells)),
    )
    kept = [place for place, (_, _, is_used) in enumerate(optional) if is_used]
    fixed = len(table.dimensions) + 2
    labels = [max((len(str(row[n])) for row in rows), default=0) for n in range(len(table.dimensions))]
    return Sheet(
        name=name,
        lead=(
            measures.title(view, table),
            _state(view),
            " ".join((view.text("Unit: {unit}.", unit=unit), view.sources(table))),
            view.text("Cautions on the sheet “{sheet}” that apply: {notes}.", sheet=view.text("Notes"), notes=notes),
            Link(text=view.text("Contents"), sheet=_front(view.text("Contents"))),
        ),
        header=(
            *(view.dimension(dimension) for dimension in table.dimensions),
            view.text("Value ({unit})", unit=unit),
            view.text("Status"),
            *(optional[place][0] for place in kept),
        ),
        rows=tuple((*row[:fixed], *(row[fixed + place] for place in kept)) for row in rows),
        widths=(
            *(min(max(length + 4, _NARROWEST), _WIDEST) for length in labels),
            20,
            24,
            *(optional[place][1] for place in kept),
        ),
    )


def _row(view: View, table: ReleasedTable, cell: ReleasedCell) -> tuple[Content, ...]:
    """Labels, value, state, both bounds, base and note; a sign wherever there is no number."""
    sign = _SIGNS.get(cell.state, _NOT_APPLICABLE)
    places = measures.decimals(table)

    def figure(value: float | None, decimals: int) -> Content:
        known = number(value)
        return Sign(sign) if known is None else Figure(value=known, decimals=decimals)

    if cell.state in words.STATES:
        state = view.text(words.STATES[cell.state])
    else:
        _, flag = words.FLAGS.get(cell.obs_status, ("", OBS_STATUS.by_value["A"].label))
        state = view.text(flag)
    return (
        *(view.label(*at) or _NOT_APPLICABLE for at in zip(table.dimensions, cell.at, strict=True)),
        figure(None if cell.state in words.STATES else cell.value, places),
        state,
        figure(cell.lower, places),
        figure(cell.upper, places),
        figure(cell.base, 0),
        measures.note(view, cell.note) or _NOT_APPLICABLE,
    )
