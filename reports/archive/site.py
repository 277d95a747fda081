"""From an archive to the bytes of all pages of its site. Pure: the same archive gives the same bytes."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources

from markupsafe import Markup

from reports.archive import edition_part, indicator_part
from reports.archive.csv_file import history_csv
from reports.archive.drawings import Drawings
from reports.archive.feed import feed_file
from reports.archive.here import HOME, Here, digests_file, edition_page, feed, history_file, indicator_page
from reports.archive.history import Series, by_name
from reports.archive.model import Archive, ArchivedEdition
from reports.archive.parts import PageSection
from reports.archive.start import start
from reports.blocks import Note, Reference, Term, plain
from reports.locale import locale
from reports.page import Other, environment, page_head, style, translation_notice

LANGUAGES = ("en", "ru", "tk")
"""Languages of every site, whatever those of its editions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """All that the template writes around the sections; `script` is empty on pages that need none."""

    language: str
    title: str
    heading: str
    kicker: str
    standfirst: str
    synthetic: str
    synthetic_meaning: str
    withdrawn: str
    withdrawn_meaning: str
    skip: str
    home: str
    home_name: str
    languages_name: str
    contents_title: str
    data_label: str
    feed: str
    feed_name: str
    others: tuple[Other, ...]
    around: tuple[Reference, ...]
    around_name: str
    facts: tuple[Term, ...]
    notices: tuple[Note, ...]
    sections: tuple[PageSection, ...]
    colophon: str
    style: Markup
    script: Markup
    policy: str


def site_files(archive: Archive) -> Iterator[tuple[str, bytes]]:
    """Path and bytes of every page, feed and file of the site but the files of editions, one after the other."""
    drawings = Drawings()
    series = by_name(archive.series)
    for language in archive.languages:
        for here in _places(archive, language):
            yield here.path, _start_page(here)
        for edition in archive.editions:
            here = Here(archive=archive, locale=locale(language), path=edition_page(language, edition.edition))
            yield here.path, _edition_page(here, edition)
        for name, measures in series.items():
            here = Here(archive=archive, locale=locale(language), path=indicator_page(language, name))
            yield here.path, _indicator_page(here, measures, drawings)
        here = Here(archive=archive, locale=locale(language), path=feed(language))
        yield here.path, feed_file(here)
    for name, measures in series.items():
        yield history_file(name), history_csv(measures)
    for edition in archive.standing:
        files = edition.contents.files if edition.contents else ()
        lines = (f"{one.sha256}  {edition.edition}/{one.name}\n" for one in files)
        yield digests_file(edition.edition), "".join(lines).encode()


def _places(archive: Archive, language: str) -> Iterator[Here]:
    """Where the first page lies: in its language's folder, and for the first language at the root as well."""
    paths = [f"{language}/{HOME}", *([HOME] if language == archive.languages[0] else [])]
    for path in paths:
        yield Here(archive=archive, locale=locale(language), path=path)


def _start_page(here: Here) -> bytes:
    archive = here.archive
    last = max(one.released_on for edition in archive.editions for one in edition.releases)
    facts = (
        Term(word=here.text("For"), meaning=plain(here.audience)),
        Term(word=here.text("Editions"), meaning=plain(here.locale.number(len(archive.editions)))),
        Term(word=here.text("Last release"), meaning=plain(here.locale.date(last))),
    )
    return _rendered(
        here,
        heading=here.text("Archive of editions: {area}", area=here.area),
        sections=start(here),
        facts=facts,
        pages={language: f"{language}/{HOME}" for language in archive.languages},
        has_search=True,
        is_synthetic=archive.is_synthetic,
    )


def _edition_page(here: Here, edition: ArchivedEdition) -> bytes:
    ordered = sorted((one for one in here.archive.editions if one.kind == edition.kind), key=lambda one: one.order)
    place = ordered.index(edition)
    before, after = ordered[max(place - 1, 0) : place], ordered[place + 1 : place + 2]
    around = (
        *(Reference(f"← {here.period(one.period)}", here.edition_page(one.edition)) for one in before),
        *(Reference(f"{here.period(one.period)} →", here.edition_page(one.edition)) for one in after),
    )
    return _rendered(
        here,
        heading=here.title(edition),
        sections=edition_part.edition_parts(here, edition),
        facts=edition_part.facts(here, edition),
        pages={language: edition_page(language, edition.edition) for language in here.archive.languages},
        around=around,
        withdrawn=edition_part.taken_back(here, edition.release) if edition.state == "withdrawn" else "",
        is_synthetic=edition.is_synthetic,
    )


def _indicator_page(here: Here, series: tuple[Series, ...], drawings: Drawings) -> bytes:
    name = series[0].name
    return _rendered(
        here,
        heading=here.indicator(name),
        sections=indicator_part.indicator_parts(here, series, drawings),
        facts=indicator_part.facts(here, series),
        pages={language: indicator_page(language, name) for language in here.archive.languages},
        is_synthetic=any(shown.is_synthetic for one in series for shown in one.shown),
    )


def _rendered(
    here: Here,
    *,
    heading: str,
    sections: tuple[PageSection, ...],
    facts: tuple[Term, ...],
    pages: dict[str, str],
    around: tuple[Reference, ...] = (),
    withdrawn: str = "",
    has_search: bool = False,
    is_synthetic: bool,
) -> bytes:
    """The page as bytes; its notices are made last, so that texts without translation are counted."""
    archive_name = here.text("Archive of editions: {area}", area=here.area)
    script, hashed = _script() if has_search else (Markup(""), "'none'")
    frame = {
        "heading": heading,
        "title": heading if heading == archive_name else f"{heading} – {archive_name}",
        "kicker": here.text("Trafficking in persons: trends and indicators"),
        "standfirst": here.text(
            "What authorities and organisations detected, recorded and did. Detection is not "
            "prevalence: these figures do not say how many victims there are."
        ),
        "synthetic": here.text("SYNTHETIC") if is_synthetic else "",
        "synthetic_meaning": here.text(
            "Made from invented data. No figure on this page describes a real person or a real country."
        ),
        "withdrawn": here.text("WITHDRAWN") if withdrawn else "",
        "withdrawn_meaning": withdrawn,
        "skip": here.text("Skip to the content"),
        "home": here.home(),
        "home_name": archive_name,
        "languages_name": here.text("Languages"),
        "contents_title": here.text("Contents"),
        "data_label": here.text("Description and table of this chart"),
        "feed": here.to(feed(here.language)),
        "feed_name": here.text("Feed of releases"),
        "around_name": here.text("Editions before and after"),
        "colophon": here.text("Made with tip-trends {version}.", version=here.archive.version),
    }
    page = Page(
        language=here.language,
        others=tuple(_other(here, language, path) for language, path in pages.items()),
        around=around,
        facts=facts,
        notices=translation_notice(here.locale),
        sections=sections,
        style=style("report.css", "archive.css", extra=page_head("top-right", "SYNTHETIC") if is_synthetic else ""),
        script=script,
        policy="default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
        f"script-src {hashed}; base-uri 'none'; form-action 'none'",
        **frame,
    )
    return environment().get_template("archive.html.j2").render(page=page).encode()


def _other(here: Here, language: str, path: str) -> Other:
    return Other(language=language, name=locale(language).name, path=here.to(path), is_here=language == here.language)


@cache
def _script() -> tuple[Markup, str]:
    """The script that searches, and the source by which the page's policy lets it and no other run."""
    text = (resources.files("reports") / "templates" / "archive.js").read_text("utf-8").replace("\r\n", "\n")
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return Markup(text), f"'sha256-{digest}'"  # noqa: S704 - a file of this package
