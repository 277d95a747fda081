"""Section 2: what changed since the last edition: new periods, late registrations, corrections, definitions.

Every figure is a released cell of this edition or of an earlier one of the same readers, or the difference of two such.
How many single records came late or were corrected is not told: only what came of it in published figures.
"""

from __future__ import annotations

from collections.abc import Sequence

from reports.blocks import Block, Bullets, Heading, Inline, Note, Paragraph, Section, plain
from reports.edition import View
from reports.findings.counts import persons
from reports.locale import N_
from reports.provisional import arrived
from reports.revised import changed_parts, headline_changes
from reports.sections.changed_definitions import definitions, denominators
from reports.sections.changed_figures import corrected_figures
from reports.sections.changed_revisions import edition_name, kind_of, revisions
from reports.wording import state_word
from transforms.disclosure.changes import CellChange
from transforms.disclosure.history import EditionBefore, History, TakenBackEdition

MOST_NAMED = 3
"""Periods that a sentence names; the table holds all."""
NO_HISTORY = History()

FIRST = {
    "annual": N_("This is the first annual edition for these readers: there is no earlier one to compare it with."),
    "quarterly": N_(
        "This is the first quarterly edition for these readers: there is no earlier one to compare it with."
    ),
    "monthly": N_("This is the first monthly edition for these readers: there is no earlier one to compare it with."),
}
LATE = N_(
    "What rose was registered late or is counted there since a correction; what fell was corrected or taken out. A "
    "period can hold both, so these are net changes. How many single records lie behind them is not told, because few "
    "records could point to a person."
)
REVISED = N_(
    "What rose or fell was added, corrected or taken out by the source; these are net changes of published figures."
)
REDEFINED = N_(
    "The definition of this indicator was changed, as is said below. What came of that and what of late registrations "
    "and corrections cannot be told apart."
)


def section(view: View) -> Section:
    """What changed, or that there is nothing to compare with."""
    history = view.edition.history or NO_HISTORY
    last = history.last
    blocks: tuple[Block, ...]
    if last is None:
        blocks = (Paragraph(text=plain(_without(view, history))), *revisions(view, history))
    else:
        lead = view.text(
            "The last edition that the same readers have is the {edition}.", edition=edition_name(view, last)
        )
        blocks = (
            Paragraph(text=plain(lead)),
            *arrived(view, last),
            *_counts(view, last),
            *revisions(view, history),
            *corrected_figures(view, last),
        )
    return Section(
        id="changed",
        title=view.text("What changed since the last edition"),
        blocks=(
            *blocks,
            *_withdrawn(view, history.withdrawn),
            *(() if last is None else (*definitions(view, last), *denominators(view, last))),
        ),
    )


def _without(view: View, history: History) -> str:
    """Why there is no last edition."""
    kind = kind_of(view.edition.edition)
    if any(kind_of(one.edition) == kind and one.audience == view.edition.audience for one in history.withdrawn):
        return view.text("The earlier editions of this kind were withdrawn: there is none to compare this one with.")
    return view.text(FIRST.get(kind, FIRST["annual"]))


def _counts(view: View, last: EditionBefore) -> tuple[Block, ...]:
    """New periods, rises, falls and what cannot be compared, of the headline by the edition's own periods."""
    changes = tuple(one.cell for one in headline_changes(view.edition, last))
    if not changes:
        return ()
    name = view.indicator(view.headline)
    revised = [one for one in changes if one.change == "revised"]
    settled = [one for one in revised if not one.was_provisional]
    said = [
        *_new(view, [one for one in changes if one.change == "new"]),
        *_provisional(view, [one for one in revised if one.was_provisional]),
        *_rises(view, [one for one in settled if (one.difference or 0) > 0]),
        *_falls(view, [one for one in settled if (one.difference or 0) < 0]),
        *_others(view, changes),
    ]
    note = _how_to_read(view, last) if revised else ()
    return (
        Heading(
            id="changed-counts", text=view.text("New and revised counts: {indicator}", indicator=view.inside(name))
        ),
        Bullets(items=tuple(said)),
        *note,
    )


def _new(view: View, new: Sequence[CellChange]) -> tuple[Inline, ...]:
    """Periods that the last edition did not have, with what is counted in them."""
    if not new:
        return (plain(view.text("No period has a figure that the last edition did not have.")),)
    if len(new) > MOST_NAMED:
        first, last = (view.locale.period(one.at[0]) for one in (new[0], new[-1]))
        said = view.plural(
            "New in this edition: {n} period, from {first} to {last}; the table holds its figure.",
            "New in this edition: {n} periods, from {first} to {last}; the table holds their figures.",
            len(new),
            first=first,
            last=last,
        )
        return (plain(said),)
    return (plain(view.text("New in this edition: {listed}.", listed=_listed([_told_new(view, one) for one in new]))),)


