"""Indicators of stranded migrants: registrations, needs, wishes to return and returns, as counted where they register.

A stranded migrant is not a victim of trafficking; the figures stand beside those of victims, never among them.
"""

from __future__ import annotations

from transforms.indicators.declare import Condition, Indicator


def _counted(key: str, label: str, sentence: str, date_basis: str, by: tuple[str, ...], within: str = "") -> Indicator:
    return Indicator(
        key=key,
        label=label,
        subject="observations",
        measure="sum",
        unit="person",
        where=Condition(sql=f"series = '{key}'", sentence=sentence),
        date="time_period",
        date_basis=date_basis,
        deduplication="As the body counted: a person registered again counts again. Only the finest periods that a "
        "delivery holds are counted; longer ones are their sums.",
        sources=("migrant_registrations",),
        world_sources=(),
        by=by,
        caveats=("a_stranded_migrant_is_not_a_victim",),
        adds_up=True,
        within=within,
    )


REGISTERED = "stranded_migrants_registered"
_BY = ("sex", "age_class", "citizenship", "stranded_in")

STRANDED: tuple[Indicator, ...] = (
    _counted(
        REGISTERED,
        "Stranded migrants registered",
        "The person registered as a migrant who can neither go on nor go home.",
        "the day of registration",
        _BY,
    ),
    _counted(
        "stranded_migrants_in_need",
        "Stranded migrants in need",
        "The person registered in the period and named the need; one person can have several.",
        "the day of registration",
        (*_BY, "need"),
        REGISTERED,
    ),
    _counted(
        "stranded_migrants_wish_return",
        "Stranded migrants who wish to return",
        "The person registered in the period and wishes to return.",
        "the day of registration",
        _BY,
        REGISTERED,
    ),
    _counted(
        "stranded_migrants_returned",
        "Stranded migrants who returned",
        "The person returned in the period.",
        "the day of return",
        _BY,
    ),
)
