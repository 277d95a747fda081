"""What several sections share: notes for what is missing, phases and breaks for time axes, caveats."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from reports import words
from reports.blocks import Block, Note, plain
from reports.charts.timeline import Band, Break
from reports.edition import View, plain_period
from reports.wording import breaks_between, last_figure
from transforms.codes import TOTAL, UNSPECIFIC
from transforms.disclosure.released import ReleasedTable
from transforms.periods import period

CLOSE_MONTHS = 36
IN_THE_WORLD = {"case_register": "ctdc_kanon", "crime_justice": "unodc_world"}
"""Who supplies for the world what these sources supply for a country."""


def missing(view: View, what: Sequence[str], source: str) -> Note:
    """Says which parts have no data, where the source ends before the edition's period, and who would supply them."""
    source = IN_THE_WORLD.get(source, source) if view.edition.scope == "world" else source
    supplier = view.text(words.SUPPLIERS.get(source, words.SUPPLIERS["case_register"]))
    last = last_figure(view, f"{view.headline}_by_period") if source in ("case_register", "ctdc_kanon") else None
    said = [
        view.text("{what}. These figures would be supplied by {supplier}.", what=_listed(view, what), supplier=supplier)
    ]
    if last is not None:
        ended = view.locale.period(last.period.code)
        said.append(view.text("The last figures of the source are of {period}.", period=ended))
    return Note(title=view.text("No data in this edition"), text=plain(" ".join(said)), tone="missing")


def _listed(view: View, what: Sequence[str]) -> str:
    listed = view.locale.listing([view.inside(name) for name in what])
    return listed[:1].upper() + listed[1:]


def _not_global(view: View, what: Sequence[str]) -> Note:
    """Says which parts no global data set has, so that nobody waits for them."""
    return Note(
        title=view.text("Not in the global data sets"),
        text=view.say(
            "{what}. National registers record this; the data sets of this edition do not.", what=_listed(view, what)
        ),
        tone="missing",
    )


def bands(view: View) -> tuple[Band, ...]:
    """The COVID phases of the country's calendar as stretches of months."""
    found = []
    for phase in view.context.get("phases") or ():
        start = period(phase["start"])
        end = period(phase["end"]).shifted(1).first_month if phase.get("end") else 12 * 9999
        label = view.text(words.PHASES.get(phase["key"], words.readable(phase["key"])))
        found.append(Band(label=label, start=start.first_month, end=end))
    return tuple(found)


def breaks(view: View, table: ReleasedTable) -> tuple[Break, ...]:
    """Breaks declared for the sources of the table; close ones share the label of the first."""
    years = sorted({str(gap["period"]) for gap in _breaks_shown(view, table)})
    clusters: list[list[str]] = []
    for year in years:
        if clusters and period(year).first_month - period(clusters[-1][-1]).first_month <= CLOSE_MONTHS:
            clusters[-1].append(year)
        else:
            clusters.append([year])
    found = []
    for cluster in clusters:
        first, *rest = [period(year).first_month for year in cluster]
        found.append(Break(label=view.text("Break: {year}", year=", ".join(cluster)), at=first))
        found += [Break(label="", at=at) for at in rest]
    return tuple(found)


def break_notes(view: View, table: ReleasedTable) -> tuple[Note, ...]:
    """The breaks between the first and the last figure shown, in words, to stand beside the trend."""
    return tuple(
        Note(
            title=view.text("Break in the series: {year}", year=str(gap["period"])),
            text=plain(view.told(gap["texts"] if isinstance(gap["texts"], Mapping) else {})),
            tone="caution",
        )
        for gap in _breaks_shown(view, table)
    )


def _breaks_shown(view: View, table: ReleasedTable) -> tuple[Mapping[str, object], ...]:
    """Breaks between the first and the last figure that is shown."""
    place = table.dimensions.index("period")
    shown = [part for c in table.cells if c.value is not None and (part := plain_period(c.at[place]))]
    if not shown:
        return ()
    first = min(shown, key=lambda part: part.first_month)
    last = max(shown, key=lambda part: part.first_month + part.months)
    return breaks_between(view, table, first, last)


