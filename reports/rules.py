"""What each kind of rule is called, what it asks for, and why a file usually breaks it: in an office's words."""

from __future__ import annotations

from dataclasses import dataclass

from reports.locale import N_


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleWords:
    """English message ids: the heading over the rows, the rule, and the likely cause."""

    title: str
    rule: str
    cause: str


RULES = {
    "ragged_row": RuleWords(
        title=N_("Rows with too few or too many cells"),
        rule=N_("Every row has as many cells as the header row."),
        cause=N_(
            "A text holds the separator (a comma or a semicolon) without quotation marks around it, or a cell was "
            "deleted and the rest of the row moved."
        ),
    ),
    "broken_quotes": RuleWords(
        title=N_("Rows with a quotation mark in the wrong place"),
        rule=N_("A text that begins with a double quotation mark ends with one."),
        cause=N_("A quotation mark was typed inside a text, for example in the name of an organisation."),
    ),
    "row_too_long": RuleWords(
        title=N_("Rows that are too long"),
        rule=N_("A row holds 1 MB of text at most."),
        cause=N_("A quotation mark was opened and not closed, so that many rows run into one."),
    ),
    "damaged_characters": RuleWords(
        title=N_("Rows with damaged characters"),
        rule=N_("The file is saved in UTF-8, and every character of it can be read."),
        cause=N_("The file was saved in another encoding, or joined from files in different encodings."),
    ),
    "unreadable_row": RuleWords(
        title=N_("Rows that could not be read"),
        rule=N_("A spreadsheet program can open every row."),
        cause=N_("The file was damaged on its way, or by the program that wrote it."),
    ),
    "unknown_code": RuleWords(
        title=N_("Values that are not on the agreed list"),
        rule=N_("The cell holds a value of the agreed list, spelt exactly as it stands there."),
        cause=N_("A typing mistake, another language or spelling, or a new value that was not agreed yet."),
    ),
    "empty": RuleWords(
        title=N_("Empty cells that must be filled in"),
        rule=N_("This cell is never empty."),
        cause=N_("The value was forgotten, or it was not known when the file was made."),
    ),
    "not_a_number": RuleWords(
        title=N_("Cells that do not hold a number"),
        rule=N_("The cell holds a number or one of the agreed signs, and nothing else."),
        cause=N_("A word, a unit or a note stands beside the number, or another decimal sign was used."),
    ),
    "not_a_date": RuleWords(
        title=N_("Cells that do not hold a date"),
        rule=N_("The cell holds a day that exists, written in the agreed form."),
        cause=N_(
            "Day and month changed places, the spreadsheet program rewrote the date, or there is no such day "
            "(30 February)."
        ),
    ),
    "future_date": RuleWords(
        title=N_("Dates in the future"),
        rule=N_("No date lies after the day on which the file was received."),
        cause=N_("A typing mistake in the year, or a planned date in place of the one that came true."),
    ),
    "not_a_year": RuleWords(
        title=N_("Cells that do not hold a year"),
        rule=N_("The cell holds one year in four digits, within the range named below."),
        cause=N_("A year in two digits, several years or a whole date was entered."),
    ),
    "not_a_period": RuleWords(
        title=N_("Cells that do not hold a period"),
        rule=N_("The cell holds a year, a quarter, a month or a day, written in the agreed form."),
        cause=N_("The period is written in words or in a form that was not agreed."),
    ),
    "not_an_age": RuleWords(
        title=N_("Ages that cannot be right"),
        rule=N_("The cell holds the age in completed years, as a whole number."),
        cause=N_("A year of birth, an age group or months were entered in place of years."),
    ),
    "out_of_range": RuleWords(
        title=N_("Numbers outside the permitted range"),
        rule=N_("The number lies within the range named below."),
        cause=N_("A typing mistake, or figures in another unit, such as thousands."),
    ),
    "pattern": RuleWords(
        title=N_("Cells written in another form than agreed"),
        rule=N_("The cell is written in the agreed form."),
        cause=N_("A space, a letter or a sign too many, or a value that belongs into another column."),
    ),
    "order": RuleWords(
        title=N_("Dates in the wrong order"),
        rule=N_("What happens first has the earlier date, or both have the same date."),
        cause=N_("Two dates changed places, or one of them has a typing mistake."),
    ),
    "duplicate_person": RuleWords(
        title=N_("Persons who are entered more than once"),
        rule=N_("A person stands once in the list of a body. The first of the rows was taken."),
        cause=N_("The person was entered anew for another service, or two lists were joined."),
    ),
    "repeated_key": RuleWords(
        title=N_("Rows for the same place, period and group"),
        rule=N_("Each combination stands once. The first of the rows was taken."),
        cause=N_("Two tables were joined, or a row was copied and then changed."),
    ),
    "conflicting_key": RuleWords(
        title=N_("Rows that contradict each other"),
        rule=N_(
            "For each place, period and group there is one figure. Where rows contradict each other, none was taken: "
            "it is not known which one is right."
        ),
        cause=N_("A corrected row was added and the old one was left in the table."),
    ),
    "duplicate_row": RuleWords(
        title=N_("Rows repeated word for word"),
        rule=N_("Each row stands once. The row was taken once, so nothing is lost."),
        cause=N_("A row was copied, or a part of the table was pasted twice."),
    ),
    "contradicting_status": RuleWords(
        title=N_("Figures and statuses that contradict each other"),
        rule=N_("A figure has the status of a figure; where there is none, the status says why."),
        cause=N_("The status was left as it was when the figure was entered or removed."),
    ),
    "deleted_row": RuleWords(
        title=N_("Rows that ask to delete a figure"),
        rule=N_("Every row holds a figure. A file replaces the earlier one, so what it does not hold is taken back."),
        cause=N_("The program that wrote the file was set to send changes only, not the whole table."),
    ),
}

OTHER = RuleWords(
    title=N_("Rows that break a rule of this source"),
    rule=N_("The row obeys the rules that were agreed for this source."),
    cause=N_("See what a right value looks like."),
)


def rule_words(family: str) -> RuleWords:
    """The words of a family of rules; general ones for a rule that only a profile of the user's own knows."""
    return RULES.get(family, OTHER)
