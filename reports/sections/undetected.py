"""Section 11: presumed victims on no list, estimated from how the lists of several bodies overlap; or why not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reports import words
from reports.blocks import (
    Block,
    Bullets,
    Column,
    Heading,
    Inline,
    Note,
    Paragraph,
    Plain,
    Row,
    Section,
    Strong,
    Table,
    TableCell,
    plain,
)
from reports.edition import View
from reports.estimated import of_answer
from reports.locale import N_
from transforms.disclosure.released import ReleasedEstimate

KEY = "hidden_population"
LISTS = "case_register"
MODELS = {
    "main_effects": N_("Lists independent of each other (main effects)"),
    "stepwise": N_("Pairs of lists chosen stepwise"),
    "bic": N_("Pairs of lists chosen by Bayes' information criterion"),
    "chao_lower_bound": N_("Chao's lower bound: at least"),
}


def section(view: View) -> Section | None:
    """Four estimators side by side with what they assume, or why there are none; None for the world, without lists."""
    released = view.edition.estimates.get(KEY)
    if released is None and view.edition.scope == "world":
        return None
    refusal = None if released is None else released.estimate.refusal
    blocks: tuple[Block, ...]
    if released is None:
        blocks = (Note(title=view.text("No estimate in this edition"), text=_unasked(view), tone="missing"),)
    elif refusal is not None:
        blocks = (
            Note(
                title=view.text("No estimate in this edition"),
                text=plain(view.locale.message(refusal.reason)),
                tone="missing",
            ),
            Paragraph(
                text=view.say("An estimate is given only where the lists allow one; nothing can replace it here.")
            ),
        )
    else:
        blocks = (
            Paragraph(text=(*_said(view, released), *view.traced(view.answer_address(KEY)))),
            _table(view, released),
            *_warnings(view, released),
            Heading(id="undetected-assumptions", text=view.text("What the estimate takes for granted")),
            Bullets(items=tuple(plain(text) for text in _assumptions(view))),
        )
    return Section(
        id="undetected",
        title=view.text("Undetected victims"),
        summary=view.say(
            "Victims, presumed or identified, who stand on no list of any body, estimated from how the lists overlap. "
            "This is not the number of all people who are trafficked."
        ),
        blocks=blocks,
    )


def _unasked(view: View) -> Inline:
    """Why no lists were asked, and who would supply them."""
    if view.focus.frequency != "year":
        return view.say("This is estimated once a year: annual editions have it.")
    return view.say(
        "An estimate needs the lists of several bodies, with the same key for the same person. They would be supplied "
        "by {supplier}.",
        supplier=view.text(words.SUPPLIERS[LISTS]),
    )


def _said(view: View, released: ReleasedEstimate) -> tuple[Any, ...]:
    found, number = released.estimate, view.locale.number
    return (
        *view.say(
            "In {period} there were about {persons} victims, presumed or identified, whom the {lists} lists could have "
            "held, those on no list included ({level} interval {bounds}).",
            period=view.locale.period(view.focus.code),
            persons=Strong(number(found.estimate or 0)),
            lists=number(found.basis.get("lists", 0)),
            level=view.locale.percent(100 * found.level),
            bounds=view.locale.range(found.lower or 0, found.upper or 0),
        ),
        *_listed(view),
        Plain(" "),
        *view.say("All figures are rounded to ten persons."),
    )


def _listed(view: View) -> Inline:
    """Beside it those who were registered in the period, where that may be said."""
    cell = view.cell("victims_registered_by_period", view.focus.code)
    if cell is None or cell.value is None:
        return ()
    said = view.say("Registered in {period}: {n}.", period=view.locale.period(view.focus.code),
                    n=Strong(view.locale.number(cell.value)))  # fmt: skip
    return (Plain(" "), *said)


def _table(view: View, released: ReleasedEstimate) -> Table:
    details = released.estimate.details
    return Table(
        id="table-undetected",
        caption=view.text("Victims on the lists and on none, by four estimators"),
        stub=view.text("Estimator"),
        columns=(
            Column(text=view.text("Persons")),
            Column(text=view.text("95 % interval")),
            Column(text=view.text("Interval by"), is_numeric=False),
            Column(text=view.text("Pairs of lists in the model"), is_numeric=False),
        ),
        rows=tuple(
            Row(
                header=view.text(label),
                cells=of_answer(view, KEY, *_cells(view, details.get(key))),
                is_total=key == "stepwise",
            )
            for key, label in MODELS.items()
        ),
        notes=(
            plain(
                view.text(
                    "Method: multiple systems estimation, pairs of lists chosen stepwise; the interval is a bootstrap "
                    "(BCa) of {replicates} resamples that repeats the choice.",
                    replicates=view.locale.number(details["replicates"]),
                )
            ),
            plain(
                view.text(
                    "Bootstrap: resamples in which the model is chosen anew. Wald: takes the model as given, and is "
                    "too narrow where it was chosen. The figure of the edition is in bold."
                )
            ),
            plain(view.text("Source: {sources}.", sources="; ".join(view.source(s) for s in released.sources))),
        ),
    )


def _cells(view: View, model: Mapping[str, Any] | None) -> tuple[TableCell, ...]:
    if model is None:
        nothing = TableCell(text="–")
        return (nothing, nothing, TableCell(text=view.text("not estimated")), nothing)
    pairs = ["–"] if "terms" not in model else [_pair(view, pair) for pair in model["terms"]]
    lower, upper, method = _interval(view, model)
    return (
        TableCell(text=view.locale.number(model["estimate"])),
        TableCell(text="–" if lower is None or upper is None else view.locale.range(lower, upper)),
        TableCell(text=method),
        TableCell(text=", ".join(pairs) or view.text("none")),
    )


def _interval(view: View, model: Mapping[str, Any]) -> tuple[float | None, float | None, str]:
    """The bootstrap's where it was made, else Wald's."""
    if model.get("bca_lower") is not None and model.get("bca_upper") is not None:
        return model["bca_lower"], model["bca_upper"], view.text("bootstrap")
    if "wald_lower" in model:
        return model["wald_lower"], model["wald_upper"], view.text("Wald")
    return model["lower"], model["upper"], view.text("Wald")


def _pair(view: View, pair: str) -> str:
    return " + ".join(view.named("body", code) for code in pair.split(":"))


def _warnings(view: View, released: ReleasedEstimate) -> tuple[Note, ...]:
    said = [view.locale.message(c.said) for c in released.estimate.checks if not c.is_met and c.said.id]
    return (Note(title=view.text("Take note"), text=plain(" ".join(said)), tone="caution"),) if said else ()


def _assumptions(view: View) -> tuple[str, ...]:
    return (
        view.text("The keys recognise the same person on every list, and nobody else under the same key."),
        view.text("Within the year nobody joins or leaves those who could be listed."),
        view.text(
            "Everybody had some chance to come onto each list; those who could come onto none are not in the estimate."
        ),
        view.text(
            "Being on one list may make being on another likelier or less likely, pair by pair; ties of three lists "
            "are left out of account."
        ),
        view.text(
            "The estimate says how many victims like those listed there were, not how many people are trafficked in "
            "the country."
        ),
    )
