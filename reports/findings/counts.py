"""Sentences on counts: the headline, the rate, convictions, matched countries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from reports import words
from reports.blocks import Inline, Plain, Strong
from reports.edition import View
from reports.estimated import given
from reports.findings.sentence import Cells, Finding
from reports.locale import N_
from reports.printed import CHANGE as UNIT_OF_CHANGE
from reports.printed import is_band
from reports.wording import breaks_between, last_figure, reported_by, state_word
from transforms.disclosure.released import ReleasedCell
from transforms.periods import Period, period


def level(view: View) -> Iterator[Finding]:
    """The headline count beside that of the period before, and of a year before; what is still to be registered."""
    key, at, then_at = f"{view.headline}_by_period", view.focus, view.focus.shifted(-1)
    now, then = view.cell(key, at.code), view.cell(key, then_at.code)
    cells: Cells = ((key, (at.code,)),)
    if now is None or now.value is None:
        if now is not None:
            last = last_figure(view, key)
            cells = (*cells, *(() if last is None else ((key, (last.period.code,)),)))
            yield Finding(key="level", text=_without_number(view, view.headline, now), cells=cells)
        return
    who, when = Strong(persons(view, view.headline, now)), view.locale.period(at.code)
    if view.differs_in_countries(key):
        countries = reported_by(view, key, at.code)
        said = view.say("{persons} in {period} ({countries}).", persons=who, period=when, countries=countries)
        yield Finding(key="level", text=said, cells=cells)
        return
    if then is None or then.value is None:
        said = view.say("{persons} in {period}.", persons=who, period=when)
    else:
        gap = _breaks_between(view, key, then_at, at)
        moved = None if gap else view.cell(f"{key}.change", at.code)
        compared = view.say(
            "{persons} in {period}, against {then} in {before}{change}.",
            persons=who,
            period=when,
            then=Strong(view.counted(then)),
            before=view.locale.period(then_at.code),
            change=_in_brackets(view, moved),
        )
        said, cells = (*compared, *gap), (*cells, (key, (then_at.code,)))
        if moved is not None and moved.value is not None:
            cells = (*cells, (f"{key}.change", (at.code,)))
    year_ago, of_year_ago = _year_before(view, key)
    late, answer = _still_to_come(view, now.value)
    yield Finding(key="level", text=(*said, *year_ago, *late), cells=(*cells, *of_year_ago), answer=answer)


def _year_before(view: View, key: str) -> tuple[Inline, Cells]:
    """The same quarter or month of the year before, beside which a season does not mislead, and its cell."""
    then = view.year_before
    before = view.cell(key, then.code)
    if view.focus.frequency == "year" or before is None or before.value is None:
        return (), ()
    said = view.say(
        "In the same period a year before, {before}: {n}.",
        before=view.locale.period(then.code),
        n=Strong(view.counted(before)),
    )
    return (Plain(" "), *said, *_breaks_between(view, key, then, view.focus)), ((key, (then.code,)),)


def _still_to_come(view: View, counted: float) -> tuple[Inline, str]:
    """How many are expected once all have been registered, and the key of the answer; empty where nothing says so."""
    found = given(view, f"nowcast:{view.headline}")
    rows = found.estimate.details.get("periods", ()) if found else ()
    own = [row for row in rows if view.focus.start <= period(row["period"]).start <= view.focus.end]
    if found is None or not own or found.estimate.lower is None or found.estimate.upper is None:
        return (), ""
    so_far = sum(row["observed"] for row in own)
    if len(own) == len(rows):
        expected, lower, upper = found.estimate.estimate or so_far, found.estimate.lower, found.estimate.upper
    elif len(own) == 1:
        expected, lower, upper = own[0]["expected"], own[0]["lower"], own[0]["upper"]
    else:
        return (), ""
    if round(expected) <= so_far:
        return (), ""
    settled = counted - so_far
    said = view.say(
        "Some are registered late: {expected} are expected in the end ({level} interval {bounds}).",
        expected=Strong(view.locale.number(settled + expected)),
        level=view.locale.percent(100 * found.estimate.level),
        bounds=view.locale.range(settled + lower, settled + upper),
    )
    return (Plain(" "), *said), found.key


def _without_number(view: View, indicator: str, cell: ReleasedCell) -> Inline:
    """Says why there is no number."""
    when = view.locale.period(view.focus.code)
    if cell.state == "suppressed":
        return view.say("For {period} the number of victims is withheld to protect persons.", period=when)
    said = view.say(
        "{indicator}, {period}: {state}.",
        indicator=view.indicator(indicator),
        period=when,
        state=Strong(state_word(view, cell)),
    )
    last = last_figure(view, f"{indicator}_by_period")
    if last is None:
        return said
    earlier = view.say(
        "The last figure is {n}, of {period}.",
        n=view.counted(last.cell) if last.cell else "",
        period=view.locale.period(last.period.code),
    )
    return (*said, Plain(" "), *earlier)


def detected(view: View) -> Iterator[Finding]:
    """A country's own count at UNODC, or that it reported none; the sum over countries is not compared."""
    key = "victims_detected_by_period"
    cell = view.cell(key, str(view.focus.year))
    is_asked = view.edition.scope != "world" and view.focus.frequency == "year"
    if not is_asked or view.headline == "victims_detected" or cell is None:
        return
    cells: Cells = ((key, cell.at),)
    if cell.value is None:
        last = last_figure(view, key)
        cells = (*cells, *(() if last is None else ((key, (last.period.code,)),)))
        yield Finding(key="detected", text=_without_number(view, "victims_detected", cell), cells=cells)
        return
    said = view.say(
        "UNODC, {period}: {persons}.",
        period=str(view.focus.year),
        persons=Strong(persons(view, "victims_detected", cell)),
    )
    yield Finding(key="detected", text=said, cells=cells)


