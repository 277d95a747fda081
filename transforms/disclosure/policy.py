"""What each audience may see: declared data, checked when it is made; there is no audience without protection."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

from transforms.errors import ProfileInvalid, WrongArguments

PUBLIC = "public"
"""Audience of what everybody may read."""
LOWEST_THRESHOLD = 4
LOWEST_PUBLIC_THRESHOLD = 10
LOWEST_SHARE_BASE = 20
LOWEST_RATE_EVENTS = 10
LOWEST_ROUNDING_BASE = 3
DOMINANCE_PERCENTS = (1, 50)
RETURN = "supplier-return"
"""Audience of the return that a supplier gets: its own figures beside national ones; `supplier-return:MIA` is one."""
Zeros = Literal["shown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The rules of one audience.

    `threshold` t: counts 1 … t − 1 are withheld; zeros are shown unless they protect another cell.
    `protection_width`: how far apart the smallest and the largest value of a withheld cell must stay for a reader
    who combines everything that is published. `minimum_share_base` and `minimum_rate_events`: below them a
    percentage or a rate is too unreliable to show. `rounding_base`: counts are rounded to its multiples instead of
    withheld. `dominance_percent` p: a magnitude is withheld whose second largest contributor could estimate the
    largest within p per cent (`dominance.py`).

    Raises ProfileInvalid when a value would protect less than the product promises.
    """

    audience: str
    threshold: int
    protection_width: int
    minimum_share_base: int = LOWEST_SHARE_BASE
    minimum_rate_events: int = LOWEST_RATE_EVENTS
    rounding_base: int | None = None
    zeros: Zeros = "shown"
    dominance_percent: int = 10

    def __post_init__(self) -> None:
        floor = LOWEST_PUBLIC_THRESHOLD if self.audience == PUBLIC else LOWEST_THRESHOLD
        for name, value, least in (
            ("threshold", self.threshold, floor),
            ("protection_width", self.protection_width, self.threshold),
            ("minimum_share_base", self.minimum_share_base, LOWEST_SHARE_BASE),
            ("minimum_rate_events", self.minimum_rate_events, LOWEST_RATE_EVENTS),
            ("rounding_base", LOWEST_ROUNDING_BASE if self.rounding_base is None else self.rounding_base,
             LOWEST_ROUNDING_BASE),
        ):  # fmt: skip
            if type(value) is not int or value < least:
                raise ProfileInvalid(
                    f"Disclosure policy of audience '{self.audience}': {name} is below the lowest safe value.",
                    advice=f"Set {name} to a whole number of {least} or more.",
                )
        least, most = DOMINANCE_PERCENTS
        if type(self.dominance_percent) is not int or not least <= self.dominance_percent <= most:
            raise ProfileInvalid(
                f"Disclosure policy of audience '{self.audience}': dominance_percent is outside what is safe.",
                advice=f"Set dominance_percent to a whole number from {least} to {most}.",
            )
        if self.zeros != "shown":
            raise ProfileInvalid(
                f"Disclosure policy of audience '{self.audience}': zeros can only be shown.",
                advice='Write zeros = "shown"; a zero that protects another count is withheld all the same.',
            )

    def declared(self) -> dict[str, Any]:
        """The policy as it stands in a manifest; p is not told, because it would tell how near an estimate may come."""
        return {
            "audience": self.audience,
            "threshold": self.threshold,
            "protection_width": self.protection_width,
            "minimum_share_base": self.minimum_share_base,
            "minimum_rate_events": self.minimum_rate_events,
            "rounding_base": self.rounding_base,
            "zeros": self.zeros,
        }


POLICIES = (
    Policy(audience="working-group", threshold=4, protection_width=4),
    Policy(audience=PUBLIC, threshold=10, protection_width=10),
)
RETURN_POLICY = Policy(audience=RETURN, threshold=4, protection_width=4)
"""Of national figures beside a supplier's own, which are its own data; no edition is made for this audience."""


def policy(audience: str) -> Policy:
    """The policy of the audience of an edition; raises WrongArguments for one that is not declared."""
    for declared in POLICIES:
        if declared.audience == audience:
            return declared
    known = ", ".join(p.audience for p in POLICIES)
    raise WrongArguments(f"'{audience}' is not an audience.", advice=f"Choose one of: {known}.")


def return_policy(body: str, base: Policy = RETURN_POLICY) -> Policy:
    """The policy of the return of one body, which is an audience of its own: `supplier-return:MIA`."""
    return replace(base, audience=f"{RETURN}:{body}")
