"""Sentences on shares: women and girls, children, the largest groups."""

from __future__ import annotations

from collections.abc import Iterator

from reports.blocks import Strong
from reports.edition import View
from reports.findings.sentence import Finding
from reports.locale import N_
from transforms.codes import UNSPECIFIC

SHARES = (
    ("sex", "female", N_("Of the {base} persons whose sex is recorded, {share} were women or girls ({interval}).")),
    ("age_class", "child", N_("Of the {base} persons whose age is recorded, {share} were children ({interval}).")),
)
LARGEST = (
    (
        "form",
        N_("{group} was the form recorded most often: {share} of the {base} persons whose form is known ({interval})."),
    ),
    (
        "identification_channel",
        N_(
            "{group} was the most frequent way of coming to notice: "
            "{share} of the {base} persons for whom it is recorded ({interval})."
        ),
    ),
    (
        "country_of_exploitation",
        N_(
            "{group} was the country of exploitation recorded most often: "
            "{share} of the {base} persons for whom it is recorded ({interval})."
        ),
    ),
)
LARGEST_SHOWN = N_(
    "{dimension}: “{group}” has the largest share that can be shown, {share} of the {base} persons known ({interval})."
)


def women_and_children(view: View) -> Iterator[Finding]:
    """Shares of women and girls, and of children, with interval and base."""
    for dimension, code, message in SHARES:
        if said := share_sentence(view, dimension, code, message):
            yield said


def share_sentence(view: View, dimension: str, code: str, message: str) -> Finding | None:
    """A sentence on one share of the edition's period; None where the gate did not give the share."""
    key = f"{view.headline}_by_period_{dimension}.share"
    cell = view.cell(key, view.focus.code, code)
    if cell is None or cell.value is None or cell.base is None:
        return None
    said = view.say(
        message,
        base=view.locale.number(cell.base),
        share=Strong(view.locale.percent(cell.value)),
        interval=view.interval(cell, "pct"),
        group=view.label(dimension, code),
        dimension=view.dimension(dimension),
    )
    return Finding(key=f"{dimension}_{code}", text=said, cells=((key, (view.focus.code, code)),))


def largest_groups(view: View) -> Iterator[Finding]:
    """The most frequent form, channel of identification and corridor."""
    for dimension, message in LARGEST:
        key = f"{view.headline}_by_period_{dimension}.share"
        table = view.table(key)
        if table is None:
            continue
        shown = [c for c in table.cells if c.at[0] == view.focus.code and c.at[1] not in UNSPECIFIC and c.value]
        if shown:
            top = max(shown, key=lambda cell: cell.value or 0)
            counts = view.breakdown(dimension)
            hidden = (
                [c for c in counts.cells if c.at[0] == view.focus.code and c.state == "suppressed"] if counts else []
            )
            if said := share_sentence(view, dimension, top.at[1], LARGEST_SHOWN if hidden else message):
                yield said