def persons(view: View, indicator: str, counted: ReleasedCell | float) -> str:
    """`218 identified victims`, `0–4 detected victims`."""
    one, many = words.VICTIMS_IN_A_SENTENCE.get(indicator, words.VICTIMS_IN_A_SENTENCE["victims_registered"])
    if not isinstance(counted, ReleasedCell):
        return view.plural(one, many, counted)
    most = counted.upper if is_band(counted) else counted.value
    return view.plural(one, many, most or 0, n=view.counted(counted))


def _in_brackets(view: View, moved: ReleasedCell | None) -> str:
    """The change as its interval allows: none is called clear whose interval holds zero."""
    if moved is None or moved.value is None:
        is_unreliable = moved is not None and moved.state == "unreliable"
        return " " + view.text("(too few for a percentage)") if is_unreliable else ""
    said = view.printed(moved, UNIT_OF_CHANGE).text
    if moved.lower is not None and moved.upper is not None:
        lower, upper = (view.locale.signed_percent(bound, 0) for bound in (moved.lower, moved.upper))
        message = CHANGE_UNCLEAR if moved.lower <= 0 <= moved.upper else CHANGE
        said = view.text(message, change=said, lower=lower, upper=upper)
    return f" ({said})"


CHANGE = N_("{change}, 95 % interval {lower} to {upper}")
CHANGE_UNCLEAR = N_("no clear change: {change}, 95 % interval {lower} to {upper}")


def _without_interval(moved: ReleasedCell | None) -> ReleasedCell | None:
    """Sums over countries are no single Poisson count, so their change bears no interval."""
    return None if moved is None else replace(moved, lower=None, upper=None)


def _breaks_between(view: View, key: str, then: Period, now: Period) -> Inline:
    """Says the break in the series that makes the two periods incomparable."""
    for gap in breaks_between(view, view.table(key), then, now):
        texts = gap["texts"] if isinstance(gap["texts"], Mapping) else {}
        return (Plain(" "), *view.say("The two are not comparable."), Plain(f" {view.told(texts)}"))
    return ()


def convictions(view: View) -> Iterator[Finding]:
    """Convictions of the year beside the year before."""
    key = "persons_convicted_by_period"
    now, then = (view.cell(key, str(view.focus.year - back)) for back in (0, 1))
    if now is None or now.value is None:
        return
    cells: Cells = ((key, (str(view.focus.year),)),)
    most = now.upper if is_band(now) else now.value
    count = Strong(view.plural("{n} person", "{n} persons", most or 0, n=view.counted(now)))
    if view.differs_in_countries(key):
        said = view.say(
            "{persons} convicted in {period}, in the countries that reported{bounds}.",
            persons=count,
            period=str(view.focus.year),
            bounds=_bounds(view, now, view.countries_reporting(key, str(view.focus.year))),
        )
    elif then is None or then.value is None:
        said = view.say("{persons} convicted in {period}.", persons=count, period=str(view.focus.year))
    else:
        cells = (*cells, (key, (str(view.focus.year - 1),)))
        said = view.say(
            "{persons} convicted in {period}; {then} in {before}.",
            persons=count,
            period=str(view.focus.year),
            then=view.counted(then),
            before=str(view.focus.year - 1),
        )
    yield Finding(key="convictions", text=said, cells=cells)


def _bounds(view: View, cell: ReleasedCell, countries: int | None) -> str:
    """How many countries a sum is over, and its bounds where counts below five came as bands."""
    said = [] if countries is None else [view.plural("{n} country", "{n} countries", countries)]
    if cell.obs_status == "E" and cell.lower is not None and cell.upper is not None:
        said.append(view.text("estimated, {bounds}", bounds=view.locale.range(cell.lower, cell.upper)))
    return f" ({'; '.join(said)})" if said else ""


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
