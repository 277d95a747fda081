"""What each audience may see: declared data, checked when it is made; there is no audience without protection."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from transforms.errors import ProfileInvalid, WrongArguments

LOWEST_THRESHOLD = 4
LOWEST_PUBLIC_THRESHOLD = 10
LOWEST_SHARE_BASE = 20
LOWEST_RATE_EVENTS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The rules of one audience.

    `threshold` t: counts 1 … t − 1 are withheld; zeros are shown unless they protect another cell.
    `protection_width`: how far apart the smallest and the largest value of a withheld cell must stay for a reader
    who combines everything that is published. `minimum_share_base` and `minimum_rate_events`: below them a
    percentage or a rate is too unreliable to show.

    Raises ProfileInvalid when a value would protect less than the product promises.
    """

    audience: str
    threshold: int
    protection_width: int
    minimum_share_base: int = LOWEST_SHARE_BASE
    minimum_rate_events: int = LOWEST_RATE_EVENTS

    def __post_init__(self) -> None:
        floor = LOWEST_PUBLIC_THRESHOLD if self.audience == "public" else LOWEST_THRESHOLD
        for name, value, least in (
            ("threshold", self.threshold, floor),
            ("protection_width", self.protection_width, self.threshold),
            ("minimum_share_base", self.minimum_share_base, LOWEST_SHARE_BASE),
            ("minimum_rate_events", self.minimum_rate_events, LOWEST_RATE_EVENTS),
        ):
            if type(value) is not int or value < least:
                raise ProfileInvalid(
                    f"Disclosure policy of audience '{self.audience}': {name} is below the lowest safe value.",
                    advice=f"Set {name} to a whole number of {least} or more.",
                )

    def declared(self) -> dict[str, Any]:
        """The policy as it stands in a manifest."""
        return {
            "audience": self.audience,
            "threshold": self.threshold,
            "protection_width": self.protection_width,
            "minimum_share_base": self.minimum_share_base,
            "minimum_rate_events": self.minimum_rate_events,
            "zeros": "shown",
        }


POLICIES = (
    Policy(audience="working-group", threshold=4, protection_width=4),
    Policy(audience="public", threshold=10, protection_width=10),
)


def policy(audience: str) -> Policy:
    """The policy of an audience; raises WrongArguments for one that is not declared."""
    for declared in POLICIES:
        if declared.audience == audience:
            return declared
    known = ", ".join(p.audience for p in POLICIES)
    raise WrongArguments(f"'{audience}' is not an audience.", advice=f"Choose one of: {known}.")
