"""What a supplier is written: a delivery is due, or has not come; how to deliver it, and whom to ask. No figures."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from reports import words
from reports.acceptance import Page
from reports.blocks import Block, Bullets, Inline, Literally, Paragraph, Section, Term, plain, plain_text
from reports.locale import NO_BREAK, Locale, locale
from reports.page import environment, style, translation_notice
from transforms.notices import Notice

_WIDTH = 72
"""Letters a line of plain text, as letters are sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One notice in the language of its reader: the line over it, the page, and the same as plain text."""

    language: str
    subject: str
    html: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What a letter needs besides the notice.

    `names` are those of the body, `contact` says whom to ask and where to send, by language; empty where home.toml does
    not say. `template` is the name of the workbook that goes with it, empty where the source has none.
    """

    day: date
    names: Mapping[str, str]
    contact: Mapping[str, str]
    template: str


def letter(notice: Notice, around: Around, language: str) -> Letter:
    """The letter in one language. Raises WrongArguments for a language without texts."""
    here = locale(language)
    parts = _sections(notice, around, here)
    word, lead = _verdict(notice, around, here)
    subject = f"{word}: {_source(notice, here)}, {here.period(notice.period)}".replace(NO_BREAK, " ")
    facts = _facts(notice, around, here)
    page = Page(
        language=language,
        title=f"{_source(notice, here)}, {here.period(notice.period)}",
        kicker=here.text("Delivery calendar"),
        verdict=word,
        verdict_text=lead,
        tone="good" if notice.stage == "reminder" else "caution" if notice.stage == "overdue" else "bad",
        trial="",
        synthetic="",
        synthetic_meaning="",
        skip=here.text("Skip to the content"),
        facts=facts,
        sections=parts,
        colophon=here.text("Made with tip-trends. This notice holds no figures and no data of persons."),
        notices=translation_notice(here),
        style=style("report.css", "acceptance.css"),
    )
    html = environment().get_template("acceptance.html.j2").render(page=page)
    lines = [*_wrapped(subject), "", *_wrapped(lead), "", *_terms(facts), "", *_plain(parts), *_wrapped(page.colophon)]
    for said in page.notices:
        lines += ["", *_wrapped(plain_text(said.text))]
    return Letter(language=language, subject=subject, html=html, text="\n".join(lines) + "\n")


def _source(notice: Notice, here: Locale) -> str:
    known = words.SOURCES.get(notice.source)
    return here.text(known) if known else words.readable(notice.source)


def _verdict(notice: Notice, around: Around, here: Locale) -> tuple[str, str]:
    """The word, and what is due or missing."""
    what = {"source": _source(notice, here), "period": here.period(notice.period), "due": here.date(notice.due)}
    late = notice.days_late(around.day)
    if notice.stage == "reminder":
        if late == 0:
            return here.text("Reminder"), here.text("{source}, {period}: due today, {due}.", **what)
        said = here.plural(
            "{source}, {period}: due by {due}, in {n} day.",
            "{source}, {period}: due by {due}, in {n} days.",
            -late,
            **what,
        )
        return here.text("Reminder"), said
    said = here.plural(
        "{source}, {period}: it was due by {due}, {n} day ago, and has not come.",
        "{source}, {period}: it was due by {due}, {n} days ago, and has not come.",
        late,
        **what,
    )
    if notice.stage == "overdue":
        return here.text("Overdue"), said
    more = here.text("This notice also goes to those who watch over the delivery calendar.")
    return here.text("Long overdue"), f"{said} {more}"


def _facts(notice: Notice, around: Around, here: Locale) -> tuple[Term, ...]:
    to = around.names.get(here.language) or around.names.get("en") or _source(notice, here)
    return (
        Term(word=here.text("To"), meaning=plain(to)),
        Term(word=here.text("Source"), meaning=plain(_source(notice, here))),
        Term(word=here.text("Period"), meaning=plain(here.period(notice.period))),
        Term(word=here.text("Due"), meaning=plain(here.date(notice.due))),
        Term(word=here.text("Written on"), meaning=plain(here.date(around.day))),
    )


def _sections(notice: Notice, around: Around, here: Locale) -> tuple[Section, ...]:
    also: tuple[Block, ...] = ()
    if notice.also:
        first, last = here.period(notice.also[0]), here.period(notice.also[-1])
        if first == last:
            said = here.text("Also overdue: {period}. A file that reaches over both answers for both.", period=first)
        else:
            said = here.plural(
                "Also overdue: {n} other period, from {first} to {last}. A file that reaches over it answers for it.",
                "Also overdue: {n} other periods, from {first} to {last}. A file that reaches over all of them answers "
                "for all.",
                len(notice.also),
                first=first,
                last=last,
            )
        also = (Paragraph(text=plain(said)),)
    follows = here.text(
        "Without it the editions that need it are marked as provisional, or are not made. If the file is on its way, "
        "nothing more is to be done."
    )
    return (
        Section(id="deliver", title=here.text("How to deliver"), blocks=(Bullets(items=tuple(_steps(around, here))),)),
        Section(id="follows", title=here.text("What follows"), blocks=(*also, Paragraph(text=plain(follows)))),
        Section(id="contact", title=here.text("Whom to ask"), blocks=(Paragraph(text=plain(_contact(around, here))),)),
    )


def _steps(around: Around, here: Locale) -> Iterator[Inline]:
    if around.template:
        yield here.say(
            "Fill in the workbook {file} that comes with this notice; a sheet in it says how each column is written.",
            file=Literally(around.template),
        )
    else:
        yield plain(here.text("Send the table as your office makes it, in the same form as before."))
    yield plain(
        here.text(
            "No names, document numbers, telephones, addresses or dates of birth: such a file is refused as a whole."
        )
    )
    yield plain(here.text("Send the whole list, not only what is new: a file replaces the one before."))
    yield plain(here.text("You get a report back that says what was taken, what was not, and why."))


def _contact(around: Around, here: Locale) -> str:
    told = around.contact.get(here.language) or next(iter(around.contact.values()), "")
    return told or here.text("Send the file, and your questions, to those to whom you have delivered so far.")


def _terms(terms: tuple[Term, ...]) -> list[str]:
    return [line for term in terms for line in _wrapped(f"{term.word}: {plain_text(term.meaning)}", further="  ")]


def _plain(sections: tuple[Section, ...]) -> list[str]:
    """Sections as plain text: a heading, paragraphs, and lists with a dash."""
    lines: list[str] = []
    for section in sections:
        lines += [section.title, "-" * len(section.title)]
        for block in section.blocks:
            if isinstance(block, Bullets):
                for item in block.items:
                    lines += _wrapped(plain_text(item), first="- ", further="  ")
            elif isinstance(block, Paragraph):
                lines += _wrapped(plain_text(block.text))
        lines.append("")
    return lines


def _wrapped(text: str, first: str = "", further: str = "") -> list[str]:
    return textwrap.wrap(
        text, _WIDTH, initial_indent=first, subsequent_indent=further, break_long_words=False, break_on_hyphens=False
    )
