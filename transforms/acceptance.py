"""The acceptance report of one file: what was taken, what was not, where, why, and what a right value looks like.

It repeats no cell of a case record. Of aggregates it may name the codes that were not known.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from transforms.messages import Message, english

Verdict = Literal["accepted", "accepted with remarks", "partly accepted", "rejected", "already loaded"]
Unit = Literal["row", "figure"]
"""What is counted: rows of a table, or the figures of a form with several headers."""
Span = tuple[int, int]
"""First and last of consecutive rows of a file."""

STRUCTURAL = ("ragged_row", "broken_quotes", "row_too_long", "damaged_characters", "unreadable_row")
"""Families of rules that say that a row as a whole could not be read."""
FAMILIES = (
    *STRUCTURAL,
    "unknown_code", "empty", "not_a_number", "not_a_date", "future_date", "not_a_year", "not_a_period", "not_an_age",
    "out_of_range", "pattern", "order", "duplicate_person", "repeated_key", "conflicting_key", "duplicate_row",
    "contradicting_status", "deleted_row",
)  # fmt: skip
"""Kinds of rules; each has its words in every language."""
GRAVEST = 3


def family_of(rule: str, declared: str = "") -> str:
    """Family of a rule: the part before the colon, its own name, or what its declaration says."""
    start = rule.split(":", 1)[0]
    return start if start in FAMILIES else declared


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownCode:
    """A code that its contract does not know, and the closest that it does; `value` is empty for lists of cases."""

    value: str
    count: int
    closest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One rule that rows broke: how many, where, and what a right value looks like.

    `cells` are the first addresses, `spans` the first rows; `more_spans` counts those not listed. `letters` are the
    columns of the `sheet`; `unknown` has no values for lists of cases.
    """

    rule: str
    family: str
    column: str
    count: int
    cells: tuple[str, ...]
    expected: Message | None = None
    sheet: str = ""
    letters: tuple[str, ...] = ()
    spans: tuple[Span, ...] = ()
    more_spans: int = 0
    unknown: tuple[UnknownCode, ...] = ()
    more_unknown: int = 0

    @property
    def advice(self) -> str:
        """What a right value looks like, in English."""
        return f"Expected: {str(self.expected).removesuffix('.')}." if self.expected else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A cell of a sheet that broke rules, or a row as a whole: `cell` is then empty.

    `faults` are rules with their columns, as the problems of the report have them.
    """

    sheet: str
    row: int
    cell: str
    faults: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """The first cells at fault in the order of the sheet, and how many more there are."""

    places: tuple[Mark, ...] = ()
    more: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspect:
    """Where direct identifiers were found: the letter of a column and rows; the header only where it is no value.

    `what` says what stands there looks like, `rows` in how many rows.
    """

    letter: str
    header: str = ""
    spans: tuple[Span, ...] = ()
    more_spans: int = 0
    what: Message | None = None
    rows: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeliness:
    """The deadline that the file belongs to, and the one after it."""

    period: str
    due: date
    next_period: str
    next_due: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """A total of a quantity in a year, before and in this file; None where one of them has none."""

    series: str
    unit: str
    year: int
    before: float | None
    now: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """A figure that both files hold with another value; `breakdown` are (dimension, code) of those that are no total.

    None is a cell without a figure.
    """

    series: str
    area: str
    period: str
    breakdown: tuple[tuple[str, str], ...]
    before: float | None
    now: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedYears:
    """Records of cases that were added, are gone or changed, by the years in which they were registered."""

    first: int
    last: int
    added: int
    gone: int
    changed: int

    @property
    def records(self) -> int:
        """All of them."""
        return self.added + self.gone + self.changed


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What changed against the extract that this one replaces; `changed` is None without a key to tell.

    Of figures the revised ones are listed, the greatest relative changes first; `more_revised` are not, `flagged` only
    changed their status. Of records of cases only counts are given.
    """

    earlier: date
    before: int
    added: int
    gone: int
    changed: int | None
    totals: tuple[Total, ...] = ()
    more_totals: int = 0
    revised: tuple[Revision, ...] = ()
    more_revised: int = 0
    flagged: int = 0
    years: tuple[ChangedYears, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Blanks:
    """What accepted cells of figures held: numbers, zeros among them, nothing reported, confidential ones."""

    figures: int
    zeros: int
    not_reported: int
    confidential: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Mismatch:
    """A total of aggregate figures that its parts by one dimension do not agree with.

    `total` and `parts` are the least and the greatest that they can be, the same number twice where no sign stands
    for a range. `difference` is by how much the parts miss the total at least, negative where they fall short.
    `within` and `category` say of which group it is the total, where it is not that of all.
    """

    dimension: str
    series: str
    unit: str
    period: str
    area: str
    total: tuple[float, float]
    parts: tuple[float, float]
    difference: float
    within: tuple[tuple[str, str], ...] = ()
    category: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """How many totals were compared with their parts, of how many not all parts are there, and which do not agree.

    `rounded_to` is the last place that figures are written to, 0 for exact counts: half of it per figure is tolerated.
    """

    checked: int
    partial: int
    mismatches: tuple[Mismatch, ...] = ()
    more: int = 0
    rounded_to: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Anonymity:
    """How few accepted records are alike in the columns `by`: `k` is the size of the smallest group.

    `records_below` stand in groups of fewer than `least`, `records_alone` of them in a group of their own. Of the
    column `told`, `different` is the least number of values among records alike in all the others (l-diversity);
    `records_told` stand where it is one and known.
    """

    by: tuple[str, ...]
    k: int
    least: int
    records_below: int
    records_alone: int
    told: str
    different: int
    records_told: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """What became of one file; rows_read = rows_accepted + rows_quarantined.

    `sha256` is empty for a file that cannot be read to its end. `marked_copy` says where a copy with the problem cells
    marked lies, or that there is none. `report` is what the pages of this report are called, `first_report` those of
    the day on which the file was loaded, where this one is of a later day.
    """

    file_name: str
    sha256: str
    source: str
    verdict: Verdict
    received_on: date
    size_bytes: int = 0
    vintage_id: int | None = None
    vintage_date: date | None = None
    source_title: str = ""
    contract_version: str = ""
    sheet: str = ""
    unit: Unit = "row"
    row_word: str = "row"
    years: tuple[int, int] | None = None
    rows_read: int = 0
    rows_accepted: int = 0
    rows_quarantined: int = 0
    problems: tuple[Problem, ...] = ()
    remarks: tuple[Message, ...] = ()
    reason: tuple[Message, ...] = ()
    remedy: tuple[Message, ...] = ()
    rule: str = ""
    suspects: tuple[Suspect, ...] = ()
    timeliness: Timeliness | None = None
    comparison: Comparison | None = None
    blanks: Blanks | None = None
    sums: Sums | None = None
    marked_copy: tuple[Message, ...] = ()
    report: str = ""
    first_report: str = ""
    anonymity: Anonymity | None = None
    is_synthetic: bool = False
    is_trial: bool = False

    @property
    def notes(self) -> tuple[str, ...]:
        """The remarks in English; of a refused file the reason."""
        return tuple(str(message) for message in self.remarks) or ((english(self.reason),) if self.reason else ())

    @property
    def gravest(self) -> tuple[Problem, ...]:
        """The problems that cost most rows; of those that cost the same, rows that could not be read come first."""
        ranked = sorted(self.problems, key=lambda found: (-found.count, found.family not in STRUCTURAL))
        return tuple(ranked[:GRAVEST])
