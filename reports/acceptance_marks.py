"""What is written into the copy of a workbook that goes back: the notes of its cells and the sheet that lists them."""

from __future__ import annotations

from dataclasses import dataclass

from reports.locale import N_, Locale, locale
from reports.rules import rule_words
from transforms.acceptance import Marks, Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkWords:
    """The words of one marked copy; `notes` are by rule and column, one per language, that of the home first."""

    sheet: str
    lead: tuple[str, ...]
    header: tuple[str, ...]
    whole_row: str
    notes: dict[tuple[str, str], tuple[str, ...]]


def mark_words(problems: tuple[Problem, ...], marks: Marks, languages: tuple[str, ...]) -> MarkWords:
    """The words for a workbook as it was sent. Raises WrongArguments for a language without texts."""
    return _words(problems, marks, languages, _AS_SENT)


def value_mark_words(problems: tuple[Problem, ...], marks: Marks, languages: tuple[str, ...]) -> MarkWords:
    """The words for a fresh workbook of the values of a file. Raises WrongArguments for a language without texts."""
    return _words(problems, marks, languages, _AS_READ)


_AS_SENT = N_(
    "A copy of the file as it was sent; formulas stand as their results. The cells listed here are coloured, each with "
    "a comment. Correct them in your own file and send that."
)
_AS_READ = N_(
    "The values of the file as they were read, each in its place, without the layout. The cells listed here are "
    "coloured, each with a comment. Correct them in your own file and send that."
)


def _words(problems: tuple[Problem, ...], marks: Marks, languages: tuple[str, ...], about: str) -> MarkWords:
    spoken = [locale(language) for language in languages]
    first = spoken[0]
    return MarkWords(
        sheet=first.text("Problems"),
        lead=tuple(line for here in spoken for line in _lead(marks, here, about)),
        header=(first.text("Cell"), first.text("Column"), *(here.name for here in spoken)),
        whole_row=first.text("Row {row}", row="{row}"),
        notes={(problem.rule, problem.column): tuple(_note(problem, here) for here in spoken) for problem in problems},
    )


def _lead(marks: Marks, here: Locale, about: str) -> tuple[str, ...]:
    lines = [here.text(about)]
    if marks.more:
        lines.append(here.plural("{n} more place is not marked.", "{n} more places are not marked.", marks.more))
    return tuple(lines)


def _note(problem: Problem, here: Locale) -> str:
    """The column, the rule in plain words, and what a right value looks like.

    A figure of a form is set aside for what stands at the head of its row or column, so the column is named.
    """
    rule = here.text(rule_words(problem.family).rule)
    if problem.column:
        rule = f"{here.text('“{header}”', header=problem.column)}: {rule}"
    if problem.expected is None:
        return rule
    return f"{rule} {here.text('A right value')}: {here.message(problem.expected).removesuffix('.')}."
