"""What came in and what went out, as artifacts: answers to files by source, editions, and their released tables."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from flows.editions.manifests import MANIFEST
from flows.editions.publish import Published
from flows.intake.inbox import Outcome
from flows.running.shown import Row, key_of, show_link, show_table
from reports.words import MARKS
from transforms.codes import TOTAL
from transforms.disclosure.released import ReleasedCell
from transforms.errors import IdentifierFound
from transforms.indicators.windows import edition_period
from transforms.ledger.entries import Key

NOT_TAKEN = "not taken"
"""Stands for the source of files that were refused, of which the source need not be known."""
_PERIODS = 9
"""How many periods are shown: the edition's own, and what a screen has room for."""
UNNAMED = "(a file with identifiers; its name may be one)"


def source_of(outcome: Outcome) -> str:
    """Source of a file that was taken in, else `not taken`."""
    return outcome.acceptance.source if outcome.acceptance else NOT_TAKEN


def name_shown(outcome: Outcome) -> str:
    """Name of a file, unless it was refused for identifiers: its name may be one."""
    return UNNAMED if isinstance(outcome.refusal, IdentifierFound) else outcome.path.name


def show_answers(home: Path, outcomes: Sequence[Outcome]) -> None:
    """Show the answers to files as one table per source, `acceptance-<source>`: verdicts, counts and rules."""
    for source, found in groupby(sorted(outcomes, key=source_of), key=source_of):
        rows = [_answer(home, outcome) for outcome in found]
        about = (
            "Files that were refused as a whole. Why, and what a right file looks like, is in the report."
            if source == NOT_TAKEN
            else f"Files of **{source}**: what was taken, and which rules rows broke. The report has cells and advice."
        )
        show_table(key_of("acceptance", source), rows, about)


def _answer(home: Path, outcome: Outcome) -> Row:
    taken, refusal = outcome.acceptance, outcome.refusal
    problems = taken.problems if taken else refusal.problems if refusal else ()
    rules = "; ".join(f"{problem.rule} × {problem.count}" for problem in problems)
    if isinstance(refusal, IdentifierFound):
        rules = "direct identifiers"
    report = Path(outcome.report) if outcome.report else None
    return {
        "file": name_shown(outcome),
        "verdict": taken.verdict if taken else "rejected",
        "rows read": taken.rows_read if taken else refusal.rows_read if refusal else 0,
        "accepted": taken.rows_accepted if taken else 0,
        "set aside": taken.rows_quarantined if taken else refusal.rows_read if refusal else 0,
        "rules broken": rules or "none",
        "report": "" if report is None else _below(home, report),
    }


def _below(home: Path, path: Path) -> str:
    return path.relative_to(home).as_posix() if path.is_relative_to(home) else str(path)


def show_edition(home: Path, published: Published) -> None:
    """Show where an edition or its draft lies, and the tables of a released one."""
    show_placed(home, published.key, published.folder, is_released=published.is_released)


def show_placed(home: Path, key: Key, folder: Path, *, is_released: bool) -> None:
    """The same of a folder. Figures are shown of what readers have; a draft may still be changed or refused."""
    kind = key.edition.partition("-")[0]
    report = next(iter(sorted(folder.glob("report.*.html"))), folder)
    what = "Released" if is_released else "DRAFT, not released"
    next_step = "open" if is_released else "release propose"
    about = (
        f"{what}: **{key.edition}**, scope {key.scope}, for {key.audience}.\n\n"
        f"Browsers do not open a file from a page: copy the address, or call "
        f"`tip-trends --home {home} {next_step} {key.edition} --scope {key.scope} --audience {key.audience}`.\n\n"
        f"Folder: `{folder}`"
    )
    show_link(key_of("edition", key.scope, kind, key.audience), report.resolve().as_uri(), str(report), about)
    if is_released:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        show_table(key_of("released", key.scope, kind, key.audience), released_rows(manifest), _about(manifest))


def _about(manifest: Mapping[str, Any]) -> str:
    marks = ", ".join(f"`{sign}` {meaning}" for sign, meaning in MARKS.values())
    origin = "**SYNTHETIC data.** " if manifest["is_synthetic"] else ""
    return (
        f"{origin}Released counts of {manifest['edition']}, scope {manifest['scope']}, for {manifest['audience']}, "
        f"as of {manifest['as_of']}; shares, rates, changes and crossed tables are in the report. {marks}."
    )


def released_rows(manifest: Mapping[str, Any]) -> list[Row]:
    """The released tables of an edition by period and at most one breakdown: a line per code, a column per period.

    The periods are the last ones that are as long as the edition's own, the newest first, where the screen begins.
    """
    own = edition_period(manifest["edition"]).period
    columns = [own.shifted(-back).code for back in range(_PERIODS)]
    found: list[tuple[dict[str, str], dict[str, str], str]] = []
    for table in manifest["tables"]:
        by = [dimension for dimension in table["dimensions"] if dimension != "period"]
        if "." in table["key"] or by == table["dimensions"] or len(by) > 1:
            continue
        lines: dict[str, dict[str, str]] = {}
        for cell in table["cells"]:
            code = cell["at"][by[0]] if by else TOTAL
            lines.setdefault(code, {})[cell["at"]["period"]] = _figure(cell)
        name = f"{table['indicator']} by {by[0]}" if by else table["indicator"]
        for code, line in lines.items():
            if not line.keys().isdisjoint(columns):
                found.append(({"indicator": name, "of": code}, line, table["unit"]))
    used = [period for period in columns if any(period in line for _, line, _ in found)]
    return [
        # the space keeps a browser from taking a year for a number, whose column it would put before all others
        {**head, **{f"{period} ": line.get(period, "") for period in used}, "unit": unit}
        for head, line, unit in found
    ]


def _figure(cell: Mapping[str, Any]) -> str:
    """A figure as it is printed, or the sign of why there is none."""
    shown = ReleasedCell(at=(), value=cell["value"], obs_status=cell["obs_status"], conf_status=cell["conf_status"])
    if shown.state in MARKS:
        return MARKS[shown.state][0]
    value = shown.value or 0.0
    return f"{value:.0f}" if value == int(value) else f"{value:.2f}"


def sources_told(outcomes: Iterable[Outcome]) -> str:
    """The sources of some files with how many files each has, for the name of a run."""
    counts: dict[str, int] = {}
    for outcome in outcomes:
        counts[source_of(outcome)] = counts.get(source_of(outcome), 0) + 1
    return ", ".join(source if many == 1 else f"{source} × {many}" for source, many in sorted(counts.items()))
