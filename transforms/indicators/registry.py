"""The explicit register of indicators, and how a key or a breakdown is found in it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

from transforms.errors import WrongArguments
from transforms.indicators.breakdowns import CASE_BREAKDOWNS, OBSERVATION_BREAKDOWNS, TIMES
from transforms.indicators.context import CONTEXT
from transforms.indicators.declare import Breakdown, Indicator
from transforms.indicators.hotline import HOTLINE
from transforms.indicators.justice import JUSTICE
from transforms.indicators.stranded import STRANDED
from transforms.indicators.victims import VICTIMS

INDICATORS: tuple[Indicator, ...] = (*VICTIMS, *JUSTICE, *STRANDED, *HOTLINE, *CONTEXT)


def indicator(key: str) -> Indicator:
    """The indicator of that key; raises WrongArguments with the closest keys."""
    for declared in INDICATORS:
        if declared.key == key:
            return declared
    keys = [declared.key for declared in INDICATORS]
    raise WrongArguments(f"There is no indicator '{key}'.", advice=_closest(key, keys))


def breakdown(declared: Indicator, key: str) -> Breakdown:
    """The breakdown of that key for an indicator; raises WrongArguments with the closest ones."""
    among = CASE_BREAKDOWNS if declared.subject == "cases" else OBSERVATION_BREAKDOWNS
    for candidate in among:
        if candidate.key == key and key in declared.by:
            return candidate
    raise WrongArguments(
        f"Indicator {declared.key} has no breakdown '{key}'.", advice=_closest(key, (*TIMES, *declared.by))
    )


def breakdowns(declared: Indicator, keys: Sequence[str]) -> tuple[Breakdown, ...]:
    """The breakdowns of `keys` that are not time, in their order.

    Raises WrongArguments for an unknown one or one named twice.
    """
    if repeated := sorted({key for key in keys if list(keys).count(key) > 1}):
        raise WrongArguments(f"Breakdown {repeated[0]} is named twice.", advice="Name each breakdown once.")
    return tuple(breakdown(declared, key) for key in keys if key not in TIMES)


def _closest(key: str, known: Iterable[str]) -> str:
    known = list(known)
    close = difflib.get_close_matches(key, known, n=3, cutoff=0.5)
    if close:
        return f"Did you mean {' or '.join(close)}? All: {', '.join(known)}."
    return f"Choose one of: {', '.join(known)}."
