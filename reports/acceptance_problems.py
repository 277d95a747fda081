"""The problems of a file: the gravest in a line each, then every rule with its place, its cause and a right value."""

from __future__ import annotations

from collections.abc import Sequence

from reports.blocks import (
    Block,
    Bullets,
    Column,
    Definitions,
    Heading,
    Inline,
    Link,
    Literally,
    Paragraph,
    Plain,
    Row,
    Strong,
    Table,
    TableCell,
    Term,
    plain,
)
from reports.locale import N_, NO_BREAK, Locale
from reports.rules import rule_words
from transforms.acceptance import GRAVEST, Acceptance, Problem, Span, Suspect

PLACES = {
    "record": N_("Records, counted from 1"),
    "observation": N_("Observations, counted from 1"),
    "figure": N_("Figures, counted from 1"),
}
"""What the numbers of a file without rows count."""


_IN_A_LINE = 5
"""Places that a line names; the list below it names more."""


def gravest(report: Acceptance, here: Locale) -> tuple[Block, ...]:
    """The three problems that cost most, where there are more than three."""
    if len(report.problems) <= GRAVEST:
        return ()
    items = [_line(report, problem, here) for problem in report.gravest]
    return (Bullets(items=tuple(items), is_findings=True),)


def _line(report: Acceptance, problem: Problem, here: Locale) -> Inline:
    number = report.problems.index(problem)
    title = here.text(rule_words(problem.family).title)
    where = _column(problem, here)
    if problem.sheet != report.sheet:
        where = (*plain(problem.sheet), *((Plain("; "), *where) if where else ()))
    place = _place(report, problem, here, most=_IN_A_LINE)
    return (
        Strong(_count(report, problem.count, here)),
        Plain(": "),
        Link(title, f"problem-{number + 1}"),
        *((Plain("; "), *where) if where else ()),
        Plain(f"; {_inside(place.word)}: "),
        *place.meaning,
    )


def _inside(word: str) -> str:
    """A heading as it stands inside a line."""
    return word[:1].lower() + word[1:]


def _count(report: Acceptance, count: int, here: Locale) -> str:
    if report.unit == "figure":
        return here.plural("{n} figure", "{n} figures", count)
    return here.plural("{n} row", "{n} rows", count)


def problems(report: Acceptance, here: Locale) -> tuple[Block, ...]:
    """Every rule that was broken, those with most rows first."""
    blocks: list[Block] = []
    if report.problems:
        blocks.append(
            Paragraph(
                text=plain(
                    here.text(
                        "Grouped by rule, the most frequent first. A row can break several rules, so the numbers can "
                        "add up to more than was set aside."
                    )
                )
            )
        )
    for number, problem in enumerate(report.problems, start=1):
        words = rule_words(problem.family)
        blocks.append(Heading(id=f"problem-{number}", text=here.text(words.title)))
        blocks.append(Definitions(terms=_terms(report, problem, here)))
        if problem.unknown:
            blocks.append(_unknown(number, problem, here))
    return tuple(blocks)


def _terms(report: Acceptance, problem: Problem, here: Locale) -> tuple[Term, ...]:
    words = rule_words(problem.family)
    terms = []
    if problem.sheet != report.sheet:
        terms.append(Term(word=here.text("Sheet"), meaning=plain(problem.sheet)))
    if where := _column(problem, here):
        terms.append(Term(word=here.text("Column"), meaning=where))
    place = _place(report, problem, here)
    if problem.count > 1:
        counted = Plain(f" ({_count(report, problem.count, here)})")
        place = Term(word=place.word, meaning=(*place.meaning, counted))
    terms.append(place)
    terms.append(Term(word=here.text("The rule"), meaning=plain(here.text(words.rule))))
    terms.append(Term(word=here.text("Likely cause"), meaning=plain(here.text(words.cause))))
    if problem.expected is not None:
        terms.append(Term(word=here.text("A right value"), meaning=plain(here.message(problem.expected))))
    terms.append(Term(word=here.text("Key of the rule"), meaning=(Literally(problem.rule),)))
    return tuple(terms)


