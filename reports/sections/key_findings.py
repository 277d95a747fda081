"""Section 1: key figures and the findings in sentences."""

from __future__ import annotations

from reports.blocks import Bullets, Inline, KeyFigure, KeyFigures, Note, Section
from reports.edition import View
from reports.findings import findings
from reports.findings.sentence import Finding
from reports.provisional import beside, caution
from reports.sections.parts import missing
from reports.wording import last_figure, reported_by, state_word, with_break

MOST_COUNTS = 2


def section(view: View) -> Section:
    """Tiles, sentences, and the sentence that must stand before any reading of them."""
    made = (*_victims(view), *_shares(view), *_rate(view), *_convicted(view))
    tiles = tuple(tile for tile in made if tile)
    said = findings(view)
    blocks = (
        *caution(view),
        *((KeyFigures(tiles=tiles),) if tiles else ()),
        *((Bullets(items=tuple((*f.text, *_cards(view, f)) for f in said), is_findings=True),) if said else ()),
        *(() if said or tiles else (missing(view, [view.indicator(view.headline)], "case_register"),)),
        Note(
            title=view.text("Detection is not prevalence"),
            text=view.say(
                "A figure here counts what was noticed. It rises when bodies look more closely and falls "
                "when they cannot work; it does not say how many people are trafficked."
            ),
            tone="caution",
        ),
    )
    return Section(id="key-findings", title=view.text("Key findings"), blocks=blocks)


def _cards(view: View, finding: Finding) -> Inline:
    """Jumps to the cards of the cells that carry a sentence, and of the answer that it tells."""
    cells = (view.address(view.cell(table, *at)) for table, at in finding.cells)
    return view.traced(*cells, view.answer_address(finding.answer))


def _victims(view: View) -> tuple[KeyFigure | None, ...]:
    keys = dict.fromkeys((view.headline, "victims_identified", "victims_assisted"))
    keys["victims_detected"] = None
    known = [key for key in keys if view.cell(f"{key}_by_period", view.focus.code)]
    return tuple(_count(view, key) for key in known[:MOST_COUNTS])


def _count(view: View, key: str) -> KeyFigure | None:
    """The count of the period and that of the period before."""
    table = view.table(f"{key}_by_period")
    cell = view.cell(table, view.focus.code) if table else None
    if table is None or cell is None:
        return None
    shown = view.printed(cell, table.unit)
    before = view.cell(table, view.focus.shifted(-1).code)
    if (last := last_figure(view, table.key)) is not None:
        context = view.text(
            "{state}; the last figure is {now} ({after})",
            state=shown.meaning,
            now=view.counted(last.cell) if last.cell else "",
            after=view.locale.period(last.period.code),
        )
    elif cell.value is None:
        context = shown.meaning
    elif view.differs_in_countries(table.key):
        context = view.text(
            "in {period}; {countries}",
            period=view.locale.period(view.focus.code),
            countries=reported_by(view, table.key, view.focus.code),
        )
    elif before is None:
        context = view.locale.period(view.focus.code)
    elif before.value is None:
        context = view.text(
            "in {period}; {before}: {state}",
            period=view.locale.period(view.focus.code),
            before=view.locale.period(view.focus.shifted(-1).code),
            state=state_word(view, before),
        )
    else:
        context = view.text(
            "in {period}; {count} in {before}",
            period=view.locale.period(view.focus.code),
            count=view.counted(before),
            before=view.locale.period(view.focus.shifted(-1).code),
        )
        context = with_break(view, context, table, view.focus.shifted(-1), view.focus)
    return KeyFigure(
        label=view.indicator(key),
        value=shown.text,
        context=beside(view, context, table.key),
        is_shown=cell.value is not None,
        address=shown.address,
    )


def _shares(view: View) -> tuple[KeyFigure | None, ...]:
    labels = (
        ("sex", "female", view.text("Women and girls among those whose sex is known")),
        ("age_class", "child", view.text("Children among those whose age is known")),
    )
    return tuple(_share(view, *label) for label in labels)


def _share(view: View, dimension: str, code: str, label: str) -> KeyFigure | None:
    key = f"{view.headline}_by_period_{dimension}.share"
    cell = view.cell(key, view.focus.code, code)
    if cell is None or cell.state == "not_reported":
        return None
    shown = view.printed(cell, "pct")
    if cell.value is None or cell.base is None:
        return KeyFigure(label=label, value=shown.text, context=shown.meaning, is_shown=False, address=shown.address)
    context = view.text(
        "{interval}; base {base}", interval=view.interval(cell, "pct"), base=view.locale.number(cell.base)
    )
    return KeyFigure(label=label, value=shown.text, context=beside(view, context, key), address=shown.address)


def _rate(view: View) -> tuple[KeyFigure | None, ...]:
    key = "sdg_16_2_2_by_period_sex.rate"
    cell = view.cell(key, view.focus.code, "total")
    if cell is None:
        return ()
    shown = view.printed(cell, "per_100k")
    label = view.text("Detected victims per 100,000 population (SDG 16.2.2)")
    context = beside(view, view.interval(cell, "per_100k"), key) if cell.value is not None else shown.meaning
    is_shown = cell.value is not None
    return (KeyFigure(label=label, value=shown.text, context=context, is_shown=is_shown, address=shown.address),)


def _convicted(view: View) -> tuple[KeyFigure | None, ...]:
    return (_count(view, "persons_convicted"),)