def _told_new(view: View, one: CellChange) -> str:
    value = None if one.now is None else one.now.value
    told = state_word(view, one.now) if value is None else persons(view, view.headline, value)
    return f"{view.locale.period(one.at[0])} ({told})"


def _provisional(view: View, grown: Sequence[CellChange]) -> tuple[Inline, ...]:
    """Periods to whose end not every list reached when the last edition was made."""
    if not grown:
        return ()
    said = view.text(
        "Provisional in the last edition, because some lists did not reach to the end of the period: {listed}.",
        listed=_listed(_greatest(view, grown)),
    )
    return (plain(said),)


def _rises(view: View, risen: Sequence[CellChange]) -> tuple[Inline, ...]:
    if not risen:
        return ()
    said = view.plural(
        "Higher than in the last edition: {n} period. {listed}.",
        "Higher than in the last edition: {n} periods. {listed}.",
        len(risen),
        listed=_most(view, risen),
    )
    return (plain(said),)


def _falls(view: View, fallen: Sequence[CellChange]) -> tuple[Inline, ...]:
    if not fallen:
        return ()
    said = view.plural(
        "Lower than in the last edition: {n} period. {listed}.",
        "Lower than in the last edition: {n} periods. {listed}.",
        len(fallen),
        listed=_most(view, fallen),
    )
    return (plain(said),)


def _others(view: View, changes: Sequence[CellChange]) -> tuple[Inline, ...]:
    """How many periods stayed, and how many cannot be compared."""
    number = {state: sum(one.change == state for one in changes) for state in ("same", "withheld", "gone")}
    said = []
    if number["same"]:
        said.append(
            view.plural("As in the last edition: {n} period.", "As in the last edition: {n} periods.", number["same"])
        )
    if number["withheld"]:
        said.append(
            view.plural(
                "Not comparable, because the figure is suppressed in one edition or in both: {n} period.",
                "Not comparable, because the figure is suppressed in one edition or in both: {n} periods.",
                number["withheld"],
            )
        )
    if number["gone"]:
        said.append(
            view.plural(
                "No longer shown: {n} period of the last edition.",
                "No longer shown: {n} periods of the last edition.",
                number["gone"],
            )
        )
    return tuple(plain(one) for one in said)


def _most(view: View, changes: Sequence[CellChange]) -> str:
    """All changes, or the greatest of many."""
    listed = _listed(_greatest(view, changes))
    return listed if len(changes) <= MOST_NAMED else view.text("The greatest: {listed}", listed=listed)


def _greatest(view: View, changes: Sequence[CellChange]) -> list[str]:
    """The greatest changes in words, in order of time."""
    places = sorted(range(len(changes)), key=lambda place: (-abs(changes[place].difference or 0), -place))[:MOST_NAMED]
    return [told_revision(view, changes[place]) for place in sorted(places)]


def told_revision(view: View, one: CellChange) -> str:
    """`2021: 45 then, 48 now (+3)`; of a cell that both editions show."""
    before, now = ((0.0 if cell is None or cell.value is None else cell.value) for cell in (one.before, one.now))
    return view.text(
        "{period}: {before} then, {now} now ({difference})",
        period=view.locale.period(one.at[0]),
        now=view.locale.number(now),
        before=view.locale.number(before),
        difference=view.locale.signed(one.difference or 0),
    )


def _listed(parts: Sequence[str]) -> str:
    """Parts that hold commas, one after the other."""
    return "; ".join(parts)


def _how_to_read(view: View, last: EditionBefore) -> tuple[Note, ...]:
    """What a rise and a fall can come from; where the definition was changed, they can come from that."""
    table = view.table(f"{view.headline}_by_period")
    is_register = table is not None and "late_reports_follow" in table.caveats
    said = view.text(LATE if is_register else REVISED)
    if changed_parts(view.context, last, view.headline):
        said = view.text(REDEFINED)
    return (Note(title=view.text("How to read these changes"), text=plain(said)),)


def _withdrawn(view: View, gone: Sequence[TakenBackEdition]) -> tuple[Block, ...]:
    """Editions that were taken back, with the reason that their readers were given."""
    if not gone:
        return ()
    return (
        Heading(id="changed-withdrawn", text=view.text("Withdrawn editions")),
        Bullets(items=tuple(plain(_told_withdrawn(view, one)) for one in gone)),
    )


def _told_withdrawn(view: View, one: TakenBackEdition) -> str:
    said = view.text(
        "The {edition} was withdrawn on {date}. Reason given: {reason}. Do not use or quote its figures.",
        edition=edition_name(view, one),
        date=view.locale.date(one.withdrawn_on),
        reason=one.reason.rstrip(". "),
    )
    if (one.edition, one.audience) == (view.edition.edition, view.edition.audience):
        return " ".join((said, view.text("This edition takes its place.")))
    if one.replaced_as_of is not None:
        day = view.locale.date(one.replaced_as_of)
        return " ".join(
            (said, view.text("In its place stands the one with the state of knowledge of {date}.", date=day))
        )
    return said