def _column(problem: Problem, here: Locale) -> Inline:
    """`D, “event_date”`: the letter and the header; of a form whose headers are merged the header alone."""
    letter = problem.letters[0] if len(problem.letters) == 1 else ""
    if letter and problem.column:
        return here.say("{letter}, “{header}”", letter=Strong(letter), header=problem.column)
    if problem.column:
        return here.say("“{header}”", header=problem.column)
    return (Strong(letter),) if letter else ()


def _place(report: Acceptance, problem: Problem, here: Locale, most: int | None = None) -> Term:
    """Rows as ranges; single cells where one sheet row holds several figures. `most` shortens the list."""
    if report.unit == "figure" and problem.letters:
        return Term(word=here.text("Cells"), meaning=plain(_listed(problem.cells[:most], problem.count, here)))
    word = here.text(PLACES[report.row_word]) if report.row_word in PLACES else here.text("Rows of the file")
    left_out = max(0, len(problem.spans) - most) if most else 0
    return Term(word=word, meaning=plain(ranges(problem.spans[:most], problem.more_spans + left_out, here)))


def _listed(items: Sequence[str], count: int, here: Locale) -> str:
    shown = ", ".join(items)
    if count <= len(items):
        return shown
    return here.text("{shown} and {more} more", shown=shown, more=here.number(count - len(items)))


def ranges(spans: Sequence[Span], more: int, here: Locale) -> str:
    """`7–9, 14`: numbers of rows without grouping, for that is how a spreadsheet shows them."""
    shown = ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in spans)
    if not more:
        return shown
    return here.plural("{shown} and {n} more place", "{shown} and {n} more places", more, shown=shown)


def _unknown(number: int, problem: Problem, here: Locale) -> Block:
    rows = [
        Row(
            header=code.value or here.text("not repeated here"),
            cells=(TableCell(text=here.number(code.count)), TableCell(text=code.closest or "–")),
        )
        for code in problem.unknown
    ]
    notes = [plain(here.text("The closest value is only a suggestion: check which one is meant."))]
    if problem.more_unknown:
        notes.append(
            plain(
                here.plural(
                    "{n} more value is not listed here.", "{n} more values are not listed here.", problem.more_unknown
                )
            )
        )
    return Table(
        id=f"unknown-{number}",
        caption=here.text("Values that are not on the list"),
        stub=here.text("Value in the file"),
        columns=(
            Column(text=here.text("Times")),
            Column(text=here.text("Closest value of the list"), is_numeric=False),
        ),
        rows=tuple(rows),
        notes=tuple(notes),
    )


def identifiers(report: Acceptance, here: Locale) -> tuple[Block, ...]:
    """Columns and rows of a file that was refused because it identifies persons; never what stands there."""
    if not report.suspects:
        return ()
    return (Bullets(items=tuple(_suspect(found, here) for found in report.suspects)),)


def _suspect(found: Suspect, here: Locale) -> Inline:
    name = found.letter or found.header
    if found.letter and found.header:
        name = here.text("{letter}, “{header}”", letter=found.letter, header=found.header)
    said: Inline = here.say("Column {name}", name=Strong(name.replace(" ", NO_BREAK))) if name else ()
    if found.spans:
        rows = plain(here.text("rows {rows}", rows=ranges(found.spans, found.more_spans, here)))
        said = (*said, *((Plain(": "),) if said else ()), *rows)
        if found.more_spans or len(found.spans) > 1:
            said = (*said, *plain(here.plural(" ({n} row in all)", " ({n} rows in all)", found.rows)))
    if found.what is not None:
        said = (*said, *((Plain(" – "),) if said else ()), *plain(here.message(found.what)))
    return said
