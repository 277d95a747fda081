"""The indicator of hotlines: contacts, as the bodies that run them counted them. A contact is never a victim."""

from __future__ import annotations

from transforms.indicators.declare import Condition, Indicator
from transforms.indicators.groups import IN_GROUPS

CONTACTS = "hotline_contacts"

HOTLINE: tuple[Indicator, ...] = (
    Indicator(
        key=CONTACTS,
        label="Hotline contacts",
        subject="observations",
        measure="sum",
        unit="contact",
        where=Condition(
            sql=f"series = '{CONTACTS}'",
            sentence="The hotline noted a call, a message or a visit, whatever it was about and whoever made it.",
        ),
        date="time_period",
        date_basis="the day of the contact",
        deduplication="Each hotline for itself, then all together; where a hotline that told before tells nothing, the "
        "sum is provisional. " + IN_GROUPS,
        sources=(CONTACTS,),
        world_sources=(),
        by=("sex", "body", "channel", "topic", "outcome", "region"),
        caveats=("a_contact_is_not_a_victim",),
        adds_up=True,
        parts=("sex", "body", "channel", "topic", "outcome"),
        apart="body",
    ),
)