def caveats(view: View, *tables: ReleasedTable) -> tuple[Note, ...]:
    """The caveats that the tables carry, once each, in one note."""
    keys = dict.fromkeys(key for table in tables for key in table.caveats)
    said = [view.text(words.CAVEATS[key]) for key in keys if key in words.CAVEATS and _applies(view, key)]
    if not said:
        return ()
    return (Note(title=view.text("How to read these figures"), text=plain(" ".join(said)), tone="info"),)


def _applies(view: View, key: str) -> bool:
    """A caveat on sums over countries has no place beside the figures of one."""
    return key != "countries_differ_between_years" or view.edition.scope == "world"


def known(view: View, table: ReleasedTable, at: str) -> tuple[float | None, float | None]:
    """Persons with a known code and all persons, as released; None where that may not be said."""
    total = view.cell(table, at, TOTAL)
    everyone = total.value if total else None
    unspecific = [view.cell(table, at, code) for code in UNSPECIFIC]
    if everyone is None or any(cell is not None and cell.value is None for cell in unspecific):
        return None, everyone
    return everyone - sum(cell.value or 0 for cell in unspecific if cell), everyone


def known_of_all(view: View, table: ReleasedTable, at: str) -> str:
    """`Known for 113 of 125.`; empty where it may not be said."""
    with_code, everyone = known(view, table, at)
    if with_code is None or everyone is None:
        return ""
    number = view.locale.number
    return view.text("Known for {known} of {all}.", known=number(with_code), all=number(everyone))


def class_bounds(view: View) -> Callable[[float, float], str]:
    """Writes the bounds of a class of counts: `1–10`, or the number where the class holds only one."""
    return lambda low, high: view.locale.number(low) if low == high else view.locale.range(low, high)


@dataclass(frozen=True, slots=True)
class Withheld:
    """Stands for a drawing of which too little may be shown: of marks alone nothing can be read."""


LEAST_SHOWN = 1 / 3
"""Part of the figures of a drawing that must be shown."""


def is_mostly_withheld(values: Sequence[float | None]) -> bool:
    """Whether too few of the figures may be shown for a drawing."""
    return sum(value is not None for value in values) < LEAST_SHOWN * len(values)


def over_time(
    view: View, dimension: str, name: str, make: Callable[[View, str], Block | Withheld | None]
) -> tuple[tuple[str, Block | Withheld | None], ...]:
    """A second view of a dimension for `gathered`; nothing where its table, missed by its own name, is not there."""
    return ((name, make(view, dimension)),) if view.breakdown(dimension) is not None else ()


def gathered(
    view: View,
    made: Sequence[tuple[str, Block | Withheld | None]],
    source: str,
    *,
    only_national: Collection[str] = (),
) -> tuple[Block, ...]:
    """The blocks that could be made, then a note naming those withheld, and one naming those without data.

    Of the world the note tells apart what it never has.
    """
    absent = [name for name, block in made if block is None]
    never = [name for name in absent if name in only_national] if view.edition.scope == "world" else []
    absent = [name for name in absent if name not in never]
    hidden = [name for name, block in made if isinstance(block, Withheld)]
    blocks = [block for _, block in made if block is not None and not isinstance(block, Withheld)]
    return (
        *blocks,
        *((_withheld(view, hidden),) if hidden else ()),
        *((missing(view, absent, source),) if absent else ()),
        *((_not_global(view, never),) if never else ()),
    )


def _withheld(view: View, hidden: Sequence[str]) -> Note:
    listed = view.locale.listing([view.inside(name) for name in hidden])
    return Note(
        title=view.text("What cannot be shown for {period}", period=view.locale.period(view.focus.code)),
        text=view.say(
            "{what}. All or most counts are withheld to protect persons; what can be shown is in the table files.",
            what=listed[:1].upper() + listed[1:],
        ),
        tone="missing",
    )
