"""The page that goes back to who sent a file: what was taken, what was not, where, why, and what to do by when."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from reports import words
from reports.acceptance_anonymity import anonymity
from reports.acceptance_changes import changes, zeros
from reports.acceptance_problems import gravest, identifiers, problems
from reports.acceptance_steps import next_steps
from reports.acceptance_sums import sums
from reports.blocks import (
    Block,
    Bullets,
    Column,
    Definitions,
    Literally,
    Note,
    Paragraph,
    Row,
    Section,
    Table,
    TableCell,
    Term,
    plain,
)
from reports.locale import Locale, locale
from reports.page import Other, environment, style, translation_notice
from transforms.acceptance import Acceptance

_KB = 1000
TONES = {
    "accepted": "good",
    "accepted with remarks": "good",
    "partly accepted": "caution",
    "rejected": "bad",
    "already loaded": "good",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """All that the template writes; `others` are the same page in other languages, where it has them."""

    language: str
    title: str
    kicker: str
    verdict: str
    verdict_text: str
    tone: str
    trial: str
    synthetic: str
    synthetic_meaning: str
    skip: str
    facts: tuple[Term, ...]
    notices: tuple[Note, ...]
    sections: tuple[Section, ...]
    colophon: str
    style: Markup
    languages_name: str = ""
    others: tuple[Other, ...] = ()


def acceptance_page(report: Acceptance, language: str) -> str:
    """The page in one language. Raises WrongArguments for a language without texts."""
    here = locale(language)
    return environment().get_template("acceptance.html.j2").render(page=page(report, here))


def page(report: Acceptance, here: Locale) -> Page:
    """Everything on the page; the notice on translation is made last, when all texts were asked for."""
    sections = tuple(section for section in _sections(report, here) if section.blocks)
    word, text = verdict(report, here)
    frame = {
        "title": report.file_name or here.text("File with data that identify persons"),
        "kicker": here.text("Acceptance report"),
        "verdict": word,
        "verdict_text": text,
        "trial": here.text("This was a trial: nothing was loaded and nothing was kept.") if report.is_trial else "",
        "synthetic": here.text("SYNTHETIC") if report.is_synthetic else "",
        "synthetic_meaning": here.text(
            "Made from invented data. No figure on this page describes a real person or a real country."
        ),
        "skip": here.text("Skip to the content"),
        "colophon": here.text(
            "Made with tip-trends. This page repeats no value of a case record, but its counts are not protected: "
            "it is for those who send the file and those who take it in."
        ),
    }
    return Page(
        language=here.language,
        tone=TONES[report.verdict],
        facts=_facts(report, here),
        sections=sections,
        notices=translation_notice(here),
        style=style("report.css", "acceptance.css"),
        others=(),
        **frame,
    )


def verdict(report: Acceptance, here: Locale) -> tuple[str, str]:
    """The verdict in a word or two, and in a sentence with its counts."""
    is_figures = report.unit == "figure"
    read, out = report.rows_read, report.rows_quarantined
    match report.verdict:
        case "accepted":
            return here.text("Accepted"), _all_taken(read, here, is_figures=is_figures)
        case "accepted with remarks":
            taken = _all_taken(read, here, is_figures=is_figures)
            return here.text("Accepted with remarks"), f"{taken} {here.text('Please read the remarks below.')}"
        case "partly accepted":
            taken_of = {"accepted": here.number(report.rows_accepted), "read": here.number(read)}
            if is_figures:
                left = here.plural(
                    "{n} figure was set aside; {accepted} of {read} figures were taken.",
                    "{n} figures were set aside; {accepted} of {read} figures were taken.",
                    out,
                    **taken_of,
                )
            else:
                left = here.plural(
                    "{n} row was set aside; {accepted} of {read} rows were taken.",
                    "{n} rows were set aside; {accepted} of {read} rows were taken.",
                    out,
                    **taken_of,
                )
            return here.text("Partly accepted"), left
        case "rejected":
            return here.text("Rejected"), here.text("Nothing of the file was loaded.")
        case "already loaded":
            return here.text("Already loaded"), here.text("The same file was loaded before. Nothing was changed.")


def _all_taken(read: int, here: Locale, *, is_figures: bool) -> str:
    if is_figures:
        return here.plural("{n} figure was taken, none was set aside.", "All {n} figures were taken.", read)
    return here.plural("{n} row was taken, none was set aside.", "All {n} rows were taken.", read)


def _facts(report: Acceptance, here: Locale) -> tuple[Term, ...]:
    facts = [Term(word=here.text("Received"), meaning=plain(here.date(report.received_on)))]
    if report.source:
        facts.append(Term(word=here.text("Source"), meaning=plain(source_name(report, here))))
    if report.vintage_date:
        facts.append(Term(word=here.text("State of the data on"), meaning=plain(here.date(report.vintage_date))))
    return tuple(facts)


def source_name(report: Acceptance, here: Locale) -> str:
    """The source in this language, or as its profile calls it."""
    known = words.SOURCES.get(report.source)
    return here.text(known) if known else report.source_title or report.source


def _sections(report: Acceptance, here: Locale) -> tuple[Section, ...]:
    remarks = tuple(plain(here.message(remark)) for remark in report.remarks)
    return (
        Section(id="next", title=here.text("What to do next"), blocks=next_steps(report, here)),
        Section(
            id="identifiers", title=here.text("Where identifying data were found"), blocks=identifiers(report, here)
        ),
        Section(id="remarks", title=here.text("Remarks"), blocks=(Bullets(items=remarks),) if remarks else ()),
        Section(id="received", title=here.text("What was received"), blocks=_received(report, here)),
        Section(id="gravest", title=here.text("The three gravest problems"), blocks=gravest(report, here)),
        Section(id="problems", title=here.text("All problems"), blocks=problems(report, here)),
        Section(id="sums", title=here.text("Sums and totals"), blocks=sums(report, here)),
        Section(id="anonymity", title=here.text("Can a person be recognised?"), blocks=anonymity(report, here)),
        Section(id="changes", title=here.text("Compared with the last delivery"), blocks=changes(report, here)),
        Section(id="zeros", title=here.text("Zeros and empty cells"), blocks=zeros(report, here)),
    )


def _received(report: Acceptance, here: Locale) -> tuple[Block, ...]:
    terms = []
    if report.file_name:
        terms.append(Term(word=here.text("File"), meaning=(Literally(report.file_name),)))
    if report.sheet:
        terms.append(Term(word=here.text("Sheet"), meaning=plain(report.sheet)))
    terms.append(Term(word=here.text("Size"), meaning=plain(_size(report.size_bytes, here))))
    if report.sha256:
        terms.append(Term(word=here.text("SHA-256"), meaning=(Literally(report.sha256),)))
    if report.source:
        terms.append(
            Term(word=here.text("Source"), meaning=(*plain(f"{source_name(report, here)} "), Literally(report.source)))
        )
    if report.contract_version:
        terms.append(Term(word=here.text("Version of the contract"), meaning=plain(report.contract_version)))
    if report.years:
        first, last = report.years
        said = str(first) if first == last else f"{first}–{last}"
        terms.append(Term(word=here.text("Years covered"), meaning=plain(said)))
    return (Definitions(terms=tuple(terms)), *_counts(report, here))


def _size(size: int, here: Locale) -> str:
    if size < _KB:
        return here.plural("{n} byte", "{n} bytes", size)
    if size < _KB * _KB:
        return here.text("{size} kB", size=here.number(size / _KB, 1))
    return here.text("{size} MB", size=here.number(size / _KB / _KB, 1))


def _counts(report: Acceptance, here: Locale) -> tuple[Block, ...]:
    if not report.rows_read:
        return ()
    is_figures = report.unit == "figure"
    lines = (
        (here.text("Figures accepted") if is_figures else here.text("Rows accepted"), report.rows_accepted),
        (here.text("Figures set aside") if is_figures else here.text("Rows set aside"), report.rows_quarantined),
        (here.text("Figures received") if is_figures else here.text("Rows received"), report.rows_read),
    )
    rows = [
        Row(header=label, cells=(TableCell(text=here.number(n)),), is_total=place == len(lines) - 1)
        for place, (label, n) in enumerate(lines)
    ]
    check = here.text(
        "Check: {accepted} + {aside} = {read}. Nothing of the file is missing.",
        accepted=here.number(report.rows_accepted),
        aside=here.number(report.rows_quarantined),
        read=here.number(report.rows_read),
    )
    counts = Table(
        id="counts",
        caption=here.text("Received, accepted, set aside"),
        stub=here.text("Figures") if is_figures else here.text("Rows"),
        columns=(Column(text=here.text("Number")),),
        rows=tuple(rows),
        notes=(plain(check),),
    )
    remark: tuple[Block, ...] = ()
    if is_figures:
        remark = (
            Paragraph(
                text=plain(here.text("In this form every cell with a figure is counted, not the rows of the sheet."))
            ),
        )
    return (*remark, counts)
