"""`archive` and `open`: the site of all released editions, and a look at it or at one edition."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from flows import console, progress
from flows.commands.session import InSession, Session
from flows.home import AUDIENCES, LANGUAGES
from transforms.errors import NoData, WrongArguments

INCOMPLETE = 1

Audience = Annotated[str | None, Parameter(help="working-group or public; without it each that has editions.")]


def archive(*, audience: Audience = None, session: InSession) -> int:
    """Make the archive anew: a site per audience and scope with every released edition; prints its folders.

    It is made after each release and withdrawal already; this makes it where that failed, or after home.toml changed.
    It ends with 1 where an edition could not be shown because its files are missing or altered.

    Example: tip-trends --home my-home archive --audience public
    """
    from flows.editions.archive import build

    absent = 0
    for scope, name in _sites(session, audience):
        with console.working(f"Archive of {scope} for {name}") as hear, progress.heard_by(hear):
            site = build(session.folder, scope, name)
        console.notice(
            f"{'Made anew' if site.is_new else 'Unchanged'}: {site.editions} editions, {site.pages} pages and files."
        )
        console.result(str(site.folder))
        for edition in site.absent:
            console.notice(
                f"{edition} is listed without its files: they are missing in editions/ or are not those that were "
                f"released. See: tip-trends verify {edition} --scope {scope} --audience {name}"
            )
        absent += len(site.absent)
    return INCOMPLETE if absent else 0


def open_(
    edition: Annotated[str | None, Parameter(help="annual-2023, quarterly-2021-Q2 or monthly-2021-03.")] = None,
    /,
    *,
    lang: Annotated[str | None, Parameter(help="en, ru or tk; without it that of this computer.")] = None,
    audience: Annotated[
        str | None, Parameter(help="working-group or public; without it the first of home.toml that there is.")
    ] = None,
    session: InSession,
) -> None:
    """Open the archive, or the report of a released edition, in the browser; prints the path of the page.

    Where there is no browser it says so and only prints.

    Example: tip-trends --home my-home open annual-2023 --lang ru
    """
    from flows.browser import show

    if lang is not None and lang not in LANGUAGES:
        raise WrongArguments(f"'{lang}' is not a language.", advice=f"Choose from: {', '.join(LANGUAGES)}.")
    if audience is not None and audience not in AUDIENCES:
        raise WrongArguments(f"'{audience}' is not an audience.", advice=f"Choose from: {', '.join(AUDIENCES)}.")
    page = _first_page(session, lang, audience) if edition is None else report_of(session, edition, lang, audience)
    console.result(str(page))
    if not show(page):
        console.notice("No browser was found here: open the page above with one, on any computer.")


def _sites(session: Session, audience: str | None) -> tuple[tuple[str, str], ...]:
    """(scope, audience) of the sites asked for; raises NoData where nothing was released for any of them."""
    from flows.editions.archive import sites_of

    if audience is not None and audience not in AUDIENCES:
        raise WrongArguments(f"'{audience}' is not an audience.", advice=f"Choose from: {', '.join(AUDIENCES)}.")
    scope = None if session.asked_scope is None else session.scope
    found = sites_of(session.folder)
    chosen = tuple(one for one in found if scope in (None, one[0]) and audience in (None, one[1]))
    if not chosen:
        there = ", ".join(f"{one} for {name}" for one, name in found) or "none yet"
        raise NoData(
            "No edition was released that the archive asked for could show.", advice=f"There are editions of: {there}."
        )
    return chosen


def _first_page(session: Session, lang: str | None, audience: str | None) -> Path:
    """The first page of the archive in the reader's language; made where it is not there yet."""
    from flows.editions.archive import build, site_folder

    scope = session.scope
    names = session.home.settings().audiences if audience is None else (audience,)
    language = lang or _readers_language(session, LANGUAGES)
    pages = [site_folder(session.home, scope, name) / language / "index.html" for name in names]
    if (found := next((page for page in pages if page.is_file()), None)) is not None:
        return found
    released = [name for one, name in _sites(session, audience) if one == scope]
    name = next((name for name in names if name in released), None)
    if name is None:
        raise NoData(
            f"No edition of {scope} for {' or '.join(names)} was released from this home.",
            advice="Name another with --scope or --audience; `tip-trends release list` shows what there is.",
        )
    with console.working(f"Archive of {scope} for {name}") as hear, progress.heard_by(hear):
        return build(session.folder, scope, name).folder / language / "index.html"


def report_of(session: Session, edition: str, lang: str | None, audience: str | None) -> Path:
    """The report of an edition in the reader's language, or in the first that the edition has."""
    from flows.editions.manifests import folder_of
    from transforms.countries import country
    from transforms.indicators.windows import edition_period
    from transforms.ledger.entries import Key

    edition_period(edition)
    scope = country(session.scope).code
    names = session.home.settings().audiences if audience is None else (audience,)
    keys = [Key(scope=scope, edition=edition, audience=name) for name in names]
    for key in keys:
        folder = folder_of(session.home.editions, key)
        there = tuple(one for one in LANGUAGES if (folder / f"report.{one}.html").is_file())
        if lang in there:
            return folder / f"report.{lang}.html"
        if there and lang is None:
            return folder / f"report.{_readers_language(session, there)}.html"
        if there:
            raise NoData(
                f"{key} has no report in '{lang}'.", advice=f"It has one in: {', '.join(there)}. Choose with --lang."
            )
    drafts = [folder for key in keys if (folder := folder_of(session.home.drafts, key)).is_dir()]
    raise NoData(
        f"{edition} of {scope} for {' or '.join(names)} was not released from this home.",
        advice=f"Its draft lies in {drafts[0]}." if drafts else "`tip-trends release list` shows what there is.",
    )


def _readers_language(session: Session, available: Sequence[str]) -> str:
    """The reader's language where it is available, else the first of the home that is."""
    from flows.browser import readers_language

    ordered = (*session.home.settings().languages, *available)
    return readers_language(available, os.environ) or next(one for one in ordered if one in available)


COMMANDS: tuple[Callable[..., int | None], ...] = (archive, open_)
"""Registered under their names without the line at the end."""
