"""What a country asks of disclosure control beyond what is built in: stricter values by audience, never weaker ones."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from pydantic import BaseModel, ConfigDict

from transforms.disclosure.policy import POLICIES, RETURN_POLICY, Policy
from transforms.errors import ProfileInvalid

_LEAST_OF = ("threshold", "protection_width", "minimum_share_base", "minimum_rate_events")
"""What may only be raised; `dominance_percent` too: a larger p withholds more."""
BUILT_IN = {declared.audience: declared for declared in (*POLICIES, RETURN_POLICY)}


class Stricter(BaseModel):
    """`[disclosure.<audience>]` of a country profile; what is left out stays as it is built in."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    threshold: int | None = None
    protection_width: int | None = None
    minimum_share_base: int | None = None
    minimum_rate_events: int | None = None
    rounding_base: int | None = None
    zeros: str | None = None
    dominance_percent: int | None = None


def stricter(base: Policy, asked: Stricter | None) -> Policy:
    """The policy with what the country asks; a width that is not named follows a higher threshold.

    Raises ProfileInvalid, with what the policy itself would say, where something would protect less than is built in.
    """
    if asked is None:
        return base
    given: dict[str, Any] = {key: value for key, value in asked.model_dump().items() if value is not None}
    for name in (*_LEAST_OF, "dominance_percent"):
        if name in given and given[name] < getattr(base, name):
            raise ProfileInvalid(
                f"Disclosure policy of audience '{base.audience}': {name} is below the lowest safe value.",
                advice=f"Set {name} to a whole number of {getattr(base, name)} or more.",
            )
    values = {**asdict(base), **given}
    if "protection_width" not in given:
        values["protection_width"] = max(base.protection_width, values["threshold"])
    return Policy(**values)


def checked(asked: dict[str, Stricter]) -> dict[str, Stricter]:
    """The declarations of a profile; raises ValueError for an audience that is none and for weaker values."""
    for audience, values in asked.items():
        if audience not in BUILT_IN:
            raise ValueError(f"'{audience}' is not an audience; choose from {', '.join(BUILT_IN)}")
        try:
            stricter(BUILT_IN[audience], values)
        except ProfileInvalid as weaker:
            raise ValueError(f"{weaker.message} {weaker.advice}") from None
    return asked
