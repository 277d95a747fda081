"""What runs by itself, and when: the deployments that `serve` makes and that `prefect.yaml` declares alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from flows.editions.schedule import CRON, Kind

OURS = "tip-trends"
"""Tag of every deployment of this product."""
TWO_KEYS = "two-keys"
"""Deployment of the flow `release-edition`, which waits for two persons."""

Collision = Literal["ENQUEUE", "CANCEL_NEW"]
"""What becomes of a run whose deployment is at work already: it waits for its turn, or is not needed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployed:
    """One deployment: a flow by the dotted name of its function, and when and how it runs.

    `cron` is by the clock of the home's country, empty where persons start it; without `collision` it may run twice at
    once. `parameters` are those that the schedule gives.
    """

    flow: str
    name: str
    entrypoint: str
    description: str
    tags: tuple[str, ...]
    cron: str = ""
    collision: Collision | None = None
    parameters: Mapping[str, object] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """How Prefect's command line names it."""
        return f"{self.flow}/{self.name}"


_PERIODS: dict[Kind, str] = {"monthly": "month", "quarterly": "quarter", "annual": "year"}


def _edition(kind: Kind) -> Deployed:
    return Deployed(
        flow="run-scheduled",
        name=kind,
        entrypoint="flows.pipeline.run_scheduled",
        description=f"The edition of the last complete {_PERIODS[kind]}, from what lies in the inbox and in the "
        "warehouse.",
        tags=(OURS, "edition", kind),
        cron=CRON[kind],
        collision="ENQUEUE",
        parameters={"kind": kind},
    )


DEPLOYED = (
    Deployed(
        flow="watch-inbox",
        name="inbox",
        entrypoint="flows.watch_flow.watch_inbox",
        description="Takes in what lies complete in the inbox; what is still being copied waits for the next look.",
        tags=(OURS, "intake"),
        cron="*/5 * * * *",
        collision="CANCEL_NEW",
    ),
    *(_edition(kind) for kind in get_args(Kind)),
    Deployed(
        flow="back-up",
        name="backup",
        entrypoint="flows.house_flow.back_up",
        description="A backup of the whole home, of which what is new is written and read again.",
        tags=(OURS, "upkeep"),
        cron="30 2 * * *",
        collision="CANCEL_NEW",
    ),
    Deployed(
        flow="keep-house",
        name="housekeeping",
        entrypoint="flows.house_flow.keep_house",
        description="Clears what killed runs left behind and Prefect's old records, and tells how large everything is.",
        tags=(OURS, "upkeep"),
        cron="30 4 * * *",
        collision="CANCEL_NEW",
    ),
    Deployed(
        flow="send-notices",
        name="notices",
        entrypoint="flows.notices_flow.send_notices",
        description="Reminders and overdue notices to suppliers: written, and sent where home.toml names addresses.",
        tags=(OURS, "calendar"),
        cron="0 9 * * *",
        collision="CANCEL_NEW",
    ),
    Deployed(
        flow="release-edition",
        name=TWO_KEYS,
        entrypoint="flows.release_flow.release_edition",
        description="Propose the draft of an edition for release, and let another person approve or refuse it.",
        tags=(OURS, "release"),
    ),
)
"""Every deployment; no two editions, nor the work of a night, fall due at one moment."""
