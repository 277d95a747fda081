"""The faults of rules over whole rows: what must come before what, and what must stand once."""

from __future__ import annotations

from transforms.messages import Message, said
from transforms.sources.cells import Fault
from transforms.sources.profile import Profile, Rule


def _header(profile: Profile, column: str) -> str:
    named = next((item for item in profile.fields if item.column == column), None)
    return named.headers[0] if named and named.headers else ""


def order_fault(profile: Profile, rule: Rule) -> Fault:
    """The fault of an `order` rule, at the first of its columns."""
    header = _header(profile, rule.columns[0])
    return Fault(rule=rule.key, header=header, expected=_order(profile, rule), family="order")


def _order(profile: Profile, rule: Rule) -> Message:
    """`event_date not after registered_date`, by the headers of the file; or what the profile says instead."""
    names = {column: _header(profile, column) or column.replace("_", " ") for column in rule.columns}
    if "vintage_date" in names and profile.vintage.source == "column":
        names["vintage_date"] = profile.vintage.column
    earlier, *later = names.values()
    order = said("{earlier} not after {later}", earlier=earlier, later=" ≤ ".join(later))
    return Message(id=rule.advice) if rule.advice not in ("", str(order)) else order


def unique_faults(rule: Rule) -> tuple[Fault, Fault]:
    """Faults of a `unique` rule: a key that stands again or is contradicted, and a row that stands again."""
    advice = Message(id=rule.advice) if rule.advice else said("each {key} once", key=", ".join(rule.columns))
    family = "conflicting_key" if rule.keep == "none" else "repeated_key"
    return (
        Fault(rule=rule.key, header="", expected=advice, family=family),
        Fault(rule="duplicate_row", header="", expected=said("each row once")),
    )
