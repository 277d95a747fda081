"""Sentences on shares: women and girls, children, the largest groups."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reports.blocks import Inline, Plain, Strong
from reports.edition import View
from reports.findings.sentence import Cells, Finding
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

SHARE_OF_KNOWN = N_("{dimension} – {group}, {share} of those for whom it is known ({interval}; base {base})")
COUNT_OF_ALL = N_("{dimension} – {group}, {n} of {all} persons")


@dataclass(frozen=True, slots=True, kw_only=True)
class Largest:
    """The largest group shown (several where they tie), its share where released, and all persons."""

    codes: tuple[str, ...]
    cell: ReleasedCell
    share: ReleasedCell | None
    everyone: float | None
    is_certain: bool
    is_of_most: bool
    """Whether the groups shown hold at least half of those known."""

    @property
    def says_something(self) -> bool:
        """Whether it may be named: the largest of a few small groups beside a withheld large one misleads."""
        return self.is_certain or self.is_of_most

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
    of_first = view.cell(share, *first.at) if share else None
    known = of_first.base if of_first is not None and of_first.base else everyone
    in_shown = sum(c.value or 0 for c in shown)
    is_larger_than_any_hidden = known is not None and is_exclusive(table) and top > known - in_shown
    return Largest(
        codes=tuple(c.at[1] for c in shown if c.value == top),
        cell=first,
        share=of_first,
        everyone=everyone,
        is_certain=is_larger_than_any_hidden or not any(c.state == "suppressed" for c in cells),
        is_of_most=known is None or 2 * in_shown >= known,
    )


def women_and_children(view: View) -> Iterator[Finding]:
    """Shares of women and girls, and of children, with interval and base, in one finding."""
    text: Inline = ()
    cells: Cells = ()
    for dimension, code, message in SHARES:
        key = f"{view.headline}_by_period_{dimension}.share"
        cell = view.cell(key, view.focus.code, code)
        if cell is None or cell.value is None or not cell.base:
            continue
        said = view.say(message, **_share_parts(view, cell))
        text = (*text, *((Plain(" "),) if text else ()), *said, *_if_mostly_unknown(view, dimension, cell.base))
        cells = (*cells, (key, cell.at))
    if text:
        yield Finding(key="women_and_children", text=text, cells=cells)


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
    """The most frequent form, way of coming to notice and country of exploitation, in one finding."""
    found = {
        dimension: top
        for dimension in LARGEST
        if (top := largest(view, dimension)) is not None and len(top.codes) <= MOST_TIES and top.says_something
    }
    told = {dimension: said for dimension, top in found.items() if (said := _most_often(view, dimension, top))}
    if not told:
        return
    is_certain = all(found[dimension].is_certain for dimension in told)
    text: Inline = view.say("Most often:") if is_certain else view.say("Most often of the groups shown:")
    for place, (_, part) in enumerate(told.values()):
        text = (*text, Plain("; " if place else " "), *part)
    cells = tuple(cell for held, _ in told.values() for cell in held)
    yield Finding(key="largest_groups", text=(*text, Plain(".")), cells=cells)


def _most_often(view: View, dimension: str, top: Largest) -> tuple[Cells, Inline] | None:
    """The largest group with its share and base, or its count of all; with the cells that carry it."""
    key = f"{view.headline}_by_period_{dimension}"
    names = view.locale.listing([group(view, dimension, code) for code in top.codes])
    parts: dict[str, Strong | str] = {"dimension": view.inside(view.dimension(dimension)), "group": names}
    if top.has_share and top.share is not None:
        said = view.say(SHARE_OF_KNOWN, **parts, **_share_parts(view, top.share))
        if is_mostly_unknown(view, view.breakdown(dimension), view.focus.code, top.share.base or 0):
            said = (*said, Plain(", "), *view.say("for most persons not recorded"))
        key += ".share"
    elif top.everyone is not None:
        count = Strong(view.locale.number(top.cell.value or 0))
        said = view.say(COUNT_OF_ALL, **parts, n=count, all=view.locale.number(top.everyone))
    else:
        return None
    return tuple((key, (view.focus.code, code)) for code in top.codes), said
