"""From a released edition to the bytes of its files. Pure: the same edition gives the same bytes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from reports import findings, manifest
from reports.approval import Approval
from reports.blocks import Literally, Note, Section, Term, plain
from reports.edition import View
from reports.locale import locale
from reports.page import environment, page_head, translation_notice
from reports.page import style as page_style
from reports.sections import SECTIONS
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
    skip: str
    contents_title: str
    data_label: str
    facts: tuple[Term, ...]
    notices: tuple[Note, ...]
    sections: tuple[Section, ...]
    colophon: str
    style: Markup


def edition_files(
    edition: ReleasedEdition, languages: Sequence[str], approval: Approval | None = None
) -> dict[str, bytes]:
    """Every file of the edition by its relative path: a report per language, the manifest and the tables as CSV.

    Without an approval they are those of a draft: the pages and the manifest say so.
    """
    views = [View(edition, locale(language), approval) for language in languages]
    files = {f"report.{view.locale.language}.html": report(view) for view in views}
    files["edition.json"] = edition_manifest(edition, languages, approval)
    files.update(manifest.csv_files(edition))
    return files


def edition_manifest(edition: ReleasedEdition, languages: Sequence[str], approval: Approval | None = None) -> bytes:
    """`edition.json` alone, without the pages."""
    return manifest.edition_json(edition, findings.in_languages(edition, languages), approval)


def report(view: View) -> bytes:
    """The page in one language, in UTF-8."""
    sections = tuple(made for section in SECTIONS if (made := section(view)) is not None)
    html = environment().get_template("report.html.j2").render(page=page(view, sections))
    return html.encode()


def page(view: View, sections: tuple[Section, ...]) -> Page:
    """The frame of the page. Made after its sections, so that texts without translation are counted."""
    edition = view.edition
    frame = {
        "title": _title(view),
        "kicker": view.text("Trafficking in persons: trends and indicators"),
        "standfirst": view.text(
            "What authorities and organisations detected, recorded and did. Detection is not "
            "prevalence: these figures do not say how many victims there are."
        ),
        "synthetic": view.text("SYNTHETIC") if edition.is_synthetic else "",
        "synthetic_meaning": view.text(
            "Made from invented data. No figure on this page describes a real person or a real country."
        ),
        "draft": "" if view.approval else view.text("DRAFT: not released"),
        "draft_meaning": view.text(
            "Nobody has approved this edition yet and its figures may still change. Do not quote it or pass it on."
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
        facts=_facts(view),
        sections=sections,
        notices=translation_notice(view.locale),
        style=style(view),
        **frame,
    )


def _title(view: View) -> str:
    area = view.country(view.edition.scope) if view.edition.scope != "world" else view.text("World")
    return view.text(
        "Trafficking in persons in figures: {area}, {period}", area=area, period=view.locale.period(view.focus.code)
    )


def _facts(view: View) -> tuple[Term, ...]:
    edition = view.edition
    audience = {"working-group": view.text("Working Group"), "public": view.text("Public")}
    return (
        Term(word=view.text("Edition"), meaning=(Literally(edition.edition),)),
        Term(word=view.text("State of knowledge"), meaning=plain(view.locale.date(edition.as_of))),
        Term(word=view.text("For"), meaning=plain(audience.get(edition.audience, edition.audience))),
        Term(
            word=view.text("Counts below this are not shown"),
            meaning=plain(str(edition.policy.get("threshold", ""))),
        ),
    )


def style(view: View) -> Markup:
    """The stylesheet with the theme's colours; SYNTHETIC and DRAFT at the head of every printed page they apply to."""
    heads = page_head("top-right", "SYNTHETIC") if view.edition.is_synthetic else ""
    if view.approval is None:
        heads += page_head("top-left", view.text("DRAFT"))
    return page_style("report.css", extra=heads)
