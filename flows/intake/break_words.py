"""Suspected breaks in sentences, for the refusal of a file or the remarks on a confirmed one."""

from __future__ import annotations

from collections.abc import Sequence

from flows.intake.shifts import Shift
from reports import words
from transforms.messages import Message, Param, counted, said

NAMED = 5
"""Quantities that a refusal names."""
CONFIRMED = said(
    "That the figures break with the earlier ones was confirmed: the first figure after each break is marked as a "
    "break in the series."
)


def sentences(shifts: Sequence[Shift]) -> tuple[Message, ...]:
    """A sentence for each of the first breaks, and how many more there are."""
    found = [_sentence(shift) for shift in shifts[:NAMED]]
    if more := len(shifts) - len(found):
        found.append(counted("{n} more quantity breaks alike.", "{n} more quantities break alike.", more))
    return tuple(found)


def _sentence(shift: Shift) -> Message:
    told: dict[str, Param] = {
        "series": _series(shift.series),
        "unit": _unit(shift.unit),
        "area": shift.example.area,
        "period": shift.example.period,
        "before": _tidy(shift.example.before),
        "now": _tidy(shift.example.now),
    }
    match shift.kind:
        case "unit":
            return said(
                "{series}: the unit was “{unit}” in the file of {earlier} and is “{unit_now}” now. Example, {area}, "
                "{period}: {before} then, {now} now.",
                unit_now=_unit(shift.unit_now),
                earlier=shift.earlier,
                **told,
            )
        case "scale":
            return _of_scale(shift, told | {"earlier": shift.earlier})
        case "new unit":
            return said(
                "{series}: the unit was “{unit}” until {period} and is “{unit_now}” in {period_now}. Example, {area}: "
                "{before} in {period}, {now} in {period_now}.",
                unit_now=_unit(shift.unit_now),
                period_now=shift.example.period_now,
                **told,
            )
        case "new level":
            return _of_level(shift, told | {"period_now": shift.example.period_now})
        case "fractions":
            return said(
                "{series} ({unit}): the figures held are whole numbers, the new ones are not. Example, {area}: "
                "{before} in {period}, {now} in {period_now}.",
                period_now=shift.example.period_now,
                **told,
            )


def _of_scale(shift: Shift, told: dict[str, Param]) -> Message:
    ratio = shift.ratio or 1
    if ratio > 1:
        return counted(
            "{series} ({unit}): the figures are about {n} time as large as in the file of {earlier}. Example, {area}, "
            "{period}: {before} then, {now} now.",
            "{series} ({unit}): the figures are about {n} times as large as in the file of {earlier}. Example, {area}, "
            "{period}: {before} then, {now} now.",
            _about(ratio),
            **told,
        )
    return counted(
        "{series} ({unit}): the figures are about {n} time smaller than in the file of {earlier}. Example, {area}, "
        "{period}: {before} then, {now} now.",
        "{series} ({unit}): the figures are about {n} times smaller than in the file of {earlier}. Example, {area}, "
        "{period}: {before} then, {now} now.",
        _about(1 / ratio),
        **told,
    )


def _of_level(shift: Shift, told: dict[str, Param]) -> Message:
    ratio = shift.ratio or 1
    if ratio > 1:
        return counted(
            "{series} ({unit}): the new figures are about {n} time as large as those held of the periods next to them. "
            "Example, {area}: {before} in {period}, {now} in {period_now}.",
            "{series} ({unit}): the new figures are about {n} times as large as those held of the periods next to "
            "them. Example, {area}: {before} in {period}, {now} in {period_now}.",
            _about(ratio),
            **told,
        )
    return counted(
        "{series} ({unit}): the new figures are about {n} time smaller than those held of the periods next to them. "
        "Example, {area}: {before} in {period}, {now} in {period_now}.",
        "{series} ({unit}): the new figures are about {n} times smaller than those held of the periods next to them. "
        "Example, {area}: {before} in {period}, {now} in {period_now}.",
        _about(1 / ratio),
        **told,
    )


def _about(factor: float) -> int:
    """Two digits are what a typical ratio is known by."""
    return int(float(f"{factor:.2g}"))


def _series(key: str) -> Param:
    known = words.quantity(key)
    return Message(id=known) if known else words.readable(key)


def _unit(key: str) -> Param:
    known = words.UNITS.get(key)
    return Message(id=known) if known else words.readable(key).lower()


def _tidy(value: float) -> float:
    """Whole where it is whole, so that no `.0` is printed."""
    return int(value) if value == int(value) else float(f"{value:.6g}")
