"""Sentences on shares: women and girls, children, the largest groups."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reports.blocks import Inline, Plain, Strong
from reports.edition import View
from reports.findings.sentence import Finding
from reports.locale import N_
from reports.wording import group, is_exclusive, is_mostly_unknown, named_cells
from transforms.codes import TOTAL
from transforms.disclosure.released import ReleasedCell

SHARES = (
    ("sex", "female", N_("{share} of those whose sex is recorded were women or girls ({interval}; base {base}).")),
    ("age_class", "child", N_("{share} of those whose age is recorded were children ({interval}; base {base}).")),
)
LARGEST = ("form", "identification_channel", "country_of_exploitation")
MOST_TIES = 3

OFTEN = N_("{dimension}: {group} most often, {share} of those for whom it is known ({interval}; base {base}).")
OFTEN_SHOWN = N_(
    "{dimension}: {group} most often of the groups shown, {share} of those for whom it is known "
    "({interval}; base {base})."
)
OFTEN_COUNT = N_("{dimension}: {group} most often, {n} of {all} persons.")
OFTEN_SHOWN_COUNT = N_("{dimension}: {group} most often of the groups shown, {n} of {all} persons.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Largest:
    """The largest group shown (several where they tie), its share where released, and all persons."""

    codes: tuple[str, ...]
    cell: ReleasedCell
    share: ReleasedCell | None
    everyone: float | None
    is_certain: bool

    @property
    def has_share(self) -> bool:
        """Whether a share with its base may be said."""
        return self.share is not None and self.share.value is not None and bool(self.share.base)


def largest(view: View, dimension: str, codes: Sequence[str] | None = None) -> Largest | None:
    """The largest group of the edition's period among those shown; certain where no hidden one can be larger."""
    table, share = view.breakdown(dimension), view.breakdown(dimension, ".share")
    if table is None:
        return None
    at = view.focus.code
    cells = [c for c in named_cells(view, table, at) if codes is None or c.at[1] in codes]
    shown = [c for c in cells if c.value]
    if not shown:
        return None
    top = max(c.value or 0 for c in shown)
    first = next(c for c in shown if c.value == top)
    total = view.cell(table, at, TOTAL)
    everyone = total.value if total else None
    is_majority = everyone is not None and 2 * top > everyone and is_exclusive(table)
    return Largest(
        codes=tuple(c.at[1] for c in shown if c.value == top),
        cell=first,
        share=view.cell(share, *first.at) if share else None,
        everyone=everyone,
        is_certain=is_majority or not any(c.state == "suppressed" for c in cells),
    )


def women_and_children(view: View) -> Iterator[Finding]:
    """Shares of women and girls, and of children, with interval and base."""
    for dimension, code, message in SHARES:
        key = f"{view.headline}_by_period_{dimension}.share"
        cell = view.cell(key, view.focus.code, code)
        if cell is None or cell.value is None or not cell.base:
            continue
        said = view.say(message, **_share_parts(view, cell))
        said = (*said, *_if_mostly_unknown(view, dimension, cell.base))
        yield Finding(key=f"{dimension}_{code}", text=said, cells=((key, cell.at),))


def _share_parts(view: View, cell: ReleasedCell) -> dict[str, Strong | str]:
    return {
        "share": Strong(view.locale.percent(cell.value or 0)),
        "interval": view.interval(cell, "pct"),
        "base": view.locale.number(cell.base or 0),
    }


def _if_mostly_unknown(view: View, dimension: str, base: float) -> Inline:
    if not is_mostly_unknown(view, view.breakdown(dimension), view.focus.code, base):
        return ()
    return (Plain(" "), *view.say("For most persons this is not recorded."))


def largest_groups(view: View) -> Iterator[Finding]:
    """The most frequent form, way of coming to notice and country of exploitation."""
    for dimension in LARGEST:
        found = largest(view, dimension)
        if found is None or len(found.codes) > MOST_TIES:
            continue
        key = f"{view.headline}_by_period_{dimension}"
        names = view.locale.listing([group(view, dimension, code) for code in found.codes])
        parts: dict[str, Strong | str] = {"dimension": view.dimension(dimension), "group": names}
        if found.has_share and found.share is not None:
            message = OFTEN if found.is_certain else OFTEN_SHOWN
            said = view.say(message, **parts, **_share_parts(view, found.share))
            said = (*said, *_if_mostly_unknown(view, dimension, found.share.base or 0))
            key += ".share"
        elif found.everyone is not None:
            message = OFTEN_COUNT if found.is_certain else OFTEN_SHOWN_COUNT
            count = Strong(view.locale.number(found.cell.value or 0))
            said = view.say(message, **parts, n=count, all=view.locale.number(found.everyone))
        else:
            continue
        cells = tuple((key, (view.focus.code, code)) for code in found.codes)
        yield Finding(key=f"{dimension}_{found.codes[0]}", text=said, cells=cells)
