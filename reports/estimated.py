"""Answers of statistical methods as they are printed: ratios with intervals, p, spans of time, reasons of refusals."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from math import isfinite
from typing import Any

from reports import words
from reports.blocks import Inline, TableCell, plain
from reports.edition import View, plain_period
from transforms.disclosure.released import ReleasedEstimate
from transforms.messages import Message
from transforms.periods import Frequency

SMALLEST_P = 0.001
LARGE_P = 0.1
WHOLE_FROM = 1000


def answer(view: View, key: str) -> ReleasedEstimate | None:
    """The answer of that key, None where the data of the edition do not let it be asked."""
    return view.edition.estimates.get(key)


def given(view: View, key: str) -> ReleasedEstimate | None:
    """The answer of that key where it is an estimate and not a refusal."""
    found = answer(view, key)
    return None if found is None or found.estimate.refusal is not None else found


def of_answer(view: View, key: str, *cells: TableCell) -> tuple[TableCell, ...]:
    """The cells with the address of the answer whose figures they hold; words alone stay as they are."""
    address = view.answer_address(key)
    return tuple(
        replace(cell, address=address) if any(sign.isdigit() for sign in cell.text) and not cell.address else cell
        for cell in cells
    )


def reason(view: View, found: ReleasedEstimate) -> str:
    """Why there is no figure, in this language; empty where there is one."""
    refusal = found.estimate.refusal
    return "" if refusal is None else said_here(view, refusal.reason)


def refused_series(view: View, answers: Iterable[ReleasedEstimate], prefix: str) -> Iterator[Inline]:
    """Why series have no figure: each reason once, after the series it holds for, with the cards of their answers."""
    found: dict[str, list[ReleasedEstimate]] = {}
    for one in answers:
        if one.estimate.refusal is not None:
            found.setdefault(reason(view, one), []).append(one)
    for why, ones in found.items():
        names = view.locale.listing([view.inside(view.indicator(one.key.removeprefix(prefix))) for one in ones])
        said = view.text("Not estimated: {series}. {reason}", series=names, reason=why)
        yield (*plain(said), *view.traced(*(view.answer_address(one.key) for one in ones)))


def said_here(view: View, message: Message) -> str:
    """What a method says, in this language; the codes of periods in it as the language writes them."""
    params = {
        name: view.locale.period(value) if isinstance(value, str) and plain_period(value) else value
        for name, value in message.params.items()
    }
    return view.locale.message(replace(message, params=params))


def unmet(view: View, found: ReleasedEstimate, but: Collection[str] = ()) -> tuple[str, ...]:
    """What the reader is told of the conditions that the data do not meet."""
    checks = (check for check in found.estimate.checks if not check.is_met and check.key not in but and check.said.id)
    return tuple(said_here(view, check.said) for check in checks)


def told(view: View, found: ReleasedEstimate, key: str) -> str:
    """What a check of that key says, whether met or not; empty where the answer has no such check."""
    said = next((check.said for check in found.estimate.checks if check.key == key), None)
    return "" if said is None else said_here(view, said)


def bounds(view: View, lower: float | None, upper: float | None, decimals: int = 2) -> str:
    """`0.60–1.05`; without a lower bound from 0, without an upper one to ∞."""
    low = view.locale.number(lower or 0.0, decimals)
    high = "∞" if upper is None or not isfinite(upper) else view.locale.number(upper, decimals)
    return f"{low}–{high}"


def ratio(view: View, value: float | None, lower: float | None, upper: float | None) -> str:
    """`0.79 (0.60–1.05)`."""
    return "" if value is None else f"{view.locale.number(value, 2)} ({bounds(view, lower, upper)})"


def ratio_of(view: View, row: Mapping[str, Any]) -> TableCell:
    """The ratio of observed to expected of a row of details, or the mark of what does not exist."""
    said = ratio(view, row["rate_ratio"], row.get("rate_ratio_lower"), row.get("rate_ratio_upper"))
    return TableCell(text=said) if said else nothing(view)


def nothing(view: View) -> TableCell:
    """The mark of a figure that there cannot be."""
    mark, meaning = words.MARKS["not_applicable"]
    return TableCell(text=mark, meaning=view.text(meaning))


def p_value(view: View, p: float) -> str:
    """`0.35`, `0.053` or `< 0.001`: three decimals where the reader compares with 0.05."""
    if p < SMALLEST_P:
        return f"<\u00a0{view.locale.number(SMALLEST_P, 3)}"
    return view.locale.number(p, 2 if p >= LARGE_P else 3)


def expectation(view: View, value: float) -> str:
    """A count that was to be expected: with a decimal where it is small enough for one to matter."""
    return view.locale.number(value, 1 if value < WHOLE_FROM else 0)


def signed(view: View, value: float, decimals: int = 0) -> str:
    """`+12` or `−7`."""
    rounded = round(value, decimals) + 0.0  # no minus before a zero
    return ("+" if rounded > 0 else "") + view.locale.number(rounded, decimals)


def signed_bounds(view: View, lower: float | None, upper: float | None, decimals: int = 0) -> str:
    """`−58 to −6`, in words because a dash beside a minus is not seen."""
    low = "−∞" if lower is None or not isfinite(lower) else signed(view, lower, decimals)
    high = "∞" if upper is None or not isfinite(upper) else signed(view, upper, decimals)
    return view.text("{low} to {high}", low=low, high=high)


def counted(view: View, value: float) -> TableCell:
    """A count; flagged as estimated where it is no whole number, being corrected for late registrations."""
    if value == round(value):
        return TableCell(text=view.locale.number(value))
    flag, meaning = words.FLAGS["E"]
    return TableCell(text=view.locale.number(value), flags=flag, meaning=view.text(meaning))


def span(view: View, code: str) -> str:
    """`Q2 2020 – Q4 2023` from `2020-Q2:2023-Q4`; months from a January to a December are years."""
    first, _, last = code.partition(":")
    if first.endswith("-01") and last.endswith("-12"):
        first, last = first[:4], last[:4]
    ends = dict.fromkeys(view.period_label(end) for end in (first, last or first))
    return " – ".join(ends)


def frequency(code: str) -> Frequency:
    """Length of the period of a code."""
    found = plain_period(code)
    return "year" if found is None else found.frequency


def time(view: View, code: str) -> str:
    """A period in words, or a phase by its key."""
    return view.period_label(code if plain_period(code) else f"phase:{code}")
