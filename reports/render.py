"""From a released edition to the bytes of its files. Pure: the same edition gives the same bytes."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from markupsafe import Markup

from reports import findings, manifest, masthead, provisional, sdmx
from reports.approval import Approval
from reports.blocks import Note, Section, Term
from reports.charts.svg import held_settings
from reports.edition import View
from reports.locale import locale
from reports.page import Other, environment, page_head, translation_notice
from reports.page import style as page_style
from reports.sections import SECTIONS
from reports.sections.provenance_cards import with_cards
from reports.workbook import tables_workbook
from transforms.disclosure.released import ReleasedEdition


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """All that the page template writes around the sections."""

    language: str
    title: str
    kicker: str
    standfirst: str
    synthetic: str
    synthetic_meaning: str
    draft: str
    draft_meaning: str
    provisional: str
    provisional_meaning: str
    skip: str
    contents_title: str
    trace_label: str = ""
    data_label: str
    languages_name: str = ""
    others: tuple[Other, ...] = ()
    facts: tuple[Term, ...]
    notices: tuple[Note, ...]
    sections: tuple[Section, ...]
    colophon: str
    style: Markup


def edition_files(
    edition: ReleasedEdition, languages: Sequence[str], approval: Approval | None = None
) -> dict[str, bytes]:
    """Every file of the edition by its relative path.

    A report and a workbook per language; the manifest with its schema; the tables as CSV, one by one and all in one
    as SDMX-CSV with its structure. Without an approval they are those of a draft: pages, workbooks and manifest say so.
    """
    with held_settings(), _frozen_heap():
        return _edition_files(edition, languages, approval)


@contextmanager
def _frozen_heap() -> Iterator[None]:
    """Spare the garbage collector what is there already: rendering makes millions of short-lived objects.

    In a process that has counted before, whose heap is large, this and `held_settings` take a third of the time away.
    """
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _edition_files(edition: ReleasedEdition, languages: Sequence[str], approval: Approval | None) -> dict[str, bytes]:
    views = [View(edition, locale(language), approval) for language in languages]
    files = {f"report.{view.locale.language}.html": report(view) for view in views}
    files |= {f"tables.{view.locale.language}.xlsx": tables_workbook(view) for view in views}
    files["edition.json"] = edition_manifest(edition, languages, approval)
    files[manifest.SCHEMA] = manifest.schema()
    return files | manifest.csv_files(edition) | sdmx.files(views)


def edition_manifest(edition: ReleasedEdition, languages: Sequence[str], approval: Approval | None = None) -> bytes:
    """`edition.json` alone, without the pages."""
    return manifest.edition_json(edition, findings.in_languages(edition, languages), approval)


def report(view: View) -> bytes:
    """The page in one language, in UTF-8."""
    sections = with_cards(view, [made for section in SECTIONS if (made := section(view)) is not None])
    html = environment().get_template("report.html.j2").render(page=page(view, sections))
    return html.encode()


def page(view: View, sections: tuple[Section, ...]) -> Page:
    """The frame of the page. Made after its sections, so that texts without translation are counted."""
    edition = view.edition
    frame = {
        "title": masthead.title(view),
        "kicker": masthead.kicker(view),
        "standfirst": masthead.standfirst(view),
        "synthetic": view.text("SYNTHETIC") if edition.is_synthetic else "",
        "synthetic_meaning": masthead.synthetic_meaning(view),
        "draft": "" if view.approval else masthead.draft(view),
        "draft_meaning": masthead.draft_meaning(view),
        "provisional": provisional.word(view),
        "provisional_meaning": provisional.meaning(view),
        "skip": view.text("Skip to the content"),
        "contents_title": view.text("Contents"),
        "trace_label": view.text("Provenance"),
        "data_label": view.text("Description and table of this chart"),
        "languages_name": view.text("Languages"),
        "colophon": masthead.colophon(view),
    }
    return Page(
        language=view.locale.language,
        others=tuple(_other(view, language) for language in edition.languages),
        facts=masthead.facts(view),
        sections=sections,
        notices=translation_notice(view.locale),
        style=style(view),
        **frame,
    )


def _other(view: View, language: str) -> Other:
    """The file beside this one that says the same in another language."""
    here = view.locale.language
    return Other(
        language=language, name=locale(language).name, path=f"report.{language}.html", is_here=language == here
    )


def style(view: View) -> Markup:
    """The stylesheet with the theme's colours; at the head of every printed page SYNTHETIC, DRAFT, PROVISIONAL.

    A withdrawal puts its own word in the middle, where it counts more.
    """
    heads = page_head("top-right", "SYNTHETIC") if view.edition.is_synthetic else ""
    if view.approval is None:
        heads += page_head("top-left", view.text("DRAFT"))
    if word := provisional.word(view):
        heads += page_head("top-center", word)
    return page_style("report.css", extra=heads)
