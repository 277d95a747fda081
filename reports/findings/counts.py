"""Sentences on counts: the headline, the rate, convictions, matched countries."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from reports import words
from reports.blocks import Inline, Plain, Strong
from reports.edition import View
from reports.findings.sentence import Cells, Finding
from transforms.disclosure.released import ReleasedCell
from transforms.periods import Period, period


def level(view: View) -> Iterator[Finding]:
    """The headline count beside that of the period before, with the coverage break named where one lies between."""
    key, at, then_at = f"{view.headline}_by_period", view.focus, view.focus.shifted(-1)
    now, then = view.cell(key, at.code), view.cell(key, then_at.code)
    when = view.locale.period(at.code)
    if now is not None and now.state == "suppressed":
        said = view.say("For {period} the number of victims is withheld to protect persons.", period=when)
        yield Finding(key="level", text=said, cells=((key, (at.code,)),))
    if now is None or now.value is None:
        return
    cells: Cells = ((key, (at.code,)),)
    who = Strong(persons(view, view.headline, now.value))
    if then is None or then.value is None:
        yield Finding(key="level", text=view.say("{persons} in {period}.", persons=who, period=when), cells=cells)
        return
    gap = _breaks_between(view, key, then_at, at)
    moved = None if gap else view.cell(f"{key}.change", at.code)
    said = view.say(
        "{persons} in {period}, against {then} in {before}{change}.",
        persons=who,
        period=when,
        then=Strong(view.locale.number(then.value)),
        before=view.locale.period(then_at.code),
        change=_in_brackets(view, moved),
    )
    cells = (*cells, (key, (then_at.code,)))
    if moved is not None and moved.value is not None:
        cells = (*cells, (f"{key}.change", (at.code,)))
    yield Finding(key="level", text=(*said, *gap), cells=cells)


def persons(view: View, indicator: str, value: float) -> str:
    """`218 identified victims`."""
    one, many = words.VICTIMS_IN_A_SENTENCE.get(indicator, words.VICTIMS_IN_A_SENTENCE["victims_registered"])
    return view.plural(one, many, value)


def _in_brackets(view: View, moved: ReleasedCell | None) -> str:
    if moved is None or moved.value is None:
        return (
            " " + view.text("(too few for a percentage)") if moved is not None and moved.state == "unreliable" else ""
        )
    said = view.locale.signed_percent(moved.value)
    if moved.lower is not None and moved.upper is not None:
        bounds = [view.locale.signed_percent(bound, 0) for bound in (moved.lower, moved.upper)]
        said = view.text("{change}, 95 % interval {lower} to {upper}", change=said, lower=bounds[0], upper=bounds[1])
    return f" ({said})"


def _without_interval(moved: ReleasedCell | None) -> ReleasedCell | None:
    """Sums over countries are no single Poisson count, so their change bears no interval."""
    return None if moved is None else replace(moved, lower=None, upper=None)


def _breaks_between(view: View, key: str, then: Period, now: Period) -> Inline:
    """Says the break in the series that makes the two periods incomparable."""
    table = view.table(key)
    for gap in view.context.get("breaks") or ():
        start = period(str(gap["period"])).first_month
        if table is not None and gap["source"] in table.sources and then.first_month < start <= now.first_month:
            said = view.say("The two are not comparable: {what}", what=view.told(gap["texts"]))
            return (Plain(" "), *said)
    return ()


def rate(view: View) -> Iterator[Finding]:
    """SDG 16.2.2 with its interval."""
    key = "sdg_16_2_2_by_period_sex.rate"
    at = (str(view.focus.year), "total")
    cell = view.cell(key, *at)
    if cell is None or cell.value is None or view.focus.frequency != "year":
        return
    said = view.say(
        "{rate} detected victims per 100,000 population in {period} ({interval}; SDG 16.2.2).",
        rate=Strong(view.locale.number(cell.value, 2)),
        period=at[0],
        interval=view.interval(cell, "per_100k"),
    )
    yield Finding(key="rate", text=said, cells=((key, at),))


def convictions(view: View) -> Iterator[Finding]:
    """Convictions of the year beside the year before."""
    key = "persons_convicted_by_period"
    now, then = (view.cell(key, str(view.focus.year - back)) for back in (0, 1))
    if now is None or now.value is None:
        return
    cells: Cells = ((key, (str(view.focus.year),)),)
    count = Strong(view.plural("{n} person", "{n} persons", now.value))
    if then is None or then.value is None or view.differs_in_countries(key):
        said = view.say("{persons} convicted in {period}.", persons=count, period=str(view.focus.year))
    else:
        cells = (*cells, (key, (str(view.focus.year - 1),)))
        said = view.say(
            "{persons} convicted in {period}; {then} in {before}.",
            persons=count,
            period=str(view.focus.year),
            then=view.locale.number(then.value),
            before=str(view.focus.year - 1),
        )
    yield Finding(key="convictions", text=said, cells=cells)


def matched(view: View) -> Iterator[Finding]:
    """UNODC's detected victims over the countries that reported both years."""
    key = "victims_detected_matched"
    table = view.table(key)
    if table is None or len(table.codes("period")) != 2:
        return
    before, after = sorted(table.codes("period"))
    then, now = view.cell(key, before), view.cell(key, after)
    countries = (view.context.get("matched") or {}).get("countries")
    if then is None or now is None or then.value is None or now.value is None or not countries:
        return
    said = view.say(
        "UNODC, {before} → {after}: {then} → {now}{change} across the {countries} countries that reported both years.",
        before=before,
        after=after,
        then=Strong(view.locale.number(then.value)),
        now=Strong(view.locale.number(now.value)),
        change=_in_brackets(view, _without_interval(view.cell(f"{key}.change", after))),
        countries=view.locale.number(countries),
    )
    yield Finding(key="matched", text=said, cells=((key, (before,)), (key, (after,))))
