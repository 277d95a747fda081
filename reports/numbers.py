"""Numbers as files for machines write them."""

from __future__ import annotations


def number(value: float | None) -> float | int | None:
    """A whole number without a decimal point, any other at the nine digits that survive platforms."""
    if value is None:
        return None
    return int(value) if value == int(value) else float(f"{value:.9g}")
