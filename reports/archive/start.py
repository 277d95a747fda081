"""The first page: the latest edition, the search, the calendar, and lists of everything there is."""

from __future__ import annotations

from collections.abc import Iterator

from reports.archive.here import Here, feed
from reports.archive.history import TableListed
from reports.archive.model import KINDS, Archive, ArchivedEdition, Expected, Release
from reports.archive.parts import (
    Calendar,
    CalendarYear,
    Choice,
    Choices,
    Found,
    PageSection,
    SearchBox,
    Slot,
    SlotRow,
    SlotState,
)
from reports.blocks import Bullets, Column, Note, Paragraph, Reference, Row, Table, TableCell, plain
from reports.locale import locale
from transforms.periods import MONTHS, Frequency, Period

_FREQUENCIES: dict[str, Frequency] = {"annual": "year", "quarterly": "quarter", "monthly": "month"}
_FINDINGS = 3


def start(here: Here) -> tuple[PageSection, ...]:
    """The sections of the page."""
    return (
        *_latest(here),
        _search(here),
        _calendar(here),
        _editions(here),
        _indicators(here),
        _tables(here),
        _use(here),
    )


def _latest(here: Here) -> tuple[PageSection, ...]:
    if not here.archive.standing:
        return ()
    edition = here.archive.standing[0]
    told = edition.contents.findings if edition.contents else ()
    findings = [found for one in told if (found := one.get(here.language))]
    return (
        PageSection(
            id="latest",
            title=here.text("The latest edition"),
            summary=plain(here.title(edition)),
            blocks=(
                Paragraph(text=plain(released(here, edition.release))),
                *((Bullets(items=tuple(map(plain, findings[:_FINDINGS])), is_findings=True),) if findings else ()),
                reports(here, edition, with_page=True),
            ),
        ),
    )


def released(here: Here, release: Release) -> str:
    """When an edition came out and of when its knowledge is."""
    return here.text(
        "Released on {date}; state of knowledge: {as_of}.",
        date=here.locale.date(release.released_on),
        as_of=here.locale.date(release.as_of),
    )


def reports(here: Here, edition: ArchivedEdition, *, with_page: bool = False) -> Choices:
    """Links to the reports of an edition, the reader's language first."""
    contents = edition.contents
    languages = contents.languages if contents else ()
    ordered = sorted(languages, key=lambda code: (code != here.language, languages.index(code)))
    choices = []
    for code in ordered:
        there = locale(code)
        choices.append(
            Choice(
                text=there.text("Read the report"),
                note=there.name,
                path=here.file(edition.edition, f"report.{code}.html"),
                language=code,
            )
        )
    if with_page:
        page = here.edition_page(edition.edition)
        choices.append(Choice(text=here.text("Files, citation, verification"), path=page, language=here.language))
    return Choices(choices=tuple(choices))


def _search(here: Here) -> PageSection:
    box = SearchBox(
        label=here.text("Words or a period"),
        hint=here.text("Editions, indicators and tables are searched. Accents and other marks may be left out."),
        found=here.text("Found: {n}", n="{n}"),
        nothing=here.text("Nothing was found. Try fewer or shorter words."),
    )
    return PageSection(id="search", title=here.text("Search"), blocks=(box,))


def _calendar(here: Here) -> PageSection:
    archive = here.archive
    kinds = [kind for kind in KINDS if any(one.kind == kind for one in archive.editions)]
    there = {one.edition: one for one in archive.editions}
    awaited = {one.edition: one for one in archive.expected}
    periods = [*(one.period for one in archive.editions), *(one.period for one in archive.expected)]
    years = sorted({part.year for part in periods}, reverse=True)
    made = []
    for year in range(years[0], years[-1] - 1, -1):
        rows = (_row(here, kind, year, there, awaited) for kind in kinds)
        made.append(CalendarYear(year=str(year), rows=tuple(row for row in rows if row is not None)))
    shown = {slot.state for year in made for row in year.rows for slot in row.slots}
    told: tuple[tuple[SlotState, str], ...] = (
        ("released", here.text("released")),
        ("withdrawn", here.text("withdrawn")),
        ("absent", here.text("not at hand")),
        ("expected", here.text("expected next")),
        ("none", here.text("no edition")),
    )
    key = tuple(Slot(label=words, rest="", state=state) for state, words in told if state in shown)
    return PageSection(
        id="calendar",
        title=here.text("Calendar"),
        blocks=(Calendar(years=tuple(made), key=key), *_next(here)),
    )


def _row(
    here: Here, kind: str, year: int, there: dict[str, ArchivedEdition], awaited: dict[str, Expected]
) -> SlotRow | None:
    """The slots of a kind in a year; None where the year has nothing of it."""
    months = MONTHS[_FREQUENCIES[kind]]
    parts = [Period(month, months) for month in range(year * 12, year * 12 + 12, months)]
    if not any(f"{kind}-{part.code}" in there or f"{kind}-{part.code}" in awaited for part in parts):
        return None
    slots = tuple(_slot(here, kind, part, there, awaited) for part in parts)
    return SlotRow(label=_kinds(here)[kind], kind=kind, slots=slots)


def _slot(here: Here, kind: str, part: Period, there: dict[str, ArchivedEdition], awaited: dict[str, Expected]) -> Slot:
    label, name = _short(here, part), f"{kind}-{part.code}"
    if (edition := there.get(name)) is not None:
        is_complete = edition.contents is not None and not edition.contents.is_provisional
        told = "" if is_complete else f"({here.state(edition)})"
        rest = f"{_rest(here, part)} {told}".strip()
        return Slot(label=label, rest=rest, state=edition.state, path=here.edition_page(name))
    state: SlotState = "expected" if name in awaited else "none"
    told = here.text("expected next") if name in awaited else here.text("no edition")
    return Slot(label=label, rest=f"{_rest(here, part)} ({told})".strip(), state=state)


