"""The status page of a home: deliveries, editions, runs and health at a glance, for whoever looks after it.

It holds names, days and states, and no figure of persons.
"""

from __future__ import annotations

from reports.acceptance import Page
from reports.blocks import Bullets, Inline, Section, Term, plain
from reports.locale import CLDR_IDS, Locale, locale
from reports.page import Other, environment, style, translation_notice
from reports.status_tables import arrived, backtests, due, editions, health, runs
from reports.status_words import OUTCOMES, area, found, moment, owner, run_name
from transforms.status import WAITING, HomeStatus

_MOST_NAMED = 4


def status_page(status: HomeStatus, language: str) -> str:
    """The page in one language; its others lie beside it. Raises WrongArguments for a language without texts."""
    here = locale(language)
    return environment().get_template("acceptance.html.j2").render(page=_page(status, here))


def page_name(language: str) -> str:
    """Name of the file in one language."""
    return f"status.{language}.html"


def _page(status: HomeStatus, here: Locale) -> Page:
    sections = tuple(section for section in _sections(status, here) if section.blocks)
    urgent = attention(status, here)
    if urgent:
        word = here.text("Needs attention")
        lead = here.plural("{n} thing needs attention.", "{n} things need attention.", len(urgent))
    else:
        word, lead = here.text("All is well"), here.text("Nothing needs attention.")
    is_bad = bool(status.ill) or status.last_failure is not None
    return Page(
        language=here.language,
        title=here.text("State of the data and editions: {area}", area=area(status, here)),
        kicker=here.text("Status"),
        verdict=word,
        verdict_text=lead,
        tone="bad" if is_bad else "caution" if urgent else "good",
        trial="",
        synthetic="",
        synthetic_meaning="",
        skip=here.text("Skip to the content"),
        facts=(
            Term(word=here.text("As of"), meaning=plain(moment(status.at, status, here))),
            Term(word=here.text("Clock of"), meaning=plain(status.time_zone)),
        ),
        sections=sections,
        colophon=here.text(
            "Made with tip-trends. This page names deliveries, editions and runs, and holds no figure of persons. "
            "It is made anew by each run, and by the command tip-trends status."
        ),
        notices=translation_notice(here),
        style=style("report.css", "acceptance.css", "status.css"),
        languages_name=here.text("Languages"),
        others=tuple(
            Other(
                language=code,
                name=locale(code).name,
                path=page_name(code),
                is_here=code == here.language,
            )
            for code in CLDR_IDS
        ),
    )


def attention(status: HomeStatus, here: Locale) -> tuple[Inline, ...]:
    """What somebody should look at, the gravest first."""
    said: list[Inline] = [plain(f"{here.message(one.label)}: {found(one.told, here)}.") for one in status.ill]
    if (failed := status.last_failure) is not None:
        said.append(
            plain(
                here.text(
                    "The last run did not succeed: {run}, {outcome}.",
                    run=run_name(failed.what, failed.edition, here),
                    outcome=_inside(here.text(OUTCOMES[failed.outcome])),
                )
            )
        )
    if status.overdue:
        said.append(plain(_overdue(status, here)))
    for state, told_of in ((_ANEW, _anew), (_HELD, _held), (_PROPOSED, _proposed), (_DRAFTED, _drafted)):
        names = list(dict.fromkeys(line.edition for line in status.editions if line.state == state))
        if names:
            said.append(plain(told_of(here, len(names), here.listing(names[:_MOST_NAMED]))))
    unsent = sum(1 for one in status.notices if one.unsent)
    if unsent:
        said.append(
            plain(
                here.plural(
                    "{n} notice did not reach its address.", "{n} notices did not reach their addresses.", unsent
                )
            )
        )
    return tuple(said)


_ANEW, _HELD, _PROPOSED, _DRAFTED = WAITING


def _anew(here: Locale, many: int, named: str) -> str:
    return here.plural(
        "{n} edition was made without deliveries that have come since: {named}.",
        "{n} editions were made without deliveries that have come since: {named}.",
        many,
        named=named,
    )


def _held(here: Locale, many: int, named: str) -> str:
    return here.plural(
        "{n} edition is held until deliveries come: {named}.",
        "{n} editions are held until deliveries come: {named}.",
        many,
        named=named,
    )


def _proposed(here: Locale, many: int, named: str) -> str:
    return here.plural(
        "{n} edition waits for the second person: {named}.",
        "{n} editions wait for the second person: {named}.",
        many,
        named=named,
    )


def _drafted(here: Locale, many: int, named: str) -> str:
    return here.plural(
        "{n} draft was not proposed yet: {named}.",
        "{n} drafts were not proposed yet: {named}.",
        many,
        named=named,
    )


def _overdue(status: HomeStatus, here: Locale) -> str:
    names = list(dict.fromkeys(owner(status, one, here) for one in status.overdue))
    return here.plural(
        "{n} delivery is overdue: {bodies}.",
        "{n} deliveries are overdue: {bodies}.",
        len(status.overdue),
        bodies=here.listing(names),
    )


def _sections(status: HomeStatus, here: Locale) -> tuple[Section, ...]:
    urgent = attention(status, here)
    return (
        Section(
            id="attention",
            title=here.text("What needs attention"),
            blocks=(Bullets(items=urgent),) if urgent else (),
        ),
        Section(id="due", title=here.text("Who delivers what, and when"), blocks=due(status, here)),
        Section(
            id="arrived", title=here.text("What arrived"), blocks=(arrived(status, here),) if status.arrived else ()
        ),
        Section(id="editions", title=here.text("Editions"), blocks=editions(status, here)),
        Section(id="runs", title=here.text("Runs"), blocks=runs(status, here)),
        Section(id="health", title=here.text("Health of the home"), blocks=(health(status.health, here),)),
        Section(
            id="backtests",
            title=here.text("How good earlier estimates of late registrations were"),
            blocks=(backtests(status.backtests, here),) if status.backtests else (),
        ),
    )


def _inside(text: str) -> str:
    return text[:1].lower() + text[1:]