def _short(here: Here, part: Period) -> str:
    match part.frequency:
        case "year":
            return part.code
        case "quarter":
            return here.text("Q{quarter}", quarter=part.code[-1])
        case "month":
            return here.locale.month_name(part.first_month % 12 + 1)


def _rest(here: Here, part: Period) -> str:
    return "" if part.frequency == "year" else str(part.year)


def _kinds(here: Here) -> dict[str, str]:
    return {
        "annual": here.text("Annual editions"),
        "quarterly": here.text("Quarterly editions"),
        "monthly": here.text("Monthly editions"),
    }


def _next(here: Here) -> Iterator[Bullets | Paragraph]:
    """What the schedule makes next, of each kind that was ever released."""
    if not here.archive.expected:
        return
    yield Paragraph(
        text=here.say(
            "Expected next, by the schedule. A draft is made on the day named; readers get it once two persons have "
            "released it."
        )
    )
    yield Bullets(
        items=tuple(
            plain(
                here.text(
                    "{kind}: {period}. Its draft is due on {date}.",
                    kind=here.kind(one.kind),
                    period=here.period(one.period),
                    date=here.locale.date(one.drafted_on),
                )
            )
            for one in here.archive.expected
        )
    )


def _editions(here: Here) -> PageSection:
    rows = tuple(_edition_row(here, one) for one in here.archive.editions)
    columns = (here.text("Period"), here.text("State of knowledge"), here.text("Released"), here.text("State"))
    table = Table(
        id="table-editions",
        caption=here.text("All editions, the latest period first"),
        stub=here.text("Edition"),
        columns=tuple(Column(text=text, is_numeric=False) for text in columns),
        rows=rows,
    )
    return PageSection(id="editions", title=here.text("Editions"), blocks=(table,))


def _edition_row(here: Here, edition: ArchivedEdition) -> Row:
    last = edition.release
    return Row(
        header=edition.edition,
        path=here.edition_page(edition.edition),
        cells=(
            TableCell(text=here.period(edition.period)),
            TableCell(text=here.locale.date(last.as_of)),
            TableCell(text=here.locale.date(last.released_on)),
            TableCell(text=here.state(edition)),
        ),
    )


def _indicators(here: Here) -> PageSection:
    names = dict.fromkeys(one.name for one in here.archive.series)
    if not names:
        text = here.say("No edition is at hand whose figures could be shown.")
        return PageSection(id="indicators", title=here.text("Indicators"), blocks=(Note(title="", text=text),))
    rows = []
    for name in names:
        measured = [one for one in here.archive.series if one.name == name]
        parts = sorted(part for one in measured for shown in one.shown for part in shown.cells)
        units = dict.fromkeys(here.unit(one.unit) for one in measured)
        first, last = parts[0].year, max(part.year for part in parts)
        rows.append(
            Row(
                header=here.indicator(name),
                path=here.indicator_page(name),
                cells=(
                    TableCell(text=", ".join(units)),
                    TableCell(text=str(first) if first == last else f"{first}–{last}"),
                    TableCell(text=str(len({shown.edition for one in measured for shown in one.shown}))),
                ),
            )
        )
    table = Table(
        id="table-indicators",
        caption=here.text("Each with its definition and its whole history"),
        stub=here.text("Indicator"),
        columns=(
            Column(text=here.text("Unit"), is_numeric=False),
            Column(text=here.text("Years"), is_numeric=False),
            Column(text=here.text("Editions")),
        ),
        rows=tuple(rows),
    )
    return PageSection(id="indicators", title=here.text("Indicators"), blocks=(table,))


def _tables(here: Here) -> PageSection:
    groups: dict[str, list[tuple[TableListed, str]]] = {}
    for table, edition in newest_tables(here.archive).values():
        groups.setdefault(table.series, []).append((table, edition))
    lists = tuple(
        Found(
            summary=f"{here.indicator(name)} ({len(tables)})",
            items=tuple(
                (Reference(here.table(table), here.file(edition, f"tables/{table.key}.csv")), *plain(f" · {edition}"))
                for table, edition in tables
            ),
        )
        for name, tables in groups.items()
    )
    about = here.say("Each leads to the CSV file of the latest edition that has it.")
    return PageSection(id="tables", title=here.text("Tables"), blocks=(Paragraph(text=about), *lists))


def newest_tables(archive: Archive) -> dict[str, tuple[TableListed, str]]:
    """Each table by its key with the newest edition that has it."""
    found: dict[str, tuple[TableListed, str]] = {}
    for edition in archive.standing:
        if (contents := edition.contents) is not None:
            there = {one.name for one in contents.files}
            for table in contents.tables:
                if f"tables/{table.key}.csv" in there:
                    found.setdefault(table.key, (table, edition.edition))
    return found


def _use(here: Here) -> PageSection:
    path = here.to(feed(here.language))
    items = (
        here.say("{feed}: every release and every withdrawal, for a feed reader.", feed=Reference("Atom", path)),
        here.say("The page of each edition says how to cite it and how to check that it is what was released."),
        here.say("The page of each indicator has its history as a file as well."),
        here.say("All pages work without internet and ask nobody for anything; the folder may be copied as it is."),
    )
    return PageSection(id="use", title=here.text("Follow, cite, check"), blocks=(Bullets(items=items),))
